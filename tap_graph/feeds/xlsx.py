"""XLSX feeds: one sheet to the lines that the same table as CSV would give.

What it costs: the workbook is looked through once before it is opened (`feeds/workbook.py`), then the library holds the
packed file, its shared texts and about 40 bytes for each cell of the sheet; rows are made one after the other.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from tap_graph.feeds.feed import Format, Report
from tap_graph.feeds.header import columns_of
from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.lines import Line, LineReader
from tap_graph.feeds.problems import Malformed, Problem, shown
from tap_graph.feeds.workbook import Workbook, examined, refused

LONGEST_HEADER = 4096
EXACT_UP_TO = 10**15
"""Excel keeps 15 digits of a number."""
PLACES = 2

Cell = int | float | str | bool | time | date | datetime | timedelta


class XlsxFeed:
    """A workbook while it is read; `header` is empty until the first line was asked for."""

    format = Format.XLSX

    def __init__(self, stream: BinaryIO, kind: Kind) -> None:
        self.header = ""
        self.reports: list[Report] = []
        self.envelope: Mapping[str, Any] | None = None
        self._stream = stream
        self._kind = kind

    def lines(self) -> Iterator[Line]:
        """The rows below the header that are not blank; `number` is the row's in the sheet."""
        seen = examined(self._stream)
        self._stream.seek(0)
        try:
            book = CalamineWorkbook.from_filelike(self._stream)
            sheet = _sheet(book, seen)
            rows = iter(enumerate(sheet.iter_rows(), 1))
        except CalamineError as error:
            raise refused("NOT_A_WORKBOOK", f"The workbook cannot be opened ({error}). Save it again as .xlsx.") from None
        yield from self._lines(rows, seen.errors)

    def _lines(self, rows: Iterator[tuple[int, list[Cell]]], errors: Mapping[tuple[int, int], str]) -> Iterator[Line]:
        names: list[str] = []
        first = start = 0
        for number, cells in rows:
            if any(cell != "" for cell in cells):
                first, (start, names) = number, _names(cells)
                break
        self.header = ",".join(names)[:LONGEST_HEADER]
        columns = columns_of(self._kind, (first, self.header, names, "") if names else None)
        reader = _RowReader(self._kind, columns, start, errors)
        with_errors = {row for row, _ in errors}
        count = 0
        for number, cells in rows:
            if any(cell != "" for cell in cells) or number in with_errors:
                count += 1
                yield reader.line(count, number, cells)


def _sheet(book: CalamineWorkbook, seen: Workbook) -> CalamineSheet:
    """The one sheet that holds anything, else the first."""
    places = [place for place, sheet in enumerate(book.sheets_metadata) if sheet.typ == SheetTypeEnum.WorkSheet]
    if not places:
        raise refused("NOT_A_WORKBOOK", "The workbook has no sheet with cells. Deliver one that has.")
    sheets = [book.get_sheet_by_index(place) for place in places]
    filled = [sheet for sheet in sheets if any(cell != "" for row in sheet.iter_rows() for cell in row)]
    # Where errors stand is known, but not on which of several sheets.
    if len(filled) > 1 or (seen.errors and seen.sheets_with_values > 1):
        names = ", ".join(f"`{shown(sheet.name)}`" for sheet in filled or sheets)
        raise refused(
            "SEVERAL_SHEETS",
            f"The workbook has several sheets that are not empty: {names}. Keep one, deliver the others as files of their own.",
        )
    return filled[0] if filled else sheets[0]


def _names(cells: Sequence[Cell]) -> tuple[int, list[str]]:
    """Where the header begins, and its names up to the last that is not empty."""
    filled = [place for place, cell in enumerate(cells) if cell != ""]
    start, end = filled[0], filled[-1] + 1
    return start, [cell if isinstance(cell, str) else str(cell) for cell in cells[start:end]]


