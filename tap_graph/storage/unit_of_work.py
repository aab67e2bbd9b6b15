"""The unit of work: one use case, one connection, one transaction, committed here and nowhere else."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from threading import RLock
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from tap_graph.domain.errors import ConfigurationError
from tap_graph.storage.tables.installation import DATA_VERSION

# One writer of facts or evaluations at a time on PostgreSQL; SQLite has that by BEGIN IMMEDIATE.
WRITER_LOCK = 7_426_001
BUSY_SECONDS = 30
# A transaction that changes anything renews the data version, so that who holds an answer can ask whether it still is one.
NEW_VERSION = text(
    "INSERT INTO installation (name, value) VALUES (:name, :version) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


class Database:
    """One database of the program, SQLite or PostgreSQL, behind a SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise _unusable(error) from error
        self.dialect = self.url.get_backend_name()
        # A database in memory is one connection: its use cases take turns.
        self._turns: AbstractContextManager[Any] = RLock() if self.is_in_memory else nullcontext()
        if self.dialect not in ENGINES:
            raise _unusable(self.dialect)

    @cached_property
    def engine(self) -> Engine:
        """Connections of SQLAlchemy; their driver is loaded when one is first needed, and a server that only reads needs none."""
        try:
            return ENGINES[self.dialect](self.url)
        except (ArgumentError, ModuleNotFoundError) as error:
            raise _unusable(error) from error

    @property
    def is_in_memory(self) -> bool:
        """Whether it lives in one connection of this process."""
        return self.dialect == "sqlite" and self.url.database in (None, "", ":memory:")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that reads one consistent state and changes nothing."""
        if self.dialect == "sqlite":
            with self._turns, self.engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                try:
                    yield connection
                finally:
                    connection.exec_driver_sql("ROLLBACK")
            return
        with self.engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
            yield connection

    @contextmanager
    def preparing(self) -> Iterator[Connection]:
        """A connection that may stage work in temporary tables before `applying` opens the one transaction.

        Temporary tables belong to the connection: nobody is locked while they fill, and a killed process leaves none.
        """
        with self._turns, self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    @contextmanager
    def applying(self, connection: Connection) -> Iterator[Connection]:
        """The one transaction of a use case, as the only writer; commits at the end, or leaves nothing."""
        connection.exec_driver_sql("BEGIN IMMEDIATE" if self.dialect == "sqlite" else "BEGIN")
        try:
            if self.dialect != "sqlite":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
                # Use cases work on whole sets: the server's default would sort and hash them on disk.
                connection.exec_driver_sql("SET LOCAL work_mem = '128MB'")
            written_before = self._written(connection)
            yield connection
            if self._written(connection) != written_before:
                connection.execute(NEW_VERSION, {"name": DATA_VERSION, "version": uuid4().hex})
        except BaseException:
            # A connection that is gone took its transaction along; to ask it would hide why.
            if not connection.invalidated:
                connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")

    def _written(self, connection: Connection) -> Any:
        """What differs once a transaction has changed something: rows changed so far, or the number a writer is given."""
        counted = "total_changes()" if self.dialect == "sqlite" else "pg_current_xact_id_if_assigned()::text"
        return connection.exec_driver_sql(f"SELECT {counted}").scalar()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction as the only writer, on a connection of its own."""
        autocommit = {"isolation_level": "AUTOCOMMIT"}
        with self._turns, self.engine.connect().execution_options(**autocommit) as connection, self.applying(connection):
            yield connection

    def dispose(self) -> None:
        """Closes every connection; for processes and tests that end."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def _unusable(why: object) -> ConfigurationError:
    return ConfigurationError(
        f"TAP_DATABASE_URL names no database this program can use ({why}). "
        "Write it as sqlite:///tap-graph.db or postgresql://user@host/name."
    )


def _sqlite(url: URL) -> Engine:
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": BUSY_SECONDS}}
    if not url.database or url.database == ":memory:":
        # An in-memory database lives in one connection: every thread must share it.
        options["poolclass"] = StaticPool
    engine = create_engine(url, isolation_level="AUTOCOMMIT", **options)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Transactions are begun by name above: the driver must not begin its own.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")

    return engine


def _postgresql(url: URL) -> Engine:
    if url.get_driver_name() in ("psycopg2", ""):
        url = url.set(drivername="postgresql+psycopg")
    # psycopg would prepare statements after some runs, and a generic plan turns 0.04 s into 7 s; compiling a plan
    # to machine code costs more than any of these statements gains.
    arguments = {"prepare_threshold": None, "options": "-c jit=off"}
    return create_engine(url, connect_args=arguments, pool_size=10, max_overflow=10)


ENGINES = {"sqlite": _sqlite, "postgresql": _postgresql}
