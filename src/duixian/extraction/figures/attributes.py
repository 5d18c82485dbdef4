"""Kind, sign and role of a statement once its subject is known."""

from __future__ import annotations

import re

from duixian.extraction.figures.behind import Behind
from duixian.extraction.figures.phrases import Phrase
from duixian.extraction.figures.quantities import POINTS, Quantity
from duixian.vocabulary.figures import load_figure_words
from duixian.vocabulary.indicators import OTHER, load_indicators
from duixian.vocabulary.units import load_units, split_magnitude

RATIOS = ("%", "‰", *POINTS)
_RATE_NOUNS = ("增速", "增幅", "涨幅", "降幅", "增长率", "跌幅")
_FALLING_NOUNS = ("降幅", "跌幅")
_SHARE_NOUNS = ("占比", "比重", "率")
_AREAS = ("亩", "公顷", "平方公里", "平方米", "平米", "公里", "斤")
_AT_LEAST = ("以上", "及以上")
_AT_MOST = ("以下", "及以下")


def unit_kind(unit: str) -> str:
    """The kind of a written unit: "ratio", "money", "physical", "time", "people", "count" or ""."""
    _, rest = split_magnitude(unit)
    kinds = load_units().kinds
    return kinds.get(rest) or kinds.get(rest.split("/")[0].split("（")[0], "")


def is_ratio(quantity: Quantity) -> bool:
    return quantity.unit in RATIOS


def kind_and_sign(
    quantity: Quantity, phrase: Phrase, subject: str, indicator: str, lead: str, of_noun: bool
) -> tuple[str, bool]:
    """(kind, negative) of a quantity.

    lead: the verb that governs the list the quantity stands in. of_noun: the subject is the noun behind the number, of
    which a percentage is then a share ("50%的税收").
    """
    if quantity.form in ("rank", "multiple"):
        return quantity.form, False
    falls = phrase.tail == "fall"
    if quantity.unit in POINTS:
        return "growth", falls
    if not is_ratio(quantity):
        if phrase.tail in ("rise", "fall"):
            return "change", falls
        verb = phrase.lead or lead
        if verb and not phrase.tail and not quantity.prefix:
            return "change", verb in load_figure_words().fall
        return "level", False
    if phrase.share is not None:
        return "level", False
    if subject.endswith(_RATE_NOUNS) and phrase.tail != "to":
        return "growth", falls or subject.endswith(_FALLING_NOUNS)
    if phrase.tail in ("rise", "fall"):
        return "growth", falls
    if quantity.form == "share":
        return "level", False
    if not phrase.tail and phrase.lead in load_figure_words().fall:
        return "growth", True
    if of_noun and not phrase.tail and not phrase.lead:
        return "level", False
    natural = indicator != OTHER and load_indicators().by_id[indicator].growth
    return ("growth" if natural and not phrase.subject.endswith(_SHARE_NOUNS) else "level"), False


def role_of(text: str, quantity: Quantity, phrase: Phrase, right: Behind, subject: str, lead: str) -> str:
    """ "context" for numbers that only describe, "ongoing" for sizes of works under way, else ""."""
    words = load_figure_words()
    if not subject or _is_duration(text, quantity, phrase):
        return "context"
    if quantity.naming and not _counts(quantity, phrase, right):
        return "context"
    if right.noun and not (phrase.subject and phrase.tail) and _describes(quantity, phrase, right, lead):
        return "context"
    sized = subject.endswith(words.ongoing) or phrase.lead in words.ongoing
    if sized and unit_kind(quantity.unit) == "money" and not phrase.subject.endswith("固定资产投资总额"):
        return "ongoing"
    return ""


def _describes(quantity: Quantity, phrase: Phrase, right: Behind, lead: str) -> bool:
    """Whether a number only bounds or describes the noun behind it ("8座以下车辆", "500千伏工程", "主产区之一")."""
    _, unit = split_magnitude(quantity.unit)
    table = load_units()
    if right.noun.endswith("之一") or unit in table.parameter:
        return True
    physical = table.kinds.get(unit.split("/")[0]) == "physical" and unit not in _AREAS
    if physical and not phrase.action and not phrase.subject.endswith("等"):
        return True
    if is_ratio(quantity):
        return False
    if quantity.suffix in _AT_MOST:
        return True
    governed = bool(phrase.lead or lead or phrase.action) and not phrase.subject
    return quantity.suffix in _AT_LEAST and not governed


_RUN = re.compile(r"连续$")


def _is_duration(text: str, quantity: Quantity, phrase: Phrase) -> bool:
    """Whether a span of time only describes ("30年", "24小时值守") instead of measuring a result."""
    if unit_kind(quantity.unit) != "time":
        return False
    if quantity.unit in ("岁", "周岁"):
        return not phrase.subject.endswith(("寿命", "年龄"))
    if _RUN.search(text, max(0, quantity.start - 2), quantity.start):
        return False
    if "年" in quantity.unit:
        return True
    return not phrase.tail and not quantity.prefix and quantity.suffix not in ("以内", "之内")


def _counts(quantity: Quantity, phrase: Phrase, right: Behind) -> bool:
    """Whether a count in Chinese numerals is a delivered quantity and not a name ("三个示范区")."""
    if right.noun in load_figure_words().counted:
        return True
    return bool(phrase.lead) and not phrase.subject
