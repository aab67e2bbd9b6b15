"""POS lines: what distributors report as shipped and invoiced."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, Table, Text, UniqueConstraint

from tap_graph.storage.columns import fact_columns, history_of, identity, integers_only, metadata

pos_lines = Table(
    "pos_lines",
    metadata,
    identity(),
    Column("distributor_id", Text, nullable=False),
    Column("invoice_number", Text, nullable=False),
    Column("invoice_line", Text, nullable=False),
    Column("report_number", Text),
    Column("stated_partner_id", BigInteger, comment="the partner the report names"),
    Column("partner_id", BigInteger, comment="derived: the order line's partner, else the stated one"),
    Column("order_line_id", BigInteger, comment="the order line it covers"),
    Column("found_by_deviation", Boolean, nullable=False, comment="the report names no order: its deviation led to the line"),
    Column("deviation_id", BigInteger),
    Column("product", Text),
    Column("quantity", Integer, nullable=False, comment="negative: a return"),
    Column("serial_numbers", Text, nullable=False, comment="JSON array"),
    Column("shipped_on", Date),
    Column("invoiced_on", Date),
    Column("reported_on", Date),
    Column("known_product", Text, comment="derived: the product that an approved alias says is meant; null: as reported"),
    Column("counted_by_id", BigInteger, comment="derived: the POS line for which a serial number of it counts; null: it covers"),
    Column("sale_id", BigInteger, comment="derived: the sale a return takes back, where the return names no order"),
    *fact_columns(),
    UniqueConstraint("distributor_id", "invoice_number", "invoice_line"),
    Index("ix_pos_lines_order_line_id", "order_line_id"),
    Index("ix_pos_lines_partner_id", "partner_id"),
    Index("ix_pos_lines_deviation_id", "deviation_id"),
    *integers_only("quantity"),
)
pos_lines_history = history_of(pos_lines)
