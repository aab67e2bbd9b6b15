"""Counting: the SQL statements behind one operation, as the database's own log has them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, create_engine, make_url, text

LOGGED = re.compile(r"LOG:  (?:statement|execute [^:]+): (.*)")
ASKS = re.compile(r"\s*\(?\s*(?:SELECT|WITH)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Counted:
    """Statements an operation: those that ask for rows, and all, those that only begin or end something included."""

    asking: float
    every: float


@contextmanager
def logged(url: str) -> Iterator[Callable[[], list[str]] | None]:
    """Has the database's new connections log what they execute, and reads what was logged since it was last read.

    None where the server's log is not beside its data, as with a server that was given.
    """
    name = make_url(url).database
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with closing_engine(engine) as connection:
        path = connection.execute(text("SELECT current_setting('data_directory') || '/../log'")).scalar_one()
        if connection.execute(text("SELECT size FROM pg_stat_file(:path, true)"), {"path": path}).scalar_one() is None:
            yield None
            return
        connection.execute(text(f"ALTER DATABASE {name} SET log_statement = 'all'"))
        try:
            yield _Log(connection, path)
        finally:
            connection.execute(text(f"ALTER DATABASE {name} RESET log_statement"))


@contextmanager
def closing_engine(engine: Engine) -> Iterator[Connection]:
    """A connection of an engine that ends with it."""
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


class _Log:
    def __init__(self, connection: Connection, path: str) -> None:
        self.connection = connection
        self.path = path
        self.read = 0

    def __call__(self) -> list[str]:
        """The first line of each statement logged since the last call."""
        chosen = text("SELECT pg_read_file(:path, :begin, 100000000)")
        added: str = self.connection.execute(chosen, {"path": self.path, "begin": self.read}).scalar_one()
        self.read += len(added.encode())
        return LOGGED.findall(added)


def counted(statements: list[str], operations: int) -> Counted:
    """How many of the statements there were for each operation."""
    asking = sum(1 for statement in statements if ASKS.match(statement))
    return Counted(asking / operations, len(statements) / operations)
