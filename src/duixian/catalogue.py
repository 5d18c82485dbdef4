"""Catalogues of texts in several languages: TOML files that each part of a surface may add to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Any

Patterns = tuple[tuple[re.Pattern[str], str], ...]
_SLOT = re.compile(r"\\\{(\w+)\\\}")


def merged(folder: Traversable, stem: str) -> dict[str, Any]:
    """The tables of ``stem.toml`` and every ``stem-*.toml`` beside it: each part of the program has texts of its own.

    Raises ValueError when two files give the same key: one of them would never be seen.
    """
    merged: dict[str, Any] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not (file.name == f"{stem}.toml" or (file.name.startswith(f"{stem}-") and file.name.endswith(".toml"))):
            continue
        for name, table in tomllib.loads(file.read_text("utf-8")).items():
            known = merged.setdefault(name, {})
            twice = known.keys() & table.keys()
            if twice:
                raise ValueError(f"{file.name}: [{name}] {min(twice)} stands in another file too")
            known |= table
    return merged


def patterns(data: Mapping[str, Mapping[str, str]], *tables: str) -> Patterns:
    """Patterns for messages with slots ({name}), and what they are translated to."""
    # The longest first: some messages begin like others.
    entries = sorted((entry for table in tables for entry in data[table].items()), key=lambda entry: -len(entry[0]))
    return tuple(
        (re.compile(_SLOT.sub(r"(?P<\1>.+)", re.escape(message)), re.DOTALL), text) for message, text in entries
    )


def translated(patterns: Patterns, message: str) -> str:
    """A message by the first pattern that fits; the message itself where none does."""
    for pattern, text in patterns:
        match = pattern.fullmatch(message)
        if match:
            return text.format_map(match.groupdict())
    return message
