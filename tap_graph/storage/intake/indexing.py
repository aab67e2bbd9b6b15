"""Indexing: on SQLite, a delivery that more than doubles a table fills it without its plain indexes and makes them anew.

Sorting a column once costs a third of putting each of its values in place. SQLite drops and makes indexes inside the
delivery's transaction, whose writer keeps readers waiting anyway: who is killed in between leaves everything as it
was. PostgreSQL would keep readers from the table meanwhile, and fills its indexes row by row.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table

# Below that there is nothing to gain.
LEAST = 50_000
PLAIN = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY name"


@contextmanager
def filling(connection: Connection, table: Table, *, before: int, added: int) -> Iterator[None]:
    """Around the statement that adds so many rows to a table of about so many before."""
    worthwhile = connection.dialect.name == "sqlite" and added >= max(before, LEAST)
    indexes = connection.exec_driver_sql(PLAIN, (table.name,)).all() if worthwhile else []
    for name, _ in indexes:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    for _, sql in indexes:
        connection.exec_driver_sql(sql)
