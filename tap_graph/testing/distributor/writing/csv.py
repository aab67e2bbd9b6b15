"""Reports as CSV, in the columns of the kind `pos`."""

import csv
import io
from collections.abc import Iterable
from typing import BinaryIO

from tap_graph.testing.distributor.reports import Report
from tap_graph.testing.distributor.writing.rows import COLUMNS, rows


def write_csv(reports: Iterable[Report], stream: BinaryIO) -> None:
    """Writes the lines of reports under one header."""
    text = io.TextIOWrapper(stream, "utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for report in reports:
        writer.writerows(rows(report))
    text.detach()
