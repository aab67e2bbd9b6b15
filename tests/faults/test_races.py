"""Several processes or threads that do the same at once: one does it, the others find it done."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.services.evaluating import Request
from tests.applications import rows
from tests.cli.program import PARTNERS, PROGRAM
from tests.faults.program import DELIVERED, WAITING, facts, opened, prepare
from tests.faults.worker import ran

MANY = 4
JUDGED = {"region": "APAC", "option": "P6", "window": "FIRST"}


@pytest.fixture
def program(database_url: str) -> str:
    """A database that holds the small program, not judged yet."""
    prepare(database_url, PROGRAM)
    return database_url


def judged_once(url: str) -> None:
    with opened(url) as application:
        assert rows(application, "evaluations", "window", "outcome", "payable") == [("FIRST", "EARNED", 30_000), ("FIRST", "NOT_YET", 0)]
        assert len(rows(application, "evidence", "evaluation_id")) == 2


def test_two_processes_that_deliver_one_file_make_one_delivery(database_url: str) -> None:
    prepare(database_url, WAITING)
    job = {"kind": "partners", "text": DELIVERED, "url": database_url}
    answers = ran([job, job], at_once=True)
    assert [answer["ended"] for answer in answers] == [0, 0]
    assert len({answer["delivery"] for answer in answers}) == 1
    assert sorted((answer["accepted"], answer["unchanged"]) for answer in answers) == [(0, 4), (3, 1)]
    found = facts(database_url)
    assert len(found["deliveries"]) == len(WAITING) + 1
    assert (len(found["partners"]), len(found["partners_history"]), found["held_lines"]) == (3, 1, [])


def test_processes_that_deliver_different_files_all_take_effect(database_url: str) -> None:
    prepare(database_url, {})
    head = PARTNERS.splitlines()[0]
    jobs = [
        {"kind": "partners", "text": f"{head}\nP{one},Own,SG,ONE_TIER\nP0,Shared,SG,ONE_TIER\n", "url": database_url}
        for one in range(1, MANY + 1)
    ]
    answers = ran(jobs, at_once=True)
    assert [answer["ended"] for answer in answers] == [0] * MANY
    assert sorted((answer["accepted"], answer["unchanged"]) for answer in answers) == [(1, 1), (1, 1), (1, 1), (2, 0)]
    with opened(database_url) as application:
        assert sorted(rows(application, "partners", "partner_number")) == [(f"P{one}",) for one in range(MANY + 1)]


def test_processes_that_judge_at_once_make_one_evaluation_of_each_enrollment(program: str) -> None:
    answers = ran([{**JUDGED, "url": program}] * MANY, at_once=True)
    assert [answer["ended"] for answer in answers] == [0] * MANY
    assert all(answer["rows"] == answers[0]["rows"] for answer in answers)
    judged_once(program)


def test_threads_that_judge_at_once_make_one_evaluation_of_each_enrollment(program: str) -> None:
    with opened(program) as application, ThreadPoolExecutor(MANY) as pool:
        together = Barrier(MANY)

        def judge(_: int) -> list[dict[str, Any]]:
            request = Request("APAC", "P6", EvaluationWindow.FIRST)
            together.wait(timeout=60)
            return application.explain(request, application.evaluate(request).evaluated)

        answers = list(pool.map(judge, range(MANY)))
    assert all(answer == answers[0] for answer in answers)
    assert [row["payable"] for row in answers[0]] == ["300.00", "0.00"]
    judged_once(program)


def test_both_windows_judged_at_once_pay_once(program: str) -> None:
    jobs = [{**JUDGED, "url": program, "window": window} for window in ("FIRST", "SECOND") * 2]
    assert [answer["ended"] for answer in ran(jobs, at_once=True)] == [0] * 4
    with opened(program) as application:
        paid = [payable for (payable,) in rows(application, "evaluations", "payable")]
    assert sorted(paid, key=str) == [0, 0, 0, 30_000]
