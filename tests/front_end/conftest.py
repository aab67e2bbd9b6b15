"""One year for the page and the example, its clock at the first evaluation day of period 6."""

from collections.abc import Iterator
from datetime import date

import pytest

from tap_graph.testing.sandbox import Sandbox, Year, open_sandbox


@pytest.fixture(scope="session")
def year() -> Iterator[Year]:
    opened = open_sandbox(date(2008, 7, 26)).year
    yield opened
    opened.close()


@pytest.fixture
def sandbox(year: Year) -> Sandbox:
    """A web of its own, for it lives on one event loop."""
    return Sandbox(year)
