"""Enrollment forms: applications filled in in place, and the options that are open."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, and_, case, false, select, true

from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.domain.enrollment_form import DenialCode
from tap_graph.reads import bindings as b
from tap_graph.schema.choosing import in_region, of_option, of_partner_number
from tap_graph.schema.described import described
from tap_graph.schema.fields import bound, column, one, passing, sorting
from tap_graph.schema.links import OptionLink, PartnerLink, RegionLink
from tap_graph.schema.money import Money, money
from tap_graph.schema.node import Node, noun
from tap_graph.schema.reason import Finding
from tap_graph.schema.scalars import OptionCode, RegionCode
from tap_graph.schema.visibility import enrollment_forms
from tap_graph.storage import tables as t

described(
    DenialCode,
    "DenialCode",
    "Reason why an enrollment is denied.",
    {
        "CERTIFICATION_LOST": "Partner lost its certification.",
        "COUNTRY_NOT_LISTED": "Country is not in the list of every period.",
        "NOT_ELIGIBLE": "Partner may not take part.",
        "DUPLICATE": "Another enrollment covers it.",
        "INCOMPLETE": "Something is missing.",
        "OTHER": "Another reason, which is given in words.",
    },
)


def _state(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    """As services/applying/forms.py:state_of has it."""
    enrollment = t.enrollments.alias()
    mine = and_(enrollment.c.partner_id == row.c.partner_id, enrollment.c.option_id == row.c.option_id)
    status = select(enrollment.c.status).where(mine, enrollment.c.status.is_not(None)).correlate(row).scalar_subquery()
    told = and_(row.c.state.in_(("SUBMITTED", "APPROVED")), status.is_not(None))
    return case((told, status), else_=row.c.state)


def _is_overdue(row: Any, ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    """R17: from then on the partner turns to its account manager."""
    return case((and_(_state(row, ask, {}) == EnrollmentStatus.SUBMITTED.value, row.c.due_on < ask.today), true()), else_=false())


@strawberry.enum(description="Sorting of enrollment forms.")
class EnrollmentFormSort(Enum):
    """By day."""

    STARTED_AT = sorting("started_at", "By the moment of the start.", filled=True)
    DUE_ON = sorting("due_on", "By the day by which they are to be decided; those without one come last.")


@strawberry.input(description="Tests of enrollment forms.")
class EnrollmentFormFilter:
    """Which forms."""

    state: EnrollmentStatus | None = passing("State of the form.", lambda row, state, ask: _state(row, ask, {}) == state)
    region: RegionCode | None = passing("Code of the region of the form.", in_region)
    option: OptionCode | None = passing("Code of the option of the form.", of_option)
    partner_number: str | None = passing("Number of the partner.", of_partner_number)
    overdue: bool | None = passing(
        "Whether the day by which they are to be decided is over.", lambda row, overdue, ask: _is_overdue(row, ask, {}) == overdue
    )


@noun(t.enrollment_forms, enrollment_forms, "Form by which a partner enrolls in place.", filter_=EnrollmentFormFilter)
class EnrollmentForm(Node):
    """One form."""

    partner: PartnerLink | None = one(
        "Partner", lambda row, partner: partner.c.id == row.c.partner_id, "Partner that enrolls; null where the viewer may not see it."
    )
    region: RegionLink = one("Region", lambda row, region: region.c.id == row.c.theatre_id, "Region of the form.")
    option: OptionLink = one("ParticipationOption", lambda row, option: option.c.id == row.c.option_id, "Option of the form.")
    state: EnrollmentStatus = bound(b.Expression(_state), "State of the form; feeds may have decided it.")
    version: int = column("Version of the form, to be given with the next act on it.", "form_version")
    contact_name: str | None = column("Name of the person to talk to; null while empty.")
    contact_email: str | None = column("E-mail address of that person; null while empty.")
    contact_phone: str | None = column("Phone number of that person; null while empty.")
    expected_booked_value: Money | None = money("Amount the partner expects to book; null while empty.", "expected_booked_value")
    expected_deals: int | None = column("Number of deals the partner expects; null while empty.")
    distributor_id: str | None = column("Id of the distributor a two-tier partner buys from; null while empty.")
    sells_to: str | None = column("Customers the partner sells to, in words; null while empty.")
    signatory: str | None = column("Name of the person who agrees for the partner; null while empty.")
    document_version: str | None = column("Version of the rules document that was accepted; null while none is.")
    accepted_at: datetime | None = column("Timestamp of that; null while none is.")
    started_at: datetime = column("Timestamp of the start.")
    submitted_at: datetime | None = column("Timestamp of the submission; null before.")
    due_on: date | None = column("Day by which it is to be decided; null before the submission.")
    is_overdue: bool = bound(
        b.Expression(_is_overdue),
        "Whether it waits for a decision though its day is over, in UTC; the partner then turns to its account manager.",
    )
    calendar_warning: str | None = column("Warning about the calendar that day was counted by; null for none.")
    decided_at: datetime | None = column("Timestamp of the decision in place; null for none.")
    denial_code: DenialCode | None = column("Reason of the denial in place; null for none.")
    reason: str | None = column("Reason of the decision or withdrawal, in words; null for none.")
    findings: list[Finding] = bound(b.Items(), "Findings of the region's rules at the submission.")
