"""Enrolling: what the region's rules say of an application; from feeds that is stored and shown and changes no status."""

from typing import Any

from sqlalchemy import Connection, Select, and_, case, or_, select, update

from tap_graph.domain.enrollment import EnrollmentFacts
from tap_graph.domain.errors import RuleFailed
from tap_graph.domain.finding import note
from tap_graph.domain.partner import Tier
from tap_graph.rules.rulebook import Rulebook
from tap_graph.services.deciding import Rulebooks, findings_json
from tap_graph.storage import tables as t

CHUNK = 500


def check_enrollments(connection: Connection, rulebooks: Rulebooks, ids: Select[Any]) -> None:
    """Asks the rules about the enrollments whose ids a query gives, once per distinct set of facts."""
    answers: dict[tuple[str, EnrollmentFacts], str] = {}
    for region, rulebook in rulebooks.items():
        rows = connection.execute(_facts(rulebook).where(t.theatres.c.code == region, t.enrollments.c.id.in_(ids))).all()
        found: dict[str, list[int]] = {}
        for row in rows:
            facts = EnrollmentFacts(
                option=row.option,
                tier=Tier(row.tier) if row.tier else None,
                country=row.country,
                country_listed=not row.unlisted,
                certified_when_submitted=bool(row.certified),
                submitted_in_window=None if row.in_window is None else bool(row.in_window),
            )
            if (region, facts) not in answers:
                answers[region, facts] = _ask(rulebook, facts)
            found.setdefault(answers[region, facts], []).append(row.id)
        for findings, enrollments in found.items():
            for start in range(0, len(enrollments), CHUNK):
                these = t.enrollments.c.id.in_(enrollments[start : start + CHUNK])
                connection.execute(update(t.enrollments).where(these).values(findings=findings))


def _ask(rulebook: Rulebook, facts: EnrollmentFacts) -> str:
    try:
        return findings_json(rulebook.check_enrollment(facts))
    except RuleFailed as failure:
        return findings_json((note(failure.code, str(failure), "rule host"),))


def _facts(rulebook: Rulebook) -> Select[Any]:
    enrollment, partner, option = t.enrollments, t.partners, t.options
    source = enrollment.join(partner, partner.c.id == enrollment.c.partner_id).join(option, option.c.id == enrollment.c.option_id)
    source = source.join(t.theatres, t.theatres.c.id == enrollment.c.theatre_id)
    submitted = enrollment.c.submitted_on
    in_window = submitted.between(option.c.enrollment_first_day, option.c.enrollment_last_day)
    return select(
        enrollment.c.id,
        option.c.code.label("option"),
        partner.c.tier,
        partner.c.country,
        country_unlisted().label("unlisted"),
        certified_on(submitted, rulebook).label("certified"),
        case((submitted.is_(None), None), else_=in_window).label("in_window"),
    ).select_from(source)


def country_unlisted() -> Any:
    """Whether a period of the option does not list the partner's country (R14); needs partners and options around it."""
    period, listed = t.periods.alias("spanned"), t.period_countries.alias("listed")
    is_listed = select(listed.c.id).where(listed.c.period_id == period.c.id, listed.c.country == t.partners.c.country)
    spanned = and_(
        period.c.theatre_id == t.options.c.theatre_id, period.c.number.between(t.options.c.first_period, t.options.c.last_period)
    )
    missing = select(period.c.id).where(spanned, ~is_listed.correlate(period, t.partners).exists())
    return missing.correlate(t.options, t.partners).exists()


def certified_on(day: Any, rulebook: Rulebook) -> Any:
    """Whether a qualifying certification covers a day (R1); needs partners around it."""
    held = t.certifications.alias("held")
    open_or_later = or_(held.c.last_day.is_(None), held.c.last_day >= day)
    covers = and_(
        held.c.partner_id == t.partners.c.id, held.c.level.in_(sorted(rulebook.terms.levels.value)), held.c.first_day <= day, open_or_later
    )
    return select(held.c.id).where(covers).correlate(t.partners, t.enrollments).exists()
