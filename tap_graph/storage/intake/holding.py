"""Held lines: what waits, for what, and what a delivery frees."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Text, and_, bindparam, cast, delete, func, insert, literal, select, update

from tap_graph.storage import tables as t
from tap_graph.storage.intake.matching import Match
from tap_graph.storage.intake.plans import Plan
from tap_graph.storage.intake.stage import HELD, READ, Stage
from tap_graph.storage.intake.touched import Touched

# Which touched rows can make a reference known.
FREED_BY = {
    "partner": ("partners",),
    "quote": ("quotes",),
    "deviation": ("deviations",),
    "order": ("orders",),
    "order_line": ("order_lines",),
    "deviation_line": ("order_lines", "deviations"),
    "rma_line": ("rma_lines",),
    "theatre": (),
    "option": (),
}


def json_array(connection: Connection, *items: ColumnElement[Any]) -> ColumnElement[str]:
    """A JSON array of columns as text."""
    build = func.json_array if connection.dialect.name == "sqlite" else func.json_build_array
    return cast(build(*items), Text)


def replace_held(stage: Stage) -> None:
    """A key delivered again takes the place of the line of that key that still waits, whatever becomes of it."""
    connection, held, s = stage.connection, t.held_lines, stage.table
    if connection.execute(select(held.c.id).where(held.c.kind == stage.kind).limit(1)).first() is None:
        return
    same = and_(held.c.kind == stage.kind, s.c.record_key == held.c.key, s.c.read_state == READ)
    replaced = select(held.c.id.label("held_id"), func.max(stage.version()).label("successor")).where(same).group_by(held.c.id).subquery()
    connection.execute(update(t.delivery_lines).where(t.delivery_lines.c.id == replaced.c.held_id).values(replaced_by=replaced.c.successor))
    _release(connection, select(replaced.c.held_id))


def _release(connection: Connection, held_ids: Any) -> None:
    """Ends the waiting of some lines."""
    connection.execute(delete(t.held_references).where(t.held_references.c.held_id.in_(held_ids)))
    connection.execute(delete(t.held_lines).where(t.held_lines.c.id.in_(held_ids)))


def hold(match: Match) -> None:
    """Keeps the lines whose references are not known, with everything each waits for."""
    connection, stage, plan = match.connection, match.stage, match.plan
    if not match.count(HELD):
        return
    s, m = stage.table, match.table
    waiting = m.join(s, s.c.seq == m.c.seq)
    row = json_array(connection, *(s.c[name] for name in stage.columns))
    chosen = select(stage.version(), literal(plan.kind), s.c.record_key, row).select_from(waiting).where(m.c.state == HELD)
    connection.execute(insert(t.held_lines).from_select(["id", "kind", "key", "row"], chosen))
    for position, reference in enumerate(plan.references):
        missing = and_(m.c.state == HELD, misses(m.c.missing, position))
        needs = select(stage.version(), literal(reference.name), reference.stated(s), reference.line(s)).select_from(waiting).where(missing)
        connection.execute(insert(t.held_references).from_select(["held_id", "reference", "number", "line"], needs))


def misses(mask: ColumnElement[int], position: int) -> ColumnElement[bool]:
    """Whether a line misses the reference at that position of its plan."""
    return (mask // (1 << position)) % 2 == 1


def free(touched: Touched, plan: Plan) -> list[int]:
    """Ids of the held lines of a kind that wait for nothing any more, in the order in which they were delivered."""
    connection, needs, held = touched.connection, t.held_references, t.held_lines
    mine = select(held.c.id).where(held.c.kind == plan.kind)
    if connection.execute(mine.limit(1)).first() is None:
        return []
    came: dict[int, set[str]] = {}
    for reference in plan.references:
        if any(touched.has(noun) for noun in FREED_BY[reference.name]):
            known = reference.known(needs.c.number, needs.c.line)
            there = delete(needs).where(needs.c.reference == reference.name, needs.c.held_id.in_(mine), known)
            for held_id in connection.execute(there.returning(needs.c.held_id)).scalars():
                came.setdefault(held_id, set()).add(reference.reason)
    waiting = select(needs.c.held_id).where(needs.c.held_id == held.c.id).exists()
    freed = list(connection.execute(mine.where(~waiting).order_by(held.c.id)).scalars())
    for held_id in freed:
        came.pop(held_id, None)
    _tell_less(connection, came)
    return freed


def _tell_less(connection: Connection, came: dict[int, set[str]]) -> None:
    """Takes what came out of the reasons of lines that wait for something else still."""
    line, ids = t.delivery_lines, sorted(came)
    for start in range(0, len(ids), 500):
        chosen = select(line.c.id, line.c.reasons).where(line.c.id.in_(ids[start : start + 500]))
        told = [
            {"line_id": row.id, "told": [reason for reason in msgspec.json.decode(row.reasons) if reason["code"] not in came[row.id]]}
            for row in connection.execute(chosen)
        ]
        rows = [{"line_id": each["line_id"], "told": msgspec.json.encode(each["told"]).decode()} for each in told]
        connection.execute(update(line).where(line.c.id == bindparam("line_id")).values(reasons=bindparam("told")), rows)


def stage_freed(stage: Stage, ids: list[int]) -> None:
    """Stages freed lines under the version they were delivered as, and ends their waiting."""
    stage.load(_rows(stage.connection, ids))
    for start in range(0, len(ids), 500):
        _release(stage.connection, ids[start : start + 500])


def _rows(connection: Connection, ids: list[int]) -> Iterator[tuple[Any, ...]]:
    held = t.held_lines
    for start in range(0, len(ids), 500):
        chosen = select(held.c.id, held.c.key, held.c.row).where(held.c.id.in_(ids[start : start + 500])).order_by(held.c.id)
        for position, (id_, key, row) in enumerate(connection.execute(chosen).all(), start):
            yield (position, 0, "", key, id_, READ, "[]", *msgspec.json.decode(row))
