"""What stands in which column."""

from datetime import date

import pytest

from tap_graph.feeds.feed import Purpose
from tap_graph.feeds.profiles import Profiles, read_profile
from tests.feeds.x12.samples import (
    HEADING,
    LOOP,
    VALUES,
    data_of,
    file_of,
    found,
    group,
    interchange,
    line_of,
    loop,
    read,
    transaction,
    values,
    where,
)

PROFILE = """
distributor_id = "DIST-7"
valid_from = 2008-01-01
edi_ids = ["DIST7EDI"]
currency = "USD"
"""


def profiled(x12: str) -> Profiles:
    return Profiles([read_profile(f"{PROFILE}[x12]\n{x12}")])


def test_the_usual_loop_fills_every_column() -> None:
    lines, reports = read(file_of(LOOP))
    assert values(lines[0]) == VALUES
    assert (lines[0].number, lines[0].record, lines[0].key, lines[0].problems) == (7, 1, "DIST-7\x1fINV-1\x1f1", ())
    assert lines[0].raw == "~".join(LOOP)
    report = reports[0]
    assert (report.distributor_id, report.number, report.replaces) == ("DIST-7", "R-1", None)
    assert (report.purpose, report.reported_on) == (Purpose.ORIGINAL, date(2008, 3, 5))
    assert (report.first_day, report.last_day, report.first_record, report.last_record, report.defects) == (None, None, 1, 1, ())


def test_version_005010_is_read_the_same() -> None:
    data = data_of(interchange(group(transaction(LOOP), version="005010"), version="00501"))
    assert values(read(data)[0][0]) == VALUES


@pytest.mark.parametrize(("code", "purpose"), [("00", Purpose.ORIGINAL), ("05", Purpose.REPLACE), ("01", Purpose.CANCEL)])
def test_bpt_says_what_the_report_is_and_which_it_replaces(code: str, purpose: Purpose) -> None:
    heading = (f"BPT*{code}*R-2*20080305*02*****R-1", "DTM*090*20080201", "DTM*091*20080229", *HEADING[1:])
    report = read(file_of(LOOP, heading=heading))[1][0]
    assert (report.purpose, report.number, report.replaces) == (purpose, "R-2", "R-1")
    assert (report.first_day, report.last_day) == (date(2008, 2, 1), date(2008, 2, 29))


def test_a_report_of_nothing_has_no_lines() -> None:
    lines, reports = read(file_of(summary=("CTT*0",)))
    assert (lines, reports[0].first_record, reports[0].last_record, reports[0].defects) == ([], 1, 0, ())


@pytest.mark.parametrize("code", ["SS", "SD", "SH", "DS", "CS", "BP"])
def test_sales_count_as_they_are_written(code: str) -> None:
    assert values(line_of(f"PTD*{code}"))["quantity"] == 5
    assert values(line_of(f"PTD*{code}", "QTY*39*-5*EA"))["quantity"] == -5


@pytest.mark.parametrize("code", ["BN", "RU", "RB", "RP"])
def test_returns_count_negative_however_they_are_written(code: str) -> None:
    assert values(line_of(f"PTD*{code}"))["quantity"] == -5
    assert values(line_of(f"PTD*{code}", "QTY*39*-5*EA"))["quantity"] == -5


def test_a_sale_that_moves_from_the_customer_is_a_return() -> None:
    assert values(line_of("PTD*SS*****CD"))["quantity"] == -5
    assert values(line_of("PTD*SS*****DC"))["quantity"] == 5


@pytest.mark.parametrize(("start", "element"), [("PTD*IB", 1), ("PTD*BJ", 1), ("PTD*TS", 1), ("PTD*SS*****TO", 6), ("PTD*SS*****TI", 6)])
def test_a_transfer_is_no_sale_unless_the_profile_says_so(start: str, element: int) -> None:
    line = line_of(start)
    assert found(line.problems) == [("NOT_A_SALE", where(file_of(loop(start)), start, element))]
    assert (line.values, line.key) == (None, "DIST-7\x1fINV-1\x1f1")
    assert values(line_of(start, profiles=profiled("transfers_count = true")))["quantity"] == 5


