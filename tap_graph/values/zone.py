"""Zones: program days are calendar dates of a theatre's own time zone (program.md §7, day boundaries)."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from tap_graph.values.window import ONE_DAY


def day_in(zone: str, moment: datetime) -> date:
    """The calendar date of a moment in a zone; a naive moment is a ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(ZoneInfo(zone)).date()


def begin_of(zone: str, day: date) -> datetime:
    """The first moment of a day in a zone, in UTC.

    Where clocks skip midnight, it is the first moment there is; where midnight comes twice, the first of the two.
    """
    midnight = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    return midnight if day_in(zone, midnight) == day else _first_after(zone, day, midnight)


def end_of(zone: str, day: date) -> datetime:
    """The first moment after a day in a zone, in UTC: what is before it is in time."""
    return begin_of(zone, day + ONE_DAY)


def _first_after(zone: str, day: date, midnight: datetime) -> datetime:
    """The moment at which clocks go on, found by halving: the zone's own offset before it, another one after it."""
    before, after = int(midnight.timestamp()) - 86_400, int(midnight.timestamp()) + 86_400
    while after - before > 1:
        middle = (before + after) // 2
        if day_in(zone, datetime.fromtimestamp(middle, UTC)) < day:
            before = middle
        else:
            after = middle
    return datetime.fromtimestamp(after, UTC)
