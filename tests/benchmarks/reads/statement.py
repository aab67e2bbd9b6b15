"""The bare statement: our own SQL for an operation, run by drivers in a loop, without any server around it."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import asyncpg
import psycopg
import uvloop

from tests.benchmarks.reads.answers import ask
from tests.benchmarks.reads.load import ROOT

# What a request carries so that an administrator's answer tells its SQL.
ASKING = {"extensions": {"explain": True}}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with `$1` … and their values, as JSON can hold them."""

    sql: str
    parameters: list[Any]


def statement_of(port: int, token: str, body: bytes) -> Statement | None:
    """The statement our server answers a request with; None where its answer does not tell."""
    asking = json.dumps({**json.loads(body), **ASKING}).encode()
    told = json.loads(ask(port, token, asking)).get("extensions", {}).get("reads", {})
    return Statement(told["sql"], list(told["parameters"])) if "sql" in told else None


@dataclass(frozen=True, slots=True)
class Job:
    """A statement to run, over how many connections, for how long."""

    url: str
    statement: Statement
    connections: int
    seconds: float


def per_second(job: Job) -> float:
    """Statements a second, of the faster driver, in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.reads.statement"]
    done = subprocess.run(command, input=json.dumps(asdict(job)).encode(), stdout=subprocess.PIPE, check=True, cwd=ROOT)
    measured: dict[str, float] = json.loads(done.stdout)
    print("    bare statement: " + ", ".join(f"{driver} {rate:.1f}/s" for driver, rate in measured.items()), flush=True)
    return max(measured.values())


Act = Callable[[], Awaitable[object]]


async def _asyncpg(job: Job, parameters: list[Any]) -> float:
    connections = [await asyncpg.connect(_plain(job.url), server_settings={"jit": "off"}) for _ in range(job.connections)]

    def act(connection: Any) -> Act:
        return lambda: connection.fetchval(job.statement.sql, *parameters)

    rate = await _rate([act(connection) for connection in connections], job.seconds)
    for connection in connections:
        await connection.close()
    return rate


async def _psycopg(job: Job, parameters: list[Any]) -> float:
    connections = [
        await psycopg.AsyncConnection.connect(_plain(job.url), autocommit=True, options="-c jit=off") for _ in range(job.connections)
    ]

    def act(connection: psycopg.AsyncConnection) -> Act:
        cursor = psycopg.AsyncRawCursor(connection)

        async def run() -> object:
            await cursor.execute(job.statement.sql.encode(), parameters)
            return await cursor.fetchone()

        return run

    rate = await _rate([act(connection) for connection in connections], job.seconds)
    for connection in connections:
        await connection.close()
    return rate


async def _rate(acts: list[Act], seconds: float) -> float:
    """How often the acts are done in a second, each in turn with itself; the first few of each are not counted."""
    for act in acts:
        for _ in range(6):
            await act()
    begin = time.perf_counter()

    async def go_on(act: Act) -> int:
        done = 0
        while time.perf_counter() - begin < seconds:
            await act()
            done += 1
        return done

    done = await asyncio.gather(*(go_on(act) for act in acts))
    return sum(done) / (time.perf_counter() - begin)


async def _typed(job: Job) -> list[Any]:
    """The parameters as the database types them: JSON holds days as text."""
    connection = await asyncpg.connect(_plain(job.url))
    types = (await connection.prepare(job.statement.sql)).get_parameters()
    await connection.close()
    return [
        date.fromisoformat(value) if type_.name == "date" and value is not None else value
        for type_, value in zip(types, job.statement.parameters, strict=True)
    ]


def _plain(url: str) -> str:
    return url.replace("+psycopg", "").replace("+asyncpg", "")


async def _measure(job: Job) -> dict[str, float]:
    parameters = await _typed(job)
    return {"asyncpg": await _asyncpg(job, parameters), "psycopg": await _psycopg(job, parameters)}


def main() -> None:
    """One job from standard input."""
    given = json.load(sys.stdin)
    job = Job(**{**given, "statement": Statement(**given["statement"])})
    print(json.dumps(uvloop.run(_measure(job))))


if __name__ == "__main__":
    main()
