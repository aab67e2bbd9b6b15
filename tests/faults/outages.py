"""Outages: what becomes of a job while something happens at one of its statements, and what it is told."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import OperationalError

from tap_graph.domain.errors import TapError
from tests import postgres
from tests.faults.bench import Bench
from tests.faults.facts import Facts, differing, facts, unsound
from tests.faults.jobs import Job, work

Happens = Callable[[Connection], None]
CLEAR = (TapError, OperationalError)
"""What the command line ends with 1 for and HTTP answers 503 for, each with words of its own."""


class Struck:
    """A job on a bench during which something happens, and the facts before and after it."""

    def __init__(self, bench: Bench, job: Job) -> None:
        self.bench, self.job = bench, job
        self.before = facts(bench.application)
        steps = work(bench.application, job)["steps"]
        self.statements = [step for step in steps if not step.startswith("file ")]
        self.after: Facts = facts(bench.application)
        bench.restore()

    def by(self, happens: Happens, at: int) -> str:
        """What the job says when that happens before its statement of that number; whole or nothing of it took effect."""
        with before_statement(self.bench.application.database.engine, at, happens):
            told = self.told()
        found = facts(self.bench.application)
        assert unsound(self.bench.application) == []
        took_effect = differing(found, self.before) != {}
        assert took_effect is False or (differing(found, self.after) == {} and self.ends_in(at)), self.statements[at - 1]
        return told

    def repeated(self) -> None:
        """The same again is right, and the next one finds the database as it was."""
        work(self.bench.application, self.job)
        assert differing(facts(self.bench.application), self.after) == {}
        assert unsound(self.bench.application) == []
        self.bench.restore()

    def ends_in(self, at: int) -> bool:
        """Whether the statement of that number comes after the commit."""
        return "COMMIT" not in self.statements[at - 1 :]

    def told(self) -> str:
        """What the job fails with, nothing where it does not; another error than a clear one is raised."""
        try:
            work(self.bench.application, self.job)
        except CLEAR as error:
            return str(error)
        return ""


@contextmanager
def before_statement(engine: Engine | type[Engine], at: int, happens: Happens) -> Iterator[None]:
    """Lets something happen before the statement of that number."""
    count = 0

    def counted(connection: Connection, *_more: Any) -> None:
        nonlocal count
        count += 1
        if count == at:
            happens(connection)

    event.listen(engine, "before_cursor_execute", counted)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", counted)


def terminated(connection: Connection) -> None:
    """An administrator ends the connection's process on the server, or the network does."""
    url = connection.engine.url
    driver: Any = connection.connection.driver_connection
    place = {"host": url.host, "port": url.port, "user": url.username, "dbname": "postgres"}
    with psycopg.connect(**place, autocommit=True) as admin:  # type: ignore[arg-type]
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", (driver.info.backend_pid,))


class Server:
    """A PostgreSQL server that can be stopped and started; `url` is that of its maintenance database."""

    def __init__(self, folder: Path) -> None:
        binaries = postgres._system_binaries() or postgres._packaged_binaries()
        assert binaries is not None, postgres.HOW
        self._folder, self._binaries, self._port = folder, binaries, postgres._free_port()
        user, group = postgres._unprivileged()
        self._as: dict[str, Any] = {"user": user, "group": group, "cwd": folder, "env": {**os.environ, "HOME": str(folder)}}
        if user is not None and group is not None:
            os.chown(folder, user, group)
        making: list[str | Path] = [binaries / "initdb", "-D", folder / "data", "-U", "tap", "--auth=trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(making, check=True, capture_output=True, **self._as)
        self.url = f"postgresql+psycopg://tap@127.0.0.1:{self._port}/postgres"
        self.start()

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        command: list[str | Path] = [self._binaries / "postgres", "-D", self._folder / "data", "-p", str(self._port)]
        with (self._folder / "log").open("ab") as log:
            started = subprocess.Popen([*command, "-k", self._folder, "-h", "127.0.0.1"], stdout=log, stderr=log, **self._as)
        self._process: subprocess.Popen[bytes] = started
        postgres._wait(self._process, self._port, self._folder)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stops it; by SIGQUIT at once, as though the machine had gone, so that it recovers when it starts."""
        self._process.send_signal(how)
        self._process.wait(timeout=60)

    def database(self, name: str) -> str:
        """The URL of a new database."""
        with psycopg.connect(host="127.0.0.1", port=self._port, user="tap", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)
