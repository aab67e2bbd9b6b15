"""Verdicts: what a theatre's rules said of an order line when its facts arrived, under which rulebook."""

from typing import Any

from sqlalchemy import FromClause, select

from tap_graph.reads import bindings as b
from tap_graph.schema.fields import bound, one
from tap_graph.schema.links import RegionLink
from tap_graph.schema.node import noun
from tap_graph.schema.reason import Finding, Reason, reasons
from tap_graph.schema.region import Rulebook
from tap_graph.schema.visibility import verdicts
from tap_graph.storage import tables as t


@noun(None, verdicts, "Verdict of a theatre's rules on an order line.")
class Verdict:
    """What the rules of one theatre said."""

    region: RegionLink = one("Region", lambda row, region: region.c.id == row.c.theatre_id, "Region whose rules were asked.")
    reasons: list[Reason] = reasons("Reasons the rules gave, apart from those that follow from days.")
    findings: list[Finding] = bound(b.Items(), "Findings of the rules, notes included.")
    rulebook: Rulebook = one("Rulebook", lambda row, rulebook: rulebook.c.id == row.c.rulebook_id, "Rulebook that was asked.")


def verdicts_of(line: Any, _ask: b.Ask, _arguments: b.Arguments) -> FromClause:
    """The verdicts behind a line's decisions."""
    d, v = t.decisions.alias(), t.verdicts.alias()
    columns = (d.c.theatre_id.label("id"), d.c.theatre_id, v.c.rulebook_id, d.c.mask, v.c.findings)
    return select(*columns).join_from(d, v, v.c.id == d.c.verdict_id).where(d.c.order_line_id == line.c.id).correlate(line).subquery()
