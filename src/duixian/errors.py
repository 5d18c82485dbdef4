"""Errors that a user can act on: each names the file, the reason and the remedy."""

from __future__ import annotations


class DuixianError(Exception):
    """Base of every error that Duixian raises on purpose."""


class InputError(DuixianError):
    """One input could not be read.

    ``source`` is the file as the user gave it, ``reason`` says what is wrong and ``remedy`` what to do, both in
    Chinese as the user sees them. The rest of a batch goes on.
    """

    def __init__(self, source: str, reason: str, remedy: str) -> None:
        super().__init__(f"{source}：{reason}。{remedy}")
        self.source = source
        self.reason = reason
        self.remedy = remedy


class TargetError(DuixianError):
    """Something could not be done to ``target``: a file, a folder, an item or a name.

    ``reason`` says what is wrong and ``remedy`` what to do, both in Chinese as the user sees them.
    """

    def __init__(self, target: str, reason: str, remedy: str) -> None:
        super().__init__(f"{target}：{reason}。{remedy}")
        self.target = target
        self.reason = reason
        self.remedy = remedy


class OutputError(TargetError):
    """An output file could not be written; nothing was left half-written."""
