"""The disk is full in the middle of a delivery: a clear error, nothing half, and the same file again is right once there is room."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text

from tests.faults.bench import Bench
from tests.faults.conftest import Benches
from tests.faults.every import EVERY, PATIENCE
from tests.faults.facts import differing, facts, unsound
from tests.faults.jobs import work
from tests.faults.outages import CLEAR, Struck
from tests.faults.scenes import many_sales, two_tiers
from tests.faults.worker import Worker

LINES = 3_000
ROOMS = (0, 1, 2, 5, 10, 20, 40, 70, 100, 140, 180, 220, 260) if EVERY else (70, 220)
"""Pages of 4 KiB that are left."""
LARGEST_FILES = (0, 4_096, 10_000, *range(40_000, 1_600_000, 60_000)) if EVERY else (100_000, 1_000_000)
"""Bytes that no file may have more of: of the database, its journal and what is staged."""


@pytest.fixture
def struck(benches: Benches, tmp_path: Path) -> Struck:
    """A delivery on a SQLite file that grows by about a megabyte."""
    bench = benches("sqlite", two_tiers)
    (tmp_path / "large.csv").write_bytes(many_sales(LINES, contested=True))
    url = bench.application.database.url.render_as_string(hide_password=False)
    return Struck(bench, {"do": "deliver", "kind": "pos", "url": url, "path": str(tmp_path / "large.csv")})


def nothing_half(struck: Struck) -> None:
    assert differing(facts(struck.bench.application), struck.before) == {}
    assert unsound(struck.bench.application) == []


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("schema", ["main", "temp"])
def test_database_that_may_not_grow(struck: Struck, schema: str) -> None:
    database = struck.bench.application.database
    with database.reading() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one()) if schema == "main" else 1
    filled = 0
    for room in ROOMS:

        def limit(connection: Any, _record: Any, most: int = pages + room) -> None:
            connection.execute(f"PRAGMA {schema}.max_page_count = {most}")

        event.listen(database.engine, "connect", limit)
        database.dispose()
        told = struck.told()
        event.remove(database.engine, "connect", limit)
        database.dispose()
        if told:
            filled += 1
            assert "database or disk is full" in told
            nothing_half(struck)
            struck.repeated()
        struck.bench.restore()
    assert filled >= len(ROOMS) // 2


@pytest.mark.timeout(PATIENCE)
def test_files_that_may_not_grow(struck: Struck, worker: Worker) -> None:
    for largest in LARGEST_FILES:
        answer = worker.one(struck.job, largest_file=largest)
        assert answer["ended"] == 1, largest
        assert answer["said"].startswith("sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) "), answer
        nothing_half(struck)
    struck.repeated()
    assert list(worker.temporary.iterdir()) == []


@pytest.mark.timeout(PATIENCE)
def test_server_without_room_for_what_it_sorts(benches: Benches, tmp_path: Path) -> None:
    bench = benches("postgresql", two_tiers)
    (tmp_path / "large.csv").write_bytes(many_sales(20_000 if EVERY else LINES, contested=False))
    url = bench.application.database.url
    struck = Struck(bench, {"do": "deliver", "kind": "pos", "path": str(tmp_path / "large.csv")})
    _set(bench, f"ALTER DATABASE {url.database} SET temp_file_limit = 0", f"ALTER DATABASE {url.database} SET work_mem = '64kB'")
    try:
        with pytest.raises(CLEAR, match="temporary file size exceeds"):
            work(bench.application, struck.job)
    finally:
        _set(bench, f"ALTER DATABASE {url.database} RESET ALL")
    nothing_half(struck)
    struck.repeated()


def _set(bench: Bench, *statements: str) -> None:
    url = bench.application.database.url.render_as_string(hide_password=False)
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
    bench.application.database.dispose()
