"""What an installation keeps about itself: keys shared by its processes, and the demo's mark."""

from sqlalchemy import Column, Table, Text

from tap_graph.storage.columns import metadata

DATA_VERSION = "data_version"

installation = Table(
    "installation",
    metadata,
    Column("name", Text, primary_key=True, comment="development_key, demo"),
    Column("value", Text, nullable=False),
)
