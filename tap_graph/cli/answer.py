"""`tap-graph answer`."""

import click

from tap_graph.cli.console import ready_application
from tap_graph.cli.distributor import administrator
from tap_graph.services.answering import Form, answer


@click.command("answer", epilog="Example: tap-graph answer 17 --form 824 > advice.x12")
@click.argument("delivery", type=click.IntRange(1))
@click.option("--form", type=click.Choice([form.value for form in Form]), help="Else 997 for X12, CONTRL for EDIFACT, CSV for the others.")
def command(delivery: int, form: str | None) -> None:
    """Prints what became of a DELIVERY, in a form that its sender's systems read."""
    opened = ready_application()
    with opened.database.reading() as connection:
        for piece in answer(connection, administrator(opened, "command line"), delivery, form).pieces:
            click.echo(piece, nl=False)
