"""What a SLSRPT says becomes the POS line that a CSV feed would give."""

from datetime import date

import pytest

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.edifact.reading import EdifactFeed
from tap_graph.feeds.feed import Purpose, Report
from tap_graph.feeds.kinds import KINDS, POS
from tap_graph.feeds.profiles import Profiles, read_profile
from tests.feeds.edifact.files import HEADING, ITEM, UNB, VALUES, feed_of, file_of, message, only, read, with_item


def value_of(data: bytes, column: str) -> object:
    line = only(data)
    assert (line.problems, line.values is None) == ((), False)
    assert line.values is not None
    return line.values[POS.position(column)]


def test_an_item_is_a_line_with_its_segments_as_raw_text() -> None:
    data = file_of(message(), una="UNA:+.? '", between="\r\n")
    lines, feed = read(data)
    raw = "".join(f"{segment}'" for segment in ITEM)
    assert [tuple(line) for line in lines] == [(7, 1, raw, VALUES, "DIST-7\x1fINV1\x1f1", ())]
    assert feed.reports == [
        Report(
            distributor_id="DIST-7",
            number="RPT1",
            replaces=None,
            purpose=Purpose.ORIGINAL,
            reported_on=date(2008, 3, 1),
            first_day=None,
            last_day=None,
            first_record=1,
            last_record=1,
        )
    ]
    assert feed.header == UNB


def test_the_first_segment_is_the_header_also_without_line_breaks() -> None:
    assert feed_of(file_of(message(), una="UNA:+.? '")).header == UNB
    assert feed_of(file_of(message())).header == UNB


def test_messages_groups_and_interchanges_follow_one_another() -> None:
    group = ["UNG+SLSRPT+A+B+080301:0811+G1+UN+D:96A", *message(reference="M1"), *message(reference="M2"), "UNE+2+G1"]
    first = file_of(group, unz="UNZ+1+REF1")
    second = file_of(message(*HEADING, reference="M3"), message(reference="M4"), unb=UNB.replace("REF1", "REF2"), between="\n")
    lines, feed = read(first + second)
    assert [(line.number, line.record) for line in lines] == [(8, 1), (20, 2), (41, 3)]
    spans = [(report.first_record, report.last_record, report.defects) for report in feed.reports]
    assert spans == [(1, 1, ()), (2, 2, ()), (3, 2, ()), (3, 3, ())]


@pytest.mark.parametrize(
    ("function", "purpose"), [("9", Purpose.ORIGINAL), ("", Purpose.ORIGINAL), ("5", Purpose.REPLACE), ("1", Purpose.CANCEL)]
)
def test_the_function_of_the_message_is_the_purpose(function: str, purpose: Purpose) -> None:
    heading = [f"BGM+73E::9+RPT2+{function}", *HEADING[1:], "RFF+ACW:RPT1"]
    _, feed = read(file_of(message(*heading, *ITEM)))
    (report,) = feed.reports
    assert (report.purpose, report.number, report.replaces, report.defects) == (purpose, "RPT2", "RPT1", ())


@pytest.mark.parametrize(
    "period",
    [
        ("DTM+90:20080201:102", "DTM+91:20080229:102"),
        ("DTM+194:080201:101", "DTM+206:200802291200:203"),
        ("DTM+263:20080201-20080229:718",),
    ],
)
def test_the_period_is_told_by_two_days_or_a_range(period: tuple[str, ...]) -> None:
    _, feed = read(file_of(message(*HEADING[:2], *period, *HEADING[2:])))
    assert (feed.reports[0].first_day, feed.reports[0].last_day) == (date(2008, 2, 1), date(2008, 2, 29))


@pytest.mark.parametrize(
    ("day", "iso"),
    [
        ("20080209:102", "2008-02-09"),
        ("20080209", "2008-02-09"),
        ("200802092359:203", "2008-02-09"),
        ("20080209235959:204", "2008-02-09"),
        ("200802092359CET:303", "2008-02-09"),
        ("080209:101", "2008-02-09"),
        ("9902091200:201", "1999-02-09"),
    ],
)
def test_a_day_is_read_in_its_format(day: str, iso: str) -> None:
    assert value_of(with_item(f"DTM+11:{day}"), "shipped_on") == iso


