"""Item: one product of a PTD loop, and what was read of it with the places it was found at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from tap_graph.feeds.problems import Problem
from tap_graph.feeds.x12.segments import Segment


class Source(NamedTuple):
    """Where a cell was found: which segment of the item, which element, which component (from 0) where it is one of several."""

    segment: int
    element: int
    component: int | None = None


@dataclass(slots=True)
class Reading:
    """What was read of one product."""

    item: Sequence[Segment]
    cells: dict[str, str] = field(default_factory=dict)
    sources: dict[str, list[Source]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    gives_back: bool = False
    negates: bool = False
    """Whether the quantity counts negative, however it is written."""
    hash_used: Decimal = Decimal(0)
    hash_all: Decimal = Decimal(0)
    price: Decimal | None = None
    """Of one piece; None where none is given that can be multiplied with the quantity."""
    price_source: Source | None = None
    quantities: list[Source] = field(default_factory=list)
    """Every QTY02, used or not."""
    amounts: list[Source] = field(default_factory=list)
    repeats: bool = False
    """Whether something stands there twice: loops like it are compared with care."""
    unread_lines: list[Source] = field(default_factory=list)
    """REF03 of an order reference that is not a number: it would be the order line if it were."""

    def take(self, column: str, source: Source, text: str | None = None) -> None:
        """Puts what stands there, or `text` for it, into the cell of that column."""
        self.cells[column] = self.item[source.segment][source.element] if text is None else text
        self.sources[column] = [source]

    def choose(self, column: str, found: Sequence[Source]) -> None:
        """Takes the first of the places where the same qualifier gives that column; two that differ are a defect."""
        first, *others = found
        self.take(column, first)
        self.repeats = self.repeats or bool(others)
        for other in others:
            segment = self.item[other.segment]
            if segment[other.element] != self.cells[column]:
                what = f"is not `{self.cells[column]}`, which this loop gives under the same qualifier. Keep one of the two."
                self.problems.append(segment.problem("TOLD_TWICE", what, other.element, column))

    def place_of(self, column: str) -> tuple[Segment, int | None]:
        """Where to look for what is wrong with a column: the segment and element it came from, else the PTD."""
        for source in self.sources.get(column, ()):
            return self.item[source.segment], source.element
        return self.item[0], None


def products(loop: Sequence[Segment]) -> Iterator[list[Segment]]:
    """The loop once for each product it names: what precedes the first product belongs to each.

    The standard puts QTY before its LIN, many senders the LIN before its QTY: what comes first in the loop begins a product.
    """
    tags = [segment.tag for segment in loop]
    lines = [at for at, tag in enumerate(tags) if tag == "LIN"]
    if len(lines) < 2:
        yield [*loop]
        return
    starts = lines
    if "QTY" in tags[: lines[0]]:
        ends = [0, *(line + 1 for line in lines[:-1])]
        starts = [tags.index("QTY", end, line) if "QTY" in tags[end:line] else line for end, line in zip(ends, lines, strict=True)]
    for start, end in zip(starts, [*starts[1:], len(loop)], strict=True):
        yield [*loop[: starts[0]], *loop[start:end]]
