"""The ledger: what is remembered of each file that was pulled, so that it is received once and tried again in time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from tap_graph.storage.tables import pulled_files as p
from tap_graph.storage.unit_of_work import Database

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
UNKNOWN = ""
"""The fingerprint of a file that never came far enough to have one; and the name of a source as a whole."""
LONGEST_FAILURE = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What is remembered of one version of a file; newer ones come first in lists."""

    name: str
    fingerprint: str
    attempts: int
    failure: str | None
    next_attempt_at: datetime | None
    delivery_id: int | None

    @property
    def is_received(self) -> bool:
        """Whether it became a delivery, if only a refused one."""
        return self.delivery_id is not None

    @property
    def is_given_up(self) -> bool:
        """Whether it failed so often that it is left to people."""
        return not self.is_received and self.next_attempt_at is None


def wait(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many failed attempts: twice as long each time, less up to half by chance, so that not all come at once."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * (1 << (attempts - 1)))
    return longest * (1 - chance / 2)


class Ledger:
    """The ledger of one source; every entry is written for itself, once what it says has happened."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source

    def entries(self) -> Mapping[str, Sequence[Entry]]:
        """What is remembered, by name of the file, the newest version first."""
        found = defaultdict[str, list[Entry]](list)
        with self._database.reading() as connection:
            for row in connection.execute(select(p).where(p.c.source == self._source).order_by(p.c.id.desc())):
                entry = Entry(row.name, row.fingerprint, row.attempts, row.failure, row.next_attempt_at, row.delivery_id)
                found[row.name].append(entry)
        return found

    def failed(self, entry: Entry, now: datetime) -> None:
        """Keeps an attempt that failed."""
        failure = None if entry.failure is None else entry.failure[:LONGEST_FAILURE].replace("\x00", "\ufffd")
        with self._database.writing() as connection:
            values = {"attempts": entry.attempts, "failure": failure, "next_attempt_at": entry.next_attempt_at, "attempted_at": now}
            self._put(connection, entry, values)

    def received(self, entry: Entry, now: datetime) -> None:
        """Keeps that a file was received; attempts at older versions of it come to nothing with that."""
        with self._database.writing() as connection:
            older = (p.c.name == entry.name, p.c.fingerprint != entry.fingerprint, p.c.delivery_id.is_(None))
            connection.execute(delete(p).where(p.c.source == self._source, *older))
            values = {
                "attempts": entry.attempts,
                "failure": entry.failure,
                "next_attempt_at": None,
                "delivery_id": entry.delivery_id,
                "attempted_at": now,
            }
            self._put(connection, entry, values)

    def reached(self) -> None:
        """Forgets that the source could not be reached; nothing is written where it always could."""
        mine = (p.c.source == self._source, p.c.name == UNKNOWN)
        with self._database.reading() as connection:
            if connection.execute(select(p.c.id).where(*mine)).first() is None:
                return
        with self._database.writing() as connection:
            connection.execute(delete(p).where(*mine))

    def retry(self, now: datetime) -> int:
        """Takes files up again that were given up; returns how many."""
        given_up = (p.c.source == self._source, p.c.delivery_id.is_(None), p.c.next_attempt_at.is_(None))
        with self._database.writing() as connection:
            return connection.execute(update(p).where(*given_up).values(attempts=0, next_attempt_at=now)).rowcount

    def _put(self, connection: Connection, entry: Entry, values: Mapping[str, Any]) -> None:
        mine = (p.c.source == self._source, p.c.name == entry.name, p.c.fingerprint == entry.fingerprint)
        if not connection.execute(update(p).where(*mine).values(**values)).rowcount:
            connection.execute(insert(p).values(source=self._source, name=entry.name, fingerprint=entry.fingerprint, **values))
