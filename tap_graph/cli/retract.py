"""`tap-graph retract`."""

import click

from tap_graph.cli.console import console, ready_application
from tap_graph.cli.distributor import administrator, by_option
from tap_graph.feeds.kinds import KINDS
from tap_graph.services.retracting import retract


@click.command("retract", epilog='Example: tap-graph retract orders SO-4711/2 --reason "booked twice"')
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("key")
@click.option("--reason", required=True, help="Why the row is wrong; it is kept for ever.")
@by_option
def command(kind: str, key: str, reason: str, by: str) -> None:
    """Takes a wrong row of a KIND back by its natural KEY, whose cells are joined by a slash."""
    opened = ready_application()
    with opened.database.writing() as connection:
        retract(connection, opened.rulebooks, administrator(opened, by), kind, key, reason, opened.now())
    console().print(f"{kind} {key} is taken back.")
