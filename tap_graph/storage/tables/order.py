"""Orders and their lines; the order as a whole is what its lowest line says, visibility is by line."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from tap_graph.storage.columns import cents, fact_columns, history_of, identity, integers_only, metadata

orders = Table(
    "orders",
    metadata,
    identity(),
    Column("order_number", Text, nullable=False, unique=True),
    Column("first_line", Integer, comment="number of the lowest line; the columns below are that line's"),
    Column("partner_id", BigInteger),
    Column("quote_id", BigInteger),
    Column("deviation_id", BigInteger),
    Column("distributor_id", Text),
    Column("booked_on", Date),
    Column("confirmed_on", Date),
    Column("shipped_on", Date),
    Column("cancelled_on", Date),
    Column("end_customer", Text),
    Index("ix_orders_partner_id_booked_on", "partner_id", "booked_on", "id"),
    Index("ix_orders_booked_on", "booked_on", "id"),
    Index("ix_orders_distributor_id", "distributor_id"),
)

order_shares = Table(
    "order_shares",
    metadata,
    Column("partner_id", BigInteger, primary_key=True),
    Column("order_id", BigInteger, ForeignKey("orders.id"), primary_key=True),
    Index("ix_order_shares_order_id", "order_id"),
    comment="derived: the partners of an order's lines other than the order's own; almost always empty",
)

NAMES_A_DEVIATION = text("deviation_id IS NOT NULL")

order_lines = Table(
    "order_lines",
    metadata,
    identity(),
    Column("order_id", BigInteger, nullable=False),
    Column("line", Integer, nullable=False),
    Column("partner_id", BigInteger),
    Column("quote_id", BigInteger),
    Column("deviation_id", BigInteger),
    Column("distributor_id", Text),
    Column("booked_on", Date, comment="null: in no judgement and no list"),
    Column("confirmed_on", Date),
    Column("shipped_on", Date),
    Column("cancelled_on", Date),
    Column("sale_type", Text),
    Column("acquisition", Text),
    Column("existing_network", Boolean),
    Column("programs", Text, nullable=False, comment="JSON array of program codes, sorted"),
    Column("end_customer", Text),
    Column("product", Text),
    Column("quantity", Integer, nullable=False),
    cents("net_value", nullable=True),
    cents("credit", nullable=True),
    *fact_columns(),
    UniqueConstraint("order_id", "line"),
    Index("ix_order_lines_partner_id_booked_on", "partner_id", "booked_on", "id"),
    Index("ix_order_lines_quote_id", "quote_id"),
    # Most lines name no deviation; an index without them costs one-tier deliveries nothing.
    Index("ix_order_lines_deviation_id", "deviation_id", sqlite_where=NAMES_A_DEVIATION, postgresql_where=NAMES_A_DEVIATION),
    *integers_only("net_value", "credit", "quantity"),
)
order_lines_history = history_of(order_lines)
