"""The nine kinds of feed as data: their columns, natural keys and types (contract §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tap_graph.domain.deviation import DeviationStatus
from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.domain.errors import UnknownName
from tap_graph.domain.order import Acquisition, SaleType
from tap_graph.domain.partner import Tier

ColumnType = Literal["text", "code", "day", "amount", "count", "boolean", "list", "enum"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `values` lists what an enum may hold, `empty` is what an empty cell means."""

    name: str
    type: ColumnType = "text"
    key: bool = False
    values: tuple[str, ...] = ()
    empty: str | int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of feed."""

    name: str
    columns: tuple[Column, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the natural key's columns."""
        return tuple(column.name for column in self.columns if column.key)

    def position(self, name: str) -> int:
        """Where a column stands in the kind's order."""
        return next(index for index, column in enumerate(self.columns) if column.name == name)


def _key(name: str, type_: ColumnType = "text") -> Column:
    return Column(name, type_, key=True)


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _days(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "day") for name in names)


def _amounts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "amount") for name in names)


def _enum(name: str, *values: str) -> Column:
    return Column(name, "enum", values=values)


# An empty quantity is one piece; empty lists are lists of nothing.
QUANTITY = Column("quantity", "count", empty=1)
FEED_STATUSES = tuple(status.value for status in EnrollmentStatus if status is not EnrollmentStatus.DRAFT)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("partners", (_key("partner_number"), *_text("name", "country"), _enum("tier", *Tier), *_text("cam_email"))),
        Kind("certifications", (_key("partner_number"), _key("level", "code"), _key("first_day", "day"), *_days("last_day"))),
        Kind(
            "enrollments",
            (
                _key("partner_number"), _key("region", "code"), _key("option", "code"), *_days("submitted_on"),
                _enum("status", *FEED_STATUSES), *_days("decided_on"), *_text("reason"),
            ),
        ),
        Kind(
            "quotes",
            (
                _key("quote_number"), _key("line", "count"), *_text("partner_number"), *_days("issued_on", "valid_until"),
                *_text("traded_in_product", "traded_in_maker", "end_customer"), QUANTITY, *_amounts("credit"),
            ),
        ),
        Kind(
            "deviations",
            (
                _key("deviation_number"), *_text("distributor_id", "partner_number", "quote_number"), Column("type", "code"),
                *_days("requested_on"), _enum("status", *DeviationStatus), *_days("decided_on"),
            ),
        ),
        Kind(
            "orders",
            (
                _key("order_number"), _key("line", "count"),
                *_text("partner_number", "quote_number", "deviation_number", "distributor_id"),
                *_days("booked_on", "confirmed_on", "shipped_on", "cancelled_on"),
                _enum("sale_type", *SaleType), _enum("acquisition", *Acquisition), Column("existing_network", "boolean"),
                Column("programs", "list", empty="[]"), *_text("end_customer", "product"), QUANTITY, *_amounts("net_value", "credit"),
            ),
        ),
        Kind(
            "pos",
            (
                _key("distributor_id"), _key("invoice_number"), _key("invoice_line"),
                *_text("report_number", "partner_number", "order_number"), Column("order_line", "count"), *_text("deviation_number", "product"),
                QUANTITY, Column("serial_numbers", "list", empty="[]"), *_days("shipped_on", "invoiced_on", "reported_on"),
            ),
        ),
        Kind(
            "rmas",
            (
                _key("rma_number"), _key("line", "count"), *_text("order_number", "quote_number", "product"),
                Column("units_due", "count"), *_amounts("value_due"),
            ),
        ),
        Kind(
            "receipts",
            (
                _key("receipt_number"), *_text("rma_number"), Column("line", "count"), Column("units", "count"),
                *_days("received_on", "posted_on"),
            ),
        ),
    )
}  # fmt: skip - one line of columns reads better than one column a line


def kind_named(name: str) -> Kind:
    """The kind of that name."""
    if name not in KINDS:
        raise UnknownName(f"{name!r} is not a kind of feed; there are {', '.join(KINDS)}.")
    return KINDS[name]
