"""Answering once: a delivery under a key of its caller is received once and answered alike, also by other processes.

Whoever comes first claims the key with a row, renews the claim while it works, and puts its answer in its place. Others are told
to wait. A claim that is renewed no more was its process's last: the next request under the key takes it over, and looks first
whether the delivery was received before its answer could be kept.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.services.replaying import KEPT
from tap_graph.storage import tables as t
from tap_graph.storage.columns import moment_text
from tap_graph.storage.tables import idempotency_keys as k
from tap_graph.storage.unit_of_work import Database

RENEWED_EVERY = 10.0
STALE_AFTER = timedelta(seconds=60)
WAIT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One delivery as its caller asked for it; the same key with anything else of it changed is another request."""

    caller: str
    key: str
    kind: str
    sender: str
    again: bool
    sha256: str

    @property
    def digest(self) -> str:
        """What requests under one key are compared by."""
        return sha256(msgspec.json.encode([self.kind, self.sender, self.again, self.sha256])).hexdigest()


class Answered(msgspec.Struct, frozen=True):
    """An answer as it went out: the status and the body, to the byte."""

    status: int
    body: str


class _Claimed(msgspec.Struct, frozen=True):
    claimed_at: str


Receive = Callable[[bool], Answered]
"""Receives the delivery and answers; told whether to take a file that was delivered before as a new one."""


class AnsweringOnce:
    """The keys of one database. Rows of keys are no facts: they are written one by one, and make no answer to a reader outdated."""

    def __init__(self, database: Database, now: Callable[[], datetime], renewed_every: float = RENEWED_EVERY) -> None:
        self._database = database
        self._now = now
        self._renewed_every = renewed_every

    def answer(self, asked: Asked, receive: Receive) -> tuple[Answered, bool]:
        """The answer, and whether it is the one kept from the first request.

        ActRefused: IDEMPOTENCY_KEY_REUSED for another request, IDEMPOTENCY_KEY_IN_USE while the first is being worked on.
        """
        with self._database.preparing() as connection:
            claim = self._claim(connection, asked)
            if isinstance(claim, Answered):
                return claim, True
            again = asked.again and not _delivered_since(connection, asked, claim)
        try:
            with self._renewing(asked):
                answered = receive(again)
        except BaseException:
            with self._database.preparing() as connection:
                connection.execute(delete(k).where(_is(asked), k.c.answer == claim))
            raise
        with self._database.preparing() as connection:
            kept = {"answer": msgspec.json.encode(answered).decode(), "answered_at": self._now()}
            connection.execute(update(k).where(_is(asked), k.c.answer == claim).values(**kept))
        return answered, False

    def _claim(self, connection: Connection, asked: Asked) -> Answered | str:
        """What the first request was answered, or the text of the claim that is ours now."""
        now = self._now()
        row = connection.execute(select(k).where(_is(asked))).first()
        if row is not None:
            return self._taken(connection, asked, row, now)
        claim = msgspec.json.encode(_Claimed(moment_text(now))).decode()
        connection.execute(delete(k).where(k.c.answered_at < now - KEPT))
        try:
            connection.execute(insert(k).values(caller=asked.caller, key=asked.key, request=asked.digest, answer=claim, answered_at=now))
        except IntegrityError:
            raise _in_use(asked) from None
        return claim

    def _taken(self, connection: Connection, asked: Asked, row: Any, now: datetime) -> Answered | str:
        if row.request != asked.digest:
            message = f"Idempotency-Key {asked.key} was used for another delivery. Take a new key for a new delivery."
            raise ActRefused(Refusal("IDEMPOTENCY_KEY_REUSED", message))
        kept = msgspec.json.decode(row.answer, type=dict[str, str | int])
        if "claimed_at" not in kept:
            return msgspec.convert(kept, Answered)
        if row.answered_at > now - STALE_AFTER:
            raise _in_use(asked)
        # The text of the first claim stays: since then the delivery may have been received.
        seen = (k.c.answer == row.answer, k.c.answered_at == row.answered_at)
        if not connection.execute(update(k).where(_is(asked), *seen).values(answered_at=now)).rowcount:
            raise _in_use(asked)
        return str(row.answer)

    @contextmanager
    def _renewing(self, asked: Asked) -> Iterator[None]:
        done = threading.Event()
        renewer = threading.Thread(target=self._renew, args=(asked, done), daemon=True)
        renewer.start()
        try:
            yield
        finally:
            done.set()
            renewer.join()

    def _renew(self, asked: Asked, done: threading.Event) -> None:
        while not done.wait(self._renewed_every):
            try:
                with self._database.preparing() as connection:
                    connection.execute(update(k).where(_is(asked)).values(answered_at=self._now()))
            except OperationalError:
                # Locked by a delivery that takes effect, which keeps out those who would take over as well.
                continue


def _is(asked: Asked) -> ColumnElement[bool]:
    return and_(k.c.caller == asked.caller, k.c.key == asked.key)


def _in_use(asked: Asked) -> ActRefused:
    message = f"A delivery under Idempotency-Key {asked.key} is being received. Ask again in {WAIT_SECONDS} s for its answer."
    return ActRefused(Refusal("IDEMPOTENCY_KEY_IN_USE", message))


def _delivered_since(connection: Connection, asked: Asked, claim: str) -> bool:
    """Whether the delivery was received under a claim whose answer was never kept."""
    claimed_at = datetime.fromisoformat(msgspec.json.decode(claim, type=_Claimed).claimed_at)
    d = t.deliveries
    same = (d.c.kind == asked.kind, d.c.sender == asked.sender, d.c.sha256 == asked.sha256, d.c.state == "RECEIVED")
    return connection.execute(select(d.c.id).where(*same, d.c.received_at >= claimed_at).limit(1)).first() is not None
