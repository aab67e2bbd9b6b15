"""What commands share: the application over the configured database, and one way to print."""

import json
import sys
from datetime import date
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tap_graph.app import Application, open_application
from tap_graph.settings import DEFAULT_DATABASE, settings

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


def application() -> Application:
    """The application over TAP_DATABASE_URL."""
    return open_application(settings().database_url or DEFAULT_DATABASE)


def ready_application() -> Application:
    """The application over a database that is migrated and published."""
    opened = application()
    opened.verify()
    return opened


def print_json(value: Any) -> None:
    """One JSON document on standard output, the same bytes for the same value."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def console() -> Console:
    """A console for people, on standard output."""
    # A file or a pipe has no width of its own: rows stay on one line there. Names are shown as they are: [x] is no markup.
    return Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else 200)


def table(title: str, *columns: str, right: tuple[str, ...] = ()) -> Table:
    """A table for people; the columns named in `right` hold numbers."""
    made = Table(title=title, title_justify="left", show_edge=False, pad_edge=False, box=SIMPLE_HEAD)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold", no_wrap=column in right)
    return made


class Day(click.ParamType[date]):
    """A program day, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a usage error that says how days are written."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2008-07-26.", param, ctx)
