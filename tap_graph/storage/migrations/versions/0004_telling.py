"""Telling: the outbox of events, who is told of them, and how that went.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from tap_graph.storage.columns import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False, comment="GraphQL type of the row it is about"),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="number of the row, for people"),
        sa.Column("partner_id", sa.BigInteger(), nullable=True, comment="whose it is; null: no partner's"),
        sa.Column("theatre_id", sa.BigInteger(), nullable=True, comment="of which theatre; null: of none or of all the partner is in"),
        sa.Column("distributor_id", sa.Text(), nullable=True),
        sa.Column("once", sa.Text(), nullable=True, comment="told at most once under this name; null: each time"),
        sa.Column("data", sa.Text(), server_default="{}", nullable=False, comment="JSON object: what changed"),
        sa.Column("happened_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("once", name=op.f("uq_events_once")),
    )
    op.create_index("ix_events_noun_row_id", "events", ["noun", "row_id", "id"], unique=False)
    op.create_index("ix_events_partner_id", "events", ["partner_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("events")
