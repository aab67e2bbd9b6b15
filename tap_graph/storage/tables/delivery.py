"""Deliveries: every file as it came, line by line, and the lines that wait for what they refer to."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from tap_graph.storage.columns import Moment, identity, metadata

deliveries = Table(
    "deliveries",
    metadata,
    identity(),
    Column("kind", Text, nullable=False),
    Column("sender", Text, nullable=False, server_default=""),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("state", Text, nullable=False, comment="RECEIVED, or REFUSED as a whole"),
    Column("refusal", Text, comment="why the whole file was refused"),
    Column("format", Text, nullable=False, server_default="CSV", comment="CSV, XLSX, X12 or EDIFACT, recognized by content"),
    Column("defects", Text, nullable=False, server_default="[]", comment="JSON: every defect of a file that was refused whole"),
    Column("envelope", Text, comment="JSON: what an answer to the sender needs to know; null for CSV and XLSX"),
    Column("header", Text, nullable=False, server_default="", comment="the file's header line"),
    Column("lines", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    Index("ix_deliveries_kind_sender_sha256", "kind", "sender", "sha256"),
)

delivery_lines = Table(
    "delivery_lines",
    metadata,
    # Given by receiving, not by the database: a fact's `version` is the id of the line it stands on.
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("delivery_id", BigInteger, nullable=False),
    Column("line", Integer, nullable=False, comment="physical line of the file on which the record begins"),
    Column("raw", Text, nullable=False),
    Column("state", Text, nullable=False, comment="ACCEPTED, UNCHANGED, HELD or REFUSED"),
    Column("reasons", Text, nullable=False, comment="JSON: code, column, value and message of each reason"),
    Column("replaced_by", BigInteger, comment="delivery_lines.id that took this held line's place before it was freed"),
    Index("ix_delivery_lines_delivery_id_state", "delivery_id", "state", "id"),
)

held_lines = Table(
    "held_lines",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False, comment="delivery_lines.id"),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("row", Text, nullable=False, comment="JSON array of the typed cells in the kind's column order"),
    UniqueConstraint("kind", "key"),
)

held_references = Table(
    "held_references",
    metadata,
    Column("held_id", BigInteger, ForeignKey("held_lines.id", ondelete="CASCADE"), primary_key=True),
    Column("reference", Text, primary_key=True, comment="partner, quote, deviation, order, order_line, deviation_line or rma_line"),
    Column("number", Text, nullable=False),
    Column("line", Integer, comment="the line of that number, where one is meant"),
    Index("ix_held_references_reference_number", "reference", "number"),
)
