"""Feed files as the tests write them."""

import csv
import io
from collections.abc import Mapping, Sequence

import pytest

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.csv import Line, read
from tap_graph.feeds.kinds import kind_named

KEYS: Mapping[str, Mapping[str, str]] = {
    "partners": {"partner_number": "P1"},
    "certifications": {"partner_number": "P1", "level": "GOLD", "first_day": "2008-01-01"},
    "enrollments": {"partner_number": "P1", "region": "NORTH", "option": "P6"},
    "quotes": {"quote_number": "Q1", "line": "1"},
    "deviations": {"deviation_number": "D1"},
    "orders": {"order_number": "SO1", "line": "1"},
    "pos": {"distributor_id": "DIST", "invoice_number": "I1", "invoice_line": "1"},
    "rmas": {"rma_number": "R1", "line": "1"},
    "receipts": {"receipt_number": "C1"},
}


def written(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows of the same columns as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def lines_of(kind: str, data: bytes) -> list[Line]:
    """All lines of a file."""
    return list(read(io.BytesIO(data), kind_named(kind)))


def one_line(kind: str, **cells: str) -> Line:
    """The only line of a file with these cells and, where they are silent, a key."""
    (line,) = lines_of(kind, written([{**KEYS[kind], **cells}]))
    return line


def value_of(kind: str, column: str, cell: str) -> object:
    """What a cell becomes in a line that is right."""
    line = one_line(kind, **{column: cell})
    assert line.problems == ()
    assert line.values is not None
    return line.values[kind_named(kind).position(column)]


def codes_of(line: Line) -> list[tuple[str, str | None]]:
    """Code and column of each problem."""
    return [(problem.code, problem.column) for problem in line.problems]


def refusal_of(kind: str, data: bytes) -> FileRefused:
    """The refusal of a whole file."""
    with pytest.raises(FileRefused) as caught:
        lines_of(kind, data)
    return caught.value
