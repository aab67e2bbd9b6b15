"""Combinability: which other programs an order line may use and still earn a rebate (R15)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tap_graph.values.figure import Figure
from tap_graph.values.window import Window


class Combinability(StrEnum):
    """The answer of a theatre about one program on one day; UNKNOWN until the region answers."""

    COMBINABLE = "COMBINABLE"
    NOT_COMBINABLE = "NOT_COMBINABLE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class ProgramRule:
    """Whether `program` may be combined, on the days of `window` (every day where it is None)."""

    program: str
    name: str
    combinable: Figure[bool]
    window: Window | None = None

    def speaks_of(self, program: str, booked_on: date | None) -> bool:
        """Whether the rule answers for that program on that booking day."""
        if self.program != program:
            return False
        return self.window is None or (booked_on is not None and booked_on in self.window)


def combinability_of(program: str, booked_on: date | None, rules: tuple[ProgramRule, ...]) -> Combinability:
    """What a theatre with these rules says of a program on a booking day."""
    for rule in rules:
        if rule.speaks_of(program, booked_on):
            return Combinability.COMBINABLE if rule.combinable.value else Combinability.NOT_COMBINABLE
    return Combinability.UNKNOWN
