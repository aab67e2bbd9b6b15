"""Each defect is told with its segment, element and byte, all of them in one pass, and refuses as much as it must."""

import random

import pytest

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.edifact import segments
from tap_graph.feeds.problems import ReportRefused
from tests.feeds.edifact.files import HEADING, ITEM, UNB, byte_of, file_of, message, read, refusal, told, with_item

OF_LINES = [
    ("DTM+11:20080230:102", "NOT_A_DAY", "DTM+C507.2380", "20080230", 0),
    ("DTM+3:200802:610", "NOT_A_DAY", "DTM+C507.2380", "200802:610", 0),
    ("QTY+153:2:KGM", "UNKNOWN_UNIT", "QTY+C186.6411", "KGM", 0),
    ("QTY+153:2.5:PCE", "NOT_A_NUMBER", "QTY+C186.6060", "2.5", 0),
    ("QTY+153:1,5:PCE", "NOT_A_NUMBER", "QTY+C186.6060", "1,5", 0),
    ("QTY+153::PCE", "NOT_A_NUMBER", "QTY+C186.6060", "QTY+153::PCE", 8),
    ("QTY+61:2", "SEVERAL_QUANTITIES", "QTY+C186.6060", "QTY+61:2", 7),
    ("PRI+AAA:12", "CURRENCY_MISSING", "PRI+C509.5118", "AAA:12", 4),
    ("MOA+203:1O:USD", "NOT_AN_AMOUNT", "MOA+C516.5004", "1O", 0),
    ("GIN+BN+A1+B1:B9", "SERIAL_RANGE", "GIN+C208.7402", "B1:B9", 0),
    ("RFF+SE:A;B", "SERIAL_RANGE", "RFF+C506.1154", "A;B", 0),
    ("RFF+VN:SO1:x", "NOT_A_NUMBER", "RFF+C506.1156", "SO1:x", 4),
    ("RFF+CT: D1", "OUTER_BLANK", "RFF+C506.1154", "CT: D1", 3),
    ("TAX+7", "UNKNOWN_SEGMENT", "TAX", "TAX+7", 0),
]


@pytest.mark.parametrize(("segment", "code", "element", "at", "into"), OF_LINES, ids=[f"{each[1]} {each[0]}" for each in OF_LINES])
def test_what_is_wrong_with_an_item_refuses_its_line(segment: str, code: str, element: str, at: str, into: int) -> None:
    data = with_item(segment)
    (line,), feed = read(data)
    where = data[: byte_of(data, at) - 1].count(b"'") + 1
    assert [told(problem) for problem in line.problems] == [(code, element, where, byte_of(data, at, into))]
    assert (line.values, feed.reports[0].defects) == (None, ())


def test_an_item_that_names_two_partners_is_told_at_the_second() -> None:
    data = file_of(message(*HEADING, *ITEM, "NAD+BY+P2::92", "NAD+BY+P1"))
    (line,), _ = read(data)
    assert [told(problem) for problem in line.problems] == [("TOLD_TWICE", "NAD+C082.3039", 14, byte_of(data, "NAD+BY+P1'", 7))]
    assert line.problems[0].message.endswith("says `P1`, but segment 13 says `P2` with the same qualifier. Keep one.")


def test_what_an_item_lacks_is_told_at_its_lin() -> None:
    data = file_of(message(*HEADING[:3], "LIN+1++WS:SA"))
    (line,), _ = read(data)
    byte = byte_of(data, "LIN+1")
    assert [told(problem) for problem in line.problems] == [
        ("QUANTITY_MISSING", "LIN", 6, byte),
        ("PARTY_MISSING", "LIN", 6, byte),
        ("KEY_MISSING", "LIN", 6, byte),
    ]
    assert line.problems[1].message == (
        f"Segment 6, LIN at byte {byte}: no party says who bought. Add NAD+PC or NAD+SO or NAD+BY, with an id or a name."
    )
    assert (line.key, line.values, line.problems[2].column) == (None, None, "invoice_number")


