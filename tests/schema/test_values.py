"""Answers to the cent and to the day, on both databases."""

from tap_graph.domain.reason import bit_of
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.storage import tables as t
from tests.builders import Rows, day
from tests.schema.conftest import Year


def test_partner_is_answered_in_full(year: Year) -> None:
    document = """{ partner(partnerNumber: "P1") {
        partnerNumber name country tier camEmail regions { code } certifications { level firstDay lastDay }
        enrollments { nodes { status submittedOn option { code minimum { amount currency } bookingWindow { firstDay lastDay } } } }
        quotes { nodes { quoteNumber lines { line credit { amount } issuedOn } } }
        evaluations { totalCount nodes { window outcome payable { amount } } }
    } }"""
    assert year.ask(document)["partner"] == {
        "partnerNumber": "P1",
        "name": "Partner P1",
        "country": "SG",
        "tier": "ONE_TIER",
        "camEmail": "cam1@example.com",
        "regions": [{"code": "ONE"}],
        "certifications": [{"level": "GOLD", "firstDay": "2007-01-01", "lastDay": None}],
        "enrollments": {
            "nodes": [
                {
                    "status": "APPROVED",
                    "submittedOn": "2008-02-01",
                    "option": {
                        "code": "P6",
                        "minimum": {"amount": "12500.00", "currency": "USD"},
                        "bookingWindow": {"firstDay": "2008-01-27", "lastDay": "2008-04-26"},
                    },
                }
            ]
        },
        "quotes": {"nodes": [{"quoteNumber": "Q-P1", "lines": [{"line": 1, "credit": {"amount": "2000.00"}, "issuedOn": "2008-01-01"}]}]},
        "evaluations": {"totalCount": 1, "nodes": [{"window": "FIRST", "outcome": "EARNED", "payable": {"amount": "300.00"}}]},
    }


def test_negative_amounts_below_one_keep_their_sign(year: Year) -> None:
    with year.database.writing() as connection:
        connection.execute(t.evaluations.update().where(t.evaluations.c.id == 1).values(payable=-60))
    data = year.ask("{ evaluations(sort: PAYABLE, first: 1) { nodes { payable { amount } } } }")
    assert data["evaluations"]["nodes"] == [{"payable": {"amount": "-0.60"}}]


def test_decisions_name_every_reason_in_the_order_of_the_contract(year: Year) -> None:
    document = """query ($on: Date) { order(orderNumber: "SO-P1-LATE") { lines { line decisions(on: $on) {
        counts enrollment { option { code } } reasons { code weight source } } } } }"""
    [line] = year.ask(document, on="2008-07-26")["order"]["lines"]
    assert line["decisions"] == [
        {
            "counts": False,
            "enrollment": {"option": {"code": "P6"}},
            "reasons": [
                {"code": "OUTSIDE_BOOKING_WINDOW", "weight": "REFUSE", "source": "TAP Q&A, Table 1"},
                {"code": "INTERNAL_USE", "weight": "REFUSE", "source": "TAP Q&A, Q3"},
            ],
        }
    ]


def test_line_is_pending_until_the_day_it_ships_and_counts_from_then(year: Year) -> None:
    with year.database.writing() as connection:
        rows = Rows(connection)
        partner = rows.value(t.partners, "id", partner_number="P1")
        order = rows.order("SO-ONE-TIER", partner)
        line = rows.value(t.order_lines, "id", order_id=order)
        theatre = rows.value(t.theatres, "id", code="ONE")
        rows.decision(line, theatre, rows.value(t.theatres, "rulebook_id", code="ONE"))
    document = """{ order(orderNumber: "SO-ONE-TIER") { lines {
        before: decisions(on: "2008-02-19") { counts reasons { code weight } }
        then: decisions(on: "2008-02-20") { counts reasons { code } } } } }"""
    assert year.ask(document)["order"]["lines"] == [
        {
            "before": [{"counts": False, "reasons": [{"code": "NOT_SHIPPED", "weight": "PENDING"}]}],
            "then": [{"counts": True, "reasons": []}],
        }
    ]


