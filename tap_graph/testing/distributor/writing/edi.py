"""What X12 and EDIFACT have in common: control numbers, days without dashes, segments counted as they are written."""

import re
from collections.abc import Iterable
from typing import BinaryIO
from zlib import crc32

from tap_graph.testing.distributor.reports import Report

DIGITS = re.compile(r"-?[0-9]+")
BATCH = 1000


def control_number(report: Report) -> int:
    """A number of at most nine digits that follows from the report: the same report sent again is the same interchange."""
    return crc32(f"{report.distributor_id}/{report.number}/{report.purpose}".encode()) % 1_000_000_000


def compact(day: str) -> str:
    """A day (or what stands in its place) as EDI writes it."""
    return day.replace("-", "")


def pieces(quantity: str) -> int:
    """What a quantity adds to a control total: its pieces, returned ones too; nothing where it is no whole number."""
    return abs(int(quantity)) if DIGITS.fullmatch(quantity) else 0


class Segments:
    """Segments on their way into a stream, counted."""

    def __init__(self, stream: BinaryIO, end: str, encoding: str) -> None:
        self._stream = stream
        self._end = end
        self._encoding = encoding
        self._waiting: list[str] = []
        self.count = 0

    def add(self, segments: Iterable[str]) -> None:
        """Adds segments, without their terminators."""
        for segment in segments:
            self._waiting.append(segment)
            self.count += 1
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Writes what waits."""
        self._stream.write("".join(f"{segment}{self._end}" for segment in self._waiting).encode(self._encoding))
        self._waiting.clear()
