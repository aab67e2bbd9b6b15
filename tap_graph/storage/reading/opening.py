"""Opening: the reading pool of a database, by its kind; a driver is loaded where it is used."""

from importlib import import_module

from tap_graph.storage.reading.pool import Functions, ReadLimits, ReadPool
from tap_graph.storage.unit_of_work import Database


def open_reads(database: Database, limits: ReadLimits, functions: Functions) -> ReadPool:
    """A pool for one event loop; *functions* are those that SQLite's statements call by name."""
    module = import_module(f"tap_graph.storage.reading.{database.dialect}")
    if database.dialect == "sqlite":
        pool: ReadPool = module.SqliteReads(database, limits, functions)
        return pool
    return module.PostgresqlReads(database.url, limits)  # type: ignore[no-any-return]
