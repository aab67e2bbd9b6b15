"""Evaluations: enrollments as judged, with every requirement, finding and line that was seen."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import strawberry

from tap_graph.domain.evaluation import EvaluationWindow, Outcome, RequirementStatus
from tap_graph.reads import bindings as b
from tap_graph.schema.choosing import in_region, of_option, of_partner_number
from tap_graph.schema.evaluated_line import EvaluatedLine, EvaluatedLineSort, lines_seen
from tap_graph.schema.fields import bound, column, connection, one, passing, sorting
from tap_graph.schema.links import EnrollmentLink, OptionLink, PartnerLink, RegionLink
from tap_graph.schema.money import Money, money
from tap_graph.schema.node import Connection, Node, noun
from tap_graph.schema.reason import Finding
from tap_graph.schema.region import Rulebook
from tap_graph.schema.scalars import OptionCode, Rate, RegionCode, RequirementCode
from tap_graph.schema.visibility import of_region
from tap_graph.storage import tables as t
from tap_graph.values.figure import Provenance


@strawberry.enum(description="Sorting of evaluations.")
class EvaluationSort(Enum):
    """By day or amount."""

    EVALUATED_ON = sorting("evaluated_on", "By evaluation day.", filled=True)
    ENTITLEMENT = sorting("entitlement", "By entitlement.", filled=True)
    PAYABLE = sorting("payable", "By payable amount.", filled=True)


@strawberry.input(description="Tests of evaluations.")
class EvaluationFilter:
    """Which evaluations."""

    region: RegionCode | None = passing("Code of the region of the evaluation.", in_region)
    option: OptionCode | None = passing(
        "Code of the option of the evaluation.",
        of_option,
    )
    window: EvaluationWindow | None = passing("Occasion of the evaluation.", lambda row, window, _ask: row.c.window == window)
    outcome: Outcome | None = passing("Outcome of the evaluation.", lambda row, outcome, _ask: row.c.outcome == outcome)
    partner_number: str | None = passing(
        "Number of the partner that was judged.",
        of_partner_number,
    )


@strawberry.type(description="Requirement an enrollment was judged by.")
class Requirement:
    """One of the five."""

    code: RequirementCode = bound(b.Key(), "Code of the requirement.")
    status: RequirementStatus = bound(b.Key(), "Status of the requirement.")
    value: Decimal | None = bound(
        b.Key(), "Value reached: USD for MINIMUM, a fraction for RETURN_RATE; null for the others, or when nothing was due."
    )
    required: Decimal | None = bound(b.Key(), "Value required, in the unit of the value; null for the others.")
    shortfall: Decimal | None = bound(b.Key(), "Value missing, in the unit of the value, 0 when met; null for the others.")
    source: str = bound(b.Key(), "Places of all figures used, joined by `; `.")
    provenance: Provenance = bound(b.Key(), "Weakest provenance of those figures.")
    explanation: str | None = bound(b.Key(), "Explanation in words; empty or null where the numbers say it.")


@noun(t.evaluations, of_region, "Evaluation of an enrollment at one of its two windows.", filter_=EvaluationFilter)
class Evaluation(Node):
    """One judgement."""

    enrollment: EnrollmentLink = one(
        "Enrollment", lambda row, enrollment: enrollment.c.id == row.c.enrollment_id, "Enrollment that was judged."
    )
    partner: PartnerLink | None = one(
        "Partner", lambda row, partner: partner.c.id == row.c.partner_id, "Partner that was judged; null where the viewer may not see it."
    )
    region: RegionLink = one("Region", lambda row, region: region.c.id == row.c.theatre_id, "Region of the evaluation.")
    option: OptionLink = one("ParticipationOption", lambda row, option: option.c.id == row.c.option_id, "Option of the enrollment.")
    window: EvaluationWindow = column("Occasion of the evaluation.")
    evaluated_on: date = column("Day as of which the facts were judged.")
    evaluated_at: datetime = column("Timestamp of the evaluation.")
    outcome: Outcome = column("Outcome of the evaluation.")
    earned_before: bool = column("Whether the first window was earned, so that requirements are shown and not judged again.")
    booked_value: Money = money("Net value of the lines that count.", "booked_value")
    credits: Money = money("Trade-in credits of the lines that count.", "credits")
    pending_credits: Money = money("Trade-in credits of the lines that are pending.", "pending_credits")
    value_due: Money = money("Value of the equipment due back.", "value_due")
    value_received: Money = money("Value of the equipment received.", "value_received")
    units_due: int = column("Units of equipment due back.")
    units_received: int = column("Units of equipment received.")
    return_rate: Rate | None = column("Return rate of the equipment; null when nothing was due.")
    entitlement: Money = money("Rebate the facts give; 0 when not earned.", "entitlement")
    payable: Money = money("Entitlement less what the other window's judgement made payable; may be negative.", "payable")
    requirements: list[Requirement] = bound(b.Items(), "Requirements, always all five in the same order.")
    findings: list[Finding] = bound(b.Items(), "Findings of the region's rules about the judgement.")
    rulebook: Rulebook = one("Rulebook", lambda row, rulebook: rulebook.c.id == row.c.rulebook_id, "Rulebook it was judged under.")
    lines_counted: Connection[EvaluatedLine] = connection(
        b.Many("EvaluatedLine", source=lines_seen(counted=True)), "Order lines that counted, as they were then.", EvaluatedLineSort
    )
    lines_not_counted: Connection[EvaluatedLine] = connection(
        b.Many("EvaluatedLine", source=lines_seen(counted=False)),
        "Order lines that did not count, as they were then, each with its reasons.",
        EvaluatedLineSort,
    )
