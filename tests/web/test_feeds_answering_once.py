"""Idempotency keys: the same delivery under the same key is received once and answered alike, whatever happens meanwhile."""

import gzip
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert, update

from tap_graph.domain.refusal import ActRefused
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.answering_once import Answered, AnsweringOnce, Asked
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage import tables as t
from tap_graph.storage.columns import moment_text
from tap_graph.storage.tables import idempotency_keys as k
from tap_graph.storage.unit_of_work import Database
from tests.web.feeding import ADMINISTRATOR, NOW, PARTNERS, Feeding, feeding, on_sqlite, refused

KEY = "5c0e7c1e-0d0b-4b9f-8d68-6b2a4d2b1a11"
ASKED = Asked("feeds/x", "k", "partners", "", again=True, sha256="00")
ANSWER = Answered(200, "[]")


@pytest.fixture
def feeds(sqlite_template: Path, tmp_path: Path) -> Iterator[Feeding]:
    with on_sqlite(sqlite_template, tmp_path) as database, feeding(database) as made:
        yield made


def test_the_same_request_again_is_answered_to_the_byte_and_received_once(database: Database) -> None:
    with feeding(database) as feeds:
        first = feeds.post("partners?again=true", PARTNERS, Idempotency_Key=KEY)
        feeds.later = timedelta(hours=25)
        token = feeds.key()[1]  # Another caller's keys are others.
        again = feeds.post("partners?again=true", PARTNERS, replace(ADMINISTRATOR, regions=("X",)), Idempotency_Key=KEY)
        assert feeds.post("pos", b"", token, Idempotency_Key=KEY).status_code == 422
        rows = feeds.rows("idempotency_keys")
        deliveries = feeds.rows("deliveries")
    assert (first.status_code, again.status_code) == (200, 200)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert [(row.kind, row.state) for row in deliveries] == [("partners", "RECEIVED"), ("pos", "REFUSED")]
    assert [row.caller.partition(":")[0] for row in rows] == ["feeds/ADMINISTRATOR", "feeds/key"]


