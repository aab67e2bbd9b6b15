"""Applying: staged lines become facts, held and refused lines, and whatever follows from them, in one transaction."""

from datetime import datetime

from sqlalchemy import Connection, func, literal, select

from tap_graph.feeds.kinds import kind_named
from tap_graph.services.deciding import Rulebooks, decide
from tap_graph.services.enrolling import check_enrollments
from tap_graph.storage import tables as t
from tap_graph.storage.intake.derived import renew
from tap_graph.storage.intake.effect import take_effect
from tap_graph.storage.intake.holding import free, hold, replace_held, stage_freed
from tap_graph.storage.intake.lines import count_lines, keep_lines, settle_freed
from tap_graph.storage.intake.matching import Match
from tap_graph.storage.intake.oddities import note
from tap_graph.storage.intake.plans import IN_ORDER, PLANS
from tap_graph.storage.intake.relooking import look_again
from tap_graph.storage.intake.stage import Stage
from tap_graph.storage.intake.touched import Touched


def apply(connection: Connection, rulebooks: Rulebooks, stage: Stage, delivery_id: int, now: datetime) -> None:
    """Makes a stage's lines the lines of a delivery, and facts of those that can be; the caller holds the one transaction."""
    stage.base = connection.execute(select(func.coalesce(func.max(t.delivery_lines.c.id), literal(0)))).scalar_one()
    touched = Touched(connection)
    match = Match(connection, stage, PLANS[stage.kind])
    keep_lines(match, delivery_id)
    replace_held(stage)
    _settle(match, touched, now)
    match.drop()
    for kind in IN_ORDER:
        _free(connection, touched, kind, now)
    decide(connection, rulebooks, touched.ids("order_lines"), now)
    check_enrollments(connection, rulebooks, touched.ids("enrollments"))
    note(touched)
    touched.drop()
    count_lines(connection, t.deliveries.c.id == delivery_id)


def _settle(match: Match, touched: Touched, now: datetime) -> None:
    take_effect(match, touched, now)
    hold(match)
    touched.analyze()
    renew(touched)
    look_again(touched, now)


def _free(connection: Connection, touched: Touched, kind: str, now: datetime) -> None:
    ids = free(touched, PLANS[kind])
    if not ids:
        return
    stage = Stage(connection, f"freed_{kind}", [(column.name, column.type) for column in kind_named(kind).columns])
    stage_freed(stage, ids)
    match = Match(connection, stage, PLANS[kind])
    _settle(match, touched, now)
    settle_freed(match)
    match.drop()
    stage.drop()
