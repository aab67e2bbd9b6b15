"""Plans are shared by all operations that differ in values only, kept within a bound, and safe from many threads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.identity import node_id
from tap_graph.reads.plans import CacheCounts, Kept
from tests.reads.conftest import AUDITOR, Asked

DOCUMENT = """query ($first: Int, $after: String, $sort: PartnerSort! = NUMBER, $direction: Direction! = ASCENDING, $filter: PartnerFilter,
    $on: Date, $yes: Boolean! = true) { partners(first: $first, after: $after, sort: $sort, direction: $direction, filter: $filter) {
    totalCount nodes { partnerNumber name @include(if: $yes) orderLines { nodes { decisions(on: $on) { counts } } } } } }"""


def misses(asked: Asked, *questions: dict[str, Any], viewer: Viewer = AUDITOR) -> int:
    """How many plans these questions needed."""
    before = asked.execute.execution.reads.plan_counts().misses
    for variables in questions:
        assert "errors" not in asked.execute(viewer, DOCUMENT, variables)
    return asked.execute.execution.reads.plan_counts().misses - before


@pytest.mark.parametrize(
    "questions",
    [
        ({"first": 1}, {"first": 2}, {"first": 100}),
        ({"filter": {"country": "SG"}}, {"filter": {"country": "KR"}}, {"filter": {"country": "'"}}),
        ({"filter": {"tier": "ONE_TIER"}}, {"filter": {"tier": "TWO_TIER"}}),
        ({"filter": {"text": "a"}}, {"filter": {"text": "%"}}),
        ({"on": "2008-01-01"}, {"on": "2008-02-01"}),
    ],
)
def test_values_share_a_plan(asked: Asked, questions: tuple[dict[str, Any], ...]) -> None:
    assert misses(asked, *questions) == 1


@pytest.mark.parametrize(
    "questions",
    [
        ({"first": 1}, {"first": None}),
        ({"first": 1}, {}),
        ({"sort": "NUMBER"}, {"sort": "NAME"}),
        ({"direction": "ASCENDING"}, {"direction": "DESCENDING"}),
        ({"filter": {"country": "SG"}}, {"filter": {"country": None}}),
        ({"filter": {"country": "SG"}}, {"filter": {"tier": "ONE_TIER"}}),
        ({"filter": {}}, {"filter": None}),
        ({"yes": True}, {"yes": False}),
        ({"on": None}, {"on": "2008-01-01"}),
    ],
)
def test_shapes_do_not(asked: Asked, questions: tuple[dict[str, Any], ...]) -> None:
    assert misses(asked, *questions) == 2


def test_values_of_one_plan_are_not_those_of_another_request(asked: Asked) -> None:
    def found(country: str, first: int) -> list[str]:
        variables = {"filter": {"country": country}, "first": first}
        return [node["partnerNumber"] for node in asked.execute(AUDITOR, DOCUMENT, variables)["data"]["partners"]["nodes"]]

    assert [found("SG", 2), found("KR", 1), found("SG", 9), found("XX", 3)] == [
        ["P01", "P04"],
        ["P02"],
        ["P01", "P04", "P06", "P10", "P12"],
        [],
    ]


def test_viewers_of_one_kind_share_a_plan_and_see_their_own_rows(asked: Asked) -> None:
    def seen(number: str) -> list[str]:
        viewer = Viewer(subject=number, role=Role.PARTNER, partner_number=number)
        return [node["partnerNumber"] for node in asked.execute(viewer, DOCUMENT, {})["data"]["partners"]["nodes"]]

    before = asked.execute.execution.reads.plan_counts().misses
    assert [seen("P01"), seen("P02"), seen("P99"), seen("P01")] == [["P01"], ["P02"], [], ["P01"]]
    assert asked.execute.execution.reads.plan_counts().misses - before == 1


def test_viewers_with_other_roles_or_more_regions_have_plans_of_their_own(asked: Asked) -> None:
    viewers = [
        Viewer(subject="a", role=Role.ADMINISTRATOR, regions=("ONE",)),
        Viewer(subject="a", role=Role.ADMINISTRATOR, regions=("TWO",)),
        Viewer(subject="a", role=Role.ADMINISTRATOR, regions=("ONE", "TWO")),
        Viewer(subject="a", role=Role.AUDITOR, regions=("ONE",)),
    ]
    assert [misses(asked, {}, viewer=viewer) for viewer in viewers] == [1, 0, 1, 1]


def test_ids_share_a_plan_where_they_name_the_same_noun(asked: Asked) -> None:
    document = "query ($id: ID!) { node(id: $id) { __typename id } }"
    ids = [node["id"] for node in asked.execute(AUDITOR, "{ partners { nodes { id } } }")["data"]["partners"]["nodes"]]
    before = asked.execute.execution.reads.plan_counts().misses
    answers = [asked.execute(AUDITOR, document, {"id": opaque})["data"]["node"]["id"] for opaque in ids]
    assert answers == ids
    assert asked.execute.execution.reads.plan_counts().misses - before == 1


def test_what_was_not_asked_for_longest_goes_first() -> None:
    kept: Kept[int] = Kept(2)
    made: list[str] = []

    def get(key: str) -> int:
        return kept.get(key, lambda: made.append(key) or len(made))  # type: ignore[func-returns-value]

    assert [get("a"), get("b"), get("a"), get("c"), get("a"), get("b")] == [1, 2, 1, 3, 1, 4]
    assert made == ["a", "b", "c", "b"]
    assert kept.counts() == CacheCounts(hits=2, misses=4, size=2, limit=2)


def test_many_threads_get_the_thing_of_their_key() -> None:
    kept: Kept[str] = Kept(5)

    def ask(place: int) -> bool:
        key = place * 7919 % 11
        return kept.get(key, lambda: f"thing {key}") == f"thing {key}"

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(20_000)))
    counts = kept.counts()
    assert (counts.hits + counts.misses, counts.size) == (20_000, 5)


def test_what_cannot_be_made_is_not_kept() -> None:
    kept: Kept[int] = Kept(2)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 1) == 1


def test_ids_of_invented_nouns_share_a_plan(asked: Asked) -> None:
    document = "query ($id: ID!) { node(id: $id) { __typename id } }"
    before = asked.execute.execution.reads.plan_counts().misses
    for invented in ("Nothing", "Nobody", "Partner\n", "💥"):
        assert asked.execute(AUDITOR, document, {"id": node_id(invented, 1)}) == {"data": {"node": None}}
    assert asked.execute.execution.reads.plan_counts().misses - before == 1


def test_long_documents_are_answered_and_not_kept(asked: Asked) -> None:
    document = "{ partners { totalCount } } #" + " " * 16_384
    before = asked.execute.execution.documents.counts()
    assert asked.execute(AUDITOR, document) == {"data": {"partners": {"totalCount": 12}}}
    assert asked.execute.execution.documents.counts() == before
