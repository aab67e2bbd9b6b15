"""Partners, the theatres they are in, and their certifications."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Table, Text, UniqueConstraint

from tap_graph.storage.columns import fact_columns, history_of, identity, metadata

partners = Table(
    "partners",
    metadata,
    identity(),
    Column("partner_number", Text, nullable=False, unique=True),
    Column("name", Text),
    Column("country", Text),
    Column("tier", Text),
    Column("cam_email", Text),
    *fact_columns(),
    Index("ix_partners_cam_email", "cam_email"),
    Index("ix_partners_country", "country"),
)
partners_history = history_of(partners)

partner_theatres = Table(
    "partner_theatres",
    metadata,
    Column("partner_id", BigInteger, ForeignKey("partners.id"), primary_key=True),
    Column("theatre_id", BigInteger, ForeignKey("theatres.id"), primary_key=True),
    Index("ix_partner_theatres_theatre_id", "theatre_id", "partner_id"),
    comment="derived: theatres that list the partner's country, and those it is enrolled in",
)

certifications = Table(
    "certifications",
    metadata,
    identity(),
    Column("partner_id", BigInteger, ForeignKey("partners.id"), nullable=False),
    Column("level", Text, nullable=False),
    Column("first_day", Date, comment="null: not known, never qualifies"),
    Column("last_day", Date, comment="null: open-ended"),
    Column("until_day", Date, nullable=False, comment="the day after the last; 9999-12-31 when open-ended"),
    *fact_columns(),
    UniqueConstraint("partner_id", "level", "first_day"),
)
certifications_history = history_of(certifications)
