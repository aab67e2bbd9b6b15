"""Distributors: who reports two-tier sales, when their reports are due, and how they write them."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, Table, Text, UniqueConstraint

from tap_graph.storage.columns import Moment, identity, metadata

distributors = Table(
    "distributors",
    metadata,
    identity(),
    Column("distributor_id", Text, nullable=False, unique=True),
    Column("name", Text, comment="null: known from facts or deliveries only"),
    Column("country", Text),
    Column("reports_from", Date, comment="first day of the first month it reports; null: no report is expected"),
    Column("due_days", Integer, nullable=False, server_default="10", comment="days after a month's last day until its report is due"),
    Column("recorded_at", Moment, nullable=False),
)

distributor_profiles = Table(
    "distributor_profiles",
    metadata,
    identity(),
    Column("distributor_id", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("text", Text, nullable=False, comment="the profile file as it came (TOML)"),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("distributor_id", "valid_from"),
)

expected_reports = Table(
    "expected_reports",
    metadata,
    identity(),
    Column("distributor_id", Text, nullable=False),
    Column("first_day", Date, nullable=False, comment="first day of the month"),
    Column("last_day", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    UniqueConstraint("distributor_id", "first_day"),
    Index("ix_expected_reports_due_on", "due_on"),
    comment="derived: the months a distributor reports, from its first on",
)

pos_reports = Table(
    "pos_reports",
    metadata,
    identity(),
    Column("delivery_id", BigInteger, comment="null: declared by a person, without a file"),
    Column("distributor_id", Text, nullable=False),
    Column("number", Text, comment="null: the file gives its lines no report number"),
    Column("purpose", Text, nullable=False, comment="ORIGINAL, REPLACE or CANCEL"),
    Column("replaces", Text, comment="number of the report it replaces or cancels"),
    Column("reported_on", Date),
    Column("first_day", Date, comment="first day of the period; null: neither the report nor its lines say"),
    Column("last_day", Date),
    Column("lines", Integer, nullable=False, comment="0: nothing was sold"),
    Column("state", Text, nullable=False, comment="RECEIVED, or REFUSED as a whole"),
    Column("defects", Text, nullable=False, server_default="[]", comment="JSON: what the whole report is refused for"),
    Column("received_at", Moment, nullable=False),
    Index("ix_pos_reports_distributor_id_number", "distributor_id", "number"),
    Index("ix_pos_reports_distributor_id_first_day", "distributor_id", "first_day"),
    Index("ix_pos_reports_delivery_id", "delivery_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    identity(),
    Column("name", Text, nullable=False, unique=True, comment="the public part of the key, before its secret"),
    Column("digest", Text, nullable=False, comment="SHA-256 of the whole key; the key itself is kept nowhere"),
    Column("distributor_id", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="the one feed kind it delivers"),
    Column("created_by", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ends_at", Moment, comment="null: until it is revoked"),
    Column("revoked_at", Moment),
    Index("ix_api_keys_distributor_id_kind", "distributor_id", "kind"),
)

aliases = Table(
    "aliases",
    metadata,
    identity(),
    Column("distributor_id", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="PARTNER, PRODUCT or ORDER"),
    Column("name", Text, nullable=False, comment="what the distributor writes"),
    Column("meaning", Text, nullable=False, comment="the partner number, product or order number it means"),
    Column("meaning_line", Integer, comment="the order line meant, where the report gives none"),
    Column("score", Integer, nullable=False, comment="how alike name and meaning are, 0 to 100; 100 where a person named both"),
    Column("state", Text, nullable=False, comment="PROPOSED, APPROVED, DECLINED or ENDED"),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Moment),
    Index("ix_aliases_distributor_id_subject_name", "distributor_id", "subject", "name"),
    Index("ix_aliases_state", "state", "id"),
)

pos_serials = Table(
    "pos_serials",
    metadata,
    Column("serial", Text, primary_key=True),
    Column("pos_line_id", BigInteger, primary_key=True, autoincrement=False),
    comment="derived: the serial numbers of POS lines in force",
    # The key is all there is: SQLite need not store it twice.
    sqlite_with_rowid=False,
)
