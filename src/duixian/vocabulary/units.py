"""Units: which strings are units, what kind they are, and how they fold to a base."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from duixian.vocabulary.numerals import MAGNITUDES
from duixian.vocabulary.tables import read_table

_MAGNITUDES = sorted(MAGNITUDES, key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Units:
    """The table of units.

    kinds: unit -> "ratio", "money", "physical", "time", "people" or "count". naming: words behind which a number only
    names something. parameter: units of things described rather than work measured. not_before: unit -> characters
    that, right behind it, make another word of the two. fold: written unit -> base unit. scale: written unit ->
    (base unit, factor).
    """

    kinds: dict[str, str]
    naming: frozenset[str]
    parameter: frozenset[str]
    not_before: dict[str, str]
    fold: dict[str, str]
    scale: dict[str, tuple[str, float]]


@lru_cache(maxsize=1)
def load_units() -> Units:
    """The units that ship with the package."""
    raw = read_table("units")
    kinds: dict[str, str] = {}
    for kind in ("count", "people", "time", "physical", "money", "ratio"):
        for unit in raw[kind]:
            kinds[unit] = kind
    return Units(
        kinds=kinds,
        naming=frozenset(raw["naming"]),
        parameter=frozenset(raw["parameter"]),
        not_before=dict(raw["not_before"]),
        fold=dict(raw["fold"]),
        scale={unit: (base, float(factor)) for unit, (base, factor) in raw["scale"].items()},
    )


def split_magnitude(unit: str) -> tuple[float, str]:
    """Split off the magnitude of a written unit: "万亿元" -> (1e12, "元"); the 千 of 千瓦 is none."""
    if unit in load_units().kinds:
        return 1.0, unit
    for word in _MAGNITUDES:
        if unit.startswith(word):
            return float(MAGNITUDES[word]), unit[len(word) :]
    return 1.0, unit


@lru_cache(maxsize=4096)
def fold_unit(unit: str) -> tuple[float, str]:
    """(factor, base unit) of a written unit: "万公里" -> (10000.0, "千米")."""
    table = load_units()
    factor, rest = split_magnitude(unit)
    if rest in table.scale:
        base, more = table.scale[rest]
        return factor * more, base
    return factor, table.fold.get(rest, rest)
