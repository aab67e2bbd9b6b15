"""Evaluations: from an enrollment's totals to requirements, outcome, entitlement and what is payable.

Pure arithmetic over what storage counted: nothing here knows rows, days or the database. Amounts are integer
cents. The outcomes and the order of the requirements are fixed by the contract (§4).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tap_graph.domain.finding import Finding, Weight
from tap_graph.domain.terms import CompleteTerms, MinimumBasis, ReturnRateBasis
from tap_graph.values.figure import Figure, Provenance, assumed, official, sources, weakest
from tap_graph.values.money import printed, share, to_minor
from tap_graph.values.rate import Share, rate_text


class EvaluationWindow(StrEnum):
    """The two occasions on which an enrollment is judged (R8)."""

    FIRST = "FIRST"
    SECOND = "SECOND"


class Outcome(StrEnum):
    """What an evaluation says: earned, not yet (first window), or denied (second window)."""

    EARNED = "EARNED"
    NOT_YET = "NOT_YET"
    DENIED = "DENIED"


class RequirementCode(StrEnum):
    """The five requirements, in the order they are always listed."""

    ENROLLMENT = "ENROLLMENT"
    COUNTRY = "COUNTRY"
    CERTIFICATION = "CERTIFICATION"
    MINIMUM = "MINIMUM"
    RETURN_RATE = "RETURN_RATE"


class RequirementStatus(StrEnum):
    """Whether a requirement is met."""

    MET = "MET"
    NOT_MET = "NOT_MET"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement as judged: value against required value, what is missing, and where the figures stand."""

    code: RequirementCode
    status: RequirementStatus
    value: str | None
    required: str | None
    shortfall: str | None
    source: str
    provenance: Provenance
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """What an enrollment's rows add up to on the evaluation day, in cents and units."""

    booked_value: int = 0
    credits: int = 0
    pending_credits: int = 0
    value_due: int = 0
    value_received: int = 0
    units_due: int = 0
    units_received: int = 0

    def minimum_value(self, basis: MinimumBasis) -> int:
        """The amount that is compared with the minimum."""
        if basis is MinimumBasis.TRADE_IN_CREDIT:
            return self.credits
        if basis is MinimumBasis.RECEIVED_CREDIT:
            return min(self.value_received, self.credits)
        return self.booked_value

    def returned(self, basis: ReturnRateBasis) -> Share:
        """What came back of what was due."""
        if basis is ReturnRateBasis.UNITS:
            return Share(self.units_received, self.units_due)
        return Share(self.value_received, self.value_due)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the enrollment besides its totals."""

    covered_by: str | None
    """The option of the partner's earlier enrollment that covers a period of this one, or None."""
    country: str | None
    country_listed: bool
    certified: bool
    """A qualifying certification covers every day of the booking window (R1)."""


@dataclass(frozen=True, slots=True)
class EvaluationFacts:
    """One evaluation as a region's rule sees it, before its outcome is decided."""

    option: str
    window: EvaluationWindow
    country: str | None
    totals: Totals
    unmet: tuple[RequirementCode, ...]


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """The figures of the option that the requirements cite."""

    minimum: Figure[Decimal]
    countries: tuple[Figure[object], ...]
    booking_windows: tuple[Figure[object], ...]
    return_deadline: Figure[object]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the other window's real judgement already gave."""

    earned: bool = False
    payable: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """The result of judging one enrollment at one window, in cents."""

    outcome: Outcome
    totals: Totals
    return_rate: Decimal | None
    entitlement: int
    payable: int
    requirements: tuple[Requirement, ...]
    findings: tuple[Finding, ...] = field(default=())


APPROVED_ENROLLMENT = official(True, "TAP Q&A, Q8")
ONE_ENROLLMENT_PER_PERIOD = assumed(True, "program decision §7: overlapping enrollments")


