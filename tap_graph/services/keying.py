"""Keying: API keys, by which a distributor's machine delivers one kind of feed.

A key is `tapk_<name>_<secret>`: the name is public and stands in lists and journals, the secret has 256 bits and is kept nowhere.
What is stored is the SHA-256 of the whole key: there is nothing to guess in 256 random bits, so that a slow hash gains nothing.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, literal, or_, select, update

from tap_graph.domain.errors import NotAllowed, NotAuthenticated
from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.feeds.cells import converter
from tap_graph.feeds.problems import Malformed
from tap_graph.services.acting import Act, journal
from tap_graph.services.distributing import ID, SENDING_KINDS, notice
from tap_graph.storage import tables as t
from tap_graph.storage.columns import moment_text
from tap_graph.storage.unit_of_work import Database
from tap_graph.values.text import is_storable

MOST_LIVE = 2
"""The one in use, and the one that takes its place."""
PREFIX = "tapk_"
KEY = re.compile(r"tapk_([0-9a-f]{10})_[0-9a-f]{64}")
KNOWN_FOR = timedelta(seconds=60)
MOST_KNOWN = 1_024
NO_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """For whom a key speaks, and the one kind it delivers."""

    name: str
    distributor_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key as lists show it; `state` is LIVE, ENDED or REVOKED."""

    name: str
    distributor_id: str
    kind: str
    state: str
    created_by: str
    created_at: datetime
    ends_at: datetime | None
    revoked_at: datetime | None


def issue(
    connection: Connection, viewer: Viewer, distributor_id: str, kind: str, ends_at: datetime | None, now: datetime
) -> tuple[str, str]:
    """Name and whole key of a new key; the whole key is told here and never again. ActRefused gives every reason against it."""
    _check_administers(viewer)
    key = t.api_keys
    refusals = list(_against(distributor_id, kind, ends_at, now))
    same = (key.c.distributor_id == distributor_id, key.c.kind == kind)
    if not refusals and connection.execute(select(func.count()).select_from(key).where(*same, _is_live(now))).scalar_one() >= MOST_LIVE:
        message = f"{distributor_id} has {MOST_LIVE} live keys for {kind} already. Revoke one of them first."
        refusals.append(Refusal("TWO_KEYS_LIVE", message, (ID.name,)))
    if refusals:
        raise ActRefused(*refusals)
    name = secrets.token_hex(5)
    whole = f"{PREFIX}{name}_{secrets.token_hex(32)}"
    row = {"name": name, "digest": _digest(whole), "distributor_id": distributor_id, "kind": kind, "ends_at": ends_at}
    made = connection.execute(insert(key).values(**row, created_by=viewer.subject, created_at=now).returning(key.c.id)).scalar_one()
    notice(connection, now, select(literal(distributor_id)))
    given = {"kind": kind, "ends_at": None if ends_at is None else moment_text(ends_at)}
    act = Act(name="apiKeyIssue", noun="api_key", row_id=made, key=name, distributor_id=distributor_id, detail=given)
    journal(connection, viewer, act, now)
    return name, whole


def revoke(connection: Connection, viewer: Viewer, name: str, reason: str, now: datetime) -> None:
    """Ends a key now; ActRefused where there is no such live key, or no reason."""
    _check_administers(viewer)
    key = t.api_keys
    row = connection.execute(select(key).where(key.c.name == name)).first() if is_storable(name) else None
    refusals = []
    if row is None:
        refusals.append(Refusal("UNKNOWN_KEY", f"There is no key {name[:40]!r}. `tap-graph key list` shows all names.", ("name",)))
    elif _state(row, now) != "LIVE":
        refusals.append(Refusal("KEY_NOT_LIVE", f"Key {name} is {_state(row, now).lower()} already. Nothing need be done.", ("name",)))
    if not reason.strip() or not is_storable(reason):
        refusals.append(Refusal("REASON_MISSING", f"Revoking key {name[:40]} needs a reason. Say why.", ("reason",)))
    if refusals or row is None:
        raise ActRefused(*refusals)
    connection.execute(update(key).where(key.c.id == row.id).values(revoked_at=now))
    act = Act(name="apiKeyRevoke", noun="api_key", row_id=row.id, key=name, distributor_id=row.distributor_id, reason=reason.strip())
    journal(connection, viewer, act, now)


