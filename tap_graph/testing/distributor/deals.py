"""Deals: one sale of a partner with all that belongs to it, from the quote to the old equipment that came back.

A month of one distributor is a sequence of deals that follows from the seed alone, so that any month can be made again
without those before it. Every month holds exactly `lines_a_month` POS lines: those of its own deals, and behind them one
late line for each of the first deals of the month before, the rest of a shipment or a return.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tap_graph.testing.distributor.dice import Dice
from tap_graph.testing.distributor.goods import END_CUSTOMERS, PRODUCTS, TRADED_IN

LATE_SHARE = 10  # one line in ten
MOST_LINES = 3
MOST_UNITS = 8


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one distributor, and what its deals are made of."""

    seed: int
    distributor: int
    number: int
    """Counted from 1, as distributors are."""
    first_day: date
    next_first_day: date
    partner_numbers: tuple[str, ...]
    lines: int
    """POS lines of its report."""

    @property
    def distributor_id(self) -> str:
        """Id of the distributor."""
        return f"D-{self.seed}-{self.distributor}"

    @property
    def late(self) -> int:
        """How many POS lines of its deals are reported a month later."""
        return self.lines // LATE_SHARE


@dataclass(frozen=True, slots=True)
class Shipment:
    """One POS line: units that went to the partner, or came back from it (negative)."""

    invoice_number: str
    invoice_line: int
    units: int
    serial_numbers: tuple[str, ...]
    shipped_on: date
    invoiced_on: date


@dataclass(frozen=True, slots=True)
class DealLine:
    """One product of a deal: what was sold, what was taken in trade, and how it was shipped. Amounts are cents."""

    product: str
    traded_in: tuple[str, str]
    units: int
    net_value: int
    credit: int
    shipments: tuple[Shipment, ...]
    late: Shipment | None
    """Reported a month later than the others."""
    returned_units: int
    """Of the old equipment; as many as were sold are due."""
    returned_on: date


@dataclass(frozen=True, slots=True)
class Deal:
    """One sale; `code` is what its quote, deviation, order and RMA have in common."""

    code: str
    distributor_id: str
    partner_number: str
    end_customer: str
    booked_on: date
    lines: tuple[DealLine, ...]


def deals(month: Month) -> Iterator[Deal]:
    """The deals booked in a month, one after the other."""
    dice = Dice(month.seed, month.distributor, month.number)
    left = month.lines if month.number == 1 else month.lines - month.late
    number = 0
    while left > 0:
        number += 1
        deal = _deal(month, number, dice, left)
        left -= sum(len(line.shipments) for line in deal.lines)
        yield deal


def _deal(month: Month, number: int, dice: Dice, most: int) -> Deal:
    booked_on = month.first_day + timedelta(days=dice.below(14))
    code = f"{month.seed}-{month.distributor}-{month.number}-{number}"
    partner, customer = dice.pick(month.partner_numbers), dice.pick(END_CUSTOMERS)
    # One POS line each for the deals that also have a late one: then every month has as many as it should.
    count = 1 if number <= month.late else min(dice.between(1, MOST_LINES), most)
    lines = []
    for line in range(1, count + 1):
        lines.append(_line(month, number, line, booked_on, dice, is_split=number > month.late and most > count and dice.chance(0.15)))
        most -= len(lines[-1].shipments) - 1
    return Deal(code, month.distributor_id, partner, customer, booked_on, tuple(lines))


def _line(month: Month, number: int, line: int, booked_on: date, dice: Dice, *, is_split: bool) -> DealLine:
    units = dice.between(2, MOST_UNITS)
    shipped_on = booked_on + timedelta(days=dice.between(2, 9))
    late_on = month.next_first_day + timedelta(days=dice.below(20))
    comes_late, is_return = number <= month.late, number % 2 == 0
    cut = dice.between(1, units - 1) if is_split or (comes_late and not is_return) else units
    goods = _Goods(month, number, line)
    shipments = [goods.shipped("INV", range(1, cut + 1), shipped_on, shipped_on + timedelta(days=dice.below(4)))]
    late = None
    if comes_late:
        late = goods.returned("CRN", 1, late_on) if is_return else goods.shipped("REST", range(cut + 1, units + 1), late_on, late_on)
    elif cut < units:
        shipments.append(goods.shipped("PART", range(cut + 1, units + 1), shipped_on, shipped_on + timedelta(days=4)))
    net_value = units * dice.between(40_000, 900_000)
    return DealLine(
        product=dice.pick(PRODUCTS),
        traded_in=dice.pick(TRADED_IN),
        units=units,
        net_value=net_value,
        credit=net_value * dice.between(8, 16) // 100,
        shipments=tuple(shipments),
        late=late,
        returned_units=units if dice.chance(0.9) else dice.below(units),
        returned_on=month.next_first_day + timedelta(days=dice.between(10, 60)),
    )


@dataclass(frozen=True, slots=True)
class _Goods:
    month: Month
    deal: int
    line: int

    def shipped(self, series: str, units: range, shipped_on: date, invoiced_on: date) -> Shipment:
        serials = tuple(map(self._serial, units))
        return Shipment(self._invoice(series), self.line, len(units), serials, shipped_on, invoiced_on)

    def returned(self, series: str, unit: int, on: date) -> Shipment:
        return Shipment(self._invoice(series), self.line, -1, (self._serial(unit),), on, on)

    def _invoice(self, series: str) -> str:
        return f"{series}-{self.month.seed}-{self.month.distributor}-{self.month.number}-{self.deal}"

    def _serial(self, unit: int) -> str:
        return f"FX{self.month.seed}D{self.month.distributor}M{self.month.number}N{self.deal}L{self.line}U{unit}"
