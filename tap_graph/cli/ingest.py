"""`tap-graph ingest`."""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from tap_graph.app import Application
from tap_graph.cli.console import console, json_option, print_json, ready_application, table
from tap_graph.feeds.kinds import KINDS
from tap_graph.feeds.problems import Problem
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage import tables as t

SPOOL = 64 * 1024 * 1024
MOST_TOLD = 20


class Watched:
    """A stream that tells how far it was read."""

    def __init__(self, stream: BinaryIO, tell: Any) -> None:
        self._stream = stream
        self._tell = tell

    def read(self, size: int = -1) -> bytes:
        """Reads and tells."""
        data = self._stream.read(size)
        self._tell(self._stream.tell())
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@click.command("ingest", epilog="Example: tap-graph ingest orders orders-2008-03.csv --sender DIST-1")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--sender", default="", help="Who delivers; the same file of two senders is two deliveries.")
@click.option("--again", is_flag=True, help="Take a file that was delivered before as a new delivery.")
@json_option
def command(kind: str, files: Sequence[str], sender: str, again: bool, as_json: bool) -> None:
    """Receives one delivery per FILE of a KIND; `-` reads standard input."""
    missing = [name for name in files if name != "-" and not Path(name).is_file()]
    if missing:
        raise click.UsageError(f"There is no file {missing[0]}.")
    opened = ready_application()
    results = [_one(opened, kind, name, sender, again=again, quiet=as_json) for name in files]
    if as_json:
        print_json([shown(result) for result in results])
    else:
        print_results(results)
    for result in results:
        if result.refusal:
            click.echo(f"{result.refusal}", err=True)
        elif result.refused:
            _tell_refused(opened, result)
    sys.exit(1 if any(result.refused or result.refusal for result in results) else 0)


def shown(result: Received) -> dict[str, Any]:
    """A result with the contract's fields (§3), and why a whole file was refused."""
    fields = asdict(result)
    if result.refusal is None:
        del fields["refusal"]
    return fields


def _tell_refused(opened: Application, result: Received) -> None:
    """Every reason of the first refused lines, on standard error."""
    line = t.delivery_lines
    chosen = select(line.c.reasons).where(line.c.delivery_id == result.delivery, line.c.state == "REFUSED")
    with opened.database.reading() as connection:
        told = connection.execute(chosen.order_by(line.c.line).limit(MOST_TOLD)).scalars().all()
    for reasons in told:
        for problem in msgspec.json.decode(reasons, type=list[Problem]):
            click.echo(f"{result.file}: {problem.message}", err=True)
    if result.refused > len(told):
        click.echo(f"{result.file}: {result.refused - len(told)} more lines are refused; mend these and deliver the file again.", err=True)


def _one(opened: Application, kind: str, name: str, sender: str, *, again: bool, quiet: bool) -> Received:
    if name == "-":
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
            while chunk := sys.stdin.buffer.read(1 << 20):
                spool.write(chunk)
            return opened.ingest(Delivery(kind, spool, "-", sender, again))  # type: ignore[arg-type]
    path = Path(name)
    with path.open("rb") as stream, _progress(quiet) as progress:
        task = progress.add_task(path.name, total=path.stat().st_size)
        watched = Watched(stream, lambda position: progress.update(task, completed=position))
        return opened.ingest(Delivery(kind, watched, path.name, sender, again))  # type: ignore[arg-type]


def _progress(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    return Progress(*columns, transient=True, disable=quiet or not sys.stderr.isatty())


def print_results(results: Sequence[Received]) -> None:
    """Results as a table for people."""
    names = ("lines", "accepted", "unchanged", "held", "refused")
    printed = table("", "file", *names, "reasons", right=names)
    for result in results:
        reasons = ", ".join(f"{code} {count}" for code, count in result.reasons.items())
        printed.add_row(result.file, *(str(getattr(result, name)) for name in names), reasons)
    console().print(printed)
