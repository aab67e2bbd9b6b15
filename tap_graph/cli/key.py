"""`tap-graph key`."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from tap_graph.cli.console import console, json_option, print_json, ready_application, table
from tap_graph.cli.distributor import administrator, by_option
from tap_graph.services import keying
from tap_graph.services.distributing import SENDING_KINDS
from tap_graph.storage.columns import moment_text


@click.group("key", epilog="Example: tap-graph key issue --distributor DIST-1 --kind pos --days 365")
def command() -> None:
    """Issues and revokes API keys, by which a distributor's machine delivers one kind of feed."""


@command.command("issue", epilog="Example: tap-graph key issue --distributor DIST-1 --kind pos --days 365")
@click.option("--distributor", "distributor_id", required=True, help="Whose key it is.")
@click.option("--kind", required=True, type=click.Choice(SENDING_KINDS), help="The one kind it delivers.")
@click.option("--days", type=click.IntRange(1, 3_660), help="Days until it ends; without, it is good until it is revoked.")
@by_option
@json_option
def issue(distributor_id: str, kind: str, days: int | None, by: str, as_json: bool) -> None:
    """Makes a key and prints it, once: it is kept nowhere. Two may live at once, so that one can take the place of the other."""
    opened = ready_application()
    now = opened.now()
    ends_at = None if days is None else now + timedelta(days=days)
    with opened.database.writing() as connection:
        name, whole_key = keying.issue(connection, administrator(opened, by), distributor_id, kind, ends_at, now)
    if as_json:
        print_json(
            {"name": name, "key": whole_key, "distributor_id": distributor_id, "kind": kind, "ends_at": ends_at and moment_text(ends_at)}
        )
        return
    click.echo(f"Key {name} delivers {kind} of {distributor_id}. It is shown this once:", err=True)
    click.echo(whole_key)


@command.command("list", epilog="Example: tap-graph key list --json")
@json_option
def list_(as_json: bool) -> None:
    """Prints every key there is or was; never its secret."""
    opened = ready_application()
    with opened.database.reading() as connection:
        listed = [_shown(key) for key in keying.keys(connection, opened.now())]
    if as_json:
        print_json(listed)
        return
    columns = ("name", "distributor_id", "kind", "state", "created_by", "created_at", "ends_at", "revoked_at")
    printed = table("", *columns)
    for key in listed:
        printed.add_row(*(key[column] or "" for column in columns))
    console().print(printed)


@command.command("revoke", epilog='Example: tap-graph key revoke 4f0c1d2e3a --reason "It was sent by e-mail."')
@click.argument("name")
@click.option("--reason", required=True, help="Why; it is kept in the journal.")
@by_option
def revoke(name: str, reason: str, by: str) -> None:
    """Ends the key of that NAME; servers take it for a minute more at most."""
    opened = ready_application()
    with opened.database.writing() as connection:
        keying.revoke(connection, administrator(opened, by), name, reason, opened.now())
    click.echo(f"Key {name} is revoked; servers that know it take it for {keying.KNOWN_FOR.seconds} s more at most.")


def _shown(key: keying.KeyState) -> dict[str, Any]:
    moments = ("created_at", "ends_at", "revoked_at")
    return {name: value and moment_text(value) if name in moments else value for name, value in asdict(key).items()}
