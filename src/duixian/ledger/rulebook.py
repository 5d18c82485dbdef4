"""The rulebook 规则: calendars, lights, ladders and schemes of this office, kept in the journal like all else.

A rule is a TOML text. Adopting one writes the whole text into the journal, so that what was computed on any day can be
computed again by the rules of that day. Where an office adopts none, the text that comes with Duixian holds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry
from duixian.ledger.organisations import Organisation, Person, Role, require
from duixian.ledger.tables import Row, Tables

T = TypeVar("T")

SUBJECTS = {
    "rounds": ("调度日历", "duixian.ledger.rounds:parse"),
    "lights": ("亮灯规则", "duixian.ledger.criteria:parse"),
    "forms": ("往来表格", "duixian.ledger.sheets.forms:parse"),
    "rates": ("比率定义", "duixian.ledger.rates:parse"),
    "metrics": ("统计指标", "duixian.ledger.metrics:parse_metrics"),
    "marks": ("表扬批评种类", "duixian.ledger.metrics:parse_marks"),
    "ranking": ("排名办法", "duixian.ledger.placing:parse"),
    "scheme": ("考核方案", "duixian.ledger.scheme_text:parse"),
    "orders": ("督办级别", "duixian.ledger.orders:parse_levels"),
    "problems": ("问题来源", "duixian.ledger.problems:parse_sources"),
    "ladders": ("升级督办", "duixian.ledger.ladders:parse"),
    "notices": ("提醒", "duixian.ledger.notices:parse"),
}
"""What there are rules for: the Chinese name, and the function that reads a text (LedgerError on a bad one)."""


_NAMED = {"scheme": "duixian.ledger.schemes:check"}
"""Rules that name other rules' contents: the function that raises LedgerError for a name that there is not."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A text that holds. id: its subject, or "subject:name" where there are several. adopted: its entry's sequence."""

    id: str
    text: str
    adopted: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """A text as it was adopted once; the latest of its rule is the one that holds. adopted: its entry's sequence."""

    id: str
    rule: str
    text: str
    adopted: int


@dataclass(frozen=True, slots=True)
class RuleAdopted:
    """From now on this text holds. rule: as in :class:`Rule`; an empty text goes back to what comes with Duixian."""

    rule: str
    text: str


def decide_adoption(tables: Tables, person: Person, event: RuleAdopted) -> RuleAdopted:
    root = next(row.id for row in tables.select(Organisation) if row.parent is None)
    require(tables, person, (Role.SUPERVISOR,), root, "采用规则")
    _check_subject(event.rule)
    if event.text.strip():
        found = parsed(event.rule, event.text)
        check = _NAMED.get(event.rule.partition(":")[0])
        if check is not None:
            _function(check)(tables, found)
    return event


def apply_adoption(tables: Tables, entry: Entry, event: RuleAdopted) -> tuple[Row, ...]:
    past = Ruling(f"{event.rule}#{entry.sequence}", event.rule, event.text, entry.sequence)
    return (Rule(event.rule, event.text, entry.sequence), past)


def rule(tables: Tables, id: str, at: int | None = None) -> Any:
    """What holds for this rule: the office's own text, parsed, or the one that comes with Duixian.

    at: a sequence of the journal; what held when that entry was written.
    """
    return parsed(id, text(tables, id, at))


def text(tables: Tables, id: str, at: int | None = None) -> str:
    """The text that holds for this rule. Raises LedgerError for what there are no rules for, or none was adopted."""
    _check_subject(id)
    row: Rule | Ruling | None = tables.get(Rule, id)
    if at is not None and row is not None and row.adopted > at:
        past = [ruling for ruling in tables.select(Ruling, rule=id) if ruling.adopted <= at]
        row = max(past, key=lambda ruling: ruling.adopted, default=None)
    return row.text if row is not None and row.text.strip() else shipped(id)


def is_shipped(id: str) -> bool:
    """Whether a text for this rule comes with Duixian."""
    return _file(id).is_file()


@cache
def shipped(id: str) -> str:
    """The text that comes with Duixian. Raises LedgerError when there is none for it."""
    file = _file(id)
    if not file.is_file():
        raise LedgerError(id, "没有采用过这条规则", "请先采用一份规则文件")
    return file.read_text("utf-8")


def _file(id: str) -> Traversable:
    return resources.files(__package__).joinpath("data", id.replace(":", "-") + ".toml")


def _check_subject(id: str) -> None:
    if id.partition(":")[0] not in SUBJECTS:
        raise LedgerError(id, "没有这种规则", f"可用的有：{'、'.join(SUBJECTS)}")


@cache
def parsed(id: str, text: str) -> Any:
    """The text as the typed rules of its subject. Raises LedgerError that says where it is wrong."""
    parse: Callable[[dict[str, Any]], Any] = _function(SUBJECTS[id.partition(":")[0]][1])
    try:
        return parse(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise LedgerError(id, f"不是有效的 TOML（{str(error)[:120]}）", "请检查这一行的写法") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LedgerError(
            id, f"内容不合要求（{type(error).__name__}：{str(error)[:120]}）", "请对照自带的规则文件"
        ) from error


def _function(place: str) -> Callable[..., Any]:
    """What stands at "module:name"; looked up late, because the rules' own modules read the rulebook."""
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
