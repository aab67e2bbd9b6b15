"""Files that chance spoiled are refused, or taken as far as they can be read; nothing else is ever raised, and nothing breaks."""

import io
from pathlib import Path

import pytest

from tap_graph.domain.errors import TapError
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage.unit_of_work import Database
from tests.faults.bench import Bench
from tests.faults.conftest import Benches, InMemory
from tests.faults.every import EVERY, PATIENCE
from tests.faults.facts import unsound
from tests.faults.mutations import mutated
from tests.faults.reports import SMALL, small_year
from tests.web.feeding import feeding, on_sqlite

MANY = 8_000 if EVERY else 100
ON_POSTGRESQL = 2_000 if EVERY else 20
POSTED = 500 if EVERY else 15
TOGETHER = 20
"""Files that are delivered one upon the other before everything is put back."""
DISTRIBUTOR = SMALL.distributor_ids[0]


def received(bench: Bench, seed: int) -> Received | None:
    name, data = mutated(seed)
    only = DISTRIBUTOR if seed % 3 == 0 else None
    try:
        return bench.application.ingest(Delivery("pos", io.BytesIO(data), f"{name} {seed}", only or "", only_distributor=only))
    except TapError:
        return None
    except BaseException as error:
        error.add_note(f"mutated({seed}) is the file")
        raise


def all_received(bench: Bench, seeds: range) -> None:
    became = {"refused": 0, "lines": 0, "accepted": 0}
    for count, seed in enumerate(seeds, 1):
        got = received(bench, seed)
        if got is None or got.refusal is not None:
            became["refused"] += 1
        else:
            assert got.lines == got.accepted + got.unchanged + got.held + got.refused, seed
            became["lines"] += got.lines
            became["accepted"] += got.accepted
        if count % TOGETHER == 0:
            assert unsound(bench.application) == [], (seed - TOGETHER + 1, seed)
            bench.restore()
    assert min(became.values()) > len(seeds) // 10, became


@pytest.mark.timeout(PATIENCE)
def test_mutated_files_are_refused_or_taken(in_memory: InMemory) -> None:
    all_received(in_memory(small_year), range(MANY))


@pytest.mark.timeout(PATIENCE)
def test_mutated_files_are_refused_or_taken_on_postgresql(benches: Benches) -> None:
    all_received(benches("postgresql", small_year), range(MANY, MANY + ON_POSTGRESQL))


@pytest.mark.timeout(PATIENCE)
def test_mutated_files_never_fail_the_server(sqlite_template: Path, tmp_path: Path) -> None:
    seeds = range(MANY + ON_POSTGRESQL, MANY + ON_POSTGRESQL + POSTED)
    with on_sqlite(sqlite_template, tmp_path) as database, feeding(database) as feeds:
        for seed in seeds:
            _, data = mutated(seed)
            answer = feeds.post("pos", data)
            assert answer.status_code in (200, 422), (seed, answer.text)
        assert [row.state for row in feeds.rows("deliveries")].count("RECEIVED") > POSTED // 10
        sound(database)


def sound(database: Database) -> None:
    with database.reading() as connection:
        assert [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")] == ["ok"]
