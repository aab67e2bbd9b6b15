"""Records keep their place and exact text, whatever ends lines and however they are quoted."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.csv import Line, read
from tap_graph.feeds.kinds import PARTNERS
from tap_graph.feeds.records import records
from tests.feeds.files import codes_of, lines_of

HEADER = b"partner_number,name\n"


def places(lines: list[Line]) -> list[tuple[int, int, str]]:
    """Physical line, number and text of each record."""
    return [(line.number, line.record, line.raw) for line in lines]


def test_lines_end_with_lf_or_crlf_or_the_file() -> None:
    lines = lines_of("partners", b"partner_number,name\r\nP1,Ann\r\nP2,Bob\nP3,Cid\r\r\nP4,Dan")
    assert places(lines) == [(2, 1, "P1,Ann"), (3, 2, "P2,Bob"), (4, 3, "P3,Cid"), (5, 4, "P4,Dan")]
    assert [line.values[1] for line in lines if line.values] == ["Ann", "Bob", "Cid", "Dan"]


def test_blank_lines_are_no_records_and_count_as_lines() -> None:
    assert places(lines_of("partners", b"\n" + HEADER + b"\n\r\nP1,Ann\n\nP2,Bob\n\n")) == [(5, 1, "P1,Ann"), (7, 2, "P2,Bob")]


def test_a_line_of_commas_is_a_record() -> None:
    (line,) = lines_of("partners", HEADER + b",\n")
    assert codes_of(line) == [("KEY_MISSING", "partner_number")]


def test_a_quoted_line_end_belongs_to_the_cell() -> None:
    lines = lines_of("partners", HEADER + b'P1,"Ann\r\n& ""Co"", Ltd\n"\r\nP2,Bob\n')
    assert places(lines) == [(2, 1, 'P1,"Ann\r\n& ""Co"", Ltd\n"'), (5, 2, "P2,Bob")]
    assert lines[0].values == ("P1", 'Ann\r\n& "Co", Ltd\n', None, None, None)


def test_columns_stand_in_any_order() -> None:
    (line,) = lines_of("partners", b"tier,name,partner_number\nONE_TIER,Ann,P1\n")
    assert line.values == ("P1", "Ann", None, "ONE_TIER", None)


def test_a_line_with_too_few_or_too_many_cells_is_refused_alone() -> None:
    lines = lines_of("partners", HEADER + b"P1\nP2,Bob\nP3,Cid,SG\n   \n")
    assert [codes_of(line) for line in lines] == [[("CELL_COUNT", None)], [], [("CELL_COUNT", None)], [("CELL_COUNT", None)]]
    assert (lines[2].values, lines[2].key, lines[2].problems[0].value) == (None, None, "3")
    told = "Line 4: the line has 3 cells, the header 2. Check commas and quotes; write empty cells too."
    assert lines[2].problems[0].message == told


def test_a_quote_inside_an_unquoted_cell_refuses_its_line_alone() -> None:
    lines = lines_of("partners", HEADER + b'P1,19" rack\nP2,"Bob"\nP3,5"x7"\nP4,x" ,"two\nP5,lines"\nP6,Fay\n')
    assert [(line.number, codes_of(line)) for line in lines] == [
        (2, [("STRAY_QUOTE", None)]), (3, []), (4, [("STRAY_QUOTE", None)]), (5, [("STRAY_QUOTE", None)]), (7, []),
    ]  # fmt: skip
    assert lines[0].raw == 'P1,19" rack'
    assert lines[0].problems[0].message == (
        'Line 2: a quote stands inside an unquoted cell. Put the cell in quotes and double each quote in it: "19"" rack".'
    )


def test_quotes_that_only_seem_to_surround_every_cell_are_looked_at() -> None:
    with pytest.raises(FileRefused) as caught:
        lines_of("partners", b'partner_number\n","a"b"\n')
    assert (caught.value.code, caught.value.line) == ("BAD_QUOTING", 2)


def test_a_carriage_return_outside_quotes_refuses_its_line_alone() -> None:
    lines = lines_of("partners", HEADER + b"P1,Ann\rP2,Bob\nP3,Cid\n")
    assert [codes_of(line) for line in lines] == [[("BARE_CARRIAGE_RETURN", None)], []]
    assert lines[0].raw == "P1,Ann\rP2,Bob"


def test_nul_bytes_refuse_their_line_alone() -> None:
    lines = lines_of("partners", HEADER + b"P1,A\0nn\nP\0 2,Bob\nP3,Cid\n")
    assert [codes_of(line) for line in lines] == [[("CONTROL_CHARACTER", "name")], [("CONTROL_CHARACTER", "partner_number")], []]
    assert [line.key for line in lines] == ["P1", None, "P3"]


@pytest.mark.parametrize("text", [b"x" * 1_000_000, b'"' + b"x" * 1_000_000 + b'"', b'"' + b"x\n" * 500_000 + b'"'])
def test_a_line_of_a_megabyte_is_refused_alone(text: bytes) -> None:
    first, second = lines_of("partners", HEADER + b"P1," + text + b"\nP2,Bob\n")
    assert codes_of(first) == [("LINE_TOO_LONG", None)]
    assert (first.number, first.values, first.key) == (2, None, None)
    assert first.raw == "P1," + text.decode()
    told = "Line 2: the line has more than 65,536 bytes. Close a quote that is left open, or shorten its text."
    assert first.problems[0].message == told
    assert (second.number, second.record, second.key, second.problems) == (3 + text.count(b"\n"), 2, "P2", ())


@pytest.mark.parametrize(("letters", "codes"), [(65_536, []), (65_537, [("LINE_TOO_LONG", None)])])
@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_line_may_have_65_536_bytes(letter: str, letters: int, codes: list[tuple[str, None]]) -> None:
    head = "P1,N,O," + "x" * (len(letter.encode()) - 1)
    room = letters - len(head.encode())
    text = letter * (room // len(letter.encode())) + "y" * (room % len(letter.encode()))
    (line,) = lines_of("enrollments", b"partner_number,region,option,reason\n" + (head + text).encode())
    assert len(line.raw.encode()) == letters
    assert codes_of(line) == codes


class Dripping(io.RawIOBase):
    """A stream that gives one byte a read, as a slow connection may."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, 1))


