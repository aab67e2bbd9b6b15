"""Notes: oddities across rows that are accepted and shown to administrators."""

from sqlalchemy import BigInteger, Column, Date, Index, Table, Text, UniqueConstraint

from tap_graph.storage.columns import identity, metadata

notes = Table(
    "notes",
    metadata,
    identity(),
    Column("kind", Text, nullable=False, comment="feed kind of the row the note is about"),
    Column("row_id", BigInteger, nullable=False, comment="id of that row in its table"),
    Column("code", Text, nullable=False),
    Column("key", Text, nullable=False, comment="natural key of the row, for people"),
    Column("day", Date, comment="the program day the oddity belongs to; null when the row has none"),
    Column("partner_id", BigInteger),
    Column("message", Text, nullable=False),
    UniqueConstraint("kind", "row_id", "code"),
    Index("ix_notes_code", "code", "id"),
    Index("ix_notes_partner_id", "partner_id"),
)
