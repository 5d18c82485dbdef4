"""Departments of government: their names at each level, and the words and indicators that are their work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from duixian.errors import InputError
from duixian.vocabulary.lexicon import alternation
from duixian.vocabulary.tables import read_table

#: The levels that have names of their own; a township's work is answered for by the departments of its county.
LEVELS = ("national", "province", "prefecture", "county")

_FILE = "departments.toml"


@dataclass(frozen=True, slots=True)
class Department:
    """One department.

    key: stable identifier. zh: its name without a level. names: level -> name there, without the name of the place.
    joins: level -> key of the department that does its work there. aliases: other names in use. indicators, shares:
    ids of the indicators it answers for, and of those it has a part in. duties: word -> weight.
    """

    key: str
    zh: str
    names: Mapping[str, str]
    joins: Mapping[str, str]
    aliases: tuple[str, ...]
    indicators: tuple[str, ...]
    shares: tuple[str, ...]
    duties: Mapping[str, float]

    def name(self, level: str | None) -> str:
        """The name at a level; the name without a level where that is unknown or the department has none there."""
        return self.names.get("county" if level == "township" else level or "", self.zh)


@dataclass(frozen=True, slots=True)
class DepartmentTable:
    """The departments and what finds them in a text.

    themes: topic -> key. duties: word -> ((key, weight), ...); duty_pattern finds the longest of these words. called:
    name or alias -> key; name_pattern finds them. owners, sharers: indicator id -> keys.
    """

    departments: Mapping[str, Department]
    themes: Mapping[str, str]
    duties: Mapping[str, tuple[tuple[str, float], ...]]
    duty_pattern: re.Pattern[str]
    called: Mapping[str, str]
    name_pattern: re.Pattern[str]
    owners: Mapping[str, tuple[str, ...]]
    sharers: Mapping[str, tuple[str, ...]]

    def named(self, text: str) -> str | None:
        """The key of the first department that ``text`` names, None when it names none."""
        found = self.name_pattern.search(text)
        return None if found is None else self.called[found.group()]

    def answering(self, key: str, level: str | None) -> str | None:
        """Who answers at a level for the work of the department ``key``: itself, the one it joins there, or nobody.

        Without a level (or at one that is not known) every department answers for itself.
        """
        place = "county" if level == "township" else level
        for _ in LEVELS:
            department = self.departments.get(key)
            if department is None:
                return None
            if place not in LEVELS or place in department.names:
                return key
            if place not in department.joins:
                return None
            key = department.joins[place]
        return None


@lru_cache(maxsize=1)
def load_departments() -> DepartmentTable:
    """The departments that ship with the package, with those of the user's own files added.

    Raises :class:`InputError` when a user's file is no TOML or an entry has the wrong form.
    """
    return departments_of(read_table("departments"))


def departments_of(table: Mapping[str, Any]) -> DepartmentTable:
    """The departments of a table in the form of ``departments.toml``, for example one read from a file of your own.

    Raises :class:`InputError` naming the entry that has the wrong form.
    """
    only = _strings(table.get("only", []), "only")
    entries = _table(table.get("departments", {}), "departments")
    for key in only:
        if key not in entries:
            raise _wrong(f"only 里的“{key}”没有写进 departments")
    kept = {key: _department(key, entry) for key, entry in entries.items() if not only or key in only}
    themes = {theme: str(key) for theme, key in _table(table.get("themes", {}), "themes").items()}
    for theme, key in themes.items():
        if key not in entries:
            raise _wrong(f"themes 里“{theme}”指向的“{key}”没有写进 departments")
    duties: dict[str, tuple[tuple[str, float], ...]] = {}
    called: dict[str, str] = {}
    for key, department in kept.items():
        for word, weight in department.duties.items():
            duties[word] = (*duties.get(word, ()), (key, weight))
        for name in (*department.names.values(), department.zh, *department.aliases):
            called.setdefault(name, key)
    return DepartmentTable(
        departments=kept,
        themes={theme: key for theme, key in themes.items() if key in kept},
        duties=duties,
        duty_pattern=_finder(duties),
        called=called,
        name_pattern=_finder(called),
        owners=_by_indicator((key, department.indicators) for key, department in kept.items()),
        sharers=_by_indicator((key, department.shares) for key, department in kept.items()),
    )


def _finder(words: Iterable[str]) -> re.Pattern[str]:
    listed = list(words)
    return re.compile(alternation(listed) if listed else r"(?!)")


def _by_indicator(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, indicators in pairs:
        for indicator in indicators:
            found[indicator] = (*found.get(indicator, ()), key)
    return found


def _department(key: str, raw: object) -> Department:
    entry = _table(raw, key)
    names = {level: str(entry[level]) for level in LEVELS if entry.get(level)}
    return Department(
        key=key,
        zh=str(entry.get("zh") or next(iter(names.values()), key)),
        names=names,
        joins={level: str(other) for level, other in _table(entry.get("joins", {}), f"{key}.joins").items()},
        aliases=_strings(entry.get("aliases", []), f"{key}.aliases"),
        indicators=_strings(entry.get("indicators", []), f"{key}.indicators"),
        shares=_strings(entry.get("shares", []), f"{key}.shares"),
        duties=_duties(key, _table(entry.get("duties", {}), f"{key}.duties")),
    )


def _duties(key: str, raw: Mapping[str, Any]) -> dict[str, float]:
    """Word -> weight. A word under several weights takes the last one written; weight 0 takes it out."""
    duties: dict[str, float] = {}
    for weight, words in raw.items():
        try:
            value = float(weight)
        except ValueError:
            raise _wrong(f"{key}.duties 的权重“{weight}”不是数字") from None
        if not 0 <= value <= 100:
            raise _wrong(f"{key}.duties 的权重“{weight}”不在 0 到 100 之间")
        duties.update(dict.fromkeys(_strings(words, f"{key}.duties.{weight}"), value))
    for word in _strings(raw.get("0", []), f"{key}.duties.0"):
        del duties[word]
    return duties


def _table(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(f"“{place}”应当是一张表")
    return value


def _strings(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise _wrong(f"“{place}”应当是一列词语")
    return tuple(dict.fromkeys(value))


def _wrong(reason: str) -> InputError:
    return InputError(_FILE, f"部门表写法不对：{reason}", "请照自带的部门表改写")
