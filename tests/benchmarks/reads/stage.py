"""The stage of one run: the filled database, who asks, and the servers, whose answers are equal."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.identifying import Tokens
from tests.benchmarks.reads.answers import ask, canonical, leaves
from tests.benchmarks.reads.data import fill
from tests.benchmarks.reads.load import Outcome, measure
from tests.benchmarks.reads.queries import ref_body, small_bodies
from tests.benchmarks.reads.servers import OURS, PEER, Server, serving
from tests.postgres import server

KEY = "the read benchmark's own key, longer than 32 bytes"
REF_CONNECTIONS = 4
SMALL_CONNECTIONS = 8
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """What every figure is measured on."""

    url: str
    token: str
    partners: int
    seconds: float
    folder: Path
    ours: Server
    peer: Server

    def ref(self, server: Server) -> Outcome:
        """REF under load, once."""
        return measure(server.port, self.token, [ref_body()], REF_CONNECTIONS, self.seconds)

    def small(self, server: Server) -> Outcome:
        """SMALL under load, once, about partner after partner."""
        return measure(server.port, self.token, small_bodies(self.partners), SMALL_CONNECTIONS, self.seconds)


@contextmanager
def staged(partners: int, seconds: float) -> Iterator[Stage]:
    """A database server with a filled database, our server and the peer over it; their answers are compared first."""
    with ExitStack() as stack:
        url = stack.enter_context(database())
        token = administrator_token(fill(url, partners))
        folder = Path(stack.enter_context(TemporaryDirectory()))
        ours, peer = (stack.enter_context(serving(factory, url, KEY)) for factory in (OURS, PEER))
        for name, body in (("REF", ref_body()), ("SMALL", small_bodies(partners)[1])):
            answer = ask(ours.port, token, body)
            if canonical(answer) != canonical(ask(peer.port, token, body)):
                raise RuntimeError(f"Our answer to {name} is not the peer's.")
            print(f"{name}: {leaves(answer):,} leaf fields in {len(answer):,} bytes, the same from both", flush=True)
        yield Stage(url, token, partners, seconds, folder, ours, peer)


@contextmanager
def database() -> Iterator[str]:
    """The URL of an empty database on a server of its own."""
    with server() as url:
        maintenance = create_engine(url, isolation_level="AUTOCOMMIT")
        with maintenance.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS reads"))
            connection.execute(text("CREATE DATABASE reads"))
        yield url.rpartition("/")[0] + "/reads"
        maintenance.dispose()


def administrator_token(regions: tuple[str, ...]) -> str:
    """A token of an administrator of those regions."""
    viewer = Viewer(subject="benchmark", role=Role.ADMINISTRATOR, regions=regions)
    return Tokens(KEY).sign(viewer, datetime.now(UTC))


def medians(contestants: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """The medians of some rounds, in each of which the contestants take turns: the machine's speed drifts."""
    measured: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, act in contestants.items():
            measured[name].append(act())
    return {name: median(values) for name, values in measured.items()}
