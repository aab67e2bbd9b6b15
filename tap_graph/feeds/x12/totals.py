"""Totals: what one report adds up to, and whether its CTT and AMT say the same."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from operator import mul

from tap_graph.feeds.problems import Problem
from tap_graph.feeds.x12.item import Reading
from tap_graph.feeds.x12.segments import Segment
from tap_graph.feeds.x12.values import MICRO_PER_CENT, from_micro, micro, number

TOTAL_AMOUNT = "TT"
"""AMT01 of the amount of the whole report."""
UNREADABLE = frozenset({"NOT_A_NUMBER", "NOT_AN_AMOUNT", "QUANTITY_MISSING", "ELEMENT_MISSING"})
"""After one of these a sum cannot be compared: the line is told instead."""


class Totals:
    """The sums of one report while it is read."""

    __slots__ = ("amount", "hash_others", "hash_used", "loops", "more_items", "priced", "readable", "sub_cent")

    def __init__(self) -> None:
        self.loops = 0
        self.more_items = 0
        """Products beyond the first of each loop."""
        self.hash_used: Decimal | int = 0
        """Of the QTY02 that are pieces sold or returned, as they are written."""
        self.hash_others: Decimal | int = 0
        """Of all other QTY02."""
        self.amount = 0
        """Pieces times price, in millionths."""
        self.sub_cent = 0
        """Lines whose price is no whole number of cents: each may be rounded by half a cent."""
        self.priced = True
        self.readable = True

    def add(self, reading: Reading) -> None:
        """Adds one product."""
        self.hash_used += reading.hash_used
        self.hash_others += reading.hash_all - reading.hash_used
        if any(problem.code in UNREADABLE for problem in reading.problems):
            self.readable = False
        elif reading.price is None or not reading.cells.get("quantity"):
            self.priced = False
        else:
            self.add_amounts([int(reading.cells["quantity"])], [micro(reading.price)])

    def add_amounts(self, pieces: Sequence[int], prices: Sequence[int]) -> None:
        """Adds lines of so many pieces at so many millionths each."""
        self.amount += sum(map(mul, pieces, prices))
        self.sub_cent += len([price for price in prices if price % MICRO_PER_CENT])

    def differences(self, summary: Sequence[Segment], *, has_currency: bool) -> Iterator[Problem]:
        """What CTT and AMT of the report say otherwise."""
        for segment in summary:
            if segment.tag == "CTT":
                counted = {self.loops, self.loops + self.more_items}
                yield from _compared(segment, 1, counted, "COUNT_DIFFERS", f"but the report has {self.loops} PTD loops. Correct it.")
                if segment[2] and self.readable:
                    sums = {self.hash_used, self.hash_used + self.hash_others}
                    what = f"but the quantities add up to {self.hash_used}. Correct it, or the quantities."
                    yield from _compared(segment, 2, sums, "HASH_DIFFERS", what)
            elif segment.tag == "AMT" and segment[2]:
                yield from self._amount_differs(segment, has_currency=has_currency)

    def _amount_differs(self, segment: Segment, *, has_currency: bool) -> Iterator[Problem]:
        given = number(segment[2])
        if given is None:
            yield segment.problem("NOT_AN_AMOUNT", "is not an amount. Write a plain decimal such as 120.50, without separators.", 2)
            return
        if not has_currency:
            yield segment.problem("CURRENCY_MISSING", "is an amount without a currency. Name it in CUR, in the heading.", 2)
        rounding = self.sub_cent * MICRO_PER_CENT // 2
        if segment[1] == TOTAL_AMOUNT and self.priced and self.readable and abs(micro(given) - self.amount) > rounding:
            what = f"is `{segment[2]}`, but pieces times prices add up to {from_micro(self.amount)}. Correct it, or the prices."
            yield segment.problem("AMOUNT_DIFFERS", what, 2)


def _compared(segment: Segment, element: int, allowed: set[int] | set[int | Decimal], code: str, what: str) -> Iterator[Problem]:
    given = number(segment[element])
    if given is None:
        if segment[element]:
            yield segment.problem("NOT_A_NUMBER", "is not a number. Write digits only.", element)
    elif given not in allowed:
        yield segment.problem(code, f"is `{segment[element]}`, {what}", element)
