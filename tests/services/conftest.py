"""The two-tier program, ready on both databases: loaded once, copied for each test."""

from collections.abc import Iterator

import pytest

from tap_graph.app import Application
from tap_graph.storage.unit_of_work import Database
from tests.conftest import fresh, with_tables
from tests.services.two_tier import NOW, copied, loaded, published


@pytest.fixture(scope="session")
def two_tier_template(postgres_server: str) -> Iterator[str]:
    """Name of a PostgreSQL database that holds the program."""
    with fresh(postgres_server) as url:
        database = with_tables(url)
        loaded(published(database))
        database.dispose()
        yield str(database.url.database)


@pytest.fixture
def alone() -> Iterator[Application]:
    """The program in memory: for what no database can do otherwise than the other."""
    application = copied()
    yield application
    application.database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest) -> Iterator[Application]:
    """The program, once on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("alone")
        return
    server, template = (request.getfixturevalue(name) for name in ("postgres_server", "two_tier_template"))
    with fresh(server, template) as url:
        database = Database(url)
        yield Application(database, copied().rulebooks, lambda: NOW)
        database.dispose()
