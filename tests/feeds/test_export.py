"""What is exported for people never runs as a formula, and reads back as what it was."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
import python_calamine

from tap_graph.feeds import export
from tap_graph.feeds.export import csv_bytes, neutral, xlsx_file
from tap_graph.feeds.kinds import kind_named
from tap_graph.feeds.xlsx import XlsxFeed

HOSTILE = ["=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-", "+12", '=HYPERLINK("http://x","y")']
PLAIN = [
    "-12.50",
    "-3",
    "12.50",
    "a=b",
    "http://localhost/x",
    "mailto:a@b",
    "'=1",
    "{=1}",
    "",
    "0123",
    "1e5",
    '19" rack, wide',
    "zwei\nZeilen",
]


def as_csv(header: list[str], rows: list[list[export.Cell]]) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(csv_bytes(header, rows)), newline="")))


def as_xlsx(header: list[str], rows: list[list[export.Cell]]) -> list[list[list[object]]]:
    stream = io.BytesIO()
    xlsx_file(stream, header, rows)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue()))
    assert b"<f>" not in stream.getvalue()
    return [list(book.get_sheet_by_name(name).iter_rows()) for name in book.sheet_names]  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", HOSTILE)
def test_a_formula_is_shown_and_not_run(cell: str) -> None:
    assert as_csv(["a", "b"], [[cell, "x"]]) == [["a", "b"], [f"'{cell}", "x"]]


@pytest.mark.parametrize("cell", PLAIN)
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert as_csv(["a", "b"], [[cell, "x"]])[1] == [cell, "x"]


def test_a_column_name_is_no_formula_either() -> None:
    assert as_csv(["=a"], []) == [["'=a"]]


def test_values_are_written_as_feeds_write_them() -> None:
    row: list[export.Cell] = [None, True, False, 7, -7, Decimal("-12.50"), Decimal("1E+3"), date(2008, 2, 29)]
    assert as_csv(["x"], [row])[1] == ["", "true", "false", "7", "-7", "-12.50", "1000", "2008-02-29"]


def test_csv_comes_in_pieces_of_five_hundred_rows() -> None:
    pieces = list(csv_bytes(["a"], [[number] for number in range(1_001)]))
    assert [piece.count("\r\n") for piece in pieces] == [501, 500, 1]


def test_texts_stay_texts_in_a_workbook() -> None:
    (rows,) = as_xlsx(["=a", "b"], [[cell, "x"] for cell in [*HOSTILE, *PLAIN]])
    assert [row[0] for row in rows] == ["=a", *HOSTILE, *PLAIN]


def test_an_export_is_a_feed_again() -> None:
    stream = io.BytesIO()
    rows: list[list[export.Cell]] = [["R1", 1, Decimal("13000.10"), "=1"], ["R2", 2, Decimal("0.07"), None]]
    xlsx_file(stream, ["rma_number", "line", "value_due", "product"], rows)
    lines = list(XlsxFeed(stream, kind_named("rmas")).lines())
    assert [(line.raw, line.problems) for line in lines] == [("R1,1,13000.1,=1", ()), ("R2,2,0.07,", ())]


def test_days_amounts_and_booleans_are_cells_of_their_kind() -> None:
    (rows,) = as_xlsx(["a"], [[date(2008, 2, 29), Decimal("-12.50"), True, 7, None, "x"], [10**15, Decimal("12345678901234.56")]])
    assert rows[1] == [date(2008, 2, 29), -12.5, True, 7.0, "", "x"]
    assert rows[2][:2] == ["1000000000000000", "12345678901234.56"]


def test_a_text_beyond_what_a_cell_holds_is_cut_visibly() -> None:
    (rows,) = as_xlsx(["a"], [["x" * 40_000]])
    assert rows[1] == ["x" * 32_766 + "…"]


def test_rows_beyond_what_a_sheet_holds_go_on_in_a_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 3)
    assert as_xlsx(["a"], [[f"r{number}"] for number in range(5)]) == [[["a"], ["r0"], ["r1"]], [["a"], ["r2"], ["r3"]], [["a"], ["r4"]]]


def test_only_plain_numbers_may_begin_with_a_minus_sign() -> None:
    assert [neutral(cell) for cell in ("-1", "-1.5", "-1.", "--1", "-1e5", "-1,5", "-")] == [
        "-1",
        "-1.5",
        "'-1.",
        "'--1",
        "'-1e5",
        "'-1,5",
        "'-",
    ]
