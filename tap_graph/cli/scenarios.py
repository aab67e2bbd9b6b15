"""`tap-graph scenarios`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from tap_graph.cli.console import json_option, print_json
from tap_graph.testing.scenarios import run_paths


@click.command("scenarios", epilog="Example: tap-graph scenarios plugins/NAME/scenarios")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@json_option
def command(paths: Sequence[str], as_json: bool) -> None:
    """Runs scenario files, or folders of them; exit 1 if one does not hold, with the difference."""
    results = run_paths([Path(path) for path in paths])
    if as_json:
        print_json(
            [
                {
                    "file": result.file.as_posix(),
                    "document": result.document,
                    "line": result.line,
                    "scenario": result.name,
                    "region": result.region,
                    "holds": not result.differences,
                    "differences": result.differences,
                }
                for result in results
            ]
        )
    failed = [result for result in results if result.differences]
    if not as_json:
        for result in failed:
            click.echo(f"{result.file}:{result.line}: {result.name}")
            for difference in result.differences:
                click.echo(f"    {difference}")
        click.echo(f"{len(results) - len(failed)} of {len(results)} scenarios hold.")
    sys.exit(1 if failed else 0)
