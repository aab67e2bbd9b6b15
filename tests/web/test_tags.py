"""Tags: a GET answer is known by the data version, and whatever else it depends on."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.storage.unit_of_work import Database
from tests.builders import Rows
from tests.web.conftest import AUDITOR, PARTNER, Web

QUERY = "query A($n: String!) { partner(partnerNumber: $n) { name } } query B($n: String!) { partner(partnerNumber: $n) { id } }"
ASKED = {"query": QUERY, "variables": '{"n":"P1"}', "operationName": "A"}


def tag(web: Web, viewer: Viewer = AUDITOR, **headers: str) -> str:
    response = web.get(ASKED, viewer, **headers)
    assert response.status_code == 200
    return str(response.headers["etag"])


def test_an_answer_by_get_has_a_tag_and_may_be_kept_by_its_caller_alone(web: Web) -> None:
    response = web.get(ASKED)
    assert re.fullmatch(r'W/"[0-9a-f]+\.[0-9a-f]{32}"', response.headers["etag"])
    assert response.headers["cache-control"] == "private, no-cache"
    assert response.headers["vary"] == "Authorization, Accept, Accept-Encoding"


def test_an_answer_by_post_is_not_kept(web: Web) -> None:
    response = web.post({"query": "{ __typename }"}, If_None_Match="*")
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers


def test_who_holds_the_answer_is_told_so_until_the_data_changes(each_web: Web) -> None:
    held = tag(each_web)
    again = each_web.get(ASKED, If_None_Match=held)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", held)
    assert (again.headers["cache-control"], again.headers["vary"]) == ("private, no-cache", "Authorization, Accept, Accept-Encoding")
    assert not {"content-type", "content-length"} & again.headers.keys()


def test_after_a_write_the_answer_comes_anew(database: Database, each_web: Web) -> None:
    held = tag(each_web)
    with database.writing() as connection:
        Rows(connection).partner("P2")
    anew = each_web.get(ASKED, If_None_Match=held)
    assert (anew.status_code, anew.json()["data"]) == (200, {"partner": {"name": "Partner P1"}})
    assert anew.headers["etag"] != held
    assert each_web.get(ASKED, If_None_Match=f"{held}, {anew.headers['etag']}").status_code == 304


@pytest.mark.parametrize("form", ["{0}", '"x", {0}', '{0},W/"1.2"', "{1}", '"{2}",  "",{1}', "*", " * "])
def test_tags_are_compared_weakly_and_may_be_several(web: Web, form: str) -> None:
    held = tag(web)
    assert web.get(ASKED, If_None_Match=form.format(held, held.removeprefix("W/"), "a" * 2_000)).status_code == 304


def test_the_latest_of_several_known_versions_is_asked_for(make_web: Callable[..., Web]) -> None:
    web = make_web(respond=versioned("b"))
    digest = tag(web).rpartition(".")[2]
    assert web.get(ASKED, If_None_Match=f'W/"a.{digest}, W/"b.{digest}').status_code == 304
    assert web.get(ASKED, If_None_Match=f'W/"b.{digest}, W/"a.{digest}').status_code == 304
    assert web.get(ASKED, If_None_Match=f'W/"a.{digest}').status_code == 200


@pytest.mark.parametrize("header", ["", "x", '"', 'W/"', '""', '"."', 'W/"1.%00"', "\xff", '"' * 5_000, 'W/"a.b", ' * 500])
def test_tags_that_are_not_ours_change_nothing(web: Web, header: str) -> None:
    named = [*web.headers().items(), ("If-None-Match", header)]
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in named]
    response = web.client.get("/graphql", params=ASKED, headers=encoded)
    assert response.status_code == 200
    assert [question.known_version for question in web.schema.asked] == [None]


def test_a_version_that_cannot_be_one_is_not_asked_for(make_web: Callable[..., Web]) -> None:
    web = make_web(respond=versioned("1"))
    digest = tag(web).rpartition(".")[2]
    assert web.get(ASKED, If_None_Match=f'W/"%00.{digest}').status_code == 200


def test_a_version_of_any_letters_is_read_back(make_web: Callable[..., Web]) -> None:
    web = make_web(respond=versioned('2008-07-26 12:00+00 "ä".%'))
    assert web.get(ASKED, If_None_Match=tag(web)).status_code == 304


def test_whatever_the_answer_depends_on_is_in_the_tag(web: Web, make_web: Callable[..., Web]) -> None:
    narrow = Viewer(subject="auditor", role=Role.AUDITOR, regions=("ONE",))
    other = Viewer(subject="auditor", role=Role.AUDITOR, regions=("TWO",))
    tags = [tag(web), tag(web, PARTNER), tag(web, narrow), tag(web, other)]
    tags.append(tag(web, Accept="application/graphql-response+json"))
    others = ({"variables": '{"n":"P2"}'}, {"operationName": "B"}, {"query": QUERY + " "})
    tags.extend(web.get({**ASKED, **changed}).headers["etag"] for changed in others)
    web.later = timedelta(hours=11, minutes=59)
    assert tag(web) == tags[0]
    tags.append(tag(make_web(schema_version="two")))
    assert len(set(tags)) == len(tags)
    for foreign in tags[1:]:
        assert web.get(ASKED, If_None_Match=foreign).status_code == 200


def test_another_day_is_another_answer(web: Web) -> None:
    held = tag(web)
    web.later = timedelta(hours=11, minutes=59)
    assert web.get(ASKED, If_None_Match=held).status_code == 304
    web.later = timedelta(hours=12)
    token = web.tokens.sign(AUDITOR, web.now())
    response = web.client.get("/graphql", params=ASKED, headers={"Authorization": f"Bearer {token}", "If-None-Match": held})
    assert response.status_code == 200
    assert response.headers["etag"] != held


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query A { viewer { role } } query B { viewer { role } }"])
def test_refused_questions_have_no_tag(web: Web, query: str) -> None:
    response = web.get({"query": query}, If_None_Match="*")
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers


def test_what_was_not_answered_has_no_tag_whatever_version_it_names(make_web: Callable[..., Web]) -> None:
    async def respond(_viewer: Viewer, _question: Question) -> Answer:
        return Answer(b'{"errors":[]}', executed=False, status=503, data_version="1", retry_after=1)

    response = make_web(respond=respond).get(ASKED, If_None_Match="*")
    assert response.status_code == 503
    assert "etag" not in response.headers


def test_an_answer_with_errors_has_no_tag(make_web: Callable[..., Web]) -> None:
    async def respond(_viewer: Viewer, _question: Question) -> Answer:
        return Answer(b'{"data":{"a":null},"errors":[]}', data_version="1", code="INTERNAL")

    response = make_web(respond=respond).get(ASKED, If_None_Match="*")
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers


def versioned(version: str) -> Callable[[Viewer, Question], object]:
    """A schema over data of one version."""

    async def respond(_viewer: Viewer, question: Question) -> Answer:
        assert question.is_dated
        assert question.known_version is None or question.known_version.isprintable()
        if question.known_version == version:
            return Answer(b"", data_version=version, is_unchanged=True)
        return Answer(b'{"data":{}}', data_version=version)

    return respond
