"""Files that cannot be read as their kind are refused whole, with position."""

import codecs
import io
from itertools import islice

import pytest

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.csv import read
from tap_graph.feeds.kinds import PARTNERS
from tests.feeds.files import lines_of, refusal_of

PARTNER = b"partner_number,name\nP1,Ann\n"
THERE_ARE = "Take it away or rename it; there are partner_number, name, country, tier, cam_email."
SIZE_TWICE = "Column `size` stands more than once. Keep one. Column `partner_number` is missing and belongs to the key of partners. Add it."


@pytest.mark.parametrize(
    ("data", "code", "line", "message"),
    [
        (b"", "EMPTY_FILE", 1, "Line 1: the file is empty. Give a header line with at least partner_number."),
        (b"\n\r\n\n", "EMPTY_FILE", 1, "Line 1: the file is empty. Give a header line with at least partner_number."),
        (codecs.BOM_UTF8, "EMPTY_FILE", 1, "Line 1: the file is empty. Give a header line with at least partner_number."),
        (
            b"name,tier\n",
            "MISSING_COLUMN",
            1,
            "Line 1: Column `partner_number` is missing and belongs to the key of partners. Add it.",
        ),
        (
            b"partner_number,size\n",
            "UNKNOWN_COLUMN",
            1,
            f"Line 1: partners has no column `size`. {THERE_ARE}",
        ),
        (
            b"partner_number,\n",
            "UNKNOWN_COLUMN",
            1,
            f"Line 1: partners has no column ``. {THERE_ARE}",
        ),
        (
            b"partner_number, Name\n",
            "UNKNOWN_COLUMN",
            1,
            f"Line 1: partners has no column ` Name` (write `name`). {THERE_ARE}",
        ),
        (
            b"\n\npartner_number,name,name\n",
            "DOUBLED_COLUMN",
            3,
            "Line 3: Column `name` stands more than once. Keep one.",
        ),
        (
            b"size,size\n",
            "UNKNOWN_COLUMN",
            1,
            f"Line 1: partners has no column `size`. {THERE_ARE} {SIZE_TWICE}",
        ),
        (
            b'partner_number,name\nP1,Ann\nP2,"Bob\nP3,Cid\n',
            "TRUNCATED_QUOTING",
            3,
            "Line 3: the file ends inside a quoted cell of the record that begins here. Close the quote, or deliver the whole file.",
        ),
        (
            b'partner_number,name\nP1,"two\nlines" more\n',
            "BAD_QUOTING",
            3,
            "Line 3: text follows the closing quote at character 6. Double a quote that belongs to the text of its cell.",
        ),
        (
            b'partner_number,name\nP1,"An"n\n',
            "BAD_QUOTING",
            2,
            "Line 2: text follows the closing quote at character 7. Double a quote that belongs to the text of its cell.",
        ),
        (
            b"partner_number\rP1\rP2\r",
            "BARE_CARRIAGE_RETURN",
            1,
            "Line 1: a CR without LF stands in the header. End lines with LF or CRLF.",
        ),
        (
            b'partner"number\n',
            "STRAY_QUOTE",
            1,
            "Line 1: a quote stands inside an unquoted cell of the header. Write the column names plainly.",
        ),
        (b"x" * 70_000, "LINE_TOO_LONG", 1, "Line 1: the header has more than 65,536 bytes. Give the header line of CSV."),
        (
            PARTNER + b"P2,J\xfcrgen\n",
            "NOT_UTF8",
            3,
            "Line 3, byte 5: 0xFC is not UTF-8. Save the file as UTF-8 and deliver it again.",
        ),
        (PARTNER + b"P2,\xe2\x82", "NOT_UTF8", 3, "Line 3, byte 4: 0xE2 is not UTF-8. Save the file as UTF-8 and deliver it again."),
        (PARTNER + b"P2,\xed\xa0\x80\n", "NOT_UTF8", 3, "Line 3, byte 4: 0xED is not UTF-8. Save the file as UTF-8 and deliver it again."),
        (
            PARTNER.decode().encode("utf-16"),
            "NOT_UTF8",
            1,
            "Line 1, byte 1: the file is UTF-16. Save it as UTF-8 and deliver it again.",
        ),
        (
            codecs.BOM_UTF16_BE + PARTNER.decode().encode("utf-16-be"),
            "NOT_UTF8",
            1,
            "Line 1, byte 1: the file is UTF-16. Save it as UTF-8 and deliver it again.",
        ),
        (
            PARTNER.decode().encode("utf-16-le"),
            "NOT_UTF8",
            1,
            "Line 1: the header holds NUL bytes, as UTF-16 does. Save the file as UTF-8 and deliver it again.",
        ),
    ],
)  # fmt: skip - a case reads as file, code, line; then what is told
def test_a_file_that_cannot_be_read_is_refused_with_position(data: bytes, code: str, line: int, message: str) -> None:
    refusal = refusal_of("partners", data)
    assert (refusal.code, refusal.line, str(refusal)) == (code, line, message)


def test_every_missing_key_column_is_named() -> None:
    message = "Line 1: Column `invoice_number`, `invoice_line` is missing and belongs to the key of pos. Add it."
    assert str(refusal_of("pos", b"distributor_id,product\n")) == message


def test_a_header_of_sixty_thousand_empty_names_is_refused_in_a_moment() -> None:
    assert refusal_of("partners", b"," * 60_000 + b"\n").code == "UNKNOWN_COLUMN"


def test_a_header_alone_is_a_file_without_lines() -> None:
    assert lines_of("partners", b"partner_number,name\n") == []
    assert lines_of("partners", b"partner_number") == []


def test_a_byte_order_mark_is_tolerated() -> None:
    assert lines_of("partners", codecs.BOM_UTF8 + PARTNER) == lines_of("partners", PARTNER)


def test_a_byte_order_mark_before_a_quoted_header_is_tolerated() -> None:
    (line,) = lines_of("partners", codecs.BOM_UTF8 + b'"partner_number"\nP1\n')
    assert line.key == "P1"


def test_a_file_spoiled_late_gives_its_good_lines_and_then_refuses() -> None:
    good = b"".join(b"P%d,Ann\n" % number for number in range(30_000))
    lines = read(io.BytesIO(b"partner_number,name\n" + good + b"P,\xff\n"), PARTNERS)
    assert [line.key for line in islice(lines, 20_000)] == [f"P{number}" for number in range(20_000)]
    with pytest.raises(FileRefused) as caught:
        list(lines)
    assert str(caught.value) == "Line 30002, byte 3: 0xFF is not UTF-8. Save the file as UTF-8 and deliver it again."


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (b"P2," + b"x" * (16 * 1024 * 1024 + 1), 3),
        (b'P2,"' + b"x\n" * (8 * 1024 * 1024 + 1), 3),
    ],
    ids=["one physical line", "an open quote"],
)
def test_a_record_beyond_16_mib_refuses_the_file(record: bytes, line: int) -> None:
    refusal = refusal_of("partners", PARTNER + record)
    assert (refusal.code, refusal.line) == ("RECORD_TOO_LARGE", line)
    what = "the record that begins here has more than 16 MiB. Close a quote that is left open, or end lines with LF."
    assert str(refusal) == f"Line 3: {what}"
