"""From totals to requirements, outcome and money."""

from datetime import date
from decimal import Decimal

import pytest

from tap_graph.domain.evaluation import (
    Earlier,
    EvaluationWindow,
    Judgement,
    OptionFigures,
    Outcome,
    Requirement,
    RequirementCode,
    RequirementStatus,
    Standing,
    Totals,
    judge,
    notes_of,
    requirements_of,
)
from tap_graph.domain.finding import Finding, note, pending, refuse
from tap_graph.domain.terms import MinimumBasis, ReturnRateBasis
from tap_graph.rules import Rulebook, rulebook_of, with_figures
from tap_graph.values.figure import Provenance, assumed, official
from tap_graph.values.window import window
from tests.rules.regions import module

FIRST, SECOND = EvaluationWindow.FIRST, EvaluationWindow.SECOND
GOOD = Standing(covered_by=None, country="XA", country_listed=True, certified=True)
TOTALS = Totals(booked_value=12_500_00, credits=2_000_00, value_due=4_000_00, value_received=3_400_00, units_due=20, units_received=16)
OPTION = OptionFigures(
    minimum=official(Decimal("12500.00"), "Table 1"),
    countries=(official((), "Q11"),),
    booking_windows=(official(window("2008-01-27", "2008-04-26"), "Table 1"),),
    return_deadline=official(date(2008, 10, 25), "Table 1"),
)
BOOK = rulebook_of(module())


def requirements(totals: Totals = TOTALS, standing: Standing = GOOD, book: Rulebook = BOOK) -> tuple[Requirement, ...]:
    return requirements_of(totals, standing, book.terms, OPTION)


def judged(
    totals: Totals = TOTALS,
    at: EvaluationWindow = FIRST,
    earlier: Earlier | None = None,
    findings: tuple[Finding, ...] = (),
    standing: Standing = GOOD,
) -> Judgement:
    return judge(at, totals, requirements(totals, standing), findings, BOOK.terms, earlier or Earlier())


def test_the_five_requirements_are_always_listed_in_one_order() -> None:
    assert [requirement.code for requirement in requirements()] == list(RequirementCode)
    assert {requirement.status for requirement in requirements()} == {RequirementStatus.MET}


def test_the_minimum_says_value_required_and_shortfall() -> None:
    short = requirements(Totals(booked_value=12_499_99))[3]
    assert (short.status, short.value, short.required, short.shortfall) == (RequirementStatus.NOT_MET, "12499.99", "12500.00", "0.01")
    enough = requirements()[3]
    assert (enough.status, enough.value, enough.shortfall) == (RequirementStatus.MET, "12500.00", "0.00")
    assert (enough.source, enough.provenance) == ("Table 1; program default §7: minimum: which amount", Provenance.ASSUMED)


def test_the_return_rate_says_value_required_and_shortfall() -> None:
    enough = requirements()[4]
    assert (enough.status, enough.value, enough.required, enough.shortfall) == (RequirementStatus.MET, "0.8500", "0.8500", "0.0000")
    short = requirements(Totals(value_due=4_000_00, value_received=3_200_00))[4]
    assert (short.status, short.value, short.shortfall) == (RequirementStatus.NOT_MET, "0.8000", "0.0500")
    nothing = requirements(Totals())[4]
    assert (nothing.status, nothing.value, nothing.explanation) == (RequirementStatus.MET, None, "nothing was due")


def test_what_is_not_met_is_explained() -> None:
    standing = Standing(covered_by="P5-P6", country=None, country_listed=False, certified=False)
    enrollment, country, certification, *_ = requirements(standing=standing)
    assert (enrollment.status, enrollment.explanation) == (RequirementStatus.NOT_MET, "a period of this option is covered by P5-P6")
    assert (enrollment.source, enrollment.provenance) == ("TAP Q&A, Q8; program decision §7: overlapping enrollments", Provenance.ASSUMED)
    assert (country.status, country.explanation) == (
        RequirementStatus.NOT_MET,
        "no country is not in the list of every period of the option",
    )
    assert certification.explanation == "no qualifying certification covers every day of the booking window"
    assert (country.value, country.required, country.shortfall) == (None, None, None)


