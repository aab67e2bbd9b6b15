"""From a chunk of enrollments to their judgements: totals from one statement, arithmetic from the domain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, FromClause, Row, and_, case, func, literal, over, select

from tap_graph.domain.errors import RuleFailed
from tap_graph.domain.evaluation import (
    Earlier,
    EvaluationFacts,
    EvaluationWindow,
    Judgement,
    RequirementStatus,
    Standing,
    Totals,
    judge,
    notes_of,
    requirements_of,
)
from tap_graph.domain.terms import RmaTerms
from tap_graph.rules.rulebook import Rulebook
from tap_graph.services.enrolling import country_unlisted
from tap_graph.storage import tables as t
from tap_graph.storage.totals import returns_by_rma, totals


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be judged; `on` defaults to the window's evaluation day."""

    region: str
    option: str
    window: EvaluationWindow
    on: date | None = None
    partner_number: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An approved enrollment to be judged."""

    id: int
    partner_id: int
    partner_number: str
    covered_by: str | None


def judge_chunk(
    connection: Connection,
    rulebook: Rulebook,
    request: Request,
    on: date,
    enrolled: Sequence[Enrolled],
    lines: FromClause,
) -> dict[int, Judgement | RuleFailed]:
    """The judgement of each enrollment over its lines, or why it cannot be judged."""
    ids = [enrollment.id for enrollment in enrolled]
    option, window = request.option, request.window
    amounts = _amounts(connection, rulebook, lines, on)
    standings = _standings(connection, rulebook, ids)
    earlier = _earlier(connection, ids, window)
    blocked = _undecided(connection, rulebook, ids, on)
    figures = rulebook.option_figures(rulebook.option(option))
    judged: dict[int, Judgement | RuleFailed] = {}
    for enrollment in enrolled:
        if enrollment.id in blocked:
            judged[enrollment.id] = blocked[enrollment.id]
            continue
        standing = replace(standings[enrollment.id], covered_by=enrollment.covered_by)
        sums = amounts.get(enrollment.id, Totals())
        requirements = requirements_of(sums, standing, rulebook.terms, figures)
        unmet = tuple(requirement.code for requirement in requirements if requirement.status is RequirementStatus.NOT_MET)
        facts = EvaluationFacts(option=option, window=window, country=standing.country, totals=sums, unmet=unmet)
        try:
            findings = (*notes_of(sums), *rulebook.check_evaluation(facts))
        except RuleFailed as failure:
            judged[enrollment.id] = failure
            continue
        judged[enrollment.id] = judge(window, sums, requirements, findings, rulebook.terms, earlier.get(enrollment.id, Earlier()))
    return judged


def _amounts(connection: Connection, rulebook: Rulebook, lines: FromClause, on: date) -> dict[int, Totals]:
    names = ("booked_value", "credits", "pending_credits", "value_due", "value_received", "units_due", "units_received")
    found = {id_: Totals(**{name: int(getattr(row, name)) for name in names}) for id_, row in totals(connection, lines, on).items()}
    if rulebook.terms.rma_terms.value is RmaTerms.REQUIRED:
        return _with_required_terms(connection, rulebook, lines, on, found)
    return found


def _with_required_terms(
    connection: Connection, rulebook: Rulebook, lines: FromClause, on: date, found: dict[int, Totals]
) -> dict[int, Totals]:
    """Where each RMA must itself meet the return rate, one below it counts 0 received (R26)."""
    received = dict.fromkeys(found, (0, 0))
    for row in returns_by_rma(connection, lines, on):
        one = Totals(value_due=row.value_due, value_received=row.value_received, units_due=row.units_due, units_received=row.units_received)
        if one.returned(rulebook.terms.return_rate_basis.value).reaches(rulebook.terms.return_rate.value):
            value, units = received[row.enrollment_id]
            received[row.enrollment_id] = (value + row.value_received, units + row.units_received)
    return {id_: replace(sums, value_received=received[id_][0], units_received=received[id_][1]) for id_, sums in found.items()}


def _standings(connection: Connection, rulebook: Rulebook, ids: Sequence[int]) -> dict[int, Standing]:
    """Country and certification of each enrollment's partner, for the whole booking window."""
    e, partner, option = t.enrollments, t.partners, t.options
    source = e.join(partner, partner.c.id == e.c.partner_id).join(option, option.c.id == e.c.option_id)
    covered = _certified(connection, rulebook, ids)
    rows = connection.execute(
        select(e.c.id, partner.c.country, country_unlisted().label("unlisted")).select_from(source).where(e.c.id.in_(ids))
    )
    return {row.id: Standing(None, row.country, not row.unlisted, row.id in covered) for row in rows}


