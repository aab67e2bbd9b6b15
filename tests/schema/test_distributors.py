"""Distributors, what is expected of them, and their deviations, as of today: 2008-07-26."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.schema.visibility import DEALING_ROLES
from tap_graph.storage import tables as t
from tests.builders import RECORDED_AT, Rows, day
from tests.schema.conftest import AUDITOR, TODAY, Year

D1 = Viewer(subject="clerk", role=Role.DISTRIBUTOR, distributor_id="D1")
PARTNER = Viewer(subject="p", role=Role.PARTNER, partner_number="P1")
MAY = datetime(2008, 5, 31, 23, 59, 59, 999000, UTC)


def test_distributor_is_answered_in_full_to_itself(year: Year) -> None:
    with year.database.writing() as connection:
        rows = Rows(connection)
        rows.profile("D1", "2008-01-01", "older")
        rows.api_key("a-key", "D1", kind="deviations", ends_at=MAY, revoked_at=MAY)
        rows.delivery("deviations", "D1", received_at=MAY, lines=9, accepted=4, unchanged=2, held=1, refused=2)
        rows.delivery("pos", "D1", received_at=MAY, state="REFUSED")
    document = """{ distributor(distributorId: "D1") { distributorId name country reportsFrom dueDays profiles { validFrom text }
        keys { name kind createdAt endsAt revokedAt } quality { month deliveries lineCount accepted unchanged held refused }
        reports { nodes { reportNumber purpose period { firstDay lastDay } lineCount state defects { code } delivery { kind lineCount } } }
        deviations { nodes { deviationNumber distributor { name } } } posLines { nodes { invoiceNumber } } deliveries { totalCount } } }"""
    assert year.ask(document, D1)["distributor"] == {
        "distributorId": "D1", "name": "Distributor D1", "country": "SG", "reportsFrom": "2008-01-01", "dueDays": 10,
        "profiles": [{"validFrom": "2008-01-01", "text": "older"}, {"validFrom": "2008-02-01", "text": 'currency = "USD"'}],
        "keys": [
            {
                "name": "a-key", "kind": "DEVIATIONS", "createdAt": "2008-03-01T09:30:00.000Z", "endsAt": "2008-05-31T23:59:59.999Z",
                "revokedAt": "2008-05-31T23:59:59.999Z",
            },
            {"name": "key-P1", "kind": "POS", "createdAt": "2008-03-01T09:30:00.000Z", "endsAt": None, "revokedAt": None},
        ],
        "quality": [
            {"month": "2008-03-01", "deliveries": 1, "lineCount": 1, "accepted": 0, "unchanged": 0, "held": 1, "refused": 0},
            {"month": "2008-05-01", "deliveries": 2, "lineCount": 9, "accepted": 4, "unchanged": 2, "held": 1, "refused": 2},
        ],
        "reports": {
            "nodes": [
                {
                    "reportNumber": None, "purpose": "ORIGINAL", "period": {"firstDay": "2008-02-01", "lastDay": "2008-02-29"},
                    "lineCount": 1, "state": "RECEIVED", "defects": [], "delivery": {"kind": "POS", "lineCount": 1},
                }
            ]
        },
        "deviations": {"nodes": [{"deviationNumber": "DEV-P1", "distributor": {"name": "Distributor D1"}}]},
        "posLines": {"nodes": [{"invoiceNumber": "I-P1"}]}, "deliveries": {"totalCount": 3},
    }  # fmt: skip


def test_a_key_never_shows_its_digest_nor_who_made_it(year: Year) -> None:
    shown = set(year.execute.catalogue.shapes["ApiKey"])
    assert shown == {"name", "kind", "createdAt", "endsAt", "revokedAt"}


def test_distributors_are_found_by_country_and_text(year: Year) -> None:
    with year.database.writing() as connection:
        Rows(connection).distributor("D9", name=None, country="KR")

    def found(arguments: str) -> list[str]:
        return [
            node["distributorId"]
            for node in year.ask(f"{{ distributors{arguments} {{ nodes {{ distributorId }} }} }}")["distributors"]["nodes"]
        ]

    assert found("") == ["D1", "D2", "D3", "D9"]
    assert found('(filter: {country: "KR"})') == ["D9"]
    assert found('(filter: {text: "distributor d2"})') == ["D2"]
    assert found("(sort: NAME, direction: DESCENDING)") == ["D3", "D2", "D1", "D9"]


def test_who_deals_with_distributors_knows_who_they_are_and_no_more(year: Year) -> None:
    closed = ("keys { name }", "profiles { text }", "quality { month }", "reports { totalCount }", "expectedReports { totalCount }")
    for viewer in (Viewer(subject=role, role=role, regions=("TWO",)) for role in sorted(DEALING_ROLES)):
        data = year.ask('{ distributors { nodes { distributorId name country } } distributor(distributorId: "D2") { name } }', viewer)
        assert [node["distributorId"] for node in data["distributors"]["nodes"]] == ["D1", "D2", "D3"]
        assert data["distributor"] == {"name": "Distributor D2"}
        for field in closed:
            refusal = year.refusal(f'{{ distributor(distributorId: "D1") {{ {field} }} }}', viewer)
            assert refusal["extensions"] == {"code": "FIELD_NOT_VISIBLE"}
            assert refusal["message"].startswith(f"Distributor.{field.split()[0]}")
        assert year.ask("{ expectedReports { totalCount } }", viewer) == {"expectedReports": {"totalCount": 0}}


def test_partners_see_no_distributor(year: Year) -> None:
    document = """{ distributor(distributorId: "D1") { name } distributors { totalCount }
        deviations { nodes { distributorId distributor { name } } } }"""
    assert year.ask(document, PARTNER) == {
        "distributor": None, "distributors": {"totalCount": 0},
        "deviations": {"nodes": [{"distributorId": "D1", "distributor": None}]},
    }  # fmt: skip
    assert year.ask('{ distributor(distributorId: "D2") { name } }', D1) == {"distributor": None}


@pytest.fixture
def months(year: Year) -> Year:
    """D9 with a month of each state, on 2008-07-26."""
    with year.database.writing() as connection:
        rows = Rows(connection)
        rows.distributor("D9")
        for number, last in ((1, 31), (2, 29), (3, 31), (4, 30), (7, 31)):
            rows.expected_report("D9", f"2008-{number:02}-01", f"2008-{number:02}-{last}")
        rows.pos_report("D9", number="late", first_day=day("2008-01-05"), last_day=None, received_at=RECORDED_AT)
        rows.pos_report("D9", number="better", received_at=MAY)
        rows.pos_report("D9", number="good", lines=0)
        rows.pos_report("D9", number="zero", first_day=day("2008-03-01"), last_day=day("2008-03-31"), lines=0)
        rows.pos_report("D9", number="gone", first_day=day("2008-04-01"), last_day=day("2008-04-30"))
        rows.pos_report("D9", number="undo", purpose="CANCEL", replaces="gone", first_day=day("2008-04-01"), last_day=None)
    return year


def expected(year: Year, **filter_: Any) -> list[dict[str, Any]]:
    document = """query ($filter: ExpectedReportFilter) { expectedReports(sort: PERIOD, filter: $filter) { nodes {
        period { firstDay lastDay } dueOn state receivedAt daysLate reports { reportNumber } distributor { distributorId } } } }"""
    nodes: list[dict[str, Any]] = year.ask(document, filter={"distributorId": "D9", **filter_})["expectedReports"]["nodes"]
    return nodes


def test_months_stand_as_their_reports_say(months: Year) -> None:
    received = "2008-03-01T09:30:00.000Z"
    shown = [
        (
            node["period"]["firstDay"],
            node["dueOn"],
            node["state"],
            node["receivedAt"],
            node["daysLate"],
            [one["reportNumber"] for one in node["reports"]],
        )
        for node in expected(months)
    ]
    assert shown == [
        ("2008-01-01", "2008-02-10", "LATE", received, 20, ["late"]),
        ("2008-02-01", "2008-03-10", "RECEIVED", received, 0, ["good", "better"]),
        ("2008-03-01", "2008-04-10", "ZERO", received, 0, ["zero"]),
        ("2008-04-01", "2008-05-10", "MISSING", None, 77, []),
        ("2008-07-01", "2008-08-10", "EXPECTED", None, 0, []),
    ]


def test_months_are_found_by_state_and_day(months: Year) -> None:
    for node in expected(months):
        assert [each["period"] for each in expected(months, state=node["state"])] == [node["period"]]
    found = expected(months, fromDay="2008-02-29", untilDay="2008-03-01")
    assert [node["period"]["firstDay"] for node in found] == ["2008-02-01", "2008-03-01"]


def test_report_without_a_last_day_reports_its_first_one(months: Year) -> None:
    document = (
        '{ distributor(distributorId: "D9") { reports(sort: PERIOD, first: 1) { nodes { reportNumber period { firstDay lastDay } } } } }'
    )
    [node] = months.ask(document)["distributor"]["reports"]["nodes"]
    assert node == {"reportNumber": "late", "period": {"firstDay": "2008-01-05", "lastDay": "2008-01-05"}}


def deviations(year: Year, viewer: Viewer = AUDITOR, **filter_: Any) -> dict[str, dict[str, Any]]:
    document = """query ($filter: DeviationFilter) { deviations(filter: $filter, sort: REQUESTED_ON) { nodes {
        deviationNumber status state daysWaiting quantity claimedQuantity expiresOn reason acts { act reason actedBy role actedAt } } } }"""
    nodes = year.ask(document, viewer, filter={"partnerNumber": "P2", **filter_})["deviations"]["nodes"]
    return {node.pop("deviationNumber"): node for node in nodes}


@pytest.fixture
def asked(year: Year) -> Year:
    """Deviations of P2 in every state, beside its DEV-P2 of the year."""
    waiting: dict[str, Any] = {"status": "REQUESTED", "decided_on": None}
    with year.database.writing() as connection:
        rows = Rows(connection)
        partner = rows.value(t.partners, "id", partner_number="P2")
        rows.deviation("A", partner, **waiting, expires_on=TODAY, quantity=5, reason="Big deal")
        rows.deviation("B", partner, **waiting, expires_on=day("2008-07-25"))
        rows.deviation("C", partner, expires_on=day("2008-02-03"))
        rows.deviation("D", partner, status="DECLINED", expires_on=day("2008-02-03"))
        rows.deviation("E", partner, status="CANCELLED", decided_on=None, expires_on=day("2008-02-03"))
        rows.deviation("F", partner, status=None, requested_on=None, decided_on=None, expires_on=day("2008-02-03"))
    return year


def test_state_and_days_waiting_are_those_of_today(asked: Year) -> None:
    shown = {number: (node["status"], node["state"], node["daysWaiting"]) for number, node in deviations(asked).items()}
    assert shown == {
        "DEV-P2": ("APPROVED", "APPROVED", 1),
        "A": ("REQUESTED", "REQUESTED", 176),
        "B": ("REQUESTED", "EXPIRED", 176),
        "C": ("APPROVED", "EXPIRED", 1),
        "D": ("DECLINED", "DECLINED", 1),
        "E": ("CANCELLED", "CANCELLED", None),
        "F": (None, None, None),
    }
    assert list(shown)[-1] == "F"


FOUND: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({"state": "REQUESTED"}, ["A"]),
    ({"state": "APPROVED"}, ["DEV-P2"]),
    ({"state": "EXPIRED"}, ["B", "C"]),
    ({"state": "CANCELLED"}, ["E"]),
    ({"status": "CANCELLED"}, ["E"]),
    ({"waitingAtLeast": 176}, ["A", "B"]),
    ({"waitingAtLeast": 177}, []),
    ({"waitingAtLeast": 1, "state": "DECLINED"}, ["D"]),
)


def test_deviations_are_found_by_state_and_waiting(asked: Year) -> None:
    for filter_, found in FOUND:
        assert sorted(deviations(asked, **filter_)) == found, filter_


def test_claimed_quantity_takes_each_line_once_and_returns_off(asked: Year) -> None:
    with asked.database.writing() as connection:
        rows = Rows(connection)
        partner, deviation = rows.value(t.partners, "id", partner_number="P2"), rows.value(t.deviations, "id", deviation_number="A")
        line = rows.value(t.order_lines, "id", order_id=rows.order("SO-A", partner, deviation_id=deviation))
        rows.pos_line(partner, "named", deviation_id=deviation, quantity=3)
        rows.pos_line(partner, "both", deviation_id=deviation, order_line_id=line, quantity=4)
        rows.pos_line(partner, "by order", order_line_id=line, quantity=5)
        rows.pos_line(partner, "return", order_line_id=line, quantity=-2)
        rows.pos_line(partner, "other", quantity=100)
        rows.pos_line(partner, "twice", deviation_id=deviation, quantity=7, counted_by_id=1)
        rows.pos_line(partner, "twice too", order_line_id=line, quantity=7, counted_by_id=1)
    found = deviations(asked)
    assert (found["A"]["quantity"], found["A"]["claimedQuantity"], found["B"]["claimedQuantity"]) == (5, 10, 0)


def test_acts_show_the_person_to_the_programs_people_only(asked: Year) -> None:
    with asked.database.writing() as connection:
        rows = Rows(connection)
        deviation = rows.value(t.deviations, "id", deviation_number="A")
        rows.act("deviation", deviation, reason="Please")
        rows.act("deviation", deviation, "deviationApprove", acted_by="approver", role="DEVIATION_APPROVER", acted_at=MAY)
        rows.act("distributor", deviation, "distributorSet")

    def acts(viewer: Viewer) -> list[tuple[str, ...]]:
        return [tuple(act.values()) for act in deviations(asked, viewer)["A"]["acts"]]

    request = ("deviationRequest", "Please", "clerk", "DISTRIBUTOR", "2008-03-01T09:30:00.000Z")
    approval = ("deviationApprove", None, "approver", "DEVIATION_APPROVER", "2008-05-31T23:59:59.999Z")
    approver = Viewer(subject="a", role=Role.DEVIATION_APPROVER, regions=("ONE",))
    assert acts(AUDITOR) == acts(approver) == [request, approval]
    for viewer in (
        D1,
        Viewer(subject="p", role=Role.PARTNER, partner_number="P2"),
        Viewer(subject="c", role=Role.CAM, email="cam2@example.com"),
    ):
        document = "{ deviations { nodes { deviationNumber acts { act actedBy role } } } }"
        [shown] = [node["acts"] for node in asked.ask(document, viewer)["deviations"]["nodes"] if node["deviationNumber"] == "A"]
        assert shown == [
            {"act": "deviationRequest", "actedBy": None, "role": "DISTRIBUTOR"},
            {"act": "deviationApprove", "actedBy": None, "role": "DEVIATION_APPROVER"},
        ]
