"""What the baseline says of order lines and enrollments, and that each figure switches its finding off."""

from decimal import Decimal
from typing import Any

import pytest

from tap_graph.domain.combinability import Combinability
from tap_graph.domain.deviation import DeviationFacts, DeviationStatus
from tap_graph.domain.order import Acquisition, ProgramUse, QuoteStanding, SaleType
from tap_graph.domain.reason import BY_CODE
from tap_graph.domain.terms import CompleteTerms, MinimumBasis, ReturnRateBasis, RmaTerms, ShippedBy
from tap_graph.rules import Rulebook, rulebook_of, with_figures
from tap_graph.sdk import Provenance, Tier
from tests.rules.regions import enrollment, evaluation, line, module


def program(answer: Combinability) -> tuple[ProgramUse, ...]:
    return (ProgramUse("VIP", answer),)


def deviation(is_tmp: bool = True, status: DeviationStatus | None = DeviationStatus.APPROVED, in_time: bool = True) -> dict[str, Any]:
    return {"two_tier": True, "deviation": DeviationFacts(is_tmp, status, in_time)}


@pytest.fixture
def rulebook() -> Rulebook:
    return rulebook_of(module())


def codes(rulebook: Rulebook, **changed: Any) -> list[str]:
    return [finding.code for finding in rulebook.check_order_line(line(**changed))]


SAID: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"acquisition": Acquisition.LEASE}, []),
    ({"acquisition": None}, []),
    ({"sale_type": SaleType.INTERNAL}, ["INTERNAL_USE"]),
    ({"sale_type": None}, ["SALE_TYPE_UNKNOWN"]),
    ({"existing_network": False}, ["NOT_EXISTING_NETWORK"]),
    ({"existing_network": None}, ["NETWORK_UNKNOWN"]),
    ({"quote": QuoteStanding.NONE}, ["NOT_STANDARD_TMP"]),
    ({"quote": QuoteStanding.NOT_VALID}, ["NOT_STANDARD_TMP"]),
    ({"programs": program(Combinability.COMBINABLE)}, []),
    ({"programs": program(Combinability.NOT_COMBINABLE)}, ["PROGRAM_NOT_COMBINABLE"]),
    ({"programs": program(Combinability.UNKNOWN)}, ["PROGRAM_UNKNOWN"]),
    ({"programs": program(Combinability.UNKNOWN) + program(Combinability.NOT_COMBINABLE)}, ["PROGRAM_NOT_COMBINABLE", "PROGRAM_UNKNOWN"]),
    ({"two_tier": True}, ["DEVIATION_MISSING"]),
    (deviation(), []),
    (deviation(is_tmp=False), ["DEVIATION_NOT_TMP"]),
    (deviation(status=None), ["DEVIATION_NOT_APPROVED"]),
    (deviation(status=DeviationStatus.REQUESTED), ["DEVIATION_NOT_APPROVED"]),
    (deviation(status=DeviationStatus.DECLINED, in_time=False), ["DEVIATION_NOT_APPROVED"]),
    (deviation(in_time=False), ["DEVIATION_AFTER_CONFIRMATION"]),
    (deviation(is_tmp=False, in_time=False), ["DEVIATION_NOT_TMP", "DEVIATION_AFTER_CONFIRMATION"]),
    ({"deviation": DeviationFacts(False, DeviationStatus.DECLINED, False)}, []),
]


@pytest.mark.parametrize(("changed", "expected"), SAID)
def test_order_line_findings(rulebook: Rulebook, changed: dict[str, Any], expected: list[str]) -> None:
    assert codes(rulebook, **changed) == expected


def test_all_reasons_of_a_line_are_said_at_once_in_the_contracts_order(rulebook: Rulebook) -> None:
    worst = {
        "sale_type": SaleType.INTERNAL,
        "existing_network": False,
        "quote": QuoteStanding.NONE,
        "programs": program(Combinability.NOT_COMBINABLE) + program(Combinability.UNKNOWN),
    } | deviation(is_tmp=False, in_time=False)
    said = codes(rulebook, **worst)
    assert said == [
        "INTERNAL_USE",
        "NOT_EXISTING_NETWORK",
        "NOT_STANDARD_TMP",
        "PROGRAM_NOT_COMBINABLE",
        "DEVIATION_NOT_TMP",
        "DEVIATION_AFTER_CONFIRMATION",
        "PROGRAM_UNKNOWN",
    ]
    assert said == sorted(said, key=lambda code: BY_CODE[code].bit)


