"""The tables that offices exchange in Excel: read, compared with the ledger, and turned into events."""
