"""What a line may refer to by number, how that is found, and under which text a line waits for it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, case, exists, false, func, null, select

from tap_graph.storage import tables as t

PARTNER_NAME, PRODUCT_NAME, ORDER_NAME = "PARTNER", "PRODUCT", "ORDER"
IN_USE = "APPROVED"


def means(alias: FromClause, row: FromClause, subject: str, name: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether an alias says what the row's distributor means by a name."""
    return and_(alias.c.state == IN_USE, alias.c.subject == subject, alias.c.distributor_id == row.c.distributor_id, alias.c.name == name)


@dataclass(frozen=True)
class Reference:
    """Something a line names by number; while that is not known, the line is held.

    `joins` gives the tables to join from the stage and the id found there; `stated` the text under which a held
    line waits, null where the line names nothing.
    """

    name: str
    reason: str
    column: str
    message: str
    joins: Callable[[FromClause, FromClause], tuple[FromClause, ColumnElement[Any]]]
    stated: Callable[[FromClause], ColumnElement[Any]]
    known: Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[bool]]
    """Whether the number (and line) a held line waits for is known now."""
    line: Callable[[FromClause], ColumnElement[Any]] = lambda _stage: null()
    """The line of that number, where one is meant."""


def _by_number(name: str, column: str, table: Table, number: str) -> Reference:
    def named(target: FromClause, stated: ColumnElement[Any]) -> ColumnElement[bool]:
        # An order whose lines were all taken back is a number that judgements show, and no order.
        there = target.c[number] == stated
        return and_(there, target.c.first_line.is_not(None)) if "first_line" in target.c else there

    def joins(source: FromClause, stage: FromClause) -> tuple[FromClause, ColumnElement[Any]]:
        target = table.alias(f"ref_{name}")
        return source.outerjoin(target, named(target, stage.c[column])), target.c.id

    def known(stated: ColumnElement[Any], _line: ColumnElement[Any]) -> ColumnElement[bool]:
        return exists(select(table.c.id).where(named(table, stated)))

    reason = f"{name.upper()}_UNKNOWN"
    message = f"is not known yet: the line waits until a {name} of that number is delivered."
    return Reference(name, reason, column, message, joins, lambda stage: stage.c[column], known)


def _partner_of_pos(source: FromClause, stage: FromClause) -> tuple[FromClause, ColumnElement[Any]]:
    """The partner that is named, or that the distributor's alias says is meant."""
    alias, partner = t.aliases.alias("partner_alias"), t.partners.alias("ref_partner")
    source = source.outerjoin(alias, means(alias, stage, PARTNER_NAME, stage.c.partner_number))
    source = source.outerjoin(partner, partner.c.partner_number == func.coalesce(alias.c.meaning, stage.c.partner_number))
    return source, partner.c.id


def _order_line_of_pos(source: FromClause, stage: FromClause) -> tuple[FromClause, ColumnElement[Any]]:
    """The order line that is named, or that the distributor's alias says is meant."""
    alias, order, line = t.aliases.alias("order_alias"), t.orders.alias("pos_order"), t.order_lines.alias("pos_line_of_order")
    source = source.outerjoin(alias, means(alias, stage, ORDER_NAME, stage.c.order_number))
    source = source.outerjoin(order, order.c.order_number == func.coalesce(alias.c.meaning, stage.c.order_number))
    number = func.coalesce(stage.c.order_line, alias.c.meaning_line)
    source = source.outerjoin(line, and_(line.c.order_id == order.c.id, line.c.line == number))
    return source, line.c.id


def _line_of_deviation(source: FromClause, stage: FromClause) -> tuple[FromClause, ColumnElement[Any]]:
    """The one order line that names the deviation, looked up only where the line names no order."""
    deviation = t.deviations.alias("pos_deviation")
    source = source.outerjoin(deviation, and_(deviation.c.deviation_number == stage.c.deviation_number, stage.c.order_number.is_(None)))
    return source, the_line_naming(deviation.c.id)


