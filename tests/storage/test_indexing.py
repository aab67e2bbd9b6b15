"""Filling a table on SQLite: its plain indexes are made anew after, the same as before, or nothing happened at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError

from tap_graph.app import Application
from tap_graph.storage import tables as t
from tap_graph.storage.intake import indexing
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver, over, rows

HEAD = "distributor_id,invoice_number,invoice_line,quantity\n"
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'pos_lines' ORDER BY name"


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    monkeypatch.setattr(indexing, "LEAST", 3)
    opened = over(Database(f"sqlite:///{tmp_path}/tap.db"))
    yield opened
    opened.database.dispose()


def indexes(connection: Connection) -> list[tuple[str, str | None]]:
    return [(name, sql) for name, sql in connection.exec_driver_sql(INDEXES)]


def test_large_delivery_drops_and_makes_indexes_and_a_small_one_does_not(application: Application) -> None:
    with application.database.reading() as connection:
        before = indexes(connection)
    made: list[str] = []

    @event.listens_for(application.database.engine, "before_cursor_execute")
    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "INDEX" in statement:
            made.append(statement.split(" ON ", maxsplit=1)[0])

    deliver(application, "pos", HEAD + "D,I1,1,1\nD,I2,1,1\n")
    assert made == []
    deliver(application, "pos", HEAD + "D,I3,1,1\nD,I4,1,1\nD,I5,1,1\n")
    names = sorted(str(index.name) for index in t.pos_lines.indexes)
    assert made == [*(f'DROP INDEX "{name}"' for name in names), *(f"CREATE INDEX {name}" for name in names)]
    deliver(application, "pos", HEAD + "D,I6,1,1\nD,I7,1,1\nD,I8,1,1\n")
    assert len(made) == 2 * len(names)
    with application.database.reading() as connection:
        assert indexes(connection) == before
    assert rows(application, "pos_lines", "invoice_number") == [(f"I{number}",) for number in range(1, 9)]


def test_failure_while_a_table_is_filled_leaves_its_indexes(application: Application) -> None:
    with application.database.reading() as connection:
        before = indexes(connection)
    row = {"distributor_id": "D", "invoice_number": "I1", "invoice_line": "1", "quantity": 1, "serial_numbers": "[]"}
    twice = t.pos_lines.insert().values([{**row, "found_by_deviation": False, "version": 1, "recorded_at": application.now()}] * 2)

    def fill() -> None:
        with application.database.writing() as connection, indexing.filling(connection, t.pos_lines, before=0, added=3):
            assert len(indexes(connection)) < len(before)
            connection.execute(twice)

    with pytest.raises(IntegrityError):
        fill()
    with application.database.reading() as connection:
        assert indexes(connection) == before
    assert rows(application, "pos_lines", "id") == []
