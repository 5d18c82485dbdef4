"""Deadlines as people write them, as days: 2025年6月底前, 二季度, 年底前, 长期坚持. The patterns are data."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from duixian.vocabulary.numerals import parse_numeral

_SPACE = re.compile(r"\s+")
_LONGEST = 400  # characters of a text that are looked at: a deadline is a few words


@dataclass(frozen=True, slots=True)
class _Written:
    """One row of ``data/deadlines.toml``; the fields are explained there."""

    pattern: re.Pattern[str]
    whole: bool
    month: int | None
    day: int | None
    fixed: int | None


@dataclass(frozen=True, slots=True)
class _Patterns:
    written: tuple[_Written, ...]
    years: Mapping[str, int]


def deadline_of(text: str, year: int) -> date | None:
    """The last day that a written deadline leaves; None when none is written or the day does not exist (2月30日).

    year: that of the plan, which counts where the text names none. Of several deadlines the latest holds, because only
    then all is done; a year that is named holds for those after it. The day may lie in another year than the plan's.
    """
    table = _patterns()
    line = _SPACE.sub("", unicodedata.normalize("NFKC", text[:_LONGEST]))
    named = year
    days: list[date] = []
    for written, found in _found(table, line):
        parts = found.groupdict()
        if written.fixed is not None:
            of = written.fixed
        elif parts.get("year"):
            named = of = _year(parts["year"], year, table)
        else:
            of = named
        day = _day(written, parts, of)
        if day is None:
            return None
        days.append(day)
    return max(days, default=None)


def _found(table: _Patterns, line: str) -> Iterator[tuple[_Written, re.Match[str]]]:
    """What is written in the line, from left to right without overlap; at one place the first of the table."""
    for written in table.written:
        whole = written.pattern.fullmatch(line) if written.whole else None
        if whole:
            yield written, whole
            return
    at = 0
    while at < len(line):
        matches = ((written, written.pattern.search(line, at)) for written in table.written if not written.whole)
        first = min(
            ((written, found) for written, found in matches if found is not None),
            key=lambda pair: pair[1].start(),
            default=None,
        )
        if first is None:
            return
        yield first
        at = max(first[1].end(), at + 1)


def _year(words: str, year: int, table: _Patterns) -> int:
    for word, offset in table.years.items():
        if words.startswith(word):
            return year + offset
    number = _number(words.rstrip("的度年")) or 0
    return number if number > 99 else 2000 + number


def _day(written: _Written, parts: Mapping[str, str | None], year: int) -> date | None:
    quarter, month, day = parts.get("quarter"), parts.get("month"), parts.get("day")
    in_month = 3 * (_number(quarter) or 0) if quarter else _number(month) if month else written.month
    if in_month is None or not 1 <= in_month <= 12 or not 1 <= year <= 9999:
        return None
    last = monthrange(year, in_month)[1]
    on = _number(day) if day else written.day or last
    return date(year, in_month, on) if on is not None and 1 <= on <= last else None


def _number(words: str) -> int | None:
    return int(words) if words.isascii() and words.isdigit() else parse_numeral(words)


@cache
def _patterns() -> _Patterns:
    data = tomllib.loads(resources.files(__package__).joinpath("data/deadlines.toml").read_text("utf-8"))

    def compiled(pattern: str) -> re.Pattern[str]:
        for name, part in data["parts"].items():
            pattern = pattern.replace("{" + name + "}?", f"(?:{part})?").replace("{" + name + "}", part)
        return re.compile(pattern)

    written = tuple(
        _Written(compiled(row["pattern"]), row.get("whole", False), row.get("month"), row.get("day"), row.get("fixed"))
        for row in data["written"]
    )
    return _Patterns(written, data["years"])
