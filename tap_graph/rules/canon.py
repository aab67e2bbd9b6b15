"""Canonical figures: one text per figure, and one digest per rulebook that any machine computes alike."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tap_graph.domain.theatre import Country
from tap_graph.rules.figures import RegionFigures
from tap_graph.rules.plugins import Speaker
from tap_graph.rules.shapes import PERIOD_DAYS, PERIOD_WINDOWS
from tap_graph.values.figure import Figure, Provenance


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One figure as published: what it is about, its canonical text, its source, and the plugin that answered it."""

    subject: str
    name: str
    value: str
    source: str
    provenance: Provenance
    plugin: str
    version: str


def published(figures: RegionFigures) -> tuple[PublishedFigure, ...]:
    """Every figure of a theatre in a fixed order: theatre, periods, options, programs, terms."""
    return tuple(
        PublishedFigure(subject, name, figure_text(figure.value), figure.source, figure.provenance, speaker.plugin, speaker.version)
        for subject, name, figure, speaker in _all(figures)
    )


def digest_of(figures: RegionFigures) -> str:
    """Sha256 over the canonical figures with their sources, and the names and documents beside them.

    Who answered is left out: a baseline of another version with the same figures is the same rulebook.
    """
    theatre, periods = figures.theatre.value, figures.periods.value
    canonical = {
        "theatre": [theatre.code, theatre.name],
        "documents": [[period.number, document.version, document.link] for period in periods if (document := period.document)],
        "options": [option.code for option in figures.options.value],
        "programs": [[program.program, program.name] for program in figures.programs.value],
        "figures": [[found.subject, found.name, found.value, found.source, found.provenance] for found in published(figures)],
    }
    return hashlib.sha256(json.dumps(canonical, sort_keys=True).encode()).hexdigest()


def figure_text(value: object) -> str:
    """The one text of a figure's value: sets sorted, decimals without trailing zeros, days as `YYYY-MM-DD`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, frozenset):
        return "; ".join(sorted(value))
    if isinstance(value, tuple):
        countries = sorted(f"{item.code} {item.name}" for item in value if isinstance(item, Country))
        return "; ".join(countries or map(str, value))
    return str(value)


def _all(figures: RegionFigures) -> Iterator[tuple[str, str, Figure[Any], Speaker]]:
    theatre, who = figures.theatre.value, figures.theatre.speaker
    yield "theatre", "zone", theatre.zone, who
    yield "theatre", "currency", theatre.currency, who
    for period in figures.periods.value:
        for name in (*PERIOD_WINDOWS, *PERIOD_DAYS):
            yield f"period {period.number}", name, getattr(period, name), figures.periods.speaker
        countries = figures.countries[period.number]
        yield f"period {period.number}", "countries", countries.value, countries.speaker
    for option in figures.options.value:
        yield f"option {option.code}", "periods", option.periods, figures.options.speaker
        yield f"option {option.code}", "minimum", option.minimum, figures.options.speaker
    for program in figures.programs.value:
        name = "combinable" if program.window is None else f"combinable {program.window}"
        yield f"program {program.program}", name, program.combinable, figures.programs.speaker
    for name, speaker in figures.term_speakers.items():
        yield "terms", name, getattr(figures.terms, name), speaker
