"""Runs the migrations on the connection that `migrate` hands over; the same on SQLite and PostgreSQL."""

from alembic import context

from targeting.cases.schema import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
