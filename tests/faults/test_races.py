"""Several processes or threads that do the same at once: one does it, the others find it done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tap_graph.app import Application
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.services.evaluating import Request
from tests.applications import rows
from tests.cli.program import PARTNERS, PROGRAM
from tests.faults.bench import Bench
from tests.faults.conftest import Benches
from tests.faults.facts import differing, facts, unsound
from tests.faults.jobs import Job, counted, work
from tests.faults.scenes import SCENES, WAITING, take, two_tiers, waiting
from tests.faults.worker import Worker
from tests.services.two_tier import order, orders, pos, sold

MANY = 4
JUDGED = {"do": "judge", "region": "APAC", "option": "P6", "window": "FIRST"}


def small_program(application: Application) -> None:
    """The small program, not judged yet."""
    for kind, text in PROGRAM.items():
        take(application, kind, text.encode())


def nothing(_application: Application) -> None:
    """No fact at all."""


@pytest.fixture(params=["sqlite", "postgresql"])
def stand(request: pytest.FixtureRequest, benches: Benches) -> Callable[[Callable[[Application], None]], Bench]:
    """The bench of each kind of database on which something stands."""
    return lambda prepare: benches(request.param, prepare)


Stand = Callable[[Callable[[Application], None]], Bench]


def on(bench: Bench, *jobs: Job) -> list[Job]:
    """Jobs on the database of a bench."""
    return [{**job, "url": bench.application.database.url.render_as_string(hide_password=False)} for job in jobs]


def judged_once(bench: Bench) -> None:
    found = rows(bench.application, "evaluations", "window", "outcome", "payable")
    assert found == [("FIRST", "EARNED", 30_000), ("FIRST", "NOT_YET", 0)]
    assert len(rows(bench.application, "evidence", "evaluation_id")) == 2


def test_two_processes_that_deliver_one_file_make_one_delivery(worker: Worker, stand: Stand) -> None:
    bench = stand(waiting)
    job = {"do": "deliver", "kind": "partners", "text": SCENES["partners"].text}
    answers = worker.ran(on(bench, job, job), at_once=True)
    assert [answer["ended"] for answer in answers] == [0, 0]
    assert len({answer["delivery"] for answer in answers}) == 1
    assert sorted((answer["accepted"], answer["unchanged"]) for answer in answers) == [(0, 4), (3, 1)]
    found = facts(bench.application)
    assert found["deliveries"].total() == len(WAITING) + 1
    assert (found["partners"].total(), found["partners_history"].total(), found["held_lines"].total()) == (3, 1, 0)
    bench.restore()
    work(bench.application, job)
    assert differing(found, facts(bench.application)) == {}


def test_processes_that_deliver_different_files_all_take_effect(worker: Worker, stand: Stand) -> None:
    bench = stand(nothing)
    head = PARTNERS.splitlines()[0]
    jobs = [
        {"do": "deliver", "kind": "partners", "text": f"{head}\nP{one},Own,SG,ONE_TIER\nP0,Shared,SG,ONE_TIER\n"}
        for one in range(1, MANY + 1)
    ]
    answers = worker.ran(on(bench, *jobs), at_once=True)
    assert [answer["ended"] for answer in answers] == [0] * MANY
    assert sorted((answer["accepted"], answer["unchanged"]) for answer in answers) == [(1, 1), (1, 1), (1, 1), (2, 0)]
    assert sorted(rows(bench.application, "partners", "partner_number")) == [(f"P{one}",) for one in range(MANY + 1)]


def test_an_order_and_the_reports_that_wait_for_it_delivered_at_once_end_alike(worker: Worker, stand: Stand) -> None:
    bench = stand(two_tiers)
    held = pos(sold("D1", "X", order_number="SO9", serial_numbers="S1;X1", shipped_on="2008-02-02"))
    other = pos(sold("D2", "Y", order_number="SO9", serial_numbers="S1;X2", shipped_on="2008-02-03"))
    freeing = orders(order("SO9", deviation="DV3"))
    jobs = [{"do": "deliver", "kind": kind, "text": text} for kind, text in (("pos", held), ("orders", freeing), ("pos", other))]
    answers = worker.ran(on(bench, *jobs), at_once=True)
    assert [(answer["ended"], answer["refused"], answer["lines"]) for answer in answers] == [(0, 0, 1)] * 3
    assert found_held(bench) == ["D1\x1fNAMED\x1f1", "D1\x1fTYPO\x1f1"]
    counted_by = {str(invoice): by for invoice, by in rows(bench.application, "pos_lines", "invoice_number", "counted_by_id")}
    assert (counted_by["X"], counted_by["Y"] is not None, counted_by["OLD"] is not None) == (None, True, True)
    assert unsound(bench.application) == []


def found_held(bench: Bench) -> list[str]:
    return sorted(str(key) for (key,) in rows(bench.application, "held_lines", "key"))


def test_an_alias_is_approved_while_lines_that_need_it_are_delivered(worker: Worker, stand: Stand) -> None:
    bench = stand(two_tiers)
    text = pos(*(sold("D1", f"N{one}", order_number="SO3", partner_number="Uno Trading", serial_numbers=f"N{one};S1") for one in range(20)))
    jobs = [{"do": "deliver", "kind": "pos", "text": text}, {"do": "approve alias", "name": "Uno Trading"}]
    for first in (0, 1):
        answers = worker.ran(on(bench, *(jobs[first:] + jobs[:first])), at_once=True)
        assert [answer["ended"] for answer in answers] == [0, 0]
        assert found_held(bench) == ["D1\x1fTYPO\x1f1", "D1\x1fWAITS\x1f1"]
        assert facts(bench.application)["pos_lines"].total() == 25
        assert unsound(bench.application) == []
        told = work(bench.application, jobs[0])
        assert counted(told) == (20, 0, 20, 0, 0)
        bench.restore()


def test_processes_that_judge_at_once_make_one_evaluation_of_each_enrollment(worker: Worker, stand: Stand) -> None:
    bench = stand(small_program)
    answers = worker.ran(on(bench, *[JUDGED] * MANY), at_once=True)
    assert [answer["ended"] for answer in answers] == [0] * MANY
    assert all(answer["rows"] == answers[0]["rows"] for answer in answers)
    judged_once(bench)


def test_threads_that_judge_at_once_make_one_evaluation_of_each_enrollment(stand: Stand) -> None:
    bench = stand(small_program)
    application = bench.application
    with ThreadPoolExecutor(MANY) as pool:
        together = Barrier(MANY)

        def judge(_: int) -> list[dict[str, Any]]:
            request = Request("APAC", "P6", EvaluationWindow.FIRST)
            together.wait(timeout=60)
            return application.explain(request, application.evaluate(request).evaluated)

        answers = list(pool.map(judge, range(MANY)))
    assert all(answer == answers[0] for answer in answers)
    assert [row["payable"] for row in answers[0]] == ["300.00", "0.00"]
    judged_once(bench)


def test_both_windows_judged_at_once_pay_once(worker: Worker, stand: Stand) -> None:
    bench = stand(small_program)
    answers = worker.ran(on(bench, *({**JUDGED, "window": window} for window in ("FIRST", "SECOND") * 2)), at_once=True)
    assert [answer["ended"] for answer in answers] == [0] * 4
    paid = [payable for (payable,) in rows(bench.application, "evaluations", "payable")]
    assert sorted(paid, key=str) == [0, 0, 0, 30_000]
