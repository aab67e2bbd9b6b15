"""Explaining: the lines an evaluation counted and those it did not, with every reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from tap_graph.domain.reason import codes_of
from tap_graph.services.evaluating.judging import Request
from tap_graph.services.evaluating.running import Evaluated, requirement_fields
from tap_graph.storage import tables as t
from tap_graph.storage.evidence import lines_in_evidence
from tap_graph.storage.totals import every_line
from tap_graph.values.money import printed

STEP = 500


@dataclass(frozen=True, slots=True)
class Explained:
    """One evaluation as the contract prints it (§5)."""

    fields: dict[str, Any]

    @property
    def partner_number(self) -> str:
        """The partner that was judged."""
        return str(self.fields["partner_number"])


def explain(connection: Connection, request: Request, evaluated: Sequence[Evaluated]) -> list[Explained]:
    """Each evaluation with its lines: those of stored evaluations from their evidence, of dry ones as of now."""
    codes = _region_codes(connection, request.region)
    lines: dict[int, list[Mapping[str, Any]]] = {}
    dry = [one for one in evaluated if one.evaluation_id is None]
    for start in range(0, len(dry), STEP):
        chunk = dry[start : start + STEP]
        for day in sorted({one.evaluated_on for one in chunk}):
            ids = [one.enrollment_id for one in chunk if one.evaluated_on == day]
            for row in every_line(connection, ids, day):
                lines.setdefault(row.enrollment_id, []).append(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public view of a row
    for one in evaluated:
        if one.evaluation_id is not None:
            lines[one.enrollment_id] = lines_in_evidence(connection, one.evaluation_id, one.partner_id)
    return [Explained(_fields(request, one, lines.get(one.enrollment_id, []), codes)) for one in evaluated]


def _region_codes(connection: Connection, region: str) -> dict[int, str]:
    own = (
        select(t.reasons.c.bit, t.reasons.c.code)
        .join(t.theatres, t.theatres.c.id == t.reasons.c.theatre_id)
        .where(t.theatres.c.code == region)
    )
    return {row.bit: row.code for row in connection.execute(own)}


def _fields(request: Request, one: Evaluated, lines: list[Mapping[str, Any]], codes: dict[int, str]) -> dict[str, Any]:
    judgement, totals = one.judgement, one.judgement.totals
    # Sorted here, not in SQL: databases order text each in its own way.
    lines = sorted(lines, key=lambda line: (line["order_number"], line["line"]))
    return {
        "partner_number": one.partner_number,
        "region": request.region,
        "option": request.option,
        "window": request.window.value,
        "evaluated_on": one.evaluated_on.isoformat(),
        "outcome": judgement.outcome.value,
        "booked_value": printed(totals.booked_value),
        "credits": printed(totals.credits),
        "pending_credits": printed(totals.pending_credits),
        "value_due": printed(totals.value_due),
        "value_received": printed(totals.value_received),
        "return_rate": None if judgement.return_rate is None else str(judgement.return_rate),
        "entitlement": printed(judgement.entitlement),
        "payable": printed(judgement.payable),
        "requirements": [requirement_fields(requirement) for requirement in judgement.requirements],
        "findings": [{"code": f.code, "message": f.message, "source": f.source, "weight": f.weight.value} for f in judgement.findings],
        "counted": [
            {
                "order_number": row["order_number"],
                "line": row["line"],
                "net_value": printed(row["net_value"] or 0),
                "credit": printed(row["credit"] or 0),
            }
            for row in lines
            if row["mask"] == 0
        ],
        "not_counted": [
            {"order_number": row["order_number"], "line": row["line"], "reasons": codes_of(row["mask"], codes)}
            for row in lines
            if row["mask"]
        ],
    }
