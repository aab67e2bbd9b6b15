"""Reasons and findings: what rules said of a line, an application or a judgement, with the rule's source."""

from typing import Any

import strawberry
from sqlalchemy import BigInteger, ColumnElement, FromClause, Integer, Text, case, exists, literal, or_, select, text, union_all
from sqlalchemy import column as sql_column

from tap_graph.domain.finding import Weight
from tap_graph.domain.reason import REASONS, bit_of
from tap_graph.domain.reason import Reason as CoreReason
from tap_graph.reads import bindings as b
from tap_graph.schema import enums  # noqa: F401 - describes the enums used here
from tap_graph.schema.fields import bound, column
from tap_graph.schema.node import noun
from tap_graph.schema.scalars import ReasonCode
from tap_graph.storage import tables as t

COLUMNS = ("bit", "code", "message", "source", "weight")


@noun(None, None, "Reason why an order line does not count.")
class Reason:
    """One bit of a line's mask, in words."""

    code: ReasonCode = column("Code of the reason.")
    message: str = column("Meaning of the reason, as a sentence about the line.")
    source: str = column("Place of the rule the reason stands on.")
    weight: Weight = column("Weight of the reason: refuse or pending.")


@strawberry.type(description="Finding of a rule about an application, a line or a judgement.")
class Finding:
    """One statement of a rule."""

    code: ReasonCode = bound(b.Key(), "Code of the finding.")
    message: str = bound(b.Key(), "Statement of the rule.")
    source: str = bound(b.Key(), "Place of the rule.")
    weight: Weight = bound(b.Key(), "Weight of the finding.")


def reasons(description: str) -> Any:
    """A field for the reasons in a row's `mask`; region reasons are those of the row's `theatre_id`."""
    return bound(b.Many("Reason", source=_in_mask, paged=False), description)


def has_reason(mask: ColumnElement[int], theatre_id: ColumnElement[Any], code: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the reason of that code is in the mask."""
    core = case(*((code == reason.code, literal(bit_of(reason.code), BigInteger)) for reason in REASONS), else_=literal(0, BigInteger))
    reason = t.reasons.alias()
    named = select(reason.c.id).where(reason.c.theatre_id == theatre_id, reason.c.code == code, _has_bit(mask, reason.c.bit))
    return or_(mask.op("&")(core) != 0, exists(named.correlate_except(reason)))


def is_pending_or_refused(mask: ColumnElement[int], *, counts: bool) -> ColumnElement[bool]:
    """Lines that count, or those that do not, undecided ones included."""
    return mask == 0 if counts else or_(mask != 0, mask.is_(None))


def _in_mask(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> FromClause:
    """Core reasons in the contract's order, then the region's own; none while the line is undecided."""
    core, reason = _core(), t.reasons.alias()
    halves = [
        select(*(core.c[name] for name in COLUMNS)).where(_has_bit(row.c.mask, core.c.bit)),
        select(*(reason.c[name] for name in COLUMNS)).where(reason.c.theatre_id == row.c.theatre_id, _has_bit(row.c.mask, reason.c.bit)),
    ]
    found = union_all(*(half.correlate(row) for half in halves)).subquery()
    return select(found.c.bit.label("id"), *(found.c[name] for name in COLUMNS[1:])).subquery()


def _core() -> FromClause:
    """The core's reasons as rows that stand in the statement; both databases name the columns of VALUES by number."""
    rows = ", ".join(f"({reason.bit}, {', '.join(_quoted(word) for word in _words(reason))})" for reason in REASONS)
    named: list[ColumnElement[Any]] = [
        sql_column("column1", Integer),
        *(sql_column(f"column{place}", Text) for place in range(2, len(COLUMNS) + 1)),
    ]
    values = text(f"VALUES {rows}".replace(":", "\\:")).columns(*named).subquery()
    return select(*(value.label(name) for name, value in zip(COLUMNS, values.c, strict=True))).subquery()


def _words(reason: CoreReason) -> tuple[str, str, str, str]:
    return reason.code, reason.message, reason.source, reason.weight.value


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _has_bit(mask: ColumnElement[int], bit: ColumnElement[int]) -> ColumnElement[bool]:
    return mask.op(">>")(bit).op("&")(literal(1, BigInteger)) == 1
