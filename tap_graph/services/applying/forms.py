"""Forms: finding the one an act is about, moving it on under its version, and delivering what it became."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, select, update

from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.domain.enrollment_form import TRANSITIONS, Cell, FormAct
from tap_graph.domain.errors import NotAllowed
from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.acting import Act, journal
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.receiving import record
from tap_graph.storage import tables as t
from tap_graph.storage.care import partners_of
from tap_graph.values.zone import day_in

KIND = "enrollments"
FILLING = frozenset({Role.PARTNER, Role.CAM, Role.ADMINISTRATOR, Role.PARTNER_RELATIONS})
APPLYING = frozenset({Role.PARTNER})
DECIDING = frozenset({Role.ADMINISTRATOR})
REGIONAL = frozenset({Role.ADMINISTRATOR, Role.PARTNER_RELATIONS})


@dataclass(frozen=True, slots=True)
class Desk:
    """What every act on a form is done with."""

    connection: Connection
    rulebooks: Rulebooks
    viewer: Viewer
    now: datetime

    def today(self, region: str) -> date:
        """The program day in a theatre."""
        return day_in(self.rulebooks[region].theatre.zone.value, self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One act on a form: what it is called, what it changes, and why."""

    name: str
    act: FormAct
    changes: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    given: Mapping[str, Cell] = field(default_factory=dict)


def state_of(form: Any, enrollment: Any) -> ColumnElement[Any]:
    """Where a form stands: feeds may have decided since what was submitted in place."""
    told = and_(form.c.state.in_(("SUBMITTED", "APPROVED")), enrollment.c.status.is_not(None))
    return case((told, enrollment.c.status), else_=form.c.state)


def may(viewer: Viewer, roles: frozenset[Role], does: str) -> None:
    """NotAllowed for other roles."""
    if viewer.role not in roles:
        raise NotAllowed(f"The role {viewer.role} never {does}; {' or '.join(sorted(roles))} does.")


def own(viewer: Viewer, partner_id: ColumnElement[Any], theatre: Any) -> ColumnElement[bool]:
    """Whether a partner's form in a theatre is the viewer's to work on."""
    mine = partner_id.in_(partners_of(viewer))
    return and_(mine, theatre.c.code.in_(viewer.regions or ())) if viewer.role in REGIONAL else mine


def found(desk: Desk, form_id: int, roles: frozenset[Role], does: str) -> Row[Any]:
    """The form with what it refers to; unknown and foreign ones are refused alike."""
    may(desk.viewer, roles, does)
    form, enrollment = t.enrollment_forms, t.enrollments
    source = form.join(t.partners, t.partners.c.id == form.c.partner_id).join(t.theatres, t.theatres.c.id == form.c.theatre_id)
    source = source.join(t.options, t.options.c.id == form.c.option_id)
    mine = and_(enrollment.c.partner_id == form.c.partner_id, enrollment.c.option_id == form.c.option_id)
    chosen = select(
        form,
        state_of(form, enrollment).label("standing"),
        enrollment.c.id.label("enrollment_id"),
        enrollment.c.submitted_on,
        t.partners.c.partner_number,
        t.partners.c.tier,
        t.partners.c.country,
        t.theatres.c.code.label("region"),
        t.options.c.code.label("option"),
    ).select_from(source.outerjoin(enrollment, mine))
    row = desk.connection.execute(chosen.where(form.c.id == form_id, own(desk.viewer, form.c.partner_id, t.theatres))).one_or_none()
    if row is None:
        raise ActRefused(Refusal("NOT_FOUND", "There is no such form for you. Look for it in the list of forms.", ("id",)))
    return row


def standing_in_the_way(form: Row[Any], act: FormAct, version: int) -> Iterable[Refusal]:
    """Why a form does not take an act: somebody changed it since, or it stands elsewhere."""
    if form.form_version != version:
        message = f"The form is at version {form.form_version}, not {version}. Look at it again and give that version."
        yield Refusal("CHANGED_SINCE", message, ("version",))
    if (EnrollmentStatus(form.standing), act) not in TRANSITIONS:
        message = f"The form is {form.standing.lower()} and cannot be changed so. Start another one while the window is open."
        yield Refusal("FORM_NOT_IN_STATE", message, ("id",))


def move(desk: Desk, form: Row[Any], move_: Move) -> int:
    """Moves a form on under the version it was read at, and writes the act down; returns its id."""
    state = TRANSITIONS[EnrollmentStatus(form.standing), move_.act]
    values = {**move_.changes, "state": state.value, "form_version": form.form_version + 1}
    mine = and_(t.enrollment_forms.c.id == form.id, t.enrollment_forms.c.form_version == form.form_version)
    if desk.connection.execute(update(t.enrollment_forms).where(mine).values(**values)).rowcount != 1:
        message = f"The form was changed after version {form.form_version}. Look at it again and give its version."
        raise ActRefused(Refusal("CHANGED_SINCE", message, ("version",)))
    act = Act(
        name=move_.name,
        noun="enrollmentForm",
        row_id=form.id,
        key=key_of(form),
        reason=move_.reason,
        detail=move_.given,
        before={"state": form.standing, "version": form.form_version},
        after={"state": state.value, "version": form.form_version + 1},
    )
    journal(desk.connection, desk.viewer, act, desk.now)
    return int(form.id)


def key_of(form: Any) -> str:
    """What people call an enrollment: partner, region and option."""
    return f"{form.partner_number} {form.region} {form.option}"


def deliver(desk: Desk, form: Any, name: str, status: EnrollmentStatus, days: Mapping[str, date | None], reason: str | None = None) -> int:
    """Delivers the application as one line of its feed; returns the enrollment's id."""
    row = {"partner_number": form.partner_number, "region": form.region, "option": form.option, "status": status.value}
    row |= {column: day.isoformat() for column, day in days.items() if day is not None}
    row["reason"] = reason or ""
    record(desk.connection, desk.rulebooks, KIND, row, "", name, desk.now)
    enrollment, partner = t.enrollments, t.partners
    chosen = (
        select(enrollment.c.id)
        .join(partner, partner.c.id == enrollment.c.partner_id)
        .join(t.options, t.options.c.id == enrollment.c.option_id)
    )
    chosen = chosen.join(t.theatres, t.theatres.c.id == enrollment.c.theatre_id)
    named = and_(partner.c.partner_number == form.partner_number, t.theatres.c.code == form.region, t.options.c.code == form.option)
    return int(desk.connection.execute(chosen.where(named)).scalar_one())
