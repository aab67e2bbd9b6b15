"""Partners: who sells, and everything of theirs the program knows."""

from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, and_, exists, or_, select

from tap_graph.domain.partner import Tier
from tap_graph.reads import bindings as b
from tap_graph.reads.searching import contains
from tap_graph.schema import visibility
from tap_graph.schema.certification import Certification
from tap_graph.schema.deviation import Deviation, DeviationFilter, DeviationSort
from tap_graph.schema.enrollment import Enrollment, EnrollmentFilter, EnrollmentSort
from tap_graph.schema.enrollment_form import EnrollmentForm, EnrollmentFormFilter, EnrollmentFormSort
from tap_graph.schema.evaluation import Evaluation, EvaluationFilter, EvaluationSort
from tap_graph.schema.fields import bound, column, connection, passing, several, sorting
from tap_graph.schema.node import Connection, Node, noun
from tap_graph.schema.open_option import OPEN_OPTIONS, OpenOption
from tap_graph.schema.order import Order, OrderFilter, OrderSort
from tap_graph.schema.order_line import OrderLine, OrderLineFilter, OrderLineSort
from tap_graph.schema.pos import PosLine, PosLineFilter, PosLineSort
from tap_graph.schema.quote import Quote, QuoteSort
from tap_graph.schema.region import Region
from tap_graph.schema.rma import Rma, RmaFilter, RmaSort
from tap_graph.schema.scalars import RegionCode
from tap_graph.storage import tables as t


def _in_region(row: Any, code: str, _ask: b.Ask) -> ColumnElement[bool]:
    place, theatre = t.partner_theatres.alias(), t.theatres.alias()
    here = and_(place.c.partner_id == row.c.id, place.c.theatre_id == theatre.c.id, theatre.c.code == code)
    return exists(select(place.c.partner_id).where(here).correlate(row))


def _regions(row: Any, region: Any) -> ColumnElement[bool]:
    place = t.partner_theatres.alias()
    here = and_(place.c.partner_id == row.c.id, place.c.theatre_id == region.c.id)
    return exists(select(place.c.partner_id).where(here).correlate(row, region))


@strawberry.enum(description="Sorting of partners.")
class PartnerSort(Enum):
    """By number, name or country."""

    NUMBER = sorting("partner_number", "By partner number.", filled=True)
    NAME = sorting("name", "By name; those without one come first.")
    COUNTRY = sorting("country", "By country code; those without one come first.")


@strawberry.input(description="Tests of partners.")
class PartnerFilter:
    """Which partners."""

    country: str | None = passing("Code of the country or region.", lambda row, country, _ask: row.c.country == country)
    tier: Tier | None = passing("Way the partner buys.", lambda row, tier, _ask: row.c.tier == tier)
    region: RegionCode | None = passing("Code of a region the partner is in.", _in_region)
    text: str | None = passing(
        "Text in the number or name, in any case.",
        lambda row, text, ask: or_(contains(row.c.partner_number, text, ask.dialect), contains(row.c.name, text, ask.dialect)),
    )


@noun(t.partners, visibility.partners, "Partner of the program.", opening=visibility.partner_opening, filter_=PartnerFilter)
class Partner(Node):
    """One company."""

    partner_number: str = column("Number of the partner.")
    name: str | None = column("Name of the partner; null while not known.")
    country: str | None = column("Code of the partner's country or region, by ISO 3166-1 alpha-2; null while not known.")
    tier: Tier | None = column("Way the partner buys; null while not known.")
    cam_email: str | None = column("E-mail address of the partner's channel account manager; null while not known.")
    regions: list[Region] = bound(
        b.Many("Region", _regions, paged=False, order="code"),
        "Regions the partner is in: those that list its country, and those it is enrolled in.",
    )
    certifications: list[Certification] = several(
        "Certification", lambda row, held: held.c.partner_id == row.c.id, "Certifications of the partner.", order="first_day"
    )
    enrollments: Connection[Enrollment] = connection(
        b.Many("Enrollment", lambda row, enrollment: enrollment.c.partner_id == row.c.id),
        "Enrollments of the partner.",
        EnrollmentSort,
        EnrollmentFilter,
    )
    history: list[Enrollment] = several(
        "Enrollment",
        lambda row, enrollment: enrollment.c.partner_id == row.c.id,
        "Applications of all periods in one place, the first submitted first, each with its form, decision and evaluations; what an "
        "evaluation made payable stands there, payments themselves are not kept here.",
        order="submitted_on",
    )
    enrollment_forms: Connection[EnrollmentForm] = connection(
        b.Many("EnrollmentForm", lambda row, form: form.c.partner_id == row.c.id),
        "Enrollment forms of the partner.",
        EnrollmentFormSort,
        EnrollmentFormFilter,
    )
    open_options: list[OpenOption] = OPEN_OPTIONS
    orders: Connection[Order] = connection(
        b.Many("Order", lambda row, order: order.c.partner_id == row.c.id),
        "Orders whose lowest line is the partner's.",
        OrderSort,
        OrderFilter,
    )
    order_lines: Connection[OrderLine] = connection(
        b.Many("OrderLine", lambda row, line: line.c.partner_id == row.c.id), "Order lines of the partner.", OrderLineSort, OrderLineFilter
    )
    quotes: Connection[Quote] = connection(
        b.Many("Quote", lambda row, quote: quote.c.partner_id == row.c.id), "TMP quotes of the partner.", QuoteSort
    )
    deviations: Connection[Deviation] = connection(
        b.Many("Deviation", lambda row, deviation: deviation.c.partner_id == row.c.id),
        "Deviation authorizations of the partner's deals.",
        DeviationSort,
        DeviationFilter,
    )
    rmas: Connection[Rma] = connection(
        b.Many("Rma", lambda row, rma: rma.c.partner_id == row.c.id), "RMAs of the partner's orders.", RmaSort, RmaFilter
    )
    evaluations: Connection[Evaluation] = connection(
        b.Many("Evaluation", lambda row, evaluation: evaluation.c.partner_id == row.c.id),
        "Evaluations of the partner's enrollments.",
        EvaluationSort,
        EvaluationFilter,
    )
    pos_lines: Connection[PosLine] = connection(
        b.Many("PosLine", lambda row, pos: pos.c.partner_id == row.c.id), "POS lines of the partner's sales.", PosLineSort, PosLineFilter
    )
