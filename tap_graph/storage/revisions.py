"""Revisions: which tables a database has, and which this release needs; told without loading what migrates them."""

from pathlib import Path

from sqlalchemy import column, inspect, select, table
from sqlalchemy.exc import OperationalError

from tap_graph.domain.errors import ConfigurationError, NewerDatabase, NotMigrated
from tap_graph.storage.unit_of_work import Database

VERSIONS = Path(__file__).parent / "migrations" / "versions"
REVISION = table("alembic_version", column("version_num"))


def known() -> list[str]:
    """The revisions of this release, oldest first: a migration's file is named after its own."""
    return sorted(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def head() -> str:
    """The revision of this release."""
    return known()[-1]


def current(database: Database) -> str | None:
    """The revision of the database; None for an empty one. A newer release's is refused."""
    try:
        with database.engine.connect() as connection:
            has_any = inspect(connection).has_table(REVISION.name)
            found = connection.execute(select(REVISION.c.version_num)).scalar_one_or_none() if has_any else None
    except OperationalError as error:
        raise ConfigurationError(
            f"The database {database.url.render_as_string()} cannot be opened ({error.orig}). "
            "Check that TAP_DATABASE_URL names a place where files may be written, or a server that is up."
        ) from error
    if found is not None and found not in known():
        raise NewerDatabase(
            f"The database is at revision {found}, which this release does not know: it was written by a newer one. "
            "Install that release, or restore the database from before its migration."
        )
    return None if found is None else str(found)


def at_head(database: Database) -> bool:
    """Whether the tables are those of this release."""
    return current(database) == head()


def require_head(database: Database) -> None:
    """Refuses a database whose tables are not those of this release."""
    found = current(database)
    if found != head():
        state = "has no tables yet" if found is None else f"is at revision {found}, this release at {head()}"
        raise NotMigrated(f"The database {database.url.render_as_string()} {state}. Run `tap-graph migrate`.")