def test_everything_wrong_with_an_item_is_told_at_once_in_the_order_of_the_file() -> None:
    data = with_item("RFF+VN:SO1:x", "QTY+153:2:KGM", "DTM+11:20081301:102", "DTM+3:x:102", "PRI+AAA:1x")
    (line,), _ = read(data)
    assert [(problem.code, problem.place and problem.place.segment) for problem in line.problems] == [
        ("NOT_A_NUMBER", 9),
        ("UNKNOWN_UNIT", 10),
        ("NOT_A_DAY", 11),
        ("NOT_A_DAY", 12),
        ("NOT_AN_AMOUNT", 13),
        ("CURRENCY_MISSING", 13),
    ]
    assert line.key == "DIST-7\x1fINV1\x1f1"


OF_MESSAGES = [
    (message(unt="UNT+11+1"), "COUNT_DIFFERS", "UNT+0074", "UNT+11+1", 4),
    (message(unt="UNT++1"), "COUNT_DIFFERS", "UNT+0074", "UNT++1", 4),
    (message(unt="UNT+12+2"), "CONTROL_NUMBER_DIFFERS", "UNT+0062", "UNT+12+2", 7),
    (message(*HEADING, *ITEM, "CNT+2:2"), "TOTAL_DIFFERS", "CNT+C270.6066", "CNT+2:2", 6),
    (message(*HEADING, *ITEM, "CNT+1:3"), "TOTAL_DIFFERS", "CNT+C270.6066", "CNT+1:3", 6),
    (message(*HEADING, *ITEM, "CNT+1:x"), "NOT_A_NUMBER", "CNT+C270.6066", "CNT+1:x", 6),
    (message(*HEADING[1:], *ITEM), "SEGMENT_MISSING", "UNH", "UNH", 0),
    (message(HEADING[0], *HEADING[2:], *ITEM), "SEGMENT_MISSING", "UNH", "UNH", 0),
    (message("BGM+73++9", *HEADING[1:], *ITEM), "ELEMENT_MISSING", "BGM+C106.1004", "BGM+73++9", 7),
    (message("BGM+73+RPT1+31", *HEADING[1:], *ITEM), "UNKNOWN_CODE", "BGM+1225", "+31'", 1),
    (message(*HEADING, "BGM+74+RPT2", *ITEM), "UNKNOWN_SEGMENT", "BGM", "BGM+74", 0),
    (message(*HEADING, "TAX+7", *ITEM), "UNKNOWN_SEGMENT", "TAX", "TAX+7", 0),
    (message(*HEADING, "DTM+90:20080231:102", *ITEM), "NOT_A_DAY", "DTM+C507.2380", "20080231", 0),
    (message(*HEADING, "DTM+263:20080229-20080201:718", *ITEM), "NOT_A_DAY", "DTM+C507.2380", "20080229-", 0),
    (message(*HEADING, "LOC+162", "DTM+11:20080231:102", *ITEM), "NOT_A_DAY", "DTM+C507.2380", "20080231", 0),
    (message(type_="SLSRPT:D:95B:UN"), "UNSUPPORTED_RELEASE", "UNH+S009.0054", ":95B", 1),
    (message()[:-1], "UNT_MISSING", "UNH", "UNH", 0),
    (message(*HEADING, "NAD+BY+P200", *ITEM), "TOLD_TWICE", "NAD+C082.3039", "P200", 0),
]


@pytest.mark.parametrize(("bad", "code", "element", "at", "into"), OF_MESSAGES, ids=[f"{each[1]} {each[3]}" for each in OF_MESSAGES])
def test_what_is_wrong_with_a_message_stands_at_its_report_and_spares_the_others(
    bad: list[str], code: str, element: str, at: str, into: int
) -> None:
    good = message(reference="9")
    data = file_of(bad, good)
    lines, feed = read(data)
    first = data[: data.index(b"UNH+9")]
    where = first[: byte_of(first, at) - 1].count(b"'") + 1
    assert [told(problem) for problem in feed.reports[0].defects] == [(code, element, where, byte_of(first, at, into))]
    assert feed.reports[1].defects == ()
    assert (lines[-1].problems, lines[-1].record, feed.reports[1].first_record) == ((), len(lines), len(lines))


