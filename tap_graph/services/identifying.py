"""Identifying: who a bearer token speaks for; development tokens are signed and verified with one shared key.

The key is a setting, or made once in the database, so that every worker and `tap-graph token` share it. Nothing in a
token is believed before its signature holds: one algorithm, an end that is not past, a role that exists, and what the
role needs.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import Connection, insert, select

from tap_graph.domain.errors import ConfigurationError, NotAuthenticated, NotMigrated
from tap_graph.domain.viewer import CARING_ROLES, REGIONAL_ROLES, Role, Viewer
from tap_graph.storage.tables import installation
from tap_graph.values.text import is_storable

ALGORITHM = "HS256"
KEY_NAME = "development_key"
KEY_BYTES = 32
LONGEST_TOKEN = 8_192
LONGEST_CLAIM = 200
LATEST = 253_402_300_799
HOW = "Get a new one with `tap-graph token`."


@dataclass(frozen=True, slots=True)
class Tokens:
    """Signs and verifies development tokens with one key."""

    key: str

    def __post_init__(self) -> None:
        if len(self.key.encode()) < KEY_BYTES:
            # RFC 7518, 3.2: a key as long as the hash, or longer.
            raise ConfigurationError(f"The development key is shorter than {KEY_BYTES} bytes; set a longer one.")

    def sign(self, viewer: Viewer, now: datetime, hours: float = 12) -> str:
        """A token for the viewer, good for some hours; a viewer who lacks what its role needs is NotAuthenticated."""
        claims: dict[str, Any] = {
            "sub": viewer.subject,
            "role": viewer.role.value,
            "partner": viewer.partner_number,
            "distributor": viewer.distributor_id,
            "email": viewer.email,
            "regions": None if viewer.regions is None else list(viewer.regions),
            "exp": int((now + timedelta(hours=hours)).timestamp()),
        }
        given = {name: value for name, value in claims.items() if value is not None}
        viewer_of(given)
        return jwt.encode({"alg": ALGORITHM}, given, OctKey.import_key(self.key), algorithms=[ALGORITHM])

    def verify(self, token: str, now: datetime) -> Viewer:
        """The viewer a token speaks for; NotAuthenticated says why it speaks for nobody."""
        return self.identify(token, now)[0]

    def identify(self, token: str, now: datetime) -> tuple[Viewer, datetime]:
        """The viewer a token speaks for, and the moment from which it does no more: so long it need not be verified again."""
        if len(token) > LONGEST_TOKEN:
            raise NotAuthenticated(f"The token is longer than {LONGEST_TOKEN} characters. {HOW}")
        try:
            claims = jwt.decode(token, OctKey.import_key(self.key), algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise NotAuthenticated(f"The token is not one of ours. {HOW}") from error
        if not isinstance(claims, dict):
            raise NotAuthenticated(f"The token holds no claims. {HOW}")
        ends_at = _end(claims, now)
        return viewer_of(claims), ends_at


def viewer_of(claims: dict[str, Any]) -> Viewer:
    """The viewer that verified claims describe."""
    role = claims.get("role")
    if not isinstance(role, str) or role not in Role.__members__:
        raise NotAuthenticated(f"The token's role is not one of {', '.join(Role)}. {HOW}")
    viewer = Viewer(
        subject=_text(claims, "sub") or "",
        role=Role(role),
        partner_number=_text(claims, "partner"),
        distributor_id=_text(claims, "distributor"),
        email=_text(claims, "email"),
        regions=_regions(claims),
    )
    missing = _missing(viewer)
    if missing:
        raise NotAuthenticated(f"The token's role {viewer.role} needs {missing}. {HOW}")
    return viewer


def development_key(connection: Connection, given: str | None = None) -> str:
    """The key of the installation: the one given by a setting, else the stored one, made at the first call.

    Made inside a transaction that writes (`migrate`); readers use `stored_key`.
    """
    if given:
        return given
    stored = connection.execute(select(installation.c.value).where(installation.c.name == KEY_NAME)).scalar_one_or_none()
    if stored is not None:
        return str(stored)
    made = secrets.token_hex(KEY_BYTES)
    connection.execute(insert(installation).values(name=KEY_NAME, value=made))
    return made


def stored_key(connection: Connection, given: str | None = None) -> str:
    """The key of the installation, for those that only read; NotMigrated where `migrate` has not made one."""
    stored = given or connection.execute(select(installation.c.value).where(installation.c.name == KEY_NAME)).scalar_one_or_none()
    if not stored:
        raise NotMigrated("The database holds no development key yet; run `tap-graph migrate`.")
    return str(stored)


def _end(claims: dict[str, Any], now: datetime) -> datetime:
    """The end is required: a token that never ends cannot be taken back."""
    begins, ends = _moment(claims.get("nbf", 0)), _moment(claims.get("exp"))
    if not begins <= now.timestamp() < ends:
        raise NotAuthenticated(f"The token is out of date. {HOW}")
    return datetime.fromtimestamp(ends, UTC)


def _moment(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LATEST:
        raise NotAuthenticated(f"The token does not say until when it is good. {HOW}")
    return value


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_CLAIM or not is_storable(value):
        raise NotAuthenticated(f"The token's {name} is no text of 1 to {LONGEST_CLAIM} characters. {HOW}")
    return value


def _regions(claims: dict[str, Any]) -> tuple[str, ...] | None:
    value = claims.get("regions")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > LONGEST_CLAIM or not all(isinstance(code, str) and is_storable(code) for code in value):
        raise NotAuthenticated(f"The token's regions are no list of codes. {HOW}")
    return tuple(value)


def _missing(viewer: Viewer) -> str | None:
    """What the viewer's role needs and the token lacks."""
    if not viewer.subject:
        return "a sub"
    if viewer.role is Role.PARTNER and viewer.partner_number is None:
        return "a partner"
    if viewer.role is Role.DISTRIBUTOR and viewer.distributor_id is None:
        return "a distributor"
    if viewer.role in CARING_ROLES and viewer.email is None:
        return "an email"
    if viewer.role in REGIONAL_ROLES and viewer.role is not Role.AUDITOR and viewer.regions is None:
        return "regions"
    return None
