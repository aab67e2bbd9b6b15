"""`tap-graph pull`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from tap_graph.app import Application
from tap_graph.cli.console import console, json_option, print_json, ready_application, table
from tap_graph.cli.stopping import Stopping
from tap_graph.domain.errors import ConfigurationError
from tap_graph.services.printing import printed
from tap_graph.services.pulling import Ledger, Outcome, Source, read_sources
from tap_graph.settings import settings
from tap_graph.storage.columns import moment_text

once_option = click.option("--once", is_flag=True, help="Look once and end, for whoever is called by a timer.")


@click.command("pull", epilog="Example: tap-graph pull --sources sources.toml --once")
@click.option("--sources", type=click.Path(path_type=Path), help="File that says where to pull from; else TAP_SOURCES.")
@once_option
@click.option("--retry", is_flag=True, help="First take up again what was given up after eight attempts.")
@click.option("--status", is_flag=True, help="Print what could not be had, and end.")
@json_option
def command(sources: Path | None, once: bool, retry: bool, status: bool, as_json: bool) -> None:
    """Pulls files from HTTP and SFTP servers and from folders, and receives each once; until it is stopped."""
    if as_json and not (once or status):
        raise click.UsageError("--json prints one document at the end; add --once or --status.")
    opened = ready_application()
    found = _sources(sources)
    for source in found if retry else ():
        Ledger(opened.database, source.name).retry(opened.now())
    if status:
        _print_status(opened, found, as_json=as_json)
    else:
        pull(opened, found, once=once, as_json=as_json)


def pull(opened: Application, sources: Sequence[Source], *, once: bool, as_json: bool) -> None:
    """Pulls from sources until it is stopped, or once; ends with 1 where not everything that was there was received."""
    outcomes: list[Outcome] = []

    def tell(outcome: Outcome) -> None:
        if once:
            outcomes.append(outcome)
        if not as_json:
            click.echo(_said(outcome), err=outcome.received is None)

    try:
        with Stopping.heard() as stopping:
            scheduler = opened.pulling(sources, stopping.sleep, stopping.waiting)
            if once:
                scheduler.once(tell)
            else:
                scheduler.run(tell)
    except KeyboardInterrupt:
        click.echo("Stopped; what was not received whole is fetched again next time.", err=True)
    if as_json:
        print_json([_shown(outcome) for outcome in outcomes])
    if any(outcome.state != "RECEIVED" or (outcome.received and outcome.received.refused) for outcome in outcomes):
        sys.exit(1)


def _sources(given: Path | None) -> tuple[Source, ...]:
    path = given or settings().sources
    if path is None:
        raise click.UsageError("Name the file of sources with --sources, or in TAP_SOURCES.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The sources cannot be read: {path}: {error}.") from error
    return read_sources(text, path.name)


def _said(outcome: Outcome) -> str:
    """An outcome as a line for people."""
    what = f"{outcome.source}: {outcome.name}" if outcome.name else outcome.source
    received = outcome.received
    if received is not None:
        counts = ", ".join(f"{getattr(received, name)} {name}" for name in ("accepted", "unchanged", "held", "refused"))
        return f"{what}: {outcome.state}, delivery {received.delivery}, {counts}" + (f". {outcome.failure}" if outcome.failure else "")
    again = (
        f" Next attempt at {moment_text(outcome.next_attempt_at)}." if outcome.next_attempt_at else " Given up; `pull --retry` takes it up."
    )
    return f"{what}: {outcome.failure}{again}"


def _shown(outcome: Outcome) -> dict[str, Any]:
    shown = {
        "source": outcome.source,
        "name": outcome.name,
        "state": outcome.state,
        "failure": outcome.failure,
        "next_attempt_at": outcome.next_attempt_at and moment_text(outcome.next_attempt_at),
    }
    return shown if outcome.received is None else {**shown, "received": printed(outcome.received)}


def _print_status(opened: Application, sources: Sequence[Source], *, as_json: bool) -> None:
    """What could not be had so far, and when it is tried again."""
    columns = ("source", "name", "attempts", "failure", "next_attempt_at")
    rows: list[dict[str, Any]] = []
    for source in sources:
        for entries in Ledger(opened.database, source.name).entries().values():
            rows += [
                {
                    "source": source.name,
                    "name": entry.name,
                    "attempts": entry.attempts,
                    "failure": entry.failure,
                    "next_attempt_at": entry.next_attempt_at and moment_text(entry.next_attempt_at),
                }
                for entry in entries
                if not entry.is_received
            ]
    if as_json:
        print_json(rows)
        return
    made = table("", *columns, right=("attempts",))
    for row in rows:
        made.add_row(*(str(row[column]) for column in columns[:-1]), row["next_attempt_at"] or "given up")
    console().print(made)
