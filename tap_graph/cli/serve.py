"""`tap-graph serve`."""

import sys
from datetime import date
from ipaddress import ip_address
from typing import Any

import click
import uvicorn

from tap_graph.cli.console import Day, ready_application
from tap_graph.testing.sandbox import Sandbox, open_sandbox

FACTORY = "tap_graph.cli.worker:create_web"
SERVER: dict[str, Any] = {
    "log_level": "warning",
    "server_header": False,
    # Longer messages are refused before they are buffered; compression would hold 62 KB for every socket.
    "ws_max_size": 256 * 1024,
    "ws_per_message_deflate": False,
    # The application pings by itself, and ends a socket whose token has ended.
    "ws_ping_interval": None,
    # An open event stream would hold up the end for ever.
    "timeout_graceful_shutdown": 10,
}


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
    uvicorn.run(FACTORY, factory=True, host=host, port=port, workers=workers, access_log=False, **SERVER)


def serve_sandbox(host: str, port: int, today: date | None) -> None:
    """Serves a sandbox of its own until it is stopped."""
    opened = open_sandbox(today)
    _invite(opened, host, port)
    uvicorn.run(opened, host=host, port=port, **SERVER)


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
