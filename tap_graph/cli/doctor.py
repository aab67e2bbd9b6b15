"""`tap-graph doctor`."""

import sqlite3
import sys

import click
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tap_graph.app import Application, open_application
from tap_graph.cli.console import json_option, print_json
from tap_graph.domain.errors import PluginRefused, TapError
from tap_graph.settings import DEFAULT_DATABASE, settings
from tap_graph.storage.integrity import dangling

OLDEST_SQLITE = (3, 35, 0)
# Below it, SQLite's write-ahead log has a known corruption bug; the rollback journal used here has not.
SOUND_WAL = (3, 51, 3)


@click.command("doctor", epilog="Example: tap-graph doctor --json")
@json_option
def command(as_json: bool) -> None:
    """Says what is wrong with this installation; exit 1 if anything is."""
    findings = examine(settings().database_url or DEFAULT_DATABASE)
    wrong = [finding for finding in findings if finding["state"] == "wrong"]
    if as_json:
        print_json({"healthy": not wrong, "findings": findings})
    else:
        for finding in findings:
            click.echo(f"{finding['state']:6} {finding['about']}: {finding['message']}")
    sys.exit(1 if wrong else 0)


def examine(url: str) -> list[dict[str, str]]:
    """What is right, worth knowing, or wrong, each with what to do."""
    findings = [_python()]
    try:
        application = open_application(url)
    except PluginRefused as error:
        return [*findings, _finding("wrong", "regions", str(error))]
    except TapError as error:
        return [*findings, _finding("wrong", "database", str(error))]
    regions = ", ".join(f"{region} {rulebook.version}" for region, rulebook in application.rulebooks.items())
    findings.append(_finding("right", "regions", regions))
    findings += _database(application)
    application.database.dispose()
    return findings


def _finding(state: str, about: str, message: str) -> dict[str, str]:
    return {"state": state, "about": about, "message": message}


def _python() -> dict[str, str]:
    version = ".".join(map(str, sys.version_info[:3]))
    return _finding("right" if sys.version_info >= (3, 11) else "wrong", "python", f"{version}; 3.11 or newer is needed.")


def _database(application: Application) -> list[dict[str, str]]:
    findings = [_engine(application)]
    try:
        application.verify()
    except (TapError, DatabaseError) as error:
        return [*findings, _finding("wrong", "database", str(error))]
    findings.append(_finding("right", "database", "tables and published rulebooks are those of this installation."))
    with application.database.reading() as connection:
        lost = dangling(connection)
    state = "wrong" if lost else "right"
    return [*findings, _finding(state, "references", "; ".join(lost) or "every row points to rows that exist.")]


def _engine(application: Application) -> dict[str, str]:
    if application.database.dialect == "sqlite":
        version = sqlite3.sqlite_version_info
        state = "right" if version >= OLDEST_SQLITE else "wrong"
        note = "" if version >= SOUND_WAL else " Keep its rollback journal: its write-ahead log may corrupt a database."
        return _finding(state, "sqlite", f"{sqlite3.sqlite_version}; one writer at a time, for one machine.{note}")
    try:
        with application.database.reading() as connection:
            version_text = connection.execute(text("SHOW server_version")).scalar_one()
    except Exception as error:  # noqa: BLE001 - whatever keeps the server from answering is the finding
        return _finding("wrong", "postgresql", f"the server does not answer: {error}")
    return _finding("right", "postgresql", str(version_text))
