"""Enrollments: applications of partners to options."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Table, Text, UniqueConstraint

from tap_graph.storage.columns import fact_columns, history_of, identity, metadata

enrollments = Table(
    "enrollments",
    metadata,
    identity(),
    Column("partner_id", BigInteger, ForeignKey("partners.id"), nullable=False),
    Column("theatre_id", BigInteger, ForeignKey("theatres.id"), nullable=False),
    Column("option_id", BigInteger, ForeignKey("options.id"), nullable=False),
    Column("submitted_on", Date),
    Column("status", Text),
    Column("decided_on", Date),
    Column("reason", Text),
    Column("findings", Text, nullable=False, server_default="[]", comment="JSON: what the region's rules say of the application; derived"),
    *fact_columns(),
    UniqueConstraint("partner_id", "option_id"),
    Index("ix_enrollments_option_id_status", "option_id", "status", "partner_id"),
)
enrollments_history = history_of(enrollments)
