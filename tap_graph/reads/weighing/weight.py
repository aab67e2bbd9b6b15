"""The weight of a document: its measures, and what each of its operations costs with given variables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tap_graph.reads.weighing.limits import Limits, hold
from tap_graph.reads.weighing.merging import ENOUGH, Level
from tap_graph.reads.weighing.sizes import Given, Seen, VariableSize, names_in, seen

# Combinations of sizes whose totals one document keeps.
REMEMBERED = 64

Totals = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Start:
    """Where an operation begins: its level, and the defaults of its variables."""

    level: int
    defaults: Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Weight:
    """A document within the limits, with its measures by the names of the limits; safe to ask from many threads.

    `hide_suggestions` says that validation would take too long to guess what unknown names were meant to be.
    """

    tokens: int
    depth: int
    aliases: int
    directives: int
    root_fields: int
    selections: int
    comparisons: int
    steps: int
    hide_suggestions: bool
    limits: Limits = field(repr=False)
    starts: Mapping[str | None, Start] = field(repr=False)
    variables: Sequence[str] = field(repr=False)
    totals: Callable[[tuple[Seen, ...]], Totals] = field(repr=False)

    def cost(self, operation_name: str | None, variables: Mapping[str, Any] | None) -> int:
        """The rows that the answer to an operation may hold; TooHeavy where they or its values are too many.

        Variables are taken as they came: what is no size counts as the largest one. An operation that the document does not
        hold costs nothing, it is refused by its name.
        """
        start = self.starts.get(operation_name)
        if start is None:
            return 0
        given = {**start.defaults, **variables} if variables else start.defaults
        rows, values = self.totals(tuple([seen(given.get(name)) for name in self.variables]))[start.level]
        if rows > self.limits.nodes or values > self.limits.values:
            hold(self.limits, nodes=rows, values=values)
        return rows


def totals_of(levels: Sequence[Level], sizes: Sequence[VariableSize]) -> Callable[[tuple[Seen, ...]], Totals]:
    """What the rows and values of each level add up to for one object above it, by the values of the variables in *sizes*."""
    names = names_in(sizes)

    @lru_cache(maxsize=REMEMBERED)
    def totals(values: tuple[Seen, ...]) -> Totals:
        variables = dict(zip(names, values, strict=True))
        return _totals(levels, [size.rows(variables) for size in sizes])

    return totals


def _totals(levels: Sequence[Level], sizes: Sequence[int]) -> Totals:
    totals: list[tuple[int, int]] = []
    for level in levels:
        rows, values = 0, level.leaves
        for part in level.parts:
            times = max([part.size, *[sizes[slot] for slot in part.slots]])
            below_rows, below_values = totals[part.below]
            rows += times * (part.own + below_rows)
            values += times * below_values
        totals.append((min(rows, ENOUGH), min(values, ENOUGH)))
    return totals
