"""Schemes 考核方案 as they are written: weighted criteria, bonus, penalty and veto, in TOML."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from duixian.ledger.errors import LedgerError, UnknownNameError
from duixian.ledger.methods import METHODS
from duixian.ledger.organisations import OrganisationKind
from duixian.ledger.readings import Source

MISSING = ("reweigh", "zero", "average")
_SOURCE = {"rate", "metric", "marks", "count"}
_WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is judged. weight: of 100. method: of METHODS, with its parameters. missing: of MISSING."""

    id: str
    name: str
    english: str
    weight: float
    source: Source
    method: str
    parameters: Mapping[str, Any]
    missing: str


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Bonus or penalty. sign: 1 or -1. each: points for each unit of the source. cap: the most that it can make."""

    name: str
    english: str
    sign: int
    source: Source
    each: float
    cap: float


@dataclass(frozen=True, slots=True)
class Veto:
    """Whoever has one of these marks gets no more than ``limit`` points in all."""

    name: str
    english: str
    marks: tuple[str, ...]
    limit: float


@dataclass(frozen=True, slots=True)
class Class:
    """分类考核: organisations (ids) that are compared only with one another."""

    name: str
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A whole scheme. kinds: whom it judges; classes: empty when all of a kind are compared. decimals: of totals."""

    name: str
    english: str
    kinds: tuple[OrganisationKind, ...]
    organisations: tuple[str, ...]
    classes: tuple[Class, ...]
    criteria: tuple[Criterion, ...]
    adjustments: tuple[Adjustment, ...]
    vetoes: tuple[Veto, ...]
    decimals: int


def parse(data: dict[str, Any]) -> Scheme:
    """A scheme from its TOML. Raises LedgerError that says what is wrong, and what a wrong shape raises."""
    name = str(data["name"])
    _only(name, data, {*_TOP})
    missing = _choice(name, "missing", data.get("missing", "reweigh"), MISSING)
    criteria = tuple(_criterion(row, missing) for row in data["criteria"])
    total = math.fsum(criterion.weight for criterion in criteria)
    if not math.isclose(total, _WHOLE, abs_tol=1e-9):
        parts = "＋".join(f"{criterion.weight:g}" for criterion in criteria)
        raise LedgerError(name, f"各项权重合计{total:g}（{parts}），不是100", "请调整权重，使合计正好100")
    _once(name, [criterion.id for criterion in criteria], "两项指标用了同一个编号")
    classes = tuple(Class(str(row["name"]), _texts(row["organisations"])) for row in data.get("classes", ()))
    _once(name, [id for one in classes for id in one.organisations], "同一单位在分类里出现了两次")
    _once(name, [one.name for one in classes], "两个分类用了同一个名称")
    decimals = data.get("decimals", 2)
    if not isinstance(decimals, int) or not 0 <= decimals <= 6:
        raise LedgerError(name, "小数位数 decimals 应在0到6之间", "请改正")
    kinds = data["kinds"]
    if not kinds:
        raise LedgerError(name, "没有说明考核哪类单位", "请在 kinds 里写 department 或 district")
    return Scheme(
        name,
        data.get("english", name),
        tuple(OrganisationKind(_choice(name, "kinds", kind, tuple(OrganisationKind))) for kind in kinds),
        _texts(data.get("organisations", ())),
        classes,
        criteria,
        (
            *(_adjustment(row, 1) for row in data.get("bonus", ())),
            *(_adjustment(row, -1) for row in data.get("penalty", ())),
        ),
        tuple(_veto(row) for row in data.get("veto", ())),
        decimals,
    )


_TOP = (
    "name",
    "english",
    "kinds",
    "organisations",
    "classes",
    "missing",
    "decimals",
    "criteria",
    "bonus",
    "penalty",
    "veto",
)


def _criterion(row: Mapping[str, Any], missing: str) -> Criterion:
    id = str(row["id"])
    name = str(row.get("name", id))
    method = METHODS[_choice(name, "method", row["method"], tuple(METHODS))]
    common = {"id", "name", "english", "weight", "source", "method", "missing"}
    _only(name, row, common | set(method.parameters))
    parameters = {**method.parameters, **{key: row[key] for key in method.parameters if key in row}}
    absent = next((key for key, value in parameters.items() if value is None), None)
    if absent is not None:
        raise LedgerError(name, f"计分方法 {row['method']} 没有写明 {absent}", "请补上这个参数")
    method.check(name, parameters)
    return Criterion(
        id,
        name,
        str(row.get("english", name)),
        _positive(name, "weight", row["weight"]),
        _source(name, row["source"]),
        str(row["method"]),
        parameters,
        _choice(name, "missing", row.get("missing", missing), MISSING),
    )


def _adjustment(row: Mapping[str, Any], sign: int) -> Adjustment:
    name = str(row["name"])
    _only(name, row, {"name", "english", "source", "each", "cap"})
    each = _positive(name, "each", row.get("each", 1))
    return Adjustment(
        name,
        str(row.get("english", name)),
        sign,
        _source(name, row["source"]),
        each,
        _positive(name, "cap", row["cap"]),
    )


def _veto(row: Mapping[str, Any]) -> Veto:
    name = str(row["name"])
    _only(name, row, {"name", "english", "marks", "limit"})
    limit = row.get("limit", 0)
    if limit != 0:
        limit = _positive(name, "limit", limit)
    return Veto(name, str(row.get("english", name)), _texts(row["marks"]), float(limit))


def _source(name: str, row: Mapping[str, Any]) -> Source:
    _only(name, row, _SOURCE)
    if len(row.keys() - {"count"}) != 1:
        raise LedgerError(name, "数据来源应写 rate、metric、marks 中的一个", "请改正 source")
    count = _choice(name, "count", row.get("count", "number"), ("number", "points"))
    return Source(row.get("rate"), row.get("metric"), _texts(row.get("marks", ())), count)


def _texts(values: Any) -> tuple[str, ...]:
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise TypeError("expected a list of words")
    return tuple(values)


def _positive(name: str, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        raise LedgerError(name, f"{key} 应是大于0的数，写的是“{value}”", "请改正")
    return float(value)


def _choice(name: str, key: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise LedgerError(name, f"{key} 不能写“{value}”", f"请用{'、'.join(choices)}之一")
    return str(value)


def _only(name: str, row: Mapping[str, Any], known: set[str]) -> None:
    strange = next((key for key in row if key not in known), None)
    if strange is not None:
        raise LedgerError(name, f"不认识“{strange}”这个写法", UnknownNameError(strange, "写法", known).remedy)


def _once(name: str, values: list[str], reason: str) -> None:
    twice = next((value for value in values if values.count(value) > 1), None)
    if twice is not None:
        raise LedgerError(name, f"{reason}：{twice}", "请删去多余的一处")
