"""Reminding: windows that open, deadlines that come near and decisions that are overdue, each told once (R7, R16, R17, R22, R32)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.domain.evaluation import Outcome
from tap_graph.domain.event import Event, EventKind
from tap_graph.services.applying.opening import open_options
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.noting import note_events
from tap_graph.storage import tables as t
from tap_graph.values.zone import day_in

DRAFT_DAYS = (14, 7, 1)
FACT_DAYS = (30, 7, 1)


def remind(
    connection: Connection,
    rulebooks: Rulebooks,
    now: datetime,
    *,
    draft_days: tuple[int, ...] = DRAFT_DAYS,
    fact_days: tuple[int, ...] = FACT_DAYS,
) -> int:
    """Notes what is due to be told today in each theatre's zone; returns how many events were new."""
    events: list[Event] = []
    for region, rulebook in sorted(rulebooks.items()):
        today = day_in(rulebook.theatre.zone.value, now)
        events += _opened(connection, rulebooks, region, today, now)
        events += _drafts(connection, region, today, draft_days)
        events += _facts(connection, region, today, fact_days)
        events += _overdue(connection, region, today)
    count = select(func.count()).select_from(t.events)
    before = connection.execute(count).scalar_one()
    note_events(connection, events, now)
    return int(connection.execute(count).scalar_one() - before)


def _opened(connection: Connection, rulebooks: Rulebooks, region: str, today: date, now: datetime) -> Iterator[Event]:
    """Windows whose first day is today, for the partners that may apply."""
    theatre, option, place = t.theatres, t.options, t.partner_theatres
    opening = select(option.c.id).join(theatre, theatre.c.id == option.c.theatre_id)
    if connection.execute(opening.where(theatre.c.code == region, option.c.enrollment_first_day == today).limit(1)).scalar() is None:
        return
    here = select(t.partners.c.id, t.partners.c.partner_number, theatre.c.id.label("theatre_id")).select_from(
        t.partners.join(place, place.c.partner_id == t.partners.c.id).join(theatre, theatre.c.id == place.c.theatre_id)
    )
    partners = {row.id: row for row in connection.execute(here.where(theatre.c.code == region).order_by(t.partners.c.id))}
    of_region = {region: rulebooks[region]}
    for partner_id, options in open_options(connection, of_region, list(partners), now, today).items():
        for each in options:
            if each.eligible and each.enrollment_first_day == today:
                row = partners[partner_id]
                yield Event(
                    kind=EventKind.ENROLLMENT_OPENED,
                    noun="Partner",
                    row_id=partner_id,
                    key=row.partner_number,
                    partner_id=partner_id,
                    theatre_id=row.theatre_id,
                    once=f"ENROLLMENT_OPENED/partner {partner_id}/option {each.option_id}",
                    data={"option": each.option, "lastDay": each.enrollment_last_day.isoformat()},
                )


def _drafts(connection: Connection, region: str, today: date, days: tuple[int, ...]) -> Iterator[Event]:
    form = t.enrollment_forms
    coming = [today + timedelta(days=each) for each in days]
    chosen = _with_option(form, region).where(form.c.state == EnrollmentStatus.DRAFT.value, t.options.c.enrollment_last_day.in_(coming))
    for row in connection.execute(chosen):
        yield _near(row, "EnrollmentForm", "enrollment", row.enrollment_last_day, today)


def _facts(connection: Connection, region: str, today: date, days: tuple[int, ...]) -> Iterator[Event]:
    """Approved enrollments that no evaluation found earned yet."""
    enrollment, evaluation = t.enrollments, t.evaluations
    earned = select(evaluation.c.id).where(evaluation.c.enrollment_id == enrollment.c.id, evaluation.c.outcome == Outcome.EARNED.value)
    coming = {today + timedelta(days=each) for each in days}
    approved = and_(enrollment.c.status == EnrollmentStatus.APPROVED.value, ~earned.correlate(enrollment).exists())
    near = t.options.c.return_deadline.in_(coming) | t.options.c.dispute_deadline.in_(coming)
    for row in connection.execute(_with_option(enrollment, region).where(approved, near)):
        for name, day in (("return", row.return_deadline), ("dispute", row.dispute_deadline)):
            if day in coming:
                yield _near(row, "Enrollment", name, day, today)


def _overdue(connection: Connection, region: str, today: date) -> Iterator[Event]:
    """Applications whose due day is past; the partner turns to its account manager (R17)."""
    form, enrollment = t.enrollment_forms, t.enrollments
    held = select(enrollment.c.status).where(enrollment.c.partner_id == form.c.partner_id, enrollment.c.option_id == form.c.option_id)
    waiting = held.correlate(form).scalar_subquery() == EnrollmentStatus.SUBMITTED.value
    late = and_(form.c.state == EnrollmentStatus.SUBMITTED.value, waiting, form.c.due_on < today)
    for row in connection.execute(_with_option(form, region).add_columns(form.c.due_on, t.partners.c.cam_email).where(late)):
        once = f"ENROLLMENT_OVERDUE/form {row.id}"
        yield _event(row, EventKind.ENROLLMENT_OVERDUE, "EnrollmentForm", once, {"dueOn": str(row.due_on), "camEmail": row.cam_email})


def _with_option(source: Any, region: str) -> Select[Any]:
    option, partner, theatre = t.options, t.partners, t.theatres
    joined = source.join(option, option.c.id == source.c.option_id).join(partner, partner.c.id == source.c.partner_id)
    chosen = select(
        source.c.id,
        source.c.partner_id,
        source.c.theatre_id,
        partner.c.partner_number,
        option.c.code,
        option.c.enrollment_last_day,
        option.c.return_deadline,
        option.c.dispute_deadline,
    )
    return (
        chosen.select_from(joined.join(theatre, theatre.c.id == source.c.theatre_id)).where(theatre.c.code == region).order_by(source.c.id)
    )


def _near(row: Row[Any], noun: str, name: str, day: date, today: date) -> Event:
    left = (day - today).days
    once = f"DEADLINE_NEAR/{noun} {row.id}/{name} {day}/{left}"
    return _event(row, EventKind.DEADLINE_NEAR, noun, once, {"deadline": name, "day": day.isoformat(), "daysLeft": left})


def _event(row: Row[Any], kind: EventKind, noun: str, once: str, data: dict[str, str | int | None]) -> Event:
    key = f"{row.partner_number} {row.code}"
    return Event(kind=kind, noun=noun, row_id=row.id, key=key, partner_id=row.partner_id, theatre_id=row.theatre_id, once=once, data=data)
