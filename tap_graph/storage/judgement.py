"""Whether an order line counts for an option on a day: the stored decision and the day comparisons, as SQL.

The one place where days are compared; evaluations and the schema's `decisions(on)` share it. Every reason is a bit
(domain/reason.py): the decided bits are stored, the day bits are added here, and 0 means the line counts.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, case, func, literal, not_, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from tap_graph.domain.partner import Tier
from tap_graph.domain.reason import REFUSING_MASK, bit_of
from tap_graph.domain.terms import ShippedBy
from tap_graph.storage import tables as t

Day = ColumnElement[Any]


def line_mask(
    line: FromClause,
    decision: FromClause,
    partner: FromClause,
    option: FromClause,
    theatre: FromClause,
    on: Day,
) -> ColumnElement[int]:
    """The reasons a line does not count as of a day; null while it is undecided.

    Takes the joined order_lines, decisions, partners, options and theatres. What is dated after `on` has not
    happened yet.
    """
    inside = line.c.booked_on.between(option.c.booking_first_day, option.c.booking_last_day)
    two_tier_partner = partner.c.tier == Tier.TWO_TIER.value
    # `1 | NULL` is NULL: every bit is built with CASE, whose ELSE takes the unknown.
    return (
        decision.c.mask
        + _bit("OUTSIDE_BOOKING_WINDOW", not_(inside))
        + _bit("AFTER_TWO_TIER_CUTOFF", and_(two_tier_partner, inside, line.c.booked_on > option.c.last_tracked_day))
        + _bit("CANCELLED", line.c.cancelled_on <= on)
        + _shipping(line, two_tier_partner, option, theatre, on)
    )


def _bit(code: str, condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, literal(bit_of(code))), else_=literal(0))


def _shipping(
    line: FromClause,
    two_tier_partner: ColumnElement[bool],
    option: FromClause,
    theatre: FromClause,
    on: Day,
) -> ColumnElement[int]:
    """One-tier lines are shipped by their own day, two-tier lines by what the distributor reports (R13)."""
    by = shipped_by(option, theatre, on)
    reported = and_(or_(line.c.distributor_id.is_not(None), two_tier_partner), theatre.c.pos_required)
    not_covered = func.coalesce(_covered(line, by, on), 0) < line.c.quantity
    not_shipped = or_(line.c.shipped_on.is_(None), line.c.shipped_on > by)
    return case(
        (reported, _bit("POS_NOT_REPORTED", not_covered)),
        else_=_bit("NOT_SHIPPED", not_shipped),
    )


def shipped_by(option: FromClause, theatre: FromClause, on: Day) -> Day:
    """The last day on which a shipment counts: the evaluation day, or the window's last where the theatre says so."""
    end = option.c.booking_last_day
    return case((and_(theatre.c.shipped_by == ShippedBy.WINDOW_END.value, end < on), end), else_=on)


def is_reported(pos: FromClause, by: Day, on: Day) -> ColumnElement[bool]:
    """Whether a POS line was shipped, invoiced and reported by then; a day that is not known has not come (R13)."""
    return and_(pos.c.shipped_on <= by, pos.c.invoiced_on <= on, pos.c.reported_on <= on)


def _covered(line: FromClause, by: Day, on: Day) -> ColumnElement[int]:
    """Units of a line that were shipped, invoiced and reported by then, returns deducted."""
    pos = t.pos_lines.alias()
    mine = and_(pos.c.order_line_id == line.c.id, pos.c.counted_by_id.is_(None), is_reported(pos, by, on))
    return select(func.sum(pos.c.quantity)).where(mine).correlate(*_around(line, by, on)).scalar_subquery()


def _around(line: FromClause, *days: Day) -> list[FromClause]:
    found = [line]
    for day in days:
        found += [source for source in day._from_objects if source not in found]  # noqa: SLF001 - SQLAlchemy never correlates by itself
    return found


def counts(mask: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a mask means that the line counts."""
    return mask == 0


def is_pending(mask: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a mask holds reasons and none of them refuses."""
    return and_(mask != 0, mask.op("&")(literal(REFUSING_MASK)) == 0)


class clamped(FunctionElement[Any]):  # noqa: N801 - reads as a function in SQL
    """Units at least 0 and at most those due; each argument is written once, for it may be a sub-query."""

    type = BigInteger()
    inherit_cache = True

    def __init__(self, units: ColumnElement[int], due: ColumnElement[int]) -> None:
        super().__init__(units, due)


@compiles(clamped, "postgresql")
def _clamped_on_postgresql(element: clamped, compiler: Any, **options: Any) -> str:
    units, due = (compiler.process(clause, **options) for clause in element.clauses)
    return f"least(greatest({units}, 0), {due})"


@compiles(clamped, "sqlite")
def _clamped_on_sqlite(element: clamped, compiler: Any, **options: Any) -> str:
    units, due = (compiler.process(clause, **options) for clause in element.clauses)
    return f"min(max({units}, 0), {due})"


def value_of_units(value: ColumnElement[int], due: ColumnElement[int], units: ColumnElement[int]) -> ColumnElement[int]:
    """`value × units / due`, half up to the cent, in integers: the plain product would leave 64 bits."""
    return value // due * units + (2 * (value % due) * units + due) // (2 * due)
