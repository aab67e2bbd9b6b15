"""Migrations: the tables of this release, created or upgraded step by step, on both databases."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from tap_graph.domain.errors import ConfigurationError, NewerDatabase, NotMigrated
from tap_graph.storage.unit_of_work import Database

FOLDER = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", FOLDER.as_posix())
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Creates or upgrades the tables; a database of a newer release is refused untouched."""
    current(database)
    _run(database, lambda config: command.upgrade(config, revision))


def downgrade(database: Database, revision: str = "base") -> None:
    """Takes revisions back, down to an empty database."""
    _run(database, lambda config: command.downgrade(config, revision))


def check(database: Database) -> None:
    """Fails where the tables in the database differ from those the code knows."""
    _run(database, command.check)


def _run(database: Database, act: Callable[[Config], None]) -> None:
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        act(config)


def current(database: Database) -> str | None:
    """The revision of the database; None for an empty one."""
    try:
        with database.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise ConfigurationError(
            f"The database {database.url.render_as_string()} cannot be opened ({error.orig}). "
            "Check that TAP_DATABASE_URL names a place where files may be written, or a server that is up."
        ) from error
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise NewerDatabase(
            f"The database is at revision {found}, which this release does not know: it was written by a newer one. "
            "Install that release, or restore the database from before its migration."
        )
    return found


def head() -> str | None:
    """The revision of this release."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def at_head(database: Database) -> bool:
    """Whether the tables are those of this release."""
    return current(database) == head()


def require_head(database: Database) -> None:
    """Refuses a database whose tables are not those of this release."""
    found = current(database)
    if found != head():
        state = "has no tables yet" if found is None else f"is at revision {found}, this release at {head()}"
        raise NotMigrated(f"The database {database.url.render_as_string()} {state}. Run `tap-graph migrate`.")
