"""Evaluating: judged once, explained as it was counted, topped up and recovered at the second window."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tap_graph.app import Application
from tap_graph.domain.errors import RulebookChanged, UnknownName
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.domain.finding import Finding, refuse
from tap_graph.domain.order import Acquisition, OrderLineFacts
from tap_graph.rules.host import find_rulebooks, rulebook_of
from tap_graph.rules.rulebook import Rulebook
from tap_graph.rules.whatif import with_figures
from tap_graph.services.evaluating import Request
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver, rows
from tests.cli.program import CERTIFICATIONS, ENROLLMENTS, LATE_RECEIPT, ORDERS, PARTNERS, PROGRAM, QUOTES, RECEIPTS, RMAS
from tests.rules.regions import module

FIRST, SECOND = EvaluationWindow.FIRST, EvaluationWindow.SECOND
APAC = find_rulebooks()["APAC"]
Over = Callable[..., Application]


@pytest.fixture
def over(database_url: str) -> Iterator[Over]:
    """Applications over one database, with the rulebooks given."""
    databases: list[Database] = []

    def opened(*rulebooks: Rulebook) -> Application:
        databases.append(Database(database_url))
        return Application(databases[-1], {rulebook.theatre.code: rulebook for rulebook in rulebooks})

    yield opened
    for database in databases:
        database.dispose()


def loaded(application: Application, **changed: str) -> Application:
    application.migrate()
    for kind, text in (PROGRAM | changed).items():
        got = deliver(application, kind, text)
        assert (got.held, got.refused) == (0, 0)
    return application


@pytest.fixture
def apac(over: Over) -> Application:
    return loaded(over(APAC))


def judged(application: Application, window: EvaluationWindow = FIRST, **how: Any) -> list[dict[str, Any]]:
    request = Request(how.pop("region", "APAC"), how.pop("option", "P6"), window, **how)
    run = application.evaluate(request)
    assert run.failed == {}
    return application.explain(request, run.evaluated)


def amounts(evaluations: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    return [(row["partner_number"], row["outcome"], row["entitlement"], row["payable"]) for row in evaluations]


def test_second_window_tops_up_what_shipped_after_the_first(apac: Application) -> None:
    assert amounts(judged(apac)) == [("P1", "EARNED", "300.00", "300.00"), ("P2", "NOT_YET", "0.00", "0.00")]
    late = "SO5,1,P1,Q1,2008-04-26,2008-08-01,RESALE,true,700.00,1000.03\n"
    deliver(apac, "orders", ORDERS.splitlines(keepends=True)[0] + late)
    deliver(apac, "receipts", LATE_RECEIPT)
    assert amounts(judged(apac, SECOND)) == [("P1", "EARNED", "450.00", "150.00"), ("P2", "EARNED", "150.00", "150.00")]


def test_second_window_recovers_what_was_cancelled_after_the_first(apac: Application) -> None:
    judged(apac)
    head, first, *_ = ORDERS.splitlines()
    deliver(apac, "orders", f"{head},cancelled_on\n{first},2008-08-01\n")
    p1, p2 = judged(apac, SECOND)
    assert amounts([p1, p2]) == [("P1", "EARNED", "0.00", "-300.00"), ("P2", "DENIED", "0.00", "0.00")]
    assert [requirement["status"] for requirement in p1["requirements"]] == ["MET", "MET", "MET", "NOT_MET", "MET"]
    assert p1["not_counted"][0] == {"order_number": "SO1", "line": 1, "reasons": ["CANCELLED"]}
    assert rows(apac, "evaluations", "window", "outcome", "earned_before", "payable") == [
        ("FIRST", "EARNED", False, 30_000),
        ("FIRST", "NOT_YET", False, 0),
        ("SECOND", "EARNED", True, -30_000),
        ("SECOND", "DENIED", False, 0),
    ]


def test_second_window_without_a_first_is_judged_like_any_other(apac: Application) -> None:
    assert amounts(judged(apac, SECOND)) == [("P1", "EARNED", "300.00", "300.00"), ("P2", "DENIED", "0.00", "0.00")]


def test_first_window_judged_after_the_second_pays_nothing_twice(apac: Application) -> None:
    judged(apac, SECOND)
    assert amounts(judged(apac)) == [("P1", "EARNED", "300.00", "0.00"), ("P2", "NOT_YET", "0.00", "0.00")]


def test_dry_run_subtracts_the_other_window_and_not_its_own(apac: Application) -> None:
    judged(apac)
    assert amounts(judged(apac, dry_run=True))[0] == ("P1", "EARNED", "300.00", "300.00")
    assert amounts(judged(apac, SECOND, dry_run=True))[0] == ("P1", "EARNED", "300.00", "0.00")
    assert amounts(judged(apac, SECOND))[0] == ("P1", "EARNED", "300.00", "0.00")


def test_dry_run_says_what_the_real_one_says_and_stores_nothing(apac: Application) -> None:
    dry = judged(apac, dry_run=True)
    assert (rows(apac, "evaluations", "id"), rows(apac, "evidence", "evaluation_id")) == ([], [])
    assert judged(apac) == dry


def test_stored_judgement_is_returned_unchanged_after_the_facts_changed(apac: Application) -> None:
    before = judged(apac)
    deliver(apac, "receipts", LATE_RECEIPT.replace("2008-09", "2008-06"))
    deliver(
        apac, "certifications", CERTIFICATIONS.replace("level,first_day", "level,first_day,last_day").replace("01-01", "01-01,2007-12-31")
    )
    deliver(apac, "partners", PARTNERS.replace("SG", "US"))
    assert judged(apac) == before
    assert judged(apac, dry_run=True) != before


def test_superseded_line_is_still_explained_as_it_was_counted(apac: Application) -> None:
    before = judged(apac)
    deliver(apac, "orders", ORDERS.replace("13000.00,2000.00", "99000.00,9000.00").replace("INTERNAL", "RESALE"))
    after = judged(apac)
    assert after == before
    assert after[0]["counted"] == [{"order_number": "SO1", "line": 1, "net_value": "13000.00", "credit": "2000.00"}]
    assert after[0]["not_counted"] == [{"order_number": "SO2", "line": 1, "reasons": ["INTERNAL_USE"]}]
    assert [line["net_value"] for line in judged(apac, SECOND, dry_run=True)[0]["counted"]] == ["99000.00", "500.00"]


def test_line_that_moved_to_another_partner_is_still_explained_as_it_was_counted(apac: Application) -> None:
    before = judged(apac)
    deliver(apac, "orders", ORDERS.replace("SO1,1,P1,Q1", "SO1,1,P2,Q2"))
    assert judged(apac) == before


def test_evaluation_is_unique_for_an_enrollment_and_a_window(apac: Application) -> None:
    judged(apac)
    with apac.database.reading() as connection:
        stored = dict(connection.execute(select(t.evaluations).limit(1)).mappings().one())
    del stored["id"]
    with pytest.raises(IntegrityError), apac.database.writing() as connection:
        connection.execute(insert(t.evaluations).values(**stored))
    assert len(rows(apac, "evaluations", "id")) == 2


def test_enrollment_approved_later_is_judged_beside_the_stored_ones(apac: Application) -> None:
    head, _, second = ENROLLMENTS.splitlines()
    deliver(apac, "enrollments", f"{head}\n{second.replace('APPROVED', 'DENIED')}\n")
    before = judged(apac)
    assert [row["partner_number"] for row in before] == ["P1"]
    deliver(apac, "enrollments", f"{head}\n{second}\n", again=True)
    both = judged(apac)
    assert [row["partner_number"] for row in both] == ["P1", "P2"]
    assert both[0] == before[0]


def test_overlapping_enrollment_is_not_met_and_names_the_other(over: Over) -> None:
    pair = ENROLLMENTS + "P1,APAC,P5-P6,2007-11-01,APPROVED,2007-11-05\n"
    application = loaded(over(APAC), enrollments=pair)
    enrollment = judged(application)[0]["requirements"][0]
    assert (enrollment["status"], enrollment["explanation"]) == ("NOT_MET", "a period of this option is covered by P5-P6")


def test_unknown_names_store_nothing(apac: Application) -> None:
    requests = [Request("ATLANTIS", "P6", FIRST), Request("APAC", "P9", FIRST), Request("APAC", "P6", FIRST, partner_number="P9")]
    for request in requests:
        with pytest.raises(UnknownName):
            apac.evaluate(request)
    assert rows(apac, "evaluations", "id") == []


def leases_break(line: OrderLineFacts) -> Iterator[Finding]:
    if line.acquisition is Acquisition.LEASE:
        raise LookupError("no such lease")
    yield from ()


def leases_refused(line: OrderLineFacts) -> Iterator[Finding]:
    if line.acquisition is Acquisition.LEASE:
        yield refuse("LEASED", "Leased equipment does not count here.", "Atlantis program rules, 3.4")


def test_rule_that_fails_leaves_its_own_lines_undecided_and_only_its_enrollments_unjudged(over: Over) -> None:
    broken = rulebook_of(module(tap_check_order_line=leases_break), plugin="atlantis", plugin_version="1")
    atlantis = "P1,ATLANTIS,P1,2008-02-01,APPROVED,2008-02-05\nP2,ATLANTIS,P1,2008-02-01,APPROVED,2008-02-05\n"
    head, first, *others = ORDERS.splitlines()
    orders = "\n".join([f"{head},acquisition", f"{first},LEASE", *(f"{other},PURCHASE" for other in others)]) + "\n"
    application = loaded(over(APAC, broken), enrollments=ENROLLMENTS + atlantis, orders=orders)
    with application.database.reading() as connection:
        decided = select(t.theatres.c.code, t.orders.c.order_number).join(t.decisions, t.decisions.c.theatre_id == t.theatres.c.id)
        lines = decided.join(t.order_lines, t.order_lines.c.id == t.decisions.c.order_line_id)
        found = connection.execute(lines.join(t.orders, t.orders.c.id == t.order_lines.c.order_id)).all()
    everywhere = [("APAC", f"SO{number}") for number in (1, 2, 3, 4)] + [("ATLANTIS", f"SO{number}") for number in (2, 3, 4)]
    assert sorted(tuple(row) for row in found) == everywhere
    assert amounts(judged(application))[0] == ("P1", "EARNED", "300.00", "300.00")
    run = application.evaluate(Request("ATLANTIS", "P1", FIRST))
    assert [one.partner_number for one in run.evaluated] == ["P2"]
    assert list(run.failed) == ["P1"]
    told = "ATLANTIS: tap_check_order_line of atlantis 1 failed on 1 of its order lines: "
    assert str(run.failed["P1"]) == f"{told}ATLANTIS: tap_check_order_line of atlantis 1 raised LookupError: no such lease"
    mended = over(APAC, rulebook_of(module(tap_check_order_line=leases_refused), plugin="atlantis", plugin_version="2"))
    assert mended.migrate() == ["ATLANTIS"]
    p1, p2 = judged(mended, region="ATLANTIS", option="P1")
    assert [line["reasons"] for line in p1["not_counted"]] == [["LEASED"], ["INTERNAL_USE"]]
    assert (p2["partner_number"], p2["booked_value"]) == ("P2", "12500.00")
    assert rows(mended, "rule_failures", "message") == []


def test_other_figures_under_a_published_version_are_refused(apac: Application, over: Over) -> None:
    other = over(with_figures(APAC, {"minimum": 1}))
    with pytest.raises(RulebookChanged, match=r"is installed, .* is published"):
        other.verify()
    with pytest.raises(RulebookChanged, match="A published version never changes: raise the plugin's version and migrate again"):
        other.migrate()
    apac.verify()
    assert apac.migrate() == []


TWO_RMAS = RMAS + "R2,1,SO1,10,1000.00\n"
TWO_RECEIPTS = RECEIPTS + "RC2,R2,1,8,2008-03-01,2008-03-03\n"


@pytest.mark.parametrize(
    ("terms", "received", "rate", "outcome"), [("SHOWN", "2600.00", "0.8667", "EARNED"), ("REQUIRED", "1800.00", "0.6000", "NOT_YET")]
)
def test_rma_below_the_rate_counts_nothing_where_each_must_meet_it(over: Over, terms: str, received: str, rate: str, outcome: str) -> None:
    application = loaded(over(with_figures(APAC, {"rma_terms": terms})), rmas=TWO_RMAS, receipts=TWO_RECEIPTS)
    dry = judged(application, dry_run=True)
    p1 = judged(application)[0]
    assert (p1["value_due"], p1["value_received"], p1["return_rate"], p1["outcome"]) == ("3000.00", received, rate, outcome)
    assert dry[0] == p1


@pytest.mark.parametrize(
    ("basis", "value", "shortfall", "status"),
    [
        ("BOOKED_VALUE", "13000.00", "0.00", "MET"),
        ("TRADE_IN_CREDIT", "2000.00", "0.00", "MET"),
        ("RECEIVED_CREDIT", "1800.00", "100.00", "NOT_MET"),
    ],
)
def test_minimum_is_compared_with_its_basis(over: Over, basis: str, value: str, shortfall: str, status: str) -> None:
    application = loaded(over(with_figures(APAC, {"minimum": "1900.00", "minimum_basis": basis})))
    minimum = judged(application)[0]["requirements"][3]
    assert [minimum[name] for name in ("value", "required", "shortfall", "status")] == [value, "1900.00", shortfall, status]


@pytest.mark.parametrize(("basis", "rate", "outcome"), [("VALUE", "0.2000", "NOT_YET"), ("UNITS", "0.9091", "EARNED")])
def test_return_rate_is_a_share_of_its_basis(over: Over, basis: str, rate: str, outcome: str) -> None:
    rulebook = with_figures(APAC, {"return_rate_basis": basis})
    application = loaded(over(rulebook), rmas=RMAS + "R1,2,SO1,1,8000.00\n", receipts=RECEIPTS.replace("R1,1,9", "R1,1,10"))
    p1 = judged(application)[0]
    assert (p1["return_rate"], p1["requirements"][4]["value"], p1["outcome"]) == (rate, rate, outcome)
    assert (p1["value_due"], p1["value_received"]) == ("10000.00", "2000.00")


def test_quote_that_expired_before_the_booking_day_is_no_standard_tmp(over: Over) -> None:
    application = loaded(over(APAC), quotes=QUOTES.replace("2008-12-31", "2008-02-10"))
    assert [row["not_counted"] for row in judged(application)] == [
        [{"order_number": "SO2", "line": 1, "reasons": ["INTERNAL_USE", "NOT_STANDARD_TMP"]}],
        [{"order_number": "SO4", "line": 1, "reasons": ["NOT_STANDARD_TMP", "NOT_SHIPPED"]}],
    ]
