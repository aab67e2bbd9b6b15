"""Foundation: theatres, partners, facts with their histories, deliveries, decisions and evaluations.

Revision 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite gives row ids only to INTEGER.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "certifications_history",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_certifications_history")),
    )
    op.create_table(
        "decisions",
        sa.Column("order_line_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("theatre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mask", sa.BigInteger(), nullable=False, comment="reason bits that depend neither on option nor on day"),
        sa.Column("verdict_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("order_line_id", "theatre_id", name=op.f("pk_decisions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), server_default="", nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="RECEIVED, or REFUSED as a whole"),
        sa.Column("refusal", sa.Text(), nullable=True, comment="why the whole file was refused"),
        sa.Column("header", sa.Text(), server_default="", nullable=False, comment="the file's header line"),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_kind_sender_sha256", "deliveries", ["kind", "sender", "sha256"], unique=False)
    op.create_table(
        "delivery_lines",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False, comment="physical line of the file on which the record begins"),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="ACCEPTED, UNCHANGED, HELD or REFUSED"),
        sa.Column("reasons", sa.Text(), nullable=False, comment="JSON: code, column, value and message of each reason"),
        sa.Column(
            "replaced_by", sa.BigInteger(), nullable=True, comment="delivery_lines.id that took this held line's place before it was freed"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_lines")),
    )
    op.create_index("ix_delivery_lines_delivery_id_state", "delivery_lines", ["delivery_id", "state", "id"], unique=False)
    op.create_table(
        "deviations",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("deviation_number", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Text(), nullable=True),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="delivery_lines.id of the line in force"),
        sa.Column("recorded_at", sa.Text(), nullable=False, comment="when this version took effect"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviations")),
        sa.UniqueConstraint("deviation_number", name=op.f("uq_deviations_deviation_number")),
    )
    op.create_index("ix_deviations_distributor_id", "deviations", ["distributor_id"], unique=False)
    op.create_index("ix_deviations_partner_id", "deviations", ["partner_id"], unique=False)
    op.create_index("ix_deviations_quote_id", "deviations", ["quote_id"], unique=False)
    op.create_table(
        "deviations_history",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("deviation_number", sa.Text(), nullable=True),
        sa.Column("distributor_id", sa.Text(), nullable=True),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_deviations_history")),
    )
    op.create_table(
        "enrollments_history",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("theatre_id", sa.BigInteger(), nullable=True),
        sa.Column("option_id", sa.BigInteger(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_enrollments_history")),
    )
    op.create_table(
        "held_lines",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False, comment="delivery_lines.id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False, comment="JSON array of the typed cells in the kind's column order"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_lines")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_held_lines_kind_key")),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.Text(), nullable=False, comment="development_key, demo"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "notes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="feed kind of the row the note is about"),
        sa.Column("row_id", sa.BigInteger(), nullable=False, comment="id of that row in its table"),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="natural key of the row, for people"),
        sa.Column("day", sa.Date(), nullable=True, comment="the program day the oddity belongs to; null when the row has none"),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("kind", "row_id", "code", name=op.f("uq_notes_kind_row_id_code")),
    )
    op.create_index("ix_notes_code", "notes", ["code", "id"], unique=False)
    op.create_index("ix_notes_partner_id", "notes", ["partner_id"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("deviation_id", sa.BigInteger(), nullable=True),
        sa.Column("distributor_id", sa.Text(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=True, comment="null: in no judgement and no list"),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("shipped_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("sale_type", sa.Text(), nullable=True),
        sa.Column("acquisition", sa.Text(), nullable=True),
        sa.Column("existing_network", sa.Boolean(), nullable=True),
        sa.Column("programs", sa.Text(), nullable=False, comment="JSON array of program codes, sorted"),
        sa.Column("end_customer", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("net_value", sa.BigInteger(), nullable=True),
        sa.Column("credit", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="delivery_lines.id of the line in force"),
        sa.Column("recorded_at", sa.Text(), nullable=False, comment="when this version took effect"),
        sa.CheckConstraint("credit IS NULL OR typeof(credit) = 'integer'", name=op.f("ck_order_lines_credit_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("net_value IS NULL OR typeof(net_value) = 'integer'", name=op.f("ck_order_lines_net_value_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("quantity IS NULL OR typeof(quantity) = 'integer'", name=op.f("ck_order_lines_quantity_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("order_id", "line", name=op.f("uq_order_lines_order_id_line")),
    )
    op.create_index(
        "ix_order_lines_deviation_id",
        "order_lines",
        ["deviation_id"],
        unique=False,
        sqlite_where=sa.text("deviation_id IS NOT NULL"),
        postgresql_where=sa.text("deviation_id IS NOT NULL"),
    )
    op.create_index("ix_order_lines_partner_id_booked_on", "order_lines", ["partner_id", "booked_on", "id"], unique=False)
    op.create_index("ix_order_lines_quote_id", "order_lines", ["quote_id"], unique=False)
    op.create_table(
        "order_lines_history",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("deviation_id", sa.BigInteger(), nullable=True),
        sa.Column("distributor_id", sa.Text(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("shipped_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("sale_type", sa.Text(), nullable=True),
        sa.Column("acquisition", sa.Text(), nullable=True),
        sa.Column("existing_network", sa.Boolean(), nullable=True),
        sa.Column("programs", sa.Text(), nullable=True),
        sa.Column("end_customer", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("net_value", sa.BigInteger(), nullable=True),
        sa.Column("credit", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_order_lines_history")),
    )
    op.create_table(
        "orders",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=True, comment="number of the lowest line; the columns below are that line's"),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("deviation_id", sa.BigInteger(), nullable=True),
        sa.Column("distributor_id", sa.Text(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("shipped_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("end_customer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("order_number", name=op.f("uq_orders_order_number")),
    )
    op.create_index("ix_orders_booked_on", "orders", ["booked_on", "id"], unique=False)
    op.create_index("ix_orders_distributor_id", "orders", ["distributor_id"], unique=False)
    op.create_index("ix_orders_partner_id_booked_on", "orders", ["partner_id", "booked_on", "id"], unique=False)
    op.create_table(
        "partners",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("partner_number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("cam_email", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="delivery_lines.id of the line in force"),
        sa.Column("recorded_at", sa.Text(), nullable=False, comment="when this version took effect"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
        sa.UniqueConstraint("partner_number", name=op.f("uq_partners_partner_number")),
    )
    op.create_index("ix_partners_cam_email", "partners", ["cam_email"], unique=False)
    op.create_index("ix_partners_country", "partners", ["country"], unique=False)
    op.create_table(
        "partners_history",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("partner_number", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("cam_email", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_partners_history")),
    )
    op.create_table(
        "pos_lines",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("distributor_id", sa.Text(), nullable=False),
        sa.Column("invoice_number", sa.Text(), nullable=False),
        sa.Column("invoice_line", sa.Text(), nullable=False),
        sa.Column("report_number", sa.Text(), nullable=True),
        sa.Column("stated_partner_id", sa.BigInteger(), nullable=True, comment="the partner the report names"),
        sa.Column("partner_id", sa.BigInteger(), nullable=True, comment="derived: the order line's partner, else the stated one"),
        sa.Column("order_line_id", sa.BigInteger(), nullable=True, comment="the order line it covers"),
        sa.Column("found_by_deviation", sa.Boolean(), nullable=False, comment="the report names no order: its deviation led to the line"),
        sa.Column("deviation_id", sa.BigInteger(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False, comment="negative: a return"),
        sa.Column("serial_numbers", sa.Text(), nullable=False, comment="JSON array"),
        sa.Column("shipped_on", sa.Date(), nullable=True),
        sa.Column("invoiced_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="delivery_lines.id of the line in force"),
        sa.Column("recorded_at", sa.Text(), nullable=False, comment="when this version took effect"),
        sa.CheckConstraint("quantity IS NULL OR typeof(quantity) = 'integer'", name=op.f("ck_pos_lines_quantity_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pos_lines")),
        sa.UniqueConstraint(
            "distributor_id", "invoice_number", "invoice_line", name=op.f("uq_pos_lines_distributor_id_invoice_number_invoice_line")
        ),
    )
    op.create_index("ix_pos_lines_deviation_id", "pos_lines", ["deviation_id"], unique=False)
    op.create_index("ix_pos_lines_order_line_id", "pos_lines", ["order_line_id"], unique=False)
    op.create_index("ix_pos_lines_partner_id", "pos_lines", ["partner_id"], unique=False)
    op.create_table(
        "pos_lines_history",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("distributor_id", sa.Text(), nullable=True),
        sa.Column("invoice_number", sa.Text(), nullable=True),
        sa.Column("invoice_line", sa.Text(), nullable=True),
        sa.Column("report_number", sa.Text(), nullable=True),
        sa.Column("stated_partner_id", sa.BigInteger(), nullable=True),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("order_line_id", sa.BigInteger(), nullable=True),
        sa.Column("found_by_deviation", sa.Boolean(), nullable=True),
        sa.Column("deviation_id", sa.BigInteger(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("serial_numbers", sa.Text(), nullable=True),
        sa.Column("shipped_on", sa.Date(), nullable=True),
        sa.Column("invoiced_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_pos_lines_history")),
    )
    op.create_table(
        "quote_lines_history",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("traded_in_product", sa.Text(), nullable=True),
        sa.Column("traded_in_maker", sa.Text(), nullable=True),
        sa.Column("end_customer", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("credit", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_quote_lines_history")),
    )
    op.create_table(
        "quotes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("quote_number", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=True, comment="of its lowest line"),
        sa.Column("credit", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("credit IS NULL OR typeof(credit) = 'integer'", name=op.f("ck_quotes_credit_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("quote_number", name=op.f("uq_quotes_quote_number")),
    )
    op.create_index("ix_quotes_partner_id", "quotes", ["partner_id"], unique=False)
    op.create_table(
        "receipts_history",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("receipt_number", sa.Text(), nullable=True),
        sa.Column("rma_line_id", sa.BigInteger(), nullable=True),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_receipts_history")),
    )
    op.create_table(
        "rma_lines_history",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("rma_id", sa.BigInteger(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("units_due", sa.Integer(), nullable=True),
        sa.Column("value_due", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_rma_lines_history")),
    )
    op.create_table(
        "rmas",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("rma_number", sa.Text(), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=True, comment="number of the lowest line; the columns below are that line's"),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("partner_id", sa.BigInteger(), nullable=True, comment="derived: the order's partner"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rmas")),
        sa.UniqueConstraint("rma_number", name=op.f("uq_rmas_rma_number")),
    )
    op.create_index("ix_rmas_order_id", "rmas", ["order_id"], unique=False)
    op.create_index("ix_rmas_partner_id", "rmas", ["partner_id", "id"], unique=False)
    op.create_table(
        "rulebooks",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("plugin_version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="sha256 of the canonical figures"),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebooks")),
        sa.UniqueConstraint("region", "version", name=op.f("uq_rulebooks_region_version")),
    )
    op.create_table(
        "theatres",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("rulebook_id", sa.BigInteger(), nullable=False, comment="rulebooks.id of the version in force"),
        sa.Column("shipped_by", sa.Text(), nullable=False, comment="terms: EVALUATION_DAY or WINDOW_END"),
        sa.Column("pos_required", sa.Boolean(), nullable=False, comment="terms: two-tier lines need the distributor's report"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theatres")),
        sa.UniqueConstraint("code", name=op.f("uq_theatres_code")),
    )
    op.create_table(
        "certifications",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True, comment="null: not known, never qualifies"),
        sa.Column("last_day", sa.Date(), nullable=True, comment="null: open-ended"),
        sa.Column("until_day", sa.Date(), nullable=False, comment="the day after the last; 9999-12-31 when open-ended"),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="delivery_lines.id of the line in force"),
        sa.Column("recorded_at", sa.Text(), nullable=False, comment="when this version took effect"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_certifications_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certifications")),
        sa.UniqueConstraint("partner_id", "level", "first_day", name=op.f("uq_certifications_partner_id_level_first_day")),
    )
    op.create_table(
        "figures",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("rulebook_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="period 6, option P6, terms, theatre, program VIP"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False, comment="the plugin that answered: the region's or the baseline's"),
        sa.Column("version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rulebook_id"], ["rulebooks.id"], name=op.f("fk_figures_rulebook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figures")),
        sa.UniqueConstraint("rulebook_id", "subject", "name", name=op.f("uq_figures_rulebook_id_subject_name")),
    )
    op.create_table(
        "held_references",
        sa.Column("held_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "reference", sa.Text(), nullable=False, comment="partner, quote, deviation, order, order_line, deviation_line or rma_line"
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True, comment="the line of that number, where one is meant"),
        sa.ForeignKeyConstraint(["held_id"], ["held_lines.id"], name=op.f("fk_held_references_held_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("held_id", "reference", name=op.f("pk_held_references")),
    )
    op.create_index("ix_held_references_reference_number", "held_references", ["reference", "number"], unique=False)
    op.create_table(
        "options",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("theatre_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("first_period", sa.Integer(), nullable=False),
        sa.Column("last_period", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("enrollment_first_day", sa.Date(), nullable=False),
        sa.Column("enrollment_last_day", sa.Date(), nullable=False),
        sa.Column("booking_first_day", sa.Date(), nullable=False),
        sa.Column("booking_last_day", sa.Date(), nullable=False),
        sa.Column("last_tracked_day", sa.Date(), nullable=False, comment="last booking day that counts for a two-tier partner (R12)"),
        sa.Column("return_deadline", sa.Date(), nullable=False),
        sa.Column("first_evaluation_on", sa.Date(), nullable=False),
        sa.Column("second_evaluation_on", sa.Date(), nullable=False),
        sa.Column("dispute_deadline", sa.Date(), nullable=False),
        sa.CheckConstraint("minimum IS NULL OR typeof(minimum) = 'integer'", name=op.f("ck_options_minimum_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["theatre_id"], ["theatres.id"], name=op.f("fk_options_theatre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_options")),
        sa.UniqueConstraint("theatre_id", "code", name=op.f("uq_options_theatre_id_code")),
    )
    op.create_table(
        "order_shares",
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_shares_order_id")),
        sa.PrimaryKeyConstraint("partner_id", "order_id", name=op.f("pk_order_shares")),
        comment="derived: the partners of an order's lines other than the order's own; almost always empty",
    )
    op.create_index("ix_order_shares_order_id", "order_shares", ["order_id"], unique=False)
    op.create_table(
        "partner_theatres",
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column("theatre_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_partner_theatres_partner_id")),
        sa.ForeignKeyConstraint(["theatre_id"], ["theatres.id"], name=op.f("fk_partner_theatres_theatre_id")),
        sa.PrimaryKeyConstraint("partner_id", "theatre_id", name=op.f("pk_partner_theatres")),
        comment="derived: theatres that list the partner's country, and those it is enrolled in",
    )
    op.create_index("ix_partner_theatres_theatre_id", "partner_theatres", ["theatre_id", "partner_id"], unique=False)
    op.create_table(
        "periods",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("theatre_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("enrollment_first_day", sa.Date(), nullable=False),
        sa.Column("enrollment_last_day", sa.Date(), nullable=False),
        sa.Column("booking_first_day", sa.Date(), nullable=False),
        sa.Column("booking_last_day", sa.Date(), nullable=False),
        sa.Column("return_deadline", sa.Date(), nullable=False),
        sa.Column("first_evaluation_on", sa.Date(), nullable=False),
        sa.Column("second_evaluation_on", sa.Date(), nullable=False),
        sa.Column("dispute_deadline", sa.Date(), nullable=False),
        sa.Column("document_version", sa.Text(), nullable=True),
        sa.Column("document_link", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["theatre_id"], ["theatres.id"], name=op.f("fk_periods_theatre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periods")),
        sa.UniqueConstraint("theatre_id", "number", name=op.f("uq_periods_theatre_id_number")),
    )
    op.create_table(
        "programs",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("theatre_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("combinable", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True, comment="null: on every day"),
        sa.Column("last_day", sa.Date(), nullable=True, comment="null: on every day"),
        sa.ForeignKeyConstraint(["theatre_id"], ["theatres.id"], name=op.f("fk_programs_theatre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programs")),
        sa.UniqueConstraint("theatre_id", "position", name=op.f("uq_programs_theatre_id_position")),
    )
    op.create_table(
        "quote_lines",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("traded_in_product", sa.Text(), nullable=True),
        sa.Column("traded_in_maker", sa.Text(), nullable=True),
        sa.Column("end_customer", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="delivery_lines.id of the line in force"),
        sa.Column("recorded_at", sa.Text(), nullable=False, comment="when this version took effect"),
        sa.CheckConstraint("credit IS NULL OR typeof(credit) = 'integer'", name=op.f("ck_quote_lines_credit_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("quantity IS NULL OR typeof(quantity) = 'integer'", name=op.f("ck_quote_lines_quantity_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_quote_lines_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_lines")),
        sa.UniqueConstraint("quote_id", "line", name=op.f("uq_quote_lines_quote_id_line")),
    )
    op.create_index("ix_quote_lines_partner_id", "quote_lines", ["partner_id"], unique=False)
    op.create_table(
        "reasons",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("theatre_id", sa.BigInteger(), nullable=False),
        sa.Column("bit", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("weight", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["theatre_id"], ["theatres.id"], name=op.f("fk_reasons_theatre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reasons")),
        sa.UniqueConstraint("theatre_id", "bit", name=op.f("uq_reasons_theatre_id_bit")),
        sa.UniqueConstraint("theatre_id", "code", name=op.f("uq_reasons_theatre_id_code")),
    )
    op.create_table(
        "rma_lines",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("rma_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("partner_id", sa.BigInteger(), nullable=True, comment="derived: the order's partner"),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("units_due", sa.Integer(), nullable=True, comment="null: not known, nothing due"),
        sa.Column("value_due", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="delivery_lines.id of the line in force"),
        sa.Column("recorded_at", sa.Text(), nullable=False, comment="when this version took effect"),
        sa.CheckConstraint("units_due IS NULL OR typeof(units_due) = 'integer'", name=op.f("ck_rma_lines_units_due_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("value_due IS NULL OR typeof(value_due) = 'integer'", name=op.f("ck_rma_lines_value_due_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["rma_id"], ["rmas.id"], name=op.f("fk_rma_lines_rma_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rma_lines")),
        sa.UniqueConstraint("rma_id", "line", name=op.f("uq_rma_lines_rma_id_line")),
    )
    op.create_index("ix_rma_lines_order_id", "rma_lines", ["order_id"], unique=False)
    op.create_index("ix_rma_lines_partner_id", "rma_lines", ["partner_id"], unique=False)
    op.create_table(
        "rule_failures",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("theatre_id", sa.BigInteger(), nullable=False),
        sa.Column("hook", sa.Text(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("failed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["theatre_id"], ["theatres.id"], name=op.f("fk_rule_failures_theatre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_failures")),
        sa.UniqueConstraint("theatre_id", "hook", "facts", name=op.f("uq_rule_failures_theatre_id_hook_facts")),
    )
    op.create_index("ix_rule_failures_theatre_id", "rule_failures", ["theatre_id"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("theatre_id", sa.BigInteger(), nullable=False),
        sa.Column("rulebook_id", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False, comment="the distinct set of facts the rules were asked about"),
        sa.Column("mask", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False, comment="JSON: code, message, source and weight of each finding"),
        sa.ForeignKeyConstraint(["rulebook_id"], ["rulebooks.id"], name=op.f("fk_verdicts_rulebook_id")),
        sa.ForeignKeyConstraint(["theatre_id"], ["theatres.id"], name=op.f("fk_verdicts_theatre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
        sa.UniqueConstraint("rulebook_id", "facts", name=op.f("uq_verdicts_rulebook_id_facts")),
    )
    op.create_table(
        "enrollments",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column("theatre_id", sa.BigInteger(), nullable=False),
        sa.Column("option_id", sa.BigInteger(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "findings",
            sa.Text(),
            server_default="[]",
            nullable=False,
            comment="JSON: what the region's rules say of the application; derived",
        ),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="delivery_lines.id of the line in force"),
        sa.Column("recorded_at", sa.Text(), nullable=False, comment="when this version took effect"),
        sa.ForeignKeyConstraint(["option_id"], ["options.id"], name=op.f("fk_enrollments_option_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_enrollments_partner_id")),
        sa.ForeignKeyConstraint(["theatre_id"], ["theatres.id"], name=op.f("fk_enrollments_theatre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollments")),
        sa.UniqueConstraint("partner_id", "option_id", name=op.f("uq_enrollments_partner_id_option_id")),
    )
    op.create_index("ix_enrollments_option_id_status", "enrollments", ["option_id", "status", "partner_id"], unique=False)
    op.create_table(
        "period_countries",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["periods.id"], name=op.f("fk_period_countries_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_countries")),
        sa.UniqueConstraint("period_id", "country", name=op.f("uq_period_countries_period_id_country")),
    )
    op.create_index("ix_period_countries_country", "period_countries", ["country"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("receipt_number", sa.Text(), nullable=False),
        sa.Column("rma_line_id", sa.BigInteger(), nullable=True, comment="null: it names no RMA"),
        sa.Column("partner_id", sa.BigInteger(), nullable=True, comment="derived: the RMA line's partner"),
        sa.Column("units", sa.Integer(), nullable=True, comment="negative reverses; null: not known, counts nothing"),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True, comment="day it shows in the status tool"),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="delivery_lines.id of the line in force"),
        sa.Column("recorded_at", sa.Text(), nullable=False, comment="when this version took effect"),
        sa.CheckConstraint("units IS NULL OR typeof(units) = 'integer'", name=op.f("ck_receipts_units_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["rma_line_id"], ["rma_lines.id"], name=op.f("fk_receipts_rma_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("receipt_number", name=op.f("uq_receipts_receipt_number")),
    )
    op.create_index("ix_receipts_partner_id", "receipts", ["partner_id"], unique=False)
    op.create_index("ix_receipts_rma_line_id", "receipts", ["rma_line_id"], unique=False)
    op.create_table(
        "evaluations",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("enrollment_id", sa.BigInteger(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column("theatre_id", sa.BigInteger(), nullable=False),
        sa.Column("option_id", sa.BigInteger(), nullable=False),
        sa.Column("rulebook_id", sa.BigInteger(), nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=False),
        sa.Column("evaluated_at", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column(
            "earned_before",
            sa.Boolean(),
            nullable=False,
            comment="the first window's judgement was EARNED: requirements are shown, not judged again",
        ),
        sa.Column("booked_value", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("pending_credits", sa.BigInteger(), nullable=False),
        sa.Column("value_due", sa.BigInteger(), nullable=False),
        sa.Column("value_received", sa.BigInteger(), nullable=False),
        sa.Column("units_due", sa.BigInteger(), nullable=False),
        sa.Column("units_received", sa.BigInteger(), nullable=False),
        sa.Column("entitlement", sa.BigInteger(), nullable=False),
        sa.Column("payable", sa.BigInteger(), nullable=False),
        sa.Column("return_rate", sa.Text(), nullable=True, comment="four places; null when nothing was due"),
        sa.Column("requirements", sa.Text(), nullable=False, comment="JSON array, as in the contract §5"),
        sa.Column("findings", sa.Text(), nullable=False, comment="JSON array: code, message, source, weight"),
        sa.CheckConstraint(
            "booked_value IS NULL OR typeof(booked_value) = 'integer'", name=op.f("ck_evaluations_booked_value_is_integer")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("credits IS NULL OR typeof(credits) = 'integer'", name=op.f("ck_evaluations_credits_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "entitlement IS NULL OR typeof(entitlement) = 'integer'", name=op.f("ck_evaluations_entitlement_is_integer")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("payable IS NULL OR typeof(payable) = 'integer'", name=op.f("ck_evaluations_payable_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "pending_credits IS NULL OR typeof(pending_credits) = 'integer'", name=op.f("ck_evaluations_pending_credits_is_integer")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("units_due IS NULL OR typeof(units_due) = 'integer'", name=op.f("ck_evaluations_units_due_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "units_received IS NULL OR typeof(units_received) = 'integer'", name=op.f("ck_evaluations_units_received_is_integer")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("value_due IS NULL OR typeof(value_due) = 'integer'", name=op.f("ck_evaluations_value_due_is_integer")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "value_received IS NULL OR typeof(value_received) = 'integer'", name=op.f("ck_evaluations_value_received_is_integer")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_evaluations_enrollment_id")),
        sa.ForeignKeyConstraint(["option_id"], ["options.id"], name=op.f("fk_evaluations_option_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_evaluations_partner_id")),
        sa.ForeignKeyConstraint(["rulebook_id"], ["rulebooks.id"], name=op.f("fk_evaluations_rulebook_id")),
        sa.ForeignKeyConstraint(["theatre_id"], ["theatres.id"], name=op.f("fk_evaluations_theatre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint("enrollment_id", "window", name=op.f("uq_evaluations_enrollment_id_window")),
    )
    op.create_index("ix_evaluations_partner_id", "evaluations", ["partner_id"], unique=False)
    op.create_index("ix_evaluations_theatre_id_option_id", "evaluations", ["theatre_id", "option_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("evaluation_id", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False, comment="JSON array of [order line version, reason mask]"),
        sa.Column(
            "rma_lines", sa.Text(), nullable=False, comment="JSON array of [RMA line version, units received, value received in cents]"
        ),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluations.id"], name=op.f("fk_evidence_evaluation_id")),
        sa.PrimaryKeyConstraint("evaluation_id", name=op.f("pk_evidence")),
    )


def downgrade() -> None:
    op.drop_table("evidence")
    op.drop_index("ix_evaluations_theatre_id_option_id", table_name="evaluations")
    op.drop_index("ix_evaluations_partner_id", table_name="evaluations")
    op.drop_table("evaluations")
    op.drop_index("ix_receipts_rma_line_id", table_name="receipts")
    op.drop_index("ix_receipts_partner_id", table_name="receipts")
    op.drop_table("receipts")
    op.drop_index("ix_period_countries_country", table_name="period_countries")
    op.drop_table("period_countries")
    op.drop_index("ix_enrollments_option_id_status", table_name="enrollments")
    op.drop_table("enrollments")
    op.drop_table("verdicts")
    op.drop_index("ix_rule_failures_theatre_id", table_name="rule_failures")
    op.drop_table("rule_failures")
    op.drop_index("ix_rma_lines_partner_id", table_name="rma_lines")
    op.drop_index("ix_rma_lines_order_id", table_name="rma_lines")
    op.drop_table("rma_lines")
    op.drop_table("reasons")
    op.drop_index("ix_quote_lines_partner_id", table_name="quote_lines")
    op.drop_table("quote_lines")
    op.drop_table("programs")
    op.drop_table("periods")
    op.drop_index("ix_partner_theatres_theatre_id", table_name="partner_theatres")
    op.drop_table("partner_theatres")
    op.drop_index("ix_order_shares_order_id", table_name="order_shares")
    op.drop_table("order_shares")
    op.drop_table("options")
    op.drop_index("ix_held_references_reference_number", table_name="held_references")
    op.drop_table("held_references")
    op.drop_table("figures")
    op.drop_table("certifications")
    op.drop_table("theatres")
    op.drop_table("rulebooks")
    op.drop_index("ix_rmas_partner_id", table_name="rmas")
    op.drop_index("ix_rmas_order_id", table_name="rmas")
    op.drop_table("rmas")
    op.drop_table("rma_lines_history")
    op.drop_table("receipts_history")
    op.drop_index("ix_quotes_partner_id", table_name="quotes")
    op.drop_table("quotes")
    op.drop_table("quote_lines_history")
    op.drop_table("pos_lines_history")
    op.drop_index("ix_pos_lines_partner_id", table_name="pos_lines")
    op.drop_index("ix_pos_lines_order_line_id", table_name="pos_lines")
    op.drop_index("ix_pos_lines_deviation_id", table_name="pos_lines")
    op.drop_table("pos_lines")
    op.drop_table("partners_history")
    op.drop_index("ix_partners_country", table_name="partners")
    op.drop_index("ix_partners_cam_email", table_name="partners")
    op.drop_table("partners")
    op.drop_index("ix_orders_partner_id_booked_on", table_name="orders")
    op.drop_index("ix_orders_distributor_id", table_name="orders")
    op.drop_index("ix_orders_booked_on", table_name="orders")
    op.drop_table("orders")
    op.drop_table("order_lines_history")
    op.drop_index("ix_order_lines_quote_id", table_name="order_lines")
    op.drop_index("ix_order_lines_partner_id_booked_on", table_name="order_lines")
    op.drop_index(
        "ix_order_lines_deviation_id",
        table_name="order_lines",
        sqlite_where=sa.text("deviation_id IS NOT NULL"),
        postgresql_where=sa.text("deviation_id IS NOT NULL"),
    )
    op.drop_table("order_lines")
    op.drop_index("ix_notes_partner_id", table_name="notes")
    op.drop_index("ix_notes_code", table_name="notes")
    op.drop_table("notes")
    op.drop_table("installation")
    op.drop_table("held_lines")
    op.drop_table("enrollments_history")
    op.drop_table("deviations_history")
    op.drop_index("ix_deviations_quote_id", table_name="deviations")
    op.drop_index("ix_deviations_partner_id", table_name="deviations")
    op.drop_index("ix_deviations_distributor_id", table_name="deviations")
    op.drop_table("deviations")
    op.drop_index("ix_delivery_lines_delivery_id_state", table_name="delivery_lines")
    op.drop_table("delivery_lines")
    op.drop_index("ix_deliveries_kind_sender_sha256", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("decisions")
    op.drop_table("certifications_history")
