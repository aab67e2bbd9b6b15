"""Enums of the program's own closed lists, as the schema names and describes them."""

from enum import StrEnum

from tap_graph.domain.deviation import DeviationState, DeviationStatus
from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.domain.evaluation import EvaluationWindow, Outcome, RequirementStatus
from tap_graph.domain.finding import Weight
from tap_graph.domain.order import Acquisition, SaleType
from tap_graph.domain.partner import Tier
from tap_graph.domain.report import ExpectedState
from tap_graph.domain.viewer import Role
from tap_graph.feeds.feed import Purpose
from tap_graph.schema.described import described
from tap_graph.values.figure import Provenance


class FeedKind(StrEnum):
    """The kinds of feed files, as deliveries store them."""

    PARTNERS = "partners"
    CERTIFICATIONS = "certifications"
    ENROLLMENTS = "enrollments"
    QUOTES = "quotes"
    DEVIATIONS = "deviations"
    ORDERS = "orders"
    POS = "pos"
    RMAS = "rmas"
    RECEIPTS = "receipts"


class DeliveryState(StrEnum):
    """What became of a file."""

    RECEIVING = "RECEIVING"
    RECEIVED = "RECEIVED"
    REFUSED = "REFUSED"


class ReportState(StrEnum):
    """What became of a POS report."""

    RECEIVED = "RECEIVED"
    REFUSED = "REFUSED"


class LineState(StrEnum):
    """What became of a line of a file."""

    ACCEPTED = "ACCEPTED"
    UNCHANGED = "UNCHANGED"
    HELD = "HELD"
    REFUSED = "REFUSED"


class FeedFormat(StrEnum):
    """How a file is written."""

    CSV = "CSV"
    XLSX = "XLSX"
    X12 = "X12"
    EDIFACT = "EDIFACT"


class ReceivingPhase(StrEnum):
    """How far a delivery under way is."""

    READING = "READING"
    APPLYING = "APPLYING"
    RECEIVED = "RECEIVED"
    REFUSED = "REFUSED"
    FAILED = "FAILED"


class AliasSubject(StrEnum):
    """What a distributor's name is for."""

    PARTNER = "PARTNER"
    PRODUCT = "PRODUCT"
    ORDER = "ORDER"