def test_undecided_line_neither_counts_nor_has_reasons(year: Year) -> None:
    data = year.ask('{ order(orderNumber: "SO-SHARED") { lines { decisions { counts reasons { code } } verdicts { reasons { code } } } } }')
    assert data["order"]["lines"] == [{"decisions": [{"counts": None, "reasons": []}], "verdicts": []}] * 2


def test_region_reason_comes_from_its_table_after_the_core_ones(year: Year) -> None:
    with year.database.writing() as connection:
        rows = Rows(connection)
        theatre = rows.value(t.theatres, "id", code="ONE")
        rows.add(
            t.reasons,
            theatre_id=theatre,
            bit=24,
            code="OWN_RULE",
            weight="refuse",
            message="It breaks a rule of ours.",
            source="Atlantis §1",
        )
        order = rows.order("SO-OWN", rows.value(t.partners, "id", partner_number="P1"))
        line = rows.value(t.order_lines, "id", order_id=order)
        rows.decision(line, theatre, rows.value(t.theatres, "rulebook_id", code="ONE"), bit_of("INTERNAL_USE") | 1 << 24)
    document = """{ order(orderNumber: "SO-OWN") { lines { decisions(on: "2008-07-26") { reasons { code message } }
        verdicts { region { code } reasons { code } rulebook { version } } } } }"""
    [line_data] = year.ask(document)["order"]["lines"]
    assert [reason["code"] for reason in line_data["decisions"][0]["reasons"]] == ["INTERNAL_USE", "OWN_RULE"]
    assert line_data["decisions"][0]["reasons"][1]["message"] == "It breaks a rule of ours."
    assert line_data["verdicts"] == [
        {"region": {"code": "ONE"}, "reasons": [{"code": "INTERNAL_USE"}, {"code": "OWN_RULE"}], "rulebook": {"version": "1.0+ONE"}}
    ]
    filtered = year.ask("""{ orders(filter: {line: {region: "ONE", option: "P6", on: "2008-07-26", reason: "OWN_RULE"}}) {
        totalCount nodes { orderNumber } } }""")
    assert filtered["orders"] == {"totalCount": 1, "nodes": [{"orderNumber": "SO-OWN"}]}


def test_orders_are_found_by_what_their_lines_came_to(year: Year) -> None:
    document = """query ($line: LineJudgement) { orders(filter: {line: $line}) { nodes { orderNumber } } }"""
    asked = {"region": "ONE", "option": "P6", "on": "2008-07-26"}

    def numbers(**more: object) -> list[str]:
        return [node["orderNumber"] for node in year.ask(document, line={**asked, **more})["orders"]["nodes"]]

    assert numbers(counts=False, reason="OUTSIDE_BOOKING_WINDOW") == ["SO-P1-LATE", "SO-P2-LATE"]
    assert numbers(reason="POS_NOT_REPORTED") == []
    assert numbers() == ["SO-P1", "SO-P1-LATE", "SO-P2", "SO-P2-LATE", "SO-SHARED"]


def test_evaluation_shows_the_lines_as_it_saw_them(year: Year) -> None:
    with year.database.writing() as connection:
        rows = Rows(connection)
        order = rows.value(t.orders, "id", order_number="SO-P1")
        rows.supersede(rows.value(t.order_lines, "id", order_id=order), net_value=1, booked_on=day("2008-03-01"))
    document = """{ partner(partnerNumber: "P1") { evaluations { nodes {
        requirements { code status value required shortfall provenance } returnRate evaluatedAt rulebook { version }
        linesCounted { totalCount nodes { orderNumber line netValue { amount } bookedOn
            orderLine { netValue { amount } } reasons { code } } }
        linesNotCounted { totalCount nodes { orderNumber reasons { code } } } } } } }"""
    [evaluation] = year.ask(document)["partner"]["evaluations"]["nodes"]
    assert evaluation["linesCounted"] == {
        "totalCount": 1,
        "nodes": [
            {
                "orderNumber": "SO-P1",
                "line": 1,
                "netValue": {"amount": "13000.00"},
                "bookedOn": "2008-02-10",
                "orderLine": {"netValue": {"amount": "0.01"}},
                "reasons": [],
            }
        ],
    }
    assert evaluation["linesNotCounted"] == {
        "totalCount": 1,
        "nodes": [{"orderNumber": "SO-P1-LATE", "reasons": [{"code": "OUTSIDE_BOOKING_WINDOW"}, {"code": "INTERNAL_USE"}]}],
    }
    assert evaluation["requirements"][3] == {
        "code": "MINIMUM", "status": "MET", "value": "13000.00", "required": "12500.00", "shortfall": "0.00", "provenance": "OFFICIAL",
    }  # fmt: skip
    assert (evaluation["returnRate"], evaluation["evaluatedAt"]) == ("0.9000", "2008-03-01T09:30:00.000Z")


