"""Pulling in tests: a clock that is set, a ledger over a database, and pullers over real places."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tap_graph.app import Application
from tap_graph.rules.host import find_rulebooks
from tap_graph.services.pulling import Ledger, Outcome, Place, Puller, Source
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database

PARTNERS = b"partner_number,name\nP1,One\nP2,Two\n"


@dataclass
class Clock:
    """A clock that goes where it is told; whoever sleeps moves it."""

    at: datetime = datetime(2008, 7, 26, 12, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


@dataclass
class Pulling:
    """One database, one clock, and what was received over them."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    received: list[Delivery] = field(default_factory=list)

    def ingest(self, delivery: Delivery) -> Received:
        """Receives for real, and remembers."""
        self.received.append(delivery)
        return Application(self.database, find_rulebooks(), self.clock.now).ingest(delivery)

    def puller(self, place: Place, source: Source, most: int = 1_000_000) -> Puller:
        """A puller whose waits are the longest ones."""
        ledger = Ledger(self.database, source.name)
        return Puller(source, place, ledger, self.ingest, self.clock.now, lambda: 0.0, most)

    def rows(self, table: str) -> list[Any]:
        """Every row of a table."""
        found = t.metadata.tables[table]
        with self.database.reading() as connection:
            return list(connection.execute(select(found).order_by(*found.primary_key.columns)))

    def remembered(self) -> list[tuple[str, int, bool, str | None]]:
        """Of each entry of the ledger its name, its attempts, whether it was received, and its failure."""
        return [(row.name, row.attempts, row.delivery_id is not None, row.failure) for row in self.rows("pulled_files")]


@pytest.fixture
def pulling(sqlite_template: Path, tmp_path: Path) -> Iterator[Pulling]:
    """Pulling over SQLite."""
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'pulling.db')}")
    yield Pulling(database)
    database.dispose()


@pytest.fixture
def each_pulling(database: Database) -> Pulling:
    """Pulling, once over each kind of database."""
    return Pulling(database)


def states(outcomes: Iterator[Outcome]) -> list[tuple[str, str]]:
    """Name and state of each outcome."""
    return [(outcome.name, outcome.state) for outcome in outcomes]


def source(url: str, **given: Any) -> Source:
    """A source of partners."""
    return Source(**{"name": "S", "kind": "partners", "sender": "D1", "url": url, **given})


Make = Callable[..., Any]
