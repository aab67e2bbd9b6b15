"""Media types and codings: the caller's preference decides, the more specific range before the wider one."""

import pytest

from tap_graph.web.negotiating import GRAPHQL, JSON, Coding, Media, coding_of, media_of
from tap_graph.web.refusing import RequestRefused


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (b"", JSON),
        (b"*/*", JSON),
        (b"application/*", JSON),
        (b"application/json", JSON),
        (b"application/json; charset=utf-8", JSON),
        (b"APPLICATION/GRAPHQL-RESPONSE+JSON", GRAPHQL),
        (b"application/graphql-response+json, application/json", GRAPHQL),
        (b"application/json, application/graphql-response+json", JSON),
        (b"application/graphql-response+json;q=0.9, application/json", JSON),
        (b"application/json;q=0.5,application/graphql-response+json;q=0.51", GRAPHQL),
        (b"application/json ; Q=0.1 , application/graphql-response+json", GRAPHQL),
        (b"text/html, application/xhtml+xml, */*;q=0.8", JSON),
        (b"application/json;q=0, */*", GRAPHQL),
        (b"application/graphql-response+json;q=0, application/*", JSON),
        (b"application/graphql-response+json;q=nonsense", GRAPHQL),
        (b"application/json;q=5, application/graphql-response+json", JSON),
        (b",,, application/json,", JSON),
        (b"\xff, application/json", JSON),
        (b"a/b, " * 5_000 + b"application/json", JSON),
    ],
)
def test_the_preferred_media_type_is_taken(accept: bytes, media: Media) -> None:
    assert media_of(accept) is media


@pytest.mark.parametrize(
    "accept", [b"text/html", b"application/json;q=0", b"*/*;q=0", b"application/*;q=0.000", b"application/json-seq", b"json", b"\x00"]
)
def test_who_takes_no_json_is_refused(accept: bytes) -> None:
    with pytest.raises(RequestRefused, match="Accept application/json or application/graphql-response") as refused:
        media_of(accept)
    assert (refused.value.status, refused.value.code) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        (b"", Coding.IDENTITY),
        (b"gzip", Coding.EITHER),
        (b"gzip, deflate, br, zstd", Coding.EITHER),
        (b"x-gzip", Coding.EITHER),
        (b"GZIP;q=0.5", Coding.EITHER),
        (b"*", Coding.EITHER),
        (b"br", Coding.IDENTITY),
        (b"gzip;q=0", Coding.IDENTITY),
        (b"gzip;q=0.0, *", Coding.IDENTITY),
        (b"identity", Coding.IDENTITY),
        (b"identity;q=0.5, gzip", Coding.EITHER),
        (b"identity, gzip;q=0.5", Coding.IDENTITY),
        (b"gzip, identity;q=0", Coding.GZIP),
        (b"gzip, *;q=0", Coding.GZIP),
        (b"*, identity;q=0", Coding.GZIP),
    ],
)
def test_the_coding_is_one_the_caller_takes(accept_encoding: bytes, coding: Coding) -> None:
    assert coding_of(accept_encoding) is coding


@pytest.mark.parametrize("accept_encoding", [b"identity;q=0", b"*;q=0", b"br, *;q=0", b"gzip;q=0, identity;q=0"])
def test_who_takes_no_coding_of_ours_is_refused(accept_encoding: bytes) -> None:
    with pytest.raises(RequestRefused) as refused:
        coding_of(accept_encoding)
    assert (refused.value.status, refused.value.code) == (406, "NOT_ACCEPTABLE")
