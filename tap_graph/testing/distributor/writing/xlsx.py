"""Reports as XLSX: one sheet, days and quantities as spreadsheets hold them, everything else as text."""

from datetime import date
from typing import Any, BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tap_graph.testing.distributor.reports import Report
from tap_graph.testing.distributor.writing.rows import COLUMNS, rows

DAYS = frozenset(index for index, name in enumerate(COLUMNS) if name.endswith("_on"))
COUNTS = frozenset(COLUMNS.index(name) for name in ("order_line", "quantity"))


def write_xlsx(report: Report, stream: BinaryIO, _surplus: int = 0, /) -> None:
    """Writes a report; its rows go through a temporary file, never all through memory."""
    table = rows(report)
    with Workbook(stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": report.reported_on})
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(table, 1):
            for place, cell in enumerate(row):
                _write(sheet, number, place, cell, day)


def _write(sheet: Any, row: int, place: int, cell: str, day: Any) -> None:
    if place in DAYS and (found := _day(cell)):
        sheet.write_datetime(row, place, found, day)
    elif place in COUNTS and cell.removeprefix("-").isdecimal():
        sheet.write_number(row, place, int(cell))
    elif cell:
        sheet.write_string(row, place, cell)


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None
