"""Reasons and findings: what rules said of a line, an application or a judgement, with the rule's source."""

from typing import Any

import strawberry
from sqlalchemy import BigInteger, ColumnElement, exists, literal, or_, select

from tap_graph.domain.finding import Weight
from tap_graph.domain.reason import BY_CODE, REASONS, bit_of
from tap_graph.reads import bindings as b
from tap_graph.reads.json_sql import Json
from tap_graph.schema import enums  # noqa: F401 - describes the enums used here
from tap_graph.schema.fields import bound
from tap_graph.schema.scalars import ReasonCode
from tap_graph.storage import tables as t


@strawberry.type(description="Reason why an order line does not count.")
class Reason:
    """One bit of a line's mask, in words."""

    code: ReasonCode = bound(b.Key(), "Code of the reason.")
    message: str = bound(b.Key(), "Meaning of the reason, as a sentence about the line.")
    source: str = bound(b.Key(), "Place of the rule the reason stands on.")
    weight: Weight = bound(b.Key(), "Weight of the reason: refuse or pending.")


@strawberry.type(description="Finding of a rule about an application, a line or a judgement.")
class Finding:
    """One statement of a rule."""

    code: ReasonCode = bound(b.Key(), "Code of the finding.")
    message: str = bound(b.Key(), "Statement of the rule.")
    source: str = bound(b.Key(), "Place of the rule.")
    weight: Weight = bound(b.Key(), "Weight of the finding.")


def reasons(description: str) -> Any:
    """A field for the reasons in a row's `mask`; region reasons are those of the row's `theatre_id`."""
    return bound(b.ComputedItems((_mask, _region_reasons), _in_order), description)


def has_reason(mask: ColumnElement[int], theatre_id: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    """Whether the reason of that code is in the mask."""
    if code in BY_CODE:
        return mask.op("&")(literal(bit_of(code), BigInteger)) != 0
    reason = t.reasons.alias()
    named = select(reason.c.id).where(reason.c.theatre_id == theatre_id, reason.c.code == code, _has_bit(mask, reason.c.bit))
    return exists(named.correlate_except(reason))


def _has_bit(mask: ColumnElement[int], bit: ColumnElement[int]) -> ColumnElement[bool]:
    return mask.op(">>")(bit).op("&")(literal(1, BigInteger)) == 1


def _mask(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    return row.c.mask  # type: ignore[no-any-return]


def _region_reasons(row: Any, ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    json, reason = Json(ask.dialect), t.reasons.alias()
    found = select(reason).where(reason.c.theatre_id == row.c.theatre_id, _has_bit(row.c.mask, reason.c.bit))
    ordered = found.order_by(reason.c.bit).limit(64).correlate(row).subquery()
    shown = json.array([ordered.c[name] for name in ("code", "message", "source", "weight")])
    return json.one(select(json.many(shown, [ordered.c.bit])).select_from(ordered))


def _in_order(mask: int | None, region_reasons: list[list[str]]) -> list[dict[str, Any]]:
    """Core reasons in the contract's order, then the region's own; none while undecided."""
    if mask is None:
        return []
    core = [reason for reason in REASONS if mask >> reason.bit & 1]
    shown: list[dict[str, Any]] = [
        {"code": reason.code, "message": reason.message, "source": reason.source, "weight": reason.weight.value} for reason in core
    ]
    return shown + [dict(zip(("code", "message", "source", "weight"), values, strict=True)) for values in region_reasons]


def is_pending_or_refused(mask: ColumnElement[int], *, counts: bool) -> ColumnElement[bool]:
    """Lines that count, or those that do not, undecided ones included."""
    return mask == 0 if counts else or_(mask != 0, mask.is_(None))
