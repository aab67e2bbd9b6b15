"""Shapes of answers: whether what a plugin answered is what its hook allows, told to its author.

Every function raises `PluginRefused`, naming the plugin, the thing and what to write instead.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo

from tap_graph.domain.combinability import ProgramRule
from tap_graph.domain.errors import PluginRefused
from tap_graph.domain.option import Option
from tap_graph.domain.period import Period, RulesDocument
from tap_graph.domain.terms import Terms
from tap_graph.domain.theatre import Country, Theatre
from tap_graph.rules.plugins import Speaker
from tap_graph.rules.terms import TERM_KINDS, fits, kind_text
from tap_graph.values.figure import Figure, Provenance
from tap_graph.values.money import LARGEST_MINOR, to_minor
from tap_graph.values.window import Window

T = TypeVar("T")
THEATRE_CODE = re.compile(r"[A-Z][A-Z0-9_]*")
COUNTRY_CODE = re.compile(r"[A-Z]{2}")
CURRENCY_CODE = re.compile(r"[A-Z]{3}")
NAME_CODE = re.compile(r"[A-Z][A-Z0-9_-]*")
PERIOD_WINDOWS = ("enrollment_window", "booking_window")
PERIOD_DAYS = ("return_deadline", "first_evaluation_on", "second_evaluation_on", "dispute_deadline")


def refused(speaker: Speaker, subject: str, what: str) -> NoReturn:
    """Refuses an answer of a plugin."""
    raise PluginRefused(f"{subject} of {speaker.place} {what}")


def one(speaker: Speaker, answer: object, kind: type[T], subject: str) -> T:
    """The answer as one object of the kind its hook allows."""
    if not isinstance(answer, kind):
        refused(speaker, subject, f"is {_shown(answer)}, not a {kind.__name__}.")
    return answer


def many(speaker: Speaker, answer: object, kind: type[T], subject: str) -> tuple[T, ...]:
    """The answer as a sequence of objects of the kind its hook allows."""
    if not isinstance(answer, Sequence) or isinstance(answer, str):
        refused(speaker, subject, f"is {_shown(answer)}, not a sequence of {kind.__name__}.")
    return tuple(one(speaker, item, kind, f"{subject}[{position}]") for position, item in enumerate(answer))


def check_figure(speaker: Speaker, figure: object, subject: str, fit: Callable[[object], bool], kind: str) -> None:
    """Refuses a figure without source, without provenance, or with a value of another kind."""
    if not isinstance(figure, Figure):
        refused(speaker, subject, f"is {_shown(figure)}, not a figure. Write assumed({figure!r}, source).")
    if not _text(figure.source):
        refused(speaker, subject, "has no source. Say where the figure stands, or why it was assumed.")
    if not isinstance(figure.provenance, Provenance):
        refused(speaker, subject, f"has the provenance {figure.provenance!r}. Write official, derived or assumed.")
    if not fit(figure.value):
        refused(speaker, subject, f"is {_shown(figure.value)}, not {kind}.")


def check_theatre(speaker: Speaker, theatre: Theatre) -> None:
    """Code, name, zone and currency of a theatre."""
    if not _matches(theatre.code, THEATRE_CODE):
        refused(speaker, "the theatre code", f"is {theatre.code!r}. Write capitals, digits and _ only, a capital first.")
    _check_name(speaker, theatre.name, f"the name of theatre {theatre.code}")
    check_figure(speaker, theatre.zone, f"the zone of theatre {theatre.code}", _is_zone, "a zone of the IANA time zone database")
    check_figure(speaker, theatre.currency, f"the currency of theatre {theatre.code}", _is_currency, "an ISO 4217 code")


def check_period(speaker: Speaker, period: Period) -> None:
    """Number, windows, days and rules document of one period."""
    if type(period.number) is not int or period.number < 1:
        refused(speaker, "a period number", f"is {period.number!r}, not a whole number from 1.")
    for name in PERIOD_WINDOWS:
        check_figure(speaker, getattr(period, name), f"{name} of period {period.number}", _is_window, "a window of days")
    for name in PERIOD_DAYS:
        check_figure(speaker, getattr(period, name), f"{name} of period {period.number}", _is_day, "a day")
    document = period.document
    if document is not None and not (isinstance(document, RulesDocument) and _text(document.version) and _text(document.link)):
        what = "needs a version and a link. Write RulesDocument(version, link) or None."
        refused(speaker, f"the rules document of period {period.number}", what)


def check_countries(speaker: Speaker, countries: Figure[tuple[Country, ...]], number: int) -> None:
    """The list of one period: countries with code and name, each once."""
    subject = f"the country list of period {number}"
    check_figure(speaker, countries, subject, lambda value: isinstance(value, tuple) and bool(value), "a tuple of countries")
    seen: dict[str, str] = {}
    for country in countries.value:
        one(speaker, country, Country, f"a country in {subject}")
        if not _matches(country.code, COUNTRY_CODE):
            refused(speaker, f"a country in {subject}", f"has the code {country.code!r}. Write ISO 3166-1 alpha-2.")
        _check_name(speaker, country.name, f"the name of {country.code} in {subject}")
        if country.code in seen:
            refused(speaker, subject, f"names {country.code} twice, as {seen[country.code]} and as {country.name}.")
        seen[country.code] = country.name


def check_option(speaker: Speaker, option: Option) -> None:
    """Code, periods and minimum of one participation option."""
    if not _matches(option.code, NAME_CODE):
        refused(speaker, "an option code", f"is {option.code!r}. Write capitals, digits, - and _ only, a capital first.")
    check_figure(speaker, option.periods, f"the periods of option {option.code}", _are_numbers, "a tuple of period numbers")
    check_figure(speaker, option.minimum, f"the minimum of option {option.code}", is_amount, "an amount in whole cents from 0, as Decimal")


def check_program(speaker: Speaker, program: ProgramRule) -> None:
    """Code, name, answer and window of one combinability rule."""
    if not _matches(program.program, NAME_CODE):
        refused(speaker, "a program code", f"is {program.program!r}. Write capitals, digits, - and _ only, a capital first.")
    _check_name(speaker, program.name, f"the name of program {program.program}")
    check_figure(speaker, program.combinable, f"combinable of program {program.program}", _is_flag, "True or False")
    if program.window is not None and not isinstance(program.window, Window):
        refused(speaker, f"the window of program {program.program}", f"is {_shown(program.window)}, not a window of days or None.")


def check_terms(speaker: Speaker, terms: Terms) -> None:
    """Every field of the terms that one plugin answers."""
    for name, kind in TERM_KINDS.items():
        figure = getattr(terms, name)
        if figure is not None:
            check_figure(speaker, figure, f"{name} of the terms", partial(fits, kind=kind), kind_text(kind))


def is_amount(value: object) -> bool:
    """Whether a value is an amount of money in whole cents, not negative."""
    if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
        return False
    try:
        return to_minor(value) <= LARGEST_MINOR
    except ValueError:
        return False


def _is_currency(value: object) -> bool:
    return _matches(value, CURRENCY_CODE)


def _is_window(value: object) -> bool:
    return isinstance(value, Window)


def _is_day(value: object) -> bool:
    return type(value) is date


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _are_numbers(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and all(type(number) is int for number in value)


def _is_zone(value: object) -> bool:
    try:
        return isinstance(value, str) and ZoneInfo(value).key == value
    except (LookupError, ValueError, OSError):
        return False


def _check_name(speaker: Speaker, name: object, subject: str) -> None:
    if not _text(name):
        refused(speaker, subject, f"is {name!r}, not a name people can read.")


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _matches(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _shown(value: object) -> str:
    shown = repr(value)
    return f"{type(value).__name__} {shown if len(shown) <= 80 else shown[:79] + '…'}"