def test_a_return_counts_negative_whether_by_qualifier_or_by_sign() -> None:
    assert value_of(with_item("-QTY+153", "QTY+61:3:PCE"), "quantity") == -3
    assert value_of(with_item("QTY+153:-3:EA"), "quantity") == -3


def test_statistical_sales_tell_the_quantity_before_invoiced_and_despatched() -> None:
    assert value_of(with_item("QTY+12:9:PCE", "QTY+47:8", "QTY+153:7:C62"), "quantity") == 7
    assert value_of(with_item("-QTY+153", "QTY+12:9:PCE", "QTY+47:8", "QTY+17:100:PCE"), "quantity") == 8


def test_zeros_behind_the_decimal_mark_are_no_part_of_a_piece() -> None:
    assert value_of(with_item("QTY+153:5.000:PCE"), "quantity") == 5
    comma = with_item("QTY+153:5,0:PCE").replace(b"UNB+", b"UNA:+,? 'UNB+")
    assert value_of(comma, "quantity") == 5
    assert value_of(with_item("QTY+153:5,0:PCE").replace(b"UNOC:3", b"UNOC:4"), "quantity") == 5


def test_the_vendors_product_number_wins_over_any_other() -> None:
    assert value_of(with_item("LIN+1++4007399434498:EN", "PIA+1+X1:BP+WS-C2960:SA+M1:MF"), "product") == "WS-C2960"
    assert value_of(with_item("LIN+1++4007399434498:EN", "PIA+5+X1:BP"), "product") == "4007399434498"
    assert value_of(with_item("LIN+1++WS-C2960"), "product") == "WS-C2960"
    assert value_of(with_item("LIN+1", "PIA+3+OLD:SA"), "product") is None


def test_serial_numbers_are_gathered_wherever_they_stand() -> None:
    data = with_item("GIN+BN+FOC1+FOC2+FOC1", "RFF+SE:FOC3", "PIA+1+FOC4:SN", "GIN+BJ+00340123")
    assert value_of(data, "serial_numbers") == '["FOC1","FOC2","FOC3","FOC4"]'


def test_the_vendors_order_number_wins_and_its_line_with_it() -> None:
    data = with_item("-RFF+VN", "RFF+ON:PO7:9", "RFF+VN:SO1", "RFF+CT:D-88")
    assert (value_of(data, "order_number"), value_of(data, "order_line"), value_of(data, "deviation_number")) == ("SO1", None, "D-88")


def test_the_line_of_the_invoice_is_that_of_its_reference_else_of_the_item_else_the_ordinal() -> None:
    assert value_of(with_item("RFF+IV:INV1:7", "RFF+LI:8"), "invoice_line") == "7"
    assert value_of(with_item("-RFF+IV", "RFF+LI:8", "RFF+IV:INV1"), "invoice_line") == "8"
    assert value_of(with_item("LIN+6++WS:SA", "RFF+IV:INV1"), "invoice_line") == "6"
    items = [["LIN+++WS:SA", f"RFF+IV:{invoice}", "QTY+153:1"] for invoice in ("I1", "I2", "I1")]
    lines, _ = read(file_of(message(*HEADING, *items[0], *items[1], *items[2])))
    assert [line.key for line in lines] == ["DIST-7\x1fI1\x1f1", "DIST-7\x1fI2\x1f1", "DIST-7\x1fI1\x1f2"]


def test_an_item_takes_from_its_place_and_the_heading_what_it_does_not_say() -> None:
    place = ["LOC+162+STORE1", "DTM+11:20080208:102", "RFF+IV:INV9", "DTM+171:20080212:102"]
    lines, _ = read(file_of(message(*HEADING, *place, "LIN+4++WS:SA", "QTY+153:1", "LIN+5++WS:SA", "RFF+IV:INV10", "QTY+153:1")))
    assert [line.values and line.values[1:3] + line.values[-3:] for line in lines] == [
        ("INV9", "4", "2008-02-08", "2008-02-12", "2008-03-01"),
        ("INV10", "5", "2008-02-08", None, "2008-03-01"),
    ]


