"""A file is what its first bytes say; it is unpacked and read as that, whatever its name."""

import gzip
import io
import random
import zipfile
from typing import BinaryIO

import pytest

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.csv_feed import CsvFeed
from tap_graph.feeds.edifact.reading import EdifactFeed
from tap_graph.feeds.feed import Format
from tap_graph.feeds.kinds import POS, kind_named
from tap_graph.feeds.profiles import COMMON
from tap_graph.feeds.recognizing import open_feed, recognize
from tap_graph.feeds.unpacking import unpacked
from tap_graph.feeds.x12.reading import X12Feed
from tap_graph.feeds.xlsx import XlsxFeed
from tests.feeds.files import lines_of

ISA = b"ISA*00*          *00*          *ZZ*DIST           *ZZ*VENDOR         *080301*0811*U*00401*000000001*0*P*>~"


@pytest.mark.parametrize(
    ("first", "format_"),
    [
        (b"PK\x03\x04rest", Format.XLSX),
        (b"PK\x05\x06", Format.XLSX),
        (ISA, Format.X12),
        (b"\xef\xbb\xbf\r\n" + ISA, Format.X12),
        (b"UNA:+.? 'UNB+UNOA:3", Format.EDIFACT),
        (b"\r\n  UNB+UNOA:3", Format.EDIFACT),
        (b"order_number,line\n", Format.CSV),
        (b"ISABEL,line\n", Format.CSV),
        (b"UNBOOKED,line\n", Format.CSV),
        (b"PKZIP,line\n", Format.CSV),
        (b"", Format.CSV),
        (b"\xff\xfeo\x00", Format.CSV),
    ],
)
def test_the_first_bytes_say_the_format(first: bytes, format_: Format) -> None:
    stream = io.BytesIO(first)
    assert recognize(stream) is format_
    assert stream.tell() == 0


@pytest.mark.parametrize(
    ("first", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls) or one with a password. Save it as .xlsx without a password."),
        (b"%PDF-1.7", "a PDF. Deliver the table it was made from, as CSV or .xlsx."),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "HTML or XML. Deliver CSV or .xlsx."),
        (b"\n<table>", "HTML or XML. Deliver CSV or .xlsx."),
        (b'[{"order_number":', "JSON. Deliver CSV or .xlsx."),
        (b"\x1f\x8b\x08", "gzip inside gzip. Pack it once."),
    ],
)
def test_what_is_no_feed_is_named(first: bytes, what: str) -> None:
    with pytest.raises(FileRefused) as caught:
        recognize(io.BytesIO(first))
    assert (caught.value.code, str(caught.value)) == ("NOT_A_FEED", f"The file is {what}")


@pytest.mark.parametrize(
    ("first", "feed"), [(b"PK\x03\x04", XlsxFeed), (ISA, X12Feed), (b"UNB+", EdifactFeed), (b"distributor_id", CsvFeed)]
)
def test_each_format_has_its_feed(first: bytes, feed: type) -> None:
    opened = open_feed(io.BytesIO(first), POS, COMMON)
    assert type(opened) is feed


def test_csv_as_a_feed_gives_the_lines_of_csv_and_its_header() -> None:
    data = b"\xef\xbb\xbfreceipt_number,units\r\nC1,3\r\nC2,x\r\n"
    feed = open_feed(io.BytesIO(data), kind_named("receipts"), COMMON)
    assert (feed.header, feed.format, feed.envelope) == ("receipt_number,units", Format.CSV, None)
    assert list(feed.lines()) == lines_of("receipts", data)
    assert feed.reports == []


def test_a_header_is_shown_up_to_4096_bytes_and_without_nul() -> None:
    assert CsvFeed(io.BytesIO(b"a\x00b" + b"c" * 5_000), kind_named("rmas")).header == "ab" + "c" * 4_093


def opened(data: bytes, most: int = 1 << 26) -> bytes:
    stream = io.BytesIO(data)
    found = unpacked(stream, most=most)
    with found:
        return found.read()


def test_what_is_not_packed_is_the_stream_itself() -> None:
    stream: BinaryIO = io.BytesIO(b"order_number")
    assert unpacked(stream, most=1) is stream
    assert stream.tell() == 0


def test_gzip_is_unpacked_also_in_several_members_and_beyond_memory() -> None:
    big = random.Random(1).randbytes(3 << 20)
    assert opened(gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n")) == b"a,b\n1,2\n"
    assert opened(gzip.compress(big)) == big
    assert opened(gzip.compress(bytes(1 << 20))) == bytes(1 << 20)


def refused(data: bytes, most: int = 1 << 26) -> str:
    with pytest.raises(FileRefused) as caught:
        opened(data, most)
    return caught.value.code


def test_more_than_may_be_unpacked_is_refused() -> None:
    assert refused(gzip.compress(b"x" * 1_001), most=1_000) == "TOO_LARGE"
    assert opened(gzip.compress(b"x" * 1_000), most=1_000) == b"x" * 1_000


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    assert refused(gzip.compress(bytes(8 << 20), 9)) == "ZIP_BOMB"


def test_gzip_that_is_cut_or_damaged_is_refused() -> None:
    good = gzip.compress(b"order_number,line\n" * 50, mtime=0)
    assert {refused(good[:end]) for end in range(2, len(good))} == {"BAD_GZIP"}
    assert refused(good[:20] + b"\xff\xff\xff" + good[23:]) == "BAD_GZIP"
    assert refused(good + b"more") == "BAD_GZIP"


def test_a_zip_that_is_no_workbook_says_so_when_it_is_read() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("pos.csv", "distributor_id")
    with pytest.raises(FileRefused) as caught:
        list(open_feed(stream, POS, COMMON).lines())
    assert caught.value.code == "NOT_A_WORKBOOK"
