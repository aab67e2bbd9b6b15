"""Receive a million POS lines, three in a hundred bad, beside the bare write of the rows they become in the same run.

python -m tests.benchmarks.receiving [--lines N] [--only sqlite|postgresql] [--rounds N]
"""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, MetaData, create_engine, func, quoted_name, select, text

from tap_graph.app import Application, open_application
from tap_graph.rules.rulebook import Rulebook
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage import tables as t
from tap_graph.storage.intake.stage import copy_rows
from tap_graph.storage.unit_of_work import Database
from tests.benchmarks.pos_files import COLUMNS, PosSize, expected, pos_lines, referred, write_lines
from tests.benchmarks.program_files import Size, write
from tests.benchmarks.program_scale import report, timed
from tests.postgres import server

PEER = "bare write of the accepted rows"


def run(url: str, size: PosSize, rounds: int, folder: Path) -> None:
    """Measures one database."""
    application = open_application(url)
    application.migrate()
    print(f"\n{application.database.dialect}: {size.lines:,} POS lines on {size.order_lines:,} order lines", flush=True)
    for kind, (header, lines) in referred(size).items():
        deliver(application, kind, write_lines(folder / f"{kind}.csv", header, lines))
    settle(application.database)
    path = write_lines(folder / "pos.csv", COLUMNS, pos_lines(size))
    first, taken = receive(application, path, again=False)
    assert {"accepted": first.accepted, "held": first.held, "refused": first.refused} == expected(size.lines)
    second, taken_again = receive(application, path, again=True)
    assert (second.unchanged, second.held, second.refused) == (first.accepted, first.held, first.refused)
    print(f"  {first.accepted:,} accepted, {first.held:,} held, {first.refused:,} refused", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # The peer is measured after, for it needs the rows; it takes nothing from what was received.
    bare = [bare_write(application.database, folder) for _ in range(rounds)]
    report("received", taken, PEER, statistics.median(bare))
    report("received again, all unchanged", taken_again, PEER, statistics.median(bare))
    print(
        f"  the peer's rounds: {', '.join(f'{seconds:.2f} s' for seconds in bare)}; peak memory of this process {peak:,.0f} MB", flush=True
    )
    application.database.dispose()


def deliver(application: Application, kind: str, path: Path, *, again: bool = False) -> Received:
    """Delivers one file."""
    with path.open("rb") as stream:
        return application.ingest(Delivery(kind, stream, path.name, again=again))


def receive(application: Application, path: Path, *, again: bool) -> tuple[Received, float]:
    """What became of the POS file, and the seconds it took."""
    begin = time.perf_counter()
    received = deliver(application, "pos", path, again=again)
    return received, time.perf_counter() - begin


def settle(database: Database) -> None:
    """What a server does by itself once much has been loaded."""
    if database.dialect == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def bare_write(database: Database, folder: Path) -> float:
    """Seconds to write the POS lines in force into a table of the same columns and indexes, by COPY or executemany."""
    copy = t.pos_lines.to_metadata(MetaData(), name="bare_pos_lines")
    for index in copy.indexes:
        index.name = quoted_name(f"bare_{index.name}", quote=None)
    for constraint in [constraint for constraint in copy.constraints if isinstance(constraint, CheckConstraint)]:
        copy.constraints.discard(constraint)
    target = Database(f"sqlite:///{folder}/bare.db") if database.dialect == "sqlite" else database
    if database.dialect == "sqlite":
        copy.create(target.engine)
    else:
        with target.engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE {copy.name} (LIKE pos_lines INCLUDING INDEXES)"))
    names = [column.name for column in copy.columns]
    with database.reading() as source, target.preparing() as connection:
        connection.exec_driver_sql("BEGIN")
        spent = sum(timed(partial(copy_rows, connection, copy.name, names, rows)) for rows in ready(source, names))
        spent += timed(lambda: connection.exec_driver_sql("COMMIT"))
    copy.drop(target.engine)
    return spent


def ready(source: Any, names: list[str]) -> Iterator[list[tuple[Any, ...]]]:
    """The POS lines in force, in chunks."""
    last = 0
    columns = ", ".join(f'"{name}"' for name in names)
    while rows := source.exec_driver_sql(f"SELECT {columns} FROM pos_lines WHERE id > {last} ORDER BY id LIMIT 20000").all():
        last = rows[-1][0]
        yield [tuple(row) for row in rows]


def count_rules(size: Size, folder: Path) -> tuple[int, int]:
    """How often rules were asked about a file of order lines, and about how many distinct sets of facts."""
    application = open_application(f"sqlite:///{folder}/rules.db")
    application.migrate()
    calls = 0
    for rulebook in application.rulebooks.values():

        def asked(facts: Any, check: Callable[[Any], Any] = rulebook.check_order_line) -> Any:
            nonlocal calls
            calls += 1
            return check(facts)

        _watch(rulebook, asked)
    files = write(folder, size)
    for kind in ("partners", "quotes", "deviations", "orders"):
        deliver(application, kind, files[kind])
    with application.database.reading() as connection:
        verdicts = connection.execute(select(func.count()).select_from(t.verdicts)).scalar_one()
    application.database.dispose()
    return calls, verdicts


def _watch(rulebook: Rulebook, asked: Callable[[Any], Any]) -> None:
    vars(rulebook)["check_order_line"] = asked


def main() -> None:
    """Reads the arguments and measures SQLite, then PostgreSQL, or the one database that is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3, help="how often the peer is measured; its median counts")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    size = PosSize(given.lines)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if given.only != "postgresql":
            run(f"sqlite:///{folder}/receiving.db", size, given.rounds, folder)
        if given.only != "sqlite":
            url = stack.enter_context(server())
            maintenance = create_engine(url, isolation_level="AUTOCOMMIT")
            with maintenance.connect() as connection:
                connection.execute(text("CREATE DATABASE receiving"))
            maintenance.dispose()
            run(url.replace("/postgres", "/receiving"), size, given.rounds, folder)
        if given.only != "postgresql":
            calls, verdicts = count_rules(Size(given.lines, size.partners), folder)
            print(
                f"\nrules were asked {calls:,} times about {given.lines:,} order lines of {verdicts:,} distinct sets of facts", flush=True
            )


if __name__ == "__main__":
    main()
