"""A closed-loop load generator over keep-alive connections: each sends its next request when its answer is whole.

It runs in a process of its own, imports the standard library alone, and does little per answer: it shares the machine
with what it measures. Reads a job as JSON from standard input, and writes the outcome as JSON.
"""

import json
import select
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]
BUFFER = 4 << 20
LOOKED_AT = 50
"""Every answer's status is checked, and of one in so many that its body holds no errors."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to send, over how many connections, for how long."""

    port: int
    token: str
    bodies: list[str]
    connections: int
    seconds: float
    warm_up: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; latencies in milliseconds."""

    requests: int
    per_second: float
    p50: float
    p99: float
    errors: int


def measure(port: int, token: str, bodies: list[bytes], connections: int, seconds: float) -> Outcome:
    """Runs a job in a process of its own; an answer that is no good one is a RuntimeError."""
    job = Job(port, token, [body.decode() for body in bodies], connections, seconds, seconds / 4)
    command = [sys.executable, "-m", "tests.benchmarks.reads.load"]
    done = subprocess.run(command, input=json.dumps(asdict(job)).encode(), stdout=subprocess.PIPE, check=True, cwd=ROOT)
    outcome = Outcome(**json.loads(done.stdout))
    if outcome.errors:
        raise RuntimeError(f"{outcome.errors} of {outcome.requests} answers on port {port} were errors.")
    return outcome


@dataclass(slots=True)
class Line:
    """One connection: what it has received of its answer, and since when it waits."""

    socket: socket.socket
    buffer: bytearray = field(default_factory=lambda: bytearray(BUFFER))
    filled: int = 0
    whole: int = 0
    since: float = 0.0

    def receive(self) -> bool:
        """Takes what has arrived; whether the answer is whole."""
        count = self.socket.recv_into(memoryview(self.buffer)[self.filled :])
        if count == 0:
            raise ConnectionError("the server closed the connection")
        self.filled += count
        if not self.whole:
            end = self.buffer.find(b"\r\n\r\n", 0, self.filled)
            if end < 0:
                return False
            self.whole = end + 4 + _length(bytes(self.buffer[:end]))
        return self.filled >= self.whole

    def is_good(self, *, looked_at: bool) -> bool:
        """Whether the answer is a 200, and holds no errors where it is looked at."""
        is_ok = self.buffer[9:12] == b"200"
        return is_ok and not (looked_at and self.buffer.find(b'"errors"', 0, self.filled) >= 0)


class Generator:
    """Sends a job's requests in turn over its connections."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.requests = [_request(job, body.encode()) for body in job.bodies]
        self.poll = select.epoll()
        self.lines: dict[int, Line] = {}
        for _ in range(job.connections):
            line = Line(socket.create_connection(("127.0.0.1", job.port)))
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.poll.register(line.socket, select.EPOLLIN)
            self.lines[line.socket.fileno()] = line
        self.sent = self.errors = 0

    def run(self, seconds: float) -> tuple[list[float], float]:
        """The latencies of all answers asked for in that time, and the seconds until the last of them came."""
        latencies: list[float] = []
        begin = now = time.perf_counter()
        for line in self.lines.values():
            self._send(line, now)
        waiting = len(self.lines)
        while waiting:
            for descriptor, _ in self.poll.poll():
                line = self.lines[descriptor]
                if not line.receive():
                    continue
                now = time.perf_counter()
                latencies.append(now - line.since)
                self.errors += not line.is_good(looked_at=len(latencies) % LOOKED_AT == 1)
                if now - begin < seconds:
                    self._send(line, now)
                else:
                    waiting -= 1
        return latencies, now - begin

    def _send(self, line: Line, now: float) -> None:
        line.filled = line.whole = 0
        line.since = now
        line.socket.sendall(self.requests[self.sent % len(self.requests)])
        self.sent += 1


def _request(job: Job, body: bytes) -> bytes:
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\nAuthorization: Bearer {job.token}\r\n"
        f"Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("the answer does not say its length")


def _outcome(latencies: list[float], seconds: float, errors: int) -> Outcome:
    ordered = sorted(latencies)
    middle, late = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.99))
    return Outcome(len(ordered), len(ordered) / seconds, middle, late, errors)


def main() -> None:
    """One job from standard input: warmed up, then measured."""
    job = Job(**json.load(sys.stdin))
    generator = Generator(job)
    generator.run(job.warm_up)
    print(json.dumps(asdict(_outcome(*generator.run(job.seconds), generator.errors))))


if __name__ == "__main__":
    main()
