"""The words by which targets and results are compared, from ``data/wording.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Wording:
    """Word lists of the comparison; see the data file for what each is.

    synonyms: word -> the word it is folded to. ranks: word -> rank. references: (words, indicator) in order of
    precedence. families: sets of indicators that speak of one matter. sums: (whole, parts). flows: indicators that
    count what a year adds. units: indicator -> base units an amount of it can have. spans: words of other stretches of
    time. totals: words of totals. wider, beside: words of near and of other things.
    """

    reckoning: frozenset[str]
    origin: tuple[str, ...]
    reducing: tuple[str, ...]
    burdens: tuple[str, ...]
    fulfilled: tuple[str, ...]
    unfulfilled: tuple[str, ...]
    idle: tuple[str, ...]
    synonyms: dict[str, str]
    ranks: dict[str, str]
    references: tuple[tuple[tuple[str, ...], str], ...]
    families: tuple[frozenset[str], ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...]
    flows: frozenset[str]
    units: dict[str, tuple[str, ...]]
    spans: tuple[str, ...]
    totals: tuple[str, ...]
    wider: tuple[str, ...]
    beside: tuple[str, ...]


@cache
def wording() -> Wording:
    """The word lists that ship with the package; read once."""
    raw = tomllib.loads(files("duixian.comparison").joinpath("data/wording.toml").read_text("utf-8"))
    return Wording(
        reckoning=frozenset(raw["reckoning"]),
        origin=tuple(raw["origin"]),
        reducing=tuple(raw["reducing"]),
        burdens=tuple(raw["burdens"]),
        fulfilled=tuple(raw["fulfilled"]),
        unfulfilled=tuple(raw["unfulfilled"]),
        idle=tuple(raw["idle"]),
        synonyms=dict(raw["synonyms"]),
        ranks=dict(raw["ranks"]),
        references=tuple((tuple(entry["words"]), entry["indicator"]) for entry in raw["reference"]),
        families=tuple(frozenset(entry["indicators"]) for entry in raw["family"]),
        sums=tuple((entry["whole"], tuple(entry["parts"])) for entry in raw["sum"]),
        spans=tuple(raw["spans"]),
        totals=tuple(raw["totals"]),
        wider=tuple(raw["wider"]),
        beside=tuple(raw["beside"]),
        flows=frozenset(raw["flows"]),
        units={name: tuple(units) for name, units in raw["units"].items()},
    )


def related(one: str, other: str) -> bool:
    """Whether two different indicators speak of the same matter in another measure."""
    return one != other and any(one in family and other in family for family in wording().families)
