"""TMP quotes and their lines; the quote as a whole is what its lowest line says."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from tap_graph.storage.columns import cents, fact_columns, history_of, identity, integers_only, metadata

quotes = Table(
    "quotes",
    metadata,
    identity(),
    Column("quote_number", Text, nullable=False, unique=True),
    Column("partner_id", BigInteger, comment="of its lowest line"),
    cents("credit", nullable=True),
    Index("ix_quotes_partner_id", "partner_id"),
    *integers_only("credit"),
)

quote_lines = Table(
    "quote_lines",
    metadata,
    identity(),
    Column("quote_id", BigInteger, ForeignKey("quotes.id"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("partner_id", BigInteger),
    Column("issued_on", Date),
    Column("valid_until", Date),
    Column("traded_in_product", Text),
    Column("traded_in_maker", Text),
    Column("end_customer", Text),
    Column("quantity", Integer, nullable=False),
    cents("credit", nullable=True),
    *fact_columns(),
    UniqueConstraint("quote_id", "line"),
    Index("ix_quote_lines_partner_id", "partner_id"),
    *integers_only("credit", "quantity"),
)
quote_lines_history = history_of(quote_lines)
