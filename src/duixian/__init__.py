"""Duixian 兑现: turns the words of government into an account that is kept."""

__version__ = "0.1.0"
