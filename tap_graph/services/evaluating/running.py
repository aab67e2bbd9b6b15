"""One run: every approved enrollment of an option, or one partner's, at one window."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select

from tap_graph.domain.errors import RuleFailed, UnknownName
from tap_graph.domain.evaluation import EvaluationWindow, Judgement, Outcome, Requirement, RequirementCode, RequirementStatus, Totals
from tap_graph.domain.finding import Finding, Weight
from tap_graph.rules.rulebook import Rulebook
from tap_graph.services.deciding import Rulebooks, findings_json
from tap_graph.services.evaluating.judging import Enrolled, Request, judge_chunk
from tap_graph.storage import tables as t
from tap_graph.storage.evidence import keep_evidence
from tap_graph.storage.totals import chunk_of, kept_lines, lines_of, tune
from tap_graph.storage.unit_of_work import Database
from tap_graph.values.figure import Provenance


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One enrollment's evaluation; `evaluation_id` is None in a dry run."""

    enrollment_id: int
    partner_id: int
    partner_number: str
    evaluated_on: date
    judgement: Judgement
    evaluation_id: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """The evaluations in order of partner number, and the enrollments that cannot be judged, with why."""

    request: Request
    evaluated: list[Evaluated] = field(default_factory=list)
    failed: dict[str, RuleFailed] = field(default_factory=dict)


def evaluate(database: Database, rulebooks: Rulebooks, request: Request, now: datetime) -> Run:
    """Judges; a real run stores what was not judged yet and returns stored judgements for the rest, unchanged."""
    rulebook = _rulebook(rulebooks, request.region)
    opened: AbstractContextManager[Connection] = database.reading() if request.dry_run else database.writing()
    with opened as connection:
        tune(connection)
        return evaluate_within(connection, rulebook, request, now)


def evaluate_within(connection: Connection, rulebook: Rulebook, request: Request, now: datetime) -> Run:
    """The same inside a transaction that is open already."""
    dates = rulebook.dates(rulebook.option(request.option))
    first = request.window is EvaluationWindow.FIRST
    on = request.on or (dates.first_evaluation_on if first else dates.second_evaluation_on)
    enrolled = _enrolled(connection, request)
    stored = {} if request.dry_run else _stored(connection, request, enrolled)
    run = Run(request, list(stored.values()))
    todo = [enrollment for enrollment in enrolled if enrollment.id not in stored]
    size = chunk_of(connection)
    for start in range(0, len(todo), size):
        _judge(connection, rulebook, run, on, todo[start : start + size], now)
    run.evaluated.sort(key=lambda evaluated: evaluated.partner_number)
    return run


def _judge(connection: Connection, rulebook: Rulebook, run: Run, on: date, chunk: Sequence[Enrolled], now: datetime) -> None:
    """Judges a chunk and adds it to the run; a real run stores it with its evidence."""
    request, ids = run.request, [enrollment.id for enrollment in chunk]
    if request.dry_run:
        judged, kept = judge_chunk(connection, rulebook, request, on, chunk, lines_of(ids, on)), {}
    else:
        with kept_lines(connection, ids, on) as lines:
            judged = judge_chunk(connection, rulebook, request, on, chunk, lines)
            kept = _keep(connection, request, chunk, judged, on, now)
            keep_evidence(connection, request.window.value, list(kept), lines, on)
    for enrollment in chunk:
        judgement = judged[enrollment.id]
        if isinstance(judgement, RuleFailed):
            run.failed[enrollment.partner_number] = judgement
        else:
            row = (enrollment.id, enrollment.partner_id, enrollment.partner_number, on, judgement, kept.get(enrollment.id))
            run.evaluated.append(Evaluated(*row))


def _rulebook(rulebooks: Rulebooks, region: str) -> Rulebook:
    if region not in rulebooks:
        raise UnknownName(f"{region} is not a region here; there are {', '.join(sorted(rulebooks)) or 'none'}.")
    return rulebooks[region]


def _enrolled(connection: Connection, request: Request) -> list[Enrolled]:
    """The approved enrollments of the option, each with the option that covers it if another one takes part instead."""
    e, partner, option, theatre = t.enrollments, t.partners, t.options, t.theatres
    mine = (
        select(e.c.partner_id)
        .join(option, option.c.id == e.c.option_id)
        .join(theatre, theatre.c.id == option.c.theatre_id)
        .where(theatre.c.code == request.region, option.c.code == request.option, e.c.status == "APPROVED")
    )
    chosen = (
        select(
            e.c.id, e.c.partner_id, partner.c.partner_number, option.c.code, option.c.first_period, option.c.last_period, e.c.submitted_on
        )
        .join(option, option.c.id == e.c.option_id)
        .join(theatre, theatre.c.id == e.c.theatre_id)
        .join(partner, partner.c.id == e.c.partner_id)
        .where(theatre.c.code == request.region, e.c.status == "APPROVED", e.c.partner_id.in_(mine))
        .order_by(e.c.partner_id)
    )
    if request.partner_number is not None:
        _known_partner(connection, request.partner_number)
        chosen = chosen.where(partner.c.partner_number == request.partner_number)
    enrolled = []
    for _, rows in groupby(connection.execute(chosen).all(), key=lambda row: row.partner_id):
        enrolled += _with_cover(request.option, tuple(rows))
    return sorted(enrolled, key=lambda enrollment: enrollment.partner_number)


