"""`tap-graph regions`."""

from typing import Any

import click

from tap_graph.cli.console import console, json_option, print_json, table
from tap_graph.rules.host import find_rulebooks
from tap_graph.rules.rulebook import Rulebook


@click.command("regions", epilog="Example: tap-graph regions --json")
@json_option
def command(as_json: bool) -> None:
    """Theatres with plugin and version, countries, periods, options, and every figure with its source."""
    rulebooks = find_rulebooks()
    if as_json:
        print_json([_shown(rulebook) for rulebook in rulebooks.values()])
        return
    for rulebook in rulebooks.values():
        theatre = rulebook.theatre
        figures = table(
            f"{theatre.code}: {theatre.name}, {rulebook.plugin} {rulebook.version}", "of", "figure", "value", "provenance", "source"
        )
        for figure in rulebook.figures():
            figures.add_row(figure.subject, figure.name, figure.value, figure.provenance.value, figure.source)
        console().print(figures)
        console().print()


def _shown(rulebook: Rulebook) -> dict[str, Any]:
    theatre = rulebook.theatre
    return {
        "region": theatre.code,
        "name": theatre.name,
        "zone": theatre.zone.value,
        "currency": theatre.currency.value,
        "plugin": rulebook.plugin,
        "plugin_version": rulebook.plugin_version,
        "version": rulebook.version,
        "periods": [
            {
                "number": period.number,
                "booking_window": [period.booking_window.value.first_day.isoformat(), period.booking_window.value.last_day.isoformat()],
                "countries": [{"code": country.code, "name": country.name} for country in rulebook.countries(period.number).value],
            }
            for period in rulebook.periods
        ],
        "options": [
            {"code": option.code, "periods": list(option.periods.value), "minimum": f"{option.minimum.value:.2f}"}
            for option in rulebook.options
        ],
        "figures": [
            {
                "subject": figure.subject,
                "name": figure.name,
                "value": figure.value,
                "source": figure.source,
                "provenance": figure.provenance.value,
                "plugin": figure.plugin,
                "version": figure.version,
            }
            for figure in rulebook.figures()
        ],
    }
