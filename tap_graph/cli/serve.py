"""`tap-graph serve`."""

import sys
from datetime import date
from ipaddress import ip_address

import click
import uvicorn

from tap_graph.cli.console import Day, ready_application
from tap_graph.testing.sandbox import Sandbox, open_sandbox

FACTORY = "tap_graph.cli.worker:create_web"


@click.command("serve", epilog="Example: tap-graph serve --port 8080 --workers 2, or tap-graph serve --sandbox")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65_535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="How many processes answer.")
@click.option("--sandbox", is_flag=True, help="Serve the bundled year from memory, for front-end tests; needs no database.")
@click.option("--today", type=Day(), help="The day the sandbox's clock stands at, for example 2008-07-26.")
def command(host: str, port: int, workers: int, sandbox: bool, today: date | None) -> None:
    """Serves the API and its explorer."""
    if sandbox:
        if workers > 1:
            raise click.UsageError("A sandbox lives in one process; leave out --workers.")
        serve_sandbox(host, port, today)
        return
    if today is not None:
        raise click.UsageError("--today sets the clock of a sandbox; add --sandbox.")
    # Refused here, in words, rather than in each worker.
    ready_application().database.dispose()
    serve(host, port, workers)


def serve(host: str, port: int, workers: int = 1) -> None:
    """Serves until it is stopped; each worker opens the database for itself."""
    uvicorn.run(FACTORY, factory=True, host=host, port=port, workers=workers, log_level="warning", access_log=False, server_header=False)


def serve_sandbox(host: str, port: int, today: date | None) -> None:
    """Serves a sandbox of its own until it is stopped."""
    opened = open_sandbox(today)
    _invite(opened, host, port)
    uvicorn.run(opened, host=host, port=port, log_level="warning", server_header=False)


def _invite(opened: Sandbox, host: str, port: int) -> None:
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if not _is_loopback(host):
        click.echo(f"Whoever reaches {address} may read the sandbox and put it back; its tokens are public.\n", err=True)
    click.echo(f"Sandbox    {address}/sandbox   (tokens, data, latency and faults by header)\nGraphQL    {address}/graphql\n")
    for role in opened.year.roles:
        click.echo(f"{role['role']:18} {role['for']}\n  token {role['token']}\n  link  {address}/graphiql#token={role['token']}")
    sys.stdout.flush()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
