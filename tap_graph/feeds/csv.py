"""CSV feeds: RFC 4180 bytes to typed lines, one after the other, never the whole file."""

import csv
import re
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, BinaryIO, NamedTuple

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.cells import BadCell, converter, problem_with
from tap_graph.feeds.contradictions import checks
from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.problems import Problem

LONGEST_LINE = 65_536
LONGEST_RECORD = 16 * 1024 * 1024
KEY_JOINT = "\x1f"
# Tabs and line ends may stand in quoted text; other control characters are transmission errors.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LINE_END = re.compile("[\r\n\t]")
ANY_CONTROL = re.compile("[\x00-\x1f\x7f]")
UTF8_MARK, UTF16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")

csv.field_size_limit(LONGEST_RECORD)


class Line(NamedTuple):
    """One data record: `values` in the kind's column order, None when malformed; `key` None when it cannot be read."""

    number: int
    record: int
    raw: str
    values: tuple[Any, ...] | None
    key: str | None
    problems: tuple[Problem, ...]


class Source:
    """Physical lines of a stream as text, remembering those of the record that is being read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        while data := self._stream.readline(LONGEST_RECORD + 1):
            self.number += 1
            if len(data) > LONGEST_RECORD:
                raise FileRefused("LINE_TOO_LONG", f"line {self.number} is longer than 16 MiB: is this a CSV file?", self.number)
            if self.number == 1:
                data = _without_mark(data)
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError as error:
                where = f"line {self.number}, byte {error.start + 1}"
                message = f"{where}: {error.object[error.start : error.start + 4]!r} is not UTF-8. Save the file as UTF-8 and deliver it again."
                raise FileRefused("NOT_UTF8", message, self.number) from None
            self.taken.append(text)
            yield text

    def raw(self) -> tuple[str, int]:
        """The text of the record just read, without its line end, and the physical line it began on."""
        text, first = "".join(self.taken), self.number - len(self.taken) + 1
        self.taken.clear()
        return text.rstrip("\r\n"), first


def _without_mark(data: bytes) -> bytes:
    if data.startswith(UTF16_MARKS):
        raise FileRefused("NOT_UTF8", "line 1: the file is UTF-16. Save it as UTF-8 and deliver it again.", 1)
    return data.removeprefix(UTF8_MARK)


def read(stream: BinaryIO, kind: Kind) -> Iterator[Line]:
    """Reads a file of a kind; a file that cannot be read as such is refused where that shows."""
    source = Source(stream)
    rows = csv.reader(iter(source), strict=True)
    header = _header(rows, source, kind)
    reader = _Reader(kind, header)
    record = 0
    while (cells := _next(rows, source)) is not None:
        raw, number = source.raw()
        if cells:
            record += 1
            yield reader.line(number, record, raw, cells)


def _next(rows: Iterator[list[str]], source: Source) -> list[str] | None:
    try:
        return next(rows, None)
    except csv.Error as error:
        first = source.number - max(len(source.taken), 1) + 1
        truncated = "unexpected end" in str(error)
        code = "TRUNCATED_QUOTING" if truncated else "BAD_QUOTING"
        what = "a quoted cell is never closed" if truncated else f"the quoting is wrong ({error})"
        raise FileRefused(code, f"line {first}: {what}. Nothing of the file was taken.", first) from None


def _header(rows: Iterator[list[str]], source: Source, kind: Kind) -> list[str]:
    header: list[str] = []
    while not header:
        found = _next(rows, source)
        if found is None:
            raise FileRefused("EMPTY_FILE", f"the file is empty: a header line with {', '.join(kind.keys)} is the least.", 1)
        header = found
        _, line = source.raw()
    names = [column.name for column in kind.columns]
    if doubled := sorted({name for name in header if header.count(name) > 1}):
        raise FileRefused("DOUBLED_COLUMN", f"line {line}: column {', '.join(doubled)} stands twice. Keep one of each.", line)
    if unknown := [name for name in header if name not in names]:
        shown = ", ".join(repr(name[:60]) for name in unknown[:10])
        raise FileRefused("UNKNOWN_COLUMN", f"line {line}: {shown} is no column of {kind.name}; there are {', '.join(names)}.", line)
    if missing := [name for name in kind.keys if name not in header]:
        raise FileRefused("MISSING_COLUMN", f"line {line}: column {', '.join(missing)} is missing; it is part of the key of {kind.name}.", line)
    return header


class _Reader:
    """Types the records of one file."""

    def __init__(self, kind: Kind, header: Sequence[str]) -> None:
        self.kind = kind
        self.width = len(header)
        at = {name: index for index, name in enumerate(header)}
        # Absent columns read the empty cell put behind every record.
        self.pick = itemgetter(*(at.get(column.name, self.width) for column in kind.columns))
        self.columns = [(column, converter(column), column.empty) for column in kind.columns]
        self.fast = [(convert, empty) for _, convert, empty in self.columns]
        self.keys = [index for index, column in enumerate(kind.columns) if column.key]
        self.checks = checks(kind)

    def line(self, number: int, record: int, raw: str, cells: list[str]) -> Line:
        """One record typed, with every problem it has."""
        problems: list[Problem] = []
        if len(cells) != self.width:
            message = f"the line has {len(cells)} cells, the header {self.width}: check separators and quoting."
            return Line(number, record, raw, None, None, (Problem("CELL_COUNT", None, str(len(cells)), message),))
        if len(raw) > LONGEST_LINE // 4 and len(raw.encode()) > LONGEST_LINE:
            message = f"the line has {len(raw.encode())} bytes, more than {LONGEST_LINE}: is a quote missing?"
            return Line(number, record, raw, None, None, (Problem("LINE_TOO_LONG", None, None, message),))
        cells.append("")
        picked = self.pick(cells)
        try:
            values = tuple([convert(cell) if cell else empty for cell, (convert, empty) in zip(picked, self.fast, strict=True)])
        except BadCell:
            values = None
            problems += self._bad_cells(picked)
        if ANY_CONTROL.search(raw):
            problems += self._control_characters(picked)
        for index in self.keys:
            cell = picked[index]
            if not cell or cell != cell.strip():
                problems.append(self._bad_key(self.kind.columns[index].name, cell))
        if problems:
            return Line(number, record, raw, None, None, tuple(problems))
        assert values is not None
        contradictions = tuple([problem for check in self.checks if (problem := check(values)) is not None])
        return Line(number, record, raw, values, KEY_JOINT.join([str(values[index]) for index in self.keys]), contradictions)

    def _bad_cells(self, picked: Sequence[str]) -> Iterator[Problem]:
        for cell, (column, convert, _) in zip(picked, self.columns, strict=True):
            if cell:
                try:
                    convert(cell)
                except BadCell as bad:
                    yield problem_with(column, cell, bad)

    def _control_characters(self, picked: Sequence[str]) -> Iterator[Problem]:
        for cell, (column, _, _) in zip(picked, self.columns, strict=True):
            if CONTROL.search(cell) or (LINE_END.search(cell) and (column.key or column.type != "text")):
                message = f"{column.name} holds a control character: it was damaged on its way; deliver the line again."
                yield Problem("CONTROL_CHARACTER", column.name, repr(cell)[:60], message)

    @staticmethod
    def _bad_key(name: str, cell: str) -> Problem:
        if not cell.strip():
            return Problem("KEY_MISSING", name, cell, f"{name} is empty: it is part of the key and must be given.")
        return Problem("KEY_WITH_BLANKS", name, cell, f"{name} {cell!r} begins or ends with a blank: take it away.")
