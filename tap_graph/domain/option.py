"""Participation options: what a partner enrolls in, one period or several consecutive ones."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tap_graph.domain.period import Period
from tap_graph.values.figure import Figure
from tap_graph.values.window import Window


@dataclass(frozen=True, slots=True)
class Option:
    """An option as a region writes it: code, the periods it spans in order, and its minimum in USD."""

    code: str
    periods: Figure[tuple[int, ...]]
    minimum: Figure[Decimal]


@dataclass(frozen=True, slots=True)
class OptionDates:
    """The days that count for an option over `periods` (program.md §5).

    It has one booking window, from its first period's first day to its last period's last day, and the
    evaluation days and deadlines of its last period; partners enroll in its first period's window (R27).
    """

    periods: tuple[Period, ...]
    cutoff_days: int

    @property
    def enrollment_window(self) -> Window:
        """Days on which the option can be applied for."""
        return self.periods[0].enrollment_window.value

    @property
    def booking_window(self) -> Window:
        """Days on which an order must be booked to count."""
        return Window(self.periods[0].booking_window.value.first_day, self.periods[-1].booking_window.value.last_day)

    @property
    def last_tracked_day(self) -> date:
        """Last booking day that counts for a two-tier partner (R12: one week before the end, inclusive)."""
        return self.booking_window.last_day - timedelta(days=self.cutoff_days)

    @property
    def return_deadline(self) -> date:
        """Last day on which a return may show in the status tool (R7)."""
        return self.periods[-1].return_deadline.value

    @property
    def dispute_deadline(self) -> date:
        """Last day on which a dispute may be opened (R22)."""
        return self.periods[-1].dispute_deadline.value

    @property
    def first_evaluation_on(self) -> date:
        """Day of the first evaluation window (R8)."""
        return self.periods[-1].first_evaluation_on.value

    @property
    def second_evaluation_on(self) -> date:
        """Day of the second evaluation window (R8)."""
        return self.periods[-1].second_evaluation_on.value
