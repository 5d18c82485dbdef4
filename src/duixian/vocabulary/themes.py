"""Topics of commitments: which words speak for which topic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from duixian.vocabulary.lexicon import alternation
from duixian.vocabulary.tables import read_table

#: The topic of a clause in which no known word stands.
GENERAL = "综合"


@dataclass(frozen=True, slots=True)
class Themes:
    """The topics. words: word -> topics; pattern: finds the words of all topics."""

    words: Mapping[str, tuple[str, ...]]
    pattern: re.Pattern[str]

    def classify(self, text: str) -> str:
        """The topic whose words weigh most in ``text``; "" when there is none. A word weighs its length."""
        found = self.pattern.findall(text)
        if not found:
            return ""
        words = self.words
        if len(found) == 1:
            return words[found[0]][0]
        weights: dict[str, int] = {}
        for word in found:
            for theme in words[word]:
                weights[theme] = weights.get(theme, 0) + len(word)
        return max(weights, key=weights.__getitem__)


@lru_cache(maxsize=1)
def load_themes() -> Themes:
    """The topics that ship with the package."""
    raw = read_table("themes")
    words: dict[str, tuple[str, ...]] = {}
    for theme, listed in raw["themes"].items():
        for word in listed.split():
            words[word] = (*words.get(word, ()), theme)
    return Themes(words=words, pattern=re.compile(alternation(words)))
