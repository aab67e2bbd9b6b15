"""Program periods: numbered spans of a theatre with their windows, days and deadlines."""

from dataclasses import dataclass
from datetime import date

from tap_graph.values.figure import Figure
from tap_graph.values.window import Window


@dataclass(frozen=True, slots=True)
class RulesDocument:
    """The official rules of a period: version and link (R30)."""

    version: str
    link: str


@dataclass(frozen=True, slots=True)
class Period:
    """One period: when partners enroll and book, and when returns, evaluations and disputes end."""

    number: int
    enrollment_window: Figure[Window]
    booking_window: Figure[Window]
    return_deadline: Figure[date]
    first_evaluation_on: Figure[date]
    second_evaluation_on: Figure[date]
    dispute_deadline: Figure[date]
    document: RulesDocument | None = None
