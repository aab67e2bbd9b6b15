"""Money, windows of days and rates: objects made of columns of the row they stand in."""

from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from tap_graph.reads import bindings as b
from tap_graph.schema.fields import bound
from tap_graph.values.money import Money as Amount

CURRENCY = str(Amount.__dataclass_fields__["currency"].default)


@strawberry.type(description="Amount in one currency.")
class Money:
    """An exact amount."""

    amount: Decimal = strawberry.field(description="Amount in units of the currency, with two places.")
    currency: str = strawberry.field(description="Currency of the amount, by ISO 4217.")


@strawberry.type(description="Window of program days, both ends included.")
class DateWindow:
    """From a day to a day."""

    first_day: date = strawberry.field(description="First day of the window.")
    last_day: date = strawberry.field(description="Last day of the window.")


def money(description: str, name: str) -> Any:
    """A field that stands for a column of cents; null where the column is."""
    shape: dict[str, b.Binding] = {"amount": b.Column(name, form=b.Form.CENTS), "currency": b.Constant(CURRENCY)}
    return bound(b.Nested(shape, present=name), description)


def summed_money(description: str, source: Any, name: str) -> Any:
    """A field that stands for cents of a select beside the row."""
    amount = b.Summed(source, lambda sums, _ask: sums.c[name], b.Form.CENTS)
    return bound(b.Nested({"amount": amount, "currency": b.Constant(CURRENCY)}), description)


def days(description: str, first: str, last: str, *, present: str | None = None) -> Any:
    """A field that stands for two columns of days."""
    return bound(b.Nested({"firstDay": b.Column(first), "lastDay": b.Column(last)}, present), description)
