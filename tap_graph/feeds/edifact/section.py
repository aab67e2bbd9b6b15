"""Section: what the segments of a heading, a place or an item say, by the columns of a POS line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tap_graph.feeds.edifact import values
from tap_graph.feeds.edifact.meaning import Meanings
from tap_graph.feeds.edifact.segments import Segment, Splitter
from tap_graph.feeds.edifact.usage import EdifactUsage
from tap_graph.feeds.problems import Malformed, Problem, shown

LAST = 1_000
"""Rank of a product number without qualifier: any that has one of the known wins."""
PRODUCT_NUMBERS = ("1", "5")
"""PIA 4347 of numbers of the product itself; the others name substitutes."""
LINES: Mapping[str, str] = {"invoice_number": "invoice_line", "order_number": "order_line"}
"""What 1156 of a reference is the line of."""


class Found(NamedTuple):
    """What was found for a column: its text, and where it stands. A lower rank wins."""

    text: str
    segment: Segment
    element: int
    component: int
    rank: int


@dataclass(slots=True)
class Section:
    """What one section says: the heading, a place, or one item."""

    usage: EdifactUsage
    means: Meanings
    splitter: Splitter
    found: dict[str, Found] = field(default_factory=dict)
    serials: list[Found] = field(default_factory=list)
    quantities: list[Found] = field(default_factory=list)
    """Those of the best rank so far; their rank says which."""
    amounts: list[Found] = field(default_factory=list)
    currency: bool = False
    problems: list[Problem] = field(default_factory=list)
    _reference: str = ""
    """What the reference right before names, while only days stand behind it."""

    def read(self, segments: Sequence[Segment]) -> "Section":
        """Takes the segments in; answers itself."""
        for segment in segments:
            self._take(segment, segment.tag)
        return self

    def wrong(self, segment: Segment, code: str, text: str, element: int, component: int, column: str | None = None) -> None:
        """Notes what is wrong with an element."""
        self.problems.append(self.splitter.problem(segment, code, text, element, component, column))

    def _take(self, segment: Segment, tag: str) -> None:
        match tag:
            case "RFF":
                self._reference_number(segment)
                return
            case "DTM":
                self._day(segment)
                return
            case "NAD":
                self._party(segment)
            case "QTY":
                self._quantity(segment)
            case "LIN" | "PIA":
                self._item_numbers(segment)
            case "GIN":
                self._goods(segment)
            case "PRI" | "MOA":
                self._amount(segment)
            case "CUX":
                self.currency = self.currency or bool(segment.get(1, 1))
        self._reference = ""

    def _keep(self, name: str, found: Found) -> None:
        """Keeps the best rank; two of one rank that differ cannot be told apart."""
        before = self.found.get(name)
        if before is None or found.rank < before.rank:
            self.found[name] = found
        elif found.rank == before.rank and found.text != before.text:
            what = f"says `{shown(found.text)}`, but segment {before.segment.number} says `{shown(before.text)}` with the same qualifier"
            self.wrong(found.segment, "TOLD_TWICE", f"{what}. Keep one.", found.element, found.component, name)

    def _party(self, segment: Segment) -> None:
        meaning = self.means.parties.get(segment.get(1))
        if meaning is None:
            return
        name, rank = meaning
        for element in (2, 4, 3):
            components = segment.elements[element] if element < len(segment.elements) else ()
            # An address line or a name may run over several components; an id is one.
            text = components[0] if element == 2 and components else " ".join(part for part in map(str.strip, components[:5]) if part)
            if text:
                self._keep(name, Found(text, segment, element, 0, rank))
                return

    def _reference_number(self, segment: Segment) -> None:
        meaning = self.means.references.get(segment.get(1, 0))
        self._reference = meaning[0] if meaning else ""
        text, line = segment.get(1, 1), segment.get(1, 2)
        if meaning is None:
            return
        name, rank = meaning
        if name == "serial":
            self._serial(Found(text, segment, 1, 1, rank))
        elif text:
            self._keep(name, Found(text, segment, 1, 1, rank))
        if (column := LINES.get(name)) and (kept := self.found.get(name)) and kept.segment is segment:
            # The line belongs to the reference that won, and to no other.
            if line:
                self.found[column] = Found(line, segment, 1, 2, -1)
            elif column in self.found and self.found[column].rank < 0:
                del self.found[column]

    def _day(self, segment: Segment) -> None:
        qualifier = segment.get(1, 0)
        if self._reference and qualifier in self.usage.of_reference:
            name, rank = ("invoiced_with", 0) if self._reference == "invoice_number" else ("", 0)
        else:
            name, rank = self.means.days.get(qualifier, ("", 0))
        text = segment.get(1, 1)
        if not name or not text:
            return
        column = "invoiced_on" if name == "invoiced_with" else name
        try:
            if name == "period":
                first, last = values.period(text, segment.get(1, 2))
                self._keep("first_day", Found(first, segment, 1, 1, LAST))
                self._keep("last_day", Found(last, segment, 1, 1, LAST))
            else:
                self._keep(name, Found(values.day(text, segment.get(1, 2)), segment, 1, 1, rank))
        except Malformed as bad:
            self.wrong(segment, bad.code, f"{column} `{shown(text)}` {bad}", 1, 1, column)

    def _quantity(self, segment: Segment) -> None:
        meaning = self.means.quantities.get(segment.get(1, 0))
        if meaning is None:
            return
        name, rank = meaning
        found = Found(segment.get(1, 1), segment, 1, 1, -1 if name == "returned" else rank)
        # A return and a sale are never one line; two kinds of sold quantity are one, and the better tells it.
        best = self.quantities[0].rank if self.quantities else None
        if best is None or best == found.rank or (best < 0) != (found.rank < 0):
            self.quantities.append(found)
        elif found.rank < best:
            self.quantities = [found]

    def _item_numbers(self, segment: Segment) -> None:
        first = 3 if segment.tag == "LIN" else 2
        if first == 2 and segment.get(1) not in PRODUCT_NUMBERS:
            return
        for element in range(first, min(len(segment.elements), 4 if first == 3 else 7)):
            text, qualifier = segment.get(element), segment.get(element, 1)
            name, rank = self.means.products.get(qualifier, ("product", LAST) if not qualifier else ("", 0))
            if name == "serial":
                self._serial(Found(text, segment, element, 0, rank))
            elif name and text:
                self._keep(name, Found(text, segment, element, 0, rank))

    def _goods(self, segment: Segment) -> None:
        if segment.get(1) not in self.usage.serial_goods:
            return
        for element in range(2, len(segment.elements)):
            if segment.get(element, 1):
                text = f"is a range up to `{shown(segment.get(element, 1))}`. Write each serial number."
                self.wrong(segment, "SERIAL_RANGE", text, element, 0, "serial_numbers")
            else:
                self._serial(Found(segment.get(element), segment, element, 0, 0))

    def _serial(self, found: Found) -> None:
        if ";" in found.text:
            text = f"serial number `{shown(found.text)}` holds a semicolon, which separates numbers. Write one number."
            self.wrong(found.segment, "SERIAL_RANGE", text, found.element, found.component, "serial_numbers")
        elif found.text:
            self.serials.append(found)

    def _amount(self, segment: Segment) -> None:
        if text := segment.get(1, 1):
            named = segment.tag == "MOA" and bool(segment.get(1, 2))
            self.amounts.append(Found(text, segment, 1, 1, 0 if named else 1))
