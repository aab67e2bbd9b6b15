"""When a source is looked at: in its own time, sooner where something waits, and on through what goes wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from tap_graph.services.pulling import FetchFailed, Outcome, Scheduler
from tests.services.pulling.conftest import PARTNERS, Clock, Pulling, source
from tests.services.pulling.test_rounds import Shelf

FAR = datetime(2100, 1, 1, tzinfo=UTC)


class Stopped(BaseException):
    """Somebody pressed Ctrl-C."""


@dataclass
class Stopping(Clock):
    """A clock on which somebody stops the puller at a moment."""

    until: datetime = FAR
    looks: list[tuple[int, str]] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        if self.at + timedelta(seconds=seconds) > self.until:
            raise Stopped
        super().sleep(seconds)


@dataclass
class Looking:
    """Stands for a puller that writes down when it looked, and looks again after so many seconds."""

    name: str
    every: list[int]
    clock: Stopping
    began: datetime
    fails: list[Exception] = field(default_factory=list)
    place: Shelf = field(default_factory=Shelf)

    @property
    def source(self) -> Any:
        return source("https://h/x/", name=self.name)

    def round(self) -> Iterator[Outcome]:
        self.clock.looks.append((int((self.clock.at - self.began).total_seconds()), self.name))
        if self.fails:
            raise self.fails.pop()
        yield Outcome(self.name, "a", "RECEIVED")

    def next_look_at(self) -> datetime:
        return self.clock.at + timedelta(seconds=self.every.pop(0) if len(self.every) > 1 else self.every[0])


def run(seconds: int, *pullers: Callable[[Stopping], Looking]) -> tuple[list[tuple[int, str]], list[Outcome]]:
    """When each puller looked in so many seconds, and what was told."""
    clock, told = Stopping(), list[Outcome]()
    clock.until = clock.at + timedelta(seconds=seconds)
    made: Any = [puller(clock) for puller in pullers]
    with pytest.raises(Stopped):
        Scheduler(made, clock.now, clock.sleep).run(told.append)
    return clock.looks, told


def looking(name: str, *every: int, fails: tuple[Exception, ...] = ()) -> Callable[[Stopping], Looking]:
    return lambda clock: Looking(name, list(every), clock, clock.at, list(fails))


def test_each_source_is_looked_at_in_its_own_time() -> None:
    looks, told = run(60, looking("a", 20), looking("b", 30))
    assert looks == [(0, "a"), (0, "b"), (20, "a"), (30, "b"), (40, "a"), (60, "a"), (60, "b")]
    assert [outcome.source for outcome in told] == [name for _, name in looks]


def test_a_source_that_wants_to_be_looked_at_sooner_is() -> None:
    looks, _ = run(30, looking("a", 5, 20))
    assert looks == [(0, "a"), (5, "a"), (25, "a")]


def test_a_database_that_is_away_is_waited_for() -> None:
    looks, told = run(60, looking("a", 60, fails=(OperationalError("SELECT 1", {}, Exception("it is away")),)))
    assert looks == [(0, "a"), (30, "a")]
    assert [(outcome.state, outcome.failure) for outcome in told] == [
        ("FAILED", "The database cannot be reached (it is away)."), ("RECEIVED", None),
    ]  # fmt: skip


def test_without_sources_there_is_nothing_to_wait_for() -> None:
    clock = Clock()
    Scheduler([], clock.now, clock.sleep).run(list[Outcome]().append)
    assert clock.slept == []


def test_once_looks_again_where_a_file_may_have_become_complete(pulling: Pulling) -> None:
    waiting, other = Shelf({"a": ("1", PARTNERS)}, waits=timedelta(seconds=7)), Shelf({"b": ("1", FetchFailed("It broke off."))})
    pullers = [pulling.puller(waiting, source("https://h/x/")), pulling.puller(other, source("https://h/y/", name="T"))]
    told = list[Outcome]()
    Scheduler(pullers, pulling.clock.now, pulling.clock.sleep).once(told.append)
    assert [(outcome.name, outcome.state) for outcome in told] == [("a", "RECEIVED"), ("b", "FAILED")]
    assert (waiting.closed, other.closed, pulling.clock.slept) == (2, 1, [7.0])
