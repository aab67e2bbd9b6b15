"""Item: a LIN with what belongs to it, to the cells of one POS line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from tap_graph.feeds.edifact import values
from tap_graph.feeds.edifact.section import Found, Section
from tap_graph.feeds.edifact.segments import Segment, placed
from tap_graph.feeds.kinds import POS
from tap_graph.feeds.lines import Line, LineReader
from tap_graph.feeds.problems import Malformed, Problem, shown

COLUMNS = tuple(column.name for column in POS.columns)
KEY_COLUMNS = POS.keys
OUTER = ("partner_number", "invoice_number", "order_number", "deviation_number", "shipped_on")
"""Columns that an item takes from its place, or from the heading, where it says nothing itself."""
BY_BYTE = attrgetter("place.byte")


@dataclass(slots=True)
class Context:
    """What is known around the items of a message."""

    heading: Section
    distributor: Found
    """Who reports; its text is the profile's id where there is one."""
    report_number: str
    reported_on: str
    currency: bool
    decimal_marks: str
    place: Section | None = None
    items_of: dict[str, int] = field(default_factory=dict)
    """How many items each invoice had so far."""

    def outer(self) -> tuple[Section, ...]:
        """The sections around an item, from the inside out."""
        return (self.heading,) if self.place is None else (self.place, self.heading)


