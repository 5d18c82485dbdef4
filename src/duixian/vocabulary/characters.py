"""Which characters stand for which, and which words are no part of a text: tables from the data files."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

# What a dropped character becomes while a line is being cleaned; it cannot occur in cleaned text.
DROPPED = "\x00"


def _load(name: str) -> dict[str, object]:
    text = files("duixian.vocabulary").joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def _span(text: str) -> range:
    low, high = text.split("-")
    return range(int(low, 16), int(high, 16) + 1)


@cache
def fold_table() -> dict[int, str]:
    """Code point to replacing character, for :meth:`str.translate`; dropped characters become :data:`DROPPED`."""
    data = _load("characters.toml")
    table: dict[int, str] = {}
    for text in _texts(data, "compatibility_ranges"):
        for code in _span(text):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and ord(plain) != code:
                table[code] = plain
    pairs = data["pairs"]
    assert isinstance(pairs, list)
    for pair in pairs:
        table.update({ord(a): b for a, b in zip(pair["from"], pair["to"], strict=True) if a != b})
    for text in _texts(data, "dropped_ranges"):
        table.update(dict.fromkeys(_span(text), DROPPED))
    for text in _texts(data, "space_ranges"):
        table.update(dict.fromkeys(_span(text), " "))
    return table


@cache
def residue_lines() -> tuple[str, ...]:
    """Patterns of whole lines that are no part of a document (page numbers, web-page furniture)."""
    return tuple(_texts(_load("residue.toml"), "lines"))


@cache
def residue_triggers() -> tuple[str, ...]:
    """Strings of which one must be in a line for any pattern of :func:`residue_runs` to match."""
    return tuple(_texts(_load("residue.toml"), "triggers"))


@cache
def residue_runs() -> tuple[str, ...]:
    """Patterns of runs inside a line that are no part of a document (turn-to marks, advertising, tags)."""
    return tuple(_texts(_load("residue.toml"), "runs"))


def _texts(data: dict[str, object], key: str) -> list[str]:
    values = data[key]
    assert isinstance(values, list)
    return [str(value) for value in values]
