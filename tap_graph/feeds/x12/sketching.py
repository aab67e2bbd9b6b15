"""Sketching: the pattern that PTD loops built like a given one match.

Tags and qualifiers, and whatever else decides what is read, stand in it as they are; what fills cells is captured; the rest may
be anything. What is empty stays empty, what must be given must be given: whatever matches would be read just like the given loop.
"""

import re
from collections.abc import Sequence

from tap_graph.feeds.x12.item import Reading, Source
from tap_graph.feeds.x12.segments import Delimiters
from tap_graph.feeds.x12.structure import DETAIL, UNREAD
from tap_graph.feeds.x12.values import COUNT, NUMBER

DIGITS = "[0-9]{1,9}"


class Sketch:
    """The pattern of a reading's loop, and which group of it holds what."""

    def __init__(self, reading: Reading, delimiters: Delimiters) -> None:
        self.groups: dict[str, int] = {}
        """The group of each column that a single group fills."""
        self.serials: list[int] = []
        self.others: list[int] = []
        """The groups of quantities that fill no column, but are in the sum of CTT."""
        self.price: int | None = None
        """The group of the price of one piece."""
        self._free = f"[^{re.escape(delimiters.element + delimiters.terminator)}]"
        self._border = f"(?={re.escape(delimiters.element)}|{re.escape(delimiters.terminator)}|$)"
        self._component = delimiters.component
        self._reading = reading
        self.captured = 0
        """How many groups the pattern has."""
        self._wanted = self._drawn(reading)
        segments = [self._segment(at, segment.elements, delimiters) for at, segment in enumerate(reading.item)]
        self.pattern = re.escape(delimiters.terminator).join(segments)

    def _drawn(self, reading: Reading) -> dict[tuple[int, int], tuple[str, Source]]:
        wanted = {(source.segment, source.element): (column, source) for column, found in reading.sources.items() for source in found}
        used = {(source.segment, source.element) for source in reading.sources.get("quantity", ())}
        others = [source for source in reading.quantities if (source.segment, source.element) not in used]
        wanted |= {(source.segment, source.element): ("others", source) for source in others}
        if reading.price_source is not None:
            wanted[reading.price_source.segment, reading.price_source.element] = ("price", reading.price_source)
        return wanted

    def _segment(self, at: int, elements: Sequence[str], delimiters: Delimiters) -> str:
        parts = [self._element(at, element, text) for element, text in enumerate(elements)]
        # A loop is matched without the tag of its PTD.
        return re.escape(delimiters.element).join(parts[1:] if at == 0 else parts)

    def _element(self, at: int, element: int, text: str) -> str:
        use = DETAIL.get(self._reading.item[at].tag, UNREAD)
        if (at, element) in self._wanted:
            return self._capture(*self._wanted[at, element], text)
        if not element or not text or element in use.decides:
            return re.escape(text)
        if Source(at, element) in self._reading.unread_lines:
            return f"(?![0-9]+{self._border}){self._free}*+"
        if Source(at, element) in self._reading.amounts:
            return NUMBER.pattern
        return self._free + ("++" if element in use.required else "*+")

    def _capture(self, column: str, source: Source, text: str) -> str:
        self.captured += 1
        group = self.captured - 1
        match column:
            case "serial_numbers":
                self.serials.append(group)
            case "others":
                self.others.append(group)
            case "price":
                self.price = group
            case _:
                self.groups[column] = group
        allowed = self._allowed(column)
        if source.component is None:
            return f"({allowed})"
        parts = [re.escape(part) for part in text.split(self._component)]
        parts[source.component] = f"({allowed})"
        return re.escape(self._component).join(parts)

    def _allowed(self, column: str) -> str:
        match column:
            case "quantity":
                return DIGITS if self._reading.negates else COUNT.pattern
            case "order_line" | "others":
                return DIGITS
            case "price":
                return NUMBER.pattern
            case "shipped_on" | "invoiced_on":
                return "[0-9]{8}"
            case _:
                return f"{self._free}++"
