"""What Alembic runs: always on the connection that :func:`duixian.ledger.database.migrate` opens."""

from __future__ import annotations

from alembic import context

from duixian.ledger.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
