"""Servers under measurement: one process each on a port of its own, all with the same uvicorn settings."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UVICORN: dict[str, Any] = {
    "host": "127.0.0.1",
    "loop": "uvloop",
    "http": "httptools",
    "log_level": "warning",
    "access_log": False,
    "server_header": False,
}
OURS = "tap_graph.cli.worker:create_web"
PEER = "tests.benchmarks.reads.peer.app:create_web"
# What makes our server answer by its executor, whatever could pass through.
EXECUTOR_FINISHER = {"TAP_READS_FINISHER": "executor"}

ROOT = Path(__file__).parents[3]
LIVE = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, its process, and the seconds from its start to its first answer."""

    port: int
    process: "subprocess.Popen[bytes]"
    started_in: float

    def memory(self, name: str) -> float:
        """Megabytes of the process as the kernel counts them: VmHWM, the most ever, or VmRSS, now."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def uvicorn_command(factory: str, port: int) -> list[str]:
    """The command that serves an application factory."""
    command = [sys.executable, "-m", "uvicorn", factory, "--factory", "--host", UVICORN["host"], "--port", str(port)]
    command += ["--loop", UVICORN["loop"], "--http", UVICORN["http"], "--log-level", UVICORN["log_level"]]
    return [*command, "--no-access-log", "--no-server-header"]


@contextmanager
def serving(factory: str, url: str, key: str, more: Mapping[str, str] | None = None) -> Iterator[Server]:
    """An application over a database, for as long as it is needed."""
    port = free_port()
    environment = {**os.environ, "TAP_DATABASE_URL": url, "TAP_DEVELOPMENT_KEY": key, "TAP_ROWS_A_MINUTE": "none", **(more or {})}
    with running(uvicorn_command(factory, port), port, environment) as server:
        yield server


@contextmanager
def serving_bytes(answer: Path) -> Iterator[Server]:
    """The route that answers a file's bytes."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.reads.bytes_route", str(answer), str(port)]
    with running(command, port, os.environ) as server:
        yield server


@contextmanager
def running(command: Sequence[str], port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    """A server's process from its start, once it answers, to its end."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        while not _lives(port):
            if process.poll() is not None or time.perf_counter() - begin > PATIENCE:
                raise RuntimeError(f"{' '.join(command)} did not begin to answer.")
            time.sleep(0.002)
        yield Server(port, process, time.perf_counter() - begin)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _lives(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(LIVE)
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except ConnectionRefusedError:
        return False
