"""Misbehaviors of the content: what a receiver gets in place of a report."""

import io
from collections.abc import Iterator

import pytest

from tap_graph.domain.errors import FileRefused, TapError, UnknownName
from tap_graph.feeds.feed import Purpose
from tap_graph.feeds.kinds import POS
from tap_graph.feeds.lines import Line
from tap_graph.feeds.profiles import Profiles
from tap_graph.feeds.recognizing import open_feed
from tap_graph.testing.distributor import MISBEHAVIORS, Distributor, File, WireFormat
from tap_graph.testing.distributor.spoiling import SPOILERS
from tests.testing.distributor.years import REPORT


class Shelf(Distributor):
    """A distributor without a wire."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[File] = []

    @property
    def acknowledgements(self) -> list[File]:
        return []

    def _lay_out(self, file: File) -> None:
        self.files.append(file)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def lines_of(file: File) -> list[Line]:
    return list(open_feed(io.BytesIO(file.content), POS, Profiles()).lines())


def cells(files: list[File], column: str) -> Iterator[object]:
    at = POS.position(column)
    return (line.values[at] for file in files for line in lines_of(file) if line.values is not None)


def test_every_misbehavior_has_a_name_of_its_own_and_says_what_it_does() -> None:
    assert len({misbehavior.name for misbehavior in MISBEHAVIORS}) == len(MISBEHAVIORS) == 12
    assert [misbehavior.name for misbehavior in MISBEHAVIORS if misbehavior.on == "content"] == list(SPOILERS)
    assert all(misbehavior.says.endswith(".") for misbehavior in MISBEHAVIORS)


def test_a_misbehavior_that_does_not_exist_is_refused_with_those_that_do(shelf: Shelf) -> None:
    with pytest.raises(UnknownName, match=r"`rude` is no misbehavior; there are late, duplicate, split, .*, half_then_silence"):
        shelf.misbehave("rude")
    with pytest.raises(UnknownName, match="`outbox` is no place to misbehave at; there are reports, index, acknowledgements"):
        shelf.misbehave("slow", where="outbox")
    assert [file.name for file in shelf.publish(REPORT)] == ["POS-1.csv"]


def test_a_distributor_misbehaves_as_often_as_it_is_told_to(shelf: Shelf) -> None:
    shelf.misbehave("duplicate", times=2)
    assert [len(shelf.publish(REPORT)) for _ in range(3)] == [2, 2, 1]


def test_misbehaviors_come_one_after_the_other(shelf: Shelf) -> None:
    shelf.misbehave("truncated")
    shelf.misbehave("split")
    shelf.misbehave("slow")
    assert [len(shelf.publish(REPORT)) for _ in range(3)] == [1, 2, 1]


def test_a_distributor_misbehaves_until_it_is_told_to_behave(shelf: Shelf) -> None:
    shelf.misbehave("duplicate", times=None)
    assert [len(shelf.publish(REPORT)) for _ in range(3)] == [2, 2, 2]
    shelf.behave()
    assert len(shelf.publish(REPORT)) == 1


@pytest.mark.parametrize("wire_format", list(WireFormat))
def test_late_is_sixty_days_later(shelf: Shelf, wire_format: WireFormat) -> None:
    shelf.misbehave("late")
    assert list(cells(shelf.publish(REPORT, wire_format), "reported_on")) == ["2008-05-04"] * 3


@pytest.mark.parametrize("wire_format", list(WireFormat))
def test_duplicate_is_the_same_file_under_two_names(shelf: Shelf, wire_format: WireFormat) -> None:
    shelf.misbehave("duplicate")
    first, second = shelf.publish(REPORT, wire_format)
    assert first.content == second.content
    assert second.name == first.name.replace("POS-1", "POS-1-again")


@pytest.mark.parametrize("wire_format", list(WireFormat))
def test_split_is_two_reports(shelf: Shelf, wire_format: WireFormat) -> None:
    shelf.misbehave("split")
    files = shelf.publish(REPORT, wire_format)
    assert [len(lines_of(file)) for file in files] == [1, 2]
    assert list(cells(files, "report_number")) == ["POS-1-1", "POS-1-2", "POS-1-2"]
    assert list(cells(files, "invoice_line")) == ["1", "2", "1"]


@pytest.mark.parametrize("wire_format", list(WireFormat))
def test_reordered_is_the_same_lines(shelf: Shelf, wire_format: WireFormat) -> None:
    in_order = list(cells(shelf.publish(REPORT, wire_format), "quantity"))
    shelf.misbehave("reordered")
    reordered = list(cells(shelf.publish(REPORT, wire_format), "quantity"))
    assert in_order == [2, 4, -1]
    assert sorted(reordered, key=str) == sorted(in_order, key=str)
    assert reordered != in_order


@pytest.mark.parametrize("wire_format", list(WireFormat))
def test_corrected_is_a_wrong_report_and_one_that_replaces_it(shelf: Shelf, wire_format: WireFormat) -> None:
    shelf.misbehave("corrected")
    wrong, right = shelf.publish(REPORT, wire_format)
    assert list(cells([wrong], "quantity")) == [21, 4, -1]
    assert list(cells([right], "quantity")) == [2, 4, -1]
    feed = open_feed(io.BytesIO(right.content), POS, Profiles())
    list(feed.lines())
    knows_reports = wire_format not in {WireFormat.CSV, WireFormat.XLSX}
    assert [(report.purpose, report.replaces) for report in feed.reports] == [(Purpose.REPLACE, "POS-1")] * knows_reports


@pytest.mark.parametrize("wire_format", [one for one in WireFormat if one is not WireFormat.CSV])
def test_truncated_cannot_be_read(shelf: Shelf, wire_format: WireFormat) -> None:
    shelf.misbehave("truncated")
    (file,) = shelf.publish(REPORT, wire_format)
    with pytest.raises(FileRefused):
        lines_of(file)


def test_truncated_csv_ends_within_a_line(shelf: Shelf) -> None:
    shelf.misbehave("truncated")
    (file,) = shelf.publish(REPORT)
    assert [[problem.code for problem in line.problems] for line in lines_of(file)] == [["NOT_A_DAY"]]


@pytest.mark.parametrize("wire_format", [WireFormat.X12_4010, WireFormat.X12_5010, WireFormat.EDIFACT])
def test_wrong_totals_are_defects_of_the_report(shelf: Shelf, wire_format: WireFormat) -> None:
    shelf.misbehave("wrong_totals")
    (file,) = shelf.publish(REPORT, wire_format)
    feed = open_feed(io.BytesIO(file.content), POS, Profiles())
    list(feed.lines())
    assert [len(report.defects) for report in feed.reports] == [2]


@pytest.mark.parametrize("wire_format", [one for one in WireFormat if one is not WireFormat.XLSX])
def test_wrong_encoding_is_refused(shelf: Shelf, wire_format: WireFormat) -> None:
    shelf.misbehave("wrong_encoding")
    (file,) = shelf.publish(REPORT, wire_format)
    with pytest.raises(FileRefused) as refused:
        lines_of(file)
    assert refused.value.code == "NOT_UTF8"


def test_what_a_format_cannot_get_wrong_is_refused(shelf: Shelf) -> None:
    shelf.misbehave("wrong_totals")
    with pytest.raises(TapError, match=r"A report as csv has no totals that could be wrong\. Take one of edifact, x12-4010, x12-5010"):
        shelf.publish(REPORT, "csv")
    shelf.misbehave("wrong_encoding")
    with pytest.raises(TapError, match="A report as xlsx is no text and has no encoding"):
        shelf.publish(REPORT, "xlsx")
    assert shelf.files == []
