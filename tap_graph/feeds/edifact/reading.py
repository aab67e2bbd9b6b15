"""Reading: an EDIFACT file as a feed of POS lines."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.defects import Defects
from tap_graph.feeds.edifact.delimiters import BLANKS, BYTE_ORDER_MARK, UNA_BYTES, looks_like_edifact
from tap_graph.feeds.edifact.interchange import Interchange
from tap_graph.feeds.edifact.message import Message
from tap_graph.feeds.edifact.section import Found
from tap_graph.feeds.edifact.segments import Segment, Splitter, placed
from tap_graph.feeds.feed import Format, Report
from tap_graph.feeds.kinds import POS, Kind
from tap_graph.feeds.lines import Line
from tap_graph.feeds.problems import Problem, ReportRefused, shown
from tap_graph.feeds.profiles import Profiles

__all__ = ["EdifactFeed", "looks_like_edifact"]

LONGEST_HEADER = 4096
MESSAGE_TYPE = "SLSRPT"
RELEASE = re.compile(r"([0-9]{2})[A-C]")
FIRST_RELEASE = 1996
CENTURY_BEGINS = 90


class EdifactFeed:
    """An EDIFACT file while it is read. Several interchanges, groups and messages may follow one another.

    Raises `FileRefused` (`NOT_THIS_KIND`) for every kind but `pos`.
    """

    format = Format.EDIFACT

    def __init__(self, stream: BinaryIO, kind: Kind, profiles: Profiles) -> None:
        if kind.name != POS.name:
            message = f"An EDIFACT file holds POS lines, not {kind.name}. Deliver it as pos, or {kind.name} as CSV or .xlsx."
            raise FileRefused("NOT_THIS_KIND", message, 1)
        stream.seek(0)
        first = stream.read(LONGEST_HEADER).removeprefix(BYTE_ORDER_MARK).lstrip(BLANKS)
        unb = first[UNA_BYTES:].lstrip(BLANKS) if first.startswith(b"UNA") else first
        terminator = first[UNA_BYTES - 1 : UNA_BYTES] if first.startswith(b"UNA") else b"'"
        self.header = re.split(rb"[\r\n\x1c]", unb.partition(terminator or b"'")[0])[0].decode("latin-1").replace("\x00", "")
        self.reports: list[Report] = []
        self.envelope: Mapping[str, Any] | None = None
        self._stream = stream
        self._profiles = profiles

    def lines(self) -> Iterator[Line]:
        """The items of all sales reports, one after the other."""
        self._stream.seek(0)
        reader = _Reader(self._stream, self._profiles, self.reports)
        try:
            for segment in reader.splitter.segments():
                line = reader.take(segment)
                if line is not None:
                    yield line
        except ReportRefused as refusal:
            reader.defects.of_file(*refusal.problems)
        last = reader.end()
        self.envelope = reader.envelope()
        if last is not None:
            yield last
        reader.defects.refuse_file()


class _Reader:
    """Follows the envelopes: interchange, group, message."""

    def __init__(self, stream: BinaryIO, profiles: Profiles, reports: list[Report]) -> None:
        self.splitter = Splitter(stream)
        self.defects = Defects()
        self._profiles = profiles
        self._reports = reports
        self._interchanges: list[Interchange] = []
        self._open: Interchange | None = None
        self._message: Message | None = None
        self._foreign = False
        """Inside a message of another type, which is skipped."""
        self._astray = False
        """The segment before stood outside as well: one defect tells of all."""
        self._records = 0

    def take(self, segment: Segment) -> Line | None:
        """Takes the next segment; the line that ends with it, if any."""
        match segment.tag:
            case "UNB":
                return self._unb(segment)
            case "UNH":
                return self._unh(segment)
            case "UNT":
                return self._unt(segment)
            case "UNG" | "UNE" | "UNZ":
                return self._trailer(segment)
        if self._message is not None:
            line = self._message.take(segment)
            if line is not None:
                self._records += 1
                self.defects.of_part(line.problems)
            return line
        if not self._foreign:
            self._outside(segment)
        return None

    def end(self) -> Line | None:
        """The end of the file; the line that was not ended, if any."""
        truncated = self.splitter.truncated
        line = self._leave(None)
        if truncated is not None:
            self._refuse(truncated)
        elif self._open is not None and not self.defects.refuses_file:
            self._refuse(self._missing("UNZ", "TRUNCATED", "the file ends without UNZ. Deliver the whole file."))
        elif not self._interchanges and not self.defects.refuses_file:
            self._refuse(self._missing("UNB", "EMPTY_FILE", "the file holds no interchange. Give UNB to UNZ."))
        for interchange in self._interchanges:
            self.defects.of_file(*interchange.problems)
        self.defects.in_order()
        return line

    def envelope(self) -> Mapping[str, Any]:
        """What an answer needs to know."""
        return {"refused": self.defects.refuses_file, "interchanges": [each.answered() for each in self._interchanges]}

    def _missing(self, tag: str, code: str, text: str) -> Problem:
        return placed(Problem(code, None, None, text), self.splitter.here(tag))

    def _refuse(self, problem: Problem) -> None:
        if self._interchanges:
            self._interchanges[-1].problems.append(problem)
        else:
            self.defects.of_file(problem)

    def _outside(self, segment: Segment) -> None:
        if not self._astray:
            text = f"{shown(segment.tag)} stands outside of any message. Put it between UNH and UNT, or take it away."
            self._refuse(self.splitter.problem(segment, "SEGMENT_OUTSIDE", text))
        self._astray = True

    def _unb(self, segment: Segment) -> Line | None:
        line = self._leave(segment)
        if self._open is not None:
            self._open.wrong(segment, "UNZ_MISSING", f"the interchange of segment {self._open.unb.number} has no UNZ. End it.")
        self._open = Interchange(self.splitter, segment)
        self._open.begin()
        self._interchanges.append(self._open)
        self._astray = False
        return line

    def _unh(self, segment: Segment) -> Line | None:
        line = self._leave(segment)
        interchange = self._open
        if interchange is None:
            self._outside(segment)
            self._foreign = True
            return line
        interchange.count_message(segment)
        self._astray = False
        if segment.get(2, 0) != MESSAGE_TYPE:
            text = f"`{shown(segment.get(2, 0))}` is not a sales data report. Deliver {MESSAGE_TYPE} only, other messages elsewhere."
            interchange.wrong(segment, "NOT_A_POS_REPORT", text, 2, 0)
            interchange.note(segment, None, interchange.problems[-1:])
            self._foreign = True
            return line
        sender = Found(interchange.unb.get(2), interchange.unb, 2, 0, 0)
        marks = ".," if interchange.unb.get(1, 1) == "4" else self.splitter.delimiters.decimal
        self._message = Message(self.splitter, self._profiles, segment, sender, marks, self._records + 1)
        if not segment.get(1):
            self._message.wrong(segment, "ELEMENT_MISSING", "the message has no reference. Give it.", 1)
        if not _supported(segment.get(2, 1), segment.get(2, 2)):
            text = f"release `{shown(segment.get(2, 1))}.{shown(segment.get(2, 2))}` cannot be read. Use D.96A or later."
            self._message.wrong(segment, "UNSUPPORTED_RELEASE", text, 2, 2)
        return line

    def _unt(self, segment: Segment) -> Line | None:
        if self._message is None and not self._foreign:
            self._outside(segment)
        return self._leave(segment)

    def _leave(self, segment: Segment | None) -> Line | None:
        """Ends the open message, by its UNT or because something else begins."""
        message, self._message, self._foreign = self._message, None, False
        if message is None:
            return None
        line, report = message.end(segment if segment is not None and segment.tag == "UNT" else None)
        self._reports.append(report)
        if self._open is not None:
            self._open.note(message.unh, report, [])
        if line is not None:
            self._records += 1
            self.defects.of_part(line.problems)
        self.defects.of_part(report.defects)
        return line

    def _trailer(self, segment: Segment) -> Line | None:
        line = self._leave(segment)
        if self._open is None:
            self._outside(segment)
        elif segment.tag == "UNG":
            self._open.open_group(segment)
        elif segment.tag == "UNE":
            self._open.close_group(segment)
        else:
            self._open.end(segment)
            self._open = None
        return line


def _supported(version: str, release: str) -> bool:
    found = RELEASE.fullmatch(release)
    if version != "D" or found is None:
        return False
    year = int(found[1])
    return year < CENTURY_BEGINS or year + 1900 >= FIRST_RELEASE
