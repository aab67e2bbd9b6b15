"""Writing: the same report in each format that distributors send, such that the receiver gets the same facts from each."""

import io
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import BinaryIO, Protocol

from tap_graph.domain.errors import UnknownName
from tap_graph.testing.distributor.reports import File, Report
from tap_graph.testing.distributor.writing.csv import write_csv
from tap_graph.testing.distributor.writing.edifact import write_edifact
from tap_graph.testing.distributor.writing.x12 import write_x12_4010, write_x12_5010
from tap_graph.testing.distributor.writing.xlsx import write_xlsx

__all__ = ["WireFormat", "file_of", "format_named", "write_csv", "write_report"]


class WireFormat(StrEnum):
    """How a report is written."""

    CSV = "csv"
    XLSX = "xlsx"
    X12_4010 = "x12-4010"
    X12_5010 = "x12-5010"
    EDIFACT = "edifact"


class Write(Protocol):
    """Writes one report, line by line; `surplus` is how many lines and pieces too many its control totals say."""

    def __call__(self, report: Report, stream: BinaryIO, surplus: int, /) -> None: ...


def _without_totals(write: Callable[[list[Report], BinaryIO], None]) -> Write:
    def written(report: Report, stream: BinaryIO, _surplus: int, /) -> None:
        write([report], stream)

    return written


WRITERS: Mapping[WireFormat, tuple[Write, str, str]] = {
    WireFormat.CSV: (_without_totals(write_csv), ".csv", "text/csv"),
    WireFormat.XLSX: (write_xlsx, ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    WireFormat.X12_4010: (write_x12_4010, ".x12", "application/edi-x12"),
    WireFormat.X12_5010: (write_x12_5010, ".x12", "application/edi-x12"),
    WireFormat.EDIFACT: (write_edifact, ".edi", "application/edifact"),
}
"""How each format is written, the ending of its files' names and its media type."""


def format_named(name: str) -> WireFormat:
    """The format of that name; one that does not exist is an `UnknownName` that lists those that do."""
    if name not in list(WireFormat):
        raise UnknownName(f"`{name}` is no format of a report; there are {', '.join(WireFormat)}.")
    return WireFormat(name)


def write_report(report: Report, name: str, stream: BinaryIO, *, surplus: int = 0) -> None:
    """Writes a report in the format of that name; a million lines take no more memory than one (XLSX: a temporary file)."""
    write, _, _ = WRITERS[format_named(name)]
    write(report, stream, surplus)


def file_of(report: Report, name: str, *, surplus: int = 0) -> File:
    """A report as a file in the format of that name."""
    wire_format = format_named(name)
    _, ending, media_type = WRITERS[wire_format]
    stream = io.BytesIO()
    write_report(report, wire_format, stream, surplus=surplus)
    return File(f"{report.number}{ending}", "pos", media_type, stream.getvalue())
