"""Figures of one theatre: asked once from its plugins, checked, and kept with who answered."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic, TypeVar

from tap_graph.domain.combinability import ProgramRule
from tap_graph.domain.errors import PluginRefused
from tap_graph.domain.option import Option
from tap_graph.domain.period import Period
from tap_graph.domain.terms import CompleteTerms, Terms
from tap_graph.domain.theatre import Country, Theatre
from tap_graph.rules import shapes
from tap_graph.rules.plugins import Panel, Speaker
from tap_graph.rules.terms import TERM_KINDS
from tap_graph.values.figure import Figure

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """An answer and the plugin that gave it."""

    value: T
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class RegionFigures:
    """All figures of one theatre, complete and free of contradictions in themselves."""

    theatre: Answered[Theatre]
    periods: Answered[tuple[Period, ...]]
    countries: dict[int, Answered[Figure[tuple[Country, ...]]]]
    options: Answered[tuple[Option, ...]]
    programs: Answered[tuple[ProgramRule, ...]]
    terms: CompleteTerms
    term_speakers: dict[str, Speaker]


def read_figures(panel: Panel) -> RegionFigures:
    """Asks every figure hook; a missing or contradictory answer is a `PluginRefused`."""
    region = panel.speakers[1]
    theatre = _answered(panel, "tap_theatre", lambda who, answer: shapes.one(who, answer, Theatre, "the answer of tap_theatre"))
    if theatre is None:
        raise PluginRefused(f"{region.place} names no theatre code. Answer tap_theatre with code, name, zone and currency.")
    shapes.check_theatre(theatre.speaker, theatre.value)
    periods = _periods(panel, region)
    programs = _programs(panel)
    terms, term_speakers = _terms(panel)
    countries = {period.number: _countries(panel, period, region) for period in periods.value}
    options = _options(panel, {period.number: period for period in periods.value}, region)
    return RegionFigures(theatre, periods, countries, options, programs, terms, term_speakers)


def _answered(panel: Panel, hook: str, shape: Callable[[Speaker, object], T], **facts: object) -> Answered[T] | None:
    for speaker, ask in reversed(panel.voices(hook, **facts)):
        answer = _ask(speaker, hook, ask)
        if answer is not None:
            return Answered(shape(speaker, answer), speaker)
    return None


def _ask(speaker: Speaker, hook: str, ask: Callable[[], object]) -> object:
    try:
        return ask()
    except Exception as error:
        raise PluginRefused(f"{hook} of {speaker.place} raised {type(error).__name__}: {error}") from error


def _periods(panel: Panel, region: Speaker) -> Answered[tuple[Period, ...]]:
    answer = _answered(panel, "tap_periods", lambda who, answer: shapes.many(who, answer, Period, "the answer of tap_periods"))
    if answer is None or not answer.value:
        raise PluginRefused(f"{region.place} has no periods. Answer tap_periods with at least one.")
    for period in answer.value:
        shapes.check_period(answer.speaker, period)
    ordered = tuple(sorted(answer.value, key=lambda period: period.number))
    for period, following in pairwise(ordered):
        _check_succession(answer.speaker, period, following)
    return Answered(ordered, answer.speaker)


def _check_succession(speaker: Speaker, period: Period, following: Period) -> None:
    if following.number == period.number:
        shapes.refused(speaker, f"period {period.number}", "is answered twice.")
    if following.number != period.number + 1:
        shapes.refused(speaker, f"period {period.number + 1}", f"is missing between period {period.number} and period {following.number}.")
    window, next_window = period.booking_window.value, following.booking_window.value
    if next_window.first_day <= window.last_day:
        what = f"books {next_window}, which overlaps or precedes period {period.number}, {window}."
        shapes.refused(speaker, f"period {following.number}", what)


def _countries(panel: Panel, period: Period, region: Speaker) -> Answered[Figure[tuple[Country, ...]]]:
    def shape(who: Speaker, answer: object) -> Figure[Any]:
        return shapes.one(who, answer, Figure, f"the answer of tap_countries for period {period.number}")

    answer = _answered(panel, "tap_countries", shape, period=period)
    if answer is None:
        raise PluginRefused(f"{region.place} names no countries for period {period.number}. Answer tap_countries for it.")
    shapes.check_countries(answer.speaker, answer.value, period.number)
    return answer


def _options(panel: Panel, periods: dict[int, Period], region: Speaker) -> Answered[tuple[Option, ...]]:
    answer = _answered(panel, "tap_minimums", lambda who, answer: shapes.many(who, answer, Option, "the answer of tap_minimums"))
    if answer is None or not answer.value:
        raise PluginRefused(f"{region.place} has no participation options. Answer tap_minimums with at least one.")
    seen: set[str] = set()
    for option in answer.value:
        shapes.check_option(answer.speaker, option)
        if option.code in seen:
            shapes.refused(answer.speaker, f"option {option.code}", "is answered twice.")
        seen.add(option.code)
        _check_span(answer.speaker, option, periods)
    return answer


def _check_span(speaker: Speaker, option: Option, periods: dict[int, Period]) -> None:
    subject = f"option {option.code}"
    for number in option.periods.value:
        if number not in periods:
            shapes.refused(speaker, subject, f"spans period {number}, which does not exist; there are {', '.join(map(str, periods))}.")
    for number, following in pairwise(option.periods.value):
        window, next_window = periods[number].booking_window.value, periods[following].booking_window.value
        if not window.touches(next_window):
            shapes.refused(speaker, subject, f"spans periods that do not touch: {number} books {window}, {following} books {next_window}.")


def _programs(panel: Panel) -> Answered[tuple[ProgramRule, ...]]:
    def shape(who: Speaker, answer: object) -> tuple[ProgramRule, ...]:
        return shapes.many(who, answer, ProgramRule, "the answer of tap_combinability")

    programs = _answered(panel, "tap_combinability", shape) or Answered((), panel.speakers[0])
    for position, program in enumerate(programs.value):
        shapes.check_program(programs.speaker, program)
        for earlier in programs.value[:position]:
            both_speak = earlier.window is None or program.window is None or earlier.window.overlaps(program.window)
            if earlier.program == program.program and both_speak:
                what = "is answered twice for one day. Give its rules windows that do not overlap."
                shapes.refused(programs.speaker, f"program {program.program}", what)
    return programs


def _terms(panel: Panel) -> tuple[CompleteTerms, dict[str, Speaker]]:
    figures: dict[str, Figure[Any]] = {}
    speakers: dict[str, Speaker] = {}
    for speaker, ask in panel.voices("tap_terms"):
        answer = _ask(speaker, "tap_terms", ask)
        if answer is None:
            continue
        terms = shapes.one(speaker, answer, Terms, "the answer of tap_terms")
        shapes.check_terms(speaker, terms)
        answered = {name: getattr(terms, name) for name in TERM_KINDS if getattr(terms, name) is not None}
        figures |= answered
        speakers |= dict.fromkeys(answered, speaker)
    return CompleteTerms(**figures), speakers
