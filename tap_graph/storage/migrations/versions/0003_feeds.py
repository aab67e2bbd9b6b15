"""Feeds: distributors and their reports, keys, aliases and serial numbers; what people decide in place; deliveries under way.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

from tap_graph.storage.columns import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("act", sa.Text(), nullable=False, comment="as the API names it: deviationApprove, aliasApprove, factRetract"),
        sa.Column(
            "noun", sa.Text(), nullable=False, comment="what it was about: deviation, alias, delivery_line, distributor, or a feed kind"
        ),
        sa.Column("row_id", sa.BigInteger(), nullable=False, comment="id of that row"),
        sa.Column("key", sa.Text(), nullable=False, comment="natural key of the row, for people"),
        sa.Column("distributor_id", sa.Text(), nullable=True, comment="whose row it was; null where no distributor's"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), server_default="{}", nullable=False, comment="JSON: what was given with it"),
        sa.Column("acted_by", sa.Text(), nullable=False, comment="subject of the viewer"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("acted_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
    )
    op.create_index("ix_acts_noun_row_id", "acts", ["noun", "row_id", "id"], unique=False)

    op.create_table(
        "aliases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("distributor_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="PARTNER, PRODUCT or ORDER"),
        sa.Column("name", sa.Text(), nullable=False, comment="what the distributor writes"),
        sa.Column("meaning", sa.Text(), nullable=False, comment="the partner number, product or order number it means"),
        sa.Column("meaning_line", sa.Integer(), nullable=True, comment="the order line meant, where the report gives none"),
        sa.Column("score", sa.Integer(), nullable=False, comment="how alike name and meaning are, 0 to 100; 100 where a person named both"),
        sa.Column("state", sa.Text(), nullable=False, comment="PROPOSED, APPROVED, DECLINED or ENDED"),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aliases")),
    )
    op.create_index("ix_aliases_distributor_id_subject_name", "aliases", ["distributor_id", "subject", "name"], unique=False)
    op.create_index("ix_aliases_state", "aliases", ["state", "id"], unique=False)

    op.create_table(
        "api_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="the public part of the key, before its secret"),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the whole key; the key itself is kept nowhere"),
        sa.Column("distributor_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="the one feed kind it delivers"),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=True, comment="null: until it is revoked"),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("name", name=op.f("uq_api_keys_name")),
    )
    op.create_index("ix_api_keys_distributor_id_kind", "api_keys", ["distributor_id", "kind"], unique=False)

    op.create_table(
        "distributor_profiles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("distributor_id", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="the profile file as it came (TOML)"),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distributor_profiles")),
        sa.UniqueConstraint("distributor_id", "valid_from", name=op.f("uq_distributor_profiles_distributor_id_valid_from")),
    )
    op.create_table(
        "distributors",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("distributor_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True, comment="null: known from facts or deliveries only"),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("reports_from", sa.Date(), nullable=True, comment="first day of the first month it reports; null: no report is expected"),
        sa.Column(
            "due_days", sa.Integer(), server_default="10", nullable=False, comment="days after a month's last day until its report is due"
        ),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distributors")),
        sa.UniqueConstraint("distributor_id", name=op.f("uq_distributors_distributor_id")),
    )
    op.create_table(
        "expected_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("distributor_id", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False, comment="first day of the month"),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_reports")),
        sa.UniqueConstraint("distributor_id", "first_day", name=op.f("uq_expected_reports_distributor_id_first_day")),
        comment="derived: the months a distributor reports, from its first on",
    )
    op.create_index("ix_expected_reports_due_on", "expected_reports", ["due_on"], unique=False)

    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text(), nullable=False, comment="the API key's name, or the token's subject and role"),
        sa.Column("key", sa.Text(), nullable=False, comment="as the caller sent it"),
        sa.Column("request", sa.Text(), nullable=False, comment="SHA-256 of what was asked: another request under the same key is refused"),
        sa.Column("answer", sa.Text(), nullable=False, comment="JSON that the first request was answered with"),
        sa.Column("answered_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_answered_at", "idempotency_keys", ["answered_at"], unique=False)

    op.create_table(
        "pos_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True, comment="null: declared by a person, without a file"),
        sa.Column("distributor_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True, comment="null: the file gives its lines no report number"),
        sa.Column("purpose", sa.Text(), nullable=False, comment="ORIGINAL, REPLACE or CANCEL"),
        sa.Column("replaces", sa.Text(), nullable=True, comment="number of the report it replaces or cancels"),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True, comment="first day of the period; null: neither the report nor its lines say"),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False, comment="0: nothing was sold"),
        sa.Column("state", sa.Text(), nullable=False, comment="RECEIVED, or REFUSED as a whole"),
        sa.Column("defects", sa.Text(), server_default="[]", nullable=False, comment="JSON: what the whole report is refused for"),
        sa.Column("received_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pos_reports")),
    )
    op.create_index("ix_pos_reports_delivery_id", "pos_reports", ["delivery_id"], unique=False)
    op.create_index("ix_pos_reports_distributor_id_first_day", "pos_reports", ["distributor_id", "first_day"], unique=False)
    op.create_index("ix_pos_reports_distributor_id_number", "pos_reports", ["distributor_id", "number"], unique=False)

    op.create_table(
        "pulled_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="name of the source in the sources' file"),
        sa.Column("name", sa.Text(), nullable=False, comment="the file's name there"),
        sa.Column("fingerprint", sa.Text(), nullable=False, comment="what changes when the file does: entity tag, or size and moment"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True, comment="why the last attempt failed; null when it did not"),
        sa.Column("next_attempt_at", Moment(), nullable=True, comment="null: not again"),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True, comment="null until it is received"),
        sa.Column("attempted_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulled_files")),
    )
    op.create_index("ux_pulled_files_source_name_fingerprint", "pulled_files", ["source", "name", "fingerprint"], unique=True)

    op.create_table(
        "receivings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False, comment="READING, APPLYING, RECEIVED, REFUSED or FAILED"),
        sa.Column("bytes", sa.BigInteger(), nullable=False, comment="size of the file"),
        sa.Column("bytes_read", sa.BigInteger(), nullable=False),
        sa.Column("lines_read", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True, comment="null until it is received"),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False, comment="one that stands still while READING or APPLYING was killed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivings")),
    )
    op.create_index("ix_receivings_sender", "receivings", ["sender", "id"], unique=False)

    op.create_table(
        "pos_serials",
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("pos_line_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("serial", "pos_line_id", name=op.f("pk_pos_serials")),
        comment="derived: the serial numbers of POS lines in force",
        sqlite_with_rowid=False,
    )
    op.add_column(
        "deliveries",
        sa.Column("format", sa.Text(), server_default="CSV", nullable=False, comment="CSV, XLSX, X12 or EDIFACT, recognized by content"),
    )
    op.add_column(
        "deliveries",
        sa.Column("defects", sa.Text(), server_default="[]", nullable=False, comment="JSON: every defect of a file that was refused whole"),
    )
    op.add_column(
        "deliveries",
        sa.Column("envelope", sa.Text(), nullable=True, comment="JSON: what an answer to the sender needs to know; null for CSV and XLSX"),
    )

    op.add_column(
        "deviations",
        sa.Column("quantity", sa.Integer(), nullable=True, comment="units asked for, and approved with the request; null while not known"),
    )
    op.add_column("deviations", sa.Column("expires_on", sa.Date(), nullable=True, comment="last day on which it holds; null: open-ended"))
    op.add_column(
        "deviations", sa.Column("reason", sa.Text(), nullable=True, comment="why it was asked for, declined or cancelled, as last said")
    )

    op.add_column("deviations_history", sa.Column("quantity", sa.Integer(), nullable=True))
    op.add_column("deviations_history", sa.Column("expires_on", sa.Date(), nullable=True))
    op.add_column("deviations_history", sa.Column("reason", sa.Text(), nullable=True))

    op.add_column(
        "pos_lines",
        sa.Column(
            "known_product",
            sa.Text(),
            nullable=True,
            comment="derived: the product that an approved alias says is meant; null: as reported",
        ),
    )
    op.add_column(
        "pos_lines",
        sa.Column(
            "counted_by_id",
            sa.BigInteger(),
            nullable=True,
            comment="derived: the POS line for which a serial number of it counts; null: it covers",
        ),
    )
    op.add_column(
        "pos_lines",
        sa.Column(
            "sale_id", sa.BigInteger(), nullable=True, comment="derived: the sale a return takes back, where the return names no order"
        ),
    )

    op.add_column("pos_lines_history", sa.Column("known_product", sa.Text(), nullable=True))
    op.add_column("pos_lines_history", sa.Column("counted_by_id", sa.BigInteger(), nullable=True))
    op.add_column("pos_lines_history", sa.Column("sale_id", sa.BigInteger(), nullable=True))

    # A deviation may be cancelled from now on: the texts that facts are packed into mean other facts than before, and what rules
    # said of them must not be found again.
    op.execute("UPDATE verdicts SET facts = 'before 0003: ' || facts")
    op.execute("UPDATE rule_failures SET facts = 'before 0003: ' || facts")
    # Deviations have three more cells, which waiting ones lack.
    op.execute("UPDATE held_lines SET row = substr(row, 1, length(row) - 1) || ',null,null,null]' WHERE kind = 'deviations'")
    # Whoever was named before has a row as well.
    op.execute(
        "INSERT INTO distributors (distributor_id, recorded_at) SELECT named.distributor_id, '2008-01-01T00:00:00.000Z' "
        "FROM (SELECT distributor_id FROM pos_lines UNION SELECT distributor_id FROM deviations "
        "UNION SELECT distributor_id FROM order_lines) AS named WHERE named.distributor_id IS NOT NULL AND named.distributor_id <> ''"
    )


def downgrade() -> None:
    # What was said since is packed otherwise, and may stand beside the same text from before.
    op.execute("UPDATE verdicts SET facts = 'since 0003: ' || facts WHERE facts NOT LIKE 'before 0003: %'")
    op.execute("UPDATE verdicts SET facts = substr(facts, 14) WHERE facts LIKE 'before 0003: %'")
    op.execute("UPDATE rule_failures SET facts = 'since 0003: ' || facts WHERE facts NOT LIKE 'before 0003: %'")
    op.execute("UPDATE rule_failures SET facts = substr(facts, 14) WHERE facts LIKE 'before 0003: %'")
    op.execute("UPDATE held_lines SET row = replace(row, ',null,null,null]', ']') WHERE kind = 'deviations'")
    op.drop_column("pos_lines_history", "sale_id")
    op.drop_column("pos_lines_history", "counted_by_id")
    op.drop_column("pos_lines_history", "known_product")

    op.drop_column("pos_lines", "sale_id")
    op.drop_column("pos_lines", "counted_by_id")
    op.drop_column("pos_lines", "known_product")

    op.drop_column("deviations_history", "reason")
    op.drop_column("deviations_history", "expires_on")
    op.drop_column("deviations_history", "quantity")

    op.drop_column("deviations", "reason")
    op.drop_column("deviations", "expires_on")
    op.drop_column("deviations", "quantity")

    op.drop_column("deliveries", "envelope")
    op.drop_column("deliveries", "defects")
    op.drop_column("deliveries", "format")

    op.drop_table("pos_serials")
    op.drop_index("ix_receivings_sender", table_name="receivings")

    op.drop_table("receivings")
    op.drop_index("ux_pulled_files_source_name_fingerprint", table_name="pulled_files")

    op.drop_table("pulled_files")
    op.drop_index("ix_pos_reports_distributor_id_number", table_name="pos_reports")
    op.drop_index("ix_pos_reports_distributor_id_first_day", table_name="pos_reports")
    op.drop_index("ix_pos_reports_delivery_id", table_name="pos_reports")

    op.drop_table("pos_reports")
    op.drop_index("ix_idempotency_keys_answered_at", table_name="idempotency_keys")

    op.drop_table("idempotency_keys")
    op.drop_index("ix_expected_reports_due_on", table_name="expected_reports")

    op.drop_table("expected_reports")
    op.drop_table("distributors")
    op.drop_table("distributor_profiles")
    op.drop_index("ix_api_keys_distributor_id_kind", table_name="api_keys")

    op.drop_table("api_keys")
    op.drop_index("ix_aliases_state", table_name="aliases")
    op.drop_index("ix_aliases_distributor_id_subject_name", table_name="aliases")

    op.drop_table("aliases")
    op.drop_index("ix_acts_noun_row_id", table_name="acts")

    op.drop_table("acts")
