"""Program years from a seed: facts of every kind, and the POS reports that belong to them, of any size.

Nothing is kept: every row is made when it is asked for, and made again, the same, when it is asked for again.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import BinaryIO

from tap_graph.domain.errors import TapError, UnknownName
from tap_graph.feeds.kinds import KINDS, kind_named
from tap_graph.testing.distributor.deals import Deal, DealLine, Month, Shipment, deals
from tap_graph.testing.distributor.dice import Dice
from tap_graph.testing.distributor.erring import erring
from tap_graph.testing.distributor.facts import OF_DEALS, Row, deviation_number, order_number
from tap_graph.testing.distributor.goods import PARTNER_NAMES, PARTNER_TRADES
from tap_graph.testing.distributor.reports import File, PosLine, Report
from tap_graph.testing.distributor.writing import write_csv

DAYS_TO_REPORT = 5
LEVELS = ("GOLD", "SILVER", "PREMIER", "SELECT")
LAST_SAFE_DAY = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramYear:
    """The sales of some distributors' two-tier partners over some months; the same arguments give the same bytes.

    Years of different seeds have no number in common, so that several fit into one database.
    """

    seed: int
    first_day: date
    """First day of the first month; at most the 28th."""
    months: int = 12
    distributors: int = 3
    partners: int = 20
    """At least one for each distributor; each buys from one of them."""
    lines_a_month: int = 100
    """POS lines in each report: of each distributor and month."""
    countries: tuple[str, ...] = ("SG",)
    """Countries of the partners, in turn."""
    region: str | None = None
    """With `option`: what every partner is enrolled in, approved on the first day."""
    option: str | None = None
    errors: float = 0.0
    """Share of POS lines that are wrong: unknown partner or order (held), impossible day or quantity (refused)."""

    def __post_init__(self) -> None:
        if self.first_day.day > LAST_SAFE_DAY:
            raise TapError(f"A program year cannot begin on {self.first_day}: not every month has that day. Begin on the 28th or before.")
        if self.partners < self.distributors:
            raise TapError(f"{self.partners} partners are too few for {self.distributors} distributors. Give one to each at least.")

    @property
    def distributor_ids(self) -> tuple[str, ...]:
        """Ids of the distributors, the first one first."""
        return tuple(f"D-{self.seed}-{number}" for number in range(1, self.distributors + 1))

    @property
    def partner_numbers(self) -> tuple[str, ...]:
        """Numbers of the partners."""
        return tuple(f"P-{self.seed}-{number}" for number in range(1, self.partners + 1))

    def report(self, distributor_id: str, month: int = 1) -> Report:
        """The POS report of a distributor over a month, counted from 1."""
        of = self.month(distributor_id, month)
        return Report(
            distributor_id=distributor_id,
            number=f"POS-{self.seed}-{of.distributor}-{month}",
            reported_on=of.next_first_day + timedelta(days=DAYS_TO_REPORT - 1),
            first_day=of.first_day,
            last_day=of.next_first_day - timedelta(days=1),
            lines=MonthLines(self, of),
        )

    def reports(self) -> Iterator[Report]:
        """All reports, month by month."""
        for month in range(1, self.months + 1):
            for distributor_id in self.distributor_ids:
                yield self.report(distributor_id, month)

    def file(self, kind: str) -> File:
        """All facts of a kind as one CSV file."""
        stream = io.BytesIO()
        self.write(kind, stream)
        return File(f"{kind}.csv", kind, "text/csv", stream.getvalue())

    def files(self) -> Iterator[File]:
        """One CSV file of each kind, each after those it refers to; no enrollments where no option was given."""
        for kind in KINDS:
            if kind != "enrollments" or self.option is not None:
                yield self.file(kind)

    def write(self, kind: str, stream: BinaryIO) -> None:
        """Writes all facts of a kind as CSV, one row after the other."""
        kind_named(kind)
        if kind == "pos":
            write_csv(self.reports(), stream)
            return
        columns, rows = self._rows(kind)
        text = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(rows)
        text.detach()

    def _rows(self, kind: str) -> tuple[Row, Iterable[Row]]:
        if kind in OF_DEALS:
            columns, rows_of = OF_DEALS[kind]
            return columns, (row for deal in self._deals() for row in rows_of(deal))
        if kind == "partners":
            return ("partner_number", "name", "country", "tier", "cam_email"), map(self._partner, range(self.partners))
        before = self._first_day_of(-1).isoformat()
        if kind == "certifications":
            rows = ((number, LEVELS[index % len(LEVELS)], before) for index, number in enumerate(self.partner_numbers))
            return ("partner_number", "level", "first_day"), rows
        return self._enrollments()

    def _partner(self, index: int) -> Row:
        name = f"{PARTNER_NAMES[index % len(PARTNER_NAMES)]} {PARTNER_TRADES[index % len(PARTNER_TRADES)]} {index + 1}"
        country = self.countries[index % len(self.countries)]
        return self.partner_numbers[index], name, country, "TWO_TIER", f"cam-{index % 5 + 1}@vendor.example"

    def _enrollments(self) -> tuple[Row, Iterable[Row]]:
        if self.region is None or self.option is None:
            raise TapError("This program year has no enrollments. Give it a region and an option.")
        day = self.first_day.isoformat()
        rows = ((number, str(self.region), str(self.option), day, "APPROVED", day) for number in self.partner_numbers)
        return ("partner_number", "region", "option", "submitted_on", "status", "decided_on"), rows

    def _deals(self) -> Iterator[Deal]:
        for month in range(1, self.months + 1):
            for distributor_id in self.distributor_ids:
                yield from deals(self.month(distributor_id, month))

    def month(self, distributor_id: str, number: int) -> Month:
        """What the deals of a distributor in a month, counted from 1, are made of."""
        if distributor_id not in self.distributor_ids:
            raise UnknownName(f"`{distributor_id}` is no distributor of this year; there are {', '.join(self.distributor_ids)}.")
        if not 1 <= number <= self.months:
            raise UnknownName(f"This year has no month {number}; it has 1 to {self.months}.")
        distributor = self.distributor_ids.index(distributor_id) + 1
        return Month(
            seed=self.seed,
            distributor=distributor,
            number=number,
            first_day=self._first_day_of(number),
            next_first_day=self._first_day_of(number + 1),
            partner_numbers=self.partner_numbers[distributor - 1 :: self.distributors],
            lines=self.lines_a_month,
        )

    def _first_day_of(self, month: int) -> date:
        years, index = divmod(self.first_day.month + month - 2, 12)
        return self.first_day.replace(year=self.first_day.year + years, month=index + 1)


@dataclass(frozen=True, slots=True)
class MonthLines:
    """The lines of one report, made as they are taken."""

    year: ProgramYear
    month: Month

    def __iter__(self) -> Iterator[PosLine]:
        share = self.year.errors
        if not share:
            return self._right()
        return erring(self._right(), share, Dice("errors", self.year.seed, self.month.distributor, self.month.number))

    def _right(self) -> Iterator[PosLine]:
        for deal in deals(self.month):
            for number, line in enumerate(deal.lines, 1):
                for shipment in line.shipments:
                    yield _pos_line(deal, number, line, shipment)
        if self.month.number > 1:
            before = self.year.month(self.month.distributor_id, self.month.number - 1)
            for deal in islice(deals(before), before.late):
                (line,) = deal.lines
                if line.late is not None:
                    yield _pos_line(deal, 1, line, line.late)


def _pos_line(deal: Deal, number: int, line: DealLine, shipment: Shipment) -> PosLine:
    return PosLine(
        invoice_number=shipment.invoice_number,
        invoice_line=str(shipment.invoice_line),
        partner_number=deal.partner_number,
        order_number=order_number(deal),
        order_line=str(number),
        deviation_number=deviation_number(deal),
        product=line.product,
        quantity=str(shipment.units),
        serial_numbers=shipment.serial_numbers,
        shipped_on=shipment.shipped_on.isoformat(),
        invoiced_on=shipment.invoiced_on.isoformat(),
    )
