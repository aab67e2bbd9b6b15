"""The nine kinds of feed as data: their columns, natural keys and types, in the order of contract §3."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tap_graph.domain.deviation import DeviationStatus
from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.domain.errors import UnknownName
from tap_graph.domain.order import Acquisition, SaleType
from tap_graph.domain.partner import Tier

# name: the number of a thing, a key or a reference to one; prose: text of any length; codes: a sorted list of codes.
ColumnType = Literal["name", "code", "text", "prose", "day", "amount", "count", "boolean", "enum", "list", "codes"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `words` lists what an enum may hold, `empty` is the value an empty cell stands for.

    A key's cell must be given, unless it `may_be_empty`: a certification without its first day is a fact that never qualifies.
    """

    name: str
    type: ColumnType
    key: bool = False
    words: tuple[str, ...] = ()
    empty: str | int | None = None
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of feed; the columns of its natural key come first."""

    name: str
    columns: tuple[Column, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the natural key's columns."""
        return tuple(column.name for column in self.columns if column.key)

    def position(self, name: str) -> int:
        """Where a column stands in the kind's order; a name it does not have is an `UnknownName`."""
        for index, column in enumerate(self.columns):
            if column.name == name:
                return index
        raise UnknownName(f"`{name}` is no column of {self.name}; it has {', '.join(column.name for column in self.columns)}.")


def _columns(type_: ColumnType, names: str, *, key: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, type_, key=key) for name in names.split())


def _keys(names: str, type_: ColumnType = "name") -> tuple[Column, ...]:
    return _columns(type_, names, key=True)


def _enum(name: str, *words: str) -> Column:
    return Column(name, "enum", words=tuple(str(word) for word in words))


# An order, quote or POS line that says nothing about its quantity is one piece (contract §3, "Empty").
QUANTITY = Column("quantity", "count", empty=1)
ENROLLMENT_STATUSES = tuple(status.value for status in EnrollmentStatus if status is not EnrollmentStatus.DRAFT)

PARTNERS = Kind(
    "partners",
    (*_keys("partner_number"), *_columns("text", "name country"), _enum("tier", *Tier), *_columns("text", "cam_email")),
)
CERTIFICATIONS = Kind(
    "certifications",
    (
        *_keys("partner_number"),
        *_keys("level", "code"),
        Column("first_day", "day", key=True, may_be_empty=True),
        *_columns("day", "last_day"),
    ),
)
ENROLLMENTS = Kind(
    "enrollments",
    (
        *_keys("partner_number"),
        *_keys("region option", "code"),
        *_columns("day", "submitted_on"),
        _enum("status", *ENROLLMENT_STATUSES),
        *_columns("day", "decided_on"),
        *_columns("prose", "reason"),
    ),
)
QUOTES = Kind(
    "quotes",
    (
        *_keys("quote_number"),
        *_keys("line", "count"),
        *_columns("name", "partner_number"),
        *_columns("day", "issued_on valid_until"),
        *_columns("text", "traded_in_product traded_in_maker end_customer"),
        QUANTITY,
        *_columns("amount", "credit"),
    ),
)
DEVIATIONS = Kind(
    "deviations",
    (
        *_keys("deviation_number"),
        *_columns("code", "distributor_id"),
        *_columns("name", "partner_number quote_number"),
        *_columns("code", "type"),
        *_columns("day", "requested_on"),
        _enum("status", *DeviationStatus),
        *_columns("day", "decided_on"),
        # Rows that wait hold their cells in this order: what was added later stands last.
        *_columns("count", "quantity"),
        *_columns("day", "expires_on"),
        *_columns("prose", "reason"),
    ),
)
ORDERS = Kind(
    "orders",
    (
        *_keys("order_number"),
        *_keys("line", "count"),
        *_columns("name", "partner_number quote_number deviation_number"),
        *_columns("code", "distributor_id"),
        *_columns("day", "booked_on confirmed_on shipped_on cancelled_on"),
        _enum("sale_type", *SaleType),
        _enum("acquisition", *Acquisition),
        *_columns("boolean", "existing_network"),
        Column("programs", "codes", empty="[]"),
        *_columns("text", "end_customer product"),
        QUANTITY,
        *_columns("amount", "net_value credit"),
    ),
)
POS = Kind(
    "pos",
    (
        *_keys("distributor_id", "code"),
        *_keys("invoice_number invoice_line"),
        *_columns("name", "report_number partner_number order_number"),
        *_columns("count", "order_line"),
        *_columns("name", "deviation_number"),
        *_columns("text", "product"),
        QUANTITY,
        Column("serial_numbers", "list", empty="[]"),
        *_columns("day", "shipped_on invoiced_on reported_on"),
    ),
)
RMAS = Kind(
    "rmas",
    (
        *_keys("rma_number"),
        *_keys("line", "count"),
        *_columns("name", "order_number quote_number"),
        *_columns("text", "product"),
        *_columns("count", "units_due"),
        *_columns("amount", "value_due"),
    ),
)
RECEIPTS = Kind(
    "receipts",
    (
        *_keys("receipt_number"),
        *_columns("name", "rma_number"),
        *_columns("count", "line units"),
        *_columns("day", "received_on posted_on"),
    ),
)

ALL = (PARTNERS, CERTIFICATIONS, ENROLLMENTS, QUOTES, DEVIATIONS, ORDERS, POS, RMAS, RECEIPTS)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}


def kind_named(name: str) -> Kind:
    """The kind of that name; one that does not exist is an `UnknownName`."""
    if name not in KINDS:
        raise UnknownName(f"`{name}` is not a kind of feed; there are {', '.join(KINDS)}.")
    return KINDS[name]
