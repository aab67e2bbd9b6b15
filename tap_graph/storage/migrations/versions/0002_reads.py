"""Reads: RMAs of a partner are found in the order of their numbers, in which they are listed.

Revision 0002, after 0001.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_rmas_partner_id", table_name="rmas")
    op.create_index("ix_rmas_partner_id_rma_number", "rmas", ["partner_id", "rma_number", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_rmas_partner_id_rma_number", table_name="rmas")
    op.create_index("ix_rmas_partner_id", "rmas", ["partner_id", "id"], unique=False)
