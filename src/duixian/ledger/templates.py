"""Templates: sentences in data with named slots, checked when the rules are read and not when a notice must go out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from string import Formatter

from duixian.ledger.errors import LedgerError


def template(where: str, text: str, slots: Collection[str]) -> str:
    """The text, when its slots are among these and plain ({name}). Raises LedgerError."""
    if not isinstance(text, str) or not text.strip():
        raise LedgerError(where, "没有文字", "请写上文字")
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise LedgerError(where, f"大括号写法不对（{error}）", "请写成 {days} 这样") from error
    for _, name, form, conversion in parts:
        if name is not None and (name not in slots or form or conversion):
            raise LedgerError(where, f"“{{{name}}}”不能用", f"可用的有：{'、'.join(sorted(slots))}")
    return text


def filled(text: str, words: Mapping[str, object]) -> str:
    """The template with its slots filled in; braces in the words themselves mean nothing."""
    return text.format_map({name: str(value) for name, value in words.items()})