def test_rma_sums_what_shows_and_rounds_half_up(year: Year) -> None:
    with year.database.writing() as connection:
        rows = Rows(connection)
        partner, order = rows.value(t.partners, "id", partner_number="P1"), rows.value(t.orders, "id", order_number="SO-P1")
        rma = rows.rma("R-ODD", order, partner, units_due=8, value_due=10001)
        line = rows.value(t.rma_lines, "id", rma_id=rma)
        rows.receipt("RC-A", line, partner, 5), rows.receipt("RC-B", line, partner, -2)
        rows.receipt("RC-HIDDEN", line, partner, 3, posted_on=None)
        rows.add(t.rma_lines, rma_id=rma, line=2, order_id=order, partner_id=partner, units_due=None, value_due=500)
        over = rows.rma("R-OVER", order, partner, units_due=2, value_due=300)
        rows.receipt("RC-OVER", rows.value(t.rma_lines, "id", rma_id=over), partner, 7)
        below = rows.rma("R-BELOW", order, partner, units_due=2, value_due=300)
        rows.receipt("RC-BELOW", rows.value(t.rma_lines, "id", rma_id=below), partner, -7)
    document = """query ($numbers: [String!]) { rmas(filter: {rmaNumbers: $numbers}) { nodes {
        rmaNumber unitsDue unitsReceived valueDue { amount } valueReceived { amount } returnRate returnDeadline
        lines { unitsReceived returnRate receipts { receiptNumber units } } } } }"""
    nodes = year.ask(document, numbers=["R-ODD", "R-OVER", "R-BELOW"])["rmas"]["nodes"]
    below_node, odd, over_node = nodes
    # 100.01 × 3 / 8 = 37.50375, which is 37.50; 3750 of 10001 is 0.37496…, which is 0.3750.
    assert odd == {
        "rmaNumber": "R-ODD", "unitsDue": 8, "unitsReceived": 3, "valueDue": {"amount": "100.01"}, "valueReceived": {"amount": "37.50"},
        "returnRate": "0.3750", "returnDeadline": "2008-10-25",
        "lines": [
            {
                "unitsReceived": 3, "returnRate": "0.3750",
                "receipts": [
                    {"receiptNumber": "RC-A", "units": 5},
                    {"receiptNumber": "RC-B", "units": -2}, {"receiptNumber": "RC-HIDDEN", "units": 3},
                ],
            },
            {"unitsReceived": 0, "returnRate": None, "receipts": []},
        ],
    }  # fmt: skip
    assert (over_node["unitsReceived"], over_node["returnRate"]) == (2, "1.0000")
    assert (below_node["unitsReceived"], below_node["returnRate"]) == (0, "0.0000")


def test_open_and_overdue_rmas_are_found(year: Year) -> None:
    def numbers(filter_: str) -> list[str]:
        return [node["rmaNumber"] for node in year.ask(f"{{ rmas(filter: {filter_}) {{ nodes {{ rmaNumber }} }} }}")["rmas"]["nodes"]]

    assert numbers("{open: true}") == ["R-P1", "R-P2", "R-P3", "R-SHARED"]
    assert numbers("{open: false}") == []
    assert numbers('{overdueOn: "2008-10-25"}') == []
    assert numbers('{overdueOn: "2008-10-26", partnerNumber: "P2"}') == ["R-P2"]


