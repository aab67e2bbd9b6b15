"""Reports as EDIFACT: a sales data report (SLSRPT) of directory D.96A, in an interchange of its own."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from tap_graph.feeds.feed import Purpose
from tap_graph.testing.distributor.reports import PosLine, Report
from tap_graph.testing.distributor.writing.edi import Segments, compact, control_number, pieces

FUNCTIONS = {Purpose.ORIGINAL: "9", Purpose.CANCEL: "1", Purpose.REPLACE: "5"}
RECEIVER = "TAPGRAPH"
SEPARATORS = re.compile(r"[+:'?]")


def write_edifact(report: Report, stream: BinaryIO, surplus: int = 0, /) -> None:
    """Writes a report."""
    control = control_number(report)
    segments = Segments(stream, "'\n", "utf-8")
    day = compact(report.reported_on.isoformat())
    # Syntax version 4 is the first that may say it is UTF-8; its days have a century.
    segments.add(["UNA:+.? ", f"UNB+UNOW:4+{_escaped(report.distributor_id)}:ZZ+{RECEIVER}:ZZ+{day}:0600+{control}"])
    before = segments.count
    segments.add(_heading(report))
    count = total = 0
    for line in report.lines:
        count += 1
        total += pieces(line.quantity)
        segments.add(_line(count, line))
    segments.add([f"CNT+1:{total + surplus}", f"CNT+2:{count + surplus}"])
    segments.add([f"UNT+{segments.count - before + 1}+1", f"UNZ+1+{control}"])
    segments.flush()


def _heading(report: Report) -> Iterator[str]:
    yield "UNH+1+SLSRPT:D:96A:UN"
    yield f"BGM+73E::9+{_escaped(report.number)}+{FUNCTIONS[report.purpose]}"
    for qualifier, day in (("137", report.reported_on), ("90", report.first_day), ("91", report.last_day)):
        yield f"DTM+{qualifier}:{compact(day.isoformat())}:102"
    if report.replaces:
        yield f"RFF+ACW:{_escaped(report.replaces)}"
    yield f"NAD+SE+{_escaped(report.distributor_id)}::92"
    yield f"NAD+SU+{RECEIVER}::92"


def _line(number: int, line: PosLine) -> Iterator[str]:
    yield f"LIN+{number}++{_escaped(line.product)}:SA"
    quantity = line.quantity
    yield f"QTY+61:{quantity[1:]}:PCE" if quantity.startswith("-") else f"QTY+153:{_escaped(quantity)}:PCE"
    yield f"RFF+IV:{_escaped(line.invoice_number)}:{_escaped(line.invoice_line)}"
    if line.order_number:
        yield f"RFF+VN:{_escaped(line.order_number)}" + (f":{_escaped(line.order_line)}" if line.order_line else "")
    if line.deviation_number:
        yield f"RFF+CT:{_escaped(line.deviation_number)}"
    for serial_number in line.serial_numbers:
        yield f"RFF+SE:{_escaped(serial_number)}"
    for qualifier, day in (("11", line.shipped_on), ("3", line.invoiced_on)):
        if day:
            yield f"DTM+{qualifier}:{compact(day)}:102"
    yield f"NAD+BY+{_escaped(line.partner_number)}::92"


def _escaped(text: str) -> str:
    return SEPARATORS.sub(r"?\g<0>", text)
