"""Progress: how far a delivery is, told to whoever started it and kept for everybody else.

Only a delivery that takes longer than a moment leaves a row in `receivings`. The row is written on a connection of its
own, beside the staging that locks nobody, and its end in the transaction that makes the lines facts. A row that stands
still while READING or APPLYING belongs to a process that was killed.
"""

import os
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, BinaryIO

from sqlalchemy import Connection

from tap_graph.services.receiving.delivery import Delivery
from tap_graph.storage.progress import ProgressRow
from tap_graph.storage.unit_of_work import Database

EVERY = 1.0
"""Seconds between two rows written, and until the first."""
READING, APPLYING, FAILED = "READING", "APPLYING", "FAILED"


class Progress:
    """How far one delivery is."""

    def __init__(self, database: Database, delivery: Delivery, now: datetime) -> None:
        self._delivery = delivery
        self._now = now
        self._began = self._written = monotonic()
        self._size = _size(delivery.stream)
        self._bytes = self._lines = 0
        self._row = ProgressRow(database)
        self._settled = False

    def watched(self, stream: BinaryIO) -> BinaryIO:
        """The stream, which tells this progress how far it was read; it may be larger than what was delivered."""
        self._size = _size(stream)
        watched: Any = _Watched(stream, self)
        result: BinaryIO = watched
        return result

    def read(self, *, bytes_read: int | None = None, lines: int = 0) -> None:
        """Takes down how far reading is: bytes from the beginning, and lines more than before."""
        self._bytes = self._bytes if bytes_read is None else bytes_read
        self._lines += lines
        self._delivery.tell(self._bytes, self._lines)
        if monotonic() - self._written >= EVERY:
            self._write(READING)

    def applying(self) -> None:
        """All is read; what follows is the one transaction."""
        if self._row.is_written:
            self._write(APPLYING)

    def settle(self, connection: Connection, phase: str, delivery_id: int) -> None:
        """Ends it in the transaction that ends the delivery."""
        self._settled = True
        if self._row.is_written:
            self._row.settle(connection, phase, delivery_id, self._moment())

    def end(self) -> None:
        """Takes down that it failed, where the delivery was not settled."""
        if not self._settled and self._row.is_written:
            self._write(FAILED)

    def _write(self, phase: str) -> None:
        self._written = monotonic()
        what = {"kind": self._delivery.kind, "sender": self._delivery.sender, "file": self._delivery.file, "bytes": self._size}
        far = {"phase": phase, "bytes_read": self._bytes, "lines_read": self._lines, "updated_at": self._moment()}
        self._row.write({**what, **far, "started_at": self._now})

    def _moment(self) -> datetime:
        return self._now + timedelta(seconds=monotonic() - self._began)


class _Watched:
    """A stream that tells how far it was read."""

    def __init__(self, stream: BinaryIO, progress: Progress) -> None:
        self._stream = stream
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        """Reads and tells."""
        data = self._stream.read(size)
        self._progress.read(bytes_read=self._stream.tell())
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _size(stream: BinaryIO) -> int:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size
