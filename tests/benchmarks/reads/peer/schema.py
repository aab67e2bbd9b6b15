"""The schema part that the queries ask: the same types, fields and arguments as ours, resolved row by row."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Any, Generic, NewType, Self, TypeVar

import strawberry
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info as StrawberryInfo

from tests.benchmarks.reads.peer import relations as r
from tests.benchmarks.reads.peer.loading import Loaders, Row

Info = StrawberryInfo[Loaders, None]
T = TypeVar("T")
Key = strawberry.Private[int]

Rate = NewType("Rate", str)
RegionCode = NewType("RegionCode", str)
OptionCode = NewType("OptionCode", str)
SCALARS: dict[object, Any] = {scalar: strawberry.scalar(name=scalar.__name__) for scalar in (Rate, RegionCode, OptionCode)}

FOUR_PLACES = Decimal("0.0001")


@strawberry.enum
class Tier(Enum):
    ONE_TIER = "ONE_TIER"
    TWO_TIER = "TWO_TIER"


@strawberry.enum
class EnrollmentStatus(Enum):
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    DENIED = "DENIED"
    WITHDRAWN = "WITHDRAWN"


@strawberry.enum
class OrderSort(Enum):
    NUMBER = "order_number"
    BOOKED_ON = "booked_on"


@strawberry.enum
class Direction(Enum):
    ASCENDING = "ascending"
    DESCENDING = "descending"


@strawberry.type
class Money:
    amount: Decimal
    currency: str

    @classmethod
    def of(cls, cents: int) -> Self:
        return cls(amount=Decimal(cents).scaleb(-2), currency="USD")


@strawberry.type
class DateWindow:
    first_day: date
    last_day: date


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    cursor: str
    node: T


@dataclass(slots=True)
class Listed:
    """What a connection was made of."""

    page: r.Page
    rows: list[Row]
    of: Callable[[Row], Any]
    count: Callable[[], Awaitable[int]]


@strawberry.type
class Connection(Generic[T]):
    listed: strawberry.Private[Listed]

    @classmethod
    def made(cls, page: r.Page, rows: list[Row], of: Callable[[Row], T], count: Callable[[], Awaitable[int]]) -> Self:
        return cls(listed=Listed(page, rows, of, count))

    @strawberry.field
    def nodes(self) -> list[T]:
        return [self.listed.of(row) for row in self.listed.rows[: self.listed.page.size]]

    @strawberry.field
    def edges(self) -> list[Edge[T]]:
        rows = self.listed.rows[: self.listed.page.size]
        return [Edge(cursor=r.cursor(row["id"], row["sort_key"]), node=self.listed.of(row)) for row in rows]

    @strawberry.field
    def page_info(self) -> PageInfo:
        rows, page = self.listed.rows[: self.listed.page.size], self.listed.page
        ends = [r.cursor(row["id"], row["sort_key"]) for row in (rows[0], rows[-1])] if rows else [None, None]
        return PageInfo(
            has_next_page=len(self.listed.rows) > page.size,
            has_previous_page=page.after is not None,
            start_cursor=ends[0],
            end_cursor=ends[1],
        )

    @strawberry.field
    async def total_count(self) -> int:
        return await self.listed.count()


@strawberry.type
class Region:
    code: RegionCode
    name: str


@strawberry.type
class ParticipationOption:
    code: OptionCode
    minimum: Money
    booking_window: DateWindow
    return_deadline: date


@strawberry.type
class Certification:
    level: str
    first_day: date | None
    last_day: date | None


@strawberry.type
class Enrollment:
    theatre_key: Key
    option_key: Key
    id: strawberry.ID
    submitted_on: date | None
    status: EnrollmentStatus | None
    decided_on: date | None

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            theatre_key=row["theatre_id"],
            option_key=row["option_id"],
            id=strawberry.ID(r.node_id("Enrollment", row["id"])),
            submitted_on=row["submitted_on"],
            status=None if row["status"] is None else EnrollmentStatus(row["status"]),
            decided_on=row["decided_on"],
        )

    @strawberry.field
    async def region(self, info: Info) -> Region:
        row = await info.context.theatre(self.theatre_key)
        return Region(code=row["code"], name=row["name"])

    @strawberry.field
    async def option(self, info: Info) -> ParticipationOption:
        row = await info.context.option(self.option_key)
        window = DateWindow(first_day=row["booking_first_day"], last_day=row["booking_last_day"])
        return ParticipationOption(
            code=row["code"], minimum=Money.of(row["minimum"]), booking_window=window, return_deadline=row["return_deadline"]
        )


@strawberry.type
class OrderLine:
    line: int
    product: str | None
    quantity: int
    net_value: Money | None
    credit: Money | None

    @classmethod
    def of(cls, row: Row) -> Self:
        net_value, credit = row["net_value"], row["credit"]
        return cls(
            line=row["line"],
            product=row["product"],
            quantity=row["quantity"],
            net_value=None if net_value is None else Money.of(net_value),
            credit=None if credit is None else Money.of(credit),
        )


@strawberry.type
class Order:
    key: Key
    id: strawberry.ID
    order_number: str
    booked_on: date | None
    confirmed_on: date | None
    shipped_on: date | None
    end_customer: str | None

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            key=row["id"],
            id=strawberry.ID(r.node_id("Order", row["id"])),
            order_number=row["order_number"],
            booked_on=row["booked_on"],
            confirmed_on=row["confirmed_on"],
            shipped_on=row["shipped_on"],
            end_customer=row["end_customer"],
        )

    @strawberry.field
    async def lines(self, info: Info) -> list[OrderLine]:
        return [OrderLine.of(row) for row in await info.context.every(r.ORDER_LINES, self.key)]


@strawberry.type
class Rma:
    key: Key
    id: strawberry.ID
    rma_number: str

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(key=row["id"], id=strawberry.ID(r.node_id("Rma", row["id"])), rma_number=row["rma_number"])

    @strawberry.field
    async def units_due(self, info: Info) -> int:
        row = await info.context.returns(self.key)
        return int(row["due"]) if row else 0

    @strawberry.field
    async def units_received(self, info: Info) -> int:
        row = await info.context.returns(self.key)
        return int(row["received"]) if row else 0

    @strawberry.field
    async def return_rate(self, info: Info) -> Rate | None:
        row = await info.context.returns(self.key)
        if not row or row["value"] == 0:
            return None
        return Rate(str((Decimal(row["came"]) / row["value"]).quantize(FOUR_PLACES, rounding=ROUND_HALF_UP)))


@strawberry.type
class Partner:
    key: Key
    id: strawberry.ID
    partner_number: str
    name: str | None
    country: str | None
    tier: Tier | None
    cam_email: str | None

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            key=row["id"],
            id=strawberry.ID(r.node_id("Partner", row["id"])),
            partner_number=row["partner_number"],
            name=row["name"],
            country=row["country"],
            tier=None if row["tier"] is None else Tier(row["tier"]),
            cam_email=row["cam_email"],
        )

    @strawberry.field
    async def certifications(self, info: Info) -> list[Certification]:
        rows = await info.context.every(r.CERTIFICATIONS, self.key)
        return [Certification(level=row["level"], first_day=row["first_day"], last_day=row["last_day"]) for row in rows]

    @strawberry.field
    async def enrollments(self, info: Info, first: int | None = None, after: str | None = None) -> Connection[Enrollment]:
        return await self._connection(info, r.ENROLLMENTS, r.page_of(r.ENROLLMENTS, first, after), Enrollment.of)

    @strawberry.field
    async def orders(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        sort: OrderSort = OrderSort.NUMBER,
        direction: Direction = Direction.ASCENDING,
    ) -> Connection[Order]:
        relation = r.ORDERS_BY_NUMBER if sort is OrderSort.NUMBER else r.ORDERS_BY_DAY
        page = r.page_of(relation, first, after, descending=direction is Direction.DESCENDING)
        return await self._connection(info, relation, page, Order.of)

    @strawberry.field
    async def rmas(self, info: Info, first: int | None = None, after: str | None = None) -> Connection[Rma]:
        return await self._connection(info, r.RMAS, r.page_of(r.RMAS, first, after), Rma.of)

    async def _connection(self, info: Info, relation: r.Relation, page: r.Page, of: Callable[[Row], T]) -> Connection[T]:
        loaders, key = info.context, self.key
        return Connection.made(page, await loaders.page(relation, page, key), of, lambda: loaders.count(relation, key))


@strawberry.type
class Query:
    @strawberry.field
    async def partner(self, info: Info, partner_number: str) -> Partner | None:
        row = await info.context.one(r.PARTNERS, "r.partner_number = $2", partner_number)
        return None if row is None else Partner.of(row)

    @strawberry.field
    async def partners(self, info: Info, first: int | None = None, after: str | None = None) -> Connection[Partner]:
        loaders, page = info.context, r.page_of(r.PARTNERS, first, after)
        rows = await loaders.first_page(r.PARTNERS, page)
        return Connection.made(page, rows, Partner.of, lambda: loaders.whole_count(r.PARTNERS))


def build() -> strawberry.Schema:
    """The schema, which keeps parsed and validated documents."""
    caches = [lambda: ParserCache(maxsize=100), lambda: ValidationCache(maxsize=100)]
    return strawberry.Schema(Query, extensions=caches, config=StrawberryConfig(scalar_map=SCALARS))