def test_a_stocking_adjustment_is_no_sale() -> None:
    (problem,) = line_of("PTD*SA").problems
    assert problem.message == (
        f"Segment 7, PTD01 at byte {file_of(loop('PTD*SA')).index(b'SA~') + 1}: "
        "is no sale and no return (stocking adjustment). Leave it out of the report."
    )


@pytest.mark.parametrize("qualifier", ["38", "39", "32"])
def test_every_qualifier_of_pieces_sold(qualifier: str) -> None:
    assert values(line_of(f"QTY*{qualifier}*12*PC"))["quantity"] == 12


@pytest.mark.parametrize("qualifier", ["61", "76"])
def test_every_qualifier_of_pieces_returned_counts_negative(qualifier: str) -> None:
    assert values(line_of(f"QTY*{qualifier}*12*UN"))["quantity"] == -12
    assert values(line_of(f"QTY*{qualifier}*-12*UN"))["quantity"] == -12


def test_of_two_quantities_sold_the_earlier_qualifier_wins_and_returns_are_taken_off() -> None:
    assert values(line_of("QTY*32*7*EA", "QTY*32*7*EA", without=["QTY"]))["quantity"] == 7
    lines, _ = read(file_of((*loop(without=["QTY"]), "QTY*32*7*EA", "QTY*38*9*EA", "QTY*17*100*EA")))
    assert values(lines[0])["quantity"] == 9
    lines, _ = read(file_of((*LOOP, "QTY*76*2*EA")))
    assert values(lines[0])["quantity"] == 3


def test_a_whole_number_may_have_decimal_places() -> None:
    assert values(line_of("QTY*39*5.000*EA"))["quantity"] == 5


def test_the_unit_stands_in_qty_or_else_in_uit() -> None:
    assert values(line_of("QTY*39*5", "UIT*EA*1.00"))["quantity"] == 5
    assert values(line_of("QTY*39*5", without=["UIT"]))["quantity"] == 5
    assert values(line_of("QTY*39*5*EA", "UIT*CA*10.00"))["quantity"] == 5
    assert values(line_of("QTY*39*5*EA:2"))["quantity"] == 5


@pytest.mark.parametrize("qualifier", ["VP", "VN", "VC", "MG", "MF", "BP", "UP", "UI", "EN", "SK"])
def test_every_qualifier_of_the_product(qualifier: str) -> None:
    assert values(line_of(f"LIN*1*ZZ*X*{qualifier}*AB-1"))["product"] == "AB-1"


def test_the_vendors_part_number_goes_before_the_others() -> None:
    assert values(line_of("LIN*1*UP*012345678905*BP*B-1*VN*V-1"))["product"] == "V-1"
    assert values(line_of("LIN*1*UP*012345678905", "SLN*1**I*****VP*V-2"))["product"] == "012345678905"


def test_without_lin_the_product_stands_in_sln() -> None:
    line = line_of("SLN*1**I******VP*V-2", without=["LIN"])
    assert (values(line)["product"], values(line)["invoice_line"]) == ("V-2", "1")


@pytest.mark.parametrize("qualifier", ["IV", "DI"])
def test_every_qualifier_of_the_invoice(qualifier: str) -> None:
    assert values(line_of(f"REF*{qualifier}*X-9", without=["REF*IV"]))["invoice_number"] == "X-9"


@pytest.mark.parametrize("qualifier", ["CO", "VN", "PO"])
def test_every_qualifier_of_the_order(qualifier: str) -> None:
    taken = values(line_of(f"REF*{qualifier}*X-9**LI:4", without=["REF*CO"]))
    assert (taken["order_number"], taken["order_line"]) == ("X-9", 4)


@pytest.mark.parametrize("qualifier", ["CT", "PR"])
def test_every_qualifier_of_the_deviation(qualifier: str) -> None:
    assert values(line_of(f"REF*{qualifier}*X-9", without=["REF*CT"]))["deviation_number"] == "X-9"


