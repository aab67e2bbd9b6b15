"""Export: rows as CSV and XLSX for people, so that no cell becomes a formula where it is opened."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import BinaryIO

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

Cell = str | int | bool | Decimal | date | None

# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
BATCH = 500
MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
EXACT_DIGITS = 15
"""Excel keeps that many digits of a number."""


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """CSV text in pieces of some hundred rows, the header first.

    A cell that a spreadsheet would read as a formula gets an apostrophe in front; plain numbers such as -12.50 do not.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutral(name) for name in header])
    for count, row in enumerate(rows, 1):
        writer.writerow([neutral(written(cell)) for cell in row])
        if count % BATCH == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def neutral(cell: str) -> str:
    """A cell's text as a spreadsheet shows it and never runs it."""
    return f"'{cell}" if cell.startswith(FORMULA) and not PLAIN_NUMBER.fullmatch(cell) else cell


def written(cell: Cell) -> str:
    """A value as the text of a feed: days in ISO, booleans as true and false, None empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def xlsx_file(stream: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Writes a workbook, a row at a time; every text stays text, days and numbers are cells of their kind.

    What one sheet cannot hold goes on in a next one with the same header. A text beyond 32,767 characters is cut and
    ends in `…`; a number beyond 15 digits, which Excel would round, is written as text.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        day, amount = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "0.00"})
        sheet, at = _sheet(book, header), 1
        for row in rows:
            if at == MOST_ROWS:
                sheet, at = _sheet(book, header), 1
            for column, cell in enumerate(row):
                _write(sheet, at, column, cell, day, amount)
            at += 1


def _sheet(book: xlsxwriter.Workbook, header: Sequence[str]) -> Worksheet:
    sheet: Worksheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        sheet.write_string(0, column, name)
    return sheet


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, day: Format, amount: Format) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | Decimal) and len(Decimal(cell).as_tuple().digits) <= EXACT_DIGITS:
        sheet.write_number(row, column, cell, amount if isinstance(cell, Decimal) else None)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif cell is not None:
        text = written(cell)
        sheet.write_string(row, column, text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…")
