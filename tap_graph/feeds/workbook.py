"""Workbook: whether a file may be opened as XLSX, looked at before anything is built of it.

A zip can inflate to a thousand times its size, a sheet of 5 KB can name a cell a billion cells away, and one long
text can stand behind a million cells. Declared sizes lie, so every part is inflated once, in pieces, and counted.
"""

import os
import re
import struct
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from tap_graph.domain.errors import FileRefused

MOST_BYTES = 512 * 1024 * 1024
MOST_PARTS = 1_000
MOST_ROWS = 1_048_576
MOST_CELLS = 16_000_000
"""Of the rectangle around all cells: reading takes some 40 bytes for each, be it empty or not."""
MOST_TEXT = 512 * 1024 * 1024
"""Of all cells together, a text that many of them share counted for each."""
MOST_ERRORS = 10_000
LARGEST_RATIO = 400
SURELY_HARMLESS = 8 * 1024 * 1024
CHUNK = 1 << 20
LONGEST_ROW = 16 * 1024 * 1024
LOCAL_HEADER = struct.Struct("<4s22xHH")
ENCRYPTED = 0x1
NEEDED = ("[content_types].xml", "xl/workbook.xml")
SHARED = "xl/sharedstrings.xml"
NESTED = (".zip", ".xlsx", ".xlsm", ".xlsb", ".xls", ".docx", ".docm", ".pptx", ".gz", ".7z", ".rar")

CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
REFERENCE = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,9})[\"']")
VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)[\s>]")
SHARES = re.compile(rb"\bt\s*=\s*[\"']s[\"'](?:[^>]*[^/>])?>")
SHARED_CELL = re.compile(rb"\bt\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*([0-9]{1,9})\s*<")
ERROR_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*\bt\s*=\s*[\"']e[\"'][^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL)
ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
ROW_END = b"row>"
TEXT_END = re.compile(rb"<(?:/(?:\w+:)?si\s*|(?:\w+:)?si\s*/)>")


@dataclass(slots=True)
class Workbook:
    """What was seen of a workbook that may be opened."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cells that hold an error (`#REF!`), by row and column counted from 1; what reads the values gives them as empty."""
    sheets_with_values: int = 0
    bytes: int = 0
    cells_of_text: int = 0


def examined(stream: BinaryIO) -> Workbook:
    """Looks a file through that is to be opened as XLSX; `FileRefused` where it is none, or must not be opened."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    try:
        with ZipFile(stream) as archive:
            parts = _parts(archive.infolist())
            seen = Workbook()
            lengths = array("L")
            for part in sorted(parts, key=lambda part: part.filename.lower() != SHARED):
                pieces = _counted(_inflated(stream, part), seen, size)
                if part.filename.lower() == SHARED:
                    _measure(pieces, lengths)
                else:
                    _Sheet(seen, lengths).look(pieces)
    except (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError, OSError) as error:
        raise refused("NOT_A_WORKBOOK", f"The file is a damaged zip ({error}). Save the workbook again as .xlsx.") from None
    return seen


def refused(code: str, message: str) -> FileRefused:
    """The refusal of a workbook as a whole."""
    return FileRefused(code, message, 1)


def _parts(parts: list[ZipInfo]) -> list[ZipInfo]:
    """The parts that are to be looked at; the directory alone tells whether this can be a workbook."""
    names = [part.filename.lower() for part in parts]
    if len(parts) > MOST_PARTS:
        raise refused("ZIP_BOMB", f"The workbook has {len(parts):,} parts. Save it again with at most {MOST_PARTS:,}.")
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise refused("ENCRYPTED", "The file is encrypted. Save it without a password.")
    if any(name not in names for name in NEEDED):
        raise refused("NOT_A_WORKBOOK", "The file is a zip, but no Excel workbook. Save the table as .xlsx or CSV.")
    if any("vbaproject" in name or "/macrosheets/" in name for name in names):
        raise refused("MACROS", "The workbook holds macros. Save it as .xlsx, which holds none.")
    if nested := [name for name in names if name.endswith(NESTED) or "/embeddings/" in name]:
        raise refused("NESTED_FILE", f"The workbook holds another file, {nested[0]}. Take it out and save the workbook again.")
    if len(set(names)) < len(names) or any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        raise refused("NOT_A_WORKBOOK", "The zip is not written as workbooks are. Save the workbook again as .xlsx.")
    return [part for part in parts if part.compress_size]


def _inflated(stream: BinaryIO, part: ZipInfo) -> Iterator[bytes]:
    """The bytes of a part, however many: the library stops at the size that the directory declares."""
    stream.seek(part.header_offset)
    mark, name, extra = LOCAL_HEADER.unpack(stream.read(LOCAL_HEADER.size))
    if mark != b"PK\x03\x04":
        raise BadZipFile(f"{part.filename} is not where the directory says")
    start, left = part.header_offset + LOCAL_HEADER.size + name + extra, part.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == ZIP_DEFLATED else None
    while left:
        stream.seek(start)
        packed = stream.read(min(left, CHUNK))
        if not packed:
            raise EOFError(f"{part.filename} is cut off")
        start, left = start + len(packed), left - len(packed)
        while inflate and packed:
            yield inflate.decompress(packed, CHUNK)
            packed = inflate.unconsumed_tail
        if inflate is None:
            yield packed
    if inflate and not inflate.eof:
        raise EOFError(f"{part.filename} is cut off")


def _counted(pieces: Iterator[bytes], seen: Workbook, size: int) -> Iterator[bytes]:
    for piece in pieces:
        seen.bytes += len(piece)
        if seen.bytes > MOST_BYTES:
            raise refused("TOO_LARGE", f"The workbook unpacks to more than {MOST_BYTES:,} bytes. Split it, or deliver CSV.")
        if seen.bytes > SURELY_HARMLESS and seen.bytes > LARGEST_RATIO * size:
            raise refused("ZIP_BOMB", f"The workbook unpacks to more than {LARGEST_RATIO} times its size. Deliver CSV.")
        yield piece


def _measure(pieces: Iterator[bytes], lengths: "array[int]") -> None:
    """The bytes of each shared text, its markup included."""
    rest, begun = b"", 0
    for piece in pieces:
        data = rest + piece
        start = 0
        for end in TEXT_END.finditer(data):
            lengths.append(begun + end.end() - start)
            start, begun = end.end(), 0
        # A tag may be cut by the end of the piece; all before it is only counted.
        cut = max(data.rfind(b"<"), start)
        begun += cut - start
        rest = data[cut:]


class _Sheet:
    """Looks through one part for cells, if it holds any."""

    def __init__(self, seen: Workbook, lengths: "array[int]") -> None:
        self._seen = seen
        self._lengths = lengths
        self._last_row = self._last_column = 0
        self._valued = False

    def look(self, pieces: Iterator[bytes]) -> None:
        rest = b""
        for piece in pieces:
            data = rest + piece
            cut = _whole_rows(data)
            if len(data) - cut > LONGEST_ROW:
                raise refused("ZIP_BOMB", f"A row of the workbook has more than {LONGEST_ROW:,} bytes. Split it, or deliver CSV.")
            self._rows(data[:cut])
            rest = data[cut:]
        self._rows(rest)
        self._seen.sheets_with_values += self._valued

    def _rows(self, data: bytes) -> None:
        references = REFERENCE.findall(data)
        if len(references) != len(CELL.findall(data)):
            raise _not_plain()
        if references:
            self._last_column = max(self._last_column, *(map(_column, {letters for letters, _ in references})), 0)
            self._last_row = max(self._last_row, *(map(int, {number for _, number in references})), 0)
            self._check_size()
            self._valued = self._valued or VALUE.search(data) is not None
        self._texts(data)
        for found in ERROR_CELL.finditer(data) if ERROR.search(data) else ():
            self._error(found)

    def _check_size(self) -> None:
        if self._last_row > MOST_ROWS:
            raise refused("TOO_LARGE", f"The sheet has a row {self._last_row:,}. Excel has {MOST_ROWS:,}; split it, or deliver CSV.")
        if self._last_row * self._last_column > MOST_CELLS:
            what = f"{self._last_row:,} rows of {self._last_column:,} columns"
            raise refused("TOO_LARGE", f"The sheet spans {what}. Delete the empty ones at its end, split it, or deliver CSV.")

    def _texts(self, data: bytes) -> None:
        shared = SHARED_CELL.findall(data)
        if len(shared) != len(SHARES.findall(data)):
            raise _not_plain()
        lengths = self._lengths
        self._seen.cells_of_text += sum(lengths[place] for place in map(int, shared) if place < len(lengths))
        if self._seen.cells_of_text > MOST_TEXT:
            raise refused("ZIP_BOMB", f"The texts of the sheet have more than {MOST_TEXT:,} bytes. Split it, or deliver CSV.")

    def _error(self, found: re.Match[bytes]) -> None:
        reference = REFERENCE.match(found[0])
        if reference is None or len(self._seen.errors) >= MOST_ERRORS:
            raise refused("CELL_ERRORS", f"More than {MOST_ERRORS:,} cells hold an error such as #REF!. Correct their formulas.")
        self._seen.errors[int(reference[2]), _column(reference[1])] = found[1].decode("utf-8", errors="replace")


def _whole_rows(data: bytes) -> int:
    """Where the last whole row ends; in a part without rows, where its last tag begins."""
    end = data.rfind(ROW_END)
    if end >= 0:
        return end + len(ROW_END)
    if b"row" in data:
        return 0
    tag = data.rfind(b"<")
    return tag if tag >= 0 else len(data)


def _column(letters: bytes) -> int:
    """The number of a column, A being 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _not_plain() -> FileRefused:
    return refused("NOT_A_WORKBOOK", "The sheet is not written as Excel and LibreOffice do. Save it with one of them, or deliver CSV.")