def test_a_finding_is_the_cores_reason(rulebook: Rulebook) -> None:
    (finding,) = rulebook.check_order_line(line(sale_type=SaleType.INTERNAL))
    reason = BY_CODE["INTERNAL_USE"]
    assert (finding.message, finding.source, finding.weight) == (reason.message, reason.source, reason.weight)


SWITCHED_OFF: list[tuple[str, dict[str, Any]]] = [
    ("resale_required", {"sale_type": SaleType.INTERNAL}),
    ("resale_required", {"sale_type": None}),
    ("existing_network_required", {"existing_network": False}),
    ("existing_network_required", {"existing_network": None}),
    ("standard_tmp_required", {"quote": QuoteStanding.NONE}),
    ("combinability_required", {"programs": program(Combinability.NOT_COMBINABLE)}),
    ("combinability_required", {"programs": program(Combinability.UNKNOWN)}),
    ("deviation_required", {"two_tier": True}),
    ("deviation_required", deviation(is_tmp=False, in_time=False)),
]


@pytest.mark.parametrize(("figure", "changed"), SWITCHED_OFF)
def test_a_figure_switches_its_finding_off(rulebook: Rulebook, figure: str, changed: dict[str, Any]) -> None:
    assert len(codes(rulebook, **changed)) in {1, 2}
    assert codes(with_figures(rulebook, {figure: False}), **changed) == []


def enrollment_codes(rulebook: Rulebook, **changed: Any) -> list[str]:
    return [finding.code for finding in rulebook.check_enrollment(enrollment(**changed))]


def test_enrollment_findings(rulebook: Rulebook) -> None:
    assert enrollment_codes(rulebook) == []
    assert enrollment_codes(rulebook, tier=Tier.TWO_TIER) == []
    assert enrollment_codes(rulebook, country_listed=False) == ["COUNTRY_NOT_LISTED"]
    assert enrollment_codes(rulebook, certified_when_submitted=False) == ["NOT_CERTIFIED_WHEN_SUBMITTED"]
    assert enrollment_codes(rulebook, submitted_in_window=False) == ["SUBMITTED_OUTSIDE_WINDOW"]
    assert enrollment_codes(rulebook, country_listed=False, certified_when_submitted=False, submitted_in_window=False) == [
        "COUNTRY_NOT_LISTED",
        "NOT_CERTIFIED_WHEN_SUBMITTED",
        "SUBMITTED_OUTSIDE_WINDOW",
    ]


def test_of_a_day_of_submission_that_is_not_known_nothing_is_said(rulebook: Rulebook) -> None:
    assert enrollment_codes(rulebook, certified_when_submitted=False, submitted_in_window=None) == []


def test_a_country_not_listed_is_named(rulebook: Rulebook) -> None:
    (named,) = rulebook.check_enrollment(enrollment(country="JP", country_listed=False))
    (unnamed,) = rulebook.check_enrollment(enrollment(country=None, country_listed=False))
    assert named.message == "JP is not in the list of every period of P1."
    assert unnamed.message == "A partner without a country is not in the list of every period of P1."


def test_the_baseline_says_nothing_of_evaluations(rulebook: Rulebook) -> None:
    assert rulebook.check_evaluation(evaluation()) == ()


def test_the_baseline_answers_every_term_as_an_assumption(rulebook: Rulebook) -> None:
    terms = rulebook.terms
    values = {name: getattr(terms, name).value for name in CompleteTerms.__dataclass_fields__}
    assert values == {
        "rebate_rate": Decimal("0.15"),
        "return_rate": Decimal("0.85"),
        "levels": frozenset({"GOLD", "SILVER", "PREMIER", "SELECT"}),
        "minimum_basis": MinimumBasis.BOOKED_VALUE,
        "return_rate_basis": ReturnRateBasis.VALUE,
        "shipped_by": ShippedBy.EVALUATION_DAY,
        "rma_terms": RmaTerms.SHOWN,
        "two_tier_cutoff_days": 7,
        "approval_business_days": 10,
        "deviation_required": True,
        "pos_required": True,
        "resale_required": True,
        "existing_network_required": True,
        "standard_tmp_required": True,
        "combinability_required": True,
    }
    figures = [getattr(terms, name) for name in CompleteTerms.__dataclass_fields__]
    assert {figure.provenance for figure in figures} == {Provenance.ASSUMED}
    assert all(figure.source.startswith("program default") for figure in figures)
