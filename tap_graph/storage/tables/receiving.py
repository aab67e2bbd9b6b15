"""Deliveries on their way in: how far each is, whom a key was given an answer, and what was pulled from where."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from tap_graph.storage.columns import Moment, identity, metadata

receivings = Table(
    "receivings",
    metadata,
    identity(),
    Column("kind", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("phase", Text, nullable=False, comment="READING, APPLYING, RECEIVED, REFUSED or FAILED"),
    Column("bytes", BigInteger, nullable=False, comment="size of the file"),
    Column("bytes_read", BigInteger, nullable=False),
    Column("lines_read", Integer, nullable=False),
    Column("delivery_id", BigInteger, comment="null until it is received"),
    Column("started_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False, comment="one that stands still while READING or APPLYING was killed"),
    Index("ix_receivings_sender", "sender", "id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("caller", Text, primary_key=True, comment="the API key's name, or the token's subject and role"),
    Column("key", Text, primary_key=True, comment="as the caller sent it"),
    Column("request", Text, nullable=False, comment="SHA-256 of what was asked: another request under the same key is refused"),
    Column("answer", Text, nullable=False, comment="JSON that the first request was answered with"),
    Column("answered_at", Moment, nullable=False),
    Index("ix_idempotency_keys_answered_at", "answered_at"),
)

pulled_files = Table(
    "pulled_files",
    metadata,
    identity(),
    Column("source", Text, nullable=False, comment="name of the source in the sources' file"),
    Column("name", Text, nullable=False, comment="the file's name there"),
    Column("fingerprint", Text, nullable=False, comment="what changes when the file does: entity tag, or size and moment"),
    Column("attempts", Integer, nullable=False),
    Column("failure", Text, comment="why the last attempt failed; null when it did not"),
    Column("next_attempt_at", Moment, comment="null: not again"),
    Column("delivery_id", BigInteger, comment="null until it is received"),
    Column("attempted_at", Moment, nullable=False),
    Index("ux_pulled_files_source_name_fingerprint", "source", "name", "fingerprint", unique=True),
)
