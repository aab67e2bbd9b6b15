"""Enrollment forms filled in in place, and the holidays that administrators set."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from tap_graph.storage.columns import Moment, cents, identity, integers_only, metadata

IS_LIVE = text("state IN ('DRAFT', 'SUBMITTED', 'APPROVED')")

enrollment_forms = Table(
    "enrollment_forms",
    metadata,
    identity(),
    Column("partner_id", BigInteger, ForeignKey("partners.id"), nullable=False),
    Column("theatre_id", BigInteger, ForeignKey("theatres.id"), nullable=False),
    Column("option_id", BigInteger, ForeignKey("options.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("form_version", Integer, nullable=False, comment="counts the acts on the form, from 1"),
    Column("contact_name", Text),
    Column("contact_email", Text),
    Column("contact_phone", Text),
    cents("expected_booked_value", nullable=True),
    Column("expected_deals", BigInteger),
    Column("distributor_id", Text),
    Column("sells_to", Text),
    Column("signatory", Text),
    Column("document_version", Text, comment="the rules document that was accepted; null: none yet, or none is published"),
    Column("accepted_at", Moment),
    Column("accepted_by", Text),
    Column("started_at", Moment, nullable=False),
    Column("submitted_at", Moment),
    Column("due_on", Date, comment="day by which it is to be decided; stored, so that a newer calendar does not move it"),
    Column("calendar_warning", Text, comment="what was not certain when the due day was counted"),
    Column("decided_at", Moment),
    Column("denial_code", Text),
    Column("reason", Text, comment="of the decision or the withdrawal"),
    Column("findings", Text, nullable=False, server_default="[]", comment="JSON: what the rules said at submission"),
    Index("uq_enrollment_forms_live", "partner_id", "option_id", unique=True, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE),
    Index("ix_enrollment_forms_state_due_on", "state", "due_on"),
    Index("ix_enrollment_forms_partner_id", "partner_id"),
    *integers_only("expected_booked_value"),
)

holiday_overrides = Table(
    "holiday_overrides",
    metadata,
    identity(),
    Column("country", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("is_holiday", Boolean, nullable=False, comment="false: people work, whatever the calendar says"),
    Column("name", Text, nullable=False),
    UniqueConstraint("country", "day"),
)