def test_the_order_line_of_a_place_is_not_that_of_an_items_own_order() -> None:
    lines, _ = read(file_of(message(*HEADING, "LOC+162", "RFF+VN:SO1:3", "LIN+1++W:SA", "RFF+IV:I", "RFF+VN:SO2", "QTY+153:1")))
    assert lines[0].values is not None
    assert lines[0].values[5:7] == ("SO2", None)


def test_a_party_without_an_id_is_told_by_its_name() -> None:
    named = with_item("NAD+BY+++Acme:Networks Ltd+Street 5", heading=HEADING[:3])
    described = with_item("NAD+BY++Acme Networks", heading=HEADING[:3])
    assert (value_of(named, "partner_number"), value_of(described, "partner_number")) == ("Acme Networks Ltd", "Acme Networks")


def test_the_customer_of_the_purchaser_is_the_partner_where_one_is_named() -> None:
    assert value_of(with_item("NAD+PC+P7::92"), "partner_number") == "P7"


def test_the_distributor_is_the_profiles_else_the_partys_else_the_senders() -> None:
    without_party = file_of(message(*HEADING[:2], HEADING[3], *ITEM))
    profiles = Profiles([read_profile('distributor_id = "D1"\nvalid_from = 2008-01-01\nedi_ids = ["DISTEDI"]')])
    values = [only(data, profiles=given).values for data, given in ((without_party, Profiles()), (without_party, profiles))]
    assert [row and row[0] for row in values] == ["DISTEDI", "D1"]
    assert value_of(file_of(message()), "distributor_id") == "DIST-7"


def test_a_profile_is_found_by_the_party_and_the_day_and_says_what_qualifiers_mean() -> None:
    text = 'distributor_id = "D1"\nvalid_from = {}\nedi_ids = ["DIST-7"]\n[edifact]\norder = ["{}"]\n'
    profiles = Profiles([read_profile(text.format("2008-01-01", "CO")), read_profile(text.format("2008-04-01", "VN"))])
    line = only(with_item("RFF+CO:CO1:4"), profiles)
    assert line.values is not None
    assert (line.values[0], line.values[5:7]) == ("D1", ("CO1", 4))


@pytest.mark.parametrize("release", ["D:96A", "D:97A", "D:01B", "D:24A", "D:00A"])
def test_every_release_since_d96a_is_read(release: str) -> None:
    _, feed = read(file_of(message(type_=f"SLSRPT:{release}:UN:EAN004")))
    assert feed.reports[0].defects == ()


def test_totals_that_are_right_are_no_defect() -> None:
    second = ["LIN+2++WS:SA", "RFF+IV:INV1:2", "QTY+61:3:PCE"]
    for total in ("5", "-1", "5.0"):
        _, feed = read(file_of(message(*HEADING, *ITEM, *second, "UNS+S", "MOA+86:100", "CNT+2:2", f"CNT+1:{total}", "CNT+7:9")))
        assert feed.reports[0].defects == ()


def test_an_amount_with_a_currency_is_no_defect_wherever_the_currency_stands() -> None:
    profiles = Profiles([read_profile('distributor_id = "D1"\nvalid_from = 2008-01-01\nedi_ids = ["DISTEDI"]\ncurrency = "USD"')])
    assert only(with_item("PRI+AAA:130.5", heading=[*HEADING, "CUX+2:USD:4"])).problems == ()
    assert only(with_item("MOA+203:130.5:USD")).problems == ()
    assert only(with_item("PRI+AAA:130.5", "CUX+2:EUR:4")).problems == ()
    assert only(with_item("PRI+AAA:130.5"), profiles).problems == ()


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind is not POS])
def test_no_other_kind_than_pos_is_read(kind: object) -> None:
    with pytest.raises(FileRefused) as caught:
        EdifactFeed(feed_of(file_of(message()))._stream, kind, Profiles())  # type: ignore[arg-type]
    assert caught.value.code == "NOT_THIS_KIND"
