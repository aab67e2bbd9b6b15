"""`tap-graph`: its commands, and how each ends: 0 done, 1 the work failed, 2 wrong call."""

import importlib
import sys
from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from tap_graph import __version__
from tap_graph.domain.errors import TapError

COMMANDS = (
    "demo", "serve", "migrate", "ingest", "evaluate", "scenarios", "regions", "check-region", "new-region", "schema", "token",
    "distributor", "deviation", "reports", "line", "alias", "retract", "answer", "key", "pull", "watch", "doctor",
)  # fmt: skip


class Commands(click.Group):
    """Loads a command's module when it is called: `tap-graph --help` need not load the web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tap_graph.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; an expected error is a message and exit 1, never a traceback."""
        try:
            return super().invoke(ctx)
        except TapError as error:
            click.echo(f"{error.code}: {error}", err=True)
            sys.exit(1)
        except DatabaseError as error:
            click.echo(f"DATABASE: the database refused ({error.orig}). Run `tap-graph doctor`.", err=True)
            sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tap-graph")
def main() -> None:
    """Runs a channel trade-in rebate program: feeds in, explained rebates out.

    The database is TAP_DATABASE_URL (a SQLAlchemy URL), else sqlite:///tap-graph.db.
    """
