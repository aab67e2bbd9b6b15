"""`tap-graph alias`: what distributors write, and what it means."""

import click
from sqlalchemy import select

from tap_graph.cli.console import console, json_option, print_json, ready_application, table
from tap_graph.cli.distributor import administrator, by_option
from tap_graph.services import aliasing
from tap_graph.storage import tables as t

COLUMNS = ("id", "distributor_id", "subject", "name", "meaning", "meaning_line", "score", "state")


@click.group("alias", epilog="Example: tap-graph alias propose --distributor DIST-1")
def command() -> None:
    """Proposes, lists and decides aliases: names of distributors for partners, products and orders."""


@command.command("list", epilog="Example: tap-graph alias list --state PROPOSED")
@click.option("--state", type=click.Choice(["PROPOSED", "APPROVED", "DECLINED", "ENDED"]), help="Aliases in this state alone.")
@click.option("--distributor", help="Aliases of this distributor alone.")
@json_option
def list_(state: str | None, distributor: str | None, as_json: bool) -> None:
    """Lists aliases with their scores."""
    opened = ready_application()
    alias = t.aliases
    chosen = select(*(alias.c[name] for name in COLUMNS)).order_by(alias.c.distributor_id, alias.c.name, alias.c.score.desc(), alias.c.id)
    if state is not None:
        chosen = chosen.where(alias.c.state == state)
    if distributor is not None:
        chosen = chosen.where(alias.c.distributor_id == distributor)
    with opened.database.reading() as connection:
        rows = [dict(row._mapping) for row in connection.execute(chosen)]  # noqa: SLF001 - SQLAlchemy's own name for it
    if as_json:
        print_json(rows)
        return
    printed = table("", *(name.replace("_", " ") for name in COLUMNS), right=("id", "meaning line", "score"))
    for row in rows:
        printed.add_row(*("–" if value is None else str(value) for value in row.values()))
    console().print(printed)


@command.command("propose", epilog="Example: tap-graph alias propose --distributor DIST-1")
@click.option("--distributor", help="For this distributor alone.")
@by_option
def propose(distributor: str | None, by: str) -> None:
    """Proposes the likeliest meanings of what held lines wait for."""
    opened = ready_application()
    with opened.database.writing() as connection:
        count = aliasing.propose_all(connection, administrator(opened, by), distributor, opened.now())
    console().print(f"{count} new proposals; `tap-graph alias list --state PROPOSED` shows them.")


@command.command("approve", epilog="Example: tap-graph alias approve 12")
@click.argument("alias", type=click.IntRange(1))
@by_option
def approve(alias: int, by: str) -> None:
    """Approves a proposed ALIAS; the lines it frees are decided again at once."""
    opened = ready_application()
    with opened.database.writing() as connection:
        aliasing.approve(connection, opened.rulebooks, administrator(opened, by), alias, opened.now())
    console().print(f"Alias {alias} is in use.")


@command.command("decline", epilog='Example: tap-graph alias decline 12 --reason "another company"')
@click.argument("alias", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why.")
@by_option
def decline(alias: int, reason: str, by: str) -> None:
    """Declines a proposed ALIAS; it is not proposed again."""
    opened = ready_application()
    with opened.database.writing() as connection:
        aliasing.decline(connection, administrator(opened, by), alias, reason, opened.now())
    console().print(f"Alias {alias} is declined.")


@command.command("end", epilog='Example: tap-graph alias end 12 --reason "merged"')
@click.argument("alias", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why.")
@by_option
def end(alias: int, reason: str, by: str) -> None:
    """Ends an ALIAS that is in use; lines read by it stay as they are."""
    opened = ready_application()
    with opened.database.writing() as connection:
        aliasing.end(connection, administrator(opened, by), alias, reason, opened.now())
    console().print(f"Alias {alias} is used no more.")
