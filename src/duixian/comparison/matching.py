"""How much two subjects have in common, for commitments whose words no table knows."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from duixian.comparison.wording import wording

THRESHOLD = 0.6
_NOISE = re.compile(r"[“”‘’\"'\s的（）()《》、，·]")
# "亿元以上", "500万元以上", "产值超50亿元": a subject with another bound is another subject.
_BOUND = re.compile(
    r"(?:超|超过)?([\d.一二三四五六七八九十百千万亿]+[一-龥]{0,3}?)(?:以上|以下|以内)|超(?:过)?([\d.]+[万亿]*[元吨亩])"
)
# Phases and numbers tell one project from its neighbour.
_PHASE = re.compile(r"[一二三四五六七八九十\d]+(?:期|号线|标段|阶段)|第[一二三四五六七八九十]+")


@lru_cache(maxsize=65536)
def folded(subject: str) -> str:
    """The subject without punctuation, scope and generic words, in one spelling."""
    text = _NOISE.sub("", subject)
    for word, same in wording().synonyms.items():
        text = text.replace(word, same)
    bare = text
    for word in wording().idle:
        bare = bare.replace(word, "")
    return bare if len(bare) > 1 else text


@lru_cache(maxsize=65536)
def _grams(text: str) -> Counter[str]:
    return Counter([*text, *(text[i : i + 2] for i in range(len(text) - 1))])


def overlap(one: str, other: str) -> float:
    """Share of characters and pairs of characters in common, 0 to 1 (Dice)."""
    a, b = _grams(one), _grams(other)
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0


def similarity(one: str, other: str) -> float:
    """How likely two subjects name the same thing, 0 to 1.

    Overlap of characters and pairs of characters; where one holds the whole of the other, at least the share of the
    shorter, since reports shorten what they repeat. Different phases or numbers make different things.
    """
    a, b = folded(_BOUND.sub("", one)), folded(_BOUND.sub("", other))
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    if _PHASE.findall(a) != _PHASE.findall(b):
        return 0.0
    score = overlap(a, b)
    short, long = sorted((a, b), key=len)
    if len(short) >= 3 and (long.endswith(short) or long.startswith(short)):
        score = max(score, 0.5 + 0.5 * len(short) / len(long))
    return score


def continued(target: str, before: str, subject: str) -> float:
    """Similarity to a subject that goes on from the one before it: the opening of that one may stand in front.

    "省属企业利润总额增长…，资产负债率降至…" speaks of 省属企业资产负债率.
    """
    best = 0.0
    for length in range(2, min(len(before), 12)):
        if target.startswith(before[:length]):
            best = max(best, similarity(target, before[:length] + subject))
    return 0.95 * best


def bound_of(subject: str) -> str:
    """The bound that is part of a subject ("亿元以上技改项目" -> "亿元"), "" when there is none."""
    match = _BOUND.search(subject)
    return (match[1] or match[2]) if match else ""
