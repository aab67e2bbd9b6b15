"""Temporary tables: described once for all transactions, for SQLAlchemy compiles every statement anew for a table it has not met."""

from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table

_described: dict[tuple[str, str], Table] = {}


def temporary_table(connection: Connection, name: str, *columns: Column[Any]) -> Table:
    """The temporary table of that name; other columns under the same name are a TypeError.

    It is a description only: creating and dropping it is the caller's.
    """
    key = (connection.dialect.name, name)
    table = _described.get(key)
    if table is None:
        table = _described.setdefault(key, Table(name, MetaData(), *columns, prefixes=["TEMPORARY"]))
    elif [column.name for column in table.columns] != [column.name for column in columns]:
        raise TypeError(f"the temporary table {name} has been described with other columns")
    return table
