"""The history of the ledger's tables, run by Alembic; a released step is never changed."""