def test_letters_split_between_reads_are_whole() -> None:
    data = b"\xef\xbb\xbf" + HEADER + 'P1,株式会社\r\nP2,"é\n\U0001f4de"\r\n'.encode()
    stream: Any = Dripping(data)
    assert list(read(stream, PARTNERS)) == lines_of("partners", data)
    assert [line.values[1] for line in lines_of("partners", data) if line.values] == ["株式会社", "é\n\U0001f4de"]


def test_a_byte_order_mark_inside_a_file_is_text() -> None:
    stream: Any = Dripping(HEADER + "P1,\ufeffAnn\n".encode())
    (line,) = read(stream, PARTNERS)
    assert line.values == ("P1", "\ufeffAnn", None, None, None)


def test_a_wrong_byte_is_placed_rightly_when_it_drips() -> None:
    stream: Any = Dripping(HEADER + "P1,é".encode() + b"\xff")
    with pytest.raises(FileRefused, match=r"^Line 2, byte 6: 0xFF is not UTF-8"):
        list(read(stream, PARTNERS))


@given(st.text(alphabet='a,"\n\r', max_size=40))
def test_records_end_where_the_csv_module_ends_them(text: str) -> None:
    """Python's csv, strict, is the oracle for every text that it reads too."""
    try:
        expected = [row for row in csv.reader(io.StringIO(text, newline="\n"), strict=True) if row]
    except csv.Error:
        return
    if "\r" in text.replace("\r\n", "\n"):
        return
    found = list(records(io.BytesIO(text.encode())))
    assert len(found) == len(expected)
    assert [cells for _, _, cells, fault in found if not fault] == [
        row for row, (_, _, _, fault) in zip(expected, found, strict=True) if not fault
    ]
