"""Readers: bytes of a file to its decoded text, one module a format."""

from duixian.documents.readers.dispatch import SUPPORTED_SUFFIXES, read_source

__all__ = ["SUPPORTED_SUFFIXES", "read_source"]
