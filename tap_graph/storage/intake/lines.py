"""The delivered lines as they are kept: raw text, state and reasons."""

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    insert,
    literal,
    null,
    select,
    update,
)

from tap_graph.storage import tables as t
from tap_graph.storage.intake.holding import misses
from tap_graph.storage.intake.matching import Match
from tap_graph.storage.intake.references import Reference
from tap_graph.storage.intake.stage import CHANGED, HELD, NEW, REFUSED, REPEATED, UNCHANGED

ACCEPTED = "ACCEPTED"
COUNTS = ("lines", *(state.lower() for state in (ACCEPTED, UNCHANGED, HELD, REFUSED)))


def keep_lines(match: Match, delivery_id: int) -> None:
    """Stores every line of a delivery with what became of it."""
    s, m, first = match.stage.table, match.table, match.table.alias("first")
    source = s.outerjoin(m, m.c.seq == s.c.seq)
    repeated_held: ColumnElement[bool] = false()
    if match.stage.has_repeats:
        source = source.outerjoin(first, first.c.seq == s.c.repeats)
        repeated_held = and_(s.c.read_state == REPEATED, first.c.state == HELD)
    state = case(
        (s.c.read_state == REFUSED, literal(REFUSED)),
        (repeated_held, literal(HELD)),
        (s.c.read_state == REPEATED, literal(UNCHANGED)),
        (m.c.state.in_([NEW, CHANGED]), literal(ACCEPTED)),
        else_=m.c.state,
    )
    reasons = case((m.c.state == HELD, _held_reasons(match)), else_=s.c.problems)
    twin = case((repeated_held, s.c.repeats + match.stage.base), else_=cast(null(), BigInteger))
    chosen = select(match.stage.version(), literal(delivery_id), s.c.physical_line, s.c.raw, state, reasons, twin).select_from(source)
    names = ["id", "delivery_id", "line", "raw", "state", "reasons", "replaced_by"]
    match.connection.execute(insert(t.delivery_lines).from_select(names, chosen))


def _held_reasons(match: Match) -> ColumnElement[str]:
    """The JSON of every reference a held line misses: code, column, value and what to do."""
    objects: ColumnElement[str] = literal("")
    for position, reference in enumerate(match.plan.references):
        objects = objects + case((misses(match.table.c.missing, position), _reason(match, reference)), else_=literal(""))
    return literal("[") + func.substr(objects, 2) + literal("]")


def _reason(match: Match, reference: Reference) -> ColumnElement[str]:
    value = reference.stated(match.stage.table)
    head = msgspec.json.encode({"code": reference.reason, "column": reference.column}).decode()
    message = literal(f"{reference.column} ") + func.coalesce(cast(value, Text), "") + literal(f" {reference.message}")
    quoted = [json_quoted(match.connection, cast(value, Text)), json_quoted(match.connection, message)]
    return literal("," + head[:-1] + ',"value":') + quoted[0] + literal(',"message":') + quoted[1] + literal("}")


def json_quoted(connection: Connection, text: ColumnElement[str]) -> ColumnElement[str]:
    """Text as a JSON string."""
    return cast(func.json_quote(text) if connection.dialect.name == "sqlite" else func.to_json(text), Text)


def settle_freed(match: Match) -> None:
    """Lines that waited and took effect are counted where they were delivered; the others tell what they wait for now."""
    s, m, line = match.stage.table, match.table, t.delivery_lines
    settled = select(s.c.given_version.label("id"), m.c.state).join_from(m, s, s.c.seq == m.c.seq).where(m.c.state != HELD).subquery()
    state = case((settled.c.state == UNCHANGED, literal(UNCHANGED)), else_=literal(ACCEPTED))
    match.connection.execute(update(line).where(line.c.id == settled.c.id).values(state=state, reasons="[]"))
    waiting = select(s.c.given_version.label("id"), _held_reasons(match).label("reasons")).join_from(m, s, s.c.seq == m.c.seq)
    still = waiting.where(m.c.state == HELD).subquery()
    match.connection.execute(update(line).where(line.c.id == still.c.id).values(reasons=still.c.reasons))
    freed = select(line.c.delivery_id).where(line.c.id.in_(select(settled.c.id))).distinct()
    count_lines(match.connection, t.deliveries.c.id.in_(freed))


def count_lines(connection: Connection, which: ColumnElement[bool]) -> None:
    """Renews the counts of some deliveries from their lines."""
    line, delivery = t.delivery_lines, t.deliveries
    ids = list(connection.execute(select(delivery.c.id).where(which)).scalars())
    for start in range(0, len(ids), 500):
        counts = {id_: dict.fromkeys(COUNTS, 0) for id_ in ids[start : start + 500]}
        found = select(line.c.delivery_id, line.c.state, func.count()).where(line.c.delivery_id.in_(list(counts)))
        for id_, state, count in connection.execute(found.group_by(line.c.delivery_id, line.c.state)):
            counts[id_][state.lower()] = count
            counts[id_]["lines"] += count
        renewed = update(delivery).where(delivery.c.id == bindparam("counted_id"))
        connection.execute(renewed, [{"counted_id": id_, **counted} for id_, counted in counts.items()])


def reasons_of(connection: Connection, delivery_id: int) -> dict[str, int]:
    """How often each reason stands in a delivery's held and refused lines, by code."""
    line = t.delivery_lines
    chosen = select(line.c.reasons).where(line.c.delivery_id == delivery_id, line.c.state.in_([HELD, REFUSED]))
    counts: dict[str, int] = {}
    for (reasons,) in connection.execute(chosen.execution_options(yield_per=10_000)):
        for reason in msgspec.json.decode(reasons):
            counts[reason["code"]] = counts.get(reason["code"], 0) + 1
    return dict(sorted(counts.items()))
