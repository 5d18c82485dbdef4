"""What other tools find of the numbers with units in annotated paragraphs, and how long they take.

Each finder takes paragraphs and yields (paragraph index, value, unit or None). None as unit: the tool gives the number
alone. Recall is of the gold's (value, unit) pairs, magnitudes multiplied out; precision is not compared, because the
tools do not mean the same by a number.
"""

from __future__ import annotations

import contextlib
import io
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.pipeline import run
from benchmarks.texts import GoldParagraphs

Finding = tuple[int, float, str | None]
Finder = Callable[[tuple[str, ...]], Iterator[Finding]]

MAGNITUDES = {"十": 10.0, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
SAME = {"％": "%", "百分点": "个百分点", "千米": "公里", "元人民币": "元"}
NUMBER = re.compile(r"[-+\d.,，零〇一二三四五六七八九两十百千万亿点分之成半多余几近约]+")
MONEY = re.compile(r"(美元|欧元|日元|元)$")


def fold(value: float, unit: str) -> tuple[float, str]:
    """(value, unit) with 万, 亿, 千 … at the head of the unit multiplied in; falls lose their sign."""
    value = abs(value)
    while unit and unit[0] in MAGNITUDES:
        value *= MAGNITUDES[unit[0]]
        unit = unit[1:]
    return round(value, 6), SAME.get(unit, unit)


def close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-4 * max(1.0, abs(a))


@dataclass
class Score:
    """seconds; recall of values, of values with their unit, and of amounts of money with their unit."""

    name: str
    seconds: float
    values: float
    pairs: float
    money: float


def score(name: str, gold: GoldParagraphs, findings: list[Finding], seconds: float) -> Score:
    """Match findings to gold pairs one to one, paragraph by paragraph."""
    free: dict[int, list[tuple[float, str | None]]] = defaultdict(list)
    for index, value, unit in findings:
        number, folded = fold(value, unit or "")
        free[index].append((number, None if unit is None else folded))
    # A pair is matched with its unit first, so that a bare number does not take the place of a better finding.
    left, pairs, values, money, money_total = [], 0, 0, 0, 0
    for index, value, unit in gold.pairs:
        number, folded = fold(value, unit)
        is_money = bool(MONEY.search(folded))
        money_total += is_money
        hit = next(
            (f for f in free[index] if f[1] is not None and close(f[0], number) and _same_unit(folded, f[1])), None
        )
        if hit is None:
            left.append((index, number))
            continue
        free[index].remove(hit)
        pairs += 1
        money += is_money
    for index, number in left:
        hit = next((f for f in free[index] if close(f[0], number)), None)
        if hit is not None:
            free[index].remove(hit)
            values += 1
    total = len(gold.pairs) or 1
    return Score(name, seconds, (pairs + values) / total, pairs / total, money / (money_total or 1))


def _same_unit(gold: str, found: str) -> bool:
    return gold == found or bool(found and gold and (gold.endswith(found) or found.endswith(gold)))


def duixian(paragraphs: tuple[str, ...]) -> Iterator[Finding]:
    _, figures = run("\n\n".join(paragraphs).encode(), "gold.txt")
    for figure in figures:
        index = (figure.evidence.line - 1) // 2
        if figure.value is not None:
            yield index, float(figure.value), figure.unit


def jionlp(paragraphs: tuple[str, ...]) -> Iterator[Finding]:
    """JioNLP finds amounts of money; it has no finder of other quantities."""
    import jionlp as jio

    for index, paragraph in enumerate(paragraphs):
        for entity in jio.ner.extract_money(paragraph, with_parsing=True):
            detail = entity.get("detail") or {}
            number = detail.get("num")
            for one in number if isinstance(number, list) else [number]:
                if one is not None:
                    yield index, float(one), str(detail.get("case", "元"))


def recognizers(paragraphs: tuple[str, ...]) -> Iterator[Finding]:
    """Recognizers-Text, Chinese: currencies, dimensions, temperatures and ages, percentages, and bare numbers."""
    from recognizers_number import Culture, NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer

    units, numbers = NumberWithUnitRecognizer(Culture.Chinese), NumberRecognizer(Culture.Chinese)
    models = [
        units.get_currency_model(),
        units.get_dimension_model(),
        units.get_temperature_model(),
        units.get_age_model(),
        numbers.get_percentage_model(),
    ]
    for index, paragraph in enumerate(paragraphs):
        taken: list[range] = []
        for model in models:
            for found in model.parse(paragraph):
                value = _number((found.resolution or {}).get("value"))
                if value is not None:
                    taken.append(range(found.start, found.end + 1))
                    yield index, value, _unit(found.text)
        for found in numbers.get_number_model().parse(paragraph):
            value = _number((found.resolution or {}).get("value"))
            if value is not None and not any(found.start in span for span in taken):
                yield index, value, None


def _number(value: object) -> float | None:
    try:
        return float(str(value).rstrip("%"))
    except ValueError:
        return None


def _unit(text: str) -> str:
    """The unit at the end of a found quantity; its value is already multiplied out."""
    if text.startswith("百分之"):
        return "%"
    match = NUMBER.match(text)
    return text[match.end() :] if match else text


FINDERS: dict[str, Finder] = {"Duixian": duixian, "JioNLP": jionlp, "Recognizers-Text": recognizers}


def compare(gold: GoldParagraphs) -> tuple[list[Score], list[str]]:
    """Scores of the finders that are installed, and a line for each that is not."""
    scores, absent = [], []
    for name, finder in FINDERS.items():
        try:
            # Loading of models and dictionaries is not counted; some of these print while they load.
            with contextlib.redirect_stdout(io.StringIO()):
                list(finder(gold.paragraphs[:1]))
                begun = time.perf_counter()
                findings = list(finder(gold.paragraphs))
                seconds = time.perf_counter() - begun
        except ImportError as error:
            if finder is duixian:
                raise
            absent.append(f"{name}: not measured, {error} (pip install -e '.[bench]')")
            continue
        scores.append(score(name, gold, findings, seconds))
    return scores, absent
