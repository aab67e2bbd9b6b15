"""Acts: what people decided in place, kept for ever beside the rows they decided about."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from tap_graph.storage.columns import Moment, identity, metadata

acts = Table(
    "acts",
    metadata,
    identity(),
    Column("act", Text, nullable=False, comment="as the API names it: deviationApprove, aliasApprove, factRetract"),
    Column("noun", Text, nullable=False, comment="what it was about: deviation, alias, delivery_line, distributor, or a feed kind"),
    Column("row_id", BigInteger, nullable=False, comment="id of that row"),
    Column("key", Text, nullable=False, comment="natural key of the row, for people"),
    Column("distributor_id", Text, comment="whose row it was; null where no distributor's"),
    Column("reason", Text),
    Column("detail", Text, nullable=False, server_default="{}", comment="JSON: what was given with it"),
    Column("acted_by", Text, nullable=False, comment="subject of the viewer"),
    Column("role", Text, nullable=False),
    Column("acted_at", Moment, nullable=False),
    Index("ix_acts_noun_row_id", "noun", "row_id", "id"),
)
