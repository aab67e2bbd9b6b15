"""`tap-graph migrate`."""

import click

from tap_graph.cli.console import application


@click.command("migrate", epilog="Example: TAP_DATABASE_URL=sqlite:///tap.db tap-graph migrate")
def command() -> None:
    """Creates or upgrades the tables and publishes the installed rulebooks."""
    opened = application()
    published = opened.migrate()
    click.echo(f"{opened.database.url.render_as_string()} is up to date.")
    for region in published:
        click.echo(f"Published {region} {opened.rulebooks[region].version}.")
