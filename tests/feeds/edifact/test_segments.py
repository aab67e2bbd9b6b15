"""Segments are found with their places whatever the delimiters, line breaks and chunks are."""

import io

import pytest

from tap_graph.feeds.edifact import segments
from tap_graph.feeds.edifact.delimiters import looks_like_edifact
from tap_graph.feeds.edifact.segments import Segment, Splitter
from tap_graph.feeds.problems import ReportRefused


def split(data: bytes) -> list[Segment]:
    return list(Splitter(io.BytesIO(data)).segments())


def test_elements_and_components_are_split_and_released() -> None:
    (_, ftx) = split(b"UNB+UNOA:3'FTX+a?+b:c??+?'d?:e'")
    assert ftx.elements == (("FTX",), ("a+b", "c?"), ("'d:e",))
    assert (ftx.number, ftx.byte, ftx.raw) == (2, 12, b"FTX+a?+b:c??+?'d?:e")


def test_una_names_the_delimiters_of_its_interchange_alone() -> None:
    data = b"UNA|*,!  ~".replace(b"  ~", b" ~") + b"UNB*UNOA|3~QTY*153|1,5!~x~UNZ*1~\r\nUNB+UNOA:3'QTY+153:1'UNZ+1'"
    found = split(data)
    assert [segment.elements for segment in found[1:3]] == [(("QTY",), ("153", "1,5~x")), (("UNZ",), ("1",))]
    assert [segment.elements for segment in found[3:]] == [(("UNB",), ("UNOA", "3")), (("QTY",), ("153", "1")), (("UNZ",), ("1",))]


def test_a_blank_as_release_character_releases_nothing() -> None:
    assert split(b"UNA:+.  'UNB+A B?'")[0].elements == (("UNB",), ("A B?",))


def test_level_b_may_separate_by_what_no_text_holds() -> None:
    (unb, nad) = split(b"UNB\x1dUNOB\x1f1\x1cNAD\x1dBY\x1dO'Hara + Sons?\x1c")
    assert (unb.elements, nad.elements) == ((("UNB",), ("UNOB", "1")), (("NAD",), ("BY",), ("O'Hara + Sons?",)))


@pytest.mark.parametrize("between", ["", "\n", "\r\n", "\r\n\r\n"])
def test_line_breaks_behind_segments_are_no_part_of_them(between: str) -> None:
    data = f"\ufeff{between}UNA:+.? '{between}UNB+UNOA:3'{between}BGM+73'{between}".encode()
    found = split(data)
    assert [(segment.number, segment.raw) for segment in found] == [(1, b"UNB+UNOA:3"), (2, b"BGM+73")]
    assert [segment.byte for segment in found] == [data.index(b"UNB") + 1, data.index(b"BGM") + 1]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
def test_chunks_end_anywhere(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    data = b"UNA:+.? '\r\nUNB+UNOA:3'\r\nFTX+a?'b??'\r\nUNZ+1'\r\n\r\nUNB+UNOA:3'UNZ+1'"
    whole = [(segment.number, segment.byte, segment.elements) for segment in split(data)]
    monkeypatch.setattr(segments, "CHUNK", chunk)
    assert [(segment.number, segment.byte, segment.elements) for segment in split(data)] == whole
    assert whole[1] == (2, 25, (("FTX",), ("a'b?",)))


@pytest.mark.parametrize(
    ("syntax", "text", "raw"),
    [("UNOC", "Müller", b"M\xfcller"), ("UNOY", "Müller ĄŚ", "Müller ĄŚ".encode()), ("UNOD", "Łódź", "Łódź".encode("iso8859_2"))],
)
def test_the_character_set_is_that_of_the_syntax(syntax: str, text: str, raw: bytes) -> None:
    found = split(f"UNB+{syntax}:3+".encode() + raw + b"'NAD+BY+" + raw + b"'")
    assert [segment.get(2) for segment in found] == [text, text]


def test_a_byte_that_the_set_does_not_know_is_noted_with_its_place_in_the_segment() -> None:
    (_, nad) = split(b"UNB+UNOA:3'NAD+BY+M\xfcller'")
    assert (nad.undecodable, nad.get(2)) == (8, "M\ufffdller")


def test_places_count_bytes_and_released_signs() -> None:
    splitter = Splitter(io.BytesIO("UNB+UNOY:3'FTX+a?+ü:b+?:c'".encode()))
    ftx = list(splitter.segments())[1]
    places = [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0)]
    assert [splitter.place(ftx, *each).byte - ftx.byte for each in places] == [4, 10, 12, 15, 15]


@pytest.mark.parametrize("una", [b"UNA+++? '", b"UNAA+.? '", b"UNA:+.?  ", b"UNA:+;? '", b"UNA:+.::'", b"UNA:+.?"])
def test_delimiters_that_cannot_be_told_from_data_refuse_the_file(una: bytes) -> None:
    with pytest.raises(ReportRefused) as caught:
        split(una + b"UNB'"[: 9 - len(una) if len(una) < 9 else 4])
    assert (caught.value.code, caught.value.problems[0].place.byte) == ("BAD_DELIMITERS", 1)  # type: ignore[union-attr]


def test_a_segment_beyond_one_mib_refuses_the_file() -> None:
    with pytest.raises(ReportRefused) as caught:
        split(b"UNB+UNOA:3'FTX+" + b"x" * (1 << 20) + b"'")
    problem = caught.value.problems[0]
    assert problem.message == "Segment 2, FTX at byte 12: the segment has more than 1,048,576 bytes. End each segment with `'`."


@pytest.mark.parametrize(
    ("first", "is_it"), [(b"UNA:+.? '", True), (b"\xef\xbb\xbf \r\nUNB+UNOA", True), (b"UNBOUND,x", False), (b"UNB", False), (b"", False)]
)
def test_edifact_is_recognized_by_its_first_bytes(first: bytes, is_it: bool) -> None:
    assert looks_like_edifact(first) is is_it
