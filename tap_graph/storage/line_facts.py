"""The facts rules are asked about, as SQL: each order line and theatre as one short text.

The text packs every fact a rule may read, so that a million lines come down to about a thousand distinct texts:
`CODE|EPOCH|PROGRAMS`, where CODE packs the small kinds as digits of mixed radix (`DIGITS`), EPOCH says on which side
of the days on which the theatre's combinability changes the line was booked, and PROGRAMS is the JSON of its programs.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, literal, or_, select

from tap_graph.domain.deviation import TMP, DeviationFacts, DeviationStatus
from tap_graph.domain.order import Acquisition, OrderLineFacts, QuoteStanding, SaleType
from tap_graph.storage import tables as t

STATUSES: tuple[DeviationStatus | None, ...] = (None, *DeviationStatus)
SALE_TYPES: tuple[SaleType | None, ...] = (None, *SaleType)
ACQUISITIONS: tuple[Acquisition | None, ...] = (None, *Acquisition)
NETWORK: tuple[bool | None, ...] = (None, True, False)
QUOTES = tuple(QuoteStanding)
# How many values each packed fact has, in the order in which they are packed, the last one lowest.
DIGITS = (len(SALE_TYPES), len(ACQUISITIONS), len(NETWORK), 2, len(QUOTES), 1 + 2 * 2 * len(STATUSES))


def line_facts(epochs: dict[int, Sequence[date]], which: ColumnElement[bool]) -> Select[Any]:
    """Order line id, theatre id and facts of the lines a condition on order_lines picks, in every theatre of their partner.

    `epochs` gives, per theatre id, the days on which the answer about some program changes.
    """
    line, partner, place = t.order_lines, t.partners, t.partner_theatres
    text = cast(_code(), Text) + "|" + cast(_epoch(epochs), Text) + "|" + line.c.programs
    source = line.join(partner, partner.c.id == line.c.partner_id).join(place, place.c.partner_id == line.c.partner_id)
    source = source.outerjoin(t.deviations, t.deviations.c.id == line.c.deviation_id)
    return select(line.c.id.label("order_line_id"), place.c.theatre_id, text.label("facts")).select_from(source).where(which)


def _code() -> ColumnElement[int]:
    line = t.order_lines
    digits: list[ColumnElement[int]] = [
        _position(line.c.sale_type, SALE_TYPES),
        _position(line.c.acquisition, ACQUISITIONS),
        case((line.c.existing_network.is_(None), 0), (line.c.existing_network, 1), else_=2),
        case((or_(line.c.distributor_id.is_not(None), t.partners.c.tier == "TWO_TIER"), 1), else_=0),
        _quote_digit(),
        _deviation_digit(),
    ]
    code: ColumnElement[int] = literal(0)
    for digit, size in zip(digits, DIGITS, strict=True):
        code = code * size + digit
    return code


def _position(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[int]:
    return case(*((column == value.value, position) for position, value in enumerate(values) if value is not None), else_=0)


def _quote_digit() -> ColumnElement[int]:
    """A quote is valid on a day if one of its lines is; without its first day a line never is."""
    line, quoted = t.order_lines, t.quote_lines
    covers = and_(
        quoted.c.quote_id == line.c.quote_id,
        quoted.c.issued_on <= line.c.booked_on,
        or_(quoted.c.valid_until.is_(None), quoted.c.valid_until >= line.c.booked_on),
    )
    valid = select(quoted.c.id).where(covers).correlate(line).exists()
    return case(
        (line.c.quote_id.is_(None), QUOTES.index(QuoteStanding.NONE)),
        (valid, QUOTES.index(QuoteStanding.VALID)),
        else_=QUOTES.index(QuoteStanding.NOT_VALID),
    )


def _deviation_digit() -> ColumnElement[int]:
    line, deviation = t.order_lines, t.deviations
    confirmed = func.coalesce(line.c.confirmed_on, line.c.booked_on)
    is_tmp = case((deviation.c.type == TMP, 1), else_=0)
    before = case((deviation.c.decided_on <= confirmed, 1), else_=0)
    packed = 1 + is_tmp + 2 * before + 4 * _position(deviation.c.status, STATUSES)
    return case((line.c.deviation_id.is_(None), 0), else_=packed)


def _epoch(epochs: dict[int, Sequence[date]]) -> ColumnElement[int]:
    branches = [
        (and_(t.partner_theatres.c.theatre_id == theatre_id, t.order_lines.c.booked_on >= day), position + 1)
        for theatre_id, days in epochs.items()
        for position, day in reversed(list(enumerate(days)))
    ]
    return case(*branches, else_=0) if branches else literal(0)


def unpacked(code: int) -> OrderLineFacts:
    """The facts a packed code stands for, without the programs."""
    digits: list[int] = []
    for size in reversed(DIGITS):
        code, digit = divmod(code, size)
        digits.append(digit)
    deviation, quote, two_tier, network, acquisition, sale_type = digits
    return OrderLineFacts(
        sale_type=SALE_TYPES[sale_type],
        acquisition=ACQUISITIONS[acquisition],
        existing_network=NETWORK[network],
        two_tier=bool(two_tier),
        quote=QUOTES[quote],
        deviation=_deviation(deviation),
    )


def _deviation(digit: int) -> DeviationFacts | None:
    if digit == 0:
        return None
    status, rest = divmod(digit - 1, 4)
    before, is_tmp = divmod(rest, 2)
    return DeviationFacts(is_tmp=bool(is_tmp), status=STATUSES[status], decided_before_confirmation=bool(before))