def test_partners_are_found_by_country_tier_region_and_text(year: Year) -> None:
    with year.database.writing() as connection:
        Rows(connection).partner("X_1", country="KR", tier="TWO_TIER", name="100% Öko")

    def numbers(**filter_: object) -> list[str]:
        data = year.ask("query ($filter: PartnerFilter) { partners(filter: $filter) { nodes { partnerNumber } } }", filter=filter_)
        return [node["partnerNumber"] for node in data["partners"]["nodes"]]

    assert numbers(country="KR") == ["P2", "X_1"]
    assert numbers(tier="TWO_TIER") == ["X_1"]
    assert numbers(region="ONE") == ["P1", "P2"]
    assert numbers(text="partner p3") == ["P3"]
    assert numbers(text="0%") == ["X_1"]
    assert numbers(text="x_") == ["X_1"]
    assert numbers(text="_") == ["X_1"]
    assert numbers(country=None, text="nobody") == []


def test_partners_are_found_in_any_case_of_any_alphabet(year: Year) -> None:
    with year.database.writing() as connection:
        rows = Rows(connection)
        for number, name in (("A1", "Ärger GmbH"), ("A2", "ΟΔΟΣ"), ("A3", "İstanbul"), ("A4", None), ("A5", "Süd")):
            rows.partner(number, name=name)

    def numbers(text: str) -> list[str]:
        found = year.ask("query ($t: String) { partners(filter: {text: $t}) { nodes { partnerNumber } } }", t=text)
        return [node["partnerNumber"] for node in found["partners"]["nodes"]]

    assert [numbers(text) for text in ("ÄRGER", "οδοσ", "istanbul", "SÜD", "\u00c4rg")] == [["A1"], ["A2"], ["A3"], ["A5"], ["A1"]]


def test_orders_are_found_by_period_day_and_partner(year: Year) -> None:
    def numbers(filter_: str) -> list[str]:
        data = year.ask(f"{{ orders(filter: {filter_}) {{ nodes {{ orderNumber }} }} }}")
        return [node["orderNumber"] for node in data["orders"]["nodes"]]

    assert numbers('{period: {region: "TWO", number: 6}}') == ["SO-P3"]
    assert numbers('{period: {region: "ONE", number: 6}, partnerNumber: "P2"}') == ["SO-P2"]
    assert numbers('{bookedFrom: "2008-05-01"}') == ["SO-P1-LATE", "SO-P2-LATE", "SO-P3-LATE"]
    assert numbers('{bookedUntil: "2008-02-09"}') == []


def test_lines_without_a_booking_day_are_in_no_list(year: Year) -> None:
    with year.database.writing() as connection:
        rows = Rows(connection)
        rows.order("SO-UNBOOKED", rows.value(t.partners, "id", partner_number="P1"), booked_on=None)
    document = """{ order(orderNumber: "SO-UNBOOKED") { bookedOn lines { line } }
        orders(filter: {partnerNumber: "P1"}) { nodes { orderNumber } } partner(partnerNumber: "P1") { orderLines { totalCount } } }"""
    data = year.ask(document)
    assert data["order"] == {"bookedOn": None, "lines": []}
    assert [node["orderNumber"] for node in data["orders"]["nodes"]] == ["SO-P1", "SO-P1-LATE", "SO-SHARED"]
    assert data["partner"]["orderLines"]["totalCount"] == 3


