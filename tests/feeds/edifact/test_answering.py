"""CONTRL says of an interchange what became of it; another reader of EDIFACT reads our messages and our answers alike."""

import io
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from pydifact.segmentcollection import RawSegmentCollection

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.edifact.answering import contrl, written
from tap_graph.feeds.edifact.directory import ELEMENTS, element_name, positions
from tap_graph.feeds.edifact.segments import Splitter
from tests.feeds.edifact.files import HEADING, ITEM, UNB, feed_of, file_of, message

# It knows no directory by itself, and says so at each segment.
pytestmark = pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning")

AT = datetime(2008, 3, 1, 12, 30, tzinfo=UTC)
ANSWER_TO_ALL = "UNA:+.? 'UNB+UNOC:3+VENDOR:ZZ+DISTEDI:ZZ+080301:1230+C1'UNH+1+CONTRL:D:3:UN'{}UNT+{}+1'UNZ+1+C1'"


def answer(data: bytes) -> str:
    """The answer to a file, from its envelope as it is stored."""
    feed = feed_of(data)
    with suppress(FileRefused):
        list(feed.lines())
    return contrl(json.loads(json.dumps(feed.envelope)), "C1", AT)


def elements_of(segment: Any) -> list[list[str]]:
    """A segment of pydifact as ours: components in lists, its tag first."""
    return [[segment.tag], *([element] if isinstance(element, str) else list(element) for element in segment.elements)]


def ours(text: str) -> list[list[list[str]]]:
    segments = Splitter(io.BytesIO(text.encode())).segments()
    return [[list(element) for element in segment.elements] for segment in segments]


def theirs(text: str) -> list[list[list[str]]]:
    segments = [elements_of(segment) for segment in RawSegmentCollection.from_str(text).segments]
    return [segment for segment in segments if segment[0] != ["UNA"]]


def test_an_interchange_without_defects_is_acknowledged() -> None:
    assert answer(file_of(message())) == ANSWER_TO_ALL.format("UCI+REF1+DISTEDI:ZZ+VENDOR:ZZ+7'", 3)


def test_a_message_with_defects_is_rejected_with_its_segments_and_elements() -> None:
    bad = message("BGM+73+RPT1+31", HEADING[1], "TAX+7", *HEADING[2:], "DTM+90:20080231:102", *ITEM, reference="M1", unt="UNT+14+M9")
    assert answer(file_of(bad, message(reference="M2"))) == ANSWER_TO_ALL.format(
        "UCI+REF1+DISTEDI:ZZ+VENDOR:ZZ+7'UCM+M1+SLSRPT:D:96A:UN+4+28+UNT+3'UCS+2'UCD+14+4'UCS+4+15'UCS+7'UCD+12+2:2'",
        9,
    )


@pytest.mark.parametrize(
    ("data", "uci"),
    [
        (file_of(message(), unz="UNZ+2+REF1"), "4+29+UNZ+2'"),
        (file_of(message(), unz="UNZ+1+REF2"), "4+28+UNZ+3'"),
        (file_of(message(), unb=UNB.replace("080301", "080231")), "4+12+UNB+5:1'"),
        (file_of(message())[: -len("UNZ+1+REF1'")], "4+13+UNZ'"),
        (file_of(message())[:-12], "4+13'"),
        (file_of(["UNG+SLSRPT+A+B+080301:0811+G1", *message()]), None),
    ],
)
def test_an_interchange_with_defects_is_rejected(data: bytes, uci: str | None) -> None:
    text = answer(data)
    assert f"UCI+REF1+DISTEDI:ZZ+VENDOR:ZZ+{uci or '4+13+UNZ'}" in text


def test_another_message_type_is_rejected_by_name() -> None:
    assert "UCI+REF1+DISTEDI:ZZ+VENDOR:ZZ+4+17'UCM+1+INVOIC:D:96A:UN+4+17+UNH+3:1'" in answer(file_of(message(type_="INVOIC:D:96A:UN")))


