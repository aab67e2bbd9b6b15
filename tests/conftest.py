"""Fixtures every floor uses: a fresh, real database, SQLite and PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from tap_graph.storage.tables import metadata
from tap_graph.storage.unit_of_work import Database
from tests.postgres import server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of the maintenance database; each test process runs a server of its own."""
    with server() as url:
        yield url


@contextmanager
def fresh(server: str, template: str = "template1") -> Iterator[str]:
    """URL of a new database of a server, a copy of a template, dropped afterwards."""
    name = f"tap_{uuid4().hex}"
    maintenance = create_engine(server, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with maintenance.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    maintenance.dispose()


def with_tables(url: str) -> Database:
    """The database with every table; closed, for copies need it so."""
    made = Database(url)
    metadata.create_all(made.engine)
    made.dispose()
    return made


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Name of a PostgreSQL database with every table and no row: copying it is quicker than making the tables anew."""
    with fresh(postgres_server) as url:
        yield str(with_tables(url).url.database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    path = tmp_path_factory.mktemp("template") / "tap.db"
    with_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty PostgreSQL database, dropped afterwards."""
    with fresh(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/tap.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with every table and no row, once on each kind."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{shutil.copy(request.getfixturevalue('sqlite_template'), tmp_path / 'tap.db')}"
        else:
            server, template = (request.getfixturevalue(name) for name in ("postgres_server", "postgres_template"))
            url = stack.enter_context(fresh(server, template))
        opened = Database(url)
        stack.callback(opened.dispose)
        yield opened
