"""What the fault tests share: a worker whose children may be killed, and databases that are put back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest

from tap_graph.app import Application
from tests.conftest import fresh
from tests.faults.bench import Bench, bench_over
from tests.faults.worker import Worker

Benches = Callable[[str, Callable[[Application], None]], Bench]


@pytest.fixture(scope="session")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """The process that runs jobs in children."""
    with Worker(tmp_path_factory.mktemp("temporary")) as started:
        yield started


@pytest.fixture(scope="session")
def benches(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Benches]:
    """Benches by what stands on them and by the kind of database: prepared once, put back for each test."""
    folder = tmp_path_factory.mktemp("benches")
    made: dict[tuple[str, Callable[[Application], None]], Bench] = {}
    with ExitStack() as stack:

        def url(backend: str) -> str:
            if backend == "memory":
                return "sqlite://"
            if backend == "sqlite":
                return f"sqlite:///{folder}/{uuid4().hex}.db"
            return stack.enter_context(fresh(request.getfixturevalue("postgres_server")))

        def bench(backend: str, prepare: Callable[[Application], None]) -> Bench:
            if (backend, prepare) in made:
                made[backend, prepare].restore()
                return made[backend, prepare]
            one = stack.enter_context(bench_over(url(backend)))
            prepare(one.application)
            one.keep()
            return made.setdefault((backend, prepare), one)

        yield bench
