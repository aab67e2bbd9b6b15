"""Terms: the rates, bases and requirements of a theatre, each a figure that a region may answer."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tap_graph.values.figure import Figure


class MinimumBasis(StrEnum):
    """Which amount is compared with the minimum (program.md §7)."""

    BOOKED_VALUE = "BOOKED_VALUE"
    TRADE_IN_CREDIT = "TRADE_IN_CREDIT"
    RECEIVED_CREDIT = "RECEIVED_CREDIT"


class ReturnRateBasis(StrEnum):
    """What the return rate is a share of: the value due or the units due."""

    VALUE = "VALUE"
    UNITS = "UNITS"


class ShippedBy(StrEnum):
    """By which day a line must be shipped to count."""

    EVALUATION_DAY = "EVALUATION_DAY"
    WINDOW_END = "WINDOW_END"


class RmaTerms(StrEnum):
    """Whether an RMA below the return rate still brings what was received (R26)."""

    SHOWN = "SHOWN"
    REQUIRED = "REQUIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms one plugin answers; a field left None is answered by the next plugin, last by the baseline."""

    rebate_rate: Figure[Decimal] | None = None
    return_rate: Figure[Decimal] | None = None
    levels: Figure[frozenset[str]] | None = None
    minimum_basis: Figure[MinimumBasis] | None = None
    return_rate_basis: Figure[ReturnRateBasis] | None = None
    shipped_by: Figure[ShippedBy] | None = None
    rma_terms: Figure[RmaTerms] | None = None
    two_tier_cutoff_days: Figure[int] | None = None
    approval_business_days: Figure[int] | None = None
    deviation_required: Figure[bool] | None = None
    pos_required: Figure[bool] | None = None
    resale_required: Figure[bool] | None = None
    existing_network_required: Figure[bool] | None = None
    standard_tmp_required: Figure[bool] | None = None
    combinability_required: Figure[bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTerms:
    """The terms of a theatre with every field answered: what rules read and evaluations cite."""

    rebate_rate: Figure[Decimal]
    return_rate: Figure[Decimal]
    levels: Figure[frozenset[str]]
    minimum_basis: Figure[MinimumBasis]
    return_rate_basis: Figure[ReturnRateBasis]
    shipped_by: Figure[ShippedBy]
    rma_terms: Figure[RmaTerms]
    two_tier_cutoff_days: Figure[int]
    approval_business_days: Figure[int]
    deviation_required: Figure[bool]
    pos_required: Figure[bool]
    resale_required: Figure[bool]
    existing_network_required: Figure[bool]
    standard_tmp_required: Figure[bool]
    combinability_required: Figure[bool]
