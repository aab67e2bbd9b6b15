"""Pulling over HTTP from a real server: conditions, redirects, indexes, and everything that goes wrong on the wire."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from tap_graph.domain.errors import ConfigurationError
from tap_graph.services.pulling import Puller
from tap_graph.services.pulling.http import HttpPlace
from tap_graph.services.pulling.listing import listed
from tap_graph.services.pulling.place import SourceAway
from tap_graph.settings import named_value
from tap_graph.testing.distributor import File, HttpDistributor
from tests.services.pulling.conftest import PARTNERS, Pulling, source, states

Distributors = Callable[..., HttpDistributor]


def laid_out(name: str, content: bytes = PARTNERS) -> File:
    return File(name, "partners", "text/csv", content)


def puller(pulling: Pulling, url: str, secrets: dict[str, str] | None = None, read_seconds: float = 5, **given: Any) -> Puller:
    """A puller over HTTP that is patient for so many seconds."""
    chosen = source(url, **given)
    place = HttpPlace(chosen, lambda name: named_value(name, secrets or {}), pulling.clock.now, read_seconds)
    return pulling.puller(place, chosen)


def asked(distributor: HttpDistributor) -> list[tuple[str, str | None]]:
    """Path and condition of each request."""
    return [(request.path, request.headers.get("if-none-match")) for request in distributor.requests]


@pytest.mark.parametrize("pattern", ["*.csv", "march*"])
def test_the_files_of_an_index_are_received_and_asked_for_only_when_they_change(
    pulling: Pulling, tap_http_distributor: Distributors, pattern: str
) -> None:
    distributor = tap_http_distributor()
    distributor.publish(laid_out("march.csv"))
    distributor.publish(laid_out("other.txt"))
    pulls = puller(pulling, distributor.url + "/", pattern=pattern)
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]
    assert states(pulls.round()) == []
    # The index says the tag: what did not change is not even asked for.
    assert asked(distributor) == [("/", None), ("/reports/march.csv", None), ("/", None)]
    distributor.publish(laid_out("march.csv", PARTNERS + b"P3,Three\n"))
    (outcome,) = pulls.round()
    assert outcome.received is not None
    assert (outcome.received.accepted, outcome.received.unchanged) == (1, 2)


def test_one_file_is_asked_for_with_the_tag_known_last(pulling: Pulling, tap_http_distributor: Distributors) -> None:
    distributor = tap_http_distributor()
    distributor.publish(laid_out("march 2008.csv"))
    pulls = puller(pulling, f"{distributor.url}/reports/march%202008.csv")
    assert [states(pulls.round()) for _ in range(2)] == [[("march 2008.csv", "RECEIVED")], []]
    (row,) = pulling.rows("pulled_files")
    assert row.fingerprint.startswith('etag "')
    assert [condition for _, condition in asked(distributor)] == [None, row.fingerprint.removeprefix("etag ")]


def test_one_file_that_is_not_there_yet_is_waited_for(pulling: Pulling, tap_http_distributor: Distributors) -> None:
    distributor = tap_http_distributor()
    pulls = puller(pulling, f"{distributor.url}/reports/march.csv")
    (outcome,) = pulls.round()
    assert (outcome.name, outcome.failure) == ("", f"{distributor.url}/reports/march.csv is not there yet (404).")
    distributor.publish(laid_out("march.csv"))
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]


@pytest.mark.parametrize(
    ("misbehavior", "told"),
    [
        ("resetting", "broke off after "),
        ("half_then_silence", "broke off after "),
        ("failing", "could not be had (500 Internal Server Error)."),
    ],
)
def test_half_a_file_is_never_received(pulling: Pulling, tap_http_distributor: Distributors, misbehavior: str, told: str) -> None:
    distributor = tap_http_distributor()
    distributor.publish(laid_out("march.csv"))
    distributor.misbehave(misbehavior)
    pulls = puller(pulling, distributor.url + "/", read_seconds=0.3)
    (outcome,) = pulls.round()
    assert (outcome.name, outcome.state) == ("march.csv", "FAILED")
    assert outcome.failure is not None
    assert told in outcome.failure
    assert (pulling.received, pulling.rows("deliveries")) == ([], [])
    pulling.clock.at += timedelta(minutes=1)
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]
    assert pulling.remembered() == [("march.csv", 2, True, None)]


@pytest.mark.parametrize("misbehavior", ["resetting", "half_then_silence", "failing"])
def test_half_an_index_is_none(pulling: Pulling, tap_http_distributor: Distributors, misbehavior: str) -> None:
    distributor = tap_http_distributor()
    distributor.publish(laid_out("march.csv"))
    distributor.misbehave(misbehavior, where="index")
    pulls = puller(pulling, distributor.url + "/", read_seconds=0.3)
    assert states(pulls.round()) == [("", "FAILED")]
    assert states(pulls.round()) == [("march.csv", "RECEIVED")]


def test_a_slow_file_comes_whole(pulling: Pulling, tap_http_distributor: Distributors) -> None:
    distributor = tap_http_distributor()
    distributor.publish(laid_out("march.csv"))
    distributor.misbehave("slow", seconds=0.2)
    assert states(puller(pulling, distributor.url + "/").round()) == [("march.csv", "RECEIVED")]


@pytest.mark.parametrize(
    ("authorization", "how"),
    [("Bearer s3cret", {"token_env": "SECRET"}), ("Basic dGFwOnMzY3JldA==", {"user": "tap", "password_env": "SECRET"})],
)
def test_who_pulls_says_who_it_is(pulling: Pulling, tap_http_distributor: Distributors, authorization: str, how: dict[str, Any]) -> None:
    distributor = tap_http_distributor(authorization=authorization)
    distributor.publish(laid_out("march.csv"))
    (outcome,) = puller(pulling, distributor.url + "/").round()
    assert outcome.failure == f"{distributor.url}/ answers 401 Unauthorized."
    assert states(puller(pulling, distributor.url + "/", {"SECRET": "s3cret"}, **how).round()) == [("march.csv", "RECEIVED")]
    with pytest.raises(ConfigurationError, match="The environment variable SECRET is not set"):
        puller(pulling, distributor.url + "/", {}, **how)


def test_a_host_that_is_not_there_is_told(pulling: Pulling, tap_http_distributor: Distributors) -> None:
    distributor = tap_http_distributor()
    distributor.publish(laid_out("march.csv"))
    for url in ("http://127.0.0.1:1/", "http://127.0.0.1:1/march.csv"):
        (outcome,) = puller(pulling, url).round()
        assert (outcome.name, outcome.state) == ("", "FAILED")
        assert outcome.failure is not None
        assert "ConnectError" in outcome.failure


@dataclass
class Site:
    """Answers by path, as raw as a test needs them: status, headers and body."""

    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""


@contextmanager
def served_site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = site.pages.get(self.path, (404, {"Content-Length": "0"}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_port}"
        yield site
        server.shutdown()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with served_site() as served:
        yield served


def whole(content: bytes = PARTNERS, **headers: str) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return 200, {"Content-Length": str(len(content)), **named}, content


def test_a_file_without_a_tag_is_known_by_its_moment_and_one_without_that_by_its_bytes(pulling: Pulling, site: Site) -> None:
    moment = "Sat, 26 Jul 2008 12:00:00 GMT"
    site.pages = {"/dated.csv": whole(Last_Modified=moment), "/bare.csv": whole(PARTNERS + b"P3,Three\n")}
    dated = puller(pulling, f"{site.url}/dated.csv")
    assert states(dated.round()) == [("dated.csv", "RECEIVED")]
    site.pages["/dated.csv"] = (304, {}, b"")
    assert states(dated.round()) == []
    assert site.asked[-1][1]["if-modified-since"] == moment
    bare = puller(pulling, f"{site.url}/bare.csv", name="T")
    assert states(bare.round()) == [("bare.csv", "RECEIVED")]
    assert states(bare.round()) == []
    assert [row.fingerprint.split()[0] for row in pulling.rows("pulled_files")] == ["modified", "sha256"]


def test_a_host_that_ignores_conditions_changes_nothing(pulling: Pulling, site: Site) -> None:
    site.pages = {"/a.csv": whole(ETag='W/"1"')}
    pulls = puller(pulling, f"{site.url}/a.csv")
    assert [states(pulls.round()) for _ in range(2)] == [[("a.csv", "RECEIVED")], []]
    assert site.asked[1][1]["if-none-match"] == 'W/"1"'


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"Content-Length": "1000"}, "broke off after "),
        ({}, "says neither how long it is nor where it ends. Ask its owner for Content-Length."),
        ({"Content-Length": str(len(PARTNERS)), "Content-Encoding": "br"}, "comes in the coding br, which was not asked for."),
        ({"Content-Length": "1000001"}, "The file has more than 1,000,000 bytes. "),
    ],
)
def test_what_cannot_be_known_to_be_whole_is_not_received(pulling: Pulling, site: Site, headers: dict[str, str], told: str) -> None:
    site.pages = {"/a.csv": (200, {"ETag": '"1"', **headers}, PARTNERS)}
    (outcome,) = puller(pulling, f"{site.url}/a.csv").round()
    assert (outcome.name, outcome.state) == ("a.csv", "FAILED")
    assert outcome.failure is not None
    assert told in outcome.failure
    assert pulling.received == []


def test_redirects_are_followed_on_the_host_alone(pulling: Pulling, site: Site) -> None:
    site.pages = {
        "/here.csv": (302, {"Location": "/there.csv", "Content-Length": "0"}, b""),
        "/there.csv": whole(),
        "/away.csv": (302, {"Location": "http://127.0.0.2/a.csv", "Content-Length": "0"}, b""),
        "/round.csv": (301, {"Location": "/round.csv", "Content-Length": "0"}, b""),
    }
    assert states(puller(pulling, f"{site.url}/here.csv").round()) == [("here.csv", "RECEIVED")]
    for name, told in (("away", "leads away, to http://127.0.0.2."), ("round", "leads on and on.")):
        (outcome,) = puller(pulling, f"{site.url}/{name}.csv", name=name).round()
        assert outcome.failure is not None
        assert told in outcome.failure
    assert [path for path, _ in site.asked].count("/round.csv") == 6


def test_an_index_is_json_or_a_page_with_links(pulling: Pulling, site: Site) -> None:
    page = (
        '<a href="?C=N;O=D">Name</a><a href="../">Up</a><a href="folder/">folder</a><A HREF="b.csv">b</A><a href="/x/c%20d.csv#top">c</a>'
        '<a href="http://elsewhere.example/e.csv">e</a><a>f</a><a href="b.csv">b</a><a href="http://[bad/g.csv">g</a>'
    )
    body = page.encode()
    site.pages = {
        "/x/": (200, {"Content-Type": "text/html", "Content-Length": str(len(body))}, body),
        "/x/b.csv": whole(),
        "/x/c%20d.csv": whole(PARTNERS + b"P3,Three\n"),
    }
    assert states(puller(pulling, f"{site.url}/x/").round()) == [("b.csv", "RECEIVED"), ("c d.csv", "RECEIVED")]


BASE = httpx2.URL("http://h/x/")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["a.csv", "/y/b.csv", "http://h/c.csv"], ["http://h/x/a.csv", "http://h/y/b.csv", "http://h/c.csv"]),
        ([{"name": "a.csv"}, {"url": "/b.csv", "name": "c", "etag": '"1"'}], ["http://h/x/a.csv", "http://h/b.csv"]),
        (["http://other/a.csv", "https://h/a.csv", "http://h:81/a.csv", ".", "..", "a/", "x%2F..", "a%00b"], []),
        ([], []),
    ],
)
def test_a_list_names_files_of_its_host_alone(found: list[Any], expected: list[str]) -> None:
    offered = listed(BASE, "application/json; charset=utf-8", json.dumps(found).encode())
    assert [each.address for each in offered] == expected


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("application/json", b"["),
        ("application/json", b"[" * 100_000),
        ("application/json", b"[5]"),
        ("application/json", b'[""]'),
        ("application/json", b'[{"size": 5}]'),
        ("application/json", b"\xff"),
        ("text/plain", b"a.csv"),
        ("", b""),
        ("text/html", b"".join(b'<a href="%d">x</a>' % number for number in range(10_001))),
    ],
    ids=range(10),
)
def test_what_is_no_index_is_told(content_type: str, body: bytes) -> None:
    with pytest.raises(SourceAway):
        listed(BASE, content_type, body)
