"""The query root: every noun by its number, and the lists of nouns."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, and_, false, select

from tap_graph.reads import bindings as b
from tap_graph.reads.arguments import NamedRow
from tap_graph.schema.alias import Alias, AliasFilter, AliasSort
from tap_graph.schema.delivery import Delivery, DeliveryFilter, DeliverySort
from tap_graph.schema.deviation import Deviation, DeviationFilter, DeviationSort
from tap_graph.schema.distributor import Distributor, DistributorFilter, DistributorSort
from tap_graph.schema.enrollment import Enrollment, EnrollmentFilter, EnrollmentSort
from tap_graph.schema.enrollment_form import EnrollmentForm, EnrollmentFormFilter, EnrollmentFormSort
from tap_graph.schema.evaluation import Evaluation, EvaluationFilter, EvaluationSort
from tap_graph.schema.expected_report import ExpectedReport, ExpectedReportFilter, ExpectedReportSort
from tap_graph.schema.fields import REQUIRED, bound, connection
from tap_graph.schema.held_line import HeldLine, HeldLineFilter, HeldLineSort
from tap_graph.schema.holiday import Holiday, HolidayFilter, HolidaySort
from tap_graph.schema.node import Connection, Node
from tap_graph.schema.note import Note, NoteFilter, NoteSort
from tap_graph.schema.order import Order, OrderFilter, OrderSort
from tap_graph.schema.partner import Partner, PartnerFilter, PartnerSort
from tap_graph.schema.period import Period, PeriodFilter, PeriodSort
from tap_graph.schema.quote import Quote
from tap_graph.schema.receiving import Receiving, ReceivingFilter, ReceivingSort
from tap_graph.schema.region import Region, RegionSort
from tap_graph.schema.rma import Rma, RmaFilter, RmaSort
from tap_graph.schema.scalars import RegionCode
from tap_graph.schema.unidentified import UnidentifiedReceipt, UnidentifiedReceiptFilter, UnidentifiedReceiptSort
from tap_graph.schema.viewer import Viewer
from tap_graph.storage import tables as t


def _numbered(noun: str, column: str, argument: str, word: str) -> Any:
    """The row with the number given; null for unknown and for forbidden alike."""
    where = b.Lookup(noun, lambda row, given, _ask: row.c[column] == given[argument])
    arguments = {argument: (str, f"Number of the {word}.", REQUIRED)}
    return bound(where, f"{noun} with a number; null for unknown and forbidden alike.", arguments)


def identified_row(noun: str) -> b.Lookup:
    """The row with the opaque id given, if it is of that noun."""

    def where(row: Any, given: b.Arguments, _ask: b.Ask) -> ColumnElement[bool]:
        named: NamedRow = given["id"]
        return row.c.id == named.key if named.noun == noun else false()

    return b.Lookup(noun, where)


def _identified(noun: str) -> Any:
    arguments = {"id": (strawberry.ID, f"Id of the {noun.lower()}.", REQUIRED)}
    return bound(identified_row(noun), f"{noun} with an id; null for unknown and forbidden alike.", arguments)


def _region(row: Any, given: b.Arguments, _ask: b.Ask) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.code == given["code"]
    return found


def _period(row: Any, given: b.Arguments, _ask: b.Ask) -> ColumnElement[bool]:
    theatre = select(t.theatres.c.id).where(t.theatres.c.code == given["region"])
    return and_(row.c.theatre_id == theatre.scalar_subquery(), row.c.number == given["number"])


@strawberry.type(description="Entries to the program's data; every answer holds the viewer's rows only.")
class Query:
    """What can be asked."""

    viewer: Viewer = bound(b.Nested(), "Viewer, as the token says.")
    node: Node | None = bound(
        b.NodeLookup(), "Row with an id; null for unknown and forbidden alike.", {"id": (strawberry.ID, "Id of the row.", REQUIRED)}
    )
    nodes: list[Node | None] = bound(
        b.NodeLookup(many=True),
        "Rows with ids, in the order of the ids; null for unknown and forbidden alike.",
        {"ids": (list[strawberry.ID], "Ids of the rows, 100 at most.", REQUIRED)},
    )
    region: Region | None = bound(
        b.Lookup("Region", _region), "Region with a code; null for unknown.", {"code": (RegionCode, "Code of the region.", REQUIRED)}
    )
    regions: Connection[Region] = connection(b.Many("Region"), "Regions of the program.", RegionSort)
    period: Period | None = bound(
        b.Lookup("Period", _period),
        "Period of a region; null for unknown.",
        {"region": (RegionCode, "Code of the region.", REQUIRED), "number": (int, "Number of the period within the region.", REQUIRED)},
    )
    periods: Connection[Period] = connection(b.Many("Period"), "Periods of all regions.", PeriodSort, PeriodFilter)
    partner: Partner | None = _numbered("Partner", "partner_number", "partnerNumber", "partner")
    partners: Connection[Partner] = connection(b.Many("Partner"), "Partners the viewer may see.", PartnerSort, PartnerFilter)
    enrollment: Enrollment | None = _identified("Enrollment")
    enrollments: Connection[Enrollment] = connection(
        b.Many("Enrollment"), "Enrollments the viewer may see.", EnrollmentSort, EnrollmentFilter
    )
    enrollment_forms: Connection[EnrollmentForm] = connection(
        b.Many("EnrollmentForm"), "Enrollment forms the viewer may see.", EnrollmentFormSort, EnrollmentFormFilter
    )
    holidays: Connection[Holiday] = connection(
        b.Many("Holiday"), "Days that administrators set, whatever calendars say.", HolidaySort, HolidayFilter
    )
    quote: Quote | None = _numbered("Quote", "quote_number", "quoteNumber", "quote")
    deviation: Deviation | None = _numbered("Deviation", "deviation_number", "deviationNumber", "deviation")
    deviations: Connection[Deviation] = connection(
        b.Many("Deviation"), "Deviation authorizations the viewer may see.", DeviationSort, DeviationFilter
    )
    distributor: Distributor | None = bound(
        b.Lookup("Distributor", lambda row, given, _ask: row.c.distributor_id == given["distributorId"]),
        "Distributor with an id; null for unknown and forbidden alike.",
        {"distributorId": (str, "Id of the distributor.", REQUIRED)},
    )
    distributors: Connection[Distributor] = connection(
        b.Many("Distributor"), "Distributors the viewer may see.", DistributorSort, DistributorFilter
    )
    expected_reports: Connection[ExpectedReport] = connection(
        b.Many("ExpectedReport"), "Reports expected of the distributors the viewer may see.", ExpectedReportSort, ExpectedReportFilter
    )
    order: Order | None = _numbered("Order", "order_number", "orderNumber", "order")
    orders: Connection[Order] = connection(b.Many("Order"), "Booked orders the viewer may see.", OrderSort, OrderFilter)
    rma: Rma | None = _numbered("Rma", "rma_number", "rmaNumber", "RMA")
    rmas: Connection[Rma] = connection(b.Many("Rma"), "RMAs the viewer may see.", RmaSort, RmaFilter)
    delivery: Delivery | None = _identified("Delivery")
    deliveries: Connection[Delivery] = connection(b.Many("Delivery"), "Deliveries the viewer may see.", DeliverySort, DeliveryFilter)
    held_lines: Connection[HeldLine] = connection(
        b.Many("HeldLine"), "Lines that wait for what they refer to, of the deliveries the viewer may see.", HeldLineSort, HeldLineFilter
    )
    receivings: Connection[Receiving] = connection(
        b.Many("Receiving"), "Deliveries under way, and those that took longer than a second.", ReceivingSort, ReceivingFilter
    )
    aliases: Connection[Alias] = connection(
        b.Many("Alias"), "Names that distributors write, and what they mean here.", AliasSort, AliasFilter
    )
    unidentified_receipts: Connection[UnidentifiedReceipt] = connection(
        b.Many("UnidentifiedReceipt"), "Receipts that match no RMA.", UnidentifiedReceiptSort, UnidentifiedReceiptFilter
    )
    notes: Connection[Note] = connection(b.Many("Note"), "Notes about oddities, for administrators and auditors.", NoteSort, NoteFilter)
    evaluation: Evaluation | None = _identified("Evaluation")
    evaluations: Connection[Evaluation] = connection(
        b.Many("Evaluation"), "Evaluations the viewer may see.", EvaluationSort, EvaluationFilter
    )
