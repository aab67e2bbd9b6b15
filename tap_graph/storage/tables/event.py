"""Events: the outbox, written in the transaction in which something happened."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from tap_graph.storage.columns import Moment, identity, metadata

events = Table(
    "events",
    metadata,
    identity(),
    Column("kind", Text, nullable=False),
    Column("noun", Text, nullable=False, comment="GraphQL type of the row it is about"),
    Column("row_id", BigInteger, nullable=False),
    Column("key", Text, nullable=False, comment="number of the row, for people"),
    Column("partner_id", BigInteger, comment="whose it is; null: no partner's"),
    Column("theatre_id", BigInteger, comment="of which theatre; null: of none or of all the partner is in"),
    Column("distributor_id", Text),
    Column("once", Text, unique=True, comment="told at most once under this name; null: each time"),
    Column("data", Text, nullable=False, server_default="{}", comment="JSON object: what changed"),
    Column("happened_at", Moment, nullable=False),
    Index("ix_events_noun_row_id", "noun", "row_id", "id"),
    Index("ix_events_partner_id", "partner_id", "id"),
)
