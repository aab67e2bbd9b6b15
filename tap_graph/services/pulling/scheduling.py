"""Scheduling: which source is looked at when; moments and sleep are handed in."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import InterfaceError, OperationalError

from tap_graph.services.pulling.round import Outcome, Puller

AWAY = timedelta(seconds=30)
"""How long to wait for a database that cannot be reached."""

Tell = Callable[[Outcome], None]


class Scheduler:
    """Looks at its sources one after the other, each when it is its time, until it is interrupted.

    It can be interrupted anywhere: what was not received whole is fetched again.
    """

    def __init__(self, pullers: Sequence[Puller], now: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._pullers = pullers
        self._now = now
        self._sleep = sleep

    def once(self, tell: Tell) -> None:
        """Looks at every source now, and once more where a file may have become complete meanwhile."""
        for puller in self._pullers:
            _told(puller.round(), tell)
        waits = [(puller, ready_in) for puller in self._pullers if (ready_in := puller.place.ready_in()) is not None]
        if waits:
            self._sleep(max(ready_in for _, ready_in in waits).total_seconds())
            for puller, _ in waits:
                _told(puller.round(), tell)

    def run(self, tell: Tell) -> None:
        """Looks at the sources for ever; a database that is away is waited for."""
        due = dict.fromkeys(range(len(self._pullers)), self._now())
        while due:
            number = min(due, key=lambda each: (due[each], each))
            if (seconds := (due[number] - self._now()).total_seconds()) > 0:
                self._sleep(seconds)
            due[number] = self._look(self._pullers[number], tell)

    def _look(self, puller: Puller, tell: Tell) -> datetime:
        try:
            _told(puller.round(), tell)
            return puller.next_look_at()
        except (OperationalError, InterfaceError) as error:
            at = self._now() + AWAY
            tell(Outcome(puller.source.name, "", "FAILED", None, f"The database cannot be reached ({error.orig}).", at))
            return at


def _told(outcomes: Iterable[Outcome], tell: Tell) -> None:
    for outcome in outcomes:
        tell(outcome)
