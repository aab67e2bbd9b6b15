"""What refuses a file whole, with all that is wrong in it."""

import io

import pytest

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.kinds import ORDERS, POS
from tap_graph.feeds.problems import Place
from tap_graph.feeds.profiles import COMMON
from tap_graph.feeds.x12.reading import X12Feed
from tests.feeds.x12.samples import HEADING, LOOP, data_of, file_of, found, group, interchange, loop, refusal, transaction, where

WHOLE = interchange(group(transaction(LOOP)))


@pytest.mark.parametrize(
    ("at", "segment", "element", "code"),
    [
        (-1, "IEA*1*000000043", 2, "CONTROL_NUMBER_DIFFERS"),
        (-1, "IEA*2*000000042", 1, "COUNT_DIFFERS"),
        (-1, "IEA**000000042", 1, "NOT_A_NUMBER"),
        (-2, "GE*1*8", 2, "CONTROL_NUMBER_DIFFERS"),
        (-2, "GE*2*7", 1, "COUNT_DIFFERS"),
        (-2, "GE*one*7", 1, "NOT_A_NUMBER"),
        (1, "GS*PO*DIST7*VENDOR*20080305*1200*7*X*004010", 1, "GROUP_NOT_PT"),
        (1, "GS*PT*DIST7*VENDOR*20080305*1200*7*X*003060", 8, "UNKNOWN_VERSION"),
        (1, "GS*PT*DIST7*VENDOR*20080305*1200*7*X*006010", 8, "UNKNOWN_VERSION"),
    ],
)
def test_a_wrong_envelope_is_told_at_its_element(at: int, segment: str, element: int, code: str) -> None:
    segments = [*WHOLE]
    segments[at] = segment
    data = data_of(segments)
    assert found(refusal(data)) == [(code, where(data, segment, element))]


@pytest.mark.parametrize(
    ("at", "code", "told_at"),
    [(1, "SEGMENT_MISSING", "ST*867*0001"), (-2, "SEGMENT_MISSING", "IEA*1*000000042"), (-1, "TRUNCATED", "GE*1*7")],
)
def test_a_missing_segment_of_the_envelope_is_told(at: int, code: str, told_at: str) -> None:
    segments = [*WHOLE]
    del segments[at]
    data = data_of(segments)
    assert found(refusal(data))[0] == (code, where(data, told_at))


def test_a_missing_group_leaves_its_trailer_over() -> None:
    data = data_of([segment for segment in WHOLE if not segment.startswith("GS")])
    assert found(refusal(data)) == [
        ("SEGMENT_MISSING", where(data, "ST*867*0001")),
        ("SEGMENT_SURPLUS", where(data, "GE*1*7")),
        ("COUNT_DIFFERS", where(data, "IEA*1*000000042", 1)),
    ]


def test_a_surplus_se_and_segments_between_sets_are_told() -> None:
    segments = [*WHOLE[:-2], "SE*1*0009", "REF*IV*Y", *WHOLE[-2:]]
    data = data_of(segments)
    assert found(refusal(data)) == [
        ("SEGMENT_SURPLUS", where(data, "SE*1*0009")),
        ("SEGMENT_OUTSIDE", where(data, "REF*IV*Y")),
    ]


def test_a_group_in_a_group_is_told() -> None:
    segments = [*WHOLE[:-2], *group(transaction(LOOP), control="8"), WHOLE[-1].replace("IEA*1", "IEA*2")]
    data = data_of(segments)
    assert found(refusal(data)) == [("SEGMENT_MISSING", where(data, "GS*PT*DIST7*VENDOR*20080305*1200*8*X*004010"))]


def test_an_interchange_in_an_interchange_is_told() -> None:
    second = interchange(group(transaction(LOOP)), control="000000043")
    data = data_of([*WHOLE[:-1], *second])
    assert found(refusal(data)) == [("SEGMENT_MISSING", where(data, second[0]))]


def test_what_follows_the_last_interchange_is_told() -> None:
    data = data_of(WHOLE)
    assert found(refusal(data + b"\r\nHello")) == [("NOT_X12", Place(len(WHOLE) + 1, "ISA", len(data) + 3))]
    feed = X12Feed(io.BytesIO(data + b"\r\n\x1a\n"), POS, COMMON)
    assert len(list(feed.lines())) == 1


def test_all_defects_are_told_together_those_of_the_file_first() -> None:
    segments = interchange(group(transaction(loop("QTY*39*x*EA"), summary=("CTT*2",))))
    segments[-1] = "IEA*1*000000099"
    data = data_of(segments)
    assert found(refusal(data)) == [
        ("CONTROL_NUMBER_DIFFERS", where(data, "IEA*1*000000099", 2)),
        ("NOT_A_NUMBER", where(data, "QTY*39*x*EA", 2)),
        ("COUNT_DIFFERS", where(data, "CTT*2", 1)),
    ]


def test_at_most_ten_thousand_defects_are_told() -> None:
    segments = interchange(group(transaction(*[("PTD*XX",)] * 4000)))
    segments[-1] = "IEA*1*000000099"
    assert len(refusal(data_of(segments))) == 10_000


