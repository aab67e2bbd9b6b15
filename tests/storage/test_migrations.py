"""Migrations go up, match the code's tables, and go down, on both databases."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from tap_graph.domain.errors import ConfigurationError, NewerDatabase, NotMigrated
from tap_graph.storage import migrating, revisions
from tap_graph.storage import tables as t
from tap_graph.storage.tables import metadata
from tap_graph.storage.unit_of_work import Database
from tests.builders import RECORDED_AT, Rows


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


def test_upgrade_to_feeds_forgets_what_packed_facts_meant_and_lets_held_deviations_be_read(empty: Database) -> None:
    migrating.upgrade(empty, "0002")
    with empty.writing() as connection:
        theatre_id = Rows(connection).theatre("ONE")
        rulebook_id = connection.execute(text("SELECT rulebook_id FROM theatres")).scalar_one()
        connection.execute(
            t.verdicts.insert().values(theatre_id=theatre_id, rulebook_id=rulebook_id, facts="1054|0|[]", mask=0, findings="[]")
        )
        failed = {"hook": "h", "plugin": "p", "facts": "7|0|[]", "message": "m", "failed_at": RECORDED_AT}
        connection.execute(t.rule_failures.insert().values(theatre_id=theatre_id, **failed))
        connection.execute(t.held_lines.insert().values(id=1, kind="deviations", key="D", row='["D",null,"P","Q","TMP",null,null,null]'))
        connection.execute(t.held_lines.insert().values(id=2, kind="receipts", key="R", row='["R","A",1,2,null,null]'))
        line = {"order_id": 1, "line": 1, "programs": "[]", "quantity": 1, "version": 1, "recorded_at": RECORDED_AT}
        connection.execute(t.orders.insert().values(id=1, order_number="SO", first_line=1))
        connection.execute(t.order_lines.insert().values(distributor_id="D-1", **line))
    migrating.upgrade(empty)
    with empty.reading() as connection:
        assert connection.execute(select(t.verdicts.c.facts)).scalars().all() == ["before 0003: 1054|0|[]"]
        assert connection.execute(select(t.rule_failures.c.facts)).scalars().all() == ["before 0003: 7|0|[]"]
        rows = connection.execute(select(t.held_lines.c.row).order_by(t.held_lines.c.id)).scalars().all()
        assert rows == ['["D",null,"P","Q","TMP",null,null,null,null,null,null]', '["R","A",1,2,null,null]']
        assert connection.execute(select(t.distributors.c.distributor_id)).scalars().all() == ["D-1"]
    migrating.downgrade(empty, "0002")
    with empty.engine.connect() as connection:
        assert connection.execute(text("SELECT facts FROM verdicts")).scalar_one() == "1054|0|[]"
    empty.dispose()