class AliasState(StrEnum):
    """What became of an alias."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    ENDED = "ENDED"


described(
    FeedFormat,
    "FeedFormat",
    "Format of a feed file, recognized by its content.",
    {
        "CSV": "Comma-separated values.",
        "XLSX": "Workbook with one sheet.",
        "X12": "ANSI X12 867, product transfer and resale report.",
        "EDIFACT": "EDIFACT SLSRPT, sales data report.",
    },
)
described(
    ReceivingPhase,
    "ReceivingPhase",
    "Phase of the receiving of a file.",
    {
        "READING": "Lines are read; nothing is locked.",
        "APPLYING": "Lines become facts, all at once.",
        "RECEIVED": "Received.",
        "REFUSED": "Refused as a whole.",
        "FAILED": "Ended by a failure; nothing of it was taken.",
    },
)
described(
    AliasSubject,
    "AliasSubject",
    "Subject of a distributor's name.",
    {"PARTNER": "Partner.", "PRODUCT": "Product.", "ORDER": "Order, or one line of it."},
)
described(
    AliasState,
    "AliasState",
    "State of an alias.",
    {
        "PROPOSED": "Proposed, not decided.",
        "APPROVED": "Approved, and in use.",
        "DECLINED": "Declined; not proposed again.",
        "ENDED": "In use once, and no more.",
    },
)
described(FeedKind, "FeedKind", "Kind of a feed file.", {kind.name: f"Feed of {kind.value}." for kind in FeedKind})
described(
    DeliveryState,
    "DeliveryState",
    "State of a delivery.",
    {
        "RECEIVING": "Still being staged; none of it is in force.",
        "RECEIVED": "Read; its lines were accepted, held or refused one by one.",
        "REFUSED": "Refused as a whole, because the file cannot be read as its kind.",
    },
)
described(
    LineState,
    "LineState",
    "State of a delivered line.",
    {
        "ACCEPTED": "In force, or superseded by a later line.",
        "UNCHANGED": "Said what was known already.",
        "HELD": "Waits for what it refers to; freed by itself when that arrives.",
        "REFUSED": "Malformed, or contradictory in itself; a corrected line replaces it.",
    },
)
described(
    Tier,
    "Tier",
    "Way a partner buys.",
    {"ONE_TIER": "Straight from the vendor.", "TWO_TIER": "From a distributor."},
)
described(
    EnrollmentStatus,
    "EnrollmentStatus",
    "Status of an enrollment.",
    {
        "DRAFT": "Saved, not submitted.",
        "SUBMITTED": "Submitted, waiting for the decision.",
        "APPROVED": "Approved; takes part in evaluations.",
        "DENIED": "Denied, for the reason given.",
        "WITHDRAWN": "Withdrawn by the partner.",
    },
)
described(
    DeviationStatus,
    "DeviationStatus",
    "Status of a deviation authorization.",
    {
        "REQUESTED": "Requested, not decided.",
        "APPROVED": "Approved.",
        "DECLINED": "Declined.",
        "CANCELLED": "Taken back by the distributor.",
    },
)
described(
    DeviationState,
    "DeviationState",
    "State of a deviation authorization today: its status, unless it expired.",
    {
        "REQUESTED": "Requested, not decided.",
        "APPROVED": "Approved.",
        "DECLINED": "Declined.",
        "CANCELLED": "Taken back by the distributor.",
        "EXPIRED": "Requested or approved, and its last day is past; no longer to be decided.",
    },
)
described(
    ExpectedState,
    "ExpectedReportState",
    "State of an expected report today.",
    {
        "EXPECTED": "None came, and it is not overdue yet.",
        "RECEIVED": "Came in time.",
        "ZERO": "Came in time, and says that nothing was sold.",
        "LATE": "Came after the day it was due, whatever it says.",
        "MISSING": "None came, and the day it was due is past.",
    },
)
described(
    Purpose,
    "ReportPurpose",
    "Purpose of a POS report.",
    {
        "ORIGINAL": "Reports for the first time.",
        "REPLACE": "Takes the place of another report.",
        "CANCEL": "Takes another report back.",
    },
)
described(
    ReportState,
    "ReportState",
    "State of a POS report.",
    {"RECEIVED": "Read; its lines were accepted, held or refused one by one.", "REFUSED": "Refused as a whole, for its defects."},
)
described(
    SaleType,
    "SaleType",
    "Use of what was ordered.",
    {"RESALE": "Resold to a customer.", "INTERNAL": "Used by the partner itself; does not count."},
)
described(
    Acquisition,
    "Acquisition",
    "Way the equipment was acquired.",
    {"PURCHASE": "Bought.", "LEASE": "Leased; counts unless for internal use."},
)
described(
    Weight,
    "Weight",
    "Weight of a finding or reason.",
    {"REFUSE": "Excludes what it is about.", "PENDING": "Excludes it until it is answered.", "NOTE": "Is shown and changes nothing."},
)
described(
    Provenance,
    "Provenance",
    "Way a figure is known.",
    {
        "OFFICIAL": "Stands in the source or in a cited public announcement.",
        "DERIVED": "Follows from official figures by arithmetic.",
        "ASSUMED": "Has no source, or is one of several readings.",
    },
)
described(
    EvaluationWindow,
    "EvaluationWindow",
    "Occasion of an evaluation.",
    {"FIRST": "First evaluation day of the option.", "SECOND": "Second evaluation day of the option."},
)
described(
    Outcome,
    "Outcome",
    "Outcome of an evaluation.",
    {
        "EARNED": "Every requirement was met, now or at the first window.",
        "NOT_YET": "Something was missing at the first window; the second follows.",
        "DENIED": "Something was missing at the second window.",
    },
)
described(
    RequirementStatus,
    "RequirementStatus",
    "Status of a requirement.",
    {"MET": "Met.", "NOT_MET": "Not met; the shortfall says by how much, where that is a number."},
)
described(
    Role,
    "Role",
    "Role of a viewer.",
    {
        "PARTNER": "Partner; sees its own rows.",
        "CAM": "Channel account manager; sees the partners in its care.",
        "FIELD": "Field team; sees the partners in its care.",
        "DISTRIBUTOR": "Distributor; sees its deliveries, deviations and POS lines.",
        "ADMINISTRATOR": "Program administrator of regions.",
        "APPROVER": "Second approver of payments in regions.",
        "DEVIATION_APPROVER": "Approver of deviation authorizations in regions.",
        "PARTNER_RELATIONS": "Partner relations in regions.",
        "ASSET_RECOVERY": "Asset recovery in regions.",
        "AUDITOR": "Auditor of regions, or of all; changes nothing.",
        "SALESPERSON": "Salesperson in a scheme.",
        "TEAM_LEAD": "Lead of a sales team in a scheme.",
        "SCHEME_AUTHOR": "Author of schemes.",
        "SUPERVISOR": "Supervisor of schemes.",
    },
)