class _RowReader:
    """Makes lines of rows, with what is wrong with single cells."""

    def __init__(self, kind: Kind, columns: Sequence[str], start: int, errors: Mapping[tuple[int, int], str]) -> None:
        self._reader = LineReader(kind, columns)
        self._keys = kind.keys
        self._columns = columns
        self._start, self._end = start, start + len(columns)
        self._errors = errors
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer, lineterminator="")

    def line(self, count: int, number: int, row: Sequence[Cell]) -> Line:
        problems: dict[str, Problem] = {}
        cells: list[str] = []
        for place, cell in enumerate(row[self._start : self._end], self._start + 1):
            if type(cell) is str and (cell or not self._errors):
                cells.append(cell)
                continue
            try:
                cells.append(self._text(number, place, cell))
            except Malformed as bad:
                problem = _problem(bad, self._columns[place - self._start - 1], number, place)
                problems[problem.column or ""] = problem
                cells.append(str(problem.value))
        cells += [""] * (len(self._columns) - len(cells))
        cells += [str(cell) for cell in (*row[: self._start], *row[self._end :]) if cell != ""]
        line = self._reader.line(count, (number, self._raw(cells), cells, ""))
        return self._with(line, problems) if problems else line

    def _with(self, line: Line, problems: Mapping[str, Problem]) -> Line:
        """The line with what its cells were found wrong of; what the text of such a cell would be refused for is not told as well."""
        told = [problem for problem in line.problems if problem.column not in problems]
        key = None if problems.keys() & set(self._keys) else line.key
        found = [problems[name] for name in self._columns if name in problems]
        return line._replace(values=None, key=key, problems=(*found, *told))

    def _text(self, number: int, place: int, cell: Cell) -> str:
        if cell == "" and (error := self._errors.get((number, place))) is not None:
            raise _Bad("CELL_ERROR", f"is an error of a formula ({error}). Correct the formula, or type the value.", error)
        return TEXTS[type(cell)](cell)

    def _raw(self, cells: Sequence[str]) -> str:
        self._writer.writerow(cells)
        raw = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return raw


class _Bad(Malformed):
    """A cell that has no text of its own, with how it is shown."""

    def __init__(self, code: str, text: str, seen: str) -> None:
        super().__init__(code, text)
        self.seen = seen


def _problem(bad: Malformed, column: str, number: int, place: int) -> Problem:
    seen = bad.seen if isinstance(bad, _Bad) else ""
    return Problem(bad.code, column, shown(seen), f"Line {number}: {column} (cell {_letters(place)}{number}) `{shown(seen)}` {bad}")


def _number(cell: float) -> str:
    """A number as it was typed: the shortest text that is that number."""
    if abs(cell) >= EXACT_UP_TO:
        what = "has more digits than Excel keeps of a number. Type it as text, with an apostrophe in front."
        raise _Bad("NUMBER_NOT_EXACT", what, repr(cell))
    if cell.is_integer():
        return str(int(cell))
    text = format(Decimal(repr(cell)), "f")
    if len(text.partition(".")[2]) > PLACES:
        raise _Bad("NUMBER_NOT_EXACT", "has more than two decimal places. Round it, or type it as text.", repr(cell))
    return text


def _moment(cell: datetime) -> str:
    if cell.time() != time():
        raise _Bad("NOT_A_DAY", "has a time of day. Write the day alone.", str(cell))
    return cell.date().isoformat()


def _no_day(cell: time | timedelta) -> str:
    raise _Bad("NOT_A_DAY", "is a time without a day. Write the value the column asks for.", str(cell))


TEXTS: Mapping[type, Callable[[Any], str]] = {
    str: str,
    bool: lambda cell: "true" if cell else "false",
    int: lambda cell: _number(float(cell)),
    float: _number,
    date: date.isoformat,
    datetime: _moment,
    time: _no_day,
    timedelta: _no_day,
}


def _letters(place: int) -> str:
    """The name of a column, 1 being A."""
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
