"""Opening: the options that partners may choose from on a day, and every reason why one is not for them (R1, R9, R14, R27)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, Row, Select, and_, literal, select

from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.rules.rulebook import Rulebook
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.enrolling import certified_on, country_unlisted
from tap_graph.storage import tables as t
from tap_graph.values.zone import day_in

CHUNK = 200
ENDED = frozenset({EnrollmentStatus.DENIED.value, EnrollmentStatus.WITHDRAWN.value})


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why an option is not for a partner on a day."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOption:
    """An option of a partner's theatre, as of a day in that theatre."""

    option_id: int
    option: str
    region: str
    on: date
    minimum: int
    """In cents."""
    enrollment_first_day: date
    enrollment_last_day: date
    booking_first_day: date
    booking_last_day: date
    last_tracked_day: date
    return_deadline: date
    first_evaluation_on: date
    second_evaluation_on: date
    dispute_deadline: date
    document_version: str | None
    """None: no rules document is published for its first period, and none need be accepted."""
    document_link: str | None
    obstacles: tuple[Obstacle, ...]

    @property
    def eligible(self) -> bool:
        """Whether the partner may apply on the day."""
        return not self.obstacles


def open_options(
    connection: Connection, rulebooks: Rulebooks, partners: Sequence[int], now: datetime, on: date | None = None
) -> Mapping[int, list[OpenOption]]:
    """Every option of the theatres each partner is in, by region and day; `on` None is today in the theatre's zone."""
    found: dict[int, list[OpenOption]] = defaultdict(list)
    for region, rulebook in sorted(rulebooks.items()):
        day = on or day_in(rulebook.theatre.zone.value, now)
        for start in range(0, len(partners), CHUNK):
            chunk = partners[start : start + CHUNK]
            taken = _enrolled(connection, region, chunk)
            for row in connection.execute(_rows(region, rulebook, chunk, day)):
                found[row.partner_id].append(_option(row, day, taken[row.partner_id]))
    return found


def _rows(region: str, rulebook: Rulebook, partners: Sequence[int], day: date) -> Select[Any]:
    partner, place, option, first = t.partners, t.partner_theatres, t.options, t.periods.alias("first")
    source = partner.join(place, place.c.partner_id == partner.c.id).join(t.theatres, t.theatres.c.id == place.c.theatre_id)
    source = source.join(option, option.c.theatre_id == t.theatres.c.id)
    source = source.join(first, and_(first.c.theatre_id == option.c.theatre_id, first.c.number == option.c.first_period))
    return (
        select(
            partner.c.id.label("partner_id"),
            partner.c.country,
            t.theatres.c.code.label("region"),
            option,
            first.c.document_version,
            first.c.document_link,
            country_unlisted().label("unlisted"),
            certified_on(literal(day, Date), rulebook).label("certified"),
        )
        .select_from(source)
        .where(t.theatres.c.code == region, partner.c.id.in_(partners))
        .order_by(partner.c.id, option.c.enrollment_first_day, option.c.last_period, option.c.code)
    )


def _enrolled(connection: Connection, region: str, partners: Sequence[int]) -> Mapping[int, list[Row[Any]]]:
    """The enrollments that hold, with the periods they span."""
    enrollment, option = t.enrollments, t.options
    source = enrollment.join(option, option.c.id == enrollment.c.option_id).join(t.theatres, t.theatres.c.id == enrollment.c.theatre_id)
    chosen = select(enrollment.c.partner_id, enrollment.c.status, option.c.id, option.c.code, option.c.first_period, option.c.last_period)
    held: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(chosen.select_from(source).where(t.theatres.c.code == region, enrollment.c.partner_id.in_(partners))):
        if row.status not in ENDED:
            held[row.partner_id].append(row)
    return held


def _option(row: Row[Any], day: date, enrolled: Sequence[Row[Any]]) -> OpenOption:
    return OpenOption(
        option_id=row.id,
        option=row.code,
        region=row.region,
        on=day,
        minimum=row.minimum,
        enrollment_first_day=row.enrollment_first_day,
        enrollment_last_day=row.enrollment_last_day,
        booking_first_day=row.booking_first_day,
        booking_last_day=row.booking_last_day,
        last_tracked_day=row.last_tracked_day,
        return_deadline=row.return_deadline,
        first_evaluation_on=row.first_evaluation_on,
        second_evaluation_on=row.second_evaluation_on,
        dispute_deadline=row.dispute_deadline,
        document_version=row.document_version,
        document_link=row.document_link,
        obstacles=tuple(_obstacles(row, day, enrolled)),
    )


def _obstacles(row: Row[Any], day: date, enrolled: Sequence[Row[Any]]) -> Iterator[Obstacle]:
    if day < row.enrollment_first_day:
        yield Obstacle("WINDOW_NOT_OPEN", f"Enrollment in {row.code} opens on {row.enrollment_first_day}. Come back then.")
    if day > row.enrollment_last_day:
        yield Obstacle("WINDOW_OVER", f"Enrollment in {row.code} ended on {row.enrollment_last_day}. Choose another option.")
    if row.unlisted:
        message = f"{row.country or 'A partner without a country'} is not in the list of every period of {row.code}. Choose another option."
        yield Obstacle("COUNTRY_NOT_LISTED", message)
    if not row.certified:
        yield Obstacle("NOT_CERTIFIED", f"No qualifying certification is valid on {day}. Have it renewed first.")
    for other in enrolled:
        if other.id == row.id:
            yield Obstacle("ALREADY_ENROLLED", f"There is an enrollment in {row.code} already. Withdraw it to apply anew.")
        elif other.first_period <= row.last_period and row.first_period <= other.last_period:
            yield Obstacle("OVERLAPS", f"The enrollment in {other.code} has a period in common with {row.code}. Withdraw it first.")
