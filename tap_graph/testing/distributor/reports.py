"""POS reports as a distributor makes them: cells of text, in no format yet."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from tap_graph.feeds.feed import Purpose

DAYS_TO_CORRECT = 7


class PosLine(NamedTuple):
    """One line of a report, each cell as the CSV column of that name holds it; what the report says once is not repeated.

    Text, not numbers and days: a line may be wrong, and every format has to carry the same mistake.
    """

    invoice_number: str
    invoice_line: str
    partner_number: str
    order_number: str
    order_line: str
    deviation_number: str
    product: str
    quantity: str
    """Negative for a return."""
    serial_numbers: tuple[str, ...]
    shipped_on: str
    invoiced_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One POS report of one distributor over some days."""

    distributor_id: str
    number: str
    reported_on: date
    first_day: date
    last_day: date
    lines: Iterable[PosLine] = ()
    """Begins anew each time it is asked; a big report makes its lines as they are taken. None at all is a zero report."""
    purpose: Purpose = Purpose.ORIGINAL
    replaces: str | None = None
    """Number of the report that this one replaces or cancels."""

    def replaced(self, lines: Iterable[PosLine]) -> "Report":
        """The report that comes a week later in place of this one, with those lines."""
        return replace(self._after("C"), purpose=Purpose.REPLACE, lines=lines)

    def cancelled(self) -> "Report":
        """The report that comes a week later and takes this one back; it has no lines."""
        return replace(self._after("X"), purpose=Purpose.CANCEL, lines=())

    def _after(self, mark: str) -> "Report":
        reported_on = self.reported_on + timedelta(days=DAYS_TO_CORRECT)
        return replace(self, number=f"{self.number}-{mark}", replaces=self.number, reported_on=reported_on)


@dataclass(frozen=True, slots=True)
class File:
    """What goes over the wire: a name, a kind of feed (contract: the nine kinds), a media type and the bytes."""

    name: str
    kind: str
    media_type: str
    content: bytes