def test_figures_answer_for_themselves(year: Year) -> None:
    document = """{ region(code: "ONE") { name zone currency plugin version rulebook { version }
        terms: figures(subject: "terms") { name value source provenance plugin version } figures { name }
        programs { code combinable window { firstDay } figures { value } } countries { code name }
        options { code figures { name value } } periods { number document { version } countries { code } figures { name value } } } }"""
    assert year.ask(document)["region"] == {
        "name": "Atlantis", "zone": "Atlantic/Azores", "currency": "USD", "plugin": "tap-graph-one", "version": "1.0",
        "rulebook": {"version": "1.0+ONE"},
        "terms": [
            {"name": "rebate_rate", "value": "0.15", "source": "TAP Q&A, Table 1", "provenance": "OFFICIAL",
             "plugin": "tap-graph-one", "version": "1.0"}
        ],
        "figures": [{"name": "return_deadline"}, {"name": "minimum"}, {"name": "rebate_rate"}, {"name": "combinable"}],
        "programs": [{"code": "VIP", "combinable": True, "window": None, "figures": [{"value": "true"}]}],
        "countries": [{"code": "SG", "name": "Land SG"}, {"code": "KR", "name": "Land KR"}][::-1],
        "options": [{"code": "P6", "figures": [{"name": "minimum", "value": "12500"}]}],
        "periods": [
            {
                "number": 6, "document": None, "countries": [{"code": "KR"}, {"code": "SG"}],
                "figures": [{"name": "return_deadline", "value": "2008-10-25"}],
            }
        ],
    }  # fmt: skip


def test_held_lines_show_their_reasons_to_their_distributor(year: Year) -> None:
    distributor = Viewer(subject="d", role=Role.DISTRIBUTOR, distributor_id="D2")
    document = """{ deliveries(filter: {kind: POS}) { nodes { kind sender lineCount held receivedAt
        lines(filter: {state: HELD}) { nodes { line raw state reasons { code column value message } } } } } }"""
    assert year.ask(document, distributor)["deliveries"]["nodes"] == [
        {
            "kind": "POS", "sender": "D2", "lineCount": 1, "held": 1, "receivedAt": "2008-03-01T09:30:00.000Z",
            "lines": {
                "nodes": [
                    {
                        "line": 2, "raw": "SO1,1", "state": "HELD",
                        "reasons": [
                            {
                                "code": "PARTNER_UNKNOWN", "column": "partner_number", "value": "P9",
                                "message": "partner_number P9 is not known yet",
                            }
                        ],
                    }
                ]
            },
        }
    ]  # fmt: skip


def test_viewer_is_told_who_it_is(year: Year) -> None:
    partner = Viewer(subject="p", role=Role.PARTNER, partner_number="P2")
    document = "{ viewer { subject role partner { partnerNumber name } distributorId email regions } }"
    assert year.ask(document, partner)["viewer"] == {
        "subject": "p", "role": "PARTNER", "partner": {"partnerNumber": "P2", "name": "Partner P2"}, "distributorId": None,
        "email": None, "regions": None,
    }  # fmt: skip
    regional = Viewer(subject="a", role=Role.ADMINISTRATOR, regions=("ONE",))
    assert year.ask(document, regional)["viewer"]["regions"] == ["ONE"]


def test_notes_are_found_by_kind_code_and_day(year: Year) -> None:
    data = year.ask(
        '{ notes(filter: {kind: ORDERS, code: "ODD", fromDay: "2008-02-10", untilDay: "2008-02-10"}) { totalCount nodes { day key } } }'
    )
    assert data["notes"] == {"totalCount": 2, "nodes": [{"day": "2008-02-10", "key": "orders 1"}, {"day": "2008-02-10", "key": "orders 2"}]}


def test_enrollment_lists_every_line_with_its_decision(year: Year) -> None:
    document = """{ enrollments(filter: {partnerNumber: "P1", region: "ONE", option: "P6", status: APPROVED}) { nodes {
        counted: lines(on: "2008-07-26", filter: {counts: true}) { totalCount }
        others: lines(on: "2008-07-26", filter: {counts: false}) { nodes { counts orderLine { order { orderNumber } } reasons { code } } }
        early: lines(on: "2008-02-09") { totalCount } } } }"""
    [enrollment] = year.ask(document)["enrollments"]["nodes"]
    assert enrollment["early"]["totalCount"] == 0
    assert enrollment["counted"]["totalCount"] == 1
    assert [(node["orderLine"]["order"]["orderNumber"], node["counts"]) for node in enrollment["others"]["nodes"]] == [
        ("SO-SHARED", None),
        ("SO-P1-LATE", False),
    ]
