"""What the fault tests share: a worker whose children may be killed, and databases that are put back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest

from tap_graph.app import Application
from tests.conftest import fresh
from tests.faults.bench import Bench, bench_over
from tests.faults.worker import Worker

Prepare = Callable[[Application], None]
Benches = Callable[[str, Prepare], Bench]
InMemory = Callable[[Prepare], Bench]


@pytest.fixture(scope="session")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """The process that runs jobs in children."""
    with Worker(tmp_path_factory.mktemp("temporary")) as started:
        yield started


@pytest.fixture(scope="session")
def benches(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Benches]:
    """Benches by the kind of database and by what stands on them: prepared once, put back for each test."""
    folder = tmp_path_factory.mktemp("benches")
    with ExitStack() as stack:

        def url(backend: str) -> str:
            return f"sqlite:///{folder}/{uuid4().hex}.db" if backend == "sqlite" else stack.enter_context(fresh(postgres_server))

        yield prepared(stack, url)


@pytest.fixture(scope="session")
def in_memory() -> Iterator[InMemory]:
    """Benches in memory, for what no database can do otherwise than the other."""
    with ExitStack() as stack:
        bench = prepared(stack, lambda _backend: "sqlite://")
        yield lambda prepare: bench("memory", prepare)


def prepared(stack: ExitStack, url: Callable[[str], str]) -> Benches:
    """Makes each bench once, at the URL for its kind of database; the next time it is put back."""
    made: dict[tuple[str, Prepare], Bench] = {}

    def bench(backend: str, prepare: Prepare) -> Bench:
        if (backend, prepare) in made:
            made[backend, prepare].restore()
            return made[backend, prepare]
        one = stack.enter_context(bench_over(url(backend)))
        prepare(one.application)
        one.keep()
        return made.setdefault((backend, prepare), one)

    return bench
