"""Comparing: one operation, answered in every way there is, must be answered in the same bytes."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any
from uuid import uuid4

from anyio.from_thread import BlockingPortal, start_blocking_portal
from graphql import GraphQLSchema
from sqlalchemy import create_engine, make_url, text

from tap_graph.reads.answering import Reads
from tap_graph.reads.cursors import Cursors
from tap_graph.reads.documents import Documents
from tap_graph.reads.exchange import Question
from tap_graph.schema.build import build, catalogue
from tap_graph.schema.execution import Bounds, Execution
from tap_graph.storage.tables import metadata
from tap_graph.storage.unit_of_work import Database
from tests.asking import GENEROUS
from tests.builders import Rows
from tests.reads.operations import Operation, Operations
from tests.reads.pools import AUDITOR, Pools, pools_of
from tests.reads.reporting import fill
from tests.reads.world import Oddity

SECRET = b"secret of the tests"
TODAY = date(2008, 7, 26)
TOO_DEEP = "TOO_DEEP"
NO_RESPONSE = "no response"
GENEROUS_BOUNDS = Bounds(GENEROUS)


Way = Callable[[Operation], bytes]


@dataclass
class Asker:
    """Asks executions, which run on one event loop elsewhere, and counts which finisher answered."""

    portal: BlockingPortal
    executions: list[Execution] = field(default_factory=list)
    finishers: Counter[str] = field(default_factory=Counter)

    def ways(self, database: Database) -> dict[str, Way]:
        """Every way in which a database answers, by name: the one place that knows them."""
        passing, walking = (execution_over(database, bounds) for bounds in (GENEROUS_BOUNDS, Bounds(GENEROUS, passthrough=False)))
        names = [f"{name} on {database.dialect}" for name in ("passthrough", "executor")]
        return {names[0]: self.way(passing, names[0]), names[1]: self.way(walking, names[1], keeps_plans=False)}

    def way(self, execution: Execution, name: str, *, keeps_plans: bool = True) -> Way:
        """How one execution answers; without plans of former operations a plan that fits another only is found out."""
        self.executions.append(execution)
        known, reads = execution.catalogue, execution.reads

        def body(operation: Operation) -> bytes:
            if not keeps_plans:
                execution.documents = Documents(known.core, GENEROUS)
                execution.reads = Reads(reads.pool, reads._dialect, known.core, known.nouns, known.shapes, Cursors(SECRET), reads._worker)
            question = Question(operation.document, operation.variables, operation.operation_name)
            answer = self.portal.call(execution, operation.viewer, question)
            self.finishers[f"{name} by {answer.finisher or 'nothing'}"] += 1
            return answer.body

        return body

    def close(self) -> None:
        """Closes what the executions read with."""
        for execution in self.executions:
            self.portal.call(execution.close)


def execution_over(database: Database, bounds: Bounds = GENEROUS_BOUNDS, secret: bytes = SECRET) -> Execution:
    """An execution on the day of the world."""
    return Execution(database, secret, lambda: TODAY, bounds=bounds)


@dataclass(frozen=True, slots=True)
class World:
    """One filled world on some databases, and every way to ask it."""

    schema: GraphQLSchema
    pools: Pools
    databases: tuple[Database, ...]
    asker: Asker
    ways: Mapping[str, Way]

    def operations(self, seed: int, about: str | None = None) -> Operations:
        """The operations of that seed, about a type or field if one is named."""
        return Operations(self.schema, Random(seed), self.pools, about)


@contextmanager
def world(seed: int, urls: list[str], oddities: frozenset[Oddity]) -> Iterator[World]:
    """The world of that seed on empty databases."""
    with ExitStack() as stack:
        asker = Asker(stack.enter_context(start_blocking_portal("asyncio")))
        databases = tuple(Database(url) for url in urls)
        ways: dict[str, Way] = {}
        for database in databases:
            stack.callback(database.dispose)
            metadata.create_all(database.engine)
            with database.writing() as connection:
                fill(Rows(connection), seed, oddities)
            ways |= asker.ways(database)
        stack.callback(asker.close)
        one, known = next(iter(ways.values())), catalogue(build())
        pools = pools_of(databases[0], known, lambda document: json.loads(one(Operation(document, {}, None, AUDITOR)))["data"], oddities)
        yield World(known.core, pools, databases, asker, ways)


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """URL of a database on a PostgreSQL server, dropped afterwards."""
    name = f"tap_{uuid4().hex}"
    maintenance = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with maintenance.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        with maintenance.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        maintenance.dispose()


def answers(asked: World, operation: Operation) -> dict[str, bytes]:
    """The answer of each finisher on each database, as canonical JSON: keys in the order they came in."""
    return {name: _told(way(operation)) for name, way in asked.ways.items()}


def _told(body: bytes) -> bytes:
    try:
        return canonical(body)
    except ValueError as error:
        return json.dumps({NO_RESPONSE: str(error), "body": body.decode(errors="replace")}).encode()


def canonical(body: bytes) -> bytes:
    """A response in one spelling; a key that comes twice, or a float, is a ValueError, for no response may hold them."""
    response = json.loads(body, object_pairs_hook=_once, parse_float=_no_float)
    response.pop("extensions", None)
    return json.dumps(response).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError(f"a key comes twice: {[key for key, _value in pairs]}")
    return made


def _no_float(number: str) -> None:
    raise ValueError(f"the response holds the float {number}")


@dataclass
class Tally:
    """What came of the operations so far: how many were answered and with which code, and how many only SQLite refused."""

    codes: Counter[str] = field(default_factory=Counter)
    too_deep: int = 0

    @property
    def asked(self) -> int:
        """How many were asked."""
        return self.codes.total()


def difference(asked: World, operation: Operation, tally: Tally | None = None) -> str | None:
    """The first difference between two answers, or that one of them failed; None where all are the same.

    SQLite may say that the operation nests too deep for it; then the others are compared.
    """
    found = answers(asked, operation)
    alike = {name: answer for name, answer in found.items() if _code(answer) != TOO_DEEP}
    if tally is not None:
        tally.too_deep += len(alike) < len(found)
        tally.codes[_code(next(iter(alike.values()))) if alike else TOO_DEEP] += 1
    for name, answer in alike.items():
        if NO_RESPONSE in json.loads(answer):
            return f"{name} answered what is no response: {answer[:500].decode()}"
        if _code(answer) == "INTERNAL" and "path" not in json.loads(answer)["errors"][0]:
            return f"{name} failed"
    for (one, first), (other, second) in zip(list(alike.items()), list(alike.items())[1:], strict=False):
        if first != second:
            return f"{one} and {other} differ at {first_difference(json.loads(first), json.loads(second))}"
    return None


def _code(answer: bytes) -> str:
    """The code of the first error, DATA for none."""
    errors = json.loads(answer).get("errors")
    return str(errors[0]["extensions"]["code"]) if errors else "DATA"


def first_difference(one: Any, other: Any, path: str = "") -> str:
    """Where two responses differ first, key order included, and how."""
    if isinstance(one, dict) and isinstance(other, dict):
        for (key, value), (other_key, other_value) in zip(one.items(), other.items(), strict=False):
            if key != other_key:
                return f"{path or 'the top'}: key {key!r}, key {other_key!r}"
            if _spelled(value) != _spelled(other_value):
                return first_difference(value, other_value, f"{path}.{key}".lstrip("."))
    if isinstance(one, list) and isinstance(other, list):
        for place, (item, other_item) in enumerate(zip(one, other, strict=False)):
            if _spelled(item) != _spelled(other_item):
                return first_difference(item, other_item, f"{path}[{place}]")
    return f"{path or 'the top'}: {_spelled(one)[:300]}, {_spelled(other)[:300]}"


def _spelled(value: Any) -> str:
    return json.dumps(value)