@pytest.mark.parametrize(
    ("segments", "line"),
    [
        (["REF*CO*SO-1*3"], 3),
        (["REF*CO*SO-1*Order of the vendor"], None),
        (["REF*CO*SO-1*3*LI:4"], 4),
        (["REF*CO*SO-1**OL:4"], 4),
        (["REF*CO*SO-1**ZZ:4"], None),
        (["REF*CO*SO-1", "REF*OL*5"], 5),
        (["REF*CO*SO-1*3", "REF*OL*5"], 3),
        (["REF*CO*SO-1"], None),
    ],
)
def test_the_order_line_stands_in_ref04_ref03_or_a_reference_of_its_own(segments: list[str], line: int | None) -> None:
    assert values(line_of(*segments))["order_line"] == line


def test_a_reference_may_stand_in_ptd() -> None:
    assert values(line_of("PTD*SS***IV*INV-8", without=["REF*IV"]))["invoice_number"] == "INV-8"


def test_the_invoice_line_is_that_of_li_else_of_lin_else_the_ordinal_in_the_invoice() -> None:
    assert values(line_of("REF*LI*77"))["invoice_line"] == "77"
    assert values(line_of("LIN*008*VP*X"))["invoice_line"] == "008"
    bare = loop("LIN**VP*X")
    other = loop("LIN**VP*X", "REF*IV*INV-2")
    lines, _ = read(file_of(bare, bare, other, bare, other, LOOP))
    assert [(values(line)["invoice_number"], values(line)["invoice_line"]) for line in lines] == [
        ("INV-1", "1"),
        ("INV-1", "2"),
        ("INV-2", "1"),
        ("INV-1", "3"),
        ("INV-2", "2"),
        ("INV-1", "1"),
    ]


def test_serial_numbers_are_collected() -> None:
    lines, _ = read(file_of((*LOOP, "REF*SE*S-1", "REF*SE*S-2"), (*LOOP, "REF*SE*S-3", "REF*SE*S-3"), (*LOOP, "REF*SE*")))
    assert [values(line)["serial_numbers"] for line in lines] == ['["S-1","S-2"]', '["S-3"]', "[]"]


def test_the_partner_is_named_by_id_or_else_by_name_in_the_loop_or_else_in_the_heading() -> None:
    assert values(line_of("N1*BY*Partner GmbH"))["partner_number"] == "Partner GmbH"
    heading = (*HEADING, "N1*BY*Other GmbH*92*P-9", "N1*ST*Elsewhere*92*P-8", "N1*EN*User*92*P-7")
    assert values(line_of(without=["N1"], heading=heading))["partner_number"] == "P-9"
    assert values(line_of(heading=heading))["partner_number"] == "P-1"
    assert values(line_of("N1*ST*Elsewhere*92*P-8", "N1*EN*User*92*P-7"))["partner_number"] == "P-1"


@pytest.mark.parametrize("qualifier", ["DS", "SE", "SU"])
def test_every_qualifier_of_the_distributor(qualifier: str) -> None:
    heading = (*HEADING[:2], f"N1*{qualifier}*Distribution Inc*92*DIST-9")
    assert values(line_of(heading=heading))["distributor_id"] == "DIST-9"


def test_the_distributor_is_that_of_the_profile_the_heading_the_loop_or_the_sender() -> None:
    assert values(line_of(heading=HEADING[:2]))["distributor_id"] == "DIST7EDI"
    assert values(line_of("N1*DS*Branch*92*DIST-8", heading=HEADING[:2]))["distributor_id"] == "DIST-8"
    assert values(line_of("N1*DS*Branch*92*DIST-8"))["distributor_id"] == "DIST-7"
    by_sender = profiled("")
    assert values(line_of("N1*DS*Branch*92*DIST-8", heading=HEADING[:2], profiles=by_sender))["distributor_id"] == "DIST-7"
    by_name = Profiles([read_profile(PROFILE.replace("DIST7EDI", "DIST-7").replace('"DIST-7"\nvalid', '"D-NEW"\nvalid'))])
    assert values(line_of(profiles=by_name))["distributor_id"] == "D-NEW"


