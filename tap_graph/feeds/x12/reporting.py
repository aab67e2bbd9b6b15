"""Reporting: one 867 while it is read, from its ST to its SE, to a `Report` and its lines."""

from collections.abc import Iterator, Sequence

from tap_graph.feeds.defects import MOST_DEFECTS
from tap_graph.feeds.feed import Report
from tap_graph.feeds.kinds import POS
from tap_graph.feeds.lines import Line, LineReader
from tap_graph.feeds.problems import Problem
from tap_graph.feeds.profiles import Profiles
from tap_graph.feeds.x12.codes import METER_PARTIES, METER_TRANSFERS, METER_UNITS
from tap_graph.feeds.x12.envelope import differences
from tap_graph.feeds.x12.heading import Heading, read_heading
from tap_graph.feeds.x12.item import Reading, products
from tap_graph.feeds.x12.mapping import ItemReader
from tap_graph.feeds.x12.segments import Delimiters, Segment, placed
from tap_graph.feeds.x12.shapes import MOST_SHAPES, Shape, learn
from tap_graph.feeds.x12.structure import SUMMARY, misuses
from tap_graph.feeds.x12.totals import Totals

NAMES = [column.name for column in POS.columns]
KEYS = POS.keys


class ReportReader:
    """Reads one 867."""

    def __init__(self, start: Segment, record: int, delimiters: Delimiters, profiles: Profiles, senders: Sequence[str]) -> None:
        self.record = record
        """The next record."""
        self.defects: list[Problem] = []
        """What is wrong with the report as a whole, as far as it was found by others."""
        self.totals = Totals()
        self.ordinals: dict[str, int] = {}
        """How many lines each invoice has that did not number them."""
        self._start = start
        self._first_record = record
        self._delimiters = delimiters
        self._profiles = profiles
        self._senders = senders
        self._opening: list[Segment] = []
        self._closing: list[Segment] = []
        self._heading: Heading | None = None
        self._items: ItemReader | None = None
        self._typed = LineReader(POS, NAMES)
        self._shapes: list[Shape] = []
        self._untaught = MOST_SHAPES

    def take(self, segment: Segment) -> None:
        """Takes a segment of the heading or the summary."""
        part = self._opening if self._items is None and segment.tag not in SUMMARY else self._closing
        if len(part) < MOST_DEFECTS:
            part.append(segment)

    def meter_mark(self, segment: Segment) -> int | None:
        """The element that shows that the set reports what a meter read, not sales."""
        marks = {"PTD": (1, METER_TRANSFERS), "N1": (1, METER_PARTIES), "QTY": (3, METER_UNITS)}
        if segment.tag not in marks:
            return None
        element, codes = marks[segment.tag]
        return element if segment[element].split(self._delimiters.component)[0] in codes else None

    def quickly(self, pieces: Sequence[str], start: int, number: int) -> tuple[list[Line], int]:
        """The lines of PTD loops from `start` on that are shaped like one before, and how many segments they have.

        Pieces lack their first `PTD*`; the first has that segment number. None, where the first one has another shape.
        """
        for shape in self._shapes:
            lines = shape.read(pieces, start, number, self.record, self.totals, self.ordinals)
            if lines:
                if shape is not self._shapes[0]:
                    self._shapes.remove(shape)
                    self._shapes.insert(0, shape)
                self.record += len(lines)
                return lines, len(lines) * shape.segments
        return [], 0

    def carefully(self, loop: Sequence[Segment]) -> Iterator[Line]:
        """The lines of a PTD loop: one for each product it names."""
        items = self._settled()
        self.totals.loops += 1
        for count, item in enumerate(products(loop)):
            reading = items.read(item)
            self.totals.more_items += count > 0
            self.totals.add(reading)
            yield self._line(reading, item[0].number if count == 0 else _begin(item, loop).number)
            self.record += 1

    def end(self, trailer: Segment | None, *, truncated: bool = False) -> Report:
        """The report, whose set ends with that SE; None where it has none, because the file ends (`truncated`) or another begins."""
        self._settled()
        heading = self._heading
        if heading is None:
            raise AssertionError("a settled report has a heading")
        defects = [*self.defects, *heading.problems, *misuses(self._closing, SUMMARY, "summary")]
        defects += self.totals.differences(self._closing, has_currency=heading.currency is not None)
        if trailer is not None:
            defects += differences(trailer, self._start[2], trailer.number - self._start.number + 1, "segments")
        elif not truncated:
            defects.append(self._start.problem("SEGMENT_MISSING", "no SE closes this set. Give one."))
        return Report(
            distributor_id=heading.distributor or None,
            number=heading.number or None,
            replaces=heading.replaces or None,
            purpose=heading.purpose,
            reported_on=heading.reported_on,
            first_day=heading.first_day,
            last_day=heading.last_day,
            first_record=self._first_record,
            last_record=self.record - 1,
            defects=tuple(defects[:MOST_DEFECTS]),
        )

    def _settled(self) -> ItemReader:
        if self._items is None:
            self._heading = read_heading(self._start, self._opening, self._profiles, self._senders)
            self._items = ItemReader(self._heading, self._delimiters.component)
        return self._items

    def _line(self, reading: Reading, number: int) -> Line:
        numbered = bool(reading.cells.get("invoice_line"))
        cells = [self._cell(reading, column) for column in NAMES]
        raw = self._delimiters.terminator.join(self._delimiters.element.join(segment.elements) for segment in reading.item)
        line = self._typed.line(self.record, (number, raw, cells, ""))
        told = {problem.column for problem in reading.problems}
        typing = [_where(problem, reading, number) for problem in line.problems if problem.column not in told]
        problems = (*reading.problems, *typing)
        if not problems:
            self._teach(reading, line, numbered=numbered)
            return line
        unread = told.intersection(KEYS)
        return line._replace(values=None, key=None if unread else line.key, problems=problems)

    def _cell(self, reading: Reading, column: str) -> str:
        if column == "report_number":
            return self._heading.number if self._heading is not None else ""
        if column == "invoice_line" and not reading.cells.get(column):
            invoice = reading.cells.get("invoice_number", "")
            if not invoice:
                return ""
            self.ordinals[invoice] = self.ordinals.get(invoice, 0) + 1
            return str(self.ordinals[invoice])
        return reading.cells.get(column, "")

    def _teach(self, reading: Reading, line: Line, *, numbered: bool) -> None:
        """Keeps the shape of a loop that was read without any problem, until there are too many to try."""
        if not self._untaught or (not numbered and "invoice_number" not in reading.cells):
            return
        self._untaught -= 1
        shape = learn(reading, line, self._delimiters)
        if shape is not None:
            self._shapes.insert(0, shape)


def _begin(item: Sequence[Segment], loop: Sequence[Segment]) -> Segment:
    """The first segment of a later product that is not shared with the first."""
    shared = next((at for at, (one, other) in enumerate(zip(item, loop, strict=False)) if one is not other), 0)
    return item[shared]


def _where(problem: Problem, reading: Reading, number: int) -> Problem:
    """A problem of a typed cell, told with the element the cell came from."""
    segment, element = reading.place_of(problem.column or "")
    message = problem.message.removeprefix(f"Line {number}: ")
    return placed(Problem(problem.code, problem.column, problem.value, message, segment.place(element)))