def test_messages_of_a_group_are_answered_within_it() -> None:
    group = ["UNG+SLSRPT+A:ZZ+B+080301:0811+G1", *message(reference="M1"), *message(reference="M2", unt="UNT+9+M2"), "UNE+2+G1"]
    text = answer(file_of(group))
    assert "UCI+REF1+DISTEDI:ZZ+VENDOR:ZZ+7'UCF+G1+A:ZZ+B+7'UCM+M2+SLSRPT:D:96A:UN+4+29+UNT+2'UNT" in text


def test_each_interchange_is_answered_for_itself_and_none_is_taken_where_one_refuses_the_file() -> None:
    data = file_of(message(), unb=UNB.replace("DISTEDI", "D2")) + file_of(message(), unb=UNB.replace("REF1", "REF2"), unz="UNZ+1+X")
    assert answer(data) == (
        "UNA:+.? 'UNB+UNOC:3+VENDOR:ZZ+D2:ZZ+080301:1230+C1'UNH+1+CONTRL:D:3:UN'UCI+REF1+D2:ZZ+VENDOR:ZZ+4'UNT+3+1'UNZ+1+C1'"
        "UNA:+.? 'UNB+UNOC:3+VENDOR:ZZ+DISTEDI:ZZ+080301:1230+C1-2'UNH+1+CONTRL:D:3:UN'"
        "UCI+REF2+DISTEDI:ZZ+VENDOR:ZZ+4+28+UNZ+3'UNT+3+1'UNZ+1+C1-2'"
    )


def test_syntax_four_is_answered_in_syntax_four_and_a_test_with_a_test() -> None:
    text = answer(file_of(message(), unb="UNB+UNOY:4+A+B+20080301:0811+R++++++1"))
    assert text == "UNA:+.?*'UNB+UNOY:4+B+A+20080301:1230+C1++++++1'UNH+1+CONTRL:4:1:UN'UCI+R+A+B+7'UNT+3+1'UNZ+1+C1'"


def test_signs_that_separate_are_released_in_the_answer() -> None:
    text = answer(file_of(message(), unb=UNB.replace("DISTEDI", "D?+I?'S??")))
    assert "UNB+UNOC:3+VENDOR:ZZ+D?+I?'S??:ZZ+" in text
    assert ours(text)[0][3] == ["D+I'S?", "ZZ"]
    assert written(["FTX", "a*b", ["", "c", ""], ""]) == "FTX+a?*b+:c"


@pytest.mark.parametrize(
    "data",
    [
        file_of(message(), una="UNA:+.? '", between="\n"),
        file_of(message(*HEADING, "NAD+UD+++O?'Hara ?+ Sons??", *ITEM, "PIA+1+A:SA+B:BP"), una="UNA:+.? '"),
        file_of(message(*HEADING, "LOC+162", "CUX+2:USD:4", *ITEM, "GIN+BN+S1+S2", "UNS+S", "CNT+2:1")),
    ],
)
def test_another_reader_reads_our_messages_alike(data: bytes) -> None:
    assert ours(data.decode()) == theirs(data.decode())


def test_another_reader_reads_our_answers_alike() -> None:
    bad = message("BGM+73+RPT1+31", *HEADING[1:], *ITEM, unt="UNT+3+9")
    for data in (file_of(message()), file_of(bad), file_of(message(), unb=UNB.replace("DISTEDI", "D?+I?'S??"))):
        text = answer(data)
        assert ours(text) == theirs(text)
        assert text.count("'UNH+1+CONTRL") == 1


def test_every_element_of_the_table_is_found_again_by_its_name() -> None:
    for tag, elements in ELEMENTS.items():
        names = [name for name, *_ in elements]
        for place, (name, *components) in enumerate(elements, 1):
            first = names.index(name) + 1
            assert positions(element_name(tag, place)) == (first, None)
            for component, known in enumerate(components):
                assert positions(element_name(tag, place, component)) == (first, components.index(known) + 1)
    assert (element_name("QTY", 1, 2), element_name("XYZ", 2, 0), positions("XYZ+2.1")) == ("QTY+C186.6411", "XYZ+2.1", (2, None))
