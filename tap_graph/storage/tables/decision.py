"""Decisions: what a theatre's rules say of an order line, stored when the facts arrive.

No row means undecided, never "no reasons".
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from tap_graph.storage.columns import Moment, identity, metadata

verdicts = Table(
    "verdicts",
    metadata,
    identity(),
    Column("theatre_id", BigInteger, ForeignKey("theatres.id"), nullable=False),
    Column("rulebook_id", BigInteger, ForeignKey("rulebooks.id"), nullable=False),
    Column("facts", Text, nullable=False, comment="the distinct set of facts the rules were asked about"),
    Column("mask", BigInteger, nullable=False),
    Column("findings", Text, nullable=False, comment="JSON: code, message, source and weight of each finding"),
    UniqueConstraint("rulebook_id", "facts"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("order_line_id", BigInteger, primary_key=True, autoincrement=False),
    Column("theatre_id", Integer, primary_key=True, autoincrement=False),
    Column("mask", BigInteger, nullable=False, comment="reason bits that depend neither on option nor on day"),
    Column("verdict_id", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

rule_failures = Table(
    "rule_failures",
    metadata,
    identity(),
    Column("theatre_id", BigInteger, ForeignKey("theatres.id"), nullable=False),
    Column("hook", Text, nullable=False),
    Column("plugin", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("failed_at", Moment, nullable=False),
    UniqueConstraint("theatre_id", "hook", "facts"),
    Index("ix_rule_failures_theatre_id", "theatre_id"),
)