def test_references_and_days_of_the_heading_hold_for_loops_without_their_own() -> None:
    heading = (*HEADING, "REF*IV*INV-H", "DTM*003*20080220", "DTM*011*20080219")
    taken = values(line_of(without=["REF*IV", "DTM"], heading=heading))
    assert (taken["invoice_number"], taken["invoiced_on"], taken["shipped_on"]) == ("INV-H", "2008-02-20", "2008-02-19")
    assert values(line_of(heading=heading)) == VALUES


def test_a_day_may_be_written_as_a_period_of_one_day() -> None:
    assert values(line_of("DTM*011****D8*20080212"))["shipped_on"] == "2008-02-12"


def test_each_product_of_a_loop_is_a_line() -> None:
    more = ("QTY*39*3*EA", "LIN*2*VP*PHONE-80", "UIT*EA*1.00", "REF*SE*S-9")
    lines, reports = read(file_of((*LOOP, *more), LOOP, summary=("CTT*3*13",)))
    assert [(values(line)["product"], values(line)["quantity"], values(line)["invoice_line"]) for line in lines] == [
        ("PHONE-79", 5, "1"),
        ("PHONE-80", 3, "2"),
        ("PHONE-79", 5, "1"),
    ]
    assert [(line.number, line.record) for line in lines] == [(7, 1), (17, 2), (21, 3)]
    assert lines[1].raw == "~".join((*LOOP[:7], *more))
    assert (reports[0].last_record, reports[0].defects) == (3, ())


def test_a_product_begins_with_lin_where_that_comes_first() -> None:
    first = (*LOOP[:7], "LIN*1*VP*A", "QTY*39*1*EA", "UIT*EA*1.00", "LIN*2*VP*B", "QTY*39*2*EA", "LIN*3*VP*C", "QTY*39*3*EA")
    lines, _ = read(file_of(first))
    assert [(values(line)["product"], values(line)["quantity"]) for line in lines] == [("A", 1), ("B", 2), ("C", 3)]


def test_a_profile_chooses_qualifiers() -> None:
    other = profiled('order = ["ZZ"]\nsold = ["99"]\npieces = ["CT"]\nreseller = ["RS"]')
    taken = values(line_of("REF*ZZ*X-1", "QTY*99*4*CT", "N1*RS*Reseller*92*R-1", profiles=other))
    assert (taken["order_number"], taken["order_line"], taken["quantity"], taken["partner_number"]) == ("X-1", None, 4, "R-1")


def test_the_profile_in_force_on_the_day_of_the_report_is_taken() -> None:
    early = read_profile(PROFILE + '[x12]\norder = ["CO"]')
    late = read_profile(PROFILE.replace("2008-01-01", "2008-03-05") + '[x12]\norder = ["VN"]')
    profiles = Profiles([late, early])
    assert values(line_of("REF*VN*V-1", profiles=profiles))["order_number"] == "V-1"
    heading = ("BPT*00*R-1*20080304", *HEADING[1:])
    assert values(line_of("REF*VN*V-1", profiles=profiles, heading=heading))["order_number"] == "SO-1"


def test_several_sets_groups_and_interchanges_are_read_one_after_the_other() -> None:
    sets = [transaction(LOOP, LOOP, control="0001"), transaction(LOOP, heading=("BPT*00*R-2*20080306", *HEADING[1:]), control="0002")]
    first = interchange(group(*sets), group(transaction(LOOP), control="8"))
    second = interchange(group(transaction(LOOP)), control="000000043", sender="OTHER")
    lines, reports = read(data_of(first) + data_of(second))
    assert [line.record for line in lines] == [1, 2, 3, 4, 5]
    assert [(report.number, report.first_record, report.last_record) for report in reports] == [
        ("R-1", 1, 2),
        ("R-2", 3, 3),
        ("R-1", 4, 4),
        ("R-1", 5, 5),
    ]
    assert values(lines[2])["reported_on"] == "2008-03-06"
