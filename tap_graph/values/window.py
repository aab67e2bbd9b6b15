"""Windows: spans of program days, inclusive on both ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The days from `first_day` to `last_day`, both included; a last day before the first is a ValueError."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"a window ends on {self.last_day}, before it begins on {self.first_day}")

    def __contains__(self, day: date) -> bool:
        # Inclusive on both ends: partners read "until 26 April" as a day they may book.
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"{self.first_day} … {self.last_day}"

    def overlaps(self, other: "Window") -> bool:
        """Whether the two windows share a day."""
        return self.first_day <= other.last_day and other.first_day <= self.last_day

    def touches(self, following: "Window") -> bool:
        """Whether `following` begins on the day after this window ends."""
        return self.last_day + ONE_DAY == following.first_day

    def days(self) -> Iterator[date]:
        """Every day of the window in order."""
        day = self.first_day
        while day <= self.last_day:
            yield day
            day += ONE_DAY


def window(first_day: str, last_day: str) -> Window:
    """A window written the way the rules documents write it: `window("2008-01-27", "2008-04-26")`."""
    return Window(date.fromisoformat(first_day), date.fromisoformat(last_day))
