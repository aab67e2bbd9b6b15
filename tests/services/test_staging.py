"""A large file is staged in blocks exactly as it is line by line, on both databases."""

import io
import random
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from tap_graph.app import Application
from tap_graph.feeds import bulk
from tap_graph.feeds.csv_feed import CsvFeed
from tap_graph.feeds.kinds import kind_named
from tap_graph.services.receiving import staging
from tap_graph.storage.intake.stage import Stage
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver, over, rows
from tests.feeds.test_bulk import file_of

HEAD = "distributor_id,invoice_number,invoice_line,product,quantity\n"


@pytest.fixture
def application(database_url: str) -> Iterator[Application]:
    opened = over(Database(database_url))
    yield opened
    opened.database.dispose()


def staged(database: Database, kind: str, data: bytes) -> list[tuple[object, ...]]:
    """Every staged row of a file, in file order."""
    known = kind_named(kind)
    with database.preparing() as connection:
        stage = Stage(connection, kind, [(column.name, column.type) for column in known.columns])
        staging.stage_lines(connection, stage, known, CsvFeed(io.BytesIO(data), known), None)
        found = [tuple(row) for row in connection.execute(select(stage.table).order_by(stage.table.c.seq))]
        stage.drop()
    return found


@pytest.fixture
def in_small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BLOCK", 2_000)
    monkeypatch.setattr("tap_graph.feeds.decoding.CHUNK", 500)
    monkeypatch.setattr(staging, "BULK_FROM", 0)


@pytest.mark.usefixtures("in_small_blocks")
@pytest.mark.parametrize("kind", ["pos", "orders", "certifications"])
def test_blocks_are_staged_as_lines_are(database: Database, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(kind)
    for hostile in (0.0, 0.02, 0.3):
        data = file_of(chance, kind_named(kind), 120, hostile, quotes=False)
        in_blocks = staged(database, kind, data)
        with monkeypatch.context() as plainly:
            plainly.setattr(staging, "find_spec", lambda _name: None)
            line_by_line = staged(database, kind, data)
        assert in_blocks == line_by_line
        assert len(in_blocks) > 100


@pytest.mark.usefixtures("in_small_blocks")
def test_doubles_are_settled_alike_wherever_they_stand(application: Application) -> None:
    text = HEAD + "".join(f"D,I{n},1,A,{n}\n" for n in range(200)) + "D,I7,1,A,7\nD,I8,1,A,9\nD,I199,1,\\B,199\nD,I199,1,A,x\n"
    got = deliver(application, "pos", text)
    assert (got.lines, got.accepted, got.unchanged, got.refused, got.reasons) == (204, 198, 1, 5, {"DUPLICATE_KEY": 4, "NOT_A_NUMBER": 1})
    assert rows(application, "pos_lines", "quantity")[:9] == [(n,) for n in range(10) if n != 8]
    told = [str(reasons) for reasons, state in rows(application, "delivery_lines", "reasons", "state") if state == "REFUSED"]
    assert told[0] == (
        '[{"code":"DUPLICATE_KEY","column":null,"value":"D/I8/1","message":'
        '"D/I8/1 stands 2 times in this file with different values: keep the right one and deliver it again."}]'
    )


def test_file_refused_in_a_later_block_leaves_nothing(application: Application, in_small_blocks: None) -> None:
    text = HEAD + "".join(f"D,I{n},1,A,{n}\n" for n in range(500)) + 'D,"I500"x,1,A,1\n' + "D,I501,1,A,1\n" * 200
    got = deliver(application, "pos", text)
    assert (got.lines, got.reasons) == (0, {"BAD_QUOTING": 1})
    assert rows(application, "pos_lines", "id") == []
    assert rows(application, "delivery_lines", "id") == []
    assert deliver(application, "pos", HEAD + "D,I1,1,A,1\n").accepted == 1
