"""Lines: one record's cells to a line of typed values, with everything that is wrong with it at once."""

from collections.abc import Sequence
from operator import getitem, itemgetter
from typing import Any, NamedTuple

from tap_graph.feeds.cells import LONGEST_NAME, LONGEST_TEXT, Converter, Value, converter
from tap_graph.feeds.contradictions import CHECKS, contradictions
from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.problems import Malformed, Problem, shown
from tap_graph.feeds.records import Record

KEY_JOINT = "\x1f"
"""Stands between the cells of a key; no cell of a key can hold it."""
REMEMBERED = 4_096
PLAIN = ("name", "text", "prose")

FAULTS = {
    "LINE_TOO_LONG": "the line has more than 65,536 bytes. Close a quote that is left open, or shorten its text.",
    "STRAY_QUOTE": 'a quote stands inside an unquoted cell. Put the cell in quotes and double each quote in it: "19"" rack".',
    "BARE_CARRIAGE_RETURN": "a CR without LF stands outside quotes. End lines with LF or CRLF, or put the cell in quotes.",
}


class Line(NamedTuple):
    """One data record of a feed.

    `number` is the physical line it begins on (the header is line 1), `record` counts data records from 1, `raw` is its
    text without line end. `values` stand in the kind's column order, None when a cell is malformed. `key` joins the
    cells of the natural key (one that may be empty is empty text), None when one of them cannot be read. A line with
    problems is refused; one that only contradicts itself still has its values and key.
    """

    number: int
    record: int
    raw: str
    values: tuple[Any, ...] | None
    key: str | None
    problems: tuple[Problem, ...]


class Remembered(dict[str, Value]):
    """Cells of one column read before, boundedly many: feeds repeat their days and codes endlessly."""

    def __init__(self, read: Converter) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> Value:
        value = self._read(cell)
        if len(self) >= REMEMBERED:
            self.clear()
        self[cell] = value
        return value


class LineReader:
    """Types the records of one file, whose header is known.

    Nearly every line is right, so the quick way asks of the whole line what would make any cell wrong; a line it cannot
    vouch for is read again cell by cell, which is where problems are told.
    """

    def __init__(self, kind: Kind, header: Sequence[str]) -> None:
        self._kind = kind
        self._width = len(header)
        # An absent column reads the empty cell put behind every record.
        places = {column: header.index(column.name) if column.name in header else self._width for column in kind.columns}
        names = [column for column in kind.columns if column.type == "name"]
        plain = [column for column in kind.columns if column.type in PLAIN and column.type != "name"]
        typed = [column for column in kind.columns if column.type not in PLAIN]
        grouped = [*names, *plain, *typed]
        self._names, self._plain = len(names), len(names) + len(plain)
        self._pick = itemgetter(*(places[column] for column in grouped))
        self._arrange = itemgetter(*(grouped.index(column) for column in kind.columns))
        self._memories = [Remembered(converter(column)) for column in typed]
        self._cells = [(column, places[column], converter(column)) for column in kind.columns]
        self._contradictions = [check.find for check in CHECKS.get(kind.name, ())]
        self._keys = len(kind.keys)

    def line(self, count: int, record: Record) -> Line:
        """The `count`th data record as a line."""
        number, raw, cells, fault = record
        if fault or len(cells) != self._width:
            return Line(number, count, raw, None, None, (self._not_split(record),))
        cells.append("")
        values = self._quickly(raw, cells)
        if values is None:
            return self._carefully(count, record)
        return Line(number, count, raw, values, KEY_JOINT.join(map(str, values[: self._keys])), ())

    def _quickly(self, raw: str, cells: list[str]) -> tuple[Value, ...] | None:
        if not raw.isprintable() or len(raw) > LONGEST_TEXT:
            return None
        picked = self._pick(cells)
        names = picked[: self._names]
        joined = KEY_JOINT.join(names)
        if " " in joined and any(name != name.strip() for name in names):
            return None
        if len(joined) > LONGEST_NAME and max(map(len, names)) > LONGEST_NAME:
            return None
        try:
            typed = map(getitem, self._memories, picked[self._plain :])
            values: tuple[Value, ...] = self._arrange([*[cell or None for cell in picked[: self._plain]], *typed])
        except Malformed:
            return None
        if None in values[: self._keys]:
            return None
        for contradiction in self._contradictions:
            if contradiction(values) is not None:
                return None
        return values

    def _carefully(self, count: int, record: Record) -> Line:
        number, raw, cells, _ = record
        values: list[Value] = []
        problems: list[Problem] = []
        unread: set[int] = set()
        for position, (column, place, read) in enumerate(self._cells):
            cell = cells[place]
            try:
                values.append(read(cell))
            except Malformed as bad:
                values.append(None)
                unread.add(position)
                problems.append(bad.problem(column.name, cell))
        parts = ["" if value is None else str(value) for value in values[: self._keys]]
        key = None if unread.intersection(range(self._keys)) else KEY_JOINT.join(parts)
        problems += contradictions(self._kind, values, unread)
        told = tuple(problem.on_line(number) for problem in problems)
        return Line(number, count, raw, None if unread else tuple(values), key, told)

    def _not_split(self, record: Record) -> Problem:
        number, raw, cells, fault = record
        if fault:
            return Problem(fault, None, shown(raw), FAULTS[fault]).on_line(number)
        message = f"the line has {len(cells)} cells, the header {self._width}. Check commas and quotes; write empty cells too."
        return Problem("CELL_COUNT", None, str(len(cells)), message).on_line(number)
