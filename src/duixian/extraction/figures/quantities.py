"""Find the quantities of a paragraph: where a number stands, its value, unit and operator.

Only the words that touch the number are looked at here; what is measured is found in :mod:`.statements`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from duixian.extraction.figures.operators import combine, operator_before, operator_behind
from duixian.vocabulary.numerals import MAGNITUDES
from duixian.vocabulary.units import Units, load_units


@dataclass(slots=True)
class Quantity:
    """A number with its unit.

    start: of the operator word before the number or of the number; core: of the number itself; unit_end: behind the
    unit; end: behind a trailing operator ("以上"). form: "plain", "rank", "multiple" or "share". naming: a count in
    Chinese numerals, which may only name a thing ("三个示范区").
    """

    start: int
    core: int
    unit_end: int
    end: int
    value: float | int
    value2: float | int | None
    unit: str
    op: str
    form: str
    prefix: str = ""
    suffix: str = ""
    naming: bool = False


#: Units of differences between percentages.
POINTS = ("个百分点", "百分点", "个基点")
_SURE_UNITS = ("%", "元", "个百分点", "百分点")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_MAGNITUDE = "|".join(sorted(MAGNITUDES, key=len, reverse=True))
# Longer runs of digits are account numbers and noise, not amounts.
_MOST_DIGITS = 18
_DASH = r"(?:-{1,2}|—{1,2}|–|－|−|~|～|〜|至|到)"


@lru_cache(maxsize=1)
def unit_pattern() -> str:
    """A regular expression, as text, that matches any known unit, with a denominator if there is one."""
    units = sorted(load_units().kinds, key=len, reverse=True)
    latin = [u for u in units if u[0].isascii() and u[0].isalpha()]
    other = [u for u in units if u not in set(latin)]
    one = "|".join(re.escape(u) for u in other) + "|(?:" + "|".join(re.escape(u) for u in latin) + r")(?![A-Za-z])"
    return rf"(?:{one})(?:/(?:每)?(?:{one}|月|日|时))?(?:·(?:月|日|年|人))?(?:（(?:{one})）)?"


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """(a number with magnitude and unit, the second half of a range)."""
    unit = unit_pattern()
    single = re.compile(
        rf"(?P<n>{_NUMBER})(?P<more>[余多])?(?P<mag>{_MAGNITUDE})?(?P<more2>[余多](?=[^，。；、]))?(?P<unit>{unit})?"
    )
    tail = re.compile(rf"(?P<dash>{_DASH})(?P<n>{_NUMBER})(?P<more>[余多])?(?P<mag>{_MAGNITUDE})?(?P<unit>{unit})?")
    return single, tail


def parse_number(text: str) -> float | int:
    """The value of digits with thousands separators."""
    text = text.replace(",", "")
    return float(text) if "." in text else int(text)


def scan_digits(text: str) -> list[Quantity]:
    """The quantities written in Arabic digits, in the order of the text."""
    single, tail = _patterns()
    table = load_units()
    found: list[Quantity] = []
    match = single.search(text)
    while match is not None:
        quantity, position = _arabic(text, match, tail, table)
        if quantity is not None:
            found.append(quantity)
        match = single.search(text, max(position, match.start() + 1))
    return found


# Counts of points, aspects and the like only announce a list.
_NAMING_NOUN = re.compile(r"方面|层面|维度|环节|字(?!节)|关键词|原则|坚持|必须|如何|阶段性?目标|百年|重大关系|重要方面")


def _arabic(text: str, match: re.Match[str], tail: re.Pattern[str], table: Units) -> tuple[Quantity | None, int]:
    """A quantity written in Arabic digits, or None for a number that only names something, and where to go on."""
    start, end = match.span()
    unit = match["unit"] or ""
    magnitude = match["mag"] or ""
    if unit and text[end : end + 1] and text[end] in table.not_before.get(unit, ""):
        unit, end = "", end - len(unit)
    number_end = match.end("n")
    before = text[start - 1 : start]
    after = text[end : end + 1]
    if before == "第" or len(match["n"]) > _MOST_DIGITS:
        return None, number_end
    if before and (before in "+＋×·.-/" or (before.isascii() and before.isalpha())) and unit not in _SURE_UNITS:
        return None, (end if before.isalpha() else number_end)
    second = tail.match(text, end)
    if second is not None and len(second["n"]) > _MOST_DIGITS:
        second = None
    if not unit and not magnitude and (second is None or not (second["unit"] or second["mag"])):
        return _bare(text, match)
    if after and after in "+＋×" and not unit:
        return None, number_end
    if unit == "年" and not magnitude and len(match["n"]) == 4 and match["n"][:2] in ("19", "20"):
        return None, end
    if unit in table.naming and not magnitude:
        return None, end
    if unit == "周年" or (unit in ("个", "项") and not magnitude and _NAMING_NOUN.match(text, end)):
        return None, end
    value: float | int = parse_number(match["n"])
    value2: float | int | None = None
    if second is None and unit:
        # "5%左右到6%": the hedge may stand between the bounds.
        _, hedge_end = operator_behind(text, end)
        if hedge_end > end:
            second = tail.match(text, hedge_end)
            if second is not None and (second["unit"] != unit or len(second["n"]) > _MOST_DIGITS):
                second = None
    if second is not None and (second["unit"] or second["mag"] or second["dash"] not in "至到"):
        high = parse_number(second["n"])
        unit2 = second["unit"] or ""
        if (not unit or unit2 in ("", unit)) and unit2 not in table.naming and high > value:
            value2 = high
            magnitude = second["mag"] or magnitude
            unit = unit2 or unit
            end = second.end()
    op, prefix, begin = operator_before(text, start)
    unit_end = end
    suffix, end = operator_behind(text, end)
    if not suffix and unit == "台" and text.startswith("阶", end):
        # "2万亿台阶" is a step of 2万亿, not 2万亿 machines.
        unit, unit_end, end = "", end - 1, end - 1
    elif text.startswith("级", unit_end):
        return None, unit_end
    if unit == "成":
        if magnitude or (text[unit_end : unit_end + 1] and text[unit_end] not in "，。；、的！）以左多"):
            return None, unit_end
        value, unit = value * 10, "%"
        value2 = value2 * 10 if value2 is not None else None
    final = "range" if value2 is not None else combine(op, suffix, bool(match["more"] or match["more2"]))
    form = "multiple" if unit == "倍" else "plain"
    return Quantity(begin, start, unit_end, end, value, value2, magnitude + unit, final, form, prefix, suffix), end


_TURN = "缩小|扩大|提高|降低|下降|上升|提升|优化|调整|降|升|缩"
_INDEX_LEAD = re.compile(
    rf"(?:比|指数|得分|系数|值|度|成绩|净推荐值)(?:(?:由|从)|(?:{_TURN})?(?:到|至|为|达|达到|突破|超过)|(?:保持|稳定|维持|控制)在)$"
)
_CHANGED = re.compile(rf"(?:由|从)\d+(?:\.\d+)?(?:[∶：:]1)?(?:{_TURN})(?:到|至|为)$")
_ONWARD = re.compile(rf"(?:{_TURN})(?:到|至|为)\d")
_RATIO = re.compile(r"[∶：:]1(?!\d|[∶：:])")
_DIGITS = re.compile(r"\d{1,18}")


def _bare(text: str, match: re.Match[str]) -> tuple[Quantity | None, int]:
    """A number with neither magnitude nor unit: kept when an index or a ratio reaches it, or as a fraction."""
    start, end = match.start(), match.end("n")
    value = parse_number(match["n"])
    op, prefix, begin = operator_before(text, start)
    if text[end : end + 1] == "/":
        denominator = _DIGITS.match(text, end + 1)
        if denominator is None or "." in match["n"] or int(denominator.group()) < value or not value:
            return None, end
        if text[start - 1 : start] not in "占超近约的达国省市过球界区量":
            return None, denominator.end()
        suffix, close = operator_behind(text, denominator.end())
        share = round(100 * value / int(denominator.group()), 2)
        final = combine(op, suffix)
        return Quantity(begin, start, denominator.end(), close, share, None, "%", final, "share", prefix, suffix), close
    ratio = _RATIO.match(text, end)
    stop = ratio.end() if ratio is not None else end
    reached = _INDEX_LEAD.search(text[max(0, start - 8) : start]) or (
        op and _INDEX_LEAD.search(text[max(0, begin - 8) : begin] + "达")
    )
    suffix, close = operator_behind(text, stop)
    ends = suffix or text[stop : stop + 1] in ("", "，", "。", "；", "、", "！", "）")
    if (reached and (ends or _ONWARD.match(text, stop))) or (
        ends and _CHANGED.search(text[max(0, start - 14) : start])
    ):
        return Quantity(begin, start, stop, close, value, None, "", combine(op, suffix), "plain", prefix, suffix), close
    return None, end


_LIST_GAP = re.compile(r"[、和及与,]|以及|，")


def share_units(text: str, found: list[Quantity]) -> None:
    """Give a unit that is written once, at the end of a list, to the members before it ("2个、1.3个、6.1个百分点")."""
    for left, right in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
        if left.unit == "个" and right.unit == "个百分点" and _LIST_GAP.fullmatch(text[left.end : right.start]):
            left.unit = right.unit


_HELD = re.compile(r"蝉联|稳居|位居|居|保持|位列|排名|领跑")
_CLAUSE_END = re.compile(r"[，。；！？]")


def drop_runs(text: str, found: list[Quantity]) -> list[Quantity]:
    """Leave out "连续9年" where the clause states something else as well."""
    kept = []
    for number, quantity in enumerate(found):
        if quantity.unit in ("年", "个月", "个季度", "次") and (
            text[max(0, quantity.start - 2) : quantity.start] == "连续" or _HELD.match(text, quantity.end)
        ):
            stop = _CLAUSE_END.search(text, quantity.end, quantity.end + 100)
            limit = stop.start() if stop else quantity.end + 100
            after = found[number + 1 : number + 2]
            before = found[max(0, number - 1) : number]
            if any(q.core < limit for q in after) or any(
                not _CLAUSE_END.search(text, q.end, quantity.start)
                for q in before
                if quantity.start - 100 < q.end <= quantity.start
            ):
                continue
        kept.append(quantity)
    return kept
