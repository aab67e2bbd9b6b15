"""Writing: whatever the format, the receiver reads the same facts."""

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from pydifact.segmentcollection import Interchange
from pyx12.x12file import X12Reader  # type: ignore[import-untyped]

from tap_graph.domain.errors import TapError, UnknownName
from tap_graph.feeds.feed import Feed, Format, Purpose
from tap_graph.feeds.kinds import POS
from tap_graph.feeds.lines import Line
from tap_graph.feeds.profiles import Profiles
from tap_graph.feeds.recognizing import open_feed
from tap_graph.testing.distributor import PosLine, Report, WireFormat, file_of, write_report
from tests.testing.distributor.years import LINE, REPORT, YEAR

WITH_REPORTS = (WireFormat.X12_4010, WireFormat.X12_5010, WireFormat.EDIFACT)


def read(report: Report, wire_format: str, **how: Any) -> tuple[Feed, list[Line]]:
    """A report as its receiver reads it."""
    feed = open_feed(io.BytesIO(file_of(report, wire_format, **how).content), POS, Profiles())
    return feed, list(feed.lines())


def values(report: Report, wire_format: str) -> list[tuple[Any, ...] | None]:
    _, lines = read(report, wire_format)
    assert [line.problems for line in lines] == [()] * len(lines)
    return [line.values for line in lines]


def test_a_line_is_read_as_it_was_reported() -> None:
    expected = ("D-1", "INV-1", "1", "POS-1", "P-1", "SO-1", 2, "DV-1", "Catalyst 2960-24TT", 2, '["S1","S2"]')
    assert values(REPORT, "csv")[0] == (*expected, "2008-02-10", "2008-02-12", "2008-03-05")


@pytest.mark.parametrize("wire_format", [one for one in WireFormat if one is not WireFormat.CSV])
def test_every_format_gives_the_same_facts(wire_format: WireFormat) -> None:
    assert values(REPORT, wire_format) == values(REPORT, "csv")


@pytest.mark.parametrize("wire_format", [one for one in WireFormat if one is not WireFormat.CSV])
def test_every_report_of_a_year_gives_the_same_facts(wire_format: WireFormat) -> None:
    for report in YEAR.reports():
        assert values(report, wire_format) == values(report, "csv")


@pytest.mark.parametrize("wire_format", list(WireFormat))
def test_cells_that_are_not_known_stay_so(wire_format: WireFormat) -> None:
    line = LINE._replace(order_number="", order_line="", shipped_on="", serial_numbers=())
    (read_values,) = values(replace(REPORT, lines=[line]), wire_format)
    assert read_values is not None
    cells = dict(zip((column.name for column in POS.columns), read_values, strict=True))
    assert {name for name, cell in cells.items() if cell in (None, "[]")} == {"order_number", "order_line", "shipped_on", "serial_numbers"}


@pytest.mark.parametrize("wire_format", list(WireFormat))
def test_letters_that_separate_in_other_formats_stand_in_a_cell(wire_format: WireFormat) -> None:
    line = LINE._replace(product="19'' rack + rails: \"wide\", 2?", invoice_number="INV=1+2")
    (read_values,) = values(replace(REPORT, lines=[line]), wire_format)
    assert read_values is not None
    assert (read_values[1], read_values[8]) == ("INV=1+2", "19'' rack + rails: \"wide\", 2?")


@pytest.mark.parametrize("wire_format", [WireFormat.X12_4010, WireFormat.X12_5010])
def test_a_letter_that_x12_cannot_write_is_refused_with_its_line(wire_format: WireFormat) -> None:
    with pytest.raises(TapError, match=r"Invoice INV-1, line 1: \* ~ separates elements in X12"):
        file_of(replace(REPORT, lines=[LINE._replace(product="a*b~c")]), wire_format)


@pytest.mark.parametrize("wire_format", list(WireFormat))
def test_errors_are_the_same_in_every_format(wire_format: WireFormat) -> None:
    wrong = [LINE._replace(shipped_on="2008-02-31"), LINE._replace(invoice_line="2", quantity="2.5")]
    _, lines = read(replace(REPORT, lines=[*wrong, LINE._replace(invoice_line="3")]), wire_format)
    told = [[(problem.code, problem.column) for problem in line.problems] for line in lines]
    assert told == [[("NOT_A_DAY", "shipped_on")], [("NOT_A_NUMBER", "quantity")], []]


