"""Enrollment forms: what a partner fills in to enroll, which acts move a form on, and why one may be denied (R16–R18).

No source lists the form's fields: they are ASSUMED, a small set that tells who to talk to and what to expect.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.domain.partner import Tier
from tap_graph.domain.refusal import Refusal

Cell = str | int | None
LONGEST_TEXT = 500
MOST_DEALS = 100_000
LARGEST_VALUE = 10**14
"""In cents; more is a slip of the finger."""
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,30}")

REQUIRED = {
    "contact_name": "name of the person to talk to",
    "contact_email": "e-mail address of that person",
    "expected_booked_value": "value the partner expects to book, in USD",
    "expected_deals": "number of deals the partner expects",
    "signatory": "name of the person who agrees for the partner",
}
TWO_TIER_ONLY = "distributor_id"
FIELDS = (
    "contact_name",
    "contact_email",
    "contact_phone",
    "expected_booked_value",
    "expected_deals",
    "distributor_id",
    "sells_to",
    "signatory",
)
CARRIED = tuple(name for name in FIELDS if name != "signatory")
"""What is copied from the last form: an agreement is given anew each time."""


class FormAct(StrEnum):
    """What is done with a form."""

    SAVE = "SAVE"
    ACCEPT = "ACCEPT"
    SUBMIT = "SUBMIT"
    WITHDRAW = "WITHDRAW"
    APPROVE = "APPROVE"
    DENY = "DENY"


class DenialCode(StrEnum):
    """Why an enrollment is denied (R18)."""

    CERTIFICATION_LOST = "CERTIFICATION_LOST"
    COUNTRY_NOT_LISTED = "COUNTRY_NOT_LISTED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    DUPLICATE = "DUPLICATE"
    INCOMPLETE = "INCOMPLETE"
    OTHER = "OTHER"


TRANSITIONS: Mapping[tuple[EnrollmentStatus, FormAct], EnrollmentStatus] = {
    (EnrollmentStatus.DRAFT, FormAct.SAVE): EnrollmentStatus.DRAFT,
    (EnrollmentStatus.DRAFT, FormAct.ACCEPT): EnrollmentStatus.DRAFT,
    (EnrollmentStatus.DRAFT, FormAct.SUBMIT): EnrollmentStatus.SUBMITTED,
    (EnrollmentStatus.DRAFT, FormAct.WITHDRAW): EnrollmentStatus.WITHDRAWN,
    (EnrollmentStatus.SUBMITTED, FormAct.WITHDRAW): EnrollmentStatus.WITHDRAWN,
    (EnrollmentStatus.SUBMITTED, FormAct.APPROVE): EnrollmentStatus.APPROVED,
    (EnrollmentStatus.SUBMITTED, FormAct.DENY): EnrollmentStatus.DENIED,
}
"""Every move there is; a form that is decided or withdrawn moves no more, another one is started."""


def wrong_fields(cells: Mapping[str, Cell]) -> Iterator[Refusal]:
    """What is wrong with the fields that are filled; empty ones are a draft's right."""
    for name, value in cells.items():
        if isinstance(value, str) and (problem := _wrong_text(name, value)):
            yield Refusal("FIELD_WRONG", f"{name} {problem}", (name,))
    yield from _outside(cells, "expected_booked_value", LARGEST_VALUE, "an amount above 0")
    yield from _outside(cells, "expected_deals", MOST_DEALS, "a number from 1 on")


def missing_fields(cells: Mapping[str, Cell], tier: Tier | None) -> Iterator[Refusal]:
    """What a form lacks to be submitted."""
    for name, meaning in REQUIRED.items():
        if cells.get(name) is None:
            yield Refusal("FIELD_MISSING", f"{name} is missing. Give the {meaning}.", (name,))
    if tier is Tier.TWO_TIER and cells.get(TWO_TIER_ONLY) is None:
        message = f"{TWO_TIER_ONLY} is missing. A two-tier partner gives the id of the distributor it buys from."
        yield Refusal("FIELD_MISSING", message, (TWO_TIER_ONLY,))


def _wrong_text(name: str, text: str) -> str | None:
    if not text.strip():
        return "is blank. Write it, or leave it out."
    if len(text) > LONGEST_TEXT:
        return f"is longer than {LONGEST_TEXT} characters. Shorten it."
    if name == "contact_email" and not EMAIL.fullmatch(text):
        return "is no e-mail address. Write it as name@company.com."
    if name == "contact_phone" and not PHONE.fullmatch(text):
        return "is no phone number. Write digits, with + and the country's code first."
    return None


def _outside(cells: Mapping[str, Cell], name: str, most: int, wanted: str) -> Iterator[Refusal]:
    value = cells.get(name)
    if isinstance(value, int) and not 1 <= value <= most:
        yield Refusal("FIELD_WRONG", f"{name} is out of bounds. Give {wanted}.", (name,))
