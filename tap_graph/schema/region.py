"""Regions: theatres with their rulebook, periods, options, programs, countries and figures."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, func, select

from tap_graph.reads import bindings as b
from tap_graph.schema.fields import bound, column, one, several, sorting
from tap_graph.schema.figure import Figure, figures
from tap_graph.schema.links import OptionLink, PeriodLink
from tap_graph.schema.node import Node, noun
from tap_graph.schema.program import Program
from tap_graph.schema.scalars import RegionCode
from tap_graph.storage import tables as t


@strawberry.enum(description="Sorting of regions.")
class RegionSort(Enum):
    """By code."""

    CODE = sorting("code", "By code of the region.", filled=True)


@noun(t.rulebooks, None, "Published version of a region's rules and figures.")
class Rulebook(Node):
    """What a region's plugin published."""

    version: str = column("Version of the rulebook: that of its plugin, and a digest of its figures.")
    plugin: str = column("Plugin that wrote the rulebook.")
    plugin_version: str = column("Version of that plugin.")
    published_at: datetime = column("Timestamp of the publishing.")


@noun(t.period_countries, None, "Country or region the program is open to.")
class Country:
    """A country of a period."""

    code: str = column("Code of the country or region, by ISO 3166-1 alpha-2.", "country")
    name: str = column("Name of the country or region, as the program displays it.")


def _rulebook_column(name: str) -> Any:
    def sql(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
        return select(t.rulebooks.c[name]).where(t.rulebooks.c.id == row.c.rulebook_id).correlate(row).scalar_subquery()

    return sql


def _countries(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> FromClause:
    """The countries of all periods, each once."""
    listed = t.period_countries.join(t.periods, t.periods.c.id == t.period_countries.c.period_id)
    key = func.min(t.period_countries.c.id).label("id")
    once = select(key, t.period_countries.c.country, func.max(t.period_countries.c.name).label("name")).select_from(listed)
    return once.where(t.periods.c.theatre_id == row.c.id).group_by(t.period_countries.c.country).correlate(row).subquery()


@noun(t.theatres, None, "Theatre that runs the program under its own rules.")
class Region(Node):
    """One theatre."""

    code: RegionCode = column("Code of the region.")
    name: str = column("Name of the region.")
    zone: str = column("Time zone the region's program days are counted in, by IANA name.")
    currency: str = column("Currency of the region, by ISO 4217.")
    plugin: str = bound(b.Expression(_rulebook_column("plugin")), "Plugin that publishes the region.")
    version: str = bound(b.Expression(_rulebook_column("plugin_version")), "Version of that plugin.")
    rulebook: Rulebook = one("Rulebook", lambda row, rulebook: rulebook.c.id == row.c.rulebook_id, "Rulebook in force in the region.")
    periods: list[PeriodLink] = several(
        "Period", lambda row, period: period.c.theatre_id == row.c.id, "Periods of the region.", order="number"
    )
    options: list[OptionLink] = several(
        "ParticipationOption",
        lambda row, option: option.c.theatre_id == row.c.id,
        "Participation options of the region, by first booking day.",
        order="booking_first_day",
    )
    programs: list[Program] = several(
        "Program",
        lambda row, program: program.c.theatre_id == row.c.id,
        "Other programs the region has answered for, whether they may be combined or not.",
        order="position",
    )
    countries: list[Country] = bound(
        b.Many("Country", source=_countries, paged=False, order="country"),
        "Countries and regions of any period of the region, each once.",
    )
    figures: list[Figure] = figures(
        lambda row, figure: figure.c.rulebook_id == row.c.rulebook_id,
        "Figures of the region's rulebook: periods, options, programs and terms.",
    )
