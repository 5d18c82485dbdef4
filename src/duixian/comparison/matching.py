"""How much two subjects have in common, for commitments whose words no table knows."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from duixian.comparison.wording import wording

THRESHOLD = 0.75
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

    Overlap of characters and pairs of characters. Where one holds the whole of the other, the share of the shorter:
    reports shorten what they repeat, but a word in front narrows a thing ("公办幼儿园" is not "幼儿园") and a noun
    behind makes another of it. Different phases, numbers or ranks (国家级, 省级) make different things.
    """
    a, b = folded(_BOUND.sub("", one)), folded(_BOUND.sub("", other))
    if not a or not b:
        return 0.0
    if _PHASE.findall(a) != _PHASE.findall(b) or _apart(one, other):
        return 0.0
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    ratio = len(short) / len(long)
    if long.endswith(short):
        return 0.3 + 0.65 * ratio
    if long.startswith(short):
        return 0.4 + 0.6 * ratio
    return overlap(a, b)


def same_name(one: str, other: str) -> float:
    """How likely two names are of one project: equal, or the one a shortening of the other, in its order.

    "深南高铁" shortens "深圳至南宁高铁"; two names of equal length that differ are two projects.
    """
    if _PHASE.findall(_NOISE.sub("", one)) != _PHASE.findall(_NOISE.sub("", other)):
        return 0.0
    a, b = folded(one), folded(other)
    short, long = sorted((a, b), key=len)
    if a == b:
        return 1.0
    rest = iter(long)
    if len(short) < 3 or not all(char in rest for char in short):
        return 0.0
    return 0.6 + 0.4 * len(short) / len(long)


def continued(target: str, before: str, subject: str) -> float:
    """Similarity to a subject that goes on from the one before it: the opening of that one may stand in front.

    "省属企业利润总额增长…，资产负债率降至…" speaks of 省属企业资产负债率.
    """
    best = 0.0
    for length in range(2, min(len(before), len(target) - 2)):
        if target.startswith(before[:length]):
            best = max(best, similarity(target[length:], subject))
    return 0.95 * best


def _apart(one: str, other: str) -> bool:
    """Whether two subjects are of different rank, as 国家级 and 省级 things are."""
    ranks = wording().ranks
    a = {rank for word, rank in ranks.items() if word in one}
    b = {rank for word, rank in ranks.items() if word in other}
    return bool(a and b and not a & b)


def bound_of(subject: str) -> str:
    """The bound that is part of a subject ("亿元以上技改项目" -> "亿元"), "" when there is none."""
    match = _BOUND.search(subject)
    return (match[1] or match[2]) if match else ""
