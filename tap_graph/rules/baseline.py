"""The baseline: the program's defaults, as a plugin like any other.

It answers every field of the terms, so that a region states only what differs or what it can cite, and it gives
the core's findings. Each finding is steered by a figure: a region switches it off by answering the figure. What
depends on days (windows, cut-off, cancelled, shipped, reported) is compared elsewhere.
"""

from collections.abc import Iterator
from decimal import Decimal

from tap_graph.domain.combinability import Combinability
from tap_graph.domain.deviation import DeviationFacts, DeviationStatus
from tap_graph.domain.enrollment import EnrollmentFacts
from tap_graph.domain.finding import Finding, refuse
from tap_graph.domain.order import OrderLineFacts, QuoteStanding, SaleType
from tap_graph.domain.reason import BY_CODE
from tap_graph.domain.terms import CompleteTerms, MinimumBasis, ReturnRateBasis, RmaTerms, ShippedBy, Terms
from tap_graph.sdk.marker import rule
from tap_graph.values.figure import assumed

TAP_SDK = 1


@rule
def tap_terms() -> Terms:
    """Every term as the program has it elsewhere, each an assumption until a region states its own."""
    return Terms(
        rebate_rate=assumed(Decimal("0.15"), "program default (TAP Q&A, Table 1)"),
        return_rate=assumed(Decimal("0.85"), "program default (TAP Q&A, Table 1)"),
        levels=assumed(frozenset({"GOLD", "SILVER", "PREMIER", "SELECT"}), "program default (TAP Q&A, Q2)"),
        minimum_basis=assumed(MinimumBasis.BOOKED_VALUE, "program default §7: minimum: which amount"),
        return_rate_basis=assumed(ReturnRateBasis.VALUE, "program default §7: 85 %: by value or units"),
        shipped_by=assumed(ShippedBy.EVALUATION_DAY, "program default §7: shipped by when"),
        rma_terms=assumed(RmaTerms.SHOWN, "program default §7: R26"),
        two_tier_cutoff_days=assumed(7, "program default (TAP Q&A, Q3; §7: one week before the end)"),
        approval_business_days=assumed(10, "program default (TAP Q&A, Q8)"),
        deviation_required=assumed(True, "program default (TAP Q&A, Q3)"),
        pos_required=assumed(True, "program default (TAP Q&A, Q3)"),
        resale_required=assumed(True, "program default (TAP Q&A, Q3)"),
        existing_network_required=assumed(True, "program default (TAP Q&A, Q22)"),
        standard_tmp_required=assumed(True, "program default (TAP Q&A, Q9)"),
        combinability_required=assumed(True, "program default (TAP Q&A, Q19)"),
    )


@rule
def tap_check_enrollment(enrollment: EnrollmentFacts) -> Iterator[Finding]:
    """What speaks against an application: country (R14), certification (R1), day of submission (R16, R27)."""
    if not enrollment.country_listed:
        who = enrollment.country or "A partner without a country"
        yield refuse("COUNTRY_NOT_LISTED", f"{who} is not in the list of every period of {enrollment.option}.", "TAP Q&A, Q11")
    if enrollment.submitted_in_window is None:
        return  # not submitted yet: nothing can be said of that day
    if not enrollment.certified_when_submitted:
        message = "No qualifying certification was valid on the day of submission."
        yield refuse("NOT_CERTIFIED_WHEN_SUBMITTED", message, "TAP Q&A, Table 2")
    if not enrollment.submitted_in_window:
        message = f"It was submitted outside the enrollment window of {enrollment.option}."
        yield refuse("SUBMITTED_OUTSIDE_WINDOW", message, "TAP Q&A, Q8")


@rule
def tap_check_order_line(line: OrderLineFacts, terms: CompleteTerms) -> Iterator[Finding]:
    """The reasons of the core that depend neither on the option nor on the day, in the contract's order."""
    answers = {program.combinability for program in line.programs} if terms.combinability_required.value else set()
    if terms.resale_required.value and line.sale_type is SaleType.INTERNAL:
        yield _reason("INTERNAL_USE")
    if terms.existing_network_required.value and line.existing_network is False:
        yield _reason("NOT_EXISTING_NETWORK")
    if terms.standard_tmp_required.value and line.quote is not QuoteStanding.VALID:
        yield _reason("NOT_STANDARD_TMP")
    if Combinability.NOT_COMBINABLE in answers:
        yield _reason("PROGRAM_NOT_COMBINABLE")
    if terms.deviation_required.value and line.two_tier:
        yield from _deviation(line.deviation)
    if terms.resale_required.value and line.sale_type is None:
        yield _reason("SALE_TYPE_UNKNOWN")
    if terms.existing_network_required.value and line.existing_network is None:
        yield _reason("NETWORK_UNKNOWN")
    if Combinability.UNKNOWN in answers:
        yield _reason("PROGRAM_UNKNOWN")


def _deviation(deviation: DeviationFacts | None) -> Iterator[Finding]:
    if deviation is None:
        yield _reason("DEVIATION_MISSING")
        return
    if not deviation.is_tmp:
        yield _reason("DEVIATION_NOT_TMP")
    if deviation.status is not DeviationStatus.APPROVED:
        yield _reason("DEVIATION_NOT_APPROVED")
    elif not deviation.decided_before_confirmation:
        yield _reason("DEVIATION_AFTER_CONFIRMATION")


def _reason(code: str) -> Finding:
    reason = BY_CODE[code]
    return Finding(reason.code, reason.message, reason.source, reason.weight)
