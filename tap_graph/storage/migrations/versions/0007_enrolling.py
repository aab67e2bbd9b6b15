"""Enrolling: forms, business days and the days decisions are due.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from tap_graph.storage.columns import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

IS_LIVE = sa.text("state IN ('DRAFT', 'SUBMITTED', 'APPROVED')")


def upgrade() -> None:
    op.create_table(
        "enrollment_forms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column("theatre_id", sa.BigInteger(), nullable=False),
        sa.Column("option_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False, comment="counts the acts on the form, from 1"),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("expected_booked_value", sa.BigInteger(), nullable=True),
        sa.Column("expected_deals", sa.BigInteger(), nullable=True),
        sa.Column("distributor_id", sa.Text(), nullable=True),
        sa.Column("sells_to", sa.Text(), nullable=True),
        sa.Column("signatory", sa.Text(), nullable=True),
        sa.Column(
            "document_version",
            sa.Text(),
            nullable=True,
            comment="the rules document that was accepted; null: none yet, or none is published",
        ),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("accepted_by", sa.Text(), nullable=True),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=True),
        sa.Column(
            "due_on",
            sa.Date(),
            nullable=True,
            comment="day by which it is to be decided; stored, so that a newer calendar does not move it",
        ),
        sa.Column("calendar_warning", sa.Text(), nullable=True, comment="what was not certain when the due day was counted"),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("denial_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="of the decision or the withdrawal"),
        sa.Column("findings", sa.Text(), server_default="[]", nullable=False, comment="JSON: what the rules said at submission"),
        sa.CheckConstraint(
            "expected_booked_value IS NULL OR typeof(expected_booked_value) = 'integer'",
            name=op.f("ck_enrollment_forms_expected_booked_value_is_integer"),
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(["option_id"], ["options.id"], name=op.f("fk_enrollment_forms_option_id_options")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_enrollment_forms_partner_id_partners")),
        sa.ForeignKeyConstraint(["theatre_id"], ["theatres.id"], name=op.f("fk_enrollment_forms_theatre_id_theatres")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollment_forms")),
    )
    op.create_index(
        "uq_enrollment_forms_live",
        "enrollment_forms",
        ["partner_id", "option_id"],
        unique=True,
        sqlite_where=IS_LIVE,
        postgresql_where=IS_LIVE,
    )
    op.create_index("ix_enrollment_forms_state_due_on", "enrollment_forms", ["state", "due_on"], unique=False)
    op.create_index("ix_enrollment_forms_partner_id", "enrollment_forms", ["partner_id"], unique=False)
    op.create_table(
        "holiday_overrides",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_holiday", sa.Boolean(), nullable=False, comment="false: people work, whatever the calendar says"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday_overrides")),
        sa.UniqueConstraint("country", "day", name=op.f("uq_holiday_overrides_country_day")),
    )


def downgrade() -> None:
    op.drop_table("holiday_overrides")
    op.drop_table("enrollment_forms")
