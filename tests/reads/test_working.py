"""What services work out: once for all rows of an answer, over rows that the viewer may see, and shown like everything else."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from tap_graph.domain.errors import UnknownName
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads import bindings as b
from tap_graph.reads.exchange import Question
from tap_graph.schema.acts import Acting
from tap_graph.schema.performing import Performing
from tap_graph.schema.worked import worked_root
from tests.asking import Asking
from tests.reads.conftest import AUDITOR, Asked

NOW = datetime(2008, 7, 26, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """What stands for a region in these tests."""

    code: str
    name: str


class Recorder:
    """A work that remembers how it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[int], dict[str, Any]]] = []

    def __call__(self, acting: Acting, keys: Sequence[int], given: Mapping[str, Any]) -> Mapping[int, Any]:
        assert acting.now == NOW
        self.calls.append((list(keys), dict(given)))
        return {key: [Place(f"K{key}", f"of {key}")] for key in keys}


@pytest.fixture
def working(asked: Asked) -> Iterator[Asking]:
    """The same database with something to work with."""
    with Asking(asked.database, b"secret", NOW.date, performing=Performing(asked.database, {}, lambda: NOW)) as asking:
        yield asking


def bind(asking: Asking, monkeypatch: pytest.MonkeyPatch, type_: str, field: str, binding: b.Binding) -> None:
    shapes = cast("dict[str, b.Shape]", asking.execution.catalogue.shapes)
    monkeypatch.setitem(shapes, type_, {**shapes[type_], field: binding})


def test_a_service_is_asked_once_for_all_rows_of_an_answer(working: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    bind(working, monkeypatch, "Partner", "regions", b.Worked(recorder))
    document = "{ partners(first: 3) { nodes { partnerNumber regions { __typename code title: name } } } } # once"
    nodes = working(AUDITOR, document)["data"]["partners"]["nodes"]
    [(keys, given)] = recorder.calls
    assert (len(keys), given) == (3, {})
    assert [node["regions"] for node in nodes] == [[{"__typename": "Region", "code": f"K{key}", "title": f"of {key}"}] for key in keys]
    assert len(working.statements) == 1


def test_rows_the_viewer_may_not_see_are_not_worked_out(working: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    bind(working, monkeypatch, "Partner", "regions", b.Worked(recorder))
    stranger = Viewer(subject="s", role=Role.PARTNER, partner_number="nobody")
    assert working(stranger, '{ partner(partnerNumber: "P01") { regions { code } } } # not')["data"] == {"partner": None}
    assert recorder.calls == []


def test_a_kept_plan_gives_each_request_its_own_arguments(working: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(
        working, monkeypatch, "Query", "region", worked_root(lambda _acting, given: Place(given["code"], "x"), "Place.").metadata["binding"]
    )
    document = "query ($code: RegionCode!) { region(code: $code) { code } } # variables"
    shown = [working(AUDITOR, document, {"code": code})["data"]["region"]["code"] for code in ("ONE", "TWO")]
    assert shown == ["ONE", "TWO"]


def test_a_root_field_is_worked_out_without_a_statement(working: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    field = worked_root(lambda acting, given: Place(acting.viewer.role, given["code"]), "Place.")
    bind(working, monkeypatch, "Query", "region", field.metadata["binding"])
    assert working(AUDITOR, '{ region(code: "ONE") { code name } } # root') == {"data": {"region": {"code": "AUDITOR", "name": "ONE"}}}
    assert working.statements == []


def test_nothing_found_is_null(working: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(working, monkeypatch, "Query", "region", worked_root(lambda _acting, _given: None, "Place.").metadata["binding"])
    assert working(AUDITOR, '{ region(code: "ONE") { code } } # null') == {"data": {"region": None}}


def test_an_expected_error_of_a_service_is_the_answers(working: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_acting: Acting, given: Mapping[str, Any]) -> None:
        raise UnknownName(f"{given['code']} is not a region here.")

    bind(working, monkeypatch, "Query", "region", worked_root(refuse, "Place.").metadata["binding"])
    [error] = working(AUDITOR, '{ region(code: "XX") { code } } # error')["errors"]
    assert (error["message"], error["extensions"]["code"]) == ("XX is not a region here.", "UNKNOWN_NAME")


def test_a_role_that_may_not_ask_is_refused_before_anything_is_worked_out(working: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    binding = worked_root(lambda acting, _given: asked.append(acting), "Place.", roles=frozenset({Role.ADMINISTRATOR})).metadata["binding"]
    bind(working, monkeypatch, "Query", "region", binding)
    response = json.loads(working.answer(AUDITOR, Question('{ region(code: "ONE") { code } } # roles')).body)
    assert response["errors"][0]["extensions"]["code"] == "FIELD_NOT_VISIBLE"
    assert asked == []
