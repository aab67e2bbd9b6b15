"""Distributing: which distributors there are, what is expected of them, and how they write their reports."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, literal, select, union, update

from tap_graph.domain.errors import ConfigurationError, NotAllowed
from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.feeds.cells import converter
from tap_graph.feeds.kinds import POS, Column
from tap_graph.feeds.problems import Malformed
from tap_graph.feeds.profiles import Profile, Profiles, read_profile
from tap_graph.services import expecting
from tap_graph.services.acting import Act, journal
from tap_graph.storage import tables as t
from tap_graph.storage.columns import Moment
from tap_graph.values.text import is_storable

SENDING_KINDS = ("pos", "deviations")
"""Kinds that distributors deliver themselves: their senders are distributors."""
MOST_DUE_DAYS = 365
COUNTRY_LETTERS = 2
# The program began in April 2005 (program §5), and the calendar of its months ends before the last year there is.
FIRST_START, LAST_START = date(2000, 1, 1), date(9900, 1, 1)
ID = POS.columns[POS.position("distributor_id")]
NAME = Column("name", "text")


def notice(connection: Connection, now: datetime, ids: Select[Any] | None = None) -> None:
    """Adds a row for each distributor whose id a query gives and that has none; without a query, for every id that was ever named.

    The query gives one column; null and empty ids are passed over.
    """
    named = (named_ids() if ids is None else ids).subquery()
    distributor, id_ = t.distributors, next(iter(named.c))
    known = select(distributor.c.id).where(distributor.c.distributor_id == id_).correlate(named).exists()
    # Looked for first: an INSERT that passes over a conflict would use up a number for each known one.
    new = select(id_, literal(now, Moment)).where(id_.is_not(None), id_ != "", ~known).distinct()
    connection.execute(insert(distributor).from_select(["distributor_id", "recorded_at"], new))


def named_ids() -> Any:
    """Every distributor id that a fact, a delivery, a report or a key names."""
    named_by = (t.pos_lines, t.deviations, t.orders, t.order_lines, t.api_keys, t.pos_reports)
    senders = select(t.deliveries.c.sender).where(t.deliveries.c.kind.in_(SENDING_KINDS))
    return union(*(select(table.c.distributor_id) for table in named_by), senders)


def register(
    connection: Connection,
    viewer: Viewer,
    distributor_id: str,
    name: str | None,
    country: str | None,
    reports_from: date | None,
    due_days: int,
    now: datetime,
) -> int:
    """Makes a distributor, or changes what is known of it, and renews its expected months; returns its id.

    None takes a value away; without `reports_from` no report is expected.
    """
    _administrator(viewer)
    refusals = [
        *_malformed(ID, distributor_id),
        *(_malformed(NAME, name) if name else ()),
        *_wrong_country(country),
        *_wrong_calendar(reports_from, due_days),
    ]
    if refusals:
        raise ActRefused(*refusals)
    notice(connection, now, select(literal(distributor_id)))
    distributor = t.distributors
    values = {"name": name or None, "country": country, "reports_from": reports_from, "due_days": due_days, "recorded_at": now}
    mine = distributor.c.distributor_id == distributor_id
    connection.execute(update(distributor).where(mine).values(**values))
    expecting.renew(connection, distributor_id, now.date())
    row_id = int(connection.execute(select(distributor.c.id).where(mine)).scalar_one())
    begins = None if reports_from is None else reports_from.isoformat()
    given = {"name": name, "country": country, "reports_from": begins, "due_days": due_days}
    _journal(connection, viewer, "distributorSet", distributor_id, row_id, given, now)
    return row_id


def set_profile(connection: Connection, viewer: Viewer, text: str, now: datetime) -> int:
    """Keeps how a distributor writes its reports from a day on; one from the same day is replaced. Returns the distributor's id."""
    _administrator(viewer)
    profile = _checked(connection, text)
    distributor_id = str(profile.distributor_id)
    notice(connection, now, select(literal(distributor_id)))
    kept, distributor = t.distributor_profiles, t.distributors
    same = (kept.c.distributor_id == distributor_id, kept.c.valid_from == profile.valid_from)
    changed = connection.execute(update(kept).where(*same).values(text=text, recorded_at=now))
    if not changed.rowcount:
        row = {"distributor_id": distributor_id, "valid_from": profile.valid_from, "text": text, "recorded_at": now}
        connection.execute(insert(kept).values(**row))
    row_id = int(connection.execute(select(distributor.c.id).where(distributor.c.distributor_id == distributor_id)).scalar_one())
    # The text is written down as well: the one it replaces is not lost.
    given = {"valid_from": profile.valid_from.isoformat(), "text": text}
    _journal(connection, viewer, "distributorProfileSet", distributor_id, row_id, given, now)
    return row_id


