"""`tap-graph check-region`."""

import sys

import click

from tap_graph.testing.conformance import check_region, rulebook_under_test


@click.command("check-region", epilog="Example: tap-graph check-region REGION")
@click.argument("code")
def command(code: str) -> None:
    """Runs the conformance checks of one installed region."""
    results = check_region(rulebook_under_test(code))
    for result in results:
        click.echo(f"{'holds' if result.holds else 'FAILS'}  {result.name}")
        for problem in result.problems:
            click.echo(f"       {problem}")
    sys.exit(0 if all(result.holds for result in results) else 1)