def test_the_basis_chooses_the_amount_that_is_compared() -> None:
    totals = Totals(booked_value=5, credits=3, value_received=4)
    assert [totals.minimum_value(basis) for basis in MinimumBasis] == [5, 3, 3]
    assert Totals(credits=3, value_received=2).minimum_value(MinimumBasis.RECEIVED_CREDIT) == 2


def test_the_return_rate_goes_by_value_or_by_units() -> None:
    assert TOTALS.returned(ReturnRateBasis.VALUE).fraction() == Decimal("0.8500")
    assert TOTALS.returned(ReturnRateBasis.UNITS).fraction() == Decimal("0.8000")
    assert requirements(book=with_figures(BOOK, {"return_rate_basis": "UNITS"}))[4].status is RequirementStatus.NOT_MET


def test_everything_met_earns_the_whole_rebate_at_either_window() -> None:
    for at in EvaluationWindow:
        judgement = judged(at=at)
        assert (judgement.outcome, judgement.entitlement, judgement.payable) == (Outcome.EARNED, 300_00, 300_00)
    assert judged().return_rate == Decimal("0.8500")


@pytest.mark.parametrize(("at", "outcome"), [(FIRST, Outcome.NOT_YET), (SECOND, Outcome.DENIED)])
def test_something_missing_is_not_yet_and_then_denied(at: EvaluationWindow, outcome: Outcome) -> None:
    judgement = judged(Totals(booked_value=12_499_99, credits=2_000_00), at)
    assert (judgement.outcome, judgement.entitlement, judgement.payable) == (outcome, 0, 0)


@pytest.mark.parametrize(
    ("finding", "outcome"),
    [(refuse("X", "m", "s"), Outcome.NOT_YET), (pending("X", "m", "s"), Outcome.NOT_YET), (note("X", "m", "s"), Outcome.EARNED)],
)
def test_a_finding_that_refuses_or_is_pending_holds_the_rebate_up(finding: Finding, outcome: Outcome) -> None:
    judgement = judged(findings=(finding,))
    assert (judgement.outcome, judgement.findings) == (outcome, (finding,))


@pytest.mark.parametrize(("credit", "payable"), [(3_000_00, 150_00), (2_000_00, 0), (1_000_00, -150_00), (0, -300_00)])
def test_earned_at_the_first_window_the_second_pays_or_recovers_the_difference(credit: int, payable: int) -> None:
    judgement = judged(Totals(booked_value=1, credits=credit), SECOND, Earlier(earned=True, payable=300_00))
    assert (judgement.outcome, judgement.payable) == (Outcome.EARNED, payable)
    assert judgement.requirements[3].status is RequirementStatus.NOT_MET


def test_what_the_second_window_earned_does_not_earn_the_first() -> None:
    judgement = judged(Totals(), FIRST, Earlier(earned=True, payable=300_00))
    assert (judgement.outcome, judgement.payable) == (Outcome.NOT_YET, 0)


def test_credit_without_an_rma_is_noted_for_the_approver() -> None:
    (found,) = notes_of(Totals(credits=1))
    assert (found.code, found.source) == ("CREDIT_WITHOUT_RMA", "program decision §7: which RMAs")
    assert notes_of(Totals()) == notes_of(Totals(credits=1, value_due=1)) == notes_of(Totals(credits=1, units_due=1)) == ()


def test_the_option_may_cite_an_assumed_window() -> None:
    certification = requirements_of(
        TOTALS, GOOD, BOOK.terms, OptionFigures(OPTION.minimum, (), (assumed(None, "guess"),), OPTION.return_deadline)
    )[2]
    assert certification.source == "program default (TAP Q&A, Q2); guess"