def profiles(connection: Connection) -> Profiles:
    """The profiles of all distributors, as reading needs them."""
    kept = t.distributor_profiles
    texts = connection.execute(select(kept.c.text).order_by(kept.c.distributor_id, kept.c.valid_from)).scalars()
    return Profiles(read_profile(text) for text in texts)


def _checked(connection: Connection, text: str) -> Profile:
    """The profile of a text, if it can be used beside the others."""
    kept = t.distributor_profiles
    if not is_storable(text):
        raise ActRefused(Refusal("PROFILE_UNUSABLE", "The profile holds NUL, or half of a letter. Write it again.", ("text",)))
    try:
        profile = read_profile(text)
        others = [
            read_profile(row.text)
            for row in connection.execute(select(kept).order_by(kept.c.id))
            if (row.distributor_id, row.valid_from) != (profile.distributor_id, profile.valid_from)
        ]
        Profiles([*others, profile])
    except ConfigurationError as wrong:
        raise ActRefused(Refusal("PROFILE_UNUSABLE", str(wrong), ("text",))) from wrong
    if refusals := _malformed(ID, str(profile.distributor_id)):
        raise ActRefused(*refusals)
    return profile


def _administrator(viewer: Viewer) -> None:
    if viewer.role is not Role.ADMINISTRATOR:
        raise NotAllowed(f"The role {viewer.role} sets up no distributors; ask a program administrator.")


def _malformed(column: Column, cell: str) -> list[Refusal]:
    if not is_storable(cell):
        return [Refusal("NOT_STORABLE", f"{column.name} holds NUL, or half of a letter. Write it again.", (column.name,))]
    try:
        converter(column)(cell)
    except Malformed as bad:
        problem = bad.problem(column.name, cell)
        return [Refusal(problem.code, problem.message, (column.name,))]
    return []


def _wrong_country(country: str | None) -> list[Refusal]:
    if country is None or (len(country) == COUNTRY_LETTERS and country.isascii() and country.isalpha() and country.isupper()):
        return []
    return [Refusal("NOT_A_COUNTRY", f"country {country} is no code of ISO 3166-1. Write two capital letters, such as SG.", ("country",))]


def _wrong_calendar(reports_from: date | None, due_days: int) -> list[Refusal]:
    refusals = []
    if reports_from is not None and (reports_from.day != 1 or not FIRST_START <= reports_from <= LAST_START):
        message = f"reports_from {reports_from} is no first day of a month this program plans for. Give one, such as 2008-01-01."
        refusals.append(Refusal("NOT_A_MONTH", message, ("reports_from",)))
    if not 0 <= due_days <= MOST_DUE_DAYS:
        message = f"due_days {due_days} is no number of days from 0 to {MOST_DUE_DAYS}. Give how long after a month its report is due."
        refusals.append(Refusal("DUE_DAYS_OUT_OF_RANGE", message, ("due_days",)))
    return refusals


def _journal(
    connection: Connection,
    viewer: Viewer,
    name: str,
    distributor_id: str,
    row_id: int,
    detail: Mapping[str, str | int | None],
    now: datetime,
) -> None:
    act = Act(name=name, noun="distributor", row_id=row_id, key=distributor_id, distributor_id=distributor_id, detail=detail)
    journal(connection, viewer, act, now)
