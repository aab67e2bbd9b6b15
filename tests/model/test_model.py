"""The model against values worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from tests.model import years
from tests.model.cells import Row, faults_of
from tests.model.figures import EFTA, EU_27_OF_2008, THEATRES
from tests.model.judge import Judgement, judge
from tests.model.rows import Delivery, Facts, facts_of


def worked(**order: str) -> list[Delivery]:
    """The worked scenario of the contract as deliveries, its order line changed as wanted."""
    line = {
        "order_number": "SO1",
        "line": "1",
        "partner_number": "P1",
        "quote_number": "Q1",
        "booked_on": "2008-02-10",
        "confirmed_on": "2008-02-10",
        "shipped_on": "2008-02-20",
        "sale_type": "RESALE",
        "acquisition": "PURCHASE",
        "existing_network": "true",
        "net_value": "13000.00",
        "credit": "2000.00",
    }
    enrollment = {"partner_number": "P1", "region": "APAC", "option": "P6", "submitted_on": "2008-02-01", "status": "APPROVED"}
    return [
        ("partners", [{"partner_number": "P1", "country": "SG", "tier": "ONE_TIER"}]),
        ("certifications", [{"partner_number": "P1", "level": "GOLD", "first_day": "2007-01-01", "last_day": "2009-12-31"}]),
        ("enrollments", [{**enrollment, "decided_on": "2008-02-05"}]),
        ("quotes", [{"quote_number": "Q1", "line": "1", "issued_on": "2008-02-10", "valid_until": "2008-02-10"}]),
        ("orders", [{**line, **order}]),
        ("rmas", [{"rma_number": "R1", "line": "1", "order_number": "SO1", "units_due": "10", "value_due": "2000.00"}]),
        ("receipts", [receipt("C1", "9", "2008-03-03")]),
    ]


def receipt(number: str, units: str, posted_on: str) -> Row:
    """A receipt for the only RMA line of the worked scenario."""
    return {"receipt_number": number, "rma_number": "R1", "line": "1", "units": units, "posted_on": posted_on}


def judged(deliveries: list[Delivery], window: str = "FIRST", earlier: tuple[Judgement, ...] = ()) -> Judgement:
    """The one judgement of period 6."""
    (only,) = judge(facts_of(deliveries), "APAC", "P6", window, earlier=earlier)
    return only


def two_tier(quantity: str, *units: str) -> list[Delivery]:
    """The worked scenario through a distributor, with POS lines reported on the first evaluation day."""
    deviation = {"deviation_number": "DV1", "type": "TMP", "status": "APPROVED", "decided_on": "2008-02-10"}
    days = {"shipped_on": "2008-07-26", "invoiced_on": "2008-07-26", "reported_on": "2008-07-26"}
    pos = [
        {"distributor_id": "D1", "invoice_number": f"I{n}", "invoice_line": "1", "deviation_number": "DV1", "quantity": unit, **days}
        for n, unit in enumerate(units)
    ]
    return [("deviations", [deviation]), *worked(deviation_number="DV1", distributor_id="D1", quantity=quantity), ("pos", pos)]


def test_worked_scenario_earns_300_dollars() -> None:
    assert judged(worked()) == {
        "partner_number": "P1",
        "region": "APAC",
        "option": "P6",
        "window": "FIRST",
        "evaluated_on": "2008-07-26",
        "outcome": "EARNED",
        "booked_value": "13000.00",
        "credits": "2000.00",
        "pending_credits": "0.00",
        "value_due": "2000.00",
        "value_received": "1800.00",
        "return_rate": "0.9000",
        "entitlement": "300.00",
        "payable": "300.00",
        "requirements": [
            {"code": "ENROLLMENT", "status": "MET", "value": None, "required": None, "shortfall": None},
            {"code": "COUNTRY", "status": "MET", "value": None, "required": None, "shortfall": None},
            {"code": "CERTIFICATION", "status": "MET", "value": None, "required": None, "shortfall": None},
            {"code": "MINIMUM", "status": "MET", "value": "13000.00", "required": "12500.00", "shortfall": "0.00"},
            {"code": "RETURN_RATE", "status": "MET", "value": "0.9000", "required": "0.8500", "shortfall": "0.0000"},
        ],
        "counted": [{"order_number": "SO1", "line": 1, "net_value": "13000.00", "credit": "2000.00"}],
        "not_counted": [],
    }


def test_one_cent_below_the_minimum_is_not_yet_then_denied() -> None:
    short = worked(net_value="12499.99")
    assert [judged(short, window)["outcome"] for window in ("FIRST", "SECOND")] == ["NOT_YET", "DENIED"]
    assert judged(short)["requirements"][3]["shortfall"] == "0.01"
    assert judged(worked(net_value="12500"))["entitlement"] == "300.00"


def test_return_rate_just_below_85_percent_shows_85_and_is_not_met() -> None:
    rma = {"rma_number": "R1", "line": "1", "order_number": "SO1", "units_due": "100000", "value_due": "100000.00"}
    below = [*worked()[:5], ("rmas", [rma]), ("receipts", [receipt("C1", "84999", "2008-03-03")])]
    assert (judged(below)["outcome"], judged(below)["return_rate"]) == ("NOT_YET", "0.8500")
    assert judged(below)["requirements"][4] == {
        "code": "RETURN_RATE",
        "status": "NOT_MET",
        "value": "0.8500",
        "required": "0.8500",
        "shortfall": "0.0000",
    }
    exact = [*below, ("receipts", [receipt("C2", "1", "2008-03-04")])]
    assert (judged(exact)["outcome"], judged(exact)["value_received"]) == ("EARNED", "85000.00")


def test_received_value_is_rounded_half_up_per_rma_line() -> None:
    rma = {"rma_number": "R1", "line": "1", "order_number": "SO1", "units_due": "2", "value_due": "0.03"}
    half = [*worked()[:5], ("rmas", [rma]), ("receipts", [receipt("C1", "1", "2008-03-03")])]
    assert (judged(half)["value_received"], judged(half)["return_rate"], judged(half)["payable"]) == ("0.02", "0.6667", "0.00")


def test_receipt_posted_after_the_day_counts_at_the_second_window_only() -> None:
    late = [*worked()[:6], ("receipts", [receipt("C1", "9", "2008-07-27")])]
    assert judged(late)["payable"] == "0.00"
    assert judged(late, "SECOND")["payable"] == "300.00"
    too_late = [*worked()[:6], ("receipts", [receipt("C1", "9", "2008-10-26")])]
    assert judged(too_late, "SECOND")["value_received"] == "0.00"


def test_over_receipt_and_reversal_stay_between_none_and_all() -> None:
    over = [*worked(), ("receipts", [receipt("C2", "9", "2008-03-04")])]
    assert judged(over)["return_rate"] == "1.0000"
    assert judged([*worked(), ("receipts", [receipt("C2", "-12", "2008-03-04")])])["return_rate"] == "0.0000"


def test_order_cancelled_between_the_windows_is_recovered() -> None:
    cancelled = worked(cancelled_on="2008-07-27")
    first = judged(cancelled)
    second = judged(cancelled, "SECOND", (first,))
    assert (first["payable"], second["outcome"], second["entitlement"], second["payable"]) == ("300.00", "EARNED", "0.00", "-300.00")
    assert second["not_counted"] == [{"order_number": "SO1", "line": 1, "reasons": ["CANCELLED"]}]


def test_all_reasons_of_a_line_are_listed_in_order() -> None:
    bad = worked(
        distributor_id="D1",
        booked_on="2008-04-27",
        sale_type="INTERNAL",
        existing_network="",
        programs="SIP;NEW",
        cancelled_on="2008-05-01",
    )
    assert judged(bad)["not_counted"][0]["reasons"] == [
        "OUTSIDE_BOOKING_WINDOW",
        "INTERNAL_USE",
        "NOT_STANDARD_TMP",
        "PROGRAM_NOT_COMBINABLE",
        "DEVIATION_MISSING",
        "CANCELLED",
        "POS_NOT_REPORTED",
        "NETWORK_UNKNOWN",
        "PROGRAM_UNKNOWN",
    ]


def test_pos_lines_cover_a_line_once_their_units_do() -> None:
    assert judged(two_tier("2", "1"))["pending_credits"] == "2000.00"
    assert judged(two_tier("2", "1", "1"))["payable"] == "300.00"
    assert judged(two_tier("2", "2", "-1"))["not_counted"][0]["reasons"] == ["POS_NOT_REPORTED"]


def test_pos_line_waits_again_when_two_order_lines_name_its_deviation() -> None:
    second = worked(deviation_number="DV1", distributor_id="D1", line="2")[4]
    facts = facts_of([*two_tier("1", "1"), second])
    assert list(facts.held["pos"]) == [("D1", "I0", "1")]
    assert facts.in_force["pos"] == {}


def test_two_tier_partner_is_tracked_until_one_week_before_the_end() -> None:
    def on(day: str) -> list[str]:
        """The reasons of an order line booked on a day."""
        deliveries = [*worked(booked_on=day), ("partners", [{"partner_number": "P1", "country": "SG", "tier": "TWO_TIER"}])]
        reasons: list[str] = judged(deliveries)["not_counted"][0]["reasons"]
        return reasons

    assert "AFTER_TWO_TIER_CUTOFF" not in on("2008-04-19")
    assert "AFTER_TWO_TIER_CUTOFF" in on("2008-04-20")
    assert "AFTER_TWO_TIER_CUTOFF" not in on("2008-04-27")


@pytest.mark.parametrize(("begins", "status"), [("2008-03-01", "MET"), ("2008-03-02", "NOT_MET")])
def test_one_days_gap_loses_the_certification(begins: str, status: str) -> None:
    levels = [("GOLD", "2007-01-01", "2008-02-29"), ("SILVER", begins, "")]
    rows = [{"partner_number": "P1", "level": level, "first_day": first, "last_day": last} for level, first, last in levels]
    deliveries = [delivery for delivery in worked() if delivery[0] != "certifications"]
    assert judged([*deliveries, ("certifications", rows)])["requirements"][2]["status"] == status


def test_enrollment_submitted_first_takes_part_and_covers_only_its_periods() -> None:
    def statuses(**submitted: str) -> dict[str, str]:
        """ENROLLMENT of each option, by the day it was submitted on."""
        plain = {"partner_number": "P1", "region": "APAC", "status": "APPROVED", "decided_on": "2008-12-01"}
        rows = [{**plain, "option": option.replace("_", "-"), "submitted_on": day} for option, day in submitted.items()]
        facts = facts_of([*worked(), ("enrollments", rows)])
        return {
            option: judge(facts, "APAC", option, "FIRST")[0]["requirements"][0]["status"] for option in THEATRES["APAC"] if option != "P7"
        }

    assert statuses(P5="2007-11-01", P5_P6="2007-11-01") == {"P5": "NOT_MET", "P5-P6": "MET", "P6": "NOT_MET"}
    assert statuses(P5="2007-10-31", P5_P6="2007-11-01") == {"P5": "MET", "P5-P6": "NOT_MET", "P6": "MET"}


def test_newer_held_row_leaves_the_older_one_in_force_and_frees_itself() -> None:
    newer = worked(quote_number="Q2", net_value="12000.00")[4]
    assert judged([*worked(), newer])["booked_value"] == "13000.00"
    freed = ("quotes", [{"quote_number": "Q2", "line": "1", "issued_on": "2008-02-10"}])
    assert judged([*worked(), newer, freed])["booked_value"] == "12000.00"
    again = worked(product="as it was")[4]
    assert judged([*worked(), newer, again, freed])["booked_value"] == "13000.00"


def test_refused_lines_change_nothing() -> None:
    def line(**cells: str) -> Row:
        """The order line of the worked scenario with other cells."""
        return worked(**cells)[4][1][0]

    disagreeing = ("orders", [line(net_value="1.00"), line(net_value="2.00")])
    assert facts_of([*worked(), disagreeing, ("orders", [line(net_value="13000.005")])]) == facts_of(worked())
    assert faults_of("orders", line(booked_on="2008-02-30", sale_type="GIFT")) == ["booked_on is malformed", "sale_type is malformed"]
    assert faults_of("enrollments", {"partner_number": "P1", "region": "US", "option": "P5"}) == ["the region or option is not installed"]


def test_figures_are_those_of_the_program() -> None:
    period_6, both = THEATRES["APAC"]["P6"], THEATRES["APAC"]["P5-P6"]
    assert (period_6.evaluation_day("FIRST"), period_6.return_deadline) == (date(2008, 7, 26), date(2008, 10, 25))
    assert (both.first_day, both.last_tracked_day, both.minimum) == (date(2007, 10, 28), date(2008, 4, 19), Decimal("25000.00"))
    assert THEATRES["US"]["P7"].evaluation_day("SECOND") == date(2009, 4, 25)
    assert (len(EU_27_OF_2008), len(EFTA)) == (27, 4)


def test_country_list_of_a_theatre_can_be_given() -> None:
    facts: Facts = facts_of(worked())
    given = judge(facts, "APAC", "P6", "FIRST", countries={"APAC": frozenset({"KR"})})
    assert given[0]["requirements"][1]["status"] == "NOT_MET"


@pytest.mark.parametrize("seed", range(20))
def test_order_split_and_repetition_of_agreeing_deliveries_do_not_matter(seed: int) -> None:
    year = years.random_year(seed)
    assert facts_of(years.shuffled_split(year, seed)) == facts_of(years.agreed(year))
