"""Reports as X12: a Product Transfer and Resale Report (867), release 004010 or 005010, in an interchange of its own."""

from collections.abc import Iterator
from typing import BinaryIO

from tap_graph.domain.errors import TapError
from tap_graph.feeds.feed import Purpose
from tap_graph.testing.distributor.reports import PosLine, Report
from tap_graph.testing.distributor.writing.edi import Segments, compact, control_number, pieces

PURPOSES = {Purpose.ORIGINAL: "00", Purpose.CANCEL: "01", Purpose.REPLACE: "05"}
RECEIVER = "TAPGRAPH"
# A reserved letter cannot be escaped in X12.
RESERVED = frozenset("*~>^")


def write_x12_4010(report: Report, stream: BinaryIO, surplus: int = 0, /) -> None:
    """Writes a report in release 004010."""
    _write(report, stream, surplus, interchange=("U", "00401"), release="004010")


def write_x12_5010(report: Report, stream: BinaryIO, surplus: int = 0, /) -> None:
    """Writes a report in release 005010."""
    _write(report, stream, surplus, interchange=("^", "00501"), release="005010")


def _write(report: Report, stream: BinaryIO, surplus: int, *, interchange: tuple[str, str], release: str) -> None:
    control = control_number(report)
    segments = Segments(stream, "~\n", "utf-8")
    segments.add(_envelope(report, control, interchange, release))
    before = segments.count
    segments.add(_heading(report))
    count = total = 0
    for line in report.lines:
        count += 1
        total += pieces(line.quantity)
        segments.add(_line(count, line))
    segments.add([f"CTT*{count + surplus}*{total + surplus}"])
    segments.add([f"SE*{segments.count - before + 1}*0001", f"GE*1*{control}", f"IEA*1*{control:09}"])
    segments.flush()


def _envelope(report: Report, control: int, interchange: tuple[str, str], release: str) -> Iterator[str]:
    day = compact(report.reported_on.isoformat())
    sender = report.distributor_id[:15]
    repetition, version = interchange
    parties = f"ZZ*{sender:<15}*ZZ*{RECEIVER:<15}"
    yield f"ISA*00*{'':10}*00*{'':10}*{parties}*{day[2:]}*0600*{repetition}*{version}*{control:09}*0*P*>"
    yield f"GS*PT*{sender}*{RECEIVER}*{day}*0600*{control}*X*{release}"


def _heading(report: Report) -> Iterator[str]:
    _refuse_reserved(f"Report {report.number}", report.number, report.distributor_id, report.replaces or "")
    yield "ST*867*0001"
    beginning = f"BPT*{PURPOSES[report.purpose]}*{report.number}*{compact(report.reported_on.isoformat())}"
    # BPT09 names the report that this one replaces or cancels.
    yield f"{beginning}******{report.replaces}" if report.replaces else beginning
    yield "CUR*SE*USD"
    yield f"DTM*090*{compact(report.first_day.isoformat())}"
    yield f"DTM*091*{compact(report.last_day.isoformat())}"
    yield f"N1*DS*{report.distributor_id}*92*{report.distributor_id}"


def _line(number: int, line: PosLine) -> Iterator[str]:
    _refuse_reserved(f"Invoice {line.invoice_number}, line {line.invoice_line}", *line[:8], *line.serial_numbers)
    yield "PTD*SS"
    if line.invoiced_on:
        yield f"DTM*003*{compact(line.invoiced_on)}"
    if line.shipped_on:
        yield f"DTM*011*{compact(line.shipped_on)}"
    yield from _references(line)
    yield f"N1*BY*{line.partner_number}*92*{line.partner_number}"
    quantity = line.quantity
    yield f"QTY*76*{quantity[1:]}*EA" if quantity.startswith("-") else f"QTY*32*{quantity}*EA"
    yield f"LIN*{number}*VP*{line.product}"
    for serial_number in line.serial_numbers:
        yield f"REF*SE*{serial_number}"


def _references(line: PosLine) -> Iterator[str]:
    yield f"REF*IV*{line.invoice_number}"
    yield f"REF*LI*{line.invoice_line}"
    if line.order_number:
        yield f"REF*VN*{line.order_number}" + (f"*{line.order_line}" if line.order_line else "")
    if line.deviation_number:
        yield f"REF*CT*{line.deviation_number}"


def _refuse_reserved(where: str, *cells: str) -> None:
    if found := RESERVED.intersection("".join(cells)):
        raise TapError(f"{where}: {' '.join(sorted(found))} separates elements in X12 and cannot stand in a cell. Take it away.")
