"""Facts as people know them: every row of every table without the numbers a database gives out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy
from uuid import uuid4

from sqlalchemy import create_engine, make_url, select, text

from tap_graph.app import Application
from tap_graph.rules.host import find_rulebooks
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver
from tests.cli.program import PARTNERS, PROGRAM

NOW = datetime(2008, 7, 26, 9, 30, tzinfo=UTC)
GIVEN_OUT = {"id", "version", "key", "replaced_by"}
ABOUT_THE_INSTALLATION = {"installation", "rulebooks", "figures", "theatres", "periods", "period_countries", "options", "programs"}
Facts = dict[str, list[str]]
RULEBOOKS = find_rulebooks()

# One file that does everything: it supersedes P1, and frees what waits for P2, transitively.
DELIVERED = PARTNERS.replace("One", "Uno") + "P3,Three,HK,TWO_TIER\nP3,Three,HK,TWO_TIER\n"
WAITING = {
    "partners": "".join(PARTNERS.splitlines(keepends=True)[:2]),
    **{kind: rows for kind, rows in PROGRAM.items() if kind != "partners"},
    "deviations": "deviation_number,distributor_id,partner_number,type,requested_on,status,decided_on\n"
    "D1,DIST,P2,TMP,2008-01-01,APPROVED,2008-01-05\n",
    "pos": "distributor_id,invoice_number,invoice_line,order_number,order_line,quantity,partner_number\nDIST,I1,1,SO4,1,1,P2\n",
}


@contextmanager
def opened(url: str) -> Iterator[Application]:
    """An application over a database, at one fixed moment."""
    application = Application(Database(url), RULEBOOKS, lambda: NOW)
    try:
        yield application
    finally:
        application.database.dispose()


def prepare(url: str, files: dict[str, str]) -> None:
    """Migrates a database and delivers files by kind."""
    with opened(url) as application:
        application.migrate()
        for kind, rows in files.items():
            assert deliver(application, kind, rows).refused == 0


def facts(url: str) -> Facts:
    """Every row of every table, sorted, without ids, versions and keys that hold them."""
    found: Facts = {}
    with opened(url) as application, application.database.reading() as connection:
        for table in t.metadata.sorted_tables:
            if table.name not in ABOUT_THE_INSTALLATION:
                columns = [column for column in table.columns if column.name not in GIVEN_OUT and not column.name.endswith("_id")]
                rows = connection.execute(select(*columns)) if columns else connection.execute(select(table))
                found[table.name] = sorted(repr(tuple(row)) if columns else "row" for row in rows)
    return found


def copies(url: str, number: int) -> list[str]:
    """Copies of a database that nobody has open."""
    if make_url(url).get_backend_name() == "sqlite":
        origin = Path(str(make_url(url).database))
        return [f"sqlite:///{copy(origin, origin.with_name(f'{uuid4().hex}.db'))}" for _ in range(number)]
    origin_url = make_url(url)
    names = [f"tap_{uuid4().hex}" for _ in range(number)]
    engine = create_engine(origin_url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {origin_url.database}"))
    engine.dispose()
    return [origin_url.set(database=name).render_as_string(hide_password=False) for name in names]


def drop(urls: list[str]) -> None:
    """Drops copies of a database, where they are still there."""
    for url in map(make_url, urls):
        if url.get_backend_name() == "sqlite":
            Path(str(url.database)).unlink(missing_ok=True)
        else:
            engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)"))
            engine.dispose()