@pytest.mark.parametrize(
    ("segments", "told"),
    [
        (["ST*850*0001", "BEG*00*SA*X**20080305", "SE*3*0001"], "set 850 (Purchase Order)"),
        (["ST*997*0001", "AK1*PT*1", "AK9*A*1*1*1", "SE*4*0001"], "set 997 (Functional Acknowledgment)"),
        (["ST*123*0001", "SE*2*0001"], "set 123, which"),
    ],
)
def test_other_transaction_sets_are_refused_by_name(segments: list[str], told: str) -> None:
    data = data_of(interchange(group(transaction(LOOP), segments)))
    (problem,) = refusal(data)
    assert (problem.code, problem.place) == ("NOT_A_POS_REPORT", where(data, segments[0], 1))
    assert told in problem.message


METER_READING = [
    "ST*867*0001",
    "BPT*00*REF01-000201*20080305*C1",
    "DTM*649*20080307*1700",
    "N1*8S*LDC COMPANY*1*007909411",
    "N1*SJ*ESP COMPANY*9*007909422ESP1",
    "N1*8R*CUSTOMER",
    "REF*12*1111",
    "PTD*PM",
    "DTM*150*20080201",
    "REF*MG*2222277S",
    "QTY*QD*112*KH",
    "MEA**MU*2",
    "SE*13*0001",
]


def test_reports_of_meters_are_refused_as_such() -> None:
    data = data_of(interchange(group(METER_READING)))
    (problem,) = refusal(data)
    assert (problem.code, problem.place) == ("NOT_A_POS_REPORT", where(data, "N1*8S*LDC COMPANY*1*007909411", 1))
    assert "what a meter read" in problem.message


@pytest.mark.parametrize(("mark", "element"), [("PTD*PM", 1), ("PTD*FG", 1), ("QTY*QD*112*KH", 3), ("QTY*QD*9*K1:1", 3)])
def test_every_mark_of_a_meter_is_known(mark: str, element: int) -> None:
    data = file_of(loop(mark))
    assert found(refusal(data)) == [("NOT_A_POS_REPORT", where(data, mark, element))]


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"", "EMPTY_FILE", Place(1, "ISA", 1)),
        (b"\r\n", "EMPTY_FILE", Place(1, "ISA", 1)),
        (b"\xef\xbb\xbf", "EMPTY_FILE", Place(1, "ISA", 1)),
        (b"invoice_number,line\n", "NOT_X12", Place(1, "ISA", 1)),
        (data_of(WHOLE)[:60], "TRUNCATED", Place(1, "ISA", 61)),
        (data_of(WHOLE).replace(b"*00*  ", b"*00* ", 1), "BAD_ISA", Place(1, "ISA", 18, "ISA03")),
        (data_of(WHOLE).replace(b"*P*:~", b"*P**~", 1), "BAD_DELIMITERS", Place(1, "ISA", 4)),
        (data_of(WHOLE).replace(b"*P*:~", b"*P*:A", 1), "BAD_DELIMITERS", Place(1, "ISA", 4)),
    ],
)
def test_bytes_that_cannot_be_read_as_segments_are_refused(data: bytes, code: str, place: Place) -> None:
    assert found(refusal(data)) == [(code, place)]


def test_bytes_that_are_not_utf8_are_refused_with_their_place() -> None:
    data = file_of(loop("N1*BY*M?ller*92*P-1")).replace(b"M?ller", b"M\xfcller")
    byte = data.index(b"\xfc") + 1
    assert found(refusal(data)) == [("NOT_UTF8", Place(13, "byte", byte))]


def test_a_segment_above_one_mebibyte_is_refused() -> None:
    data = file_of((*LOOP, "PID*F****" + "x" * 1_200_000))
    assert found(refusal(data))[0] == ("SEGMENT_TOO_LONG", Place(17, "segment", data.index(b"PID") + 1))


def test_a_file_that_ends_early_is_refused_with_what_it_holds() -> None:
    data = data_of(WHOLE)[: -len("GE*1*7~IEA*1*000000042~")]
    (problem,) = refusal(data)
    assert problem.place == where(data, "SE*15*0001")
    assert problem.message == "Segment 17, SE at byte 383: the file ends after byte 393 without IEA. Deliver the whole file."


def test_only_pos_is_read() -> None:
    with pytest.raises(FileRefused, match="not orders") as refused:
        X12Feed(io.BytesIO(data_of(WHOLE)), ORDERS, COMMON)
    assert refused.value.code == "NOT_THIS_KIND"


def test_no_trace_of_a_report_is_lost_when_its_heading_is_all_there_is() -> None:
    data = data_of(interchange(group(["ST*867*0001", *HEADING])))[: -len("GE*1*7~IEA*1*000000042~")]
    feed = X12Feed(io.BytesIO(data), POS, COMMON)
    with pytest.raises(FileRefused):
        list(feed.lines())
    assert [report.number for report in feed.reports] == ["R-1"]
