"""Fixtures of integration tests; pytest has them wherever this program is installed.

What they are made of is imported when a test asks for one: every run of pytest loads this module.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tap_graph.testing.distributor import HttpDistributor, ProgramYear, SftpDistributor
    from tap_graph.testing.distributor.installing import Installation

DISTRIBUTOR = "tap_graph.testing.distributor"


@pytest.fixture
def tap_distributor_year() -> "Callable[..., ProgramYear]":
    """Makes a program year from a seed: `tap_distributor_year(seed=7, first_day=date(2008, 1, 27))`."""
    made: Any = import_module(DISTRIBUTOR).ProgramYear
    return made  # type: ignore[no-any-return]


@pytest.fixture
def tap_http_distributor() -> "Iterator[Callable[..., HttpDistributor]]":
    """Opens an HTTP distributor: `tap_http_distributor()`; those that were opened end with the test."""
    with ExitStack() as opened:
        yield lambda **how: opened.enter_context(import_module(DISTRIBUTOR).http_distributor(**how))


@pytest.fixture
def tap_sftp_distributor() -> "Iterator[Callable[..., SftpDistributor]]":
    """Opens an SFTP distributor: `tap_sftp_distributor()`; those that were opened end with the test."""
    with ExitStack() as opened:
        yield lambda **how: opened.enter_context(import_module(DISTRIBUTOR).sftp_distributor(**how))


@pytest.fixture
def tap_installation(tmp_path: Path) -> "Iterator[Installation]":
    """A tap_graph of the test's own, empty, at `tap_installation.url`."""
    with import_module(f"{DISTRIBUTOR}.installing").installation(tmp_path) as served:
        yield served
