"""`tap-graph line`: held and refused lines, one by one."""

from typing import Any

import click
import msgspec
from sqlalchemy import select

from tap_graph.cli.console import console, json_option, print_json, ready_application, table
from tap_graph.cli.distributor import administrator, by_option
from tap_graph.feeds.problems import Problem
from tap_graph.services import correcting
from tap_graph.storage import tables as t

MOST_LISTED = 200


@click.group("line", epilog="Example: tap-graph line list --state HELD")
def command() -> None:
    """Lists, approves, corrects and refuses single delivered lines."""


@command.command("list", epilog="Example: tap-graph line list --state HELD --sender DIST-1")
@click.option("--state", type=click.Choice(["HELD", "REFUSED"]), default="HELD", show_default=True, help="What became of the line.")
@click.option("--sender", help="Lines of this sender alone.")
@click.option("--delivery", type=click.IntRange(1), help="Lines of this delivery alone.")
@json_option
def list_(state: str, sender: str | None, delivery: int | None, as_json: bool) -> None:
    """Lists lines that wait or were refused, the oldest first, 200 at most."""
    opened = ready_application()
    line, d = t.delivery_lines, t.deliveries
    chosen = select(line.c.id, line.c.line, line.c.raw, line.c.reasons, d.c.kind, d.c.file, d.c.sender)
    chosen = chosen.join(d, d.c.id == line.c.delivery_id).where(line.c.state == state, line.c.replaced_by.is_(None))
    chosen = chosen.order_by(line.c.id).limit(MOST_LISTED)
    if sender is not None:
        chosen = chosen.where(d.c.sender == sender)
    if delivery is not None:
        chosen = chosen.where(line.c.delivery_id == delivery)
    with opened.database.reading() as connection:
        rows = [_shown(row) for row in connection.execute(chosen)]
    if as_json:
        print_json(rows)
        return
    printed = table("", "id", "kind", "file", "line", "reasons", right=("id", "line"))
    for row in rows:
        told = " ".join(reason["message"] for reason in row["reasons"])
        printed.add_row(str(row["id"]), row["kind"], row["file"], str(row["line"]), told)
    console().print(printed)


@command.command("approve", epilog="Example: tap-graph line approve 4711")
@click.argument("line", type=click.IntRange(1))
@by_option
def approve(line: int, by: str) -> None:
    """Delivers a held LINE anew with the best proposals for the names it waits for."""
    opened = ready_application()
    with opened.database.writing() as connection:
        new = correcting.approve(connection, opened.rulebooks, administrator(opened, by), line, opened.now())
    console().print(f"Line {line} is delivered anew as line {new}.")


@command.command("resubmit", epilog="Example: tap-graph line resubmit 4711 --set partner_number=P-2 --set quantity=3")
@click.argument("line", type=click.IntRange(1))
@click.option("--set", "cells", multiple=True, required=True, metavar="COLUMN=VALUE", help="A cell to be different; may be repeated.")
@click.option("--reason", help="Why.")
@by_option
def resubmit(line: int, cells: tuple[str, ...], reason: str | None, by: str) -> None:
    """Delivers a held or refused LINE anew with some cells changed."""
    if unclear := [cell for cell in cells if "=" not in cell]:
        raise click.UsageError(f"{unclear[0]!r} is no COLUMN=VALUE.")
    changes = dict(cell.split("=", 1) for cell in cells)
    opened = ready_application()
    with opened.database.writing() as connection:
        new = correcting.resubmit(connection, opened.rulebooks, administrator(opened, by), line, changes, reason, opened.now())
    console().print(f"Line {line} is delivered anew as line {new}.")


@command.command("refuse", epilog='Example: tap-graph line refuse 4711 --reason "no sale of ours"')
@click.argument("line", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why, for whoever sent it.")
@by_option
def refuse(line: int, reason: str, by: str) -> None:
    """Refuses a held LINE for good."""
    opened = ready_application()
    with opened.database.writing() as connection:
        correcting.refuse(connection, administrator(opened, by), line, reason, opened.now())
    console().print(f"Line {line} is refused.")


def _shown(row: Any) -> dict[str, Any]:
    reasons = [msgspec.to_builtins(problem) for problem in msgspec.json.decode(row.reasons, type=list[Problem])]
    return {"id": row.id, "kind": row.kind, "sender": row.sender, "file": row.file, "line": row.line, "raw": row.raw, "reasons": reasons}
