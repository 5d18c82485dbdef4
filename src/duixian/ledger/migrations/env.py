"""What Alembic runs: always on the connection that :func:`duixian.ledger.database.migrate` opens."""

from __future__ import annotations

from alembic import context

from duixian.ledger.base_schema import Base
from duixian.ledger.schema import DERIVED

context.configure(
    connection=context.config.attributes["connection"],
    # The derived tables are known to the metadata once they have been imported.
    target_metadata=Base.metadata if DERIVED else None,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
