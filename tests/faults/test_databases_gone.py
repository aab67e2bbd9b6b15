"""The database goes in the middle of a delivery and comes back: a clear error, nothing half, and the same file again is right."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest
from click.testing import Result
from sqlalchemy import Connection, Engine

from tap_graph.app import Application
from tap_graph.storage import unit_of_work
from tap_graph.storage.unit_of_work import Database
from tests.cli.conftest import CommandLine
from tests.faults.bench import Bench, bench_over
from tests.faults.conftest import Benches
from tests.faults.every import EVERY, PATIENCE
from tests.faults.facts import differing, facts
from tests.faults.jobs import work
from tests.faults.outages import CLEAR, Happens, Server, Struck, before_statement, terminated
from tests.faults.scenes import SCENES, two_tiers
from tests.web.feeding import feeding

SCENE = SCENES["pos"]
GONE = ("terminating connection", "connection is closed", "connection is lost", "server closed the connection", "Connection refused")


@pytest.fixture
def on_sqlite(benches: Benches) -> Bench:
    return benches("sqlite", two_tiers)


@pytest.fixture
def on_postgresql(benches: Benches) -> Bench:
    return benches("postgresql", two_tiers)


def url_of(bench: Bench) -> str:
    return bench.application.database.url.render_as_string(hide_password=False)


def places(struck: Struck, few: int) -> list[int]:
    """Numbers of statements: each, or a few and the commit."""
    last = len(struck.statements)
    commit = last - struck.statements[::-1].index("COMMIT")
    chosen = range(1, last + 1) if EVERY else [*Random(last).sample(range(1, commit), few), commit, last]
    return sorted(chosen)


# A cursor of a connection that is gone cannot be closed any more.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(PATIENCE)
def test_server_that_ends_the_connection_at_a_statement(on_postgresql: Bench, tmp_path: Path) -> None:
    struck = Struck(on_postgresql, SCENE.at(url_of(on_postgresql), tmp_path))
    for place in places(struck, few=3):
        told = struck.by(terminated, place)
        assert any(words in told for words in GONE), (place, told)
        if place % 10 == 0 or struck.ends_in(place) or not EVERY:
            struck.repeated()


@pytest.mark.timeout(PATIENCE)
@pytest.mark.skipif(not EVERY, reason="a server of its own takes as long as all others: run by `make faults`")
def test_server_that_restarts_at_a_statement() -> None:
    # The server is another user's process, and may not look into folders of tests.
    with tempfile.TemporaryDirectory(prefix="tap-graph-restarted-") as folder:
        server = Server(Path(folder))
        try:
            with bench_over(server.database("restarted")) as bench:
                two_tiers(bench.application)
                bench.keep()
                struck = Struck(bench, SCENE.at("", Path(folder)))

                def restarted(_connection: Connection) -> None:
                    server.stop()
                    server.start()

                for place in places(struck, few=0)[::20]:
                    assert any(words in struck.by(restarted, place) for words in GONE), place
                    struck.repeated()

                def stopped(_connection: Connection) -> None:
                    server.stop()

                with before_statement(bench.application.database.engine, 40, stopped), pytest.raises(CLEAR):
                    work(struck.bench.application, struck.job)
                with pytest.raises(CLEAR, match="Connection refused"):
                    work(struck.bench.application, struck.job)
                server.start()
                struck.repeated()
        finally:
            server.stop()


def test_sender_over_http_is_told_to_come_again(on_postgresql: Bench) -> None:
    database = Database(url_of(on_postgresql))
    with feeding(database) as feeds:
        for place in (3, 60, 170):
            with before_statement(database.engine, place, terminated):
                answer = feeds.post("pos", SCENE.content)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "10"), answer.text
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert feeds.post("pos", SCENE.content).json()[0]["accepted"] == 5
    database.dispose()


@pytest.fixture
def tap(on_postgresql: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line over the bench."""
    monkeypatch.setenv("TAP_DATABASE_URL", url_of(on_postgresql))
    return CommandLine(tmp_path, tmp_path / "none.db")


def test_command_line_says_so_and_ends_with_one(tap: CommandLine) -> None:
    name = tap.file("pos.csv", SCENE.text)
    engines: list[Engine] = []

    def at(place: int, *happens: Happens) -> Result:
        def both(connection: Connection) -> None:
            engines.append(connection.engine)
            for one in happens:
                one(connection)

        with before_statement(Engine, place, both):
            return tap("ingest", "pos", name, "--json")

    for place in (30, 90, 150):
        result = at(place, terminated)
        assert (result.exit_code, result.stderr.startswith("DATABASE: the database refused (")) == (1, True), result.output
    assert '"accepted":5' in at(1).stdout.replace(" ", "")
    # A command's connections end with its process, which is this one here.
    for engine in engines:
        engine.dispose()


@contextmanager
def impatient(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """The bench with an application that waits for a locked file for a moment only."""
    monkeypatch.setattr(unit_of_work, "BUSY_SECONDS", 0.05)
    patient, bench.application = bench.application, Application(Database(url_of(bench)), bench.application.rulebooks, bench.application.now)
    try:
        yield bench
    finally:
        bench.application.database.dispose()
        bench.application = patient


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("lock", ["writes", "reads"])
def test_file_that_another_one_keeps_locked(on_sqlite: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lock: str) -> None:
    with impatient(on_sqlite, monkeypatch) as bench, closing(sqlite3.connect(str(bench.application.database.url.database))) as other:
        other.isolation_level = None
        struck = Struck(bench, SCENE.at(url_of(bench), tmp_path))
        begin = struck.statements.index("BEGIN IMMEDIATE") + 1

        def locked(_connection: Connection) -> None:
            # Who writes keeps others from beginning to; who reads keeps them from committing.
            other.execute("BEGIN IMMEDIATE" if lock == "writes" else "BEGIN")
            other.execute("SELECT count(*) FROM partners").fetchone()

        for place in range(1, begin + 1) if EVERY else (1, begin):
            told = struck_while(struck, locked, other, place)
            assert "database is locked" in told
            struck.repeated()


def struck_while(struck: Struck, locked: object, other: sqlite3.Connection, place: int) -> str:
    """What the job says while another one has the file, which leaves it afterwards."""
    with before_statement(struck.bench.application.database.engine, place, locked), pytest.raises(CLEAR) as told:  # type: ignore[arg-type]
        work(struck.bench.application, struck.job)
    other.execute("ROLLBACK")
    assert differing(facts(struck.bench.application), struck.before) == {}
    return str(told.value)


@pytest.mark.timeout(PATIENCE)
def test_file_that_may_not_be_written_any_more(on_sqlite: Bench, tmp_path: Path) -> None:
    struck = Struck(on_sqlite, SCENE.at(url_of(on_sqlite), tmp_path))
    begin = struck.statements.index("BEGIN IMMEDIATE") + 1

    def read_only(connection: Connection) -> None:
        connection.connection.driver_connection.execute("PRAGMA query_only = ON")  # type: ignore[union-attr]

    for place in [place for place in places(struck, few=3) if place <= begin + 5] + [begin + 1]:
        told = struck.by(read_only, place)
        assert "readonly database" in told, place
        on_sqlite.application.database.dispose()
        struck.repeated()
    path = on_sqlite.application.database.url.database
    on_sqlite.application.database.dispose()
    reader = Application(Database(f"sqlite:///file:{path}?mode=ro&uri=true"), on_sqlite.application.rulebooks, on_sqlite.application.now)
    with pytest.raises(CLEAR, match="readonly database"):
        work(reader, struck.job)
    reader.database.dispose()
    assert differing(facts(on_sqlite.application), struck.before) == {}
