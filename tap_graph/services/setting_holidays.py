"""Setting holidays: days an administrator knows better than the calendar; what is undecided is counted anew, and written down."""

from datetime import date, datetime

from sqlalchemy import Connection, and_, delete, insert, select, update

from tap_graph.domain.errors import NotAllowed
from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.acting import Act, check_storable, journal
from tap_graph.services.counting_days import calendar_of
from tap_graph.services.deciding import Rulebooks
from tap_graph.storage import tables as t
from tap_graph.values.zone import day_in


def set_holiday(
    connection: Connection, rulebooks: Rulebooks, viewer: Viewer, country: str, day: date, *, is_holiday: bool, name: str, now: datetime
) -> int:
    """Makes a day a holiday of a country, or a day on which people work; returns the row's id."""
    _check(connection, viewer, country, name)
    override = t.holiday_overrides
    connection.execute(delete(override).where(override.c.country == country, override.c.day == day))
    new = insert(override).values(country=country, day=day, is_holiday=is_holiday, name=name).returning(override.c.id)
    row_id = int(connection.execute(new).scalar_one())
    detail: dict[str, str | int | None] = {"isHoliday": int(is_holiday), "name": name}
    journal(connection, viewer, Act(name="holidaySet", noun="holiday", row_id=row_id, key=f"{country} {day}", detail=detail), now)
    _count_anew(connection, rulebooks, viewer, country, now)
    return row_id


def remove_holiday(connection: Connection, rulebooks: Rulebooks, viewer: Viewer, country: str, day: date, now: datetime) -> int:
    """Takes a day that was set back, so that the calendar's word holds again; returns the id of the row that is gone."""
    _check(connection, viewer, country, "")
    override = t.holiday_overrides
    gone = connection.execute(
        delete(override).where(override.c.country == country, override.c.day == day).returning(override.c.id)
    ).scalar()
    if gone is None:
        message = f"{day} was not set for {country}. Look for the day in the list of days set."
        raise ActRefused(Refusal("NOT_FOUND", message, ("day",)))
    journal(connection, viewer, Act(name="holidayRemove", noun="holiday", row_id=int(gone), key=f"{country} {day}"), now)
    _count_anew(connection, rulebooks, viewer, country, now)
    return int(gone)


def _check(connection: Connection, viewer: Viewer, country: str, name: str) -> None:
    if viewer.role is not Role.ADMINISTRATOR:
        raise NotAllowed(f"The role {viewer.role} never sets holidays; an {Role.ADMINISTRATOR} does.")
    check_storable(country=country, name=name)
    listed, period = t.period_countries, t.periods
    source = listed.join(period, period.c.id == listed.c.period_id).join(t.theatres, t.theatres.c.id == period.c.theatre_id)
    mine = select(listed.c.id).select_from(source).where(listed.c.country == country, t.theatres.c.code.in_(viewer.regions or ()))
    if connection.execute(mine.limit(1)).one_or_none() is None:
        message = f"{country} is a country of none of your regions. Give the code of one that is."
        raise ActRefused(Refusal("COUNTRY_NOT_YOURS", message, ("country",)))


def _count_anew(connection: Connection, rulebooks: Rulebooks, viewer: Viewer, country: str, now: datetime) -> None:
    """Moves the due days of what is undecided, each written down with the day before and after."""
    form = t.enrollment_forms
    source = form.join(t.partners, t.partners.c.id == form.c.partner_id).join(t.theatres, t.theatres.c.id == form.c.theatre_id)
    undecided = and_(form.c.state == "SUBMITTED", t.partners.c.country == country)
    chosen = select(form.c.id, form.c.due_on, form.c.submitted_at, t.partners.c.partner_number, t.theatres.c.code).select_from(source)
    calendar = calendar_of(connection, country)
    for row in connection.execute(chosen.where(undecided)).all():
        if row.code not in rulebooks:
            continue
        rulebook = rulebooks[row.code]
        submitted_on = day_in(rulebook.theatre.zone.value, row.submitted_at)
        due = calendar.due_after(submitted_on, rulebook.terms.approval_business_days.value)
        if due.day == row.due_on:
            continue
        connection.execute(update(form).where(form.c.id == row.id).values(due_on=due.day, calendar_warning=due.warning))
        detail = {"before": str(row.due_on), "after": str(due.day)}
        act = Act(name="dueDayRecounted", noun="enrollmentForm", row_id=row.id, key=f"{row.partner_number} {row.code}", detail=detail)
        journal(connection, viewer, act, now)
