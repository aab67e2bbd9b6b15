"""A process of its own whose children deliver, act or judge, and may be killed while they do.

It reads one JSON request a line from standard input (a list of jobs, and whether they begin at once), starts a child for
each job, and prints one JSON list a line: how each child ended and what it said. It ends with its standard input.
"""

import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from subprocess import PIPE, Popen
from types import TracebackType
from typing import Any, Self

from tap_graph.app import Application
from tap_graph.storage.unit_of_work import Database
from tests.faults.bench import NOW, RULEBOOKS
from tests.faults.jobs import Answer, Job, Ticks, limited, work

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL


class Worker:
    """The process as tests see it."""

    def __init__(self, temporary: Path) -> None:
        """Its temporary files, and those of the databases it opens, go into *temporary*."""
        self.temporary = temporary
        environment = {**os.environ, "TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}
        command = [sys.executable, "-m", "tests.faults.worker"]
        self._process = Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT, env=environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._process.communicate(timeout=60)

    def ran(self, jobs: Sequence[Job], *, at_once: bool = False) -> list[Answer]:
        """What became of each job, run in children, one after the other or all at once.

        A job with `kill_at` dies after that step, one with `kill_after` after so many seconds; `ended` is how it ended,
        `said` what it failed with, `grew` how many MiB of memory it took more than a process that does nothing.
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the worker has no pipes")
        self._process.stdin.write(json.dumps({"at_once": at_once, "jobs": jobs}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the worker ended with {self._process.wait()}"
        answers: list[Answer] = json.loads(line)
        return answers

    def one(self, job: Job, **how: Any) -> Answer:
        """What became of one job."""
        return self.ran([{**job, **how}])[0]


def child(application: Application, job: Job, start: int, answer: int) -> None:
    """Waits until everybody is there, works, and never comes back."""
    os.read(start, 1)
    ended, told = 1, b""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        limited(job)
        answer_to_job = work(application, job, Ticks(job.get("kill_at")))
        answer_to_job["grew"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
        told = json.dumps(answer_to_job).encode()
        ended = 0
    except BaseException as error:  # noqa: BLE001 - a child must not run on in the parent's code
        told = json.dumps({"said": f"{type(error).__module__}.{type(error).__name__}: {error}"}).encode()
    with os.fdopen(answer, "wb") as out:
        out.write(told)
    os._exit(ended)


def ended(jobs: Sequence[Job], applications: dict[str, Application]) -> list[Answer]:
    """Runs jobs at once, and tells how they ended."""
    started = []
    start, go = os.pipe()
    for job in jobs:
        application = applications.setdefault(job["url"], Application(Database(job["url"]), RULEBOOKS, lambda: NOW))
        told, answer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(go)
            child(application, job, start, answer)
        os.close(answer)
        started.append((pid, told, job.get("kill_after")))
    # The pipe's end is the starting signal: every child reads it at once.
    os.close(go)
    answers: list[Answer] = []
    for pid, told, kill_after in started:
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(pid, signal.SIGKILL)
        with os.fdopen(told, "rb") as stream:
            text = stream.read()
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        answers.append({"ended": code, **(json.loads(text) if text and code != KILLED else {})})
    os.close(start)
    return answers


def main() -> None:
    """Runs the jobs that stand on standard input."""
    applications: dict[str, Application] = {}
    # Where temporary files go is found out by writing one: not in a child, which may be killed before it is taken away.
    tempfile.gettempdir()
    for line in sys.stdin:
        asked = json.loads(line)
        jobs = asked["jobs"]
        batches = [jobs] if asked["at_once"] else [[job] for job in jobs]
        answers = [answer for batch in batches for answer in ended(batch, applications)]
        sys.stdout.write(json.dumps(answers) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
