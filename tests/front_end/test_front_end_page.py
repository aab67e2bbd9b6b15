"""Every query of the front-end page answers as printed, and its tables name what there is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.weighing.limits import CODES
from tap_graph.testing.sandbox import FAULTS, Sandbox, Year
from tests.front_end.page import PAGE, Example, examples, rows_of_table

ROOT = PAGE.parents[1]
PACKAGE = ROOT / "tap_graph"
EXAMPLES = list(examples())
NAMED = re.compile(r"`([A-Z][A-Z_]+)`")
# How a code stands in the source: at a refusal with its status, of an error class, of a document, or of an answer.
RAISED = re.compile(r'(?:RequestRefused\(\s*\d{3},\s*|^    code = |DocumentRefused\(\s*|_coded\(\w+, )"([A-Z][A-Z_]+)"', re.MULTILINE)
ROOMS = ("web", "reads", "schema")
# Never on the wire: the name of the family, which only its members are raised of.
FAMILY = {"OPERATION_REFUSED"}
STATUS = re.compile(r"(\d{3})(?: \((\d{3})\))?")
# Some fields are closed to this role, and to no other.
DISTRIBUTOR = Viewer(subject="distributor", role=Role.DISTRIBUTOR, distributor_id="CARAVAN-DIST")
MANY = "".join(f" f{number}: __typename" for number in range(300))
PROVOKED: dict[str, dict[str, Any]] = {
    "UNAUTHENTICATED": {"headers": {"Authorization": "Bearer nonsense"}, "json": {"query": "{ viewer { role } }"}},
    "METHOD_NOT_ALLOWED": {"method": "DELETE"},
    "NOT_ACCEPTABLE": {"headers": {"Accept": "text/html"}, "json": {"query": "{ viewer { role } }"}},
    "UNSUPPORTED_MEDIA_TYPE": {"headers": {"Content-Type": "text/plain"}, "content": "{}"},
    "TOO_LARGE": {"content": b'{"query": "' + b" " * 300_000 + b'"}'},
    "BAD_JSON": {"content": b"{"},
    "BAD_REQUEST": {"json": {"query": 5}},
    "BATCH_REFUSED": {"json": []},
    "DOCUMENT_NOT_FOUND": {"json": {"documentId": "sha256:0"}},
    "SYNTAX": {"json": {"query": "{"}},
    "INVALID_DOCUMENT": {"json": {"query": "{ nothing }"}},
    "BAD_VARIABLES": {"json": {"query": "query Q($id: ID!) { node(id: $id) { id } }"}},
    "UNKNOWN_OPERATION": {"json": {"query": "query Q { viewer { role } }", "operationName": "R"}},
    "BAD_PAGE": {"json": {"query": "{ partners(first: 0) { totalCount } }"}},
    "BAD_CURSOR": {"json": {"query": '{ partners(after: "nonsense") { totalCount } }'}},
    "FIELD_NOT_VISIBLE": {"json": {"query": "{ partners { nodes { tier } } }"}},
    "TOO_MANY_IDS": {"json": {"query": "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": {"ids": ["x"] * 101}}},
    "TOO_MANY_ALIASES": {"json": {"query": f"{{{MANY} }}"}},
    "TOO_COSTLY": {"json": {"query": "{ partners(first: 100) { nodes { orders(first: 100) { nodes { lines { id } rmas { id } } } } } }"}},
}


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[TestClient]:
    with TestClient(sandbox) as opened:
        yield opened


def raised() -> set[str]:
    """The codes that the source can put into an answer."""
    sources = [path.read_text(encoding="utf-8") for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]
    codes = {code for source in sources for code in RAISED.findall(source)}
    return (codes | {code for code, _, _ in CODES.values()} | {"UNAUTHENTICATED"}) - FAMILY


def test_the_page_has_questions_of_every_kind() -> None:
    asked = " ".join(example.query for example in EXAMPLES)
    assert len(EXAMPLES) == 8
    assert [word for word in ("pageInfo", "filter", "node(id", "totalCount", "decisions(on", "linesNotCounted") if word not in asked] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: re.findall(r"\w+", example.query)[1])
def test_a_question_of_the_page_is_answered_as_printed(sandbox: Sandbox, client: TestClient, example: Example) -> None:
    headers = {"Authorization": f"Bearer {sandbox.year.token(example.viewer)}"}
    response = client.post("/graphql", json={"query": example.query, "variables": example.variables}, headers=headers)
    answer = response.json()
    answer.pop("extensions", None)
    assert answer == example.answer


def test_every_code_that_can_be_answered_is_in_the_table_and_no_other() -> None:
    told = {code for row in rows_of_table("code") for code in NAMED.findall(row[0])}
    assert told == raised()


@pytest.mark.parametrize("media", ["application/json", "application/graphql-response+json"])
@pytest.mark.parametrize("code", PROVOKED)
def test_a_code_comes_with_the_status_of_the_table(sandbox: Sandbox, client: TestClient, code: str, media: str) -> None:
    headers = {"Authorization": f"Bearer {sandbox.year.token(DISTRIBUTOR)}", "Accept": media, "Content-Type": "application/json"}
    request = {"method": "POST", **PROVOKED[code]}
    headers |= request.pop("headers", {})
    response = client.request(url="/graphql", headers=headers, **request)
    assert response.json()["errors"][0]["extensions"]["code"] == code
    older, newer = STATUS.match(next(row[1] for row in rows_of_table("code") if f"`{code}`" in row[0])).groups()  # type: ignore[union-attr]
    assert response.status_code == int(newer if newer and media != "application/json" else older)


def test_an_allowance_that_is_spent_says_when_to_ask_again(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAP_ROWS_A_MINUTE", "1")
    with TestClient(Sandbox(year), headers={"Authorization": f"Bearer {year.token(DISTRIBUTOR)}"}) as client:
        answers = [client.post("/graphql", json={"query": "{ viewer { role } }"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json()["errors"][0]["extensions"]["code"] == "OVER_ALLOWANCE"
    assert 1 <= int(answers[1].headers["retry-after"]) <= 120


def test_the_dashboard_costs_what_the_page_says(client: TestClient, sandbox: Sandbox) -> None:
    (told,) = re.findall(r'^    "extensions": (.*)$', PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    dashboard = next(example for example in EXAMPLES if "query Dashboard" in example.query)
    headers = {"Authorization": f"Bearer {sandbox.year.token(dashboard.viewer)}"}
    answer = client.post("/graphql", json={"query": dashboard.query, "variables": dashboard.variables}, headers=headers).json()
    assert answer["extensions"] == json.loads(told)


def test_every_fault_is_in_the_table_with_what_it_answers() -> None:
    told = {row[0].strip("`"): row[1] for row in rows_of_table("fault")}
    assert list(told) == list(FAULTS)
    for name, answer in told.items():
        assert NAMED.findall(answer) == re.findall(r"\b[A-Z_]{8,}\b", FAULTS[name].says)


def test_the_files_of_the_example_are_all_told() -> None:
    example = ROOT / "docs" / "front-end"
    there = {f"src/{path.name}" for path in (example / "src").glob("*.ts")} | {"codegen.ts"}
    assert {Path(row[0].split("](")[0].strip("[")).as_posix() for row in rows_of_table("file")} == there
