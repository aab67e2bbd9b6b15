"""Migrations: the tables of this release, created or upgraded step by step, on both databases."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config

from tap_graph.storage.revisions import current
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
