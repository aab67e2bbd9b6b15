"""`tap-graph demo`."""

import os
import sys
from decimal import Decimal
from typing import Any

import click
from sqlalchemy import select

from tap_graph.app import Application, open_application
from tap_graph.cli.console import console, table
from tap_graph.cli.ingest import print_results
from tap_graph.cli.serve import serve
from tap_graph.cli.token import signed
from tap_graph.domain.errors import OtherFacts
from tap_graph.settings import DEMO_DATABASE, settings
from tap_graph.storage import tables as t
from tap_graph.testing.program_year import SENDER, deliver, judgements, viewers, whom
from tap_graph.values.money import printed, to_minor

TOKEN_HOURS = 24 * 30


@click.command("demo", epilog="Example: tap-graph demo --port 8080")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65_535), help="Port to serve on.")
@click.option("--no-serve", is_flag=True, help="End after the evaluation.")
def command(port: int, no_serve: bool) -> None:
    """Loads the bundled program year, judges it, prints who earned what and why, and serves it."""
    application = open_application(settings().database_url or DEMO_DATABASE)
    application.migrate()
    _refuse_other_facts(application)
    print_results(deliver(application))
    payable = sum(_judge(application, region) for region in application.rulebooks)
    console().print(f"Payable in all theatres: {printed(payable)} USD.\n")
    if no_serve:
        return
    _invite(application, port)
    application.database.dispose()
    os.environ.setdefault("TAP_DATABASE_URL", DEMO_DATABASE)
    serve("127.0.0.1", port)


def _refuse_other_facts(application: Application) -> None:
    with application.database.reading() as connection:
        senders = set(connection.execute(select(t.deliveries.c.sender).distinct()).scalars())
    if senders - {SENDER}:
        raise OtherFacts(
            f"{application.database.url.render_as_string()} holds deliveries that are not the demo's; the demo would mix with them. "
            "Set TAP_DATABASE_URL to another database, or leave it unset for sqlite:///tap-graph-demo.db."
        )


def _judge(application: Application, region: str) -> int:
    """Judges every option of a region at both windows, prints the table, and returns what is payable in cents."""
    rulebook = application.rulebooks[region]
    rows: list[dict[str, Any]] = []
    for request in judgements(rulebook):
        run = application.evaluate(request)
        rows += application.explain(request, run.evaluated)
        for partner_number, failure in run.failed.items():
            click.echo(f"{partner_number} cannot be judged: {failure}", err=True)
    return _print(application, f"{region}: {rulebook.theatre.name}", rows)


def _print(application: Application, title: str, rows: list[dict[str, Any]]) -> int:
    with application.database.reading() as connection:
        names = {row.partner_number: row.name for row in connection.execute(select(t.partners.c.partner_number, t.partners.c.name))}
    numbers = ("booked", "credits", "returned", "payable")
    shown = table(title, "partner", "", "judged", "outcome", *numbers, "why", right=numbers)
    for row in sorted(rows, key=lambda row: (row["partner_number"], row["evaluated_on"], row["option"])):
        judged = f"{row['option']} {row['window']}"
        amounts = (row["booked_value"], row["credits"], row["return_rate"] or "–", row["payable"])
        name = (names[row["partner_number"]] or "")[:28]
        shown.add_row(row["partner_number"], name, judged, row["outcome"], *amounts, why(row))
    console().print(shown)
    total = sum(to_minor(Decimal(row["payable"])) for row in rows)
    console().print(f"Payable in {title}: {printed(total)} USD over {len(rows)} evaluations.\n")
    return total


def why(row: dict[str, Any]) -> str:
    """One line that says why a partner got what it got: what is missing, and which lines did not count."""
    missing = [
        f"{requirement['code']}{' short ' + requirement['shortfall'] if requirement['shortfall'] else ''}"
        for requirement in row["requirements"]
        if requirement["status"] == "NOT_MET"
    ]
    reasons: dict[str, int] = {}
    for line in row["not_counted"]:
        if line["reasons"][0] != "OUTSIDE_BOOKING_WINDOW":
            reasons[line["reasons"][0]] = reasons.get(line["reasons"][0], 0) + 1
    lines = [f"{count} × {code}" for code, count in reasons.items()]
    notes = [finding["code"] for finding in row["findings"]]
    return "; ".join([*missing, *lines, *notes])


def _invite(application: Application, port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    click.echo(f"Explorer   {address}/graphiql   (the links below open it as one of the roles)\nGraphQL    {address}/graphql\n")
    for viewer in viewers(application):
        token = signed(application, viewer, TOKEN_HOURS)
        click.echo(f"{viewer.role.value:18} {whom(viewer)}\n  token {token}\n  link  {address}/graphiql#token={token}")
    sys.stdout.flush()
