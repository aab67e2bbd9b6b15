"""Feed: a file of a kind on its way to typed lines, whatever its format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from tap_graph.feeds.lines import Line
from tap_graph.feeds.problems import Problem


class Format(StrEnum):
    """How a file is written; recognized by its content, never by its name."""

    CSV = "CSV"
    XLSX = "XLSX"
    X12 = "X12"
    EDIFACT = "EDIFACT"


class Purpose(StrEnum):
    """What a POS report wants: to be taken, to take the place of another, or to take another back."""

    ORIGINAL = "ORIGINAL"
    REPLACE = "REPLACE"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One POS report of a file: an 867 transaction set or a SLSRPT message, with the span of its lines.

    Formats that know no reports (CSV, XLSX) give none. Defects that concern the whole report (totals, counts, envelope of the set)
    stand here: with any of them every line of the report is refused. What is wrong with one line stands at that line.
    """

    distributor_id: str | None
    number: str | None
    """Number of this report (BPT02; BGM 1004)."""
    replaces: str | None
    """Number of the report it replaces or cancels (BPT09; RFF+ACW); None where it names none."""
    purpose: Purpose
    reported_on: date | None
    first_day: date | None
    """First day of the period it reports; None where it says none."""
    last_day: date | None
    first_record: int
    """Records (`Line.record`) it holds, both included; a zero report has `last_record == first_record - 1`."""
    last_record: int
    defects: tuple[Problem, ...] = ()


class Feed(Protocol):
    """One file while it is read. `lines` is asked once; `reports` and `envelope` are complete when it has ended."""

    format: Format
    header: str
    """What the deliveries' list shows of the file: its header line, or its first segment; at most 4,096 characters."""
    reports: list[Report]

    @property
    def envelope(self) -> Mapping[str, Any] | None:
        """What an answer to the sender needs to know, as plain JSON: control numbers, identities, versions, errors of each set.

        None for CSV and XLSX.
        """

    def lines(self) -> Iterator[Line]:
        """The records as they come, never the whole file at once.

        Raises `FileRefused` (or `ReportRefused`, with all defects) where it shows that the file as a whole cannot be taken: that
        may be after many good lines, so whoever takes them keeps nothing until the end.
        """
