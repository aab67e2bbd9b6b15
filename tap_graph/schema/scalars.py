"""Scalars: exact amounts and rates, program days, moments, and the codes that plugins give."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

Rate = NewType("Rate", str)
RegionCode = NewType("RegionCode", str)
OptionCode = NewType("OptionCode", str)
ProgramCode = NewType("ProgramCode", str)
ReasonCode = NewType("ReasonCode", str)
RequirementCode = NewType("RequirementCode", str)

LONGEST_CODE = 100


def _day(value: object) -> date:
    day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    # Weeks and other spellings of ISO 8601 are none of ours.
    if day is None or day.isoformat() != value:
        raise ValueError(f"{value!r} is no day; write it as 2008-04-26")
    return day


def _code(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_CODE:
        raise ValueError(f"a code is text of 1 to {LONGEST_CODE} characters")
    return value


def _shown(value: object) -> object:
    raise ValueError(f"{value!r}: values of this kind are shown, never taken")


def _scalar(name: str, description: str, parse: Callable[[Any], Any]) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=description, serialize=str, parse_value=parse)


SCALARS: dict[object, ScalarDefinition] = {
    Decimal: _scalar("Decimal", "Exact decimal number as text, such as `13000.00`; never a float.", _shown),
    date: _scalar("Date", "Program day `YYYY-MM-DD`: a calendar date of the theatre's own time zone.", _day),
    datetime: _scalar("DateTime", "Moment in UTC with milliseconds, such as `2008-04-26T09:30:00.000Z`.", _shown),
    Rate: _scalar("Rate", "Share as a decimal fraction with four places as text, such as `0.8500` for 85 %.", _shown),
    RegionCode: _scalar("RegionCode", "Code of a theatre, given by its plugin.", _code),
    OptionCode: _scalar("OptionCode", "Code of a participation option within its theatre, given by its plugin.", _code),
    ProgramCode: _scalar("ProgramCode", "Code of another program an order line may use.", _code),
    ReasonCode: _scalar("ReasonCode", "Code of a reason or finding; plugins add their own.", _code),
    RequirementCode: _scalar("RequirementCode", "Code of a requirement an enrollment is judged by.", _code),
}
