"""A small program year that touches every noun, with a second partner beside the first and an order they share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tap_graph.domain.reason import bit_of
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tests.asking import Asking
from tests.builders import Rows, day

AUDITOR = Viewer(subject="auditor", role=Role.AUDITOR)
TODAY = date(2008, 7, 26)
SECRET = b"secret of the tests"


@dataclass
class Year:
    """The database of the year, and an execution over it."""

    database: Database
    execute: Asking

    def ask(self, document: str, viewer: Viewer = AUDITOR, **variables: Any) -> dict[str, Any]:
        """The data of a document that must not fail."""
        response = self.execute(viewer, document, variables)
        assert "errors" not in response, response["errors"]
        data: dict[str, Any] = response["data"]
        return data

    def refusal(self, document: str, viewer: Viewer = AUDITOR, **variables: Any) -> dict[str, Any]:
        """The one error of a document that must be refused whole."""
        response = self.execute(viewer, document, variables)
        assert response.get("data") is None
        [error] = response["errors"]
        return dict(error)


def fill(rows: Rows) -> None:
    """Two theatres; partner P1 with one of everything, P2 beside it in the same theatre, P3 in the other."""
    one, two = rows.theatre("ONE", "Atlantis"), rows.theatre("TWO", "Lemuria")
    book = rows.value(t.theatres, "rulebook_id", id=one)
    rows.figure(book, "period 6", "return_deadline", "2008-10-25", 1)
    rows.figure(book, "option P6", "minimum", "12500", 2)
    rows.figure(book, "terms", "rebate_rate", "0.15", 3)
    rows.figure(book, "program VIP", "combinable", "true", 4)
    rows.add(t.programs, theatre_id=one, position=1, code="VIP", name="Value Incentive", combinable=True)
    rows.period(one, 6, ("SG", "KR")), rows.period(two, 6, ("NL",))
    option, other_option = rows.option(one), rows.option(two)
    partners = {}
    for number, theatre, chosen, country, cam in (
        ("P1", one, option, "SG", "cam1@example.com"), ("P2", one, option, "KR", "cam2@example.com"), ("P3", two, other_option, "NL", None),
    ):  # fmt: skip
        partners[number] = _partner(rows, number, theatre, chosen, country, cam)
    _shared(rows, partners["P1"], partners["P2"])
    rows.note("orders", 1, "ODD", partners["P1"])
    rows.note("orders", 2, "ODD", partners["P3"])
    rows.note("rmas", 3, "ORPHAN", None, day=None)


def _partner(rows: Rows, number: str, theatre: int, option: int, country: str, cam: str | None) -> int:
    book = rows.value(t.theatres, "rulebook_id", id=theatre)
    distributor = f"D{number[1]}"
    partner = rows.partner(number, theatre, country=country, cam_email=cam)
    rows.certification(partner)
    enrollment = rows.enrollment(partner, theatre, option)
    quote = rows.quote(f"Q-{number}", partner)
    deviation = rows.deviation(f"DEV-{number}", partner, distributor_id=distributor, quote_id=quote)
    order = rows.order(f"SO-{number}", partner, quote_id=quote, deviation_id=deviation, end_customer=f"Customer {number}")
    line = rows.value(t.order_lines, "id", order_id=order, line=1)
    rows.decision(line, theatre, book)
    late = rows.order(f"SO-{number}-LATE", partner, booked_on=day("2008-05-01"))
    late_line = rows.value(t.order_lines, "id", order_id=late, line=1)
    rows.decision(late_line, theatre, book, bit_of("INTERNAL_USE"))
    rows.pos_line(partner, f"I-{number}", distributor_id=distributor, order_line_id=line, deviation_id=deviation)
    rma = rows.rma(f"R-{number}", order, partner)
    rma_line = rows.value(t.rma_lines, "id", rma_id=rma)
    rows.receipt(f"RC-{number}", rma_line, partner, 9)
    rows.distributor(distributor)
    rows.profile(distributor), rows.api_key(f"key-{number}", distributor), rows.expected_report(distributor)
    rows.act("deviation", deviation)
    delivery = rows.delivery("pos", distributor, lines=1, held=1)
    rows.pos_report(distributor, delivery_id=delivery)
    reason = '[{"code":"PARTNER_UNKNOWN","column":"partner_number","value":"P9","message":"partner_number P9 is not known yet"}]'
    rows.delivery_line(delivery, 2, "HELD", reason)
    evaluation = rows.evaluation(enrollment, partner, theatre, option, book)
    versions = [rows.value(t.order_lines, "version", id=each) for each in (line, late_line)]
    rows.evidence(evaluation, [[versions[0], 0], [versions[1], bit_of("OUTSIDE_BOOKING_WINDOW") | bit_of("INTERNAL_USE")]])
    return partner


def _shared(rows: Rows, first: int, second: int) -> None:
    """An order whose second line belongs to another partner, with an RMA."""
    order = rows.order("SO-SHARED", first, second, end_customer="Customer shared")
    rows.rma("R-SHARED", order, first)


@pytest.fixture
def fresh(database: Database) -> Iterator[Callable[[], Asking]]:
    """An execution over an empty database."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(Asking(database, SECRET, lambda: TODAY))


@pytest.fixture
def year(database: Database) -> Iterator[Year]:
    """The filled year."""
    with database.writing() as connection:
        fill(Rows(connection))
    with Asking(database, SECRET, lambda: TODAY) as asking:
        yield Year(database, asking)
