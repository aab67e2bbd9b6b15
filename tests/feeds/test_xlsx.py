"""XLSX gives the lines that the same table as CSV gives; what is no plain workbook is refused before it is opened."""

import io
import random
import tracemalloc
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds import workbook
from tap_graph.feeds.feed import Format
from tap_graph.feeds.kinds import KINDS, kind_named
from tap_graph.feeds.lines import Line
from tap_graph.feeds.xlsx import XlsxFeed
from tests.feeds.files import KEYS, lines_of, written

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook_of(*sheets: Sequence[Sequence[object]]) -> bytes:
    """Tables as sheets of a workbook, from A1 on; a day or moment gets its number format."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        formats: dict[type, object] = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        formats[time] = book.add_format({"num_format": "hh:mm"})
        for number, rows in enumerate(sheets, 1):
            sheet = book.add_worksheet(f"Table {number}")
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write(row, column, cell, formats.get(type(cell)))
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def with_rows(rows: str, **others: bytes) -> bytes:
    """A workbook whose sheet has exactly this XML inside `sheetData`."""
    parts = parts_of(workbook_of([["x"]]))
    parts[SHEET] = f'<?xml version="1.0"?><worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    return packed({**parts, **others})


def read(kind: str, data: bytes) -> list[Line]:
    return list(XlsxFeed(io.BytesIO(data), kind_named(kind)).lines())


def refusal(data: bytes, kind: str = "rmas") -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(kind, data)
    return caught.value


RECEIPTS = ("receipt_number", "rma_number", "line", "units", "received_on", "posted_on")


def test_days_numbers_and_texts_become_what_csv_says() -> None:
    data = workbook_of([RECEIPTS, ["C1", "R1", 1, -3, date(2008, 2, 29), "2008-03-03"]])
    (line,) = read("receipts", data)
    assert line == Line(2, 1, "C1,R1,1,-3,2008-02-29,2008-03-03", ("C1", "R1", 1, -3, "2008-02-29", "2008-03-03"), "C1", ())


def test_an_amount_keeps_its_cents() -> None:
    data = workbook_of([["rma_number", "line", "value_due"], ["R1", 1, 13000.1], ["R2", 1, 0.07], ["R3", 1, 1234567890.12]])
    assert [line.values[-1] for line in read("rmas", data) if line.values] == [1300010, 7, 123456789012]


def test_booleans_are_true_and_false() -> None:
    data = workbook_of([["order_number", "line", "existing_network"], ["SO1", 1, True], ["SO2", 1, False]])
    assert [line.raw for line in read("orders", data)] == ["SO1,1,true", "SO2,1,false"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_the_lines_of_its_csv(kind: str) -> None:
    rows = [dict(KEYS[kind]), {name: f'{cell}, "x"' if name.endswith("number") else cell for name, cell in KEYS[kind].items()}]
    csv_lines = lines_of(kind, written(rows))
    data = workbook_of([list(rows[0]), *([row[name] for name in rows[0]] for row in rows)])
    assert read(kind, data) == csv_lines


def test_the_header_is_the_first_row_that_is_not_blank_wherever_it_begins() -> None:
    data = workbook_of([[], [None, None], [None, None, "rma_number", "line"], [], [None, None, "R1", 1]])
    feed = XlsxFeed(io.BytesIO(data), kind_named("rmas"))
    lines = list(feed.lines())
    assert [(line.number, line.record, line.raw, line.key) for line in lines] == [(5, 1, "R1,1", "R1\x1f1")]
    assert (feed.header, feed.format, feed.reports, feed.envelope) == ("rma_number,line", Format.XLSX, [], None)


def test_a_cell_beside_the_table_is_told() -> None:
    (line,) = read("rmas", workbook_of([["rma_number", "line"], ["R1", 1, "note"]]))
    assert line.problems[0].message == "Line 2: the line has 3 cells, the header 2. Check commas and quotes; write empty cells too."


def test_the_raw_text_is_a_line_of_csv_that_can_be_delivered_again() -> None:
    (line,) = read("rmas", workbook_of([["rma_number", "line", "product"], ["R1", 1, '19" rack, "black"\nwide']]))
    again = lines_of("rmas", f"rma_number,line,product\n{line.raw}\n".encode())
    assert again[0].values == line.values
    assert line.raw == 'R1,1,"19"" rack, ""black""\nwide"'


@pytest.mark.parametrize(
    ("cell", "code", "message"),
    [
        (0.1 + 0.2, "NUMBER_NOT_EXACT", None),
        (12.345, "NUMBER_NOT_EXACT", "value_due (cell C2) `12.345` has more than two decimal places. Round it, or type it as text."),
        (1e15, "NUMBER_NOT_EXACT", None),
        (
            datetime(2008, 2, 1, 13, 30),  # noqa: DTZ001 (a cell knows no zone)
            "NOT_A_DAY",
            "value_due (cell C2) `2008-02-01 13:30:00` has a time of day. Write the day alone.",
        ),
        (time(12), "NOT_A_DAY", "value_due (cell C2) `12:00:00` is a time without a day. Write the value the column asks for."),
    ],
)
def test_a_cell_without_an_exact_text_is_a_problem_of_its_cell(cell: object, code: str, message: str | None) -> None:
    data = workbook_of([["rma_number", "line", "value_due"], ["R1", 1, cell]])
    if cell == 0.1 + 0.2:  # the writer of the test rounds it, Excel does not
        parts = parts_of(data)
        data = packed({**parts, SHEET: parts[SHEET].replace(b"<v>0.3</v>", b"<v>0.30000000000000004</v>")})
    (line,) = read("rmas", data)
    assert [(problem.code, problem.column) for problem in line.problems] == [(code, "value_due")]
    assert (line.values, line.key) == (None, "R1\x1f1")
    assert message is None or line.problems[0].message == f"Line 2: {message}"


def test_an_error_of_a_formula_is_a_problem_and_never_an_empty_cell() -> None:
    cells = '<c r="A2" t="str"><v>R1</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C2" t="e"><v>#REF!</v></c>'
    header = "".join(
        f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>' for at, name in zip("ABC", ("rma_number", "line", "product"), strict=True)
    )
    (line,) = read("rmas", with_rows(f'<row r="1">{header}</row><row r="2">{cells}</row>'))
    assert [problem.message for problem in line.problems] == [
        "Line 2: line (cell B2) `#DIV/0!` is an error of a formula (#DIV/0!). Correct the formula, or type the value.",
        "Line 2: product (cell C2) `#REF!` is an error of a formula (#REF!). Correct the formula, or type the value.",
    ]
    assert (line.key, line.values, line.raw) == (None, None, "R1,#DIV/0!,#REF!")


def test_a_row_of_nothing_but_an_error_is_not_blank() -> None:
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>receipt_number</t></is></c></row>'
    (line,) = read("receipts", with_rows(f'{header}<row r="3"><c r="A3" t="e"><v>#N/A</v></c></row>'))
    assert (line.number, line.problems[0].code) == (3, "CELL_ERROR")


def test_a_header_with_an_unknown_column_is_refused_by_name() -> None:
    assert refusal(workbook_of([["rma_number", "line", "price"]])).code == "UNKNOWN_COLUMN"


def test_an_empty_workbook_is_refused() -> None:
    assert refusal(workbook_of([])).code == "EMPTY_FILE"


def test_several_filled_sheets_are_refused_by_name() -> None:
    refused = refusal(workbook_of([["rma_number", "line"]], [], [["x"]]))
    assert str(refused) == (
        "The workbook has several sheets that are not empty: `Table 1`, `Table 3`. Keep one, deliver the others as files of their own."
    )
    assert refused.code == "SEVERAL_SHEETS"


def test_the_one_filled_sheet_need_not_be_the_first() -> None:
    assert [line.key for line in read("rmas", workbook_of([], [["rma_number", "line"], ["R1", 1]]))] == ["R1\x1f1"]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "MACROS"),
        ("xl/embeddings/a.bin", "NESTED_FILE"),
        ("xl/media/more.zip", "NESTED_FILE"),
        ("XL/workbook.xml", "NOT_A_WORKBOOK"),
    ],
)
def test_a_part_that_no_feed_needs_refuses_the_workbook(part: str, code: str) -> None:
    assert refusal(packed({**parts_of(workbook_of([["rma_number", "line"]])), part: b"x"})).code == code


def test_a_zip_that_is_no_workbook_is_told() -> None:
    assert str(refusal(packed({"orders.csv": b"order_number"}))) == (
        "The file is a zip, but no Excel workbook. Save the table as .xlsx or CSV."
    )


def test_an_encrypted_part_is_refused() -> None:
    data = bytearray(workbook_of([["rma_number", "line"]]))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refusal(bytes(data)).code == "ENCRYPTED"


def test_a_part_that_inflates_without_end_is_refused_whatever_size_it_declares() -> None:
    parts = {**parts_of(workbook_of([["rma_number", "line"]])), "xl/theme/big.xml": bytes(64 * 1024 * 1024)}
    data = bytearray(packed(parts))
    at = data.index(b"xl/theme/big.xml", data.index(b"PK\x01\x02")) - 46
    assert int.from_bytes(data[at + 24 : at + 28], "little") == 64 * 1024 * 1024
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    tracemalloc.start()
    refused = refusal(bytes(data))
    assert (refused.code, tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024) == ("ZIP_BOMB", True)
    tracemalloc.stop()


def test_a_cell_far_away_is_refused_before_room_is_made_for_it() -> None:
    refused = refusal(with_rows('<row r="1"><c r="A1"><v>1</v></c></row><row r="900000"><c r="XFD900000"><v>1</v></c></row>'))
    assert (refused.code, str(refused)) == (
        "TOO_LARGE",
        "The sheet spans 900,000 rows of 16,384 columns. Delete the empty ones at its end, split it, or deliver CSV.",
    )


def test_a_row_beyond_what_excel_has_is_refused() -> None:
    assert refusal(with_rows('<row r="1048577"><c r="A1048577"><v>1</v></c></row>')).code == "TOO_LARGE"


def test_one_long_text_behind_many_cells_is_counted_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_TEXT", 1_000_000)
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 41))
    parts = parts_of(workbook_of([["x" * 30_000]]))
    parts[SHEET] = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    assert refusal(packed(parts)).code == "ZIP_BOMB"


def test_cells_without_a_reference_are_refused() -> None:
    assert refusal(with_rows("<row><c><v>1</v></c></row>")).code == "NOT_A_WORKBOOK"


def test_whatever_is_damaged_is_refused_and_nothing_else_happens() -> None:
    good = workbook_of([["rma_number", "line", "product"], *([f"R{row}", row, "x" * (row % 7)] for row in range(1, 30))])
    parts = parts_of(good)
    seed = random.Random(867)
    refused = 0
    for _ in range(300):
        changed = bytearray(good)
        if seed.random() < 0.7:
            name = seed.choice([SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"])
            part = bytearray(parts[name])
            part[seed.randrange(len(part))] = seed.choice(b'<>"&/=0A9 -')
            changed = bytearray(packed({**parts, name: bytes(part)}))
        else:
            del changed[seed.randrange(len(changed)) :]
        try:
            read("rmas", bytes(changed))
        except FileRefused:
            refused += 1
    assert refused > 150