def _certified(connection: Connection, rulebook: Rulebook, ids: Sequence[int]) -> set[int]:
    """Enrollments whose partner held a qualifying level on every day of the booking window (R1).

    Spans are half-open, so they touch where one begins on the other's `until_day`; a span that begins after every
    earlier one ended leaves a gap. Spans outside the window play no part.
    """
    e, option, held = t.enrollments, t.options, t.certifications
    inside = and_(held.c.first_day <= option.c.booking_last_day, held.c.until_day > option.c.booking_first_day)
    before = over(func.max(held.c.until_day), partition_by=e.c.id, order_by=(held.c.first_day, held.c.id), rows=(None, -1))
    spans = (
        select(
            e.c.id,
            option.c.booking_first_day,
            option.c.booking_last_day,
            held.c.first_day,
            held.c.until_day,
            case((held.c.first_day > before, literal(1)), else_=literal(0)).label("gap"),
        )
        .join(option, option.c.id == e.c.option_id)
        .join(held, and_(held.c.partner_id == e.c.partner_id, held.c.level.in_(sorted(rulebook.terms.levels.value)), inside))
        .where(e.c.id.in_(ids))
        .subquery("spans")
    )
    whole = and_(
        func.min(spans.c.first_day) <= func.min(spans.c.booking_first_day),
        func.max(spans.c.until_day) > func.min(spans.c.booking_last_day),
        func.sum(spans.c.gap) == 0,
    )
    return set(connection.execute(select(spans.c.id).group_by(spans.c.id).having(whole)).scalars())


def _earlier(connection: Connection, ids: Sequence[int], window: EvaluationWindow) -> dict[int, Earlier]:
    """What the other window's real judgement gave."""
    ev = t.evaluations
    rows = connection.execute(
        select(ev.c.enrollment_id, ev.c.outcome, ev.c.payable).where(ev.c.enrollment_id.in_(ids), ev.c.window != window.value)
    )
    return {row.enrollment_id: Earlier(earned=row.outcome == "EARNED", payable=row.payable) for row in rows}


def _undecided(connection: Connection, rulebook: Rulebook, ids: Sequence[int], on: date) -> dict[int, RuleFailed]:
    """Enrollments with a line booked by the day that no rule has decided; they wait until that is mended."""
    e, line, decision, theatre = t.enrollments, t.order_lines, t.decisions, t.theatres
    failed = (
        select(t.rule_failures).join(theatre, theatre.c.id == t.rule_failures.c.theatre_id).where(theatre.c.code == rulebook.theatre.code)
    )
    failure: Row[Any] | None = connection.execute(failed.limit(1)).first()
    if failure is None:
        return {}
    is_decided = select(decision.c.order_line_id).where(decision.c.order_line_id == line.c.id, decision.c.theatre_id == e.c.theatre_id)
    undecided = and_(line.c.partner_id == e.c.partner_id, line.c.booked_on <= on, ~is_decided.correlate(line, e).exists())
    rows = connection.execute(select(e.c.id, func.count()).join(line, undecided).where(e.c.id.in_(ids)).group_by(e.c.id))
    message = "failed on {} of its order lines: " + str(failure.message)
    return {id_: RuleFailed(rulebook.theatre.code, failure.plugin, failure.hook, message.format(count)) for id_, count in rows}
