"""Benches: a database that is put back as it was, as often as a test spoils it, while its application stays warm."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, cast
from uuid import uuid4

from sqlalchemy import Connection, create_engine, make_url, text

from tap_graph.app import Application
from tap_graph.rules.host import find_rulebooks
from tap_graph.storage.unit_of_work import Database

NOW = datetime(2008, 7, 26, 9, 30, tzinfo=UTC)
RULEBOOKS = find_rulebooks()


class Bench(Protocol):
    """An application whose database can be kept and put back."""

    application: Application

    def keep(self) -> None:
        """Keeps the database as it is now."""

    def restore(self) -> None:
        """Puts back what was kept last; whoever has it open loses it."""


class FileBench:
    """A SQLite file."""

    def __init__(self, url: str) -> None:
        self.application = Application(Database(url), RULEBOOKS, lambda: NOW)
        self._path = Path(str(make_url(url).database))
        self._kept = b""

    def keep(self) -> None:
        """Keeps the file."""
        self.application.database.dispose()
        self._kept = self._path.read_bytes()

    def restore(self) -> None:
        """Writes the file anew."""
        self.application.database.dispose()
        self._path.with_name(f"{self._path.name}-journal").unlink(missing_ok=True)
        self._path.write_bytes(self._kept)

    def close(self) -> None:
        """Closes the file."""
        self.application.database.dispose()


class MemoryBench:
    """SQLite in memory: the quickest, and nobody else can have it open."""

    def __init__(self) -> None:
        self.application = Application(Database("sqlite://"), RULEBOOKS, lambda: NOW)
        self._kept = sqlite3.connect(":memory:", check_same_thread=False)

    def keep(self) -> None:
        """Copies it."""
        with self.application.database.engine.connect() as connection:
            _driver(connection).backup(self._kept)

    def restore(self) -> None:
        """Copies it back."""
        with self.application.database.engine.connect() as connection:
            self._kept.backup(_driver(connection))

    def close(self) -> None:
        """Forgets both."""
        self._kept.close()
        self.application.database.dispose()


class ServerBench:
    """A PostgreSQL database, kept as a template of its server."""

    def __init__(self, url: str) -> None:
        self.application = Application(Database(url), RULEBOOKS, lambda: NOW)
        self._name = str(make_url(url).database)
        self._kept = f"kept_{uuid4().hex}"
        self._server = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    def keep(self) -> None:
        """Makes the template."""
        self.application.database.dispose()
        self._copy(self._name, self._kept)

    def restore(self) -> None:
        """Makes the database from the template."""
        self.application.database.dispose()
        self._copy(self._kept, self._name)

    def close(self) -> None:
        """Drops the template."""
        self.application.database.dispose()
        with self._server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {self._kept} WITH (FORCE)"))
        self._server.dispose()

    def _copy(self, origin: str, target: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {target} TEMPLATE {origin}"))


@contextmanager
def bench_over(url: str) -> Iterator[Bench]:
    """A bench over an empty database, migrated."""
    backend = make_url(url).get_backend_name()
    made: Any = MemoryBench() if url == "sqlite://" else FileBench(url) if backend == "sqlite" else ServerBench(url)
    try:
        made.application.migrate()
        made.keep()
        yield made
    finally:
        made.close()


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)
