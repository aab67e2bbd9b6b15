"""A process of its own whose children deliver or judge, and may be killed while they do.

It reads one JSON list of jobs from standard input, starts a child for each (all at once, or one after the other), and
prints one JSON list: how each child ended and what it said.
"""

import io
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import run
from typing import Any

from sqlalchemy import Engine, event

from tap_graph.app import Application
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.rules.host import find_rulebooks
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.evaluating import Request
from tap_graph.services.receiving import Delivery
from tap_graph.storage.unit_of_work import Database
from tests.faults.program import NOW

ROOT = Path(__file__).parents[2]


def ran(jobs: Sequence[Mapping[str, Any]], *, at_once: bool = False) -> list[dict[str, Any]]:
    """What became of each job, run in children of one worker process."""
    command = [sys.executable, "-m", "tests.faults.worker"]
    work = json.dumps({"at_once": at_once, "jobs": jobs})
    done = run(command, input=work, capture_output=True, text=True, check=False, cwd=ROOT, timeout=100)
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


class Count:
    """Counts the statements of an engine; kills this process after the one given."""

    def __init__(self, engine: Engine, kill_after: int | None) -> None:
        self.statements: list[str] = []
        self.kill_after = kill_after
        event.listen(engine, "after_cursor_execute", self)

    def __call__(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        self.statements.append(statement)
        if len(self.statements) == self.kill_after:
            os.kill(os.getpid(), signal.SIGKILL)


def work(job: Mapping[str, Any], rulebooks: Rulebooks) -> dict[str, Any]:
    """One job: a delivery, or an evaluation."""
    database = Database(job["url"])
    application = Application(database, rulebooks, lambda: NOW)
    count = Count(database.engine, job.get("kill_after"))
    if "kind" in job:
        got = application.ingest(Delivery(job["kind"], io.BytesIO(job["text"].encode()), f"{job['kind']}.csv"))
        answer: dict[str, Any] = {"delivery": got.delivery, "accepted": got.accepted, "unchanged": got.unchanged}
    else:
        request = Request(job["region"], job["option"], EvaluationWindow(job["window"]))
        answer = {"rows": application.explain(request, application.evaluate(request).evaluated)}
    database.dispose()
    return {**answer, "statements": count.statements}


def child(job: Mapping[str, Any], rulebooks: Rulebooks, start: int, answer: int) -> None:
    """Waits until everybody is there, works, and never comes back."""
    os.read(start, 1)
    try:
        told = json.dumps(work(job, rulebooks)).encode()
        with os.fdopen(answer, "wb") as out:
            out.write(told)
    except BaseException as error:  # noqa: BLE001 - a child must not run on in the parent's code
        sys.stderr.write(f"{error!r}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Runs the jobs that stand on standard input."""
    asked = json.load(sys.stdin)
    rulebooks = find_rulebooks()
    size = len(asked["jobs"]) if asked["at_once"] else 1
    answers: list[dict[str, Any]] = []
    for begin in range(0, len(asked["jobs"]), size):
        started = []
        start, go = os.pipe()
        for job in asked["jobs"][begin : begin + size]:
            told, answer = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(go)
                child(job, rulebooks, start, answer)
            os.close(answer)
            started.append((pid, told))
        # The pipe's end is the starting signal: every child reads it at once.
        os.close(go)
        for pid, told in started:
            with os.fdopen(told, "rb") as stream:
                text = stream.read()
            ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            answers.append({"ended": ended, **(json.loads(text) if text else {})})
        os.close(start)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