OF_INTERCHANGES = [
    (file_of(message(), unz="UNZ+2+REF1"), "COUNT_DIFFERS", "UNZ+0036", "UNZ+2", 4),
    (file_of(message(), unz="UNZ+1+REF2"), "CONTROL_NUMBER_DIFFERS", "UNZ+0020", "REF2", 0),
    (file_of(["UNG+SLSRPT+A+B+080301:0811+G1", *message(), "UNE+2+G1"]), "COUNT_DIFFERS", "UNE+0060", "UNE+2", 4),
    (file_of(["UNG+SLSRPT+A+B+080301:0811+G1", *message(), "UNE+1+G2"]), "CONTROL_NUMBER_DIFFERS", "UNE+0048", "G2", 0),
    (file_of(["UNG+SLSRPT+A+B+080301:0811+G1", *message()]), "UNE_MISSING", "UNZ", "UNZ", 0),
    (file_of([*message(), "UNE+1+G1"]), "SEGMENT_OUTSIDE", "UNE", "UNE", 0),
    (file_of(["BGM+73+X+9", *message()]), "SEGMENT_OUTSIDE", "BGM", "BGM+73+X", 0),
    (file_of(message(), unb=UNB.replace("UNOC", "UNOZ")), "UNSUPPORTED_SYNTAX", "UNB+S001.0001", "UNOZ", 0),
    (file_of(message(), unb=UNB.replace("UNOC:3", "UNOC:9")), "UNSUPPORTED_SYNTAX", "UNB+S001.0002", ":9+", 1),
    (file_of(message(), unb=UNB.replace("080301", "080231")), "NOT_A_DAY", "UNB+S004.0017", "080231", 0),
    (file_of(message(), unb=UNB.replace("DISTEDI", "")), "ELEMENT_MISSING", "UNB+S002.0004", "+:ZZ+VENDOR", 1),
    (file_of(message(), unb=UNB.replace("REF1", ""), unz="UNZ+1"), "ELEMENT_MISSING", "UNB+0020", ":0811+'", 6),
    (file_of(message(type_="INVOIC:D:96A:UN")), "NOT_A_POS_REPORT", "UNH+S009.0065", "INVOIC", 0),
    (file_of(message())[:-1], "TRUNCATED", "UNZ", "UNZ", 0),
]


@pytest.mark.parametrize(
    ("data", "code", "element", "at", "into"), OF_INTERCHANGES, ids=[f"{each[1]} {each[2]}" for each in OF_INTERCHANGES]
)
def test_what_is_wrong_with_an_interchange_refuses_the_file(data: bytes, code: str, element: str, at: str, into: int) -> None:
    refused = refusal(data)
    assert isinstance(refused, ReportRefused)
    where = data[: byte_of(data, at) - 1].count(b"'") + 1
    assert [told(problem) for problem in refused.problems] == [(code, element, where, byte_of(data, at, into))]
    assert (refused.code, refused.line) == (code, where)


def test_another_message_type_is_named() -> None:
    data = file_of(message(type_="INVRPT:D:96A:UN"), message(reference="2"))
    assert str(refusal(data)) == (
        f"Segment 2, UNH+S009.0065 at byte {byte_of(data, 'INVRPT')}: `INVRPT` is not a sales data report. "
        "Deliver SLSRPT only, other messages elsewhere."
    )


def test_a_file_that_ends_without_unz_is_told_where_it_should_stand() -> None:
    data = file_of(message())
    cut = data[: data.index(b"UNZ")]
    refused = refusal(cut)
    assert isinstance(refused, ReportRefused)
    assert [told(problem) for problem in refused.problems] == [("TRUNCATED", "UNZ", 14, len(cut) + 1)]


