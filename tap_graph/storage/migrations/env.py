"""How alembic runs here: on the connection the caller brings, one transaction per migration."""

from alembic import context

from tap_graph.storage.tables import metadata

connection = context.config.attributes["connection"]
# SQLite changes a table by copying it; without batches it could not drop a column or a constraint.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
