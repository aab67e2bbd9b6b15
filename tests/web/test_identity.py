"""Known tokens: verified once, believed until they end, and no longer."""

from datetime import UTC, datetime, timedelta

import pytest

from tap_graph.domain.errors import NotAuthenticated
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.web import identity
from tap_graph.web.identity import Callers
from tap_graph.web.refusing import RequestRefused
from tests.web.conftest import AUDITOR, NOW, PARTNER, Web, refused

QUERY = {"query": "{ viewer { role } }"}


class Verifying:
    """Verifies tokens that name a subject; `wrong` ones name nobody."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.ends_at = NOW + timedelta(hours=1)
        self.now = NOW

    def __call__(self, token: str) -> tuple[Viewer, datetime]:
        self.asked.append(token)
        if token.startswith("wrong"):
            raise NotAuthenticated("The token is not one of ours.")
        return Viewer(subject=token, role=Role.AUDITOR), self.ends_at

    def callers(self) -> Callers:
        return Callers(self, lambda: self.now)


def test_a_token_is_verified_once() -> None:
    verifying = Verifying()
    callers = verifying.callers()
    first, again = callers.viewer(b"Bearer a"), callers.viewer(b"Bearer a")
    assert first is again
    assert callers.viewer(b"Bearer b").subject == "b"
    assert verifying.asked == ["a", "b"]


def test_a_token_that_ended_is_verified_again() -> None:
    verifying = Verifying()
    callers = verifying.callers()
    callers.viewer(b"Bearer a")
    verifying.now = verifying.ends_at - timedelta(microseconds=1)
    callers.viewer(b"Bearer a")
    assert verifying.asked == ["a"]
    verifying.now = verifying.ends_at
    callers.viewer(b"Bearer a")
    callers.viewer(b"Bearer a")
    assert verifying.asked == ["a", "a", "a"]


def test_what_names_nobody_is_not_kept() -> None:
    verifying = Verifying()
    callers = verifying.callers()
    for number in range(5_000):
        with pytest.raises(RequestRefused):
            callers.viewer(b"Bearer wrong%d" % (number % 10))
    assert len(verifying.asked) == 5_000
    assert callers._known == {}


def test_no_more_than_so_many_are_kept_and_the_oldest_goes() -> None:
    verifying = Verifying()
    callers = verifying.callers()
    for number in range(identity.MOST_KNOWN + 1):
        callers.viewer(b"Bearer %d" % number)
    assert len(callers._known) == identity.MOST_KNOWN
    callers.viewer(b"Bearer 1")
    callers.viewer(b"Bearer 0")
    assert verifying.asked[-2:] == [str(identity.MOST_KNOWN), "0"]


def test_long_tokens_are_verified_each_time() -> None:
    verifying = Verifying()
    callers = verifying.callers()
    for _ in range(2):
        callers.viewer(b"Bearer " + b"a" * identity.LONGEST_KNOWN)
    assert len(verifying.asked) == 2


@pytest.mark.parametrize(
    "header", [b"", b"a", b"Bearer", b"Bearer ", b"Bearer  ", b"bearer", b"Bearer a b", b"Bearer a, Bearer b", b"Basic a", b"\xff\xff a"]
)
def test_a_header_that_holds_no_one_token_names_nobody(header: bytes) -> None:
    verifying = Verifying()
    with pytest.raises(RequestRefused, match="names nobody") as refused:
        verifying.callers().viewer(header)
    assert (refused.value.status, refused.value.headers, verifying.asked) == (401, {"WWW-Authenticate": "Bearer"}, [])


@pytest.mark.parametrize("header", [b"Bearer a", b"bearer a", b"BEARER   a  "])
def test_the_scheme_is_read_in_any_case(header: bytes) -> None:
    assert Verifying().callers().viewer(header).subject == "a"


def test_the_web_believes_a_token_until_it_ends(web: Web) -> None:
    headers = web.headers(PARTNER)
    for _ in range(3):
        assert web.client.post("/graphql", json=QUERY, headers=headers).json()["data"] == {"viewer": {"role": "PARTNER"}}
    assert len(web.verified) == 1
    web.later = timedelta(hours=12)
    assert refused(web.client.post("/graphql", json=QUERY, headers=headers)) == (401, "UNAUTHENTICATED")
    assert len(web.verified) == 2


def test_two_callers_are_never_taken_for_each_other(web: Web) -> None:
    for viewer in (AUDITOR, PARTNER, AUDITOR, PARTNER):
        assert web.ask(QUERY["query"], viewer)["data"] == {"viewer": {"role": viewer.role}}


def test_a_token_names_the_moment_it_ends_at(web: Web) -> None:
    token = web.tokens.sign(AUDITOR, NOW, hours=2)
    assert web.tokens.identify(token, NOW) == (AUDITOR, datetime(2008, 7, 26, 14, tzinfo=UTC))
    assert web.tokens.verify(token, NOW) == AUDITOR
