"""`tap-graph watch`."""

from datetime import timedelta
from pathlib import Path

import click

from tap_graph.cli.console import json_option, ready_application
from tap_graph.cli.pull import once_option, pull
from tap_graph.feeds.kinds import KINDS
from tap_graph.services.pulling import Source

QUIET = 10


@click.command("watch", epilog="Example: tap-graph watch /srv/feeds/dist-1 --kind pos --sender DIST-1")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--kind", required=True, type=click.Choice(sorted(KINDS)), help="What the files are.")
@click.option("--sender", required=True, help="Who delivers them.")
@click.option("--pattern", default="*", show_default=True, help="Which names are files to take.")
@click.option("--quiet", default=QUIET, show_default=True, type=click.IntRange(0, 86_400), help="Seconds a file must have kept its size.")
@click.option("--any-distributor", is_flag=True, help="Take reports that hold lines of other distributors than the sender.")
@once_option
@json_option
def command(folder: Path, kind: str, sender: str, pattern: str, quiet: int, any_distributor: bool, once: bool, as_json: bool) -> None:
    """Takes files that are dropped into a FOLDER, and moves each into `received/` or `refused/` in it, with its answer."""
    if as_json and not once:
        raise click.UsageError("--json prints one document at the end; add --once.")
    source = Source(
        name=f"watch {folder.resolve()}",
        kind=kind,
        sender=sender,
        url=folder.resolve().as_uri(),
        pattern=pattern,
        every=timedelta(seconds=max(1, min(quiet, QUIET))),
        quiet=timedelta(seconds=quiet),
        any_distributor=any_distributor,
    )
    pull(ready_application(), [source], once=once, as_json=as_json)
