"""Jobs: what a process of the fault tests does to a database, told in plain values so that another process can be asked for it."""

import io
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlalchemy import event, select

from tap_graph.app import Application
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.domain.refusal import ActRefused
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.feeds import unpacking
from tap_graph.services import aliasing, correcting, retracting
from tap_graph.services.evaluating import Request
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage import tables as t
from tap_graph.web import uploading
from tests.faults.bench import NOW

Job = Mapping[str, Any]
Answer = dict[str, Any]
ADMIN = Viewer(subject="admin", role=Role.ADMINISTRATOR, regions=("APAC",))
LARGEST = 1 << 30
PIECE = 2_000
ROLLED_OVER = 64
COUNTED = ("lines", "accepted", "unchanged", "held", "refused")


class Ticks:
    """Counts what a job does step by step; kills this process after the step given."""

    def __init__(self, kill_at: int | None = None) -> None:
        self.seen: list[str] = []
        self._kill_at = kill_at

    def tick(self, what: str) -> None:
        """One more step is done."""
        self.seen.append(what)
        if len(self.seen) == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        """A statement was answered by the database."""
        self.tick(statement)

    def watch(self, application: Application) -> Callable[[], None]:
        """Counts the statements of an application, until what is answered is called."""
        engine = application.database.engine
        event.listen(engine, "after_cursor_execute", self.statement)
        return lambda: event.remove(engine, "after_cursor_execute", self.statement)

    def stream(self, stream: BinaryIO) -> BinaryIO:
        """A stream whose operations are counted."""
        return cast("BinaryIO", _Ticking(stream, self))


class _Ticking:
    """A stream that counts what is done with it."""

    def __init__(self, stream: BinaryIO, ticks: Ticks) -> None:
        self._stream = stream
        self._ticks = ticks

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._stream, name)

        def counted(*given: Any) -> Any:
            answer = method(*given)
            self._ticks.tick(f"file {name}")
            return answer

        return counted if callable(method) else method


def work(application: Application, job: Job, ticks: Ticks | None = None) -> Answer:
    """Does a job; an act that is refused answers its codes."""
    ticks = Ticks() if ticks is None else ticks
    unwatch = ticks.watch(application)
    try:
        return {**WORKS[job["do"]](application, job, ticks), "steps": ticks.seen}
    except ActRefused as refused:
        return {"refused": [refusal.code for refusal in refused.refusals], "steps": ticks.seen}
    finally:
        unwatch()


def limited(job: Job) -> None:
    """Takes away what a job says it shall not have, for good: to be called in a process of its own."""
    if "largest_file" in job:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["largest_file"], job["largest_file"]))


def counted(answer: Answer) -> tuple[int, ...]:
    """Lines, accepted, unchanged, held and refused of a delivery."""
    return tuple(answer[name] for name in COUNTED)


def _deliver(application: Application, job: Job, ticks: Ticks) -> Answer:
    if "text" in job:
        return _told(application.ingest(Delivery(job["kind"], io.BytesIO(job["text"].encode()), f"{job['kind']}.csv")))
    path = Path(job["path"])
    with path.open("rb") as opened:
        ticks.tick("file open")
        return _told(application.ingest(Delivery(job["kind"], ticks.stream(opened), path.name)))


def _upload(application: Application, job: Job, ticks: Ticks) -> Answer:
    """What the web does with a body: into a temporary file, unpacked into another one, and received."""
    uploading.IN_MEMORY = unpacking.IN_MEMORY = ROLLED_OVER
    body = Path(job["path"]).read_bytes()

    def opened(name: str, _given: tuple[object, ...]) -> None:
        if name in ("open", "os.remove", "tempfile.mkstemp") and watching:
            ticks.tick(f"file {name}")

    watching = True
    sys.addaudithook(opened)
    with uploading.Upload() as upload:
        upload.file = ticks.stream(upload.file)
        for start in range(0, len(body), PIECE):
            upload.write(body[start : start + PIECE])
        upload.unpack(LARGEST)
        upload.file = ticks.stream(upload.file)
        told = _told(application.ingest(Delivery(job["kind"], upload.file, "upload")))
        # A hook cannot be taken away.
        watching = False
        return told


def _judge(application: Application, job: Job, _ticks: Ticks) -> Answer:
    request = Request(job["region"], job["option"], EvaluationWindow(job["window"]))
    return {"rows": application.explain(request, application.evaluate(request).evaluated)}


def _approve_alias(application: Application, job: Job, _ticks: Ticks) -> Answer:
    with application.database.writing() as connection:
        alias = connection.execute(select(t.aliases.c.id).where(t.aliases.c.name == job["name"])).scalar_one()
        aliasing.approve(connection, application.rulebooks, ADMIN, alias, NOW)
    return {}


def _retract(application: Application, job: Job, _ticks: Ticks) -> Answer:
    with application.database.writing() as connection:
        retracting.retract(connection, application.rulebooks, ADMIN, job["kind"], job["key"], "it was wrong", NOW)
    return {}


def _resubmit(application: Application, job: Job, _ticks: Ticks) -> Answer:
    with application.database.writing() as connection:
        line = t.delivery_lines
        found = connection.execute(select(line.c.id).where(line.c.raw.contains(job["raw"])).order_by(line.c.id).limit(1)).scalar_one()
        correcting.resubmit(connection, application.rulebooks, ADMIN, found, job["changes"], "it was mistyped", NOW)
    return {}


def _told(received: Received) -> Answer:
    return {name: getattr(received, name) for name in ("delivery", "refusal", "reasons", *COUNTED)}


WORKS: Mapping[str, Callable[[Application, Job, Ticks], Answer]] = {
    "approve alias": _approve_alias,
    "deliver": _deliver,
    "judge": _judge,
    "resubmit": _resubmit,
    "retract": _retract,
    "upload": _upload,
}
