"""EDIFACT files as the tests write them: counts and references are right unless a test says otherwise."""

import io
from collections.abc import Sequence

import pytest

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.edifact.reading import EdifactFeed
from tap_graph.feeds.kinds import POS
from tap_graph.feeds.lines import Line
from tap_graph.feeds.problems import Problem
from tap_graph.feeds.profiles import COMMON, Profiles

UNB = "UNB+UNOC:3+DISTEDI:ZZ+VENDOR:ZZ+080301:0811+REF1"
HEADING = ("BGM+73+RPT1+9", "DTM+137:20080301:102", "NAD+SE+DIST-7::91", "NAD+BY+P100::92")
ITEM = ("LIN+1++WS-C2960:SA", "RFF+IV:INV1:1", "RFF+VN:SO1:2", "QTY+153:2:PCE", "DTM+11:20080209:102", "DTM+3:20080210:102")
VALUES = ("DIST-7", "INV1", "1", "RPT1", "P100", "SO1", 2, None, "WS-C2960", 2, "[]", "2008-02-09", "2008-02-10", "2008-03-01")


def message(*segments: str, reference: str = "1", type_: str = "SLSRPT:D:96A:UN", unt: str = "") -> list[str]:
    """A message around these segments; of none it has the usual heading and one item."""
    inner = segments or (*HEADING, *ITEM)
    return [f"UNH+{reference}+{type_}", *inner, unt or f"UNT+{len(inner) + 2}+{reference}"]


def file_of(*messages: Sequence[str], unb: str = UNB, unz: str = "", una: str = "", between: str = "") -> bytes:
    """An interchange of these messages; `between` stands behind each terminator."""
    segments = [unb, *(segment for each in messages for segment in each), unz or f"UNZ+{len(messages)}+{unb.split('+')[5]}"]
    return (una + between + "".join(f"{segment}'{between}" for segment in segments)).encode()


def with_item(*changed: str, heading: Sequence[str] = HEADING) -> bytes:
    """A file of one message whose only item is the usual one with segments put in place of those of the same tag and qualifier.

    One that begins with a minus sign takes that tag and qualifier out.
    """
    item = {_name(segment): segment for segment in ITEM}
    for segment in changed:
        item.pop(segment[1:], None) if segment.startswith("-") else item.update({_name(segment): segment})
    return file_of(message(*heading, *item.values()))


def _name(segment: str) -> str:
    if segment.startswith("LIN"):
        return "LIN"
    return segment.partition(":")[0] if ":" in segment.partition("+")[2].partition("+")[0] else "+".join(segment.split("+")[:2])


def feed_of(data: bytes, profiles: Profiles = COMMON) -> EdifactFeed:
    return EdifactFeed(io.BytesIO(data), POS, profiles)


def read(data: bytes, profiles: Profiles = COMMON) -> tuple[list[Line], EdifactFeed]:
    """All lines, and the feed behind them."""
    feed = feed_of(data, profiles)
    return list(feed.lines()), feed


def only(data: bytes, profiles: Profiles = COMMON) -> Line:
    """The only line of a file."""
    (line,), _ = read(data, profiles)
    return line


def refusal(data: bytes) -> FileRefused:
    """The refusal of a whole file."""
    with pytest.raises(FileRefused) as caught:
        read(data)
    return caught.value


def told(problem: Problem) -> tuple[str, str | None, int, int]:
    """Code, element (or tag), segment and byte of a problem."""
    assert problem.place is not None
    return problem.code, problem.place.element or problem.place.tag, problem.place.segment, problem.place.byte


def byte_of(data: bytes, text: str, into: int = 0) -> int:
    """The byte, from 1, at which a text that stands once begins, or one behind it."""
    assert data.count(text.encode()) == 1
    return data.index(text.encode()) + into + 1
