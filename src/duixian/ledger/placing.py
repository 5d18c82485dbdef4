"""Placing 位次: from values to ranks and colour classes, by rules that are data."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from duixian.ledger.errors import LedgerError
from duixian.ledger.rulebook import rule
from duixian.ledger.tables import Tables

_METHODS = ("competition", "dense")


@dataclass(frozen=True, slots=True)
class Level:
    """One class. edge: the share of the field that it reaches, or the value at which it begins; None for the rest."""

    id: str
    name: str
    english: str
    edge: float | None


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes, best first. by: share (of the field) or value."""

    by: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """How ranks are given. method: competition (1 2 2 4) or dense (1 2 2 3). decimals: to which values are equal."""

    method: str
    decimals: int
    classes: Classes
    classes_of: Mapping[str, Classes]


def parse(data: dict[str, Any]) -> Placing:
    """Rules in the form of ``data/ranking.toml``. Raises LedgerError and what a wrong shape raises."""
    ties = data["ties"]
    if ties["method"] not in _METHODS:
        raise LedgerError("ties", f"不认识的并列办法“{ties['method']}”", f"请用{'、'.join(_METHODS)}之一")
    if not isinstance(ties["decimals"], int) or not 0 <= ties["decimals"] <= 9:
        raise LedgerError("ties", "小数位数 decimals 应在0到9之间", "请改正")
    special = {id: _classes(id, row) for id, row in data.get("classes_of", {}).items()}
    return Placing(ties["method"], ties["decimals"], _classes("classes", data["classes"]), special)


def placing(tables: Tables, at: int | None = None) -> Placing:
    """The rules that hold, or that held at an entry of the journal."""
    return cast("Placing", rule(tables, "ranking", at))


def ranks(values: Mapping[str, float], better: str, rules: Placing) -> dict[str, int]:
    """The rank of each, from 1 for the best; equal values share one. better: high or low. Takes n log n steps."""
    sign = -1 if better == "high" else 1
    keyed = sorted((sign * round(value, rules.decimals), id) for id, value in values.items())
    found: dict[str, int] = {}
    for number, (_, tied) in enumerate(itertools.groupby(keyed, key=lambda row: row[0]), start=1):
        rank = number if rules.method == "dense" else len(found) + 1
        found.update(dict.fromkeys((id for _, id in tied), rank))
    return found


def level(rules: Placing, by: str, better: str, value: float, rank: int, last: int, tied: int = 1) -> Level:
    """The class of a value that has this rank, where ``last`` is the number of those ranked (dense: the last rank).

    tied: how many share the rank; they stand in the middle of the places that they take together.
    """
    classes = rules.classes_of.get(by, rules.classes)
    if classes.by == "share":
        reached = (rank - 1 + tied / 2) / last
        return next((one for one in classes.levels if one.edge is None or reached <= one.edge), classes.levels[-1])
    held = round(value, rules.decimals)
    for one in classes.levels[:-1]:
        if one.edge is not None and (held >= one.edge if better == "high" else held <= one.edge):
            return one
    return classes.levels[-1]


def _classes(target: str, row: Mapping[str, Any]) -> Classes:
    by = row["by"]
    key = {"share": "to", "value": "from"}.get(by)
    if key is None:
        raise LedgerError(target, f"不认识的分档依据“{by}”", "by 请用 share 或 value")
    levels = tuple(
        Level(one["id"], one["name"], one.get("english", one["name"]), one.get(key)) for one in row["levels"]
    )
    edges = [one.edge for one in levels if one.edge is not None]
    if not levels or not all(math.isfinite(edge) for edge in edges):
        raise LedgerError(target, "没有分档，或分档的界限不是数", "请改正")
    if any(one.edge is None for one in levels[:-1]):
        raise LedgerError(target, f"只有最后一档可以不写 {key}", "请补齐")
    if by == "share" and (edges != sorted(edges) or not all(0 < edge <= 1 for edge in edges)):
        raise LedgerError(target, "分档的 to 应从小到大，在0到1之间", "请改正")
    if by == "value" and edges not in (sorted(edges), sorted(edges, reverse=True)):
        raise LedgerError(target, "分档的 from 应从好到差依次排列", "请改正")
    if len({one.id for one in levels}) < len(levels):
        raise LedgerError(target, "有两档同名", "请给每一档不同的 id")
    return Classes(by, levels)
