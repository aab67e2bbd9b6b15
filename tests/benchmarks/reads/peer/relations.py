"""Relations: for each list of the schema its table, columns, parent, who sees its rows and how it is sorted."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tests.benchmarks.reads.peer.sight import Sight

DEFAULT_SIZE = 25
LARGEST_SIZE = 100


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows `r` of a table, below a parent row where it names one."""

    table: str
    columns: str
    parent: str | None
    visible: Callable[[Sight], str]
    sort: str
    listed: str = "TRUE"
    by_day: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """How many rows, after which, in which direction."""

    size: int
    after: tuple[str | date, int] | None
    descending: bool = False

    @property
    def direction(self) -> str:
        """As SQL."""
        return "DESC" if self.descending else "ASC"


def page_of(relation: Relation, first: int | None, after: str | None, *, descending: bool = False) -> Page:
    """The page that arguments ask for; a ValueError says what is wrong with them."""
    size = DEFAULT_SIZE if first is None else first
    if not 1 <= size <= LARGEST_SIZE:
        raise ValueError(f"first is {size}; it takes 1 to {LARGEST_SIZE}")
    if after is None:
        return Page(size, None, descending)
    key, _, value = urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode().partition("|")
    return Page(size, (date.fromisoformat(value) if relation.by_day else value, int(key)), descending)


def cursor(key: int, value: str | date) -> str:
    """The place of a row in its list."""
    return urlsafe_b64encode(f"{key}|{value}".encode()).decode().rstrip("=")


def node_id(noun: str, key: int) -> str:
    """The opaque id of a row."""
    return urlsafe_b64encode(f"{noun}:{key}".encode()).decode().rstrip("=")


PARTNERS = Relation(
    "partners",
    "r.id, r.partner_number, r.name, r.country, r.tier, r.cam_email",
    None,
    lambda sight: sight.in_care("r.id"),
    "r.partner_number",
)
CERTIFICATIONS = Relation(
    "certifications",
    "r.id, r.level, r.first_day, r.last_day",
    "r.partner_id",
    lambda sight: sight.in_care("r.partner_id"),
    "r.first_day",
)
ENROLLMENTS = Relation(
    "enrollments",
    "r.id, r.theatre_id, r.option_id, r.submitted_on, r.status, r.decided_on",
    "r.partner_id",
    lambda sight: sight.in_regions("r.partner_id", "r.theatre_id"),
    "coalesce(r.submitted_on, DATE '9999-12-31')",
    by_day=True,
)
ORDER_COLUMNS = "r.id, r.order_number, r.booked_on, r.confirmed_on, r.shipped_on, r.end_customer"
ORDERS_BY_NUMBER = Relation(
    "orders", ORDER_COLUMNS, "r.partner_id", lambda sight: sight.in_care("r.partner_id"), "r.order_number", "r.booked_on IS NOT NULL"
)
ORDERS_BY_DAY = Relation(
    "orders",
    ORDER_COLUMNS,
    "r.partner_id",
    lambda sight: sight.in_care("r.partner_id"),
    "r.booked_on",
    "r.booked_on IS NOT NULL",
    by_day=True,
)
ORDER_LINES = Relation(
    "order_lines",
    "r.id, r.line, r.product, r.quantity, r.net_value, r.credit",
    "r.order_id",
    lambda sight: sight.in_care("r.partner_id"),
    "r.line",
    "r.booked_on IS NOT NULL",
)
RMAS = Relation("rmas", "r.id, r.rma_number", "r.partner_id", lambda sight: sight.in_care("r.partner_id"), "r.rma_number")
