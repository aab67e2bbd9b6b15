"""Recognizing: which format a file has, by its first bytes, and the feed that reads it."""

import re
from typing import BinaryIO

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.csv_feed import CsvFeed
from tap_graph.feeds.edifact.reading import EdifactFeed, looks_like_edifact
from tap_graph.feeds.feed import Feed, Format
from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.profiles import Profiles
from tap_graph.feeds.x12.reading import X12Feed
from tap_graph.feeds.x12.segments import looks_like_x12
from tap_graph.feeds.xlsx import XlsxFeed

FIRST = 256
# After what may stand before it: a byte order mark and blanks.
LEADING = rb"(?:\xef\xbb\xbf)?[\s\x00]*"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
NOT_FEEDS = (
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Excel workbook (.xls) or one with a password", "Save it as .xlsx without a password"),
    (re.compile(LEADING + rb"%PDF"), "a PDF", "Deliver the table it was made from, as CSV or .xlsx"),
    (re.compile(LEADING + rb"<"), "HTML or XML", "Deliver CSV or .xlsx"),
    (re.compile(LEADING + rb"[\[{]"), "JSON", "Deliver CSV or .xlsx"),
    (re.compile(rb"\x1f\x8b"), "gzip inside gzip", "Pack it once"),
)


def recognize(stream: BinaryIO) -> Format:
    """The format of a file, which is put back to its beginning; what no other format claims is CSV.

    Raises `FileRefused` (`NOT_A_FEED`) for what people deliver by mistake, and says what it is.
    """
    stream.seek(0)
    first = stream.read(FIRST)
    stream.seek(0)
    if first.startswith(ZIP):
        return Format.XLSX
    if looks_like_x12(first):
        return Format.X12
    if looks_like_edifact(first):
        return Format.EDIFACT
    for mark, what, instead in NOT_FEEDS:
        if mark.match(first):
            raise FileRefused("NOT_A_FEED", f"The file is {what}. {instead}.", 1)
    return Format.CSV


def open_feed(stream: BinaryIO, kind: Kind, profiles: Profiles) -> Feed:
    """The feed that reads a file of that kind; `FileRefused` where the format is none, or cannot hold that kind."""
    match recognize(stream):
        case Format.XLSX:
            return XlsxFeed(stream, kind)
        case Format.X12:
            return X12Feed(stream, kind, profiles)
        case Format.EDIFACT:
            return EdifactFeed(stream, kind, profiles)
        case Format.CSV:
            return CsvFeed(stream, kind)
