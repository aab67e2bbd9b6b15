"""`tap-graph ingest`."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import BinaryIO

import click
import msgspec
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from tap_graph.app import Application
from tap_graph.cli.console import console, json_option, print_json, ready_application, table
from tap_graph.feeds.kinds import KINDS
from tap_graph.feeds.problems import Problem
from tap_graph.services.printing import printed
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage import tables as t

SPOOL = 64 * 1024 * 1024
MOST_TOLD = 20


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
        print_json([printed(result) for result in results])
    else:
        print_results(results)
    for result in results:
        if result.refusal:
            click.echo(f"{result.refusal}", err=True)
        elif result.refused:
            _tell_refused(opened, result)
    sys.exit(1 if any(result.refused or result.refusal for result in results) else 0)


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
            return _received(opened, kind, spool, "-", sender, again=again, quiet=quiet)  # type: ignore[arg-type]
    path = Path(name)
    with path.open("rb") as stream:
        return _received(opened, kind, stream, path.name, sender, again=again, quiet=quiet)


def _received(opened: Application, kind: str, stream: BinaryIO, name: str, sender: str, *, again: bool, quiet: bool) -> Received:
    size = stream.seek(0, os.SEEK_END)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TextColumn("{task.fields[rate]}"), TimeElapsedColumn())
    with Progress(*columns, transient=True, disable=quiet or not sys.stderr.isatty()) as progress:
        task = progress.add_task(name, total=size, rate="")
        began = monotonic()

        def tell(bytes_read: int, lines_read: int) -> None:
            rate = lines_read / max(monotonic() - began, 0.001)
            progress.update(task, completed=bytes_read, rate=f"{rate:,.0f} rows/s" if lines_read else "")

        return opened.ingest(Delivery(kind, stream, name, sender, again, tell=tell))


def print_results(results: Sequence[Received]) -> None:
    """Results as a table for people."""
    names = ("lines", "accepted", "unchanged", "held", "refused")
    made = table("", "file", *names, "reasons", right=names)
    for result in results:
        reasons = ", ".join(f"{code} {count}" for code, count in result.reasons.items())
        made.add_row(result.file, *(str(getattr(result, name)) for name in names), reasons)
    console().print(made)
