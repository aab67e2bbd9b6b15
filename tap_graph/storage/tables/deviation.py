"""Deviation authorizations (DART)."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, Table, Text

from tap_graph.storage.columns import fact_columns, history_of, identity, metadata

deviations = Table(
    "deviations",
    metadata,
    identity(),
    Column("deviation_number", Text, nullable=False, unique=True),
    Column("distributor_id", Text),
    Column("partner_id", BigInteger),
    Column("quote_id", BigInteger),
    Column("type", Text),
    Column("requested_on", Date),
    Column("status", Text),
    Column("decided_on", Date),
    Column("quantity", Integer, comment="units asked for, and approved with the request; null while not known"),
    Column("expires_on", Date, comment="last day on which it holds; null: open-ended"),
    Column("reason", Text, comment="why it was asked for, declined or cancelled, as last said"),
    *fact_columns(),
    Index("ix_deviations_partner_id", "partner_id"),
    Index("ix_deviations_distributor_id", "distributor_id"),
    Index("ix_deviations_quote_id", "quote_id"),
)
deviations_history = history_of(deviations)
