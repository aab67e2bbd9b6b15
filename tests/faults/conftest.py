"""Copies of a database, gone after the test."""

from collections.abc import Callable, Iterator

import pytest

from tests.faults.program import copies, drop

Copied = Callable[[int], list[str]]


@pytest.fixture
def copied(database_url: str) -> Iterator[Copied]:
    """Makes copies of the test's database as it stands; nobody may have it open."""
    made: list[str] = []

    def copy(number: int) -> list[str]:
        new = copies(database_url, number)
        made.extend(new)
        return new

    yield copy
    drop(made)
