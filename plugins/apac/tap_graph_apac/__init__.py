"""Asia Pacific: every figure of the theatre, with the place it stands in.

Official figures stand in the program's Q&A; the periods' other days are assumed by the distances that the two
published return deadlines keep (end of booking + 182 days).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tap_graph.sdk import (
    Country,
    Figure,
    Option,
    Period,
    ProgramRule,
    Terms,
    Theatre,
    assumed,
    official,
    rule,
    window,
)

TAP_SDK = 1

TABLE_1 = "TAP Q&A, Table 1"
Q11 = "TAP Q&A, Q11"
Q19 = "TAP Q&A, Q19"
ENROLLMENT = "assumed: 28 days before the first booking day to 42 days after it"
FIRST_EVALUATION = "assumed: end of booking + 91 days"
SECOND_EVALUATION = "assumed: the return deadline"
DISPUTES = "assumed: the return deadline"

SIX = (
    Country("KR", "韩国"),
    Country("CN", "中国"),
    Country("AU", "澳大利亚"),
    Country("NZ", "新西兰"),
    Country("SG", "新加坡"),
    Country("MY", "马来西亚"),
    Country("PH", "菲律宾"),
    Country("VN", "越南"),
    Country("TW", "中国台湾"),
    Country("ID", "印尼"),
    Country("TH", "泰国"),
    Country("HK", "中国香港"),
)
SEVEN = (*SIX, Country("IN", "印度"))


@rule
def tap_theatre() -> Theatre:
    """Asia Pacific; its program days are Singapore's."""
    return Theatre(
        code="APAC",
        name="Asia Pacific",
        zone=assumed("Asia/Singapore", "assumed: seat of the theatre"),
        currency=assumed("USD", "assumed: the Q&A states every amount in USD"),
    )


@rule
def tap_periods() -> Sequence[Period]:
    """Periods 5 and 6, three months each, and 7, six months."""
    return (
        Period(
            number=5,
            enrollment_window=assumed(window("2007-09-30", "2007-12-09"), ENROLLMENT),
            booking_window=assumed(window("2007-10-28", "2008-01-26"), "assumed: the fiscal quarter before period 6"),
            return_deadline=assumed(date(2008, 7, 26), "assumed: end of booking + 182 days, as in periods 6 and 7"),
            first_evaluation_on=assumed(date(2008, 4, 26), FIRST_EVALUATION),
            second_evaluation_on=assumed(date(2008, 7, 26), SECOND_EVALUATION),
            dispute_deadline=assumed(date(2008, 7, 26), DISPUTES),
        ),
        Period(
            number=6,
            enrollment_window=assumed(window("2007-12-30", "2008-03-09"), ENROLLMENT),
            booking_window=official(window("2008-01-27", "2008-04-26"), TABLE_1),
            return_deadline=official(date(2008, 10, 25), TABLE_1),
            first_evaluation_on=assumed(date(2008, 7, 26), FIRST_EVALUATION),
            second_evaluation_on=assumed(date(2008, 10, 25), SECOND_EVALUATION),
            dispute_deadline=assumed(date(2008, 10, 25), DISPUTES),
        ),
        Period(
            number=7,
            enrollment_window=assumed(window("2008-03-30", "2008-06-08"), ENROLLMENT),
            booking_window=official(window("2008-04-27", "2008-10-25"), TABLE_1),
            return_deadline=official(date(2009, 4, 25), TABLE_1),
            first_evaluation_on=assumed(date(2009, 1, 24), FIRST_EVALUATION),
            second_evaluation_on=assumed(date(2009, 4, 25), SECOND_EVALUATION),
            dispute_deadline=assumed(date(2009, 4, 25), DISPUTES),
        ),
    )


@rule
def tap_countries(period: Period) -> Figure[tuple[Country, ...]]:
    """The twelve of period 6, and India from period 7; names as the Q&A writes them."""
    if period.number < 6:
        return assumed(SIX, "assumed: as period 6")
    return official(SIX if period.number == 6 else SEVEN, Q11)


@rule
def tap_minimums() -> Sequence[Option]:
    """Three months for 12,500 in periods 5 and 6 only, six months for 25,000."""
    three, six = official(Decimal("12500.00"), TABLE_1), official(Decimal("25000.00"), TABLE_1)
    return (
        Option("P5", official((5,), TABLE_1), three),
        Option("P5-P6", assumed((5, 6), "assumed: two touching periods of three months make the six of Q4"), six),
        Option("P6", official((6,), TABLE_1), three),
        Option("P7", official((7,), TABLE_1), six),
    )


@rule
def tap_combinability() -> Sequence[ProgramRule]:
    """Of the other channel programs only the Value Incentive may be combined."""
    return (
        ProgramRule("VIP", "Value Incentive Program", official(True, Q19)),
        ProgramRule("MSCP", "Managed Services Channel Program", official(False, Q19)),
        ProgramRule("OIP", "Opportunity Incentive Program", official(False, Q19)),
        ProgramRule("SIP", "Solution Incentive Program", official(False, Q19)),
    )


@rule
def tap_terms() -> Terms:
    """What the Q&A states; the bases and readings it leaves open are inherited from the baseline."""
    return Terms(
        rebate_rate=official(Decimal("0.15"), TABLE_1),
        return_rate=official(Decimal("0.85"), TABLE_1),
        levels=official(frozenset({"GOLD", "SILVER", "PREMIER", "SELECT"}), "TAP Q&A, Q2"),
        two_tier_cutoff_days=assumed(7, "TAP Q&A, Q3: one week before the end, read as 7 days before the last day, inclusive"),
        approval_business_days=official(10, "TAP Q&A, Q8"),
        deviation_required=official(True, "TAP Q&A, Q3"),
        pos_required=official(True, "TAP Q&A, Q3"),
        resale_required=official(True, TABLE_1),
        existing_network_required=official(True, "TAP Q&A, Q22"),
        standard_tmp_required=official(True, "TAP Q&A, Q9"),
        combinability_required=official(True, Q19),
    )
