"""Submitting: a draft becomes an application, or is told everything that speaks against it; and is withdrawn (R16, R17, R30)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from tap_graph.domain.enrollment import EnrollmentFacts, EnrollmentStatus
from tap_graph.domain.enrollment_form import FIELDS, FormAct, missing_fields, wrong_fields
from tap_graph.domain.event import Event, EventKind
from tap_graph.domain.finding import Finding, Weight
from tap_graph.domain.partner import Tier
from tap_graph.domain.refusal import Refusal
from tap_graph.services.acting import check_storable
from tap_graph.services.applying.filling import option_of, refuse
from tap_graph.services.applying.forms import APPLYING, Desk, Move, deliver, found, key_of, move, standing_in_the_way
from tap_graph.services.applying.opening import OpenOption
from tap_graph.services.counting_days import calendar_of
from tap_graph.services.deciding import findings_json
from tap_graph.services.noting import note_events

SAID_BY_RULES = frozenset({"COUNTRY_NOT_LISTED", "NOT_CERTIFIED", "WINDOW_NOT_OPEN", "WINDOW_OVER"})
"""Obstacles that a region's rules speak of too; the deadline is told by both, since no region can move a moment."""


def submit(desk: Desk, form_id: int, version: int) -> int:
    """Submits a draft until the end of the last enrollment day in the theatre's zone; returns the form's id."""
    form = found(desk, form_id, APPLYING, "submits enrollment forms")
    opened = option_of(desk, form.partner_id, form.region, form.option)
    findings = _findings(desk, form, opened)
    cells = {name: getattr(form, name) for name in FIELDS}
    refuse(
        [
            *standing_in_the_way(form, FormAct.SUBMIT, version),
            *wrong_fields(cells),
            *missing_fields(cells, Tier(form.tier) if form.tier else None),
            *_not_accepted(form, opened),
            *(
                Refusal(each.code, each.message, ("id",))
                for each in opened.obstacles
                if each.code not in SAID_BY_RULES or "WINDOW" in each.code
            ),
            *_refused(findings),
        ]
    )
    due = calendar_of(desk.connection, form.country).due_after(opened.on, desk.rulebooks[form.region].terms.approval_business_days.value)
    changes = {"submitted_at": desk.now, "due_on": due.day, "calendar_warning": due.warning, "findings": findings_json(findings)}
    move(desk, form, Move(name="enrollmentSubmit", act=FormAct.SUBMIT, changes=changes))
    enrollment_id = deliver(desk, form, "enrollmentSubmit", EnrollmentStatus.SUBMITTED, {"submitted_on": opened.on})
    event = Event(
        kind=EventKind.ENROLLMENT_SUBMITTED,
        noun="Enrollment",
        row_id=enrollment_id,
        key=key_of(form),
        partner_id=form.partner_id,
        theatre_id=form.theatre_id,
        data={"submittedOn": opened.on.isoformat(), "dueOn": due.day.isoformat()},
    )
    note_events(desk.connection, [event], desk.now)
    return int(form.id)


def withdraw(desk: Desk, form_id: int, version: int, reason: str | None) -> int:
    """Takes a draft or an application back; returns the form's id."""
    check_storable(reason=reason)
    form = found(desk, form_id, APPLYING, "withdraws enrollment forms")
    refuse(list(standing_in_the_way(form, FormAct.WITHDRAW, version)))
    move(desk, form, Move(name="enrollmentWithdraw", act=FormAct.WITHDRAW, changes={"reason": reason}, reason=reason))
    if form.standing == EnrollmentStatus.SUBMITTED:
        deliver(desk, form, "enrollmentWithdraw", EnrollmentStatus.WITHDRAWN, {"submitted_on": form.submitted_on}, reason)
    return int(form.id)


def _findings(desk: Desk, form: Row[Any], opened: OpenOption) -> tuple[Finding, ...]:
    """What the region's rules say of the application if it is submitted today."""
    codes = {each.code for each in opened.obstacles}
    facts = EnrollmentFacts(
        option=form.option,
        tier=Tier(form.tier) if form.tier else None,
        country=form.country,
        country_listed="COUNTRY_NOT_LISTED" not in codes,
        certified_when_submitted="NOT_CERTIFIED" not in codes,
        submitted_in_window=not codes & {"WINDOW_NOT_OPEN", "WINDOW_OVER"},
    )
    return desk.rulebooks[form.region].check_enrollment(facts)


def _refused(findings: tuple[Finding, ...]) -> Iterator[Refusal]:
    for finding in findings:
        if finding.weight is Weight.REFUSE:
            message = f"{finding.code}: {finding.message} ({finding.source}) Have that put right, then submit again."
            yield Refusal("RULES_REFUSE", message, ("id",))


def _not_accepted(form: Row[Any], opened: OpenOption) -> Iterator[Refusal]:
    if opened.document_version != form.document_version and opened.document_version is not None:
        message = f"The rules document, version {opened.document_version}, is not accepted. Read and accept it first."
        yield Refusal("RULES_NOT_ACCEPTED", message, ("id",))
