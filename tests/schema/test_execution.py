"""What an execution answers when it may not, or cannot in time: a status, a code and what to do, never a failure."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import anyio
import pytest
from sqlalchemy import create_engine

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.schema.execution import Bounds, Execution
from tap_graph.storage.reading.pool import ReadLimits
from tap_graph.storage.unit_of_work import Database
from tests.builders import Rows

AUDITOR = Viewer(subject="auditor", role=Role.AUDITOR)
PARTNERS = Question("{ partners { totalCount } }")


@dataclass(frozen=True)
class Left:
    """What an allowance says."""

    limit: int | None
    remaining: int | None
    retry_after: int | None = None


def over(database: Database, charge: Any = None, **limits: float) -> Execution:
    reading = ReadLimits(**limits)  # type: ignore[arg-type]
    return Execution(database, b"secret of the tests", lambda: date(2008, 7, 26), charge, Bounds(reading=reading))


def asked(database: Database, *questions: Question, charge: Any = None) -> list[dict[str, Any]]:
    """The responses, one after the other, with the status beside them."""

    async def ask() -> list[Answer]:
        execution = over(database, charge)
        answers = [await execution(AUDITOR, question) for question in questions]
        await execution.close()
        return answers

    return [{**json.loads(answer.body), "status": answer.status, "retry_after": answer.retry_after} for answer in anyio.run(ask)]


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Partners that nobody can read meanwhile, as while a delivery takes effect on SQLite."""
    other = create_engine(database.url)
    with other.connect() as connection:
        if database.dialect == "sqlite":
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            connection.exec_driver_sql("LOCK TABLE partners IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()
    other.dispose()


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    anyio.run(test)


def test_a_statement_that_takes_too_long_is_told_and_leaves_the_next_one_alone(database: Database) -> None:
    async def test() -> None:
        execution = over(database, connections=1, statement_seconds=0.4)
        begin = time.monotonic()
        with locked(database):
            answer = await execution(AUDITOR, PARTNERS)
        assert time.monotonic() - begin < 5
        # On SQLite no statement ran: readers were kept out, and may come back.
        expected = (503, False, "OVERLOADED", 1) if database.dialect == "sqlite" else (504, False, "TIMEOUT", None)
        assert (answer.status, answer.executed, answer.code, answer.retry_after) == expected
        assert "data" not in json.loads(answer.body)
        assert json.loads((await execution(AUDITOR, PARTNERS)).body)["data"] == {"partners": {"totalCount": 0}}
        await execution.close()

    run(test)


def test_who_finds_every_connection_in_use_is_asked_to_come_back(database: Database) -> None:
    async def test() -> None:
        execution = over(database, connections=1, waiting_seconds=0.2, statement_seconds=2)
        with locked(database):
            first = asyncio.ensure_future(execution(AUDITOR, PARTNERS))
            await asyncio.sleep(0.2)
            second = await execution(AUDITOR, PARTNERS)
        assert (second.status, second.retry_after, second.code) == (503, 1, "OVERLOADED")
        assert (await first).code in (None, "TIMEOUT", "OVERLOADED")
        await execution.close()

    run(test)


def test_a_cancelled_question_frees_its_connection(database: Database) -> None:
    async def test() -> None:
        execution = over(database, connections=1, statement_seconds=30)
        with locked(database):
            asking = asyncio.ensure_future(execution(AUDITOR, PARTNERS))
            await asyncio.sleep(0.3)
            asking.cancel()
            begin = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await asking
            assert time.monotonic() - begin < 3
        assert json.loads((await execution(AUDITOR, PARTNERS)).body)["data"] == {"partners": {"totalCount": 0}}
        await execution.close()

    run(test)


def test_what_only_reads_takes_no_mutation(database: Database) -> None:
    documents = ("mutation { payoutApprove { id } }", "subscription { caseChanged { id } }", "query A { viewer { role } } mutation B { x }")
    answers = asked(database, *(Question(document, None, "B" if "B" in document else None, may_write=False) for document in documents))
    assert {(answer["status"], answer["errors"][0]["extensions"]["code"]) for answer in answers} == {(405, "METHOD_NOT_ALLOWED")}
    [query] = asked(database, Question(documents[2], None, "A", may_write=False))
    assert (query["status"], query["errors"][0]["extensions"]["code"]) == (None, "INVALID_DOCUMENT")


def test_the_cost_is_charged_before_validation_and_told(database: Database) -> None:
    charged: list[int] = []

    async def charge(_viewer: Viewer, cost: int) -> Left:
        charged.append(cost)
        return Left(1000, 1000 - sum(charged))

    page = Question("query ($n: Int) { partners(first: $n) { totalCount } }", {"n": 0})
    answers = asked(database, Question("{ partners(first: 10) { nodes { nothing } } }"), page, PARTNERS, charge=charge)
    assert [answer.get("errors", [{}])[0].get("extensions", {}).get("code") for answer in answers] == ["INVALID_DOCUMENT", "BAD_PAGE", None]
    assert charged == [20, 1, 1]
    assert [answer["extensions"]["cost"] for answer in answers] == [
        {"cost": 20, "limit": 1000, "remaining": 980},
        {"cost": 1, "limit": 1000, "remaining": 979},
        {"cost": 1, "limit": 1000, "remaining": 978},
    ]


def test_who_has_no_allowance_left_is_refused_with_the_time_to_wait(database: Database) -> None:
    async def charge(_viewer: Viewer, _cost: int) -> Left:
        return Left(1000, 3, 7)

    [answer] = asked(database, Question("{ partners(first: 10) { nodes { name } } }"), charge=charge)
    assert (answer["status"], answer["retry_after"]) == (429, 7)
    assert answer["errors"][0]["extensions"]["code"] == "OVER_ALLOWANCE"
    assert answer["extensions"]["cost"]["remaining"] == 3
    assert "data" not in answer


def test_a_database_without_its_tables_is_our_failure_and_says_nothing_of_itself(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with database.writing() as connection:
        Rows(connection).partner("P1")
        connection.exec_driver_sql("ALTER TABLE partners RENAME TO gone")
    [answer] = asked(database, PARTNERS)
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == {"code": "INTERNAL"}
    assert "partners" not in answer["errors"][0]["message"]
    assert "an operation failed" in caplog.text
