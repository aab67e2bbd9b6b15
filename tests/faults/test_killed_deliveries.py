"""A delivery or an act that is killed takes effect as a whole or not at all, and may simply be repeated.

`TAP_EVERY_FAULT=1` kills after each statement and each operation on a file; else after a few, the commit among them. Where
nothing took effect the database is as it was to the last row, so that a repetition cannot tell a killed delivery from one that
never began: it is made after some of the kills only.
"""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from tests.faults.bench import Bench
from tests.faults.conftest import Benches
from tests.faults.every import EVERY, PATIENCE
from tests.faults.facts import Facts, differing, facts, unsound
from tests.faults.jobs import Answer, counted, work
from tests.faults.scenes import FILES, SCENES, Scene
from tests.faults.worker import KILLED, Worker

REPEATED = 6 if EVERY else 2
MOST, THINNED = 400, 3
"""The one scene with more statements than that repeats itself, kind by kind as lines are freed: it is killed after each third one."""

TRIED = {"sqlite": list(SCENES), "postgresql": list(SCENES) if EVERY else ["partners", "pos", "x12", "alias"]}


def commit_of(steps: Sequence[str]) -> int:
    """The step that makes it take effect, counted from 1; what is staged before commits nothing of it."""
    return len(steps) - steps[::-1].index("COMMIT")


def after_statements(steps: Sequence[str]) -> list[int]:
    """After which statements to kill: each, or one by chance and the ones around the commit."""
    statements = [number for number, step in enumerate(steps, 1) if not step.startswith("file ")]
    commit = commit_of(steps)
    if EVERY:
        return statements if len(statements) <= MOST else sorted({*statements[::THINNED], *statements[-MOST // THINNED :]})
    return [Random(commit).choice(statements[: commit - 2]), commit - 1, commit]


def after_operations(steps: Sequence[str]) -> list[int]:
    """After which operations on files to kill."""
    operations = [number for number, step in enumerate(steps, 1) if step.startswith("file ")]
    return operations if EVERY else [operations[len(operations) // 2]]


class Killing:
    """One scene on one database, killed again and again."""

    def __init__(self, worker: Worker, bench: Bench, scene: Scene, folder: Path) -> None:
        self._worker, self._bench, self._scene = worker, bench, scene
        self._before = facts(bench.application)
        self.url = bench.application.database.url.render_as_string(hide_password=False)
        self._job = scene.at(self.url, folder)
        done = worker.one(self._job)
        assert done["ended"] == 0, done
        self._right(done, repeated=False)
        self.steps: list[str] = done["steps"]
        self._after = facts(bench.application)
        assert differing(self._before, self._after)
        bench.restore()

    def after(self, kills: Sequence[int]) -> None:
        """Kills after each of these steps; where nothing took effect, the next one finds the database as the last one left it."""
        commit = commit_of(self.steps)
        for kill in kills:
            committed = kill >= commit
            assert self._worker.one(self._job, kill_at=kill) == {"ended": KILLED}
            self._is(self._after if committed else self._before, kill)
            if committed or kill % REPEATED == 0 or kill in (kills[-1], commit - 1):
                self._repeat(kill, repeated=committed)
                self._bench.restore()
        assert list(self._worker.temporary.iterdir()) == []

    def _is(self, expected: Facts, kill: int) -> None:
        told = f"killed after step {kill} of {len(self.steps)}: {self.steps[kill - 1][:200]}"
        assert differing(facts(self._bench.application), expected) == {}, told

    def _repeat(self, kill: int, *, repeated: bool) -> None:
        self._right(work(self._bench.application, self._job), repeated=repeated)
        self._is(self._after, kill)
        assert unsound(self._bench.application) == []

    def _right(self, answer: Answer, *, repeated: bool) -> None:
        became = self._scene.became
        if became is None:
            assert answer.get("refused", []) == (self._scene.refused_again if repeated else []), answer
        else:
            lines = became[0]
            assert counted(answer) == ((lines, 0, lines, 0, 0) if repeated else became), answer


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize(("scene", "backend"), [(scene, backend) for backend, scenes in TRIED.items() for scene in scenes])
def test_killed_after_a_statement(worker: Worker, benches: Benches, scene: str, backend: str, tmp_path: Path) -> None:
    killing = Killing(worker, benches(backend, SCENES[scene].prepare), SCENES[scene], tmp_path)
    killing.after(after_statements(killing.steps))


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"] if EVERY else ["sqlite"])
@pytest.mark.parametrize("scene", FILES)
def test_killed_after_an_operation_on_a_file(worker: Worker, benches: Benches, scene: str, backend: str, tmp_path: Path) -> None:
    killing = Killing(worker, benches(backend, FILES[scene].prepare), FILES[scene], tmp_path)
    killing.after(after_operations(killing.steps))


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_killed_delivery_leaves_the_database_free_for_others(worker: Worker, benches: Benches, backend: str, tmp_path: Path) -> None:
    scene = SCENES["partners"]
    killing = Killing(worker, benches(backend, scene.prepare), scene, tmp_path)
    first = scene.at(killing.url, tmp_path)
    other = {"do": "deliver", "kind": "partners", "url": killing.url, "text": scene.text.replace("Three", "Tres")}
    killed, next_one = worker.ran([{**first, "kill_at": commit_of(killing.steps) - 1}, other])
    assert killed == {"ended": KILLED}
    assert (next_one["ended"], *counted(next_one)) == (0, *scene.became)  # type: ignore[misc]
