"""A rule that raises or answers garbage decides nothing, and nobody else's rules are touched."""

import sys
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

import pytest

from tap_graph.domain.errors import RuleFailed
from tap_graph.domain.finding import Finding, Weight, note, pending, refuse
from tap_graph.domain.order import OrderLineFacts, SaleType
from tap_graph.rules import Rulebook, rulebook_of
from tests.rules.regions import countries, enrollment, evaluation, line, module, theatre

LEASED = refuse("LEASED", "Leased equipment does not count here.", "Atlantis program rules, 3.4")


def ruled(check: Callable[..., object]) -> Rulebook:
    return rulebook_of(module(tap_check_order_line=check), plugin="tap-graph-atlantis", plugin_version="1.2")


def failure(check: Callable[..., object]) -> RuleFailed:
    with pytest.raises(RuleFailed) as failed:
        ruled(check).check_order_line(line())
    assert (failed.value.region, failed.value.plugin, failed.value.hook) == ("ATLANTIS", "tap-graph-atlantis 1.2", "tap_check_order_line")
    assert failed.value.code == "RULE_FAILED"
    return failed.value


def raising() -> Iterator[Finding]:
    yield LEASED
    raise KeyError("acquisition")


def test_a_region_adds_its_finding_after_the_baselines() -> None:
    rulebook = ruled(lambda: [LEASED])
    assert [finding.code for finding in rulebook.check_order_line(line(sale_type=None))] == ["SALE_TYPE_UNKNOWN", "LEASED"]


def test_a_rule_may_answer_nothing() -> None:
    assert ruled(lambda: None).check_order_line(line()) == ()
    assert ruled(lambda: ()).check_order_line(line()) == ()


def test_a_rule_that_raises_fails_with_region_plugin_version_and_hook() -> None:
    assert str(failure(lambda: 1 // 0)) == (
        "ATLANTIS: tap_check_order_line of tap-graph-atlantis 1.2 raised ZeroDivisionError: integer division or modulo by zero"
    )


def test_a_rule_that_raises_after_its_first_finding_gives_none() -> None:
    assert str(failure(lambda: raising())).endswith("raised KeyError: 'acquisition'")  # noqa: PLW0108 - the marker must not stay on it


def test_a_rule_that_leaves_the_program_fails_too() -> None:
    assert str(failure(lambda: sys.exit(3))).endswith("raised SystemExit: 3")


GARBAGE: list[tuple[object, str]] = [
    (True, "answered True, not findings"),
    ("LEASED", "answered 'LEASED', not findings"),
    (["LEASED"], "answered 'LEASED', not a finding"),
    ([None], "answered None, not a finding"),
    ([Finding("leased", "m", "s", Weight.NOTE)], "answered the code 'leased', which is not UPPER_SNAKE"),
    ([Finding("LEASED ", "m", "s", Weight.NOTE)], "answered the code 'LEASED ', which is not UPPER_SNAKE"),
    ([Finding("LEASED", "m", "", Weight.NOTE)], "answered LEASED without a source"),
    ([Finding("LEASED", " ", "s", Weight.NOTE)], "answered LEASED without a message"),
    ([Finding("LEASED", "m", "s", "refuse")], "answered LEASED with the weight 'refuse', not refuse, pending or note"),  # type: ignore[arg-type]
    ([note("INTERNAL_USE", "m", "s")], "answered the core's code INTERNAL_USE with the weight note; the core's is refuse"),
    ([refuse("NOT_SHIPPED", "m", "s")], "answered the core's code NOT_SHIPPED with the weight refuse; the core's is pending"),
    (repeat(LEASED), "answered more than 100 findings"),
]


@pytest.mark.parametrize(("answer", "told"), GARBAGE)
def test_garbage_is_a_failed_rule(answer: object, told: str) -> None:
    assert str(failure(lambda: answer)).endswith(f"tap-graph-atlantis 1.2 {told}")


def test_a_region_may_use_a_code_of_the_core_with_its_weight() -> None:
    own = pending("NETWORK_UNKNOWN", "Nobody has looked.", "Atlantis program rules, 3.5")
    assert ruled(lambda: [own]).check_order_line(line()) == (own,)


def test_another_region_goes_on() -> None:
    broken = ruled(lambda: 1 // 0)
    lemuria = rulebook_of(module("lemuria", tap_theatre=lambda: theatre("LEMURIA"), tap_countries=lambda: countries("XB")))
    with pytest.raises(RuleFailed):
        broken.check_order_line(line())
    assert lemuria.check_order_line(line()) == ()


def test_a_rule_that_fails_for_some_facts_answers_for_the_others() -> None:
    def check(line: OrderLineFacts) -> list[Finding]:
        return [LEASED] if line.sale_type is SaleType.RESALE else list(reversed(line))  # type: ignore[call-overload]

    rulebook = ruled(check)
    assert rulebook.check_order_line(line()) == (LEASED,)
    with pytest.raises(RuleFailed):
        rulebook.check_order_line(line(sale_type=None))
    assert rulebook.check_order_line(line()) == (LEASED,)


def test_a_rule_is_asked_once_about_the_same_facts() -> None:
    asked: list[Any] = []

    def check(line: OrderLineFacts) -> None:
        asked.append(line)

    rulebook = ruled(check)
    rulebook.check_order_line(line())
    rulebook.check_order_line(line())
    assert asked == [line()]


def test_enrollment_and_evaluation_rules_are_fenced_in_alike() -> None:
    rulebook = rulebook_of(
        module(tap_check_enrollment=lambda: 1 // 0, tap_check_evaluation=lambda: "no"), plugin="dist", plugin_version="2"
    )
    with pytest.raises(RuleFailed, match=r"^ATLANTIS: tap_check_enrollment of dist 2 raised ZeroDivisionError"):
        rulebook.check_enrollment(enrollment())
    with pytest.raises(RuleFailed, match=r"^ATLANTIS: tap_check_evaluation of dist 2 answered 'no', not findings"):
        rulebook.check_evaluation(evaluation())


def test_a_region_may_hold_an_evaluation_up() -> None:
    audit = pending("AUDIT_FIRST", "A million in credits is audited first.", "Atlantis program rules, 5.2")

    def check(evaluation: Any) -> list[Finding]:
        return [audit] if evaluation.totals.credits >= 1_000_000_00 else []

    rulebook = rulebook_of(module(tap_check_evaluation=check))
    assert rulebook.check_evaluation(evaluation(999_999_99)) == ()
    assert rulebook.check_evaluation(evaluation(1_000_000_00)) == (audit,)
