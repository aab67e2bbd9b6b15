"""Acts on enrollment forms and enrollments: filled in, submitted, withdrawn and decided in place (R16–R18)."""

from decimal import Decimal, InvalidOperation
from typing import Any

import strawberry
from strawberry.types.unset import UNSET

from tap_graph.domain.enrollment_form import DenialCode
from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.schema.acts import Acting, Shown, act
from tap_graph.schema.enrollment_form import EnrollmentForm
from tap_graph.schema.fields import REQUIRED
from tap_graph.schema.links import EnrollmentLink
from tap_graph.schema.mutations.given import LINE_CODES, UNSTORABLE, Given, key_of
from tap_graph.services.applying import deciding, filling, submitting
from tap_graph.services.applying.forms import APPLYING, DECIDING, FILLING, Desk
from tap_graph.values.money import to_minor

FORM = Shown("enrollment_form", "EnrollmentForm", EnrollmentForm, "Form the act was about, as it is now; null when the act was refused.")
ENROLLMENT = Shown("enrollment", "Enrollment", EnrollmentLink, "Enrollment as it is now; null when the act was refused.")
ID = (strawberry.ID, "Id of the form.", REQUIRED)
VERSION = (int, "Version of the form as it was read.", REQUIRED)
NOT_FOUND = {"NOT_FOUND": "There is no such row, or it is not the viewer's.", **UNSTORABLE}
CHANGED = {"CHANGED_SINCE": "Somebody changed the form since that version."}
MOVED = {**NOT_FOUND, **CHANGED, "FORM_NOT_IN_STATE": "Form is decided, withdrawn or submitted."}
TAKEN = {
    "OPTION_UNKNOWN": "Partner has no such option.",
    "WINDOW_NOT_OPEN": "Enrollment has not begun.",
    "WINDOW_OVER": "Enrollment has ended.",
    "COUNTRY_NOT_LISTED": "Country is not in the list of every period of the option.",
    "ALREADY_ENROLLED": "There is an enrollment in the option.",
    "OVERLAPS": "Another enrollment has a period in common with the option.",
}
WRONG = {"FIELD_WRONG": "Field is filled wrongly."}
FIELDS = {
    "contactName": "contact_name",
    "contactEmail": "contact_email",
    "contactPhone": "contact_phone",
    "expectedDeals": "expected_deals",
    "distributorId": "distributor_id",
    "sellsTo": "sells_to",
    "signatory": "signatory",
}


def _desk(acting: Acting) -> Desk:
    return Desk(acting.connection, acting.rulebooks, acting.viewer, acting.now)


def _start(acting: Acting, given: Given) -> int:
    return filling.start(_desk(acting), given["partnerNumber"], given["region"], given["option"], copy_last=given["copyLast"])


def _save(acting: Acting, given: Given) -> int:
    changes: dict[str, Any] = {column: given[name] for name, column in FIELDS.items() if name in given}
    if "expectedBookedValue" in given:
        changes["expected_booked_value"] = _cents(given["expectedBookedValue"])
    return filling.save(_desk(acting), key_of(given, "EnrollmentForm", "NOT_FOUND"), given["version"], changes)


def _cents(text: str | None) -> int | None:
    try:
        amount = None if text is None else Decimal(text)
        return None if amount is None else to_minor(amount)
    except (InvalidOperation, ValueError, OverflowError):
        message = "expectedBookedValue is no amount. Write it as 13000.00."
        raise ActRefused(Refusal("FIELD_WRONG", message, ("expectedBookedValue",))) from None


def _accept(acting: Acting, given: Given) -> int:
    form = key_of(given, "EnrollmentForm", "NOT_FOUND")
    return filling.accept_rules(_desk(acting), form, given["version"], given["documentVersion"])


def _submit(acting: Acting, given: Given) -> int:
    return submitting.submit(_desk(acting), key_of(given, "EnrollmentForm", "NOT_FOUND"), given["version"])


def _withdraw(acting: Acting, given: Given) -> int:
    return submitting.withdraw(_desk(acting), key_of(given, "EnrollmentForm", "NOT_FOUND"), given["version"], given.get("reason"))


def _approve(acting: Acting, given: Given) -> int:
    return deciding.approve(_desk(acting), key_of(given, "Enrollment", "NOT_FOUND"), given.get("version"), given.get("reason"))


