"""Notices leave the house: the ledger says what is to be written to whom, this package takes it there."""
