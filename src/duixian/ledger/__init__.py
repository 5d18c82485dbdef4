"""The account book 台账: plans, items, organisations, rounds and progress over an append-only journal.

Import the part you need, for example :mod:`duixian.ledger.store`; this package imports nothing by itself, so that
reading documents never loads a database library.
"""
