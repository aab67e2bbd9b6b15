"""`tap-graph serve`."""

import click
import uvicorn

from tap_graph.cli.console import ready_application

FACTORY = "tap_graph.app:create_web"


@click.command("serve", epilog="Example: tap-graph serve --port 8080 --workers 2")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65_535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="How many processes answer.")
def command(host: str, port: int, workers: int) -> None:
    """Serves the API and its explorer."""
    # Refused here, in words, rather than in each worker.
    ready_application().database.dispose()
    serve(host, port, workers)


def serve(host: str, port: int, workers: int = 1) -> None:
    """Serves until it is stopped; each worker opens the database for itself."""
    uvicorn.run(FACTORY, factory=True, host=host, port=port, workers=workers, log_level="warning", server_header=False)
