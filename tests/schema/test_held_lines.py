"""Held lines, receipts of no RMA, and deliveries under way: the work lists, for whoever may see them."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from tap_graph.app import Application
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver
from tests.asking import Asking
from tests.services.two_tier import ADMIN, D1, D2, NOW, order, orders, pos, published, sold

RECEIPTS = (
    "receipt_number,rma_number,line,units,received_on,posted_on\n"
    "C1,R1,1,5,2008-03-01,2008-03-02\nC2,,,-2,2008-03-03,\nC3,R2,,1,,\nC4,,,1,,\n"
)
WORK = """query ($filter: HeldLineFilter) { heldLines(filter: $filter) { totalCount nodes { kind
    deliveryLine { line raw reasons { code } delivery { sender } } waitsFor { reference number line } } } }"""
UNIDENTIFIED = """query ($filter: UnidentifiedReceiptFilter, $sort: UnidentifiedReceiptSort!) {
    unidentifiedReceipts(filter: $filter, sort: $sort) {
    totalCount nodes { receiptNumber rmaNumber rmaLine units receivedOn postedOn deliveryLine { state } } } }"""


class Shop:
    """The work lists of a database."""

    def __init__(self, application: Application, asking: Asking) -> None:
        self.application = application
        self.asking = asking

    def ask(self, viewer: Viewer, document: str, **variables: Any) -> Any:
        response = self.asking(viewer, document, variables)
        assert "errors" not in response, response["errors"]
        [found] = response["data"].values()
        return found


@pytest.fixture
def shop(database: Database) -> Iterator[Shop]:
    """Lines that wait: POS lines of two distributors, an order, and receipts."""
    application = published(database)
    deliver(application, "pos", pos(sold("D1", "I1", order_number="SO9", deviation_number="DV9", partner_number="P9")), sender="D1")
    deliver(application, "pos", pos(sold("D2", "I2", deviation_number="DV8", partner_number="")), sender="D2")
    deliver(application, "orders", orders(order("SO7").replace("Q1", "")))
    deliver(application, "receipts", RECEIPTS)
    with ExitStack() as opened:
        yield Shop(application, opened.enter_context(Asking(database, b"secret", NOW.date)))


def test_work_list_tells_what_each_line_waits_for_and_shows_each_sender_its_own(shop: Shop) -> None:
    first = {
        "kind": "POS",
        "deliveryLine": {
            "line": 2, "raw": sold("D1", "I1", order_number="SO9", deviation_number="DV9", partner_number="P9").strip(),
            "reasons": [{"code": "PARTNER_UNKNOWN"}, {"code": "ORDER_LINE_UNKNOWN"}, {"code": "DEVIATION_UNKNOWN"}],
            "delivery": {"sender": "D1"},
        },
        "waitsFor": [
            {"reference": "DEVIATION", "number": "DV9", "line": None}, {"reference": "ORDER_LINE", "number": "SO9", "line": 1},
            {"reference": "PARTNER", "number": "P9", "line": None},
        ],
    }  # fmt: skip
    assert shop.ask(D1, WORK) == {"totalCount": 1, "nodes": [first]}
    everything = shop.ask(ADMIN, WORK)
    assert [node["kind"] for node in everything["nodes"]] == ["POS", "POS", "ORDERS", "RECEIPTS", "RECEIPTS"]
    assert everything["nodes"][0] == first
    assert everything["nodes"][1]["waitsFor"] == [
        {"reference": "DEVIATION", "number": "DV8", "line": None}, {"reference": "DEVIATION_LINE", "number": "DV8", "line": None},
    ]  # fmt: skip
    assert everything["nodes"][4]["waitsFor"] == [{"reference": "RMA_LINE", "number": "R2", "line": None}]
    for filter_, count in (
        ({"kind": "ORDERS"}, 1), ({"sender": "D2"}, 1), ({"sender": ""}, 3), ({"waitsFor": "PARTNER"}, 2), ({"waitsFor": "QUOTE"}, 0),
        ({"waitsFor": "RMA_LINE", "kind": "POS"}, 0), ({"waitsFor": "DEVIATION", "sender": "D1"}, 1),
    ):  # fmt: skip
        assert shop.ask(ADMIN, WORK, filter=filter_)["totalCount"] == count, filter_
    assert shop.ask(D2, WORK, filter={"sender": "D1"}) == {"totalCount": 0, "nodes": []}
    for role in (Role.PARTNER, Role.CAM, Role.APPROVER, Role.ASSET_RECOVERY):
        viewer = Viewer(subject="s", role=role, partner_number="P9", email="e@example.com", regions=("APAC",))
        assert shop.ask(viewer, WORK) == {"totalCount": 0, "nodes": []}
    deliver(shop.application, "partners", "partner_number,name,country,tier\nP1,One,SG,TWO_TIER\nP9,Nine,SG,TWO_TIER\n")
    after = shop.ask(ADMIN, WORK)
    assert [node["kind"] for node in after["nodes"]] == ["POS", "POS", "RECEIPTS", "RECEIPTS"]
    assert [awaited["reference"] for awaited in after["nodes"][0]["waitsFor"]] == ["DEVIATION", "ORDER_LINE"]
    assert [reason["code"] for reason in after["nodes"][0]["deliveryLine"]["reasons"]] == ["ORDER_LINE_UNKNOWN", "DEVIATION_UNKNOWN"]


def test_receipts_of_no_rma_are_for_those_who_look_whose_they_are(shop: Shop) -> None:
    held = {"receiptNumber": "C1", "rmaNumber": "R1", "rmaLine": 1, "units": 5, "receivedOn": "2008-03-01", "postedOn": "2008-03-02"}
    nameless = {"receiptNumber": "C2", "rmaNumber": None, "rmaLine": None, "units": -2, "receivedOn": "2008-03-03", "postedOn": None}
    empty = {"rmaNumber": None, "rmaLine": None, "units": 1, "receivedOn": None, "postedOn": None}
    waiting, there = {"deliveryLine": {"state": "HELD"}}, {"deliveryLine": {"state": "ACCEPTED"}}
    found = shop.ask(ADMIN, UNIDENTIFIED, sort="NUMBER")
    expected = [
        {**held, **waiting}, {**nameless, **there}, {"receiptNumber": "C3", **empty, "rmaNumber": "R2", **waiting},
        {"receiptNumber": "C4", **empty, **there},
    ]  # fmt: skip
    assert found == {"totalCount": 4, "nodes": expected}
    by_day = [node["receiptNumber"] for node in shop.ask(ADMIN, UNIDENTIFIED, sort="RECEIVED_ON")["nodes"]]
    assert (by_day[:2], set(by_day[2:])) == (["C1", "C2"], {"C3", "C4"})
    for is_held, numbers in ((True, ["C1", "C3"]), (False, ["C2", "C4"])):
        chosen = shop.ask(ADMIN, UNIDENTIFIED, sort="NUMBER", filter={"held": is_held})["nodes"]
        assert [node["receiptNumber"] for node in chosen] == numbers
    recovery = Viewer(subject="s", role=Role.ASSET_RECOVERY, regions=("US",))
    assert shop.ask(recovery, UNIDENTIFIED, sort="NUMBER")["nodes"][0] == {**held, "deliveryLine": None}
    for viewer in (
        D1,
        Viewer(subject="s", role=Role.PARTNER, partner_number="P1"),
        Viewer(subject="s", role=Role.APPROVER, regions=("APAC",)),
    ):
        assert shop.ask(viewer, UNIDENTIFIED, sort="NUMBER") == {"totalCount": 0, "nodes": []}


def test_deliveries_under_way_tell_how_far_they_are(shop: Shop) -> None:
    start = datetime(2008, 3, 3, 9, tzinfo=UTC)
    far = [("READING", 40, 1_000, 4), ("RECEIVED", 200, 2_000, 0), ("FAILED", 0, 0, 7)]
    with shop.application.database.writing() as connection:
        for place, (phase, read, lines, seconds) in enumerate(far):
            row = {"kind": "pos", "sender": f"D{place + 1}", "file": f"{place}.csv", "bytes": 200, "bytes_read": read, "lines_read": lines}
            moments = {"started_at": start + timedelta(hours=place), "updated_at": start + timedelta(hours=place, seconds=seconds)}
            connection.execute(insert(t.receivings).values(**row, phase=phase, **moments, delivery_id=1 if phase == "RECEIVED" else None))
    document = """query ($filter: ReceivingFilter) { receivings(filter: $filter) { nodes {
        sender phase percentRead linesRead linesASecond startedAt delivery { sender } } } }"""
    nodes = shop.ask(ADMIN, document)["nodes"]
    assert [(node["phase"], node["percentRead"], node["linesRead"], node["linesASecond"]) for node in nodes] == [
        ("READING", 20, 1_000, 250), ("RECEIVED", 100, 2_000, None), ("FAILED", 0, 0, 0),
    ]  # fmt: skip
    assert [node["delivery"] for node in nodes] == [None, {"sender": "D1"}, None]
    assert nodes[0]["startedAt"] == "2008-03-03T09:00:00.000Z"
    assert [node["phase"] for node in shop.ask(D2, document)["nodes"]] == ["RECEIVED"]
    assert [node["sender"] for node in shop.ask(ADMIN, document, filter={"phase": "FAILED", "kind": "POS"})["nodes"]] == ["D3"]
    assert shop.ask(Viewer(subject="s", role=Role.PARTNER, partner_number="P1"), document) == {"nodes": []}
