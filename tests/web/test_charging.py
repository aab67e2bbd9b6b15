"""Charging: rows a minute for each caller, over a sliding window."""

import asyncio
import logging
from time import perf_counter, sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.web import charging
from tap_graph.web.charging import Allowance, Charged, StoreAway, Window
from tests.web.conftest import AUDITOR, PARTNER

MINUTE = 1_000 * 60.0


class Clock:
    """A clock that stands at the beginning of a minute until it is put on."""

    def __init__(self) -> None:
        self.now = MINUTE

    def __call__(self) -> float:
        return self.now


class Charging:
    """An allowance by a clock of its own."""

    def __init__(self, limit: int | None, store: charging.Store | None = None) -> None:
        self.clock = Clock()
        self.allowance = Allowance(limit, store, self.clock)

    def __call__(self, cost: int, viewer: Viewer = AUDITOR) -> Charged:
        return asyncio.run(self.allowance.charge(viewer, cost))


def test_what_is_left_is_told_and_more_than_that_refused() -> None:
    charge = Charging(100)
    assert charge(60) == Charged(100, 40)
    assert charge(41) == Charged(100, 40, 61)
    assert charge(40) == Charged(100, 0)
    assert charge(1) == Charged(100, 0, 61)


def test_a_refusal_charges_nothing() -> None:
    charge = Charging(100)
    charge(99)
    for _ in range(10):
        assert charge(2) == Charged(100, 1, 61)
    assert charge(1) == Charged(100, 0)


def test_the_minute_before_fades_evenly() -> None:
    charge = Charging(100)
    charge(100)
    charge.clock.now += 60
    assert charge(1).retry_after == 1
    charge.clock.now += 30
    assert charge(50) == Charged(100, 0)
    assert charge(10) == Charged(100, 0, 6)
    charge.clock.now += 6
    assert charge(10) == Charged(100, 0)
    charge.clock.now += 84
    assert charge(100) == Charged(100, 0)


def test_after_two_minutes_nothing_is_left_of_it() -> None:
    charge = Charging(100)
    charge(100)
    charge.clock.now += 120
    assert charge(100) == Charged(100, 0)


def test_every_operation_costs_a_row_and_none_more_than_there_is() -> None:
    charge = Charging(100)
    assert charge(0) == Charged(100, 99)
    assert charge(-5) == Charged(100, 98)
    assert charge(5_000) == Charged(100, 98, 120)
    charge.clock.now += 120
    assert charge(5_000) == Charged(100, 0)


def test_without_a_limit_nothing_is_counted() -> None:
    charge = Charging(None)
    assert charge(10**9) == Charged(None, None)
    assert charge.allowance._own == {}


def test_callers_have_an_allowance_each_by_subject_role_and_whom_they_speak_for() -> None:
    charge = Charging(100)
    callers = [
        AUDITOR,
        PARTNER,
        Viewer(subject="auditor", role=Role.TEAM_LEAD),
        Viewer(subject="partner", role=Role.PARTNER, partner_number="P2"),
        Viewer(subject="partner", role=Role.DISTRIBUTOR, distributor_id="P2"),
    ]
    assert [charge(100, caller).remaining for caller in callers] == [0] * 5
    assert charge(1, Viewer(subject="auditor", role=Role.AUDITOR, regions=("ONE",))).retry_after == 61


def test_the_callers_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charging, "MOST_CALLERS", 3)
    charge = Charging(100)
    viewers = [Viewer(subject=str(number), role=Role.AUDITOR) for number in range(5)]
    for viewer in viewers[:4]:
        charge(100, viewer)
    assert [caller[0] for caller in charge.allowance._own] == ["1", "2", "3"]
    charge.clock.now += 120
    charge(100, viewers[4])
    assert [caller[0] for caller in charge.allowance._own] == ["4"]


@given(st.lists(st.tuples(st.floats(0, 90), st.integers(1, 120)), max_size=40))
def test_who_waits_as_long_as_told_is_served(asked: list[tuple[float, int]]) -> None:
    charge = Charging(100)
    for pause, cost in asked:
        charge.clock.now += pause
        charged = charge(cost)
        if charged.retry_after is not None:
            assert 1 <= charged.retry_after <= 120
            charge.clock.now += charged.retry_after
            assert charge(cost).retry_after is None


@given(st.lists(st.tuples(st.floats(0, 90), st.integers(1, 120)), max_size=60))
def test_in_no_minute_is_much_more_than_the_allowance_taken(asked: list[tuple[float, int]]) -> None:
    charge = Charging(100)
    taken: list[tuple[float, int]] = []
    for pause, cost in asked:
        charge.clock.now += pause
        if charge(cost).retry_after is None:
            taken.append((charge.clock.now, min(cost, 100)))
    for end, _ in taken:
        # The share of the minute before is an estimate; one full minute and its fading are the most that meets in one.
        assert sum(cost for moment, cost in taken if end - 60 < moment <= end) <= 200


def test_charging_in_memory_costs_next_to_nothing() -> None:
    async def fastest() -> float:
        allowance = Allowance()
        times = []
        for _ in range(5):
            began = perf_counter()
            for _ in range(1_000):
                await allowance.charge(PARTNER, 25)
            times.append((perf_counter() - began) / 1_000)
        return min(times)

    assert asyncio.run(fastest()) < 2e-5


class Store:
    """A store that is away as long as it is told so."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.is_away = False
        self.asked: list[tuple[str, int, int]] = []

    def take(self, caller: str, limit: int, cost: int) -> Window:
        self.asked.append((caller, limit, cost))
        sleep(self.seconds)
        if self.is_away:
            raise StoreAway("ConnectionError")
        return Window(was_taken=True, before=0, running=7, ends_in=30.0)


def test_a_store_is_asked_by_a_name_that_tells_nobodys() -> None:
    store = Store()
    assert Charging(100, store)(5, PARTNER) == Charged(100, 93)
    [(caller, limit, cost)] = store.asked
    assert (len(caller), limit, cost) == (32, 100, 5)


def test_while_the_store_is_away_each_process_counts_for_itself(caplog: pytest.LogCaptureFixture) -> None:
    store = Store()
    charge = Charging(100, store)
    store.is_away = True
    with caplog.at_level(logging.WARNING):
        assert charge(60) == Charged(100, 40)
    assert "the store of allowances is away for now, each process counts for itself: ConnectionError" in caplog.text
    assert charge(60) == Charged(100, 40, 80)
    assert len(store.asked) == 1
    charge.clock.now += charging.PAUSE
    store.is_away = False
    assert charge(1) == Charged(100, 93)
    assert len(store.asked) == 2


def test_a_store_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charging, "PATIENCE", 0.05)
    store = Store()
    store.seconds = 0.5

    async def asked() -> float:
        allowance = Allowance(100, store)
        began = perf_counter()
        for _ in range(20):
            await allowance.charge(AUDITOR, 1)
        return perf_counter() - began

    assert asyncio.run(asked()) < 0.4
    assert len(store.asked) == 1


def test_a_store_that_hangs_does_not_hold_up_others(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()
    store.seconds = 0.3

    async def longest_silence() -> float:
        waiting = asyncio.create_task(Allowance(100, store).charge(AUDITOR, 1))
        silence = 0.0
        while not waiting.done():
            began = perf_counter()
            await asyncio.sleep(0)
            silence = max(silence, perf_counter() - began)
        return silence

    assert asyncio.run(longest_silence()) < 0.2
