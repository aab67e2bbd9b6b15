"""Ingest and evaluate a million order lines, beside the bare work on the same database in the same run.

python -m tests.benchmarks.program_scale --lines 1000000 --partners 5000 [--url URL]
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

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, MetaData, create_engine, func, quoted_name, select, text

from tap_graph.app import open_application
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.services.evaluating import Request
from tap_graph.services.receiving import Delivery
from tap_graph.storage import tables as t
from tap_graph.storage.intake.stage import copy_rows
from tap_graph.storage.unit_of_work import Database
from tests.benchmarks.program_files import Size, write
from tests.postgres import server

ROUNDS = 5


def timed(act: Callable[[], Any]) -> float:
    """Seconds an act took."""
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def report(name: str, seconds: float, peer: str, bare: float) -> None:
    """One line of the result: the figure, its peer, and the ratio."""
    print(f"{name:34} {seconds:8.2f} s   {peer:34} {bare:8.3f} s   ratio {seconds / bare:6.2f}", flush=True)


def run(url: str, size: Size, folder: Path) -> None:
    """Measures one database."""
    application = open_application(url)
    application.migrate()
    print(f"\n{application.database.dialect}: {size.lines:,} order lines, {size.partners:,} enrollments", flush=True)
    files, taken = write(folder, size), {}
    for kind, path in files.items():
        with path.open("rb") as stream:
            taken[kind] = timed(partial(application.ingest, Delivery(kind, stream, path.name)))
        print(f"  {kind:16} {taken[kind]:7.2f} s", flush=True)
    report("ingest of the order lines", taken["orders"], "bare write of the same rows", bare_write(application.database, folder))
    if application.database.dialect == "postgresql":
        with application.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        with application.database.engine.connect() as connection:
            connection.execute(text("ANALYZE"))
    lines = t.order_lines.c

    def scan() -> None:
        with application.database.reading() as connection:
            connection.execute(select(func.count(), func.sum(lines.net_value), func.sum(lines.credit))).all()

    dry = Request("APAC", "P7", EvaluationWindow.FIRST, dry_run=True)
    real = Request("APAC", "P7", EvaluationWindow.FIRST)
    bare = statistics.median(timed(scan) for _ in range(ROUNDS))
    report(
        "dry run, totals and requirements",
        statistics.median(timed(lambda: application.evaluate(dry)) for _ in range(ROUNDS)),
        "one scan",
        bare,
    )
    runs = []
    for _ in range(ROUNDS):
        runs.append(timed(lambda: application.evaluate(real)))
        with application.database.writing() as connection:
            connection.execute(t.evidence.delete())
            connection.execute(t.evaluations.delete())
    report("real run with evidence", statistics.median(runs), "one scan", bare)
    print(f"  peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB", flush=True)
    application.database.dispose()


def bare_write(database: Database, folder: Path) -> float:
    """Seconds to write ready order lines into a table of the same columns and indexes, by COPY or executemany."""
    copy = t.order_lines.to_metadata(MetaData(), name="bare_order_lines")
    for index in copy.indexes:
        index.name = quoted_name(f"bare_{index.name}", quote=None)
    for constraint in [c for c in copy.constraints if isinstance(c, ForeignKeyConstraint | CheckConstraint)]:
        copy.constraints.discard(constraint)
    target = Database(f"sqlite:///{folder}/bare.db") if database.dialect == "sqlite" else database
    if database.dialect == "sqlite":
        copy.create(target.engine)
    else:
        with target.engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE {copy.name} (LIKE order_lines INCLUDING INDEXES)"))
    names = [column.name for column in copy.columns]
    with database.reading() as source, target.preparing() as connection:
        connection.exec_driver_sql("BEGIN")
        spent = sum(timed(partial(copy_rows, connection, copy.name, names, rows)) for rows in _ready(source, names))
        spent += timed(lambda: connection.exec_driver_sql("COMMIT"))
    copy.drop(target.engine)
    return spent


def _ready(source: Any, names: list[str]) -> Iterator[list[tuple[Any, ...]]]:
    last = 0
    columns = ", ".join(f'"{name}"' for name in names)
    while rows := source.exec_driver_sql(f"SELECT {columns} FROM order_lines WHERE id > {last} ORDER BY id LIMIT 20000").all():
        last = rows[-1][0]
        yield [tuple(row) for row in rows]


def main() -> None:
    """Reads the arguments and measures SQLite, then PostgreSQL, or the one database that is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--partners", type=int, default=5_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    size = Size(given.lines, given.partners)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if given.only != "postgresql":
            run(f"sqlite:///{folder}/scale.db", size, folder)
        if given.only != "sqlite":
            url = stack.enter_context(server())
            maintenance = create_engine(url, isolation_level="AUTOCOMMIT")
            with maintenance.connect() as connection:
                connection.execute(text("CREATE DATABASE scale"))
            maintenance.dispose()
            run(url.replace("/postgres", "/scale"), size, folder)


if __name__ == "__main__":
    main()
