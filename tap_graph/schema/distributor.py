"""Distributors: who reports two-tier sales, when their reports are due, how good they are and how they write them."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import BigInteger, Date, FromClause, cast, func, literal, or_, select, type_coerce

from tap_graph.reads import bindings as b
from tap_graph.reads.searching import contains
from tap_graph.schema import visibility
from tap_graph.schema.delivery import Delivery, DeliveryFilter, DeliverySort
from tap_graph.schema.deviation import Deviation, DeviationFilter, DeviationSort
from tap_graph.schema.enums import FeedKind
from tap_graph.schema.expected_report import ExpectedReport, ExpectedReportFilter, ExpectedReportSort
from tap_graph.schema.fields import bound, column, connection, passing, several, sorting
from tap_graph.schema.node import Connection, Node, noun
from tap_graph.schema.pos import PosLine, PosLineFilter, PosLineSort
from tap_graph.schema.pos_report import PosReport, PosReportFilter, PosReportSort
from tap_graph.storage import tables as t

COUNTS = ("lines", "accepted", "unchanged", "held", "refused")


@noun(t.distributor_profiles, visibility.of_distributor, "Profile of a distributor: how it writes its reports from a day on.")
class DistributorProfile:
    """One profile."""

    valid_from: date = column("First day on which it holds, until the next one does.")
    text: str = column("Text of the profile, in TOML.")


@noun(t.api_keys, visibility.of_distributor, "API key by which a distributor's machine delivers one kind of feed.")
class ApiKey:
    """One key; its secret is kept nowhere."""

    name: str = column("Name of the key: its public part.")
    kind: FeedKind = column("Kind of feed it delivers.")
    created_at: datetime = column("Timestamp at which it was made.")
    ends_at: datetime | None = column("Timestamp of its end; null where it has none.")
    revoked_at: datetime | None = column("Timestamp at which it was revoked; null where it was not.")


@noun(None, visibility.deliveries, "Quality of what a distributor delivered in one calendar month.")
class MonthQuality:
    """One month's counts."""

    month: date = column("First day of the calendar month of the receiving, in UTC.")
    deliveries: int = column("Number of deliveries, those that were refused whole among them.")
    line_count: int = column("Number of data records.", "lines")
    accepted: int = column("Number of records accepted.")
    unchanged: int = column("Number of records that said what was known already.")
    held: int = column("Number of records that are held still.")
    refused: int = column("Number of records refused.")


def _quality(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> FromClause:
    d = t.deliveries.alias()
    month = type_coerce(func.substr(d.c.received_at, 1, 7) + literal("-01"), Date)
    sums = [cast(func.sum(d.c[name]), BigInteger).label(name) for name in COUNTS]
    chosen = select(func.min(d.c.id).label("id"), d.c.sender, month.label("month"), func.count().label("deliveries"), *sums)
    return chosen.where(d.c.sender == row.c.distributor_id).group_by(d.c.sender, month).correlate(row).subquery()


@strawberry.enum(description="Sorting of distributors.")
class DistributorSort(Enum):
    """By id or name."""

    ID = sorting("distributor_id", "By id of the distributor.", filled=True)
    NAME = sorting("name", "By name; those without one come first.")


@strawberry.input(description="Tests of distributors.")
class DistributorFilter:
    """Which distributors."""

    country: str | None = passing("Code of the country or region.", lambda row, country, _ask: row.c.country == country)
    text: str | None = passing(
        "Text in the id or name, in any case.",
        lambda row, text, ask: or_(contains(row.c.distributor_id, text, ask.dialect), contains(row.c.name, text, ask.dialect)),
    )


@noun(
    t.distributors,
    visibility.distributors,
    "Distributor: who buys from the vendor, sells to two-tier partners, and reports these sales.",
    opening=visibility.distributor_opening,
    filter_=DistributorFilter,
)
class Distributor(Node):
    """One distributor."""

    distributor_id: str = column("Id of the distributor.")
    name: str | None = column("Name of the distributor; null while it is known from facts or deliveries only.")
    country: str | None = column("Code of its country or region, by ISO 3166-1 alpha-2; null while not known.")
    reports_from: date | None = column("First day of the first month it reports; null where no report is expected.")
    due_days: int = column("Number of days after a month's last day until its report is due.")
    profiles: list[DistributorProfile] = several(
        "DistributorProfile",
        lambda row, profile: profile.c.distributor_id == row.c.distributor_id,
        "Profiles of the distributor, by first day.",
        order="valid_from",
    )
    keys: list[ApiKey] = several(
        "ApiKey", lambda row, key: key.c.distributor_id == row.c.distributor_id, "API keys of the distributor.", order="name"
    )
    quality: list[MonthQuality] = bound(
        b.Many("MonthQuality", source=_quality, paged=False, order="month"),
        "Quality of what it delivered, of whatever kind, month by month.",
    )
    reports: Connection[PosReport] = connection(
        b.Many("PosReport", lambda row, report: report.c.distributor_id == row.c.distributor_id),
        "POS reports of the distributor.",
        PosReportSort,
        PosReportFilter,
    )
    expected_reports: Connection[ExpectedReport] = connection(
        b.Many("ExpectedReport", lambda row, expected: expected.c.distributor_id == row.c.distributor_id),
        "Reports expected of the distributor, month by month.",
        ExpectedReportSort,
        ExpectedReportFilter,
    )
    deviations: Connection[Deviation] = connection(
        b.Many("Deviation", lambda row, deviation: deviation.c.distributor_id == row.c.distributor_id),
        "Deviation authorizations the distributor asked for.",
        DeviationSort,
        DeviationFilter,
    )
    pos_lines: Connection[PosLine] = connection(
        b.Many("PosLine", lambda row, pos: pos.c.distributor_id == row.c.distributor_id),
        "POS lines the distributor reported.",
        PosLineSort,
        PosLineFilter,
    )
    deliveries: Connection[Delivery] = connection(
        b.Many("Delivery", lambda row, delivery: delivery.c.sender == row.c.distributor_id),
        "Deliveries of the distributor.",
        DeliverySort,
        DeliveryFilter,
    )