def keys(connection: Connection, now: datetime) -> Sequence[KeyState]:
    """Every key there is or was, by distributor, kind and age."""
    key = t.api_keys
    rows = connection.execute(select(key).order_by(key.c.distributor_id, key.c.kind, key.c.id)).all()
    return [
        KeyState(row.name, row.distributor_id, row.kind, _state(row, now), row.created_by, row.created_at, row.ends_at, row.revoked_at)
        for row in rows
    ]


def live_key(connection: Connection, whole_key: str, now: datetime) -> KeyOwner | None:
    """Whom a whole key speaks for now; None where it is none of ours, has ended or was revoked."""
    found = _found(connection, whole_key, now)
    return found and found[0]


class Keyring:
    """Keys that were verified lately, over one database; safe in threads.

    A key is looked up once a minute, not once a delivery. So a revoked key is refused within a minute, and one whose time is
    over at once. Only what was verified is kept, by its digest, so that nobody can fill the memory with inventions.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[KeyOwner, datetime]] = {}

    def known(self, whole_key: str, now: datetime) -> KeyOwner | None:
        """Whom a key speaks for that was verified within the last minute, without asking the database."""
        known = self._known.get(_digest(whole_key))
        return known[0] if known is not None and now < known[1] else None

    def owner(self, whole_key: str, now: datetime) -> KeyOwner:
        """Whom a key speaks for; NotAuthenticated where for nobody."""
        known = self.known(whole_key, now)
        if known is not None:
            return known
        digest = _digest(whole_key)
        with self._database.reading() as connection:
            found = _found(connection, whole_key, now)
        if found is None:
            self._known.pop(digest, None)
            raise NotAuthenticated("The API key is none of ours, has ended or was revoked. Ask the program's administrators for a new one.")
        owner, ends_at = found
        until = now + KNOWN_FOR
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[digest] = (owner, until if ends_at is None else min(until, ends_at))
        return owner


def _found(connection: Connection, whole_key: str, now: datetime) -> tuple[KeyOwner, datetime | None] | None:
    matched = KEY.fullmatch(whole_key)
    if matched is None:
        return None
    key = t.api_keys
    row = connection.execute(select(key).where(key.c.name == matched[1])).first()
    # Compared also where no key has that name: how long it takes tells nothing about names.
    is_right = compare_digest(NO_DIGEST if row is None else row.digest, _digest(whole_key))
    if row is None or not is_right or _state(row, now) != "LIVE":
        return None
    return KeyOwner(row.name, row.distributor_id, row.kind), row.ends_at


def _against(distributor_id: str, kind: str, ends_at: datetime | None, now: datetime) -> Sequence[Refusal]:
    refusals = []
    try:
        converter(ID)(distributor_id)
    except Malformed as bad:
        problem = bad.problem(ID.name, distributor_id)
        refusals.append(Refusal(problem.code, problem.message, (ID.name,)))
    if kind not in SENDING_KINDS:
        message = (
            f"A key delivers what distributors report: {' or '.join(SENDING_KINDS)}. Deliver other kinds with an administrator's token."
        )
        refusals.append(Refusal("NOT_A_DISTRIBUTORS_KIND", message, ("kind",)))
    if ends_at is not None and ends_at <= now:
        refusals.append(Refusal("ENDS_IN_THE_PAST", f"The key would have ended on {ends_at.date()}. Give a later day.", ("ends_at",)))
    return refusals


def _check_administers(viewer: Viewer) -> None:
    if viewer.role is not Role.ADMINISTRATOR:
        raise NotAllowed(f"The role {viewer.role} issues and revokes no keys. Ask an administrator.")


def _is_live(now: datetime) -> ColumnElement[bool]:
    key = t.api_keys
    return key.c.revoked_at.is_(None) & or_(key.c.ends_at.is_(None), key.c.ends_at > now)


def _state(row: Any, now: datetime) -> str:
    if row.revoked_at is not None:
        return "REVOKED"
    return "ENDED" if row.ends_at is not None and row.ends_at <= now else "LIVE"


def _digest(whole_key: str) -> str:
    return sha256(whole_key.encode()).hexdigest()
