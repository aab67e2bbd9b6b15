"""Migrations go up, match the code's tables, and go down, on both databases."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from tap_graph.domain.errors import ConfigurationError, NewerDatabase, NotMigrated
from tap_graph.storage import migrating, revisions
from tap_graph.storage.tables import metadata
from tap_graph.storage.unit_of_work import Database


@pytest.fixture
def empty(database_url: str) -> Database:
    return Database(database_url)


def test_upgrade_makes_every_table_the_code_knows(empty: Database) -> None:
    migrating.upgrade(empty)
    assert set(inspect(empty.engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    migrating.check(empty)
    assert revisions.at_head(empty)
    empty.dispose()


def test_downgrade_to_base_leaves_an_empty_database(empty: Database) -> None:
    migrating.upgrade(empty)
    migrating.downgrade(empty)
    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
    migrating.upgrade(empty)
    assert revisions.at_head(empty)
    empty.dispose()


def test_migrated_tables_carry_the_checks_of_the_code(tmp_path_factory: pytest.TempPathFactory) -> None:
    migrated = Database(f"sqlite:///{tmp_path_factory.mktemp('a')}/migrated.db")
    created = Database(f"sqlite:///{tmp_path_factory.mktemp('b')}/created.db")
    migrating.upgrade(migrated)
    metadata.create_all(created.engine)

    def checks(database: Database) -> dict[str, set[str]]:
        found = inspect(database.engine)
        return {table: {str(check["name"]) for check in found.get_check_constraints(table)} for table in metadata.tables}

    assert checks(migrated) == checks(created)
    assert checks(created)["order_lines"] == {
        "ck_order_lines_net_value_is_integer",
        "ck_order_lines_credit_is_integer",
        "ck_order_lines_quantity_is_integer",
    }
    migrated.dispose()
    created.dispose()


def test_revisions_are_told_from_the_names_of_the_migrations() -> None:
    scripts = ScriptDirectory(str(migrating.FOLDER))
    assert revisions.known() == sorted(script.revision for script in scripts.walk_revisions())
    assert revisions.head() == scripts.get_current_head()


def test_database_without_tables_says_to_migrate(empty: Database) -> None:
    with pytest.raises(NotMigrated, match=r"has no tables yet\. Run `tap-graph migrate`"):
        revisions.require_head(empty)
    empty.dispose()


def test_database_of_a_newer_release_is_refused_untouched(empty: Database) -> None:
    migrating.upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="at revision 9999, which this release does not know"):
        migrating.upgrade(empty)
    with empty.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    empty.dispose()


def test_database_that_cannot_be_opened_names_its_url() -> None:
    nowhere = Database("sqlite:////nowhere/at/all/tap.db")
    with pytest.raises(ConfigurationError, match=r"sqlite:////nowhere/at/all/tap\.db cannot be opened"):
        migrating.upgrade(nowhere)
    nowhere.dispose()
