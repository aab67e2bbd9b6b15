"""Figures the theatres of this distribution share: two periods of six months, by analogy with Asia Pacific.

Only the rebate rate is public; everything else is assumed, and says so.
"""

from datetime import date
from decimal import Decimal

from tap_graph.sdk import (
    MinimumBasis,
    Option,
    Period,
    ProgramRule,
    ReturnRateBasis,
    RmaTerms,
    ShippedBy,
    Terms,
    assumed,
    official,
    window,
)

PRESS = "trade press, 5 April 2005: a 15 % back-end rebate on the trade-in value"
ANALOGY = "assumed by analogy with APAC"
QUARTERS = "assumed: two fiscal quarters, as APAC's period 7"
ENROLLMENT = f"{ANALOGY}: 28 days before the first booking day to 42 days after it"
RETURNS = f"{ANALOGY}: end of booking + 182 days"
FIRST_EVALUATION = f"{ANALOGY}: end of booking + 91 days"
SECOND_EVALUATION = f"{ANALOGY}: the return deadline"
DISPUTES = f"{ANALOGY}: the return deadline"

PERIODS = (
    Period(
        number=6,
        enrollment_window=assumed(window("2007-09-30", "2007-12-09"), ENROLLMENT),
        booking_window=assumed(window("2007-10-28", "2008-04-26"), QUARTERS),
        return_deadline=assumed(date(2008, 10, 25), RETURNS),
        first_evaluation_on=assumed(date(2008, 7, 26), FIRST_EVALUATION),
        second_evaluation_on=assumed(date(2008, 10, 25), SECOND_EVALUATION),
        dispute_deadline=assumed(date(2008, 10, 25), DISPUTES),
    ),
    Period(
        number=7,
        enrollment_window=assumed(window("2008-03-30", "2008-06-08"), ENROLLMENT),
        booking_window=assumed(window("2008-04-27", "2008-10-25"), QUARTERS),
        return_deadline=assumed(date(2009, 4, 25), RETURNS),
        first_evaluation_on=assumed(date(2009, 1, 24), FIRST_EVALUATION),
        second_evaluation_on=assumed(date(2009, 4, 25), SECOND_EVALUATION),
        dispute_deadline=assumed(date(2009, 4, 25), DISPUTES),
    ),
)

SIX_MONTHS = assumed(Decimal("25000.00"), f"{ANALOGY}: the minimum for six months")
OPTIONS = (
    Option("P6", assumed((6,), ANALOGY), SIX_MONTHS),
    Option("P7", assumed((7,), ANALOGY), SIX_MONTHS),
)

PROGRAMS = (
    ProgramRule("VIP", "Value Incentive Program", assumed(True, ANALOGY)),
    ProgramRule("MSCP", "Managed Services Channel Program", assumed(False, ANALOGY)),
    ProgramRule("OIP", "Opportunity Incentive Program", assumed(False, ANALOGY)),
    ProgramRule("SIP", "Solution Incentive Program", assumed(False, ANALOGY)),
)

TERMS = Terms(
    rebate_rate=official(Decimal("0.15"), PRESS),
    return_rate=assumed(Decimal("0.85"), ANALOGY),
    levels=assumed(frozenset({"GOLD", "SILVER", "PREMIER", "SELECT"}), ANALOGY),
    minimum_basis=assumed(MinimumBasis.BOOKED_VALUE, ANALOGY),
    return_rate_basis=assumed(ReturnRateBasis.VALUE, ANALOGY),
    shipped_by=assumed(ShippedBy.EVALUATION_DAY, ANALOGY),
    rma_terms=assumed(RmaTerms.SHOWN, ANALOGY),
    two_tier_cutoff_days=assumed(7, ANALOGY),
    approval_business_days=assumed(10, ANALOGY),
    deviation_required=assumed(True, ANALOGY),
    pos_required=assumed(True, ANALOGY),
    resale_required=assumed(True, ANALOGY),
    existing_network_required=assumed(True, ANALOGY),
    standard_tmp_required=assumed(True, ANALOGY),
    combinability_required=assumed(True, ANALOGY),
)
