"""Evaluations and their evidence: one row of arrays per evaluation, never a row per line."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Table, Text, UniqueConstraint

from tap_graph.storage.columns import Moment, cents, identity, integers_only, metadata

AMOUNTS = (
    "booked_value",
    "credits",
    "pending_credits",
    "value_due",
    "value_received",
    "units_due",
    "units_received",
    "entitlement",
    "payable",
)

evaluations = Table(
    "evaluations",
    metadata,
    identity(),
    Column("enrollment_id", BigInteger, ForeignKey("enrollments.id"), nullable=False),
    Column("window", Text, nullable=False),
    Column("partner_id", BigInteger, ForeignKey("partners.id"), nullable=False),
    Column("theatre_id", BigInteger, ForeignKey("theatres.id"), nullable=False),
    Column("option_id", BigInteger, ForeignKey("options.id"), nullable=False),
    Column("rulebook_id", BigInteger, ForeignKey("rulebooks.id"), nullable=False),
    Column("evaluated_on", Date, nullable=False),
    Column("evaluated_at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column(
        "earned_before",
        Boolean,
        nullable=False,
        comment="the first window's judgement was EARNED: requirements are shown, not judged again",
    ),
    *(cents(name) for name in AMOUNTS),
    Column("return_rate", Text, comment="four places; null when nothing was due"),
    Column("requirements", Text, nullable=False, comment="JSON array, as in the contract §5"),
    Column("findings", Text, nullable=False, comment="JSON array: code, message, source, weight"),
    UniqueConstraint("enrollment_id", "window"),
    Index("ix_evaluations_partner_id", "partner_id"),
    Index("ix_evaluations_theatre_id_option_id", "theatre_id", "option_id"),
    *integers_only(*AMOUNTS),
)

evidence = Table(
    "evidence",
    metadata,
    Column("evaluation_id", BigInteger, ForeignKey("evaluations.id"), primary_key=True),
    # Versions, not ids: a line superseded later is still shown as it was counted.
    Column("lines", Text, nullable=False, comment="JSON array of [order line version, reason mask]"),
    Column("rma_lines", Text, nullable=False, comment="JSON array of [RMA line version, units received, value received in cents]"),
)
