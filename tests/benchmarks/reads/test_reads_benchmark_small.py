"""The read benchmark's servers over a tiny database: the peer answers what we answer, to every kind of viewer."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.identifying import Tokens
from tests.benchmarks.reads.answers import ask, canonical, leaves
from tests.benchmarks.reads.data import fill, partner_number
from tests.benchmarks.reads.load import measure
from tests.benchmarks.reads.queries import ref_body, small_body
from tests.benchmarks.reads.servers import OURS, PEER, Server, serving
from tests.benchmarks.reads.stage import KEY

PARTNERS = 20


@dataclass(frozen=True)
class Servers:
    regions: tuple[str, ...]
    ours: Server
    peer: Server


@pytest.fixture(scope="module")
def servers(postgres_server: str) -> Iterator[Servers]:
    name = f"reads_{uuid4().hex}"
    maintenance = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    regions = fill(url, PARTNERS)
    with serving(OURS, url, KEY) as ours, serving(PEER, url, KEY) as peer:
        yield Servers(regions, ours, peer)
    with maintenance.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    maintenance.dispose()


def token(viewer: Viewer) -> str:
    return Tokens(KEY).sign(viewer, datetime.now(UTC))


def viewers(regions: tuple[str, ...]) -> list[Viewer]:
    return [
        Viewer(subject="of all", role=Role.ADMINISTRATOR, regions=regions),
        Viewer(subject="of two", role=Role.ADMINISTRATOR, regions=regions[:2]),
        Viewer(subject="auditor", role=Role.AUDITOR),
        Viewer(subject="manager", role=Role.CAM, email="cam3@vendor.example"),
        Viewer(subject="partner", role=Role.PARTNER, partner_number=partner_number(4)),
    ]


def test_the_peer_answers_what_we_answer_to_every_viewer(servers: Servers) -> None:
    for viewer in viewers(servers.regions):
        known = token(viewer)
        for body in (ref_body(), small_body(3), small_body(4), small_body(PARTNERS)):
            assert canonical(ask(servers.peer.port, known, body)) == canonical(ask(servers.ours.port, known, body))


def test_ref_asks_for_some_240_leaf_fields_a_partner_and_small_for_some_40(servers: Servers) -> None:
    known = token(viewers(servers.regions)[0])
    assert leaves(ask(servers.ours.port, known, ref_body())) == 4_719
    assert leaves(ask(servers.ours.port, known, small_body(3))) == 39


def test_the_load_generator_sees_good_answers_only(servers: Servers) -> None:
    known = token(viewers(servers.regions)[0])
    outcome = measure(servers.ours.port, known, [small_body(3), small_body(4)], connections=2, seconds=0.1)
    assert outcome.errors == 0
    assert outcome.requests >= 2


def test_the_rows_fill_sqlite_too(tmp_path: Path) -> None:
    fill(f"sqlite:///{tmp_path}/reads.db", partners=2)
    with closing(sqlite3.connect(tmp_path / "reads.db")) as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("enrollments", "orders", "receipts")]
    assert counts == [10, 200, 100]
