"""CSV feeds: RFC 4180 bytes to typed lines, one after the other, never the whole file."""

from collections.abc import Iterator
from typing import BinaryIO

from tap_graph.feeds.header import columns_of
from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.lines import Line, LineReader
from tap_graph.feeds.problems import Problem
from tap_graph.feeds.records import records

__all__ = ["Line", "Problem", "read"]


def read(stream: BinaryIO, kind: Kind) -> Iterator[Line]:
    """The data records of a file of that kind, as they come.

    Raises `FileRefused` where it shows that the file cannot be read as its kind: that may be after many good lines,
    so whoever takes them keeps nothing until the end.
    """
    rows = records(stream)
    reader = LineReader(kind, columns_of(kind, next(rows, None)))
    for count, record in enumerate(rows, 1):
        yield reader.line(count, record)