@pytest.mark.parametrize("wire_format", WITH_REPORTS)
def test_a_report_says_what_it_is(wire_format: WireFormat) -> None:
    feed, lines = read(REPORT, wire_format)
    (report,) = feed.reports
    assert (report.distributor_id, report.number, report.purpose, report.replaces) == ("D-1", "POS-1", Purpose.ORIGINAL, None)
    assert (report.reported_on, report.first_day, report.last_day) == (REPORT.reported_on, REPORT.first_day, REPORT.last_day)
    assert (report.first_record, report.last_record, report.defects) == (1, len(lines), ())
    assert feed.format == (Format.EDIFACT if wire_format is WireFormat.EDIFACT else Format.X12)


@pytest.mark.parametrize("wire_format", WITH_REPORTS)
def test_a_report_replaces_another(wire_format: WireFormat) -> None:
    feed, lines = read(REPORT.replaced([LINE._replace(quantity="7")]), wire_format)
    (report,) = feed.reports
    assert (report.number, report.purpose, report.replaces) == ("POS-1-C", Purpose.REPLACE, "POS-1")
    assert [line.values and line.values[9] for line in lines] == [7]


@pytest.mark.parametrize("wire_format", WITH_REPORTS)
def test_a_report_cancels_another(wire_format: WireFormat) -> None:
    feed, lines = read(REPORT.cancelled(), wire_format)
    (report,) = feed.reports
    assert (report.number, report.purpose, report.replaces, report.defects) == ("POS-1-X", Purpose.CANCEL, "POS-1", ())
    assert lines == []


@pytest.mark.parametrize("wire_format", WITH_REPORTS)
def test_a_report_says_that_nothing_was_sold(wire_format: WireFormat) -> None:
    feed, lines = read(replace(REPORT, lines=()), wire_format)
    (report,) = feed.reports
    assert (report.first_record, report.last_record, report.defects, lines) == (1, 0, (), [])


@pytest.mark.parametrize("wire_format", WITH_REPORTS)
def test_totals_that_are_wrong_are_defects_of_the_report(wire_format: WireFormat) -> None:
    feed, _ = read(REPORT, wire_format, surplus=1)
    (report,) = feed.reports
    assert len(report.defects) == 2


@pytest.mark.parametrize("wire_format", [WireFormat.CSV, WireFormat.XLSX])
def test_a_table_cannot_cancel_a_report(wire_format: WireFormat) -> None:
    with pytest.raises(TapError, match="Report POS-1-X cancels another, which a table cannot say"):
        file_of(REPORT.cancelled(), wire_format)


def test_a_format_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(UnknownName, match="`pdf` is no format of a report; there are csv, xlsx, x12-4010, x12-5010, edifact"):
        file_of(REPORT, "pdf")


@pytest.mark.parametrize("wire_format", list(WireFormat))
def test_a_report_is_written_in_the_same_bytes_each_time(wire_format: WireFormat) -> None:
    assert file_of(REPORT, wire_format) == file_of(REPORT, wire_format)


@pytest.mark.parametrize("wire_format", [WireFormat.X12_4010, WireFormat.X12_5010])
def test_another_reader_of_x12_finds_no_error(wire_format: WireFormat) -> None:
    reader = X12Reader(io.StringIO(file_of(REPORT, wire_format).content.decode()))
    segments = [segment.get_seg_id() for segment in reader]
    assert (segments.count("PTD"), reader.pop_errors()) == (3, [])


# It brings no directory to compare with.
@pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning")
def test_another_reader_of_edifact_finds_the_report() -> None:
    interchange = Interchange.from_str(file_of(REPORT, "edifact").content.decode())
    (message,) = interchange.get_messages()
    assert (interchange.sender, message.type, message.version) == (["D-1", "ZZ"], "SLSRPT", "D.96A")
    assert [segment.elements[0] for segment in message.segments if segment.tag == "LIN"] == ["1", "2", "3"]


@pytest.mark.parametrize("wire_format", [one for one in WireFormat if one is not WireFormat.XLSX])
def test_lines_are_written_as_they_are_made(wire_format: WireFormat) -> None:
    stream = io.BytesIO()
    written = []

    class Lines:
        def __iter__(self) -> Iterator[PosLine]:
            for number in range(2_000):
                written.append(stream.tell())
                yield LINE._replace(invoice_line=str(number))

    write_report(replace(REPORT, lines=Lines()), wire_format, stream)
    # Asked for once, and never more than a few hundred of them waiting.
    assert len(written) == 2_000
    assert max(after - before for before, after in pairwise(written)) < stream.tell() // 4
    assert written[-1] > stream.tell() * 3 // 4
