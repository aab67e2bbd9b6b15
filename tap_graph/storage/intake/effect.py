"""Taking effect: new rows, new versions of rows, former versions kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, func, insert, literal, select, update

from tap_graph.storage.columns import Moment
from tap_graph.storage.intake.indexing import filling
from tap_graph.storage.intake.matching import Match
from tap_graph.storage.intake.plans import Header, Plan, Values
from tap_graph.storage.intake.stage import CHANGED, NEW
from tap_graph.storage.intake.touched import Touched


def take_effect(match: Match, touched: Touched, now: datetime) -> None:
    """Makes the matched lines of a stage the facts in force, and records which rows that touched."""
    plan = match.plan
    connection = match.connection
    before = connection.execute(select(func.coalesce(func.max(plan.table.c.id), 0))).scalar_one()
    touched.before_change(match)
    _supersede(match, now)
    if plan.header:
        header = plan.header.table.c.id
        touched.known_headers[plan.kind] = connection.execute(select(func.coalesce(func.max(header), 0))).scalar_one()
        _add_headers(match, plan.header)
    _add(match, before, now)
    touched.after_change(match, before)


def _fact(plan: Plan, match: Match, ids: Values, now: datetime) -> Values:
    stage = match.stage.table
    values = plan.values(stage, ids) | plan.derived(stage, ids)
    return values | {"version": match.stage.version(), "recorded_at": literal(now, Moment)}


def _add(match: Match, highest: int, now: datetime) -> None:
    plan = match.plan
    source, ids, condition = match.rows(NEW)
    values = _fact(plan, match, ids, now)
    ended = match.connection.execute(select(func.coalesce(func.max(plan.history.c.id), 0))).scalar_one()
    if match.connection.dialect.name == "sqlite" and ended > highest:
        # SQLite would give the ids of rows that ended to new ones, whose history would not be theirs.
        values["id"] = literal(ended) + func.row_number().over(order_by=match.stage.table.c.seq)
    chosen = select(*values.values()).select_from(source).where(condition)
    with filling(match.connection, plan.table, before=highest, added=match.count(NEW)):
        match.connection.execute(insert(plan.table).from_select(list(values), chosen))


def _add_headers(match: Match, header: Header) -> None:
    """The orders, quotes or RMAs that are new, with what their lowest line says of them."""
    stage = match.stage.table
    source, ids, condition = match.rows(NEW)
    number, is_new = stage.c[header.number], and_(condition, ids["header"].is_(None))
    lowest = select(number.label("number"), func.min(stage.c.line).label("line")).select_from(source).where(is_new).group_by(number)
    first = lowest.subquery("lowest")
    said = match.plan.values(stage, ids) | match.plan.derived(stage, ids)
    values: Values = {header.number: number, **{name: said[name] for name in header.copied}}
    if header.counts_lines:
        values["first_line"] = stage.c.line
    lines = source.join(first, and_(first.c.number == number, first.c.line == stage.c.line))
    chosen = select(*values.values()).select_from(lines).where(is_new)
    match.connection.execute(insert(header.table).from_select(list(values), chosen))


def _supersede(match: Match, now: datetime) -> None:
    plan = match.plan
    if not match.count(CHANGED):
        return
    keep_former(match, now)
    source, ids, condition = match.rows(CHANGED)
    values = _fact(plan, match, ids, now)
    renewed = select(match.table.c.current_id.label("renewed_id"), *(value.label(name) for name, value in values.items()))
    new = renewed.select_from(source).where(condition).subquery("renewed")
    match.connection.execute(update(plan.table).where(plan.table.c.id == new.c.renewed_id).values({name: new.c[name] for name in values}))


def keep_former(match: Match, now: datetime) -> None:
    """Copies the rows about to change into the history, as they were."""
    plan, changed = match.plan, match.table
    copy_to_history(match.connection, plan.table, plan.history, select(changed.c.current_id).where(changed.c.state == CHANGED), now)


def copy_to_history(connection: Any, table: Table, history: Table, ids: Any, now: datetime) -> None:
    """Copies rows by id into a table's history, superseded now."""
    names: Sequence[str] = [column.name for column in table.columns]
    former: list[ColumnElement[Any]] = [table.c[name] for name in names]
    rows: FromClause = table
    chosen = select(*former, literal(now, Moment)).select_from(rows).where(table.c.id.in_(ids))
    connection.execute(insert(history).from_select([*names, "superseded_at"], chosen))
