"""Applying: staged lines become facts, held and refused lines, and whatever follows from them, in one transaction.

The same steps serve whoever changes what is in force: a delivery (`apply`), an alias that lets held lines be read
(`decide_again`), a person who takes a wrong row back (`end_facts`).
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, literal, select, union

from tap_graph.feeds.kinds import kind_named
from tap_graph.feeds.problems import Problem
from tap_graph.services.deciding import Rulebooks, decide
from tap_graph.services.distributing import notice
from tap_graph.services.enrolling import check_enrollments
from tap_graph.storage import tables as t
from tap_graph.storage.intake.aliases import name_products
from tap_graph.storage.intake.derived import renew
from tap_graph.storage.intake.effect import take_effect
from tap_graph.storage.intake.ending import end
from tap_graph.storage.intake.holding import free, hold, replace_held, stage_freed
from tap_graph.storage.intake.lines import count_lines, keep_lines, settle_freed
from tap_graph.storage.intake.matching import Match
from tap_graph.storage.intake.oddities import note
from tap_graph.storage.intake.plans import IN_ORDER, PLANS
from tap_graph.storage.intake.relooking import look_again
from tap_graph.storage.intake.reports import ReportedSpan, keep_reports, release_superseded, superseded_held, superseded_rows
from tap_graph.storage.intake.serials import forget_serials, renew_serials
from tap_graph.storage.intake.stage import CHANGED, READ, Stage
from tap_graph.storage.intake.touched import Touched


def apply(
    connection: Connection, rulebooks: Rulebooks, stage: Stage, delivery_id: int, now: datetime, reports: Sequence[ReportedSpan] = ()
) -> None:
    """Makes a stage's lines the lines of a delivery, and facts of those that can be; the caller holds the one transaction."""
    stage.base = connection.execute(select(func.coalesce(func.max(t.delivery_lines.c.id), literal(0)))).scalar_one()
    touched = Touched(connection)
    keep_reports(stage, delivery_id, reports, now)
    if "distributor_id" in stage.columns:
        reported = select(t.pos_reports.c.distributor_id).where(t.pos_reports.c.delivery_id == delivery_id)
        own = select(stage.table.c.distributor_id).where(stage.table.c.read_state == READ)
        notice(connection, now, union(own, reported).subquery().select())
    match = Match(connection, stage, PLANS[stage.kind])
    keep_lines(match, delivery_id)
    replace_held(stage)
    _settle(match, touched, now)
    for report in reports:
        if report.target is not None and not report.is_refused:
            _take_back(match, touched, report, now)
    match.drop()
    _finish(touched, rulebooks, now)
    count_lines(connection, t.deliveries.c.id == delivery_id)


def decide_again(connection: Connection, rulebooks: Rulebooks, kind: str, held_ids: list[int], now: datetime) -> None:
    """Reads some held lines anew, as though they came now: they take effect, or wait for what they still lack."""
    touched = Touched(connection)
    _read_again(connection, touched, kind, held_ids, now)
    _finish(touched, rulebooks, now)


def end_facts(connection: Connection, rulebooks: Rulebooks, kind: str, ids: list[int], now: datetime) -> None:
    """Ends rows in force, and renews what followed from them."""
    touched = Touched(connection)
    end(touched, kind, ids, now)
    _follow(touched, now)
    _finish(touched, rulebooks, now)


def _settle(match: Match, touched: Touched, now: datetime) -> None:
    if match.plan.kind == "pos":
        forget_serials(touched, match.current_ids(CHANGED))
    take_effect(match, touched, now)
    hold(match)
    _follow(touched, now)


def _follow(touched: Touched, now: datetime) -> None:
    """Renews what is kept beside facts, once they changed."""
    touched.analyze()
    renew(touched)
    look_again(touched, now)
    if touched.has("pos_lines") or touched.has_serials():
        renew_serials(touched)
        name_products(touched)


def _finish(touched: Touched, rulebooks: Rulebooks, now: datetime) -> None:
    """Frees what waited for the facts that came, and decides and notes anew what they touched."""
    connection = touched.connection
    for kind in IN_ORDER:
        if ids := free(touched, PLANS[kind]):
            _read_again(connection, touched, kind, ids, now)
    decide(connection, rulebooks, touched.ids("order_lines"), now)
    check_enrollments(connection, rulebooks, touched.ids("enrollments"))
    note(touched)
    touched.drop()


def _read_again(connection: Connection, touched: Touched, kind: str, held_ids: list[int], now: datetime) -> None:
    stage = Stage(connection, f"freed_{kind}", [(column.name, column.type) for column in kind_named(kind).columns])
    stage_freed(stage, held_ids)
    match = Match(connection, stage, PLANS[kind])
    _settle(match, touched, now)
    settle_freed(match)
    match.drop()
    stage.drop()


def _take_back(match: Match, touched: Touched, report: ReportedSpan, now: datetime) -> None:
    """Ends the lines of the report that this one replaces or cancels, except those it holds itself."""
    end(touched, "pos", superseded_rows(match, report), now)
    by = f"report {report.number}" if report.number else "a later report"
    message = f"The line's report {report.target} was replaced or cancelled by {by}. Nothing need be done."
    reasons = msgspec.json.encode([Problem("REPORT_TAKEN_BACK", "report_number", report.target, message)]).decode()
    release_superseded(match.connection, superseded_held(match.stage, report), reasons)
    _follow(touched, now)


def name_again(connection: Connection, distributor_id: str, product: str) -> None:
    """Says anew which product a distributor's POS lines with that name mean."""
    touched = Touched(connection)
    pos = t.pos_lines
    touched.add("pos_lines", select(pos.c.id).where(pos.c.distributor_id == distributor_id, pos.c.product == product))
    name_products(touched, ending=True)
    touched.drop()


def recount_serials(connection: Connection) -> None:
    """Counts the serial numbers of every POS line, in a database of a release that did not count them."""
    pos, touched = t.pos_lines, Touched(connection)
    if connection.execute(select(t.pos_serials.c.serial).limit(1)).first() is None:
        touched.add("pos_lines", select(pos.c.id).where(pos.c.serial_numbers != "[]"))
        renew_serials(touched)
        note(touched)
    touched.drop()
