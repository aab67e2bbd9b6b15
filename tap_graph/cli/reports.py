"""`tap-graph reports`."""

from datetime import date
from typing import Any

import click

from tap_graph.cli.console import console, json_option, print_json, ready_application, table
from tap_graph.cli.distributor import Month, administrator, by_option
from tap_graph.services import expecting
from tap_graph.services.expecting import ExpectedMonth
from tap_graph.storage.columns import moment_text


@click.group("reports", invoke_without_command=True, epilog="Example: tap-graph reports --distributor DIST-1 --month 2008-03")
@click.option("--distributor", help="This distributor alone.")
@click.option("--month", type=Month(), help="This month alone; else all up to the present one.")
@json_option
@click.pass_context
def command(ctx: click.Context, distributor: str | None, month: date | None, as_json: bool) -> None:
    """Lists the months that distributors are to report, and how each stands today."""
    if ctx.invoked_subcommand is not None:
        return
    opened = ready_application()
    with opened.database.reading() as connection:
        months = expecting.expected_months(connection, opened.now().date(), distributor_id=distributor, month=month)
    if as_json:
        print_json([_shown(each) for each in months])
        return
    printed = table("", "distributor", "month", "due on", "state", "received at", "days late", right=("days late",))
    for shown in map(_shown, months):
        printed.add_row(*(str(value) if value is not None else "–" for value in shown.values()))
    console().print(printed)


@command.command("zero", epilog="Example: tap-graph reports zero DIST-1 2008-03")
@click.argument("distributor")
@click.argument("month", type=Month())
@by_option
def zero(distributor: str, month: date, by: str) -> None:
    """Reports that a distributor sold nothing in a month."""
    opened = ready_application()
    with opened.database.writing() as connection:
        expecting.declare_zero(connection, administrator(opened, by), distributor, month, opened.now())
    console().print(f"It is reported that {distributor} sold nothing in {month:%Y-%m}.")


def _shown(each: ExpectedMonth) -> dict[str, Any]:
    return {
        "distributor_id": each.distributor_id,
        "month": f"{each.first_day:%Y-%m}",
        "due_on": each.due_on.isoformat(),
        "state": each.state.value,
        "received_at": None if each.received_at is None else moment_text(each.received_at),
        "days_late": each.days_late,
    }
