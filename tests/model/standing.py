"""Whether an enrollment takes part at all, and whether its partner is in the right country and certified every day."""

from datetime import date, timedelta

from tests.model.cells import Row, day
from tests.model.figures import QUALIFYING_LEVELS, THEATRES, Option
from tests.model.rows import Facts


def takes_part(facts: Facts, enrollment: Row) -> bool:
    """Whether no overlapping enrollment of the partner covers it.

    Of the partner's approved enrollments in the theatre the one submitted first goes first, then the longer option; each takes
    part unless a period of it is covered by one that already does. One without a day of submission comes last.
    """
    rivals = [row for row in facts.rows("enrollments") if _is_rival(row, enrollment)]
    rivals.sort(key=lambda row: (row["submitted_on"] or "9999-12-31", -len(_option(row).periods), row["option"]))
    taking: list[Row] = []
    for row in rivals:
        if not any(_option(row).touches(_option(other)) for other in taking):
            taking.append(row)
    return enrollment in taking


def has_country(partner: Row, option: Option, countries: frozenset[str] | None) -> bool:
    """Whether the partner's country is in the list of every period of the option."""
    return all(partner["country"] in (countries or period.countries) for period in option.periods)


def is_certified(facts: Facts, partner: Row, option: Option) -> bool:
    """Whether a qualifying certification is valid on every single day of the booking window."""
    held = [row for row in facts.rows("certifications") if _qualifies(row) and row["partner_number"] == partner["partner_number"]]
    days = (option.last_day - option.first_day).days + 1
    return all(_is_covered(held, option.first_day + timedelta(days=number)) for number in range(days))


def _is_covered(certifications: list[Row], on: date) -> bool:
    return any(date.fromisoformat(row["first_day"]) <= on <= (day(row["last_day"]) or date.max) for row in certifications)


def _qualifies(row: Row) -> bool:
    return row["level"] in QUALIFYING_LEVELS and bool(row["first_day"])


def _is_rival(row: Row, enrollment: Row) -> bool:
    same = all(row[name] == enrollment[name] for name in ("partner_number", "region"))
    return same and row["status"] == "APPROVED"


def _option(enrollment: Row) -> Option:
    return THEATRES[enrollment["region"]][enrollment["option"]]
