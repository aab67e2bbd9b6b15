"""Reading: an X12 file as a feed of `pos`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.defects import Defects
from tap_graph.feeds.feed import Format, Report
from tap_graph.feeds.kinds import POS, Kind
from tap_graph.feeds.lines import Line
from tap_graph.feeds.problems import ReportRefused
from tap_graph.feeds.profiles import Profiles
from tap_graph.feeds.x12.batches import Batch, Batches
from tap_graph.feeds.x12.envelope import Envelope
from tap_graph.feeds.x12.reporting import ReportReader
from tap_graph.feeds.x12.segments import BLANKS, BYTE_ORDER_MARK, ISA_BYTES, Segment, refused
from tap_graph.feeds.x12.structure import ENDS_OF_LOOP, ENVELOPE

FIRST = 1024
MOST_SEGMENTS = 1 << 19
"""Of a PTD loop: as many as fit into the 4 MiB it may have."""


class X12Feed:
    """An X12 file of 867 sets (Product Transfer and Resale Report) while it is read; docs/formats/x12-867.md says how.

    Raises `FileRefused` (`NOT_THIS_KIND`) for every kind but `pos`.
    """

    format = Format.X12

    def __init__(self, stream: BinaryIO, kind: Kind, profiles: Profiles) -> None:
        if kind.name != POS.name:
            message = f"The file is X12, in which only {POS.name} is read, not {kind.name}. Deliver it as CSV, or as {POS.name}."
            raise FileRefused("NOT_THIS_KIND", message, 1)
        stream.seek(0)
        first = stream.read(FIRST).removeprefix(BYTE_ORDER_MARK).lstrip(BLANKS)
        stream.seek(0)
        self.header = first[: ISA_BYTES - 1].decode("utf-8", errors="replace").replace("\x00", "")
        self.reports: list[Report] = []
        self._stream = stream
        self._profiles = profiles
        self._defects = Defects()
        self._envelope = Envelope(self._defects)
        self._report: ReportReader | None = None
        self._loop: list[Segment] = []
        self._record = 1
        self._last: Batch | None = None

    @property
    def envelope(self) -> Mapping[str, Any]:
        """What an answer has to know; complete when `lines` has ended, also where it ended by a refusal."""
        return self._envelope.as_json()

    def lines(self) -> Iterator[Line]:
        """One line for each product of each PTD loop; `ReportRefused` at the end where the file as a whole is refused."""
        self._stream.seek(0)
        try:
            for batch in Batches(self._stream, self._defects):
                yield from self._batch(batch)
            yield from self._close_loop()
        except ReportRefused as refusal:
            for problem in refusal.problems:
                self._defects.of_file(problem)
            self._close_set(None, truncated=True)
        else:
            self._end()
        self._defects.refuse_file()

    def _batch(self, batch: Batch) -> Iterator[Line]:
        element, terminator = batch.delimiters.element, batch.delimiters.terminator
        tag = f"PTD{element}"
        pieces = batch.text.split(terminator + tag)
        begins_with_loop = pieces[0].startswith(tag)
        if begins_with_loop:
            pieces[0] = pieces[0].removeprefix(tag)
        index = place = 0
        while place < len(pieces):
            is_loop = place > 0 or begins_with_loop
            if is_loop and self._loop:
                yield from self._close_loop()
            if is_loop and batch.printable and self._report is not None:
                lines, segments = self._report.quickly(pieces, place, batch.number + index)
                if lines:
                    yield from lines
                    place += len(lines)
                    index += segments
                    continue
            text = tag + pieces[place] if is_loop else pieces[place]
            yield from self._carefully(batch, batch.segments(index, text))
            index += text.count(terminator) + 1
            place += 1
        self._last = batch

    def _carefully(self, batch: Batch, segments: Sequence[Segment]) -> Iterator[Line]:
        for segment in segments:
            if self._loop and segment.tag in ENDS_OF_LOOP:
                yield from self._close_loop()
            if segment.tag in ENVELOPE:
                self._enveloping(segment, batch)
            elif self._envelope.set is None:
                self._envelope.outside(segment)
            elif self._report is not None:
                self._within(self._report, segment)
        # A loop that begins with a bare PTD may go on in the next batch.
        if self._loop and len(self._loop[0].elements) > 1:
            yield from self._close_loop()

    def _within(self, report: ReportReader, segment: Segment) -> None:
        element = report.meter_mark(segment)
        if element is not None:
            what = f"is `{segment[element]}`: the set reports what a meter read, it is no report of sales. Deliver reports of sales only."
            self._envelope.not_a_report(segment.problem("NOT_A_POS_REPORT", what, element))
            self._record, self._report, self._loop = report.record, None, []
        elif segment.tag == "PTD" or self._loop:
            self._loop.append(segment)
            if len(self._loop) > MOST_SEGMENTS:
                raise refused("RECORD_TOO_LARGE", "this PTD loop has too many segments. Report it in several.", self._loop[0].place())
        else:
            report.take(segment)

    def _close_loop(self) -> Iterator[Line]:
        loop, self._loop = self._loop, []
        if self._report is None or not loop:
            return
        for line in self._report.carefully(loop):
            if line.problems:
                self._defects.of_part(line.problems)
                self._envelope.faults(line.problems)
            yield line

    def _enveloping(self, segment: Segment, batch: Batch) -> None:
        match segment.tag:
            case "SE":
                if self._envelope.set is None:
                    self._envelope.surplus_set_trailer(segment)
                self._close_set(segment)
            case "ST":
                self._close_set(None)
                self._open_set(segment, batch)
            case "GS":
                self._close_set(None)
                self._envelope.open_group(segment)
            case "GE":
                self._close_set(None)
                self._envelope.close_group(segment)
            case "ISA":
                self._close_set(None)
                self._envelope.open_interchange(segment, batch.delimiters)
            case "IEA":
                self._close_set(None)
                self._envelope.close_interchange(segment)

    def _open_set(self, segment: Segment, batch: Batch) -> None:
        interchange, group = self._envelope.interchange, self._envelope.group
        if not self._envelope.open_set(segment):
            return
        senders = [sender for sender in (interchange.sender[1] if interchange else "", group.sender if group else "") if sender]
        self._report = ReportReader(segment, self._record, batch.delimiters, self._profiles, senders or [""])
        self._report.defects += self._envelope.doubled_set(segment)

    def _close_set(self, trailer: Segment | None, *, truncated: bool = False) -> None:
        report, self._report = self._report, None
        if report is None:
            self._envelope.close_set((), rejected=False)
            return
        ended = report.end(trailer, truncated=truncated)
        self._record = report.record
        self.reports.append(ended)
        self._defects.of_part(ended.defects)
        self._envelope.note_report(ended)
        self._envelope.close_set(ended.defects, rejected=bool(ended.defects))

    def _end(self) -> None:
        """The end of the file: whether it is the end of an interchange."""
        if self._last is None:
            return
        segment = self._last.last()
        if self._envelope.interchange is not None or (self._last.cut and segment.tag != "IEA"):
            self._close_set(None, truncated=True)
            self._envelope.truncated(segment, self._last.byte + len(self._last.original) - 1)