def test_a_second_interchange_may_not_begin_within_the_first() -> None:
    data = file_of(message(), unz="UNH+2+SLSRPT:D:96A:UN") + file_of(message(), unb=UNB.replace("REF1", "REF2"))
    refused = refusal(data)
    assert isinstance(refused, ReportRefused)
    assert [problem.code for problem in refused.problems] == ["UNZ_MISSING", "SEGMENT_MISSING", "SEGMENT_MISSING", "UNT_MISSING"]


def test_a_character_that_is_not_in_the_set_refuses_what_it_stands_in() -> None:
    plain = UNB.replace("UNOC", "UNOA")
    of_item = file_of(message(*HEADING, *ITEM, "IMD+F++:::x"), unb=plain).replace(b":::x", b":::\xfc")
    of_heading = file_of(message(*HEADING, "FTX+x"), unb=plain).replace(b"FTX+x", b"NAD+UD+++\xfc")
    (line,), feed = read(of_item)
    assert [told(problem) for problem in line.problems] == [("BAD_CHARACTER", "IMD", 13, byte_of(of_item, "IMD"))]
    assert feed.reports[0].defects == ()
    assert [told(problem)[:2] for problem in read(of_heading)[1].reports[0].defects] == [("BAD_CHARACTER", "NAD")]
    assert refusal(file_of(message(), unb=plain.replace("VENDOR", "VEND\u00d6R"))).code == "BAD_CHARACTER"


def test_all_defects_of_all_levels_are_told_where_the_file_is_refused() -> None:
    data = file_of(message(*HEADING, *ITEM[:3], "QTY+153:2:KGM", unt="UNT+3+1"), message(unt="UNT+12+7"), unz="UNZ+3+REF9")
    refused = refusal(data)
    assert isinstance(refused, ReportRefused)
    assert [problem.code for problem in refused.problems] == [
        "COUNT_DIFFERS",
        "CONTROL_NUMBER_DIFFERS",
        "UNKNOWN_UNIT",
        "COUNT_DIFFERS",
        "CONTROL_NUMBER_DIFFERS",
    ]


def test_ten_thousand_defects_are_told_and_no_more() -> None:
    items = [segment for _ in range(3_000) for segment in ("LIN", "QTY+153:x:KGM")]
    refused = refusal(file_of(message(*HEADING[:3], *items), unz="UNZ+1+X"))
    assert isinstance(refused, ReportRefused)
    assert (len(refused.problems), refused.problems[0].code) == (10_000, "CONTROL_NUMBER_DIFFERS")


def test_a_file_cut_anywhere_is_refused_whole() -> None:
    data = file_of(message(), una="UNA:+.? '", between="\r\n")
    whole = data.rstrip(b"\r\n")
    for end in range(1, len(whole)):
        assert refusal(data[:end]).code in {"TRUNCATED", "BAD_DELIMITERS", "EMPTY_FILE"}
    for end in range(len(whole), len(data) + 1):
        assert len(read(data[:end])[0]) == 1


def test_nothing_but_a_refusal_comes_of_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    group = [
        "UNG+SLSRPT+A+B+080301:0811+G1+UN+D:96A",
        *message(),
        *message(*HEADING, "LOC+162", "RFF+IV:A?'B:2", "CUX+2:USD", *ITEM),
        "UNE+2+G1",
    ]
    good = file_of(group, una="UNA:+.? '") + file_of(message(*HEADING, *ITEM, "PRI+AAA:1.5", "GIN+BN+S1", "UNS+S", "CNT+2:1"))
    monkeypatch.setattr(segments, "CHUNK", 100)
    seed = random.Random(2_008)
    refused = 0
    for _ in range(2_000):
        data = bytearray(good)
        for _ in range(seed.choice([1, 1, 2, 8])):
            at = seed.randrange(len(data))
            match seed.randrange(4):
                case 0:
                    data[at] = seed.randrange(256)
                case 1:
                    del data[at : at + seed.randrange(1, 30)]
                case 2:
                    data[at:at] = seed.choice([b"'", b"+", b":", b"?", b"UNH+", b"\xff\xff", b"\n"])
                case _:
                    data[at:at] = data[at : at + 60]
        try:
            read(bytes(data))
        except FileRefused:
            refused += 1
    assert 500 < refused < 2_000
