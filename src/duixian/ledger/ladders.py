"""Ladders 升级督办 as they are written: conditions, rungs and the steps that people take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from duixian.ledger import recipients
from duixian.ledger.errors import LedgerError
from duixian.ledger.plans import SETTLED, State
from duixian.ledger.rulebook import rule
from duixian.ledger.tables import Tables
from duixian.ledger.templates import template

CONDITIONS = ("red_rounds", "silent_rounds", "item_overdue", "order_unsigned", "order_overdue", "problem_overdue")
ACTS = ("order", "record")
_SLOTS = ("what", "organisation", "count", "since")


@dataclass(frozen=True, slots=True)
class Step:
    """What can be done; the fields are explained in ``data/ladders.toml``."""

    name: str
    label: str
    act: str
    note: bool = False
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """From ``at`` on this step; level, subject and demand only for an order."""

    at: int
    step: Step
    level: str = ""
    subject: str = ""
    demand: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """One condition and its rungs, the lowest first. reason: a template."""

    name: str
    when: str
    reason: str
    rungs: tuple[Rung, ...]

    def reached(self, count: int) -> Rung | None:
        """The highest rung at this count."""
        return next((rung for rung in reversed(self.rungs) if rung.at <= count), None)


@dataclass(frozen=True, slots=True)
class Ladders:
    """All of an office's. chased: states of items that are chased."""

    chased: frozenset[State]
    steps: Mapping[str, Step]
    ladders: tuple[Ladder, ...]


def parse(data: dict[str, Any]) -> Ladders:
    """Ladders in the form of ``data/ladders.toml``. Raises LedgerError that says which line is wrong."""
    _only("ladders", data, ("items", "steps", "ladders"))
    _only("items", data["items"], ("chased",))
    chased = frozenset(
        State(_one_of("items.chased", name, [state.value for state in State])) for name in data["items"]["chased"]
    )
    if chased & SETTLED:
        raise LedgerError("items.chased", "已办结或已转出的事项不能再督办", "请去掉这些状态")
    steps = {name: _step(name, row) for name, row in data["steps"].items()}
    ladders = tuple(_ladder(name, row, steps) for name, row in data["ladders"].items())
    return Ladders(chased, steps, ladders)


def ladders(tables: Tables) -> Ladders:
    """The ladders that this office uses."""
    return cast("Ladders", rule(tables, "ladders"))


def _step(name: str, row: dict[str, Any]) -> Step:
    where = f"steps.{name}"
    _only(where, row, ("label", "act", "note", "tells"))
    tells = tuple(_one_of(f"{where}.tells", kind, recipients.KINDS) for kind in row.get("tells", ()))
    note = row.get("note", False)
    if type(note) is not bool:
        raise LedgerError(f"{where}.note", "应是 true 或 false", "请改正")
    return Step(
        name, template(f"{where}.label", row["label"], ()), _one_of(f"{where}.act", row["act"], ACTS), note, tells
    )


def _ladder(name: str, row: dict[str, Any], steps: Mapping[str, Step]) -> Ladder:
    where = f"ladders.{name}"
    _only(where, row, ("when", "reason", "rungs"))
    when = _one_of(f"{where}.when", row["when"], CONDITIONS)
    reason = template(f"{where}.reason", row["reason"], _SLOTS)
    rungs = tuple(_rung(f"{where}.rungs[{number}]", each, steps) for number, each in enumerate(row["rungs"], 1))
    heights = [rung.at for rung in rungs]
    if not rungs or heights != sorted(set(heights)):
        raise LedgerError(where, "各级 at 没有从小到大排列，或有重复", "请调整顺序")
    return Ladder(name, when, reason, rungs)


def _rung(where: str, row: dict[str, Any], steps: Mapping[str, Step]) -> Rung:
    _only(where, row, ("at", "step", "level", "subject", "demand"))
    at, step = row["at"], steps[_one_of(f"{where}.step", row["step"], tuple(steps))]
    if type(at) is not int or at < 1:
        raise LedgerError(f"{where}.at", f"“{at}”不是1以上的整数", "请改正")
    if step.act != "order":
        _only(where, row, ("at", "step"))
        return Rung(at, step)
    words = {key: template(f"{where}.{key}", row[key], (*_SLOTS, "reason")) for key in ("subject", "demand")}
    return Rung(at, step, row.get("level", "ordinary"), **words)


def _only(where: str, row: dict[str, Any], known: tuple[str, ...]) -> None:
    unknown = sorted(row.keys() - set(known))
    if unknown:
        raise LedgerError(where, f"不认识“{unknown[0]}”", f"可用的有：{'、'.join(known)}")


def _one_of(where: str, value: Any, known: tuple[str, ...] | list[str]) -> str:
    if value not in known:
        raise LedgerError(where, f"没有“{value}”", f"可用的有：{'、'.join(known)}")
    return cast("str", value)