@dataclass(slots=True)
class Item:
    """One item while it becomes a line."""

    context: Context
    section: Section
    lin: Segment
    cells: dict[str, str] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    quantity: str | None = None
    """The quantity as written, for the control total; None where it cannot be read."""

    def read(self) -> "Item":
        """Fills cells and problems; answers itself."""
        self.problems = self.section.problems
        for name in OUTER:
            self._take(name)
        self._take("product", outer=False)
        self._order_line()
        self._invoice_day()
        self._invoice_line()
        self._quantity()
        self._amounts()
        self.cells["distributor_id"] = self.context.distributor.text
        self.cells["report_number"] = self.context.report_number
        self.cells["reported_on"] = self.context.reported_on
        self.cells["serial_numbers"] = ";".join(found.text for found in self.section.serials)
        self.found["distributor_id"] = self.context.distributor
        if self.section.serials:
            self.found["serial_numbers"] = self.section.serials[0]
        if "partner_number" not in self.found:
            wanted = " or ".join(f"NAD+{qualifier}" for qualifier in self.section.usage.reseller)
            self._wrong("PARTY_MISSING", f"no party says who bought. Add {wanted}, with an id or a name.", "partner_number")
        return self

    def line(self, reader: LineReader, count: int, raw: str) -> Line:
        """The line of the item; all its problems are told with their places, in the order of the file."""
        cells = [self.cells.get(name, "") for name in COLUMNS]
        # What the quick way asks of the raw text, it asks of the cells: segments may be long, or on lines of their own.
        line = reader.line(count, (self.lin.number, ",".join(cells), cells, ""))
        if not line.problems and not self.problems:
            return line._replace(raw=raw)
        own = {problem.column for problem in self.problems}
        told = [self._placed(problem) for problem in line.problems if problem.column not in own]
        key = None if own.intersection(KEY_COLUMNS) else line.key
        values_ = None if self.problems else line.values
        return line._replace(raw=raw, values=values_, key=key, problems=tuple(sorted([*self.problems, *told], key=BY_BYTE)))

    def _take(self, name: str, *, outer: bool = True) -> None:
        for section in (self.section, *(self.context.outer() if outer else ())):
            if found := section.found.get(name):
                self.cells[name], self.found[name] = found.text, found
                return

    def _order_line(self) -> None:
        """The line of the order that was taken, and of no other."""
        order = self.found.get("order_number")
        for section in (self.section, *self.context.outer()):
            if order and section.found.get("order_number") is order and (line := section.found.get("order_line")):
                self.cells["order_line"], self.found["order_line"] = line.text, line

    def _invoice_day(self) -> None:
        """The day that stands with a reference is that of its invoice, and of no other."""
        invoice = self.found.get("invoice_number")
        for section in (self.section, *self.context.outer()):
            day = section.found.get("invoiced_on")
            if day is None and invoice is section.found.get("invoice_number"):
                day = section.found.get("invoiced_with")
            if day is not None:
                self.cells["invoiced_on"], self.found["invoiced_on"] = day.text, day
                return

    def _invoice_line(self) -> None:
        invoice = self.cells.get("invoice_number", "")
        counted = self.context.items_of
        counted[invoice] = counted.get(invoice, 0) + 1
        self._take("invoice_line", outer=False)
        if "invoice_line" not in self.cells:
            self.found["invoice_line"] = Found(self.lin.get(1), self.lin, 1, 0, 0)
            self.cells["invoice_line"] = self.lin.get(1) or str(counted[invoice])

    def _quantity(self) -> None:
        quantities = self.section.quantities
        if not quantities:
            usage = self.section.usage
            wanted = " or ".join(f"QTY+{qualifier}" for qualifier in (*usage.sold[:1], *usage.returned[:1]))
            self._wrong("QUANTITY_MISSING", f"no quantity says what was sold or returned. Add {wanted}.", "quantity")
            return
        first, *others = quantities
        for other in others:
            text = f"the item has another quantity sold or returned, in segment {first.segment.number}. Write an item for each sale."
            self.section.wrong(other.segment, "SEVERAL_QUANTITIES", text, 1, 1, "quantity")
        unit = first.segment.get(1, 2)
        if unit and unit not in self.section.usage.pieces:
            known = ", ".join(self.section.usage.pieces)
            text = f"`{shown(unit)}` is no unit of pieces. Give pieces, in {known}."
            self.section.wrong(first.segment, "UNKNOWN_UNIT", text, 1, 2, "quantity")
        if not others:
            self._pieces(first)

    def _pieces(self, found: Found) -> None:
        try:
            text = values.number(found.text, self.context.decimal_marks)
        except Malformed as bad:
            self.section.wrong(found.segment, bad.code, f"quantity `{shown(found.text)}` {bad}", 1, 1, "quantity")
            return
        returned = found.rank < 0
        if returned and text.startswith("-"):
            what = f"`{shown(found.text)}` pieces returned would be a sale. Write returns without the minus sign."
            self.section.wrong(found.segment, "NEGATIVE_RETURN", what, 1, 1, "quantity")
            return
        self.quantity = text
        self.cells["quantity"] = f"-{text}" if returned else text
        self.found["quantity"] = found

    def _amounts(self) -> None:
        """No amount becomes a cell, but one that cannot be read casts doubt on its item."""
        sections = (self.section, *self.context.outer())
        currency = self.context.currency or any(section.currency for section in sections)
        for amount in self.section.amounts:
            try:
                values.number(amount.text, self.context.decimal_marks)
            except Malformed as bad:
                self.section.wrong(amount.segment, "NOT_AN_AMOUNT", f"`{shown(amount.text)}` {bad}", 1, 1)
            if not currency and amount.rank:
                text = f"the amount `{shown(amount.text)}` has no currency. Add CUX to the message."
                self.section.wrong(amount.segment, "CURRENCY_MISSING", text, 1, 1)

    def _wrong(self, code: str, text: str, column: str) -> None:
        """Something that the item lacks."""
        self.problems.append(placed(Problem(code, column, None, text), self.section.splitter.place(self.lin)))

    def _placed(self, problem: Problem) -> Problem:
        """A problem that the reader of lines found, with the place of what it found it in."""
        found = self.found.get(problem.column or "")
        splitter = self.section.splitter
        place = splitter.place(found.segment, found.element, found.component) if found else splitter.place(self.lin)
        text = problem.message.removeprefix(f"Line {self.lin.number}: ")
        return placed(Problem(problem.code, problem.column, problem.value, text), place)


def raw_of(segments: Sequence[Segment], charset: str, terminator: str) -> str:
    """Segments as they came, without the line breaks between them."""
    end = terminator.encode()
    return (end.join(segment.raw for segment in segments) + end).decode(charset, errors="replace")
