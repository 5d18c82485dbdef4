"""Words that govern a number, loaded from ``data/figures.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from duixian.vocabulary.tables import read_table


@dataclass(frozen=True, slots=True)
class FigureWords:
    """The words around numbers.

    prefixes, suffixes: operator words before and behind a number -> operator. membership: verbs whose object
    says what the counted things became part of.

    tails: a word that may stand directly before a number -> "rise", "fall", "reach" or "to" (a level reached by
    change).
    deliver, light, adverbs, manner: words that may open the phrase before a number. bare_heads, measure_heads,
    ongoing: nouns.
    cut: pattern of verbs that end a noun phrase behind a number. trailing: verbs stripped from its end.
    trailing_adverbs: adverbs that may stand before a verb, with the characters they end in and the longest length.
    counted: nouns whose count in words is a quantity. owners: heads that a subject sheds to give its owner.
    """

    tails: dict[str, str]
    longest_tail: int
    deliver: frozenset[str]
    longest_deliver: int
    light: tuple[str, ...]
    adverbs: tuple[str, ...]
    trailing_adverbs: frozenset[str]
    adverb_ends: frozenset[str]
    longest_adverb: int
    manner: tuple[str, ...]
    bare_heads: frozenset[str]
    same_heads: frozenset[str]
    measure_heads: tuple[str, ...]
    ongoing: tuple[str, ...]
    cut: re.Pattern[str]
    trailing: tuple[str, ...]
    fall: frozenset[str]
    counted: frozenset[str]
    owners: tuple[str, ...]
    generic: tuple[str, ...]
    membership: frozenset[str]
    borrowing: frozenset[str]
    per_head: frozenset[str]
    prefixes: dict[str, str]
    suffixes: dict[str, str]


def _by_length(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words), key=lambda w: (-len(w), w)))


@lru_cache(maxsize=1)
def load_figure_words() -> FigureWords:
    """The words that ship with the package."""
    raw = read_table("figures")
    tails: dict[str, str] = {}
    for word in raw["reach"]:
        tails[word] = "reach"
        for end in ("到", "至", "为", "了", "在"):
            tails[word + end] = "reach"
    for kind in ("rise", "fall"):
        for word in raw[kind]:
            tails[word] = tails[word + "了"] = kind
            for end in ("到", "至", "为", "到了"):
                tails[word + end] = "to"
    return FigureWords(
        tails=tails,
        longest_tail=max(map(len, tails)),
        deliver=frozenset(raw["deliver"]),
        longest_deliver=max(map(len, raw["deliver"])),
        light=_by_length(raw["light"]),
        adverbs=_by_length(raw["adverbs"]),
        trailing_adverbs=frozenset(raw["trailing_adverbs"]),
        adverb_ends=frozenset(word[-1] for word in raw["trailing_adverbs"]),
        longest_adverb=max(map(len, raw["trailing_adverbs"])),
        manner=_by_length(raw["manner"]),
        bare_heads=frozenset(raw["bare_heads"]),
        same_heads=frozenset(raw["same_heads"]),
        measure_heads=_by_length(raw["measure_heads"]),
        ongoing=_by_length(raw["ongoing_subjects"]),
        cut=re.compile("|".join(map(re.escape, _by_length(raw["cut_verbs"])))),
        trailing=_by_length(raw["trailing"]),
        fall=frozenset(raw["fall"]),
        counted=frozenset(raw["counted"]),
        owners=_by_length([w for w in raw["measure_heads"] if w not in raw["things"]]),
        generic=_by_length(raw["generic"]),
        membership=frozenset(raw["membership"]),
        borrowing=frozenset(raw["borrowing"]),
        per_head=frozenset(raw["per_head"]),
        prefixes={word: op for op, words in raw["prefixes"].items() for word in words},
        suffixes={word: op for op, words in raw["suffixes"].items() for word in words},
    )
