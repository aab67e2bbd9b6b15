"""Pulling: this program pulls from a distributor as it would from a real one."""

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import httpx2
import pytest

from tap_graph.services.pulling import FetchFailed, Place, Source
from tap_graph.services.pulling.http import HttpPlace
from tap_graph.services.pulling.listing import listed
from tap_graph.services.pulling.place import Arriving
from tap_graph.services.pulling.sftp import SftpPlace
from tap_graph.testing.distributor import Distributor, WireFormat, file_of, http_distributor, sftp_distributor
from tests.testing.distributor.years import REPORT

Opened = tuple[Distributor, Place]


def now() -> datetime:
    return datetime(2008, 3, 5, tzinfo=UTC)


@contextmanager
def over_http() -> Iterator[Opened]:
    with http_distributor(authorization="Bearer secret") as distributor:
        source = Source(name="http", kind="pos", sender="D-1", url=f"{distributor.url}/", token_env="TOKEN")
        yield distributor, HttpPlace(source, lambda _: "secret", now)


@contextmanager
def over_sftp() -> Iterator[Opened]:
    with sftp_distributor() as distributor:
        address = f"sftp://{distributor.username}@{distributor.host}:{distributor.port}/outbox"
        source = Source(name="sftp", kind="pos", sender="D-1", url=address, private_key_env="KEY", host_key=distributor.host_key)
        yield distributor, SftpPlace(source, lambda _: distributor.key_file.read_text())


@pytest.fixture(params=[over_http, over_sftp])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    with ExitStack() as stack:
        distributor, place = stack.enter_context(request.param())
        stack.callback(place.close)
        yield distributor, place


def pulled(place: Place) -> dict[str, bytes]:
    found = {}
    for offered in place.offered():
        into = io.BytesIO()
        place.fetch(offered, [], Arriving(into, 1_000_000, now))
        found[offered.name] = into.getvalue()
    return found


def test_every_format_comes_as_it_was_written(opened: Opened) -> None:
    distributor, place = opened
    files = [file for wire_format in ("csv", "xlsx", "x12-4010", "edifact") for file in distributor.publish(REPORT, wire_format)]
    assert pulled(place) == {file.name: file.content for file in files}


@pytest.mark.parametrize("name", ["failing", "resetting"])
def test_what_broke_off_comes_whole_the_next_time(opened: Opened, name: str) -> None:
    distributor, place = opened
    distributor.publish(REPORT)
    distributor.misbehave(name)
    with pytest.raises(FetchFailed):
        pulled(place)
    assert pulled(place) == {"POS-1.csv": file_of(REPORT, "csv").content}


def test_an_index_that_fails_is_read_the_next_time(opened: Opened) -> None:
    distributor, place = opened
    distributor.misbehave("failing", where="index")
    with pytest.raises(FetchFailed):
        place.offered()
    assert list(place.offered()) == []


def test_the_page_of_links_lists_the_same_files() -> None:
    with http_distributor() as distributor:
        distributor.publish(REPORT, WireFormat.CSV)
        distributor.publish(REPORT, WireFormat.EDIFACT)
        base = httpx2.URL(f"{distributor.url}/")
        answers = [httpx2.get(base, headers={"Accept": kind}, trust_env=False) for kind in ("application/json", "text/html")]
    as_json, as_html = [listed(base, answer.headers["content-type"], answer.content) for answer in answers]
    assert [(one.name, one.address) for one in as_json] == [(one.name, one.address) for one in as_html]
    assert [one.name for one in as_json] == ["POS-1.csv", "POS-1.edi"]
