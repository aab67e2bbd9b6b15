"""What is wrong with a report as a whole stands at the report; other reports stand."""

import pytest

from tap_graph.feeds.feed import Purpose
from tests.feeds.x12.samples import HEADING, LOOP, data_of, file_of, found, group, interchange, loop, read, transaction, where


@pytest.mark.parametrize(
    ("beginning", "element", "code"),
    [
        ("BPT*22*R-9*20080305", 1, "UNKNOWN_CODE"),
        ("BPT**R-9*20080305", 1, "ELEMENT_MISSING"),
        ("BPT*00*R-9*20081305", 3, "NOT_A_DAY"),
        ("BPT*00*R-9", 3, "ELEMENT_MISSING"),
    ],
)
def test_a_wrong_beginning_is_told(beginning: str, element: int, code: str) -> None:
    data = file_of(LOOP, heading=(beginning, *HEADING[1:]))
    _, (report,) = read(data)
    assert found(report.defects) == [(code, where(data, beginning, element))]
    assert (report.purpose, report.number) == (Purpose.ORIGINAL, "R-9")


@pytest.mark.parametrize(
    ("segment", "element", "code"),
    [
        ("CUR*SE*usd", 2, "UNKNOWN_CODE"),
        ("DTM*090*20080231", 2, "NOT_A_DAY"),
        ("DTM*091", 2, "ELEMENT_MISSING"),
        ("QTY*39*1", None, "UNKNOWN_SEGMENT"),
        ("BPT*00*R-2*20080305", None, "DOUBLED_SEGMENT"),
        ("REF", 1, "ELEMENT_MISSING"),
    ],
)
def test_a_wrong_heading_is_told(segment: str, element: int | None, code: str) -> None:
    data = file_of(LOOP, heading=(HEADING[0], segment, HEADING[2], *(("CUR*SE*USD",) if "CUR" not in segment else ())))
    _, (report,) = read(data)
    assert found(report.defects) == [(code, where(data, segment, element))]


def test_a_report_without_bpt_is_told_at_its_st() -> None:
    data = file_of(LOOP, heading=HEADING[1:])
    _, (report,) = read(data)
    assert found(report.defects) == [("SEGMENT_MISSING", where(data, "ST*867*0001"))]


@pytest.mark.parametrize(
    ("summary", "element", "code"),
    [
        ("CTT*3", 1, "COUNT_DIFFERS"),
        ("CTT*two", 1, "NOT_A_NUMBER"),
        ("CTT", 1, "ELEMENT_MISSING"),
        ("CTT*2*11", 2, "HASH_DIFFERS"),
        ("CTT*2*x", 2, "NOT_A_NUMBER"),
        ("AMT*TT*1205.01", 2, "AMOUNT_DIFFERS"),
        ("AMT*TT*", 2, "ELEMENT_MISSING"),
        ("AMT*TT*1,205.00", 2, "NOT_AN_AMOUNT"),
        ("REF*IV*X", None, "UNKNOWN_SEGMENT"),
    ],
)
def test_a_wrong_summary_is_told(summary: str, element: int | None, code: str) -> None:
    before = () if summary.startswith("CTT") else ("CTT*2",)
    data = file_of(LOOP, LOOP, summary=(*before, summary))
    lines, (report,) = read(data)
    assert found(report.defects) == [(code, where(data, summary, element))]
    assert [line.problems for line in lines] == [(), ()]


def test_totals_that_are_right_are_no_defect() -> None:
    returned = loop("PTD*BN", "REF*IV*INV-2", "QTY*39*2*EA")
    summary = ("CTT*3*12", "AMT*TT*964.00", "AMT*1*5.00")
    assert read(file_of(LOOP, LOOP, returned, summary=summary))[1][0].defects == ()


def test_the_words_of_a_total_name_both_sides() -> None:
    _, (report,) = read(file_of(LOOP, summary=("CTT*1*6", "AMT*TT*602.51")))
    assert [problem.message for problem in report.defects] == [
        "Segment 17, CTT02 at byte 389: is `6`, but the quantities add up to 5. Correct it, or the quantities.",
        "Segment 18, AMT02 at byte 398: is `602.51`, but pieces times prices add up to 602.50. Correct it, or the prices.",
    ]