def the_line_naming(deviation_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Id of the one order line that names a deviation; null where none or several do."""
    line = t.order_lines.alias("naming")
    only = case((func.count() == 1, func.min(line.c.id)), else_=null())
    found = select(only).where(line.c.deviation_id == deviation_id).correlate(deviation_id.table)
    return case((deviation_id.is_(None), null()), else_=found.scalar_subquery())


def _rma_line_of_receipt(source: FromClause, stage: FromClause) -> tuple[FromClause, ColumnElement[Any]]:
    rma, line = t.rmas.alias("receipt_rma"), t.rma_lines.alias("receipt_rma_line")
    source = source.outerjoin(rma, rma.c.rma_number == stage.c.rma_number)
    source = source.outerjoin(line, and_(line.c.rma_id == rma.c.id, line.c.line == stage.c.line))
    return source, line.c.id


def _theatre_of(source: FromClause, stage: FromClause) -> tuple[FromClause, ColumnElement[Any]]:
    theatre = t.theatres.alias("ref_theatre")
    return source.outerjoin(theatre, theatre.c.code == stage.c.region), theatre.c.id


def _option_of(source: FromClause, stage: FromClause) -> tuple[FromClause, ColumnElement[Any]]:
    theatre, option = t.theatres.alias("option_theatre"), t.options.alias("ref_option")
    source = source.outerjoin(theatre, theatre.c.code == stage.c.region)
    source = source.outerjoin(option, and_(option.c.theatre_id == theatre.c.id, option.c.code == stage.c.option))
    return source, option.c.id


def _known_line(head: Table, number: str, lines: Table, pointer: str) -> Callable[..., ColumnElement[bool]]:
    def known(stated: ColumnElement[Any], line: ColumnElement[Any]) -> ColumnElement[bool]:
        found = select(lines.c.id).join(head, head.c.id == lines.c[pointer])
        return exists(found.where(head.c[number] == stated, lines.c.line == line))

    return known


def _known_line_of_deviation(stated: ColumnElement[Any], _line: ColumnElement[Any]) -> ColumnElement[bool]:
    deviation = t.deviations.alias("named")
    return exists(select(deviation.c.id).where(deviation.c.deviation_number == stated, the_line_naming(deviation.c.id).is_not(None)))


PARTNER = _by_number("partner", "partner_number", t.partners, "partner_number")
PARTNER_OF_POS = replace(PARTNER, joins=_partner_of_pos)
QUOTE = _by_number("quote", "quote_number", t.quotes, "quote_number")
DEVIATION = _by_number("deviation", "deviation_number", t.deviations, "deviation_number")
ORDER = _by_number("order", "order_number", t.orders, "order_number")
ORDER_LINE = Reference(
    "order_line",
    "ORDER_LINE_UNKNOWN",
    "order_number",
    "is not known yet with that line: the line waits until the order line is delivered, or until order_line is given.",
    _order_line_of_pos,
    lambda stage: stage.c.order_number,
    _known_line(t.orders, "order_number", t.order_lines, "order_id"),
    lambda stage: stage.c.order_line,
)
DEVIATION_LINE = Reference(
    "deviation_line",
    "ORDER_OF_DEVIATION_UNKNOWN",
    "deviation_number",
    "does not lead to exactly one order line: the line waits until one alone names it, or until order_number is given.",
    _line_of_deviation,
    lambda stage: case((stage.c.order_number.is_(None), stage.c.deviation_number), else_=null()),
    _known_line_of_deviation,
)
RMA_LINE = Reference(
    "rma_line",
    "RMA_LINE_UNKNOWN",
    "rma_number",
    "is not known yet with that line: the line waits until the RMA line is delivered, or until line is given.",
    _rma_line_of_receipt,
    lambda stage: stage.c.rma_number,
    _known_line(t.rmas, "rma_number", t.rma_lines, "rma_id"),
    lambda stage: stage.c.line,
)
# A region or option that is not installed is refused when the line is read: these never hold a line.
THEATRE = Reference("theatre", "REGION_NOT_INSTALLED", "region", "", _theatre_of, lambda _stage: null(), lambda _number, _line: false())
OPTION = Reference("option", "OPTION_NOT_INSTALLED", "option", "", _option_of, lambda _stage: null(), lambda _number, _line: false())
