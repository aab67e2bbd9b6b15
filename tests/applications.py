"""Applications over prepared databases: migrated and published once per process, copied for each test."""

import io
import sqlite3
from functools import cache
from typing import cast

from sqlalchemy import select

from tap_graph.app import Application
from tap_graph.rules.host import find_rulebooks
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database


@cache
def prepared() -> Database:
    """An in-memory database with every table and every installed rulebook published."""
    database = Database("sqlite://")
    Application(database, find_rulebooks()).migrate()
    return database


def in_memory() -> Application:
    """An application over a fresh copy of the prepared database."""
    target = Database("sqlite://")
    with prepared().engine.connect() as origin, target.engine.connect() as copy:
        driver = cast("sqlite3.Connection", origin.connection.driver_connection)
        driver.backup(cast("sqlite3.Connection", copy.connection.driver_connection))
    return Application(target, find_rulebooks())


def over(database: Database) -> Application:
    """An application over a database that holds the tables; its rulebooks are published here."""
    application = Application(database, find_rulebooks())
    application.migrate()
    return application


def deliver(application: Application, kind: str, text: str, **how: object) -> Received:
    """Delivers the text of one file."""
    return application.ingest(Delivery(kind, io.BytesIO(text.encode()), f"{kind}.csv", **how))  # type: ignore[arg-type]


def rows(application: Application, table: str, *columns: str) -> list[tuple[object, ...]]:
    """Rows of a table by id, the named columns only."""
    found = t.metadata.tables[table]
    with application.database.reading() as connection:
        chosen = select(*(found.c[name] for name in columns)).order_by(*found.primary_key.columns)
        return [tuple(row) for row in connection.execute(chosen)]
