"""A large delivery killed at any moment took effect as a whole or not at all, and the same file again completes it.

The moments are a share of the time that the delivery took undisturbed, by a seed: where in the work each falls depends on the
machine, so that what became of the delivery is asked of the database.
"""

from pathlib import Path
from random import Random
from time import perf_counter

import pytest
from sqlalchemy import select

from tap_graph.cli.doctor import examine
from tap_graph.storage import tables as t
from tests.faults.bench import Bench
from tests.faults.conftest import Benches
from tests.faults.every import EVERY, PATIENCE
from tests.faults.facts import differing, facts, unsound
from tests.faults.jobs import counted, work
from tests.faults.scenes import many_sales, two_tiers
from tests.faults.worker import KILLED, Worker

LINES = 30_000 if EVERY else 5_000
MOMENTS = 100 if EVERY else 3
REPEATED = 5 if EVERY else 3
"""One in so many is delivered again; the next kill finds the database as the last one left it."""
ONE_IN_FIFTY = LINES // 50
BECAME = (LINES, LINES - 2 * ONE_IN_FIFTY, 0, ONE_IN_FIFTY, ONE_IN_FIFTY)


def phases(bench: Bench) -> list[str]:
    """How far each delivery that took longer than a moment was."""
    with bench.application.database.reading() as connection:
        return list(connection.execute(select(t.receivings.c.phase).order_by(t.receivings.c.id)).scalars())


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_large_delivery_killed_at_any_moment(worker: Worker, benches: Benches, backend: str, tmp_path: Path) -> None:
    bench = benches(backend, two_tiers)
    (tmp_path / "large.csv").write_bytes(many_sales(LINES, contested=backend == "sqlite"))
    url = bench.application.database.url.render_as_string(hide_password=False)
    job = {"do": "deliver", "kind": "pos", "url": url, "path": str(tmp_path / "large.csv")}
    before = facts(bench.application)
    began = perf_counter()
    assert counted(worker.one(job)) == BECAME
    lasted = perf_counter() - began
    after = facts(bench.application)
    bench.restore()

    chance = Random(2008)
    for kill in range(1, MOMENTS + 1):
        moment = chance.uniform(0.02, 1.0) * lasted
        assert worker.one(job, kill_after=moment)["ended"] in (KILLED, 0)
        found = facts(bench.application)
        took_effect = differing(found, before) != {}
        assert took_effect is False or differing(found, after) == {}, f"killed after {moment:.2f} of {lasted:.2f} s"
        assert set(phases(bench)) <= {"READING", "APPLYING", "RECEIVED"}
        assert phases(bench).count("RECEIVED") <= took_effect
        if took_effect or kill % REPEATED == 0:
            assert counted(work(bench.application, job)) == ((LINES, 0, LINES, 0, 0) if took_effect else BECAME)
            assert differing(facts(bench.application), after) == {}
            assert unsound(bench.application) == []
            assert [finding for finding in examine(url) if finding["state"] != "right"] == []
            bench.restore()
    assert list(worker.temporary.iterdir()) == []
