"""The row of a delivery under way, written beside the delivery and never in its way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import OperationalError

from tap_graph.storage.tables import receivings
from tap_graph.storage.tables.installation import DATA_VERSION
from tap_graph.storage.unit_of_work import BUSY_SECONDS, NEW_VERSION, Database


class ProgressRow:
    """One row of `receivings`; a database in memory has one connection, which the delivery holds, and gets none."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._id: int | None = None

    @property
    def is_written(self) -> bool:
        """Whether there is a row."""
        return self._id is not None

    def write(self, values: Mapping[str, Any]) -> None:
        """Writes how far the delivery is; passed over where another writer holds SQLite's lock."""
        if self._database.is_in_memory:
            return
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if self._database.dialect == "postgresql":
                self._put(connection, values)
                return
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                self._put(connection, values)
            except OperationalError as error:
                if "locked" not in str(error.orig):
                    raise
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def settle(self, connection: Connection, phase: str, delivery_id: int, at: datetime) -> None:
        """Ends the row in the delivery's own transaction."""
        ended = {"phase": phase, "delivery_id": delivery_id, "updated_at": at, "bytes_read": receivings.c.bytes}
        connection.execute(update(receivings).where(receivings.c.id == self._id).values(**ended))

    def _put(self, connection: Connection, values: Mapping[str, Any]) -> None:
        if self._id is None:
            self._id = int(connection.execute(insert(receivings).values(**values).returning(receivings.c.id)).scalar_one())
        else:
            connection.execute(update(receivings).where(receivings.c.id == self._id).values(**values))
        # Whoever holds an answer about deliveries under way holds an old one.
        connection.execute(NEW_VERSION, {"name": DATA_VERSION, "version": uuid4().hex})
