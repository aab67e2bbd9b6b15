"""A two-tier program of one partner in APAC, whose order lines count once distributors report them; and who acts on its lines."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

import pytest

from tap_graph.app import Application
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.domain.refusal import ActRefused
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.rules.host import find_rulebooks
from tap_graph.services import publishing
from tap_graph.services.evaluating import Request
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver, in_memory, rows

NOW = datetime(2008, 3, 3, 10, tzinfo=UTC)
ADMIN, OTHER_ADMIN = (Viewer(subject=name, role=Role.ADMINISTRATOR, regions=("APAC",)) for name in ("admin", "other admin"))
D1, D2 = (Viewer(subject=f"clerk of {name}", role=Role.DISTRIBUTOR, distributor_id=name) for name in ("D1", "D2"))

PARTNERS = "partner_number,name,country,tier\nP1,One Trading,SG,TWO_TIER\nP2,Two Systems,SG,TWO_TIER\n"
CERTIFICATIONS = "partner_number,level,first_day\nP1,GOLD,2007-01-01\n"
ENROLLMENTS = "partner_number,region,option,submitted_on,status,decided_on\nP1,APAC,P6,2008-02-01,APPROVED,2008-02-05\n"
QUOTES = "quote_number,line,partner_number,issued_on,valid_until,credit\nQ1,1,P1,2008-01-01,2008-12-31,90000.00\n"
DEVIATION_HEAD = "deviation_number,distributor_id,partner_number,type,requested_on,status,decided_on\n"
DEVIATIONS = DEVIATION_HEAD + "".join(f"DV{number},D1,P1,TMP,2008-01-01,APPROVED,2008-01-02\n" for number in (1, 2, 3))
ORDER_HEAD = (
    "order_number,line,partner_number,quote_number,deviation_number,distributor_id,booked_on,confirmed_on,"
    "sale_type,existing_network,product,quantity,net_value,credit\n"
)
POS_COLUMNS = (
    "distributor_id", "invoice_number", "invoice_line", "report_number", "partner_number", "order_number", "order_line",
    "deviation_number", "product", "quantity", "serial_numbers", "shipped_on", "invoiced_on", "reported_on",
)  # fmt: skip
SOLD = {"partner_number": "P1", "quantity": "1", "shipped_on": "2008-02-20", "invoiced_on": "2008-02-21", "reported_on": "2008-02-22"}


def order(number: str, line: int = 1, *, quantity: int = 1, deviation: str = "", product: str = "", partner: str = "P1") -> str:
    """A line of an order file that counts as soon as it is reported, if its deviation is given."""
    quote = "Q1" if partner == "P1" else ""
    booked = f"{number},{line},{partner},{quote},{deviation},D1,2008-02-10,2008-02-10"
    return f"{booked},RESALE,true,{product},{quantity},1000.00,100.00\n"


def orders(*lines: str) -> str:
    """An order file of these lines."""
    return ORDER_HEAD + "".join(lines)


ORDERS = orders(
    order("SO1", quantity=2, deviation="DV1", product="WS-C3750"), order("SO2", deviation="DV2"), order("SO3"), order("SO4", partner="P2")
)


def sold(distributor: str, invoice: str, **cells: object) -> str:
    """A line of a POS file: one piece sold to P1 on 2008-02-20, with other cells where they are given."""
    row = {**SOLD, "distributor_id": distributor, "invoice_number": invoice, "invoice_line": "1", **cells}
    order_number = str(row.get("order_number", ""))
    if order_number and "order_line" not in row:
        row["order_line"] = 1
    return ",".join(str(row.get(name, "")) for name in POS_COLUMNS) + "\n"


def pos(*lines: str) -> str:
    """A POS file of these lines."""
    return ",".join(POS_COLUMNS) + "\n" + "".join(lines)


def published(database: Database) -> Application:
    """An application over a database that has its tables, with the installed rulebooks published."""
    application = Application(database, find_rulebooks(), lambda: NOW)
    with database.writing() as connection:
        publishing.publish(connection, application.rulebooks, NOW)
    return application


def loaded(application: Application) -> Application:
    """With the partner, its certification, enrollment, quote, deviations and order lines."""
    program = {
        "partners": PARTNERS, "certifications": CERTIFICATIONS, "enrollments": ENROLLMENTS, "quotes": QUOTES, "deviations": DEVIATIONS,
        "orders": ORDERS,
    }  # fmt: skip
    for kind, text in program.items():
        got = deliver(application, kind, text)
        assert (got.held, got.refused) == (0, 0)
    return application


@cache
def _in_memory() -> Application:
    return loaded(in_memory())


def copied() -> Application:
    """A copy of the program in memory."""
    target = Database("sqlite://")
    with _in_memory().database.engine.connect() as origin, target.engine.connect() as copy:
        driver = cast("sqlite3.Connection", origin.connection.driver_connection)
        driver.backup(cast("sqlite3.Connection", copy.connection.driver_connection))
    return Application(target, _in_memory().rulebooks, lambda: NOW)


def counts(application: Application, kind: str, text: str, **how: object) -> tuple[int, int, int, int]:
    """Accepted, unchanged, held and refused lines of one file."""
    got = deliver(application, kind, text, **how)
    return (got.accepted, got.unchanged, got.held, got.refused)


def reasons(application: Application) -> dict[str, list[str]]:
    """Why order lines do not count at the first window, by order and line."""
    request = Request("APAC", "P6", EvaluationWindow.FIRST, dry_run=True)
    [row] = application.explain(request, application.evaluate(request).evaluated)
    return {f"{line['order_number']}/{line['line']}": line["reasons"] for line in row["not_counted"]}


def not_reported(application: Application) -> set[str]:
    """Order lines that distributors do not cover."""
    return {key for key, why in reasons(application).items() if "POS_NOT_REPORTED" in why}


def done(application: Application, act: Callable[..., int], *given: Any) -> int:
    """What an act of the services answers, in a transaction of its own."""
    with application.database.writing() as connection:
        return act(connection, *given)


def ids(application: Application, table: str, state: str | None = None) -> list[int]:
    """Ids of a table's rows, or of those in a state."""
    if state is None:
        return [int(str(id_)) for (id_,) in rows(application, table, "id")]
    return [int(str(id_)) for id_, found in rows(application, table, "id", "state") if found == state]


EVERYTHING = (
    "acts", "aliases", "certifications", "decisions", "deliveries", "delivery_lines", "deviations", "deviations_history", "enrollments",
    "held_lines", "notes", "order_lines", "order_lines_history", "orders", "partners", "pos_lines", "pos_lines_history", "pos_reports",
    "quote_lines", "receipts", "rma_lines",
)  # fmt: skip


def written(application: Application) -> list[list[tuple[object, ...]]]:
    """How every table that acts write to stands."""
    return [rows(application, table, *_columns(table)) for table in EVERYTHING]


def refused(application: Application, act: Callable[..., int], *given: Any) -> list[str]:
    """Codes of an act that is refused and leaves nothing behind."""
    before = written(application)
    with pytest.raises(ActRefused) as told:
        done(application, act, *given)
    assert written(application) == before
    return [refusal.code for refusal in told.value.refusals]


def _columns(table: str) -> tuple[str, ...]:
    return {"delivery_lines": ("id", "state", "replaced_by"), "decisions": ("order_line_id", "mask"), "aliases": ("id", "state")}.get(
        table, ("id",)
    )
