"""Theatres as published: periods, options, countries, programs, figures, reasons and the rulebook versions behind them."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from tap_graph.storage.columns import Moment, cents, identity, integers_only, metadata

theatres = Table(
    "theatres",
    metadata,
    identity(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("rulebook_id", BigInteger, nullable=False, comment="rulebooks.id of the version in force"),
    Column("shipped_by", Text, nullable=False, comment="terms: EVALUATION_DAY or WINDOW_END"),
    Column("pos_required", Boolean, nullable=False, comment="terms: two-tier lines need the distributor's report"),
)

rulebooks = Table(
    "rulebooks",
    metadata,
    identity(),
    Column("region", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("plugin", Text, nullable=False),
    Column("plugin_version", Text, nullable=False),
    Column("digest", Text, nullable=False, comment="sha256 of the canonical figures"),
    Column("published_at", Moment, nullable=False),
    UniqueConstraint("region", "version"),
)

figures = Table(
    "figures",
    metadata,
    identity(),
    Column("rulebook_id", BigInteger, ForeignKey("rulebooks.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("subject", Text, nullable=False, comment="period 6, option P6, terms, theatre, program VIP"),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("plugin", Text, nullable=False, comment="the plugin that answered: the region's or the baseline's"),
    Column("version", Text, nullable=False),
    UniqueConstraint("rulebook_id", "subject", "name"),
)

periods = Table(
    "periods",
    metadata,
    identity(),
    Column("theatre_id", BigInteger, ForeignKey("theatres.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("enrollment_first_day", Date, nullable=False),
    Column("enrollment_last_day", Date, nullable=False),
    Column("booking_first_day", Date, nullable=False),
    Column("booking_last_day", Date, nullable=False),
    Column("return_deadline", Date, nullable=False),
    Column("first_evaluation_on", Date, nullable=False),
    Column("second_evaluation_on", Date, nullable=False),
    Column("dispute_deadline", Date, nullable=False),
    Column("document_version", Text),
    Column("document_link", Text),
    UniqueConstraint("theatre_id", "number"),
)

period_countries = Table(
    "period_countries",
    metadata,
    identity(),
    Column("period_id", BigInteger, ForeignKey("periods.id"), nullable=False),
    Column("country", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("period_id", "country"),
    Index("ix_period_countries_country", "country"),
)

options = Table(
    "options",
    metadata,
    identity(),
    Column("theatre_id", BigInteger, ForeignKey("theatres.id"), nullable=False),
    Column("code", Text, nullable=False),
    Column("first_period", Integer, nullable=False),
    Column("last_period", Integer, nullable=False),
    cents("minimum"),
    Column("enrollment_first_day", Date, nullable=False),
    Column("enrollment_last_day", Date, nullable=False),
    Column("booking_first_day", Date, nullable=False),
    Column("booking_last_day", Date, nullable=False),
    Column("last_tracked_day", Date, nullable=False, comment="last booking day that counts for a two-tier partner (R12)"),
    Column("return_deadline", Date, nullable=False),
    Column("first_evaluation_on", Date, nullable=False),
    Column("second_evaluation_on", Date, nullable=False),
    Column("dispute_deadline", Date, nullable=False),
    UniqueConstraint("theatre_id", "code"),
    *integers_only("minimum"),
)

programs = Table(
    "programs",
    metadata,
    identity(),
    Column("theatre_id", BigInteger, ForeignKey("theatres.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("combinable", Boolean, nullable=False),
    Column("first_day", Date, comment="null: on every day"),
    Column("last_day", Date, comment="null: on every day"),
    UniqueConstraint("theatre_id", "position"),
)

reasons = Table(
    "reasons",  # a region's own; those of the core stand in domain/reason.py
    metadata,
    identity(),
    Column("theatre_id", BigInteger, ForeignKey("theatres.id"), nullable=False),
    Column("bit", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("weight", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("source", Text, nullable=False),
    UniqueConstraint("theatre_id", "bit"),
    UniqueConstraint("theatre_id", "code"),
)
