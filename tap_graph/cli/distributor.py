"""`tap-graph distributor`."""

from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from tap_graph.app import Application
from tap_graph.cli.console import console, json_option, print_json, ready_application, table
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services import distributing
from tap_graph.storage import tables as t

DUE_DAYS = 10


class Month(click.ParamType[date]):
    """A calendar month, YYYY-MM; its first day."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The first day of the month, or a usage error that says how months are written."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(f"{value}-01")
        except ValueError:
            self.fail(f"{value!r} is not a month; write it as 2008-03.", param, ctx)


def administrator(opened: Application, by: str) -> Viewer:
    """Whoever runs commands on this machine administers every installed region."""
    return Viewer(subject=by, role=Role.ADMINISTRATOR, regions=tuple(opened.rulebooks))


by_option = click.option("--by", default="command-line", show_default=True, help="Who does it, as the journal keeps it.")


@click.group("distributor", epilog="Example: tap-graph distributor set DIST-1 --name 'One Ltd' --country SG --reports-from 2008-01")
def command() -> None:
    """Sets up distributors: names, months to report, and how they write their reports."""


@command.command("set", epilog="Example: tap-graph distributor set DIST-1 --reports-from 2008-01 --due-days 10")
@click.argument("distributor_id", metavar="DISTRIBUTOR")
@click.option("--name", help="Name of the distributor.")
@click.option("--country", help="Code of its country or region, such as SG.")
@click.option("--reports-from", type=Month(), help="First month it reports.")
@click.option("--due-days", type=click.IntRange(min=0), help="Days after a month until its report is due; 10 for a new distributor.")
@by_option
def set_(distributor_id: str, name: str | None, country: str | None, reports_from: date | None, due_days: int | None, by: str) -> None:
    """Makes a distributor, or changes what is given of it; the months it is to report are renewed."""
    opened = ready_application()
    distributor = t.distributors
    with opened.database.writing() as connection:
        known = connection.execute(select(distributor).where(distributor.c.distributor_id == distributor_id)).one_or_none()
        distributing.register(
            connection,
            administrator(opened, by),
            distributor_id,
            name if name is not None or known is None else known.name,
            country if country is not None or known is None else known.country,
            reports_from if reports_from is not None or known is None else known.reports_from,
            due_days if due_days is not None else DUE_DAYS if known is None else known.due_days,
            opened.now(),
        )
    console().print(f"Distributor {distributor_id} is set.")


@command.command("profile", epilog="Example: tap-graph distributor profile dist-1.toml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@by_option
def profile(file: Path, by: str) -> None:
    """Keeps a profile: how a distributor writes its reports from a day on."""
    opened = ready_application()
    try:
        text = file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is not UTF-8; save it so.") from error
    with opened.database.writing() as connection:
        distributing.set_profile(connection, administrator(opened, by), text, opened.now())
    console().print(f"The profile of {file.name} is kept.")


@command.command("list", epilog="Example: tap-graph distributor list --json")
@json_option
def list_(as_json: bool) -> None:
    """Lists the distributors that are known."""
    opened = ready_application()
    distributor, kept = t.distributors, t.distributor_profiles
    days = select(kept.c.distributor_id, kept.c.valid_from).order_by(kept.c.valid_from)
    with opened.database.reading() as connection:
        rows = connection.execute(select(distributor).order_by(distributor.c.distributor_id)).all()
        profiles: dict[str, list[str]] = {}
        for row in connection.execute(days):
            profiles.setdefault(row.distributor_id, []).append(row.valid_from.isoformat())
    shown = [
        {
            "distributor_id": row.distributor_id,
            "name": row.name,
            "country": row.country,
            "reports_from": None if row.reports_from is None else f"{row.reports_from:%Y-%m}",
            "due_days": row.due_days,
            "profiles": profiles.get(row.distributor_id, []),
        }
        for row in rows
    ]
    if as_json:
        print_json(shown)
        return
    printed = table("", "distributor", "name", "country", "reports from", "due days", "profiles from", right=("due days",))
    for each in shown:
        words = [each[name] or "–" for name in ("distributor_id", "name", "country", "reports_from")]
        printed.add_row(*words, str(each["due_days"]), ", ".join(each["profiles"]))
    console().print(printed)