def requirements_of(totals: Totals, standing: Standing, terms: CompleteTerms, option: OptionFigures) -> tuple[Requirement, ...]:
    """All five requirements with their values, shortfalls and sources, in the contract's order."""
    covered = standing.covered_by is not None
    enrollment = _plain(
        RequirementCode.ENROLLMENT,
        not covered,
        [APPROVED_ENROLLMENT, ONE_ENROLLMENT_PER_PERIOD] if covered else [APPROVED_ENROLLMENT],
        f"a period of this option is covered by {standing.covered_by}" if covered else "",
    )
    country = _plain(
        RequirementCode.COUNTRY,
        standing.country_listed,
        option.countries,
        "" if standing.country_listed else f"{standing.country or 'no country'} is not in the list of every period of the option",
    )
    certification = _plain(
        RequirementCode.CERTIFICATION,
        standing.certified,
        [terms.levels, *option.booking_windows],
        "" if standing.certified else "no qualifying certification covers every day of the booking window",
    )
    return (enrollment, country, certification, _minimum(totals, terms, option), _return_rate(totals, terms, option))


def _plain(code: RequirementCode, met: bool, figures: Iterable[Figure[object]], explanation: str) -> Requirement:
    figures = list(figures)
    status = RequirementStatus.MET if met else RequirementStatus.NOT_MET
    return Requirement(code, status, None, None, None, sources(figures), weakest(figures), explanation)


def _minimum(totals: Totals, terms: CompleteTerms, option: OptionFigures) -> Requirement:
    required = to_minor(option.minimum.value)
    value = totals.minimum_value(terms.minimum_basis.value)
    figures: list[Figure[object]] = [option.minimum, terms.minimum_basis]
    return Requirement(
        RequirementCode.MINIMUM,
        RequirementStatus.MET if value >= required else RequirementStatus.NOT_MET,
        printed(value),
        printed(required),
        printed(max(required - value, 0)),
        sources(figures),
        weakest(figures),
    )


def _return_rate(totals: Totals, terms: CompleteTerms, option: OptionFigures) -> Requirement:
    returned = totals.returned(terms.return_rate_basis.value)
    required = terms.return_rate.value
    fraction = returned.fraction()
    figures: list[Figure[object]] = [terms.return_rate, terms.return_rate_basis, terms.rma_terms, option.return_deadline]
    return Requirement(
        RequirementCode.RETURN_RATE,
        RequirementStatus.MET if returned.reaches(required) else RequirementStatus.NOT_MET,
        None if fraction is None else rate_text(fraction),
        rate_text(required),
        rate_text(returned.missing(required)),
        sources(figures),
        weakest(figures),
        "nothing was due" if fraction is None else "",
    )


def judge(
    window: EvaluationWindow,
    totals: Totals,
    requirements: tuple[Requirement, ...],
    findings: tuple[Finding, ...],
    terms: CompleteTerms,
    earlier: Earlier,
) -> Judgement:
    """The outcome and the amounts (R2, R8): the whole rebate when everything is met, less what was given before."""
    unmet = any(requirement.status is RequirementStatus.NOT_MET for requirement in requirements)
    blocked = any(finding.weight is not Weight.NOTE for finding in findings)
    earned_before = window is EvaluationWindow.SECOND and earlier.earned
    if earned_before or not (unmet or blocked):
        outcome = Outcome.EARNED
    else:
        outcome = Outcome.NOT_YET if window is EvaluationWindow.FIRST else Outcome.DENIED
    earned = outcome is Outcome.EARNED
    entitlement = share(totals.credits, terms.rebate_rate.value) if earned else 0
    payable = entitlement - earlier.payable if earned else 0
    rate = totals.returned(terms.return_rate_basis.value).fraction()
    return Judgement(outcome, totals, rate, entitlement, payable, requirements, findings)


def notes_of(totals: Totals) -> tuple[Finding, ...]:
    """What the payout's approver must see beside the figures: credit that no RMA stands behind (program.md §7)."""
    if totals.credits and not totals.value_due and not totals.units_due:
        message = "Credit was counted although no equipment was due under an RMA."
        return (Finding("CREDIT_WITHOUT_RMA", message, "program decision §7: which RMAs", Weight.NOTE),)
    return ()
