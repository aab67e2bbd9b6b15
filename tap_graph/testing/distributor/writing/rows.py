"""Rows: a report as the table that CSV and XLSX hold."""

from collections.abc import Iterator

from tap_graph.domain.errors import TapError
from tap_graph.feeds.feed import Purpose
from tap_graph.feeds.kinds import POS
from tap_graph.testing.distributor.reports import Report

COLUMNS = tuple(column.name for column in POS.columns)


def rows(report: Report) -> Iterator[tuple[str, ...]]:
    """The lines of a report in the columns of the kind `pos`; a report that only takes back cannot be a table."""
    if report.purpose is Purpose.CANCEL:
        raise TapError(f"Report {report.number} cancels another, which a table cannot say. Write it as X12 or EDIFACT.")
    return _rows(report)


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    distributor_id, number, reported_on = report.distributor_id, report.number, report.reported_on.isoformat()
    for line in report.lines:
        yield (
            distributor_id, line.invoice_number, line.invoice_line, number, line.partner_number, line.order_number, line.order_line,
            line.deviation_number, line.product, line.quantity, ";".join(line.serial_numbers), line.shipped_on, line.invoiced_on,
            reported_on,
        )  # fmt: skip
