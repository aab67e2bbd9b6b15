"""CSV as a feed: the records that `feeds/csv.py` reads, with what the deliveries' list shows of the file."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from tap_graph.feeds.csv import read
from tap_graph.feeds.feed import Format, Report
from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.lines import Line

LONGEST_HEADER = 4096


class CsvFeed:
    """A CSV file while it is read; it knows no reports and no envelope."""

    format = Format.CSV

    def __init__(self, stream: BinaryIO, kind: Kind) -> None:
        stream.seek(0)
        self.header = stream.readline(LONGEST_HEADER).decode("utf-8", errors="replace").strip("\ufeff\r\n").replace("\x00", "")
        self.reports: list[Report] = []
        self.envelope: Mapping[str, Any] | None = None
        self.stream = stream
        self._kind = kind

    def lines(self) -> Iterator[Line]:
        """The data records, from the beginning of the stream."""
        self.stream.seek(0)
        return read(self.stream, self._kind)
