"""Negotiating: which media type and which coding a caller takes, by what it prefers (RFC 9110, 12.4 and 12.5)."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from tap_graph.web.refusing import JSON_TYPE, RequestRefused

LONGEST_KEPT = 200
QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Media:
    """A media type that we answer in."""

    name: str
    content_type: bytes
    tells_by_status: bool
    """Whether the status says that nothing was executed; the older media type always says 200."""


JSON = Media("application/json", JSON_TYPE.encode(), tells_by_status=False)
GRAPHQL = Media("application/graphql-response+json", b"application/graphql-response+json; charset=utf-8", tells_by_status=True)


class Coding(Enum):
    """What a caller takes: the body as it is, compressed where that pays, or compressed only."""

    IDENTITY = 1
    EITHER = 2
    GZIP = 3


def media_of(accept: bytes) -> Media:
    """The media type to answer in; refused where the caller takes none of ours."""
    media = _media(accept) if len(accept) <= LONGEST_KEPT else _media.__wrapped__(accept)
    if media is None:
        raise RequestRefused(406, "NOT_ACCEPTABLE", f"Accept {JSON.name} or {GRAPHQL.name}.")
    return media


def coding_of(accept_encoding: bytes) -> Coding:
    """The coding to answer in; refused where the caller takes neither gzip nor the body as it is."""
    coding = _coding(accept_encoding) if len(accept_encoding) <= LONGEST_KEPT else _coding.__wrapped__(accept_encoding)
    if coding is None:
        raise RequestRefused(406, "NOT_ACCEPTABLE", "Accept the encoding gzip or identity.")
    return coding


@lru_cache(256)
def _media(accept: bytes) -> Media | None:
    taken = _preferences(accept) or {"*/*": (1.0, 0)}
    ranked = []
    for media in (JSON, GRAPHQL):
        # The most specific range that matches decides, whatever a wider one says.
        quality, place = next((taken[name] for name in (media.name, "application/*", "*/*") if name in taken), (0.0, 0))
        if quality > 0:
            ranked.append((-quality, place, media))
    return min(ranked, key=lambda rank: rank[:2])[2] if ranked else None


@lru_cache(256)
def _coding(accept_encoding: bytes) -> Coding | None:
    taken = _preferences(accept_encoding)
    rest = taken.get("*", (0.0, 0))[0]
    gzip = next((taken[name][0] for name in ("gzip", "x-gzip") if name in taken), rest)
    # What is not listed may still be sent as it is, unless that is ruled out.
    identity = taken["identity"][0] if "identity" in taken else None
    if identity == 0 or (identity is None and "*" in taken and rest == 0):
        return Coding.GZIP if gzip > 0 else None
    return Coding.EITHER if gzip > 0 and gzip >= (identity or 0) else Coding.IDENTITY


def _preferences(header: bytes) -> dict[str, tuple[float, int]]:
    """Quality and place of each element, by its name in small letters."""
    found: dict[str, tuple[float, int]] = {}
    for place, element in enumerate(header.decode("latin-1").split(",")):
        name, parameter, rest = element.partition(";")
        if name := name.strip().lower():
            quality = QUALITY.search(parameter + rest)
            found.setdefault(name, (min(float(quality[1]), 1.0) if quality else 1.0, place))
    return found
