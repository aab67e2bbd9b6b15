"""Whatever is written well is read back equal; whatever is spoiled is told, and nothing ever breaks."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.csv import Line, read
from tap_graph.feeds.kinds import KINDS, ORDERS, Column
from tap_graph.values.money import LARGEST_MINOR, printed

NAMES = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)
CODES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=10)
TEXTS = st.one_of(st.just(None), st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], include_characters="\n\r\t"), min_size=1))


def values_of(column: Column) -> st.SearchStrategy[Any]:
    """Values a cell of the column may hold."""
    values: dict[str, st.SearchStrategy[Any]] = {
        "name": NAMES,
        "code": CODES,
        "text": TEXTS,
        "prose": TEXTS,
        "day": st.dates(min_value=date(1, 1, 1)).map(date.isoformat),
        "amount": st.integers(0, LARGEST_MINOR),
        "count": st.integers(1, 999_999_999),
        "boolean": st.booleans(),
        "enum": st.sampled_from(column.words or ("",)),
        "list": st.lists(NAMES.filter(lambda text: ";" not in text), unique=True),
        "codes": st.lists(CODES, unique=True).map(sorted),
    }
    strategy = values[column.type]
    return strategy if column.key or column.type in {"list", "codes"} or column.empty is not None else st.none() | strategy


def cell_of(column: Column, value: Any) -> str:
    """The cell that is read as the value."""
    if value is None:
        return ""
    if column.type == "amount":
        return printed(value)
    if column.type == "boolean":
        return str(value).lower()
    return ";".join(value) if isinstance(value, list) else str(value)


def stored(value: Any) -> Any:
    """The value as it is stored."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, list) else value


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[Column], list[list[Any]]]:
    """A kind, its columns in some order, and rows of values."""
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    columns = draw(st.permutations(kind.columns))
    return kind.name, columns, draw(st.lists(st.tuples(*map(values_of, columns)).map(list), max_size=5))


class EveryCellQuoted(csv.unix_dialect):
    """`"…","…"` and LF. Python's writer leaves a CR unquoted where lines end with LF, unless it quotes every cell."""


STYLES = [csv.excel, EveryCellQuoted]


@settings(max_examples=150, deadline=None)
@given(files(), st.sampled_from(STYLES))
def test_rows_written_by_a_csv_writer_are_read_back_equal(
    file: tuple[str, list[Column], list[list[Any]]], style: type[csv.Dialect]
) -> None:
    name, columns, rows = file
    text = io.StringIO(newline="")
    writer = csv.writer(text, style)
    writer.writerow([column.name for column in columns])
    writer.writerows([cell_of(column, value) for column, value in zip(columns, row, strict=True)] for row in rows)
    lines = list(read(io.BytesIO(text.getvalue().encode()), KINDS[name]))
    order = [columns.index(column) for column in KINDS[name].columns]
    assert [line.values for line in lines] == [tuple(stored(row[place]) for place in order) for row in rows]
    keys = len(KINDS[name].keys)
    assert [line.key for line in lines] == ["\x1f".join(str(row[place]) for place in order[:keys]) for row in rows]
    assert [line.record for line in lines] == list(range(1, len(rows) + 1))
    malformed = {"NOT_A", "KEY_M", "CELL_", "TOO_M", "VALUE", "CONTR", "OUTER", "STRAY", "UNKNO"}
    assert not [problem for line in lines for problem in line.problems if problem.code[:5] in malformed]


VALID = (
    b"order_number,line,partner_number,booked_on,sale_type,existing_network,programs,product,quantity,net_value,credit\r\n"
    b'SO1,1,P1,2008-02-29,RESALE,true,EIP;OIP,"PHONE ""79""\r\nblack",3,13000.00,200.50\r\n'
    b"SO1,2,P1,2008-02-29,INTERNAL,false,,\xe6\xa0\xaa,1,0.00,\r\n"
    b"SO2,1,,,,,,,,,\r\n"
)


def outcome_of(data: bytes) -> tuple[list[Line], FileRefused | None]:
    """The lines of a file of orders, or why it was refused."""
    try:
        return list(read(io.BytesIO(data), ORDERS)), None
    except FileRefused as refusal:
        return [], refusal


@settings(max_examples=600, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.binary(max_size=3), st.integers(0, 4)), min_size=1, max_size=6))
def test_a_spoiled_file_never_raises_anything_but_its_refusal(spoils: list[tuple[int, bytes, int]]) -> None:
    data = bytearray(VALID)
    for place, put, taken in spoils:
        data[place : place + taken] = put
    lines, refusal = outcome_of(bytes(data))
    assert refusal is None or str(refusal).startswith(f"Line {refusal.line}")
    assert refusal is None or 1 <= refusal.line <= data.count(b"\n") + 1
    for line in lines:
        assert line.raw in data.decode("utf-8-sig")
        assert line.values is not None or line.problems
        assert all(problem.message.startswith(f"Line {line.number}: ") for problem in line.problems)


class Generated(io.RawIOBase):
    """A stream of as many order lines as asked for, made as they are read."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = self._made(lines)
        self._rest = b""

    @staticmethod
    def _made(lines: int) -> Iterator[bytes]:
        yield b"order_number,line,booked_on,product,net_value\n"
        for number in range(lines):
            yield b"SO-%d,1,2008-02-%02d,PHONE-%d,%d.00\n" % (number, number % 28 + 1, number, number)

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (line := next(self._lines, b"")):
            self._rest += line
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def peak_of(lines: int) -> tuple[int, int]:
    """Lines read, and the most memory that took."""
    stream: Any = Generated(lines)
    tracemalloc.start()
    try:
        count = sum(1 for line in read(stream, ORDERS) if not line.problems)
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_two_hundred_thousand_lines_take_no_more_memory_than_twenty_thousand() -> None:
    few, small = peak_of(20_000)
    many, large = peak_of(200_000)
    assert (few, many) == (20_000, 200_000)
    # Memories of cells swell and are emptied again; a file kept whole would take nine times as much.
    assert large < 1.5 * small
    assert large < 8 * 1024 * 1024
