"""What is refused before any statement runs, each with its code."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from tap_graph.reads.cursors import Cursors, Place
from tests.reads.conftest import AUDITOR, Asked

COUNT = "query ($first: Int, $last: Int) { partners(first: $first, last: $last) { totalCount } }"


@pytest.mark.parametrize("size", [0, -1, 101, 2**31 - 1, -(2**31)])
def test_sizes_out_of_bounds_are_refused(asked: Asked, size: int) -> None:
    assert asked.code(COUNT, first=size) == "BAD_PAGE"
    assert asked.code(COUNT, last=size) == "BAD_PAGE"


def test_first_with_last_is_refused_with_its_place(asked: Asked) -> None:
    response = asked.execute(AUDITOR, "{ all: regions { nodes { code } } mine: partners(first: 1, last: 1) { totalCount } }")
    assert response == {
        "data": None,
        "errors": [
            {
                "message": "first and last were both given; ask for the beginning or for the end of the list.",
                "path": ["mine"],
                "extensions": {"code": "BAD_PAGE"},
            }
        ],
    }


@pytest.mark.parametrize(
    ("document", "variables", "code"),
    [
        ("query { nothing }", {}, "INVALID_DOCUMENT"),
        ("{ partners { nodes ", {}, "SYNTAX"),
        ("", {}, "SYNTAX"),
        ("query A { viewer { role } } query B { viewer { role } }", {}, "UNKNOWN_OPERATION"),
        (COUNT, {"first": "1"}, "BAD_VARIABLES"),
        (COUNT, {"first": 2**31}, "BAD_VARIABLES"),
        (COUNT, {"first": 10**40}, "BAD_VARIABLES"),
        (COUNT, {"first": True}, "BAD_VARIABLES"),
        ('{ periods(filter: {bookingOn: "2008-W01-1"}) { totalCount } }', {}, "INVALID_DOCUMENT"),
        ("query ($id: ID!) { node(id: $id) { id } }", {}, "BAD_VARIABLES"),
        ("query ($on: Date) { periods(filter: {bookingOn: $on}) { totalCount } }", {"on": "2008-02-30"}, "BAD_VARIABLES"),
        ("query ($on: Date) { periods(filter: {bookingOn: $on}) { totalCount } }", {"on": "20080226"}, "BAD_VARIABLES"),
        ("query ($on: Date) { periods(filter: {bookingOn: $on}) { totalCount } }", {"on": 5}, "BAD_VARIABLES"),
        ('{ partners(filter: {tier: "ONE_TIER"}) { totalCount } }', {}, "INVALID_DOCUMENT"),
        ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", {}, "INVALID_DOCUMENT"),
        ("subscription { viewer { role } }", {}, "INVALID_DOCUMENT"),
        ("mutation { viewer { role } }", {}, "INVALID_DOCUMENT"),
        ("{ " + "a" * 9000 + " }", {}, "INVALID_DOCUMENT"),
        ("{ " + "__typename " * 20_000 + "}", {}, "TOO_MANY_TOKENS"),
        ("{" * 5_000, {}, "SYNTAX"),
        ("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["x"] * 101}, "TOO_MANY_IDS"),
    ],
)
def test_bad_operations_are_refused_with_a_code(asked: Asked, document: str, variables: dict[str, object], code: str) -> None:
    assert asked.code(document, **variables) == code
    assert asked.execute.statements == []


def test_unknown_operation_names_list_those_there_are(asked: Asked) -> None:
    response = asked.execute(AUDITOR, "query A { viewer { role } } query B { viewer { role } }", None, "C")
    assert response["errors"][0]["message"] == "The document has no operation 'C'; it has: A, B."
    assert asked.execute(AUDITOR, "query A { viewer { role } } query B { viewer { subject } }", None, "B")["data"] == {
        "viewer": {"subject": "auditor"}
    }


def test_cursors_of_another_list_sorting_or_making_are_refused(asked: Asked) -> None:
    document = """query ($after: String, $sort: PartnerSort!, $direction: Direction!) {
        partners(after: $after, sort: $sort, direction: $direction) { totalCount } }"""
    good = asked.page(first=3)["pageInfo"]["endCursor"]
    ascending = {"sort": "NUMBER", "direction": "ASCENDING"}
    assert asked.execute(AUDITOR, document, {"after": good, **ascending})["data"] == {"partners": {"totalCount": 12}}
    assert asked.code(document, after=good, sort="NAME", direction="ASCENDING") == "BAD_CURSOR"
    assert asked.code(document, after=good, sort="NUMBER", direction="DESCENDING") == "BAD_CURSOR"
    assert asked.code("query ($after: String) { regions(after: $after) { totalCount } }", after=good) == "BAD_CURSOR"
    text = urlsafe_b64decode(good + "=" * (-len(good) % 4)).decode()
    altered = urlsafe_b64encode(text.replace("P03", "P09").encode()).decode().rstrip("=")
    others = Cursors(b"another secret").write("PartnerConnection NUMBER ASCENDING", Place("P03", 3))
    for bad in (altered, others, good[:-1], good + "=", good + "A", "", "%", "Ä", "P03", "A" * 100_000):
        assert asked.code(document, after=bad, **ascending) == "BAD_CURSOR"
    assert asked.code(document, after="\ud800", **ascending) == "BAD_VARIABLES"


def test_a_query_that_needs_no_rows_runs_no_statement(asked: Asked) -> None:
    assert asked.execute(AUDITOR, "{ __typename }") == {"data": {"__typename": "Query"}}
    assert asked.execute(AUDITOR, "{ viewer { role } }") == {"data": {"viewer": {"role": "AUDITOR"}}}
    kinds = asked.execute(AUDITOR, '{ __schema { queryType { name } } __type(name: "Node") { kind } }')
    assert kinds == {"data": {"__schema": {"queryType": {"name": "Query"}}, "__type": {"kind": "INTERFACE"}}}
    assert asked.execute.statements == []


def test_failures_inside_are_masked_and_logged(asked: Asked, caplog: pytest.LogCaptureFixture) -> None:
    with asked.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE partners RENAME TO hidden_partners")
    response = asked.execute(AUDITOR, "{ partners { nodes { name } } }")
    assert response["data"] is None
    assert response["errors"][0]["extensions"] == {"code": "INTERNAL"}
    assert "partners" not in response["errors"][0]["message"]
    assert "an operation failed" in caplog.text


def test_values_the_schema_does_not_know_are_masked(asked: Asked, caplog: pytest.LogCaptureFixture) -> None:
    with asked.database.writing() as connection:
        connection.exec_driver_sql("UPDATE partners SET tier = 'SECRET_TIER' WHERE partner_number = 'P01'")
    response = asked.execute(AUDITOR, '{ partner(partnerNumber: "P01") { partnerNumber tier } }')
    assert response["data"] == {"partner": {"partnerNumber": "P01", "tier": None}}
    assert [(error["path"], error["extensions"]) for error in response["errors"]] == [(["partner", "tier"], {"code": "INTERNAL"})]
    assert "SECRET_TIER" not in str(response["errors"])
    assert "SECRET_TIER" in caplog.text


def test_messages_that_quote_what_was_sent_are_cut(asked: Asked) -> None:
    [error] = asked.execute(AUDITOR, "{ " + "a" * 9000 + " }")["errors"]
    assert len(error["message"]) == 1001
    assert error["message"].endswith("a…")


@pytest.mark.parametrize("counted", ["totalCount", "pageInfo { hasNextPage }"])
def test_more_lists_and_counts_than_one_statement_looks_for_are_refused(asked: Asked, counted: str) -> None:
    def document(count: int) -> str:
        return "{ partners { " + " ".join(f"a{place}: {counted}" for place in range(count)) + " } }"

    assert "errors" not in asked.execute(AUDITOR, document(199))
    asked.execute.statements.clear()
    assert asked.code(document(200)) == "TOO_COSTLY"
    assert asked.execute.statements == []
