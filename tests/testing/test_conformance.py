"""The conformance checks find what a region that starts can still get wrong."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from typing import Any

import pytest

from tap_graph.domain.errors import UnknownName
from tap_graph.domain.finding import Finding, note, pending, refuse
from tap_graph.domain.order import Acquisition, OrderLineFacts
from tap_graph.rules import rulebook_of
from tap_graph.sdk import assumed, window
from tap_graph.testing.conformance import CHECKS, check_region, rulebook_under_test, run
from tap_graph.testing.facts import enrollment_facts, evaluation_facts, order_line_facts
from tests.rules.regions import SOURCE, countries, module, option, period


def problems(name: str, **hooks: Callable[..., object] | None) -> tuple[str, ...]:
    (check,) = [check for check in CHECKS if check.name == name]
    return run(check, rulebook_of(module(**hooks), plugin="dist", plugin_version="2")).problems


def test_a_plain_region_holds_every_check() -> None:
    results = check_region(rulebook_of(module()))
    assert [result.name for result in results] == [check.name for check in CHECKS]
    assert [result for result in results if not result.holds] == []


def test_the_facts_are_the_whole_product() -> None:
    rulebook = rulebook_of(module())
    assert len(set(order_line_facts(rulebook))) == 3 * 3 * 3 * 2 * 3 * 21 * 2
    assert len(set(enrollment_facts(rulebook))) == 1 * 3 * 2 * 2 * 2 * 3
    assert len(set(evaluation_facts(rulebook))) == 1 * 2 * 2 * 4 * 32


def test_deadlines_before_the_end_of_booking_are_found() -> None:
    changed: dict[str, Any] = {
        "return_deadline": assumed(date(2008, 4, 25), SOURCE),
        "second_evaluation_on": assumed(date(2008, 7, 25), SOURCE),
    }
    late = assumed(window("2008-04-27", "2008-05-01"), SOURCE)
    assert problems(
        "deadlines and evaluations follow the booking windows", tap_periods=lambda: [period(enrollment_window=late, **changed)]
    ) == (
        "period 1: return_deadline 2008-04-25 is before the last booking day 2008-04-26",
        "period 1: second_evaluation_on 2008-07-25 is before first_evaluation_on 2008-07-26",
        "period 1: enrollment begins on 2008-04-27, after the last booking day 2008-04-26",
    )


def test_a_period_nobody_can_enroll_in_is_found() -> None:
    two = [period(1), period(2, window("2008-04-27", "2008-10-25"), return_deadline=assumed(date(2009, 4, 25), SOURCE))]
    assert problems("every period is offered by an option", tap_periods=lambda: two) == (
        "no option spans period 2, so nobody can enroll in it",
    )


def test_an_option_without_a_common_country_is_found() -> None:
    two = [period(1), period(2, window("2008-04-27", "2008-10-25"))]
    assert problems(
        "every option can be enrolled in",
        tap_periods=lambda: two,
        tap_countries=lambda period: countries("XA") if period.number == 1 else countries("XB"),
        tap_minimums=lambda: [option("P1-P2", (1, 2))],
    ) == ("option P1-P2: no country is in the list of every period, so nobody can take part",)


def test_a_rule_that_cannot_answer_every_line_is_found() -> None:
    def check(line: OrderLineFacts) -> list[Finding]:
        labels = {Acquisition.PURCHASE: "bought", Acquisition.LEASE: "leased"}
        return [note("LABEL", labels[line.acquisition], SOURCE)]  # type: ignore[index]

    found = problems("rules answer every order line, twice the same", tap_check_order_line=check)
    assert len(found) == 5
    assert found[0].startswith("ATLANTIS: tap_check_order_line of dist 2 raised KeyError: None, about OrderLineFacts(")


def test_a_rule_with_a_memory_is_found() -> None:
    numbers = count()

    def check() -> Iterator[Finding]:
        yield note("NUMBER", f"This is answer {next(numbers)}.", SOURCE)

    for name, hook in (
        ("rules answer every order line, twice the same", "tap_check_order_line"),
        ("rules answer every enrollment, twice the same", "tap_check_enrollment"),
        ("rules answer every evaluation, twice the same", "tap_check_evaluation"),
    ):
        assert problems(name, **{hook: check})[0].startswith("asked twice about ")


def test_figures_with_a_memory_are_found() -> None:
    numbers = count(12_500)
    found = problems("figures are the same when asked twice", tap_minimums=lambda: [option(minimum=str(next(numbers)))])
    assert found[0] == "minimum of option P1 was 12500 when asked first and 12501 when asked again"


def test_a_code_with_two_weights_is_found() -> None:
    def check(line: OrderLineFacts) -> list[Finding]:
        return [refuse("LEASED", "m", SOURCE) if line.acquisition is Acquisition.LEASE else pending("LEASED", "m", SOURCE)]

    (told, *_) = problems("a reason has one weight", tap_check_order_line=check)
    assert told == "LEASED is pending for one line and refuse for another; give it two codes"


def test_more_reasons_than_there_are_places_for_are_found() -> None:
    found = problems("a reason has one weight", tap_check_order_line=lambda: [refuse(f"OWN_{n}", "m", SOURCE) for n in range(20)])
    assert found == ("the region has 20 reasons of its own with the weight refuse, and there is room for 19",)


def test_a_region_that_is_not_installed_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tap_graph.testing.conformance.find_rulebooks", lambda: {"ATLANTIS": rulebook_of(module())})
    assert rulebook_under_test("ATLANTIS").theatre.code == "ATLANTIS"
    with pytest.raises(UnknownName, match=r"^No region LEMURIA is installed; there are ATLANTIS\.$"):
        rulebook_under_test("LEMURIA")