def _known_partner(connection: Connection, partner_number: str) -> None:
    if connection.execute(select(t.partners.c.id).where(t.partners.c.partner_number == partner_number)).first() is None:
        raise UnknownName(f"Partner {partner_number} is not known; deliver it with `tap-graph ingest partners`.")


def _with_cover(option: str, rows: Iterable[Any]) -> list[Enrolled]:
    """Of enrollments with a period in common the one submitted first takes part, then the longer one (program §7)."""
    taking_part: list[Row[Any]] = []
    enrolled = []
    for row in sorted(rows, key=lambda row: (row.submitted_on or date.max, row.first_period - row.last_period, row.code)):
        cover = next(
            (other for other in taking_part if other.first_period <= row.last_period and row.first_period <= other.last_period), None
        )
        if cover is None:
            taking_part.append(row)
        if row.code == option:
            enrolled.append(Enrolled(row.id, row.partner_id, row.partner_number, cover.code if cover else None))
    return enrolled


STEP = 500
AMOUNTS = ("booked_value", "credits", "pending_credits", "value_due", "value_received", "units_due", "units_received")


def _stored(connection: Connection, request: Request, enrolled: Sequence[Enrolled]) -> dict[int, Evaluated]:
    found: dict[int, Evaluated] = {}
    by_id = {enrollment.id: enrollment for enrollment in enrolled}
    ids = list(by_id)
    for start in range(0, len(ids), STEP):
        ev = t.evaluations
        chosen = select(ev).where(ev.c.window == request.window.value, ev.c.enrollment_id.in_(ids[start : start + STEP]))
        for row in connection.execute(chosen):
            enrollment = by_id[row.enrollment_id]
            judgement = _judgement(row)
            found[enrollment.id] = Evaluated(
                enrollment.id, enrollment.partner_id, enrollment.partner_number, row.evaluated_on, judgement, row.id
            )
    return found


def _judgement(row: Row[Any]) -> Judgement:
    """A stored evaluation as the judgement it was."""
    requirements = [
        Requirement(
            RequirementCode(r["code"]), RequirementStatus(r["status"]), r["value"], r["required"], r["shortfall"], r["source"],
            Provenance(r["provenance"]), r["explanation"],
        )
        for r in msgspec.json.decode(row.requirements)
    ]  # fmt: skip
    findings = [Finding(f["code"], f["message"], f["source"], Weight(f["weight"])) for f in msgspec.json.decode(row.findings)]
    return Judgement(
        Outcome(row.outcome),
        Totals(**{name: getattr(row, name) for name in AMOUNTS}),
        None if row.return_rate is None else Decimal(row.return_rate),
        row.entitlement,
        row.payable,
        tuple(requirements),
        tuple(findings),
    )


def _keep(
    connection: Connection,
    request: Request,
    chunk: Sequence[Enrolled],
    judged: dict[int, Judgement | RuleFailed],
    on: date,
    now: datetime,
) -> dict[int, int]:
    """Stores the judgements; returns evaluation ids by enrollment."""
    theatre = connection.execute(select(t.theatres).where(t.theatres.c.code == request.region)).one()
    same = (t.options.c.theatre_id == theatre.id, t.options.c.code == request.option)
    option_id = connection.execute(select(t.options.c.id).where(*same)).scalar_one()
    shared = {
        "window": request.window.value,
        "theatre_id": theatre.id,
        "option_id": option_id,
        "rulebook_id": theatre.rulebook_id,
        "evaluated_on": on,
        "evaluated_at": now,
    }
    rows = [
        {"enrollment_id": enrollment.id, "partner_id": enrollment.partner_id, **shared, **_columns(judgement)}
        for enrollment in chunk
        if isinstance(judgement := judged[enrollment.id], Judgement)
    ]
    if not rows:
        return {}
    connection.execute(insert(t.evaluations), rows)
    ids = [row["enrollment_id"] for row in rows]
    ev = t.evaluations
    made = connection.execute(select(ev.c.enrollment_id, ev.c.id).where(ev.c.window == request.window.value, ev.c.enrollment_id.in_(ids)))
    return {row.enrollment_id: row.id for row in made}


def _columns(judgement: Judgement) -> dict[str, Any]:
    totals = judgement.totals
    unmet = any(requirement.status is RequirementStatus.NOT_MET for requirement in judgement.requirements)
    return {
        "outcome": judgement.outcome.value,
        "earned_before": judgement.outcome is Outcome.EARNED and unmet,
        **{name: getattr(totals, name) for name in AMOUNTS},
        "entitlement": judgement.entitlement,
        "payable": judgement.payable,
        "return_rate": None if judgement.return_rate is None else str(judgement.return_rate),
        "requirements": requirements_json(judgement.requirements),
        "findings": findings_json(judgement.findings),
    }


def requirements_json(requirements: Sequence[Requirement]) -> str:
    """Requirements as they are stored and shown."""
    return msgspec.json.encode([requirement_fields(requirement) for requirement in requirements]).decode()


def requirement_fields(requirement: Requirement) -> dict[str, str | None]:
    """One requirement with the contract's field names (§5) and its explanation."""
    return {
        "code": requirement.code.value,
        "status": requirement.status.value,
        "value": requirement.value,
        "required": requirement.required,
        "shortfall": requirement.shortfall,
        "source": requirement.source,
        "provenance": requirement.provenance.value,
        "explanation": requirement.explanation,
    }
