"""`tap-graph schema`."""

import click

from tap_graph.schema.build import print_sdl


@click.command("schema", epilog="Example: tap-graph schema > docs/schema.graphql")
def command() -> None:
    """Prints the GraphQL schema as SDL."""
    click.echo(print_sdl(), nl=False)
