"""The program year that these tests share: small, and the same each time."""

from datetime import date

from tap_graph.testing.distributor import PosLine, ProgramYear, Report

YEAR = ProgramYear(
    seed=7,
    first_day=date(2008, 2, 1),
    months=3,
    distributors=2,
    partners=5,
    lines_a_month=30,
    countries=("SG",),
    region="APAC",
    option="P6",
)

LINE = PosLine(
    invoice_number="INV-1",
    invoice_line="1",
    partner_number="P-1",
    order_number="SO-1",
    order_line="2",
    deviation_number="DV-1",
    product="Catalyst 2960-24TT",
    quantity="2",
    serial_numbers=("S1", "S2"),
    shipped_on="2008-02-10",
    invoiced_on="2008-02-12",
)
REPORT = Report(
    distributor_id="D-1",
    number="POS-1",
    reported_on=date(2008, 3, 5),
    first_day=date(2008, 2, 1),
    last_day=date(2008, 2, 29),
    lines=[
        LINE,
        LINE._replace(invoice_line="2", order_line="3", quantity="4", serial_numbers=()),
        LINE._replace(invoice_number="CRN-1", quantity="-1", serial_numbers=("S1",)),
    ],
)
"""Two sales and a return."""
