"""`tap-graph new-region`."""

from pathlib import Path

import click

from tap_graph.testing.skeleton import write_region


@click.command("new-region", epilog="Example: tap-graph new-region ATLANTIS plugins/atlantis")
@click.argument("code")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def command(code: str, folder: Path) -> None:
    """Writes a plugin skeleton for a region; installed, it passes its own tests."""
    for path in write_region(code, folder):
        click.echo(path.as_posix())
    click.echo(f"\nNext: pip install --no-deps --no-build-isolation -e {folder}, then pytest {folder} --tap-region {code}")
