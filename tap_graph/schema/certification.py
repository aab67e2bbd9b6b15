"""Certifications: levels of a partner with their first and last day (R1)."""

from datetime import date

from tap_graph.schema.fields import column, one
from tap_graph.schema.links import PartnerLink
from tap_graph.schema.node import Node, noun
from tap_graph.schema.visibility import of_partner
from tap_graph.storage import tables as t


@noun(t.certifications, of_partner, "Certification of a partner.")
class Certification(Node):
    """One level, from a day to a day."""

    partner: PartnerLink | None = one(
        "Partner",
        lambda row, partner: partner.c.id == row.c.partner_id,
        "Partner that holds the certification; null where the viewer may not see it.",
    )
    level: str = column("Level of the certification, such as GOLD; some levels do not qualify.")
    first_day: date | None = column("First day of the certification; null while not known, and then it never qualifies.")
    last_day: date | None = column("Last day of the certification; null when it is open-ended.")
