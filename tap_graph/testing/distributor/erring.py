"""Errors in POS lines: a share of the lines of a year, each wrong in one way, as distributors get them wrong."""

from collections.abc import Callable, Iterable, Iterator

from tap_graph.testing.distributor.dice import Dice
from tap_graph.testing.distributor.reports import PosLine

Spoil = Callable[[PosLine], PosLine]


def _unknown_partner(line: PosLine) -> PosLine:
    return line._replace(partner_number="P-UNKNOWN")


def _unknown_order(line: PosLine) -> PosLine:
    return line._replace(order_number="SO-UNKNOWN")


def _no_such_day(line: PosLine) -> PosLine:
    return line._replace(shipped_on=f"{line.shipped_on[:4]}-02-31")


def _broken_quantity(line: PosLine) -> PosLine:
    return line._replace(quantity=f"{line.quantity}.5")


ERRORS: tuple[Spoil, ...] = (_unknown_partner, _unknown_order, _no_such_day, _broken_quantity)
"""The first two are held until partner and order arrive, the others are refused."""


def erring(lines: Iterable[PosLine], share: float, dice: Dice) -> Iterator[PosLine]:
    """The lines, that share of them with an error; their keys stay, so that a corrected line takes their place."""
    for line in lines:
        yield dice.pick(ERRORS)(line) if dice.chance(share) else line