def test_the_hash_may_count_all_quantities_or_those_sold() -> None:
    with_stock = (*LOOP, "QTY*17*100*EA")
    for hash_total in ("10", "210"):
        assert read(file_of(with_stock, with_stock, summary=(f"CTT*2*{hash_total}",)))[1][0].defects == ()
    assert found(read(file_of(with_stock, with_stock, summary=("CTT*2*110",)))[1][0].defects)[0][0] == "HASH_DIFFERS"


def test_prices_below_the_cent_may_be_rounded_line_by_line() -> None:
    fine = loop("UIT*EA*0.1234", "QTY*39*3*EA")
    for total, defects in (("0.74", 0), ("0.75", 0), ("0.73", 1), ("0.76", 1)):
        assert len(read(file_of(fine, fine, summary=("CTT*2", f"AMT*TT*{total}")))[1][0].defects) == defects


def test_a_total_is_not_compared_where_a_line_has_no_price_of_a_piece() -> None:
    for segment in ("UIT*EA", "UIT*EA*100.00*HP", "UIT*CA*100.00"):
        assert read(file_of(LOOP, loop(segment), summary=("CTT*2", "AMT*TT*1.00")))[1][0].defects == ()


def test_a_total_needs_a_currency() -> None:
    data = file_of(loop("CUR*SE*USD"), heading=(HEADING[0], HEADING[2]), summary=("CTT*1", "AMT*TT*602.50"))
    assert found(read(data)[1][0].defects) == [("CURRENCY_MISSING", where(data, "AMT*TT*602.50", 2))]


@pytest.mark.parametrize(
    ("trailer", "element", "code"),
    [
        ("SE*14*0001", 1, "COUNT_DIFFERS"),
        ("SE*x*0001", 1, "NOT_A_NUMBER"),
        ("SE*15*0002", 2, "CONTROL_NUMBER_DIFFERS"),
        ("SE*15", 2, "CONTROL_NUMBER_DIFFERS"),
    ],
)
def test_a_wrong_se_is_told_and_the_other_reports_stand(trailer: str, element: int, code: str) -> None:
    bad = transaction(LOOP)
    assert bad[-1] == "SE*15*0001"
    bad[-1] = trailer
    data = data_of(interchange(group(transaction(LOOP, control="0003"), bad, transaction(LOOP, control="0004"))))
    lines, reports = read(data)
    assert [report.defects for report in (reports[0], reports[2])] == [(), ()]
    assert found(reports[1].defects) == [(code, where(data, trailer, element))]
    assert [line.problems for line in lines] == [(), (), ()]


def test_a_missing_se_is_told_at_the_st() -> None:
    data = data_of(interchange(group(transaction(LOOP)[:-1], transaction(LOOP, control="0002"))))
    _, reports = read(data)
    assert [found(report.defects) for report in reports] == [[("SEGMENT_MISSING", where(data, "ST*867*0001"))], []]
    last = data_of(interchange(group(transaction(LOOP)[:-1])))
    assert found(read(last)[1][0].defects) == [("SEGMENT_MISSING", where(last, "ST*867*0001"))]


def test_two_sets_of_a_group_have_different_control_numbers() -> None:
    other = transaction(LOOP)
    other[0] = "ST*867*0001*X"
    data = data_of(interchange(group(transaction(LOOP), other), group(transaction(LOOP), control="8")).copy())
    _, reports = read(data)
    assert [found(report.defects) for report in reports] == [[], [("DOUBLED_CONTROL_NUMBER", where(data, "ST*867*0001*X", 2))], []]


def test_after_a_loop_that_cannot_be_counted_only_the_loop_is_told() -> None:
    lines, (report,) = read(file_of(loop("QTY*39*x*EA"), summary=("CTT*1*5", "AMT*TT*9")))
    assert [problem.code for problem in lines[0].problems] == ["NOT_A_NUMBER"]
    assert report.defects == ()


def test_every_defect_of_a_report_is_told_at_once() -> None:
    segments = interchange(group(transaction(LOOP, heading=("BPT*99*R*20080231", "CUR*SE*?"), summary=("CTT*9*9", "AMT*TT*x"))))
    segments[-3] = "SE*1*9"
    _, (report,) = read(data_of(segments))
    assert [problem.code for problem in report.defects] == [
        "NOT_A_DAY",
        "UNKNOWN_CODE",
        "UNKNOWN_CODE",
        "COUNT_DIFFERS",
        "HASH_DIFFERS",
        "NOT_AN_AMOUNT",
        "COUNT_DIFFERS",
        "CONTROL_NUMBER_DIFFERS",
    ]