def _deny(acting: Acting, given: Given) -> int:
    enrollment = key_of(given, "Enrollment", "NOT_FOUND")
    return deciding.deny(_desk(acting), enrollment, given.get("version"), DenialCode(given["code"]), given.get("reason"))


START = act(
    "EnrollmentStart",
    "Starts an enrollment form for an option that is open.",
    FILLING,
    FORM,
    _start,
    {**NOT_FOUND, **TAKEN, "FORM_EXISTS": "There is a form for the option."},
    {
        "partnerNumber": (str, "Number of the partner.", REQUIRED),
        "region": (str, "Code of the region.", REQUIRED),
        "option": (str, "Code of the option.", REQUIRED),
        "copyLast": (bool, "Whether fields are copied from the partner's last form, all but the agreement.", False),
    },
)
SAVE = act(
    "EnrollmentSave",
    "Fills fields of a draft; what is not given stays, null empties a field.",
    FILLING,
    FORM,
    _save,
    {**MOVED, **WRONG},
    {
        "id": ID,
        "version": VERSION,
        "contactName": (str | None, "Name of the person to talk to.", UNSET),
        "contactEmail": (str | None, "E-mail address of that person.", UNSET),
        "contactPhone": (str | None, "Phone number of that person.", UNSET),
        "expectedBookedValue": (str | None, "Amount the partner expects to book, in USD, such as `13000.00`.", UNSET),
        "expectedDeals": (int | None, "Number of deals the partner expects.", UNSET),
        "distributorId": (str | None, "Id of the distributor a two-tier partner buys from.", UNSET),
        "sellsTo": (str | None, "Customers the partner sells to, in words.", UNSET),
        "signatory": (str | None, "Name of the person who agrees for the partner.", UNSET),
    },
)
ACCEPT = act(
    "EnrollmentAcceptRules",
    "Accepts the rules document of the option's first period.",
    APPLYING,
    FORM,
    _accept,
    {**MOVED, "OPTION_UNKNOWN": TAKEN["OPTION_UNKNOWN"], "DOCUMENT_OTHER": "That version is not the published one."},
    {"id": ID, "version": VERSION, "documentVersion": (str, "Version of the document that was read.", REQUIRED)},
)
SUBMIT = act(
    "EnrollmentSubmit",
    "Submits a draft, until the end of the last enrollment day in the region's zone.",
    APPLYING,
    FORM,
    _submit,
    {
        **LINE_CODES,
        **MOVED,
        **TAKEN,
        **WRONG,
        "FIELD_MISSING": "Field is empty that must be filled.",
        "RULES_NOT_ACCEPTED": "Rules document is not accepted.",
        "RULES_REFUSE": "Rule of the region speaks against it; the message names it.",
    },
    {"id": ID, "version": VERSION},
)
WITHDRAW = act(
    "EnrollmentWithdraw",
    "Takes a draft or an application back.",
    APPLYING,
    FORM,
    _withdraw,
    {**LINE_CODES, **MOVED},
    {"id": ID, "version": VERSION, "reason": (str | None, "Reason; null for none.", None)},
)
DECIDED = {**LINE_CODES, **NOT_FOUND, **CHANGED, "NOT_SUBMITTED": "Enrollment is not waiting for a decision."}
ENROLLMENT_ID = (strawberry.ID, "Id of the enrollment.", REQUIRED)
FORM_VERSION = (int | None, "Version of its form as it was read; null where a feed brought it.", None)
APPROVE = act(
    "EnrollmentApprove",
    "Approves an enrollment that waits for a decision.",
    DECIDING,
    ENROLLMENT,
    _approve,
    DECIDED,
    {"id": ENROLLMENT_ID, "version": FORM_VERSION, "reason": (str | None, "Reason; null for none.", None)},
)
DENY = act(
    "EnrollmentDeny",
    "Denies an enrollment that waits for a decision.",
    DECIDING,
    ENROLLMENT,
    _deny,
    {**DECIDED, "REASON_MISSING": "Denial for another reason needs words."},
    {
        "id": ENROLLMENT_ID,
        "version": FORM_VERSION,
        "code": (DenialCode, "Reason of the denial.", REQUIRED),
        "reason": (str | None, "Reason in words; null for none.", None),
    },
)
