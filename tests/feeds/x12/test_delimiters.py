"""Whatever separates, the same is read; what looks like X12."""

import io

import pytest

from tap_graph.feeds.kinds import POS
from tap_graph.feeds.profiles import COMMON
from tap_graph.feeds.x12 import batches
from tap_graph.feeds.x12.reading import X12Feed
from tap_graph.feeds.x12.segments import looks_like_x12
from tests.feeds.x12.samples import LOOP, VALUES, data_of, found, group, interchange, loop, read, transaction, values, where

WHOLE = interchange(group(transaction(LOOP, LOOP, loop("QTY*39*x*EA"), LOOP)))


@pytest.mark.parametrize("end", ["~", "~\n", "~\r\n", "\n", "\r\n", "\r", "'", "~\n\n", "~\r\n\r\n", "\x1c", "!", "|\n"])
def test_any_terminator_with_or_without_line_ends(end: str) -> None:
    data = data_of(WHOLE, end)
    lines, reports = read(data)
    assert [values(line) for line in lines if not line.problems] == [VALUES, VALUES, VALUES]
    assert [line.number for line in lines] == [7, 17, 27, 37]
    assert lines[0].raw == end[0].join(LOOP)
    assert found(lines[2].problems) == [("NOT_A_NUMBER", where(data, "QTY*39*x*EA", 2, end=end))]
    assert reports[0].defects == ()


@pytest.mark.parametrize(("element", "component"), [("|", ">"), ("^", "<"), ("\x1d", "\x1f"), ("+", "*"), (",", ";")])
def test_any_separators(element: str, component: str) -> None:
    text = data_of(WHOLE).decode().replace("*", "\0").replace(":", component).replace("\0", element)
    lines, reports = read(text.encode())
    assert [values(line) for line in lines if not line.problems] == [VALUES, VALUES, VALUES]
    assert reports[0].defects == ()


def test_delimiters_may_change_with_the_interchange() -> None:
    second = data_of(interchange(group(transaction(LOOP)), control="000000043"), "\n").decode().replace("*", "|").encode()
    lines, _ = read(data_of(WHOLE, "~\r\n") + second + data_of(WHOLE))
    assert [values(line) == VALUES for line in lines if not line.problems] == [True] * 7


def test_the_last_terminator_may_be_missing() -> None:
    assert len(read(data_of(WHOLE)[:-1])[0]) == 4
    assert len(read(data_of(WHOLE, "~\r\n")[:-3] + b"\r\n")[0]) == 4


def test_a_byte_order_mark_and_blank_lines_before_isa_are_let_pass() -> None:
    data = b"\xef\xbb\xbf\r\n" + data_of(WHOLE)
    lines, _ = read(data)
    assert found(lines[2].problems) == [("NOT_A_NUMBER", where(data, "QTY*39*x*EA", 2))] or lines[2].problems[0].place is not None
    assert lines[2].problems[0].place.byte == data.index(b"x*EA") + 1  # type: ignore[union-attr]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 257])
@pytest.mark.parametrize("end", ["~", "~\r\n", "\n"])
def test_where_a_read_ends_does_not_matter(chunk: int, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = data_of(WHOLE, end) + data_of(WHOLE, "'\n")
    expected = read(data)
    monkeypatch.setattr(batches, "CHUNK", chunk)
    assert read(data) == expected


def test_the_header_is_the_first_isa() -> None:
    feed = X12Feed(io.BytesIO(b"\r\n" + data_of(WHOLE)), POS, COMMON)
    assert feed.header == WHOLE[0]


@pytest.mark.parametrize(
    ("first", "is_x12"),
    [
        (b"ISA*00*", True),
        (b"\xef\xbb\xbfISA|00|", True),
        (b"\r\n ISA*00", True),
        (b"ISA", False),
        (b"ISABEL,1", False),
        (b"ISA ,1", False),
        (b"UNB+UNOA", False),
        (b"distributor_id,invoice_number", False),
        (b"", False),
    ],
)
def test_x12_is_recognized_by_its_first_bytes(first: bytes, *, is_x12: bool) -> None:
    assert looks_like_x12(first) is is_x12