def test_a_refused_file_is_answered_alike_too(feeds: Feeding) -> None:
    first, again = (feeds.post("partners", b"nonsense\n", Idempotency_Key=KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (422, 422)
    assert again.content == first.content
    assert len(feeds.ingested) == 1


@pytest.mark.parametrize("other", ["partners?sender=X", "partners?again=true", "certifications"])
def test_another_request_under_the_same_key_is_refused(feeds: Feeding, other: str) -> None:
    feeds.post("partners", PARTNERS, Idempotency_Key=KEY)
    assert refused(feeds.post(other, PARTNERS, Idempotency_Key=KEY)) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert refused(feeds.post("partners", PARTNERS + b"P3,Three\n", Idempotency_Key=KEY)) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert len(feeds.ingested) == 1
    assert len(feeds.rows("partners")) == 2


def test_names_and_packing_make_no_other_request(feeds: Feeding) -> None:
    first = feeds.post("partners?file=a", PARTNERS, Idempotency_Key=KEY)
    again = feeds.post("partners?file=b", gzip.compress(PARTNERS), Idempotency_Key=KEY, Content_Encoding="gzip")
    assert again.content == first.content
    assert len(feeds.ingested) == 1


def test_the_same_key_of_two_subjects_is_two_keys(feeds: Feeding) -> None:
    for subject in ("ada", "bob"):
        who = Viewer(subject=subject, role=Role.ADMINISTRATOR, regions=())
        assert "idempotent-replayed" not in feeds.post("partners", PARTNERS, who, Idempotency_Key=KEY).headers
    assert len(feeds.ingested) == 2


def test_keys_older_than_a_week_are_forgotten_when_a_new_one_comes(feeds: Feeding) -> None:
    feeds.post("partners", PARTNERS, Idempotency_Key="old")
    feeds.later = timedelta(days=6)
    feeds.post("partners", PARTNERS, Idempotency_Key="middle")
    feeds.later = timedelta(days=7, seconds=1)
    feeds.post("partners", PARTNERS, Idempotency_Key="new")
    assert [row.key for row in feeds.rows("idempotency_keys")] == ["middle", "new"]


def test_keys_make_no_answer_to_a_reader_outdated(feeds: Feeding) -> None:
    feeds.post("partners", PARTNERS)
    before = feeds.rows("installation")
    feeds.post("partners", PARTNERS, Idempotency_Key=KEY)
    assert feeds.rows("installation") == before


def test_of_two_at_the_same_time_one_receives_and_the_other_is_told_to_wait(database: Database) -> None:
    begun, let = threading.Event(), threading.Event()

    def ingest(delivery: Delivery) -> Received:
        begun.set()
        assert let.wait(10)
        return Received(1, delivery.file, "0")

    with feeding(database, ingest=ingest) as feeds, ThreadPoolExecutor(1) as pool:
        first = pool.submit(feeds.post, "partners", PARTNERS, Idempotency_Key=KEY)
        assert begun.wait(10)
        second = feeds.post("partners", PARTNERS, Idempotency_Key=KEY)
        let.set()
        assert refused(second) == (409, "IDEMPOTENCY_KEY_IN_USE")
        assert second.headers["retry-after"] == "5"
        third = feeds.post("partners", PARTNERS, Idempotency_Key=KEY) if first.result(10) else None
    assert third is not None
    assert third.content == first.result().content
    assert third.headers["idempotent-replayed"] == "true"


def test_many_at_the_same_time_receive_once(database: Database) -> None:
    with feeding(database) as feeds:

        def post(_number: int) -> tuple[int, bytes]:
            for _ in range(200):
                response = feeds.post("partners?again=true", PARTNERS, Idempotency_Key=KEY)
                if response.status_code not in (409, 503):
                    return response.status_code, response.content
                time.sleep(0.01)
            raise AssertionError("never answered")

        with ThreadPoolExecutor(4) as pool:
            answers = set(pool.map(post, range(4)))
        assert {status for status, _ in answers} == {200}
        assert len(answers) == 1
        assert len(feeds.ingested) == 1


def test_a_failed_delivery_gives_its_key_back(sqlite_template: Path, tmp_path: Path) -> None:
    failing = [True]

    def ingest(delivery: Delivery) -> Received:
        if failing.pop():
            raise RuntimeError("the disk is full")
        return Received(1, delivery.file, "0")

    with on_sqlite(sqlite_template, tmp_path) as database, feeding(database, ingest=ingest) as feeds:
        assert refused(feeds.post("partners", PARTNERS, Idempotency_Key=KEY)) == (500, "INTERNAL")
        assert feeds.rows("idempotency_keys") == []
        failing.append(False)
        assert feeds.post("partners", PARTNERS, Idempotency_Key=KEY).status_code == 200


@pytest.mark.parametrize("was_received", [True, False])
def test_the_claim_of_a_killed_process_is_taken_over_without_receiving_twice(database: Database, was_received: bool) -> None:
    """It was killed before it received the file, or after that and before its answer was kept."""
    with feeding(database) as feeds:
        first = feeds.post("partners?again=true", PARTNERS, Idempotency_Key=KEY)
        claim = msgspec.json.encode({"claimed_at": moment_text(NOW if was_received else NOW + timedelta(seconds=1))}).decode()
        with database.writing() as connection:
            connection.execute(update(k).values(answer=claim, answered_at=NOW + timedelta(seconds=1)))
        feeds.later = timedelta(seconds=60)
        assert refused(feeds.post("partners?again=true", PARTNERS, Idempotency_Key=KEY)) == (409, "IDEMPOTENCY_KEY_IN_USE")
        feeds.later = timedelta(seconds=61)
        taken_over = feeds.post("partners?again=true", PARTNERS, Idempotency_Key=KEY)
        kept = feeds.post("partners?again=true", PARTNERS, Idempotency_Key=KEY)
    assert taken_over.json()[0]["unchanged"] == 2
    assert taken_over.json()[0]["delivery"] == first.json()[0]["delivery"] + (0 if was_received else 1)
    assert kept.content == taken_over.content


def test_a_claim_is_renewed_while_its_delivery_is_received(database: Database) -> None:
    seconds = [0]

    def now() -> object:
        return NOW + timedelta(seconds=seconds[0])

    once = AnsweringOnce(database, now, renewed_every=0.01)  # type: ignore[arg-type]

    def receive(again: bool) -> Answered:
        assert again
        seconds[0] = 3_600
        for _ in range(500):
            with database.reading() as connection:
                if connection.execute(k.select()).one().answered_at == now():
                    break
            time.sleep(0.01)
        with pytest.raises(ActRefused, match="Ask again in 5 s"):
            once.answer(ASKED, lambda _again: ANSWER)
        return ANSWER

    assert once.answer(ASKED, receive) == (ANSWER, False)
    assert once.answer(ASKED, receive) == (ANSWER, True)


def test_a_file_delivered_before_the_claim_is_taken_again_where_that_is_asked(database: Database) -> None:
    columns = {"kind": "partners", "sender": "", "file": "f", "sha256": "00", "state": "RECEIVED", "header": ""}
    counts = dict.fromkeys(("lines", "accepted", "unchanged", "held", "refused"), 0)
    with database.writing() as connection:
        connection.execute(insert(t.deliveries).values(**columns, **counts, received_at=NOW - timedelta(milliseconds=1)))
    seen = []
    once = AnsweringOnce(database, lambda: NOW)
    once.answer(ASKED, lambda again: seen.append(again) or ANSWER)  # type: ignore[func-returns-value]
    assert seen == [True]
