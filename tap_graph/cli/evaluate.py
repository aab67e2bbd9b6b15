"""`tap-graph evaluate`."""

import sys
from datetime import date
from typing import Any

import click

from tap_graph.cli.console import Day, console, json_option, print_json, ready_application, table
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.services.evaluating import Request


@click.command("evaluate", epilog="Example: tap-graph evaluate --region REGION --option P6 --window FIRST --dry-run")
@click.option("--region", required=True, help="Code of the theatre.")
@click.option("--option", required=True, help="Code of the participation option, for example P6.")
@click.option("--window", required=True, type=click.Choice([window.value for window in EvaluationWindow]), help="Which evaluation window.")
@click.option("--on", type=Day(), help="Judge as of this day instead of the window's evaluation day.")
@click.option("--partner", help="Judge this partner's enrollment alone.")
@click.option("--dry-run", is_flag=True, help="Judge and print, and store nothing.")
@json_option
def command(region: str, option: str, window: str, on: date | None, partner: str | None, dry_run: bool, as_json: bool) -> None:
    """Judges every approved enrollment of an option, or one partner's."""
    opened = ready_application()
    request = Request(region, option, EvaluationWindow(window), on, partner, dry_run)
    run = opened.evaluate(request)
    rows = opened.explain(request, run.evaluated)
    if as_json:
        print_json(rows)
    else:
        _print(f"{region} {option} {window}{' (dry run)' if dry_run else ''}", rows)
    for partner_number, failure in run.failed.items():
        click.echo(f"{partner_number} cannot be judged: {failure}", err=True)
    sys.exit(1 if run.failed else 0)


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    numbers = ("booked", "credits", "returned", "entitlement", "payable")
    printed = table(title, "partner", "outcome", *numbers, "why not", right=numbers)
    for row in rows:
        missing = [
            f"{r['code']}{' short ' + r['shortfall'] if r['shortfall'] else ''}" for r in row["requirements"] if r["status"] == "NOT_MET"
        ]
        amounts = (row["booked_value"], row["credits"], row["return_rate"] or "–", row["entitlement"], row["payable"])
        printed.add_row(row["partner_number"], row["outcome"], *amounts, ", ".join(missing))
    console().print(printed)
    console().print(f"{len(rows)} enrollments judged.")
