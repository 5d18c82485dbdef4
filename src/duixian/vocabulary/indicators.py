"""Canonical indicators and the names under which reports speak of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from duixian.vocabulary.tables import read_table

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One canonical indicator.

    id: stable identifier of the schema. zh, en: display names. growth: a bare percentage of it is a rate of change.
    better: "more", "less" or "ceiling".
    """

    id: str
    zh: str
    en: str
    growth: bool
    better: str


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """The known indicators and one pattern that recognises all their names."""

    by_id: dict[str, Indicator]
    pattern: re.Pattern[str]
    hint: re.Pattern[str] | None
    groups: dict[str, str]
    exclude: dict[str, re.Pattern[str]]

    def match(self, subject: str) -> str:
        """The id of the indicator that a normalised subject names, or "other"."""
        if self.hint is not None and self.hint.search(subject) is None:
            return OTHER
        found = self.pattern.fullmatch(subject)
        if found is None or found.lastgroup is None:
            return OTHER
        name = self.groups[found.lastgroup]
        banned = self.exclude.get(name)
        return OTHER if banned is not None and banned.fullmatch(subject) else name


@lru_cache(maxsize=1)
def load_indicators() -> IndicatorTable:
    """The indicators that ship with the package, with those and the aliases of the user's own files added."""
    table = read_table("indicators")
    by_id: dict[str, Indicator] = {}
    parts: list[str] = []
    groups: dict[str, str] = {}
    exclude: dict[str, re.Pattern[str]] = {}
    for number, (name, entry) in enumerate(table.items()):
        by_id[name] = Indicator(
            name,
            str(entry.get("zh", name)),
            str(entry.get("en", name)),
            bool(entry.get("growth", False)),
            str(entry.get("better", "more")),
        )
        names = entry.get("names", [])
        plain = [re.sub(r"(?<!\\)\((?!\?)", "(?:", alias) for alias in names]
        parts.append(f"(?P<i{number}>{'|'.join(plain)})")
        groups[f"i{number}"] = name
        banned = entry.get("exclude")
        if isinstance(banned, list):
            exclude[name] = re.compile("|".join(banned))
    cores = {core for entry in table.values() for alias in entry.get("names", []) for core in _cores(alias)}
    hint = re.compile("|".join(map(re.escape, sorted(cores)))) if "" not in cores else None
    return IndicatorTable(by_id, re.compile("|".join(parts)), hint, groups, exclude)


_OPTIONAL_GROUP = re.compile(r"\((?:[^()]|\([^()]*\))*\)\?")
_OPTIONAL_CHARACTER = re.compile(r"(?:\\.|[^\\()|])\?")
_GROUP = re.compile(r"\(([^()]*)\)")
_META = re.compile(r"[^\w]+|\\.|\d+,\d+")


def _cores(pattern: str) -> list[str]:
    """Words of which every text that a name pattern matches holds at least one; [""] where that cannot be told.

    A cheap look for them spares most subjects the full choice.
    """
    while _OPTIONAL_GROUP.search(pattern):
        pattern = _OPTIONAL_GROUP.sub("\x00", pattern)
    outside = _longest_literal(_GROUP.sub("\x00", pattern))
    if outside:
        return [outside]
    group = _GROUP.search(pattern)
    return [_longest_literal(alternative) for alternative in group[1].split("|")] if group is not None else [""]


def _longest_literal(pattern: str) -> str:
    return max(_META.split(_OPTIONAL_CHARACTER.sub("\x00", pattern)), key=len)


_NOISE = re.compile(r"[“”‘’\"'\s的]|（[^）]*）|\([^)]*\)")
_SCOPE = re.compile(
    r"^(?:(?:其中|预计|实现|全年|今年|年度|年末|年底|全市|全省|全区|全县|全州|全盟|全旗|全国|全自治区|全域|全社会|全口径|我省|我市|我区|我县|我州|我国|全镇|全乡|我镇|我乡|"
    r"本市|本省|本区|区域|市级|省级|属地|当年|完成|一二三次产业|单位工业)+)"
)
_PLACE = re.compile(r"^[一-龥]{2,7}?(?:省|自治区|自治州|市|县|盟|新区)(?=[一-龥])")
_HEAD = re.compile(
    r"(?:增速|增幅|涨幅|降幅|增长率|增长|增量|位次|排名|总量|规模|均值|平均值|总额|水平|目标|预期目标|任务|目标任务)$"
)


@lru_cache(maxsize=65536)
def indicator_of(subject: str) -> str:
    """The canonical indicator that a subject names, "other" when it is none of them or only a part of one.

    >>> indicator_of("全省规模以上工业增加值"), indicator_of("汽车出口")
    ('industrial_va', 'other')
    """
    table = load_indicators()
    text = _NOISE.sub("", subject).replace("规模以上", "规上").replace("（含）", "")
    for candidate in _candidates(text):
        name = table.match(candidate)
        if name != OTHER:
            return name
    return OTHER


@lru_cache(maxsize=65536)
def names_indicator(text: str) -> bool:
    """Whether ``text`` as it stands, with nothing stripped, is the name of an indicator."""
    return len(text) > 1 and load_indicators().match(text.replace("规模以上", "规上")) != OTHER


def _candidates(text: str) -> Iterable[str]:
    yield text
    scoped = _SCOPE.sub("", text)
    if scoped != text:
        yield scoped
    bare = _HEAD.sub("", scoped)
    if bare != scoped and bare:
        yield bare
    placed = _PLACE.sub("", scoped)
    if placed != scoped:
        yield placed
        yield _HEAD.sub("", placed)
