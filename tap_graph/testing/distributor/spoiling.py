"""Spoiling: a report written as a distributor that misbehaves would write it, one file or more."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from tap_graph.domain.errors import TapError
from tap_graph.testing.distributor.dice import Dice
from tap_graph.testing.distributor.misbehaving import Misbehavior
from tap_graph.testing.distributor.reports import File, PosLine, Report
from tap_graph.testing.distributor.writing import WireFormat, file_of

DAYS_LATE = 60
LINE_ENDS = frozenset(b"\r\n")
BINARY = frozenset({WireFormat.XLSX})
WITH_TOTALS = frozenset({WireFormat.X12_4010, WireFormat.X12_5010, WireFormat.EDIFACT})


def spoiled(misbehavior: Misbehavior, report: Report, wire_format: WireFormat) -> list[File]:
    """The files that come in place of a report, in the order in which they come."""
    return SPOILERS[misbehavior.name](report, wire_format)


def _late(report: Report, wire_format: WireFormat) -> list[File]:
    return [file_of(replace(report, reported_on=report.reported_on + timedelta(days=DAYS_LATE)), wire_format)]


def _duplicate(report: Report, wire_format: WireFormat) -> list[File]:
    file = file_of(report, wire_format)
    return [file, _renamed(file, "-again")]


def _split(report: Report, wire_format: WireFormat) -> list[File]:
    lines = list(report.lines)
    half = len(lines) // 2
    halves = [replace(report, number=f"{report.number}-{part}", lines=some) for part, some in (("1", lines[:half]), ("2", lines[half:]))]
    return [file_of(each, wire_format) for each in halves]


def _reordered(report: Report, wire_format: WireFormat) -> list[File]:
    dice = Dice("reordered", report.number)
    placed = sorted((dice.below(1 << 30), line) for line in report.lines)
    return [file_of(replace(report, lines=[line for _, line in placed]), wire_format)]


def _corrected(report: Report, wire_format: WireFormat) -> list[File]:
    lines = report.lines
    return [file_of(replace(report, lines=_one_more(lines)), wire_format), file_of(report.replaced(lines), wire_format)]


def _one_more(lines: Iterable[PosLine]) -> list[PosLine]:
    first = [line._replace(quantity=f"{line.quantity}1") for line in islice(lines, 1)]
    return [*first, *islice(lines, 1, None)]


def _truncated(report: Report, wire_format: WireFormat) -> list[File]:
    file = file_of(report, wire_format)
    end = len(file.content) * 3 // 5
    # At the end of a line nobody could tell.
    while end > 0 and LINE_ENDS.intersection(file.content[end - 1 : end + 1]):
        end -= 1
    return [replace(file, content=file.content[:end])]


def _wrong_totals(report: Report, wire_format: WireFormat) -> list[File]:
    if wire_format not in WITH_TOTALS:
        raise TapError(f"A report as {wire_format} has no totals that could be wrong. Take one of {', '.join(sorted(WITH_TOTALS))}.")
    return [file_of(report, wire_format, surplus=1)]


def _wrong_encoding(report: Report, wire_format: WireFormat) -> list[File]:
    if wire_format in BINARY:
        raise TapError(f"A report as {wire_format} is no text and has no encoding. Take another format.")
    file = file_of(report, wire_format)
    return [replace(file, content=file.content.decode("utf-8").encode("utf-16"))]


def _renamed(file: File, mark: str) -> File:
    stem, dot, ending = file.name.rpartition(".")
    return replace(file, name=f"{stem}{mark}{dot}{ending}")


SPOILERS: Mapping[str, Callable[[Report, WireFormat], list[File]]] = {
    "late": _late,
    "duplicate": _duplicate,
    "split": _split,
    "reordered": _reordered,
    "corrected": _corrected,
    "truncated": _truncated,
    "wrong_totals": _wrong_totals,
    "wrong_encoding": _wrong_encoding,
}
