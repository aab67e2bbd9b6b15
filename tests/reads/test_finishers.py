"""Two finishers, one answer: which one answers, by which statement, and who is told."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

import pytest

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads import bindings as b
from tap_graph.reads.exchange import Answer, Question
from tap_graph.storage.unit_of_work import Database
from tests.asking import Asking
from tests.builders import Rows
from tests.reads.conftest import AUDITOR, Asked

ADMINISTRATOR = Viewer(subject="a", role=Role.ADMINISTRATOR, regions=("ONE", "TWO"))
TODAY = date(2008, 7, 26)


@pytest.fixture
def walked(asked: Asked) -> Iterator[Asking]:
    """The same database with every answer walked by graphql-core."""
    with Asking(asked.database, b"secret of the tests", lambda: TODAY, passthrough=False) as asking:
        yield asking


def told(asked: Asked, viewer: Viewer, document: str, **variables: Any) -> dict[str, Any]:
    """What is said of how an answer was found."""
    answer = asked.execute.answer(viewer, Question(document, variables, explain=True))
    extensions: dict[str, Any] = json.loads(answer.body)["extensions"]
    return extensions


def finisher(asked: Asked, document: str) -> str | None:
    return asked.execute.answer(AUDITOR, Question(document)).finisher


@pytest.mark.parametrize(
    ("document", "by"),
    [
        ("{ partners { nodes { name orders { totalCount } } } }", "passthrough"),
        ("{ viewer { role } regions { totalCount } __typename }", "passthrough"),
        ("{ viewer { role } }", "executor"),
        ("{ __typename }", "executor"),
        ("{ partners { totalCount } __schema { queryType { name } } }", "executor"),
        ('{ node(id: "nothing of ours") { id } }', "executor"),
        ('{ nodes(ids: ["nothing of ours"]) { id } }', "passthrough"),
    ],
)
def test_the_database_answers_what_it_can_and_the_executor_the_rest(asked: Asked, document: str, by: str) -> None:
    assert finisher(asked, document) == by


def test_one_field_that_only_python_answers_hands_the_whole_operation_to_the_executor(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = '{ partners(first: 3) { nodes { partnerNumber country } } partner(partnerNumber: "P07") { tier name } }'
    before = asked.execute(AUDITOR, document)
    computed = b.Computed(
        (lambda row, _ask, _arguments: row.c.name, lambda row, _ask, _arguments: row.c.tier), lambda name, tier: f"{name}, {tier}"
    )
    shapes = cast("dict[str, b.Shape]", asked.execute.catalogue.shapes)
    monkeypatch.setitem(shapes, "Partner", {**shapes["Partner"], "name": computed})
    asked.execute.statements.clear()
    answer = asked.execute.answer(AUDITOR, Question(document + " # anew"))
    assert answer.finisher == "executor"
    assert len(asked.execute.statements) == 1
    data = json.loads(answer.body)["data"]
    assert data["partner"] == {"tier": "ONE_TIER", "name": "Partner P07, ONE_TIER"}
    assert data["partners"] == before["data"]["partners"]


def test_a_value_the_schema_does_not_know_is_answered_as_the_executor_does(asked: Asked, walked: Asking) -> None:
    with asked.database.writing() as connection:
        connection.exec_driver_sql("UPDATE partners SET tier = 'NO_TIER' WHERE partner_number = 'P02'")
    document = "{ partners(first: 3) { nodes { partnerNumber tier } } }"
    assert asked.execute(AUDITOR, document) == walked(AUDITOR, document)
    assert [node["tier"] for node in asked.execute(AUDITOR, document)["data"]["partners"]["nodes"]] == ["ONE_TIER", None, "ONE_TIER"]


def test_administrators_are_told_the_finisher_and_its_sql_when_they_ask(asked: Asked) -> None:
    reads = told(asked, ADMINISTRATOR, "query ($n: String!) { partner(partnerNumber: $n) { name } }", n="P01")["reads"]
    assert (reads["finisher"], reads["statements"]) == ("passthrough", 1)
    assert reads["sql"] == asked.execute.statements[-1]
    assert "P01" in reads["parameters"]
    assert "ONE" in reads["parameters"]


def test_the_secret_of_cursors_is_not_told(asked: Asked) -> None:
    reads = told(asked, ADMINISTRATOR, "{ partners { edges { cursor } } }")["reads"]
    assert "secret" not in json.dumps(reads)
    assert None in reads["parameters"]


def test_nobody_else_is_told_and_nobody_who_did_not_ask(asked: Asked) -> None:
    assert "reads" not in told(asked, AUDITOR, "{ regions { totalCount } }")
    answer: Answer = asked.execute.answer(ADMINISTRATOR, Question("{ regions { totalCount } }"))
    assert "reads" not in json.loads(answer.body)["extensions"]


def test_what_no_statement_answers_is_told_so(asked: Asked) -> None:
    assert told(asked, ADMINISTRATOR, "{ viewer { role } }")["reads"] == {
        "finisher": "executor",
        "statements": 0,
        "sql": None,
        "parameters": [],
    }


def test_a_text_that_holds_nul_is_refused_before_any_statement(asked: Asked) -> None:
    assert asked.code('{ partner(partnerNumber: "P\\u0000") { name } }') == "SYNTAX"
    assert asked.code('{ partner(partnerNumber: "P\\u{0}") { name } }') == "SYNTAX"
    assert asked.execute.statements == []


def test_texts_of_any_kind_arrive_as_they_are(asked: Asked, walked: Asking) -> None:
    odd = 'a "quoted" \\ back\\\\slash </script> \u2028 \x07 \x1f tab\t line\n ü 🙂 %s %(x)s :name $1 {"json": [1]}'
    with asked.database.writing() as connection:
        Rows(connection).partner("ODD", name=odd, country="'; DROP TABLE partners; --")
    document = "query ($n: String!) { partner(partnerNumber: $n) { name country } }"
    expected = {"data": {"partner": {"name": odd, "country": "'; DROP TABLE partners; --"}}}
    assert asked.execute(AUDITOR, document, {"n": "ODD"}) == walked(AUDITOR, document, {"n": "ODD"}) == expected


def test_data_that_was_read_is_dated_and_known_data_is_not_sent_again(asked: Asked) -> None:
    document = "query ($first: Int) { partners(first: $first) { nodes { partnerNumber } } }"
    first = asked.execute.answer(AUDITOR, Question(document, {"first": 2}, is_dated=True))
    assert first.data_version is not None
    known = Question(document, {"first": 2}, is_dated=True, known_version=first.data_version)
    again = asked.execute.answer(AUDITOR, known)
    assert (again.is_unchanged, again.body, again.data_version) == (True, b"", first.data_version)
    with asked.database.writing() as connection:
        Rows(connection).partner("P00")
    anew = asked.execute.answer(AUDITOR, known)
    assert (anew.is_unchanged, anew.data_version == first.data_version) == (False, False)
    assert json.loads(anew.body)["data"]["partners"]["nodes"] == [{"partnerNumber": "P00"}, {"partnerNumber": "P01"}]
    assert len(asked.execute.statements) == 3


def test_the_executor_dates_its_answers_too(walked: Asking) -> None:
    first = walked.answer(AUDITOR, Question("{ partners { totalCount } }", is_dated=True))
    again = walked.answer(AUDITOR, Question("{ partners { totalCount } }", known_version=first.data_version, is_dated=True))
    assert (first.finisher, again.is_unchanged, again.data_version) == ("executor", True, first.data_version)


def test_a_transaction_that_changes_nothing_leaves_the_data_version(database: Database) -> None:
    with Asking(database, b"secret of the tests", lambda: TODAY) as asking, database.writing() as connection:
        Rows(connection).partner("P1")
    question = Question("{ partners { totalCount } }", is_dated=True)
    with Asking(database, b"secret of the tests", lambda: TODAY) as asking:
        version = asking.answer(AUDITOR, question).data_version
        with database.writing() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM partners")
        assert asking.answer(AUDITOR, question).data_version == version


def test_both_finishers_refuse_the_same_pages_in_the_same_words(asked: Asked, walked: Asking) -> None:
    document = "query ($a: Int, $b: Int) { x: partners(first: $a) { totalCount } y: partners(last: $b) { nodes { name } } }"
    for variables in ({"a": 0, "b": 1}, {"a": 1, "b": -1}, {"a": 101, "b": 101}, {"a": None, "b": None}):
        assert asked.execute(AUDITOR, document, variables) == walked(AUDITOR, document, variables)
