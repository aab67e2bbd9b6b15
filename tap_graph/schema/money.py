"""Money, windows of days and rates: objects made of columns of the row they stand in."""

from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from tap_graph.reads import bindings as b
from tap_graph.schema.fields import bound
from tap_graph.values.money import Money as Amount
from tap_graph.values.money import printed

CURRENCY = Amount.__dataclass_fields__["currency"].default


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
    shape: dict[str, b.Binding] = {"amount": b.Column(name, decode=printed), "currency": b.Given(lambda _ask: CURRENCY)}
    return bound(b.Nested(shape, present=name), description)


def computed_money(description: str, need: b.RowSql, of: Any) -> Any:
    """A field that stands for cents computed from one expression."""

    def amount(cells: Any) -> str:
        return printed(of(cells))

    shape: dict[str, b.Binding] = {"amount": b.Computed((need,), amount), "currency": b.Given(lambda _ask: CURRENCY)}
    return bound(b.Nested(shape), description)


def days(description: str, first: str, last: str, *, present: str | None = None) -> Any:
    """A field that stands for two columns of days."""
    return bound(b.Nested({"firstDay": b.Column(first), "lastDay": b.Column(last)}, present), description)
