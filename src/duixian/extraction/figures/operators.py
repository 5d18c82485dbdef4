"""Operator words that touch a number: 超过, 不低于, 以上, 左右."""

from __future__ import annotations

import re
from functools import lru_cache

from duixian.vocabulary.figures import load_figure_words

# "通过3项", "经过5年", "会上20家": the last character only looks like an operator.
_FALSE_PREFIX = re.compile(
    r"(?:[通经超度走跨渡]过|[以之会线网岸陆身路马船车山楼地天手晚早迈跨登踏站加新]上|[附远亲邻]近|[制公契条节集]约|打破)$"
)
_LONGEST = 4


@lru_cache(maxsize=1)
def _suffix_pattern() -> re.Pattern[str]:
    words = sorted(load_figure_words().suffixes, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def operator_before(text: str, at: int) -> tuple[str, str, int]:
    """(operator, word, start) of an operator word that ends at ``at``; ("", "", at) when there is none."""
    prefixes = load_figure_words().prefixes
    stop = at - 1 if text[at - 1 : at] == "了" else at
    for length in range(min(_LONGEST, stop), 0, -1):
        word = text[stop - length : stop]
        op = prefixes.get(word)
        if op and not (length == 1 and _FALSE_PREFIX.search(text, max(0, stop - 2), stop)):
            return op, word, stop - length
    return "", "", at


def operator_behind(text: str, at: int) -> tuple[str, int]:
    """(word, end) of an operator word that starts at ``at``; ("", at) when there is none."""
    found = _suffix_pattern().match(text, at)
    return (found.group(), found.end()) if found is not None else ("", at)


def combine(prefix: str, suffix: str, more: bool = False) -> str:
    """The operator of a number from the operator before it, the word behind it, and a 多 or 余 inside it."""
    behind = load_figure_words().suffixes.get(suffix, "")
    if behind in ("ge", "le") and prefix not in ("gt", "lt"):
        return behind
    return prefix or behind or ("gt" if more else "eq")
