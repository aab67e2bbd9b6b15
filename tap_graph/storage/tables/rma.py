"""RMAs: equipment due back, line by line, and the receipts that say what came."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from tap_graph.storage.columns import cents, fact_columns, history_of, identity, integers_only, metadata

rmas = Table(
    "rmas",
    metadata,
    identity(),
    Column("rma_number", Text, nullable=False, unique=True),
    Column("first_line", Integer, comment="number of the lowest line; the columns below are that line's"),
    Column("order_id", BigInteger),
    Column("quote_id", BigInteger),
    Column("partner_id", BigInteger, comment="derived: the order's partner"),
    Index("ix_rmas_partner_id_rma_number", "partner_id", "rma_number", "id"),
    Index("ix_rmas_order_id", "order_id"),
)

rma_lines = Table(
    "rma_lines",
    metadata,
    identity(),
    Column("rma_id", BigInteger, ForeignKey("rmas.id"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("order_id", BigInteger),
    Column("quote_id", BigInteger),
    Column("partner_id", BigInteger, comment="derived: the order's partner"),
    Column("product", Text),
    Column("units_due", Integer, comment="null: not known, nothing due"),
    cents("value_due", nullable=True),
    *fact_columns(),
    UniqueConstraint("rma_id", "line"),
    Index("ix_rma_lines_order_id", "order_id"),
    Index("ix_rma_lines_partner_id", "partner_id"),
    *integers_only("value_due", "units_due"),
)
rma_lines_history = history_of(rma_lines)

receipts = Table(
    "receipts",
    metadata,
    identity(),
    Column("receipt_number", Text, nullable=False, unique=True),
    Column("rma_line_id", BigInteger, ForeignKey("rma_lines.id"), comment="null: it names no RMA"),
    Column("partner_id", BigInteger, comment="derived: the RMA line's partner"),
    Column("units", Integer, comment="negative reverses; null: not known, counts nothing"),
    Column("received_on", Date),
    Column("posted_on", Date, comment="day it shows in the status tool"),
    *fact_columns(),
    Index("ix_receipts_rma_line_id", "rma_line_id"),
    Index("ix_receipts_partner_id", "partner_id"),
    *integers_only("units"),
)
receipts_history = history_of(receipts)
