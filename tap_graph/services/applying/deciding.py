"""Deciding: an administrator approves or denies an application, whether it came by form or by feed (R17, R18)."""

from typing import Any

from sqlalchemy import Row, select

from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.domain.enrollment_form import DenialCode, FormAct
from tap_graph.domain.event import Event, EventKind
from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.services.acting import Act, check_storable, journal
from tap_graph.services.applying.filling import refuse
from tap_graph.services.applying.forms import DECIDING, Desk, Move, deliver, found, key_of, may, move, own
from tap_graph.services.noting import note_events
from tap_graph.storage import tables as t

NAMES = {FormAct.APPROVE: "enrollmentApprove", FormAct.DENY: "enrollmentDeny"}
STATES = {FormAct.APPROVE: EnrollmentStatus.APPROVED, FormAct.DENY: EnrollmentStatus.DENIED}


def approve(desk: Desk, enrollment_id: int, version: int | None, reason: str | None) -> int:
    """Approves an application; `version` is its form's, None where a feed brought it. Returns the enrollment's id."""
    return _decide(desk, enrollment_id, version, FormAct.APPROVE, None, reason)


def deny(desk: Desk, enrollment_id: int, version: int | None, code: DenialCode, reason: str | None) -> int:
    """Denies an application for a reason of the closed list; OTHER needs words. Returns the enrollment's id."""
    return _decide(desk, enrollment_id, version, FormAct.DENY, code, reason)


def _decide(desk: Desk, enrollment_id: int, version: int | None, act: FormAct, code: DenialCode | None, reason: str | None) -> int:
    check_storable(reason=reason)
    row = _found(desk, enrollment_id)
    refusals = []
    if row.status != EnrollmentStatus.SUBMITTED:
        message = f"The enrollment is {(row.status or 'without a status').lower()}. Only what is submitted is decided."
        refusals.append(Refusal("NOT_SUBMITTED", message, ("id",)))
    if row.form_version != version:
        current = "It has no form: give no version." if row.form_version is None else f"Look at it again and give {row.form_version}."
        refusals.append(Refusal("CHANGED_SINCE", f"The form is not at version {version}. {current}", ("version",)))
    if code is DenialCode.OTHER and not (reason or "").strip():
        refusals.append(Refusal("REASON_MISSING", "A denial for another reason needs words. Say why.", ("reason",)))
    refuse(refusals)
    today = desk.today(row.region)
    text = f"{code.value}: {reason}" if code and reason else (code.value if code else reason)
    if row.form_id is not None:
        form = found(desk, row.form_id, DECIDING, "decides enrollments")
        changes = {"decided_at": desk.now, "denial_code": code.value if code else None, "reason": reason}
        move(desk, form, Move(name=NAMES[act], act=act, changes=changes, reason=reason, given={"code": code.value if code else None}))
    else:
        note = Act(name=NAMES[act], noun="enrollment", row_id=enrollment_id, key=key_of(row), reason=text)
        journal(desk.connection, desk.viewer, note, desk.now)
    deliver(desk, row, NAMES[act], STATES[act], {"submitted_on": row.submitted_on, "decided_on": today}, text)
    event = Event(
        kind=EventKind.ENROLLMENT_DECIDED,
        noun="Enrollment",
        row_id=enrollment_id,
        key=key_of(row),
        partner_id=row.partner_id,
        theatre_id=row.theatre_id,
        data={"status": STATES[act].value, "decidedOn": today.isoformat(), "code": code.value if code else None},
    )
    note_events(desk.connection, [event], desk.now)
    return enrollment_id


def _found(desk: Desk, enrollment_id: int) -> Row[Any]:
    may(desk.viewer, DECIDING, "decides enrollments")
    enrollment, form = t.enrollments, t.enrollment_forms
    source = enrollment.join(t.partners, t.partners.c.id == enrollment.c.partner_id).join(
        t.theatres, t.theatres.c.id == enrollment.c.theatre_id
    )
    source = source.join(t.options, t.options.c.id == enrollment.c.option_id)
    filled = (form.c.partner_id == enrollment.c.partner_id) & (form.c.option_id == enrollment.c.option_id) & (form.c.state == "SUBMITTED")
    chosen = select(
        enrollment,
        t.partners.c.partner_number,
        t.theatres.c.code.label("region"),
        t.options.c.code.label("option"),
        form.c.id.label("form_id"),
        form.c.form_version,
    ).select_from(source.outerjoin(form, filled))
    row = desk.connection.execute(
        chosen.where(enrollment.c.id == enrollment_id, own(desk.viewer, enrollment.c.partner_id, t.theatres))
    ).one_or_none()
    if row is None:
        message = "There is no such enrollment for you. Look for it in the list of enrollments."
        raise ActRefused(Refusal("NOT_FOUND", message, ("id",)))
    return row
