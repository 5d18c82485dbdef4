"""Quantities in words: 三分之二, 七成, 一半以上, 翻一番, 全国第四位, 超千亿元, 十件."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from duixian.extraction.figures.operators import combine, operator_before, operator_behind
from duixian.extraction.figures.quantities import Quantity, drop_runs, scan_digits, share_units, unit_pattern
from duixian.vocabulary.numerals import parse_numeral
from duixian.vocabulary.units import load_units

_COUNTERS = "个|项|件|家|所|座|条|户|名|人|处|套|场|张|部|台|批|亩|公里"


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    cn = "一二三四五六七八九十"
    order = rf"(?:[{cn}]{{1,3}}|\d{{1,3}})"
    # The look at the first character spares most places of a text the whole choice.
    return re.compile(
        rf"(?=[{cn}两百千万亿半过近第首榜前翻\d])(?:"
        rf"(?P<share>[{cn}百千]{{1,6}}分之[{cn}百]{{1,6}}(?:点[{cn}零]{{1,6}})?)"
        r"|(?P<tenths>[一两二三四五六七八九\d]成)(?![立为功效果员就都长熟型渝品色交人本片活套语分败])"
        rf"|(?P<times>[{cn}两]{{1,3}})倍(?!增|数|率|速)"
        rf"|(?<=连续)(?P<years>[{cn}两]{{1,3}})(?:个)?年"
        r"|(?P<half>一半|半数|过半|近半)"
        r"|翻(?:了)?(?P<doubling>[一两二三四五]?)番"
        r"|(?P<twodigit>[两二]位数)"
        rf"|(?P<rank>第{order}(?:位|名)?|首位|榜首|前{order}(?:位|名|强|列)?|\d{{1,3}}强)"
        r"|(?<=[超过逾近破达上])(?P<magnitude>十万亿|万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千|百)"
        rf"(?P<unit>{unit_pattern()})?"
        rf"|(?P<count>[{cn}两百千]{{1,5}})(?P<counter>{_COUNTERS}))"
    )


_QUOTED = re.compile(r"“[^”]{1,16}”|‘[^’]{1,16}’|《[^》]{1,60}》|〔[^〕]{1,8}〕|［[^］]{1,8}］|\[[^\]]{1,8}\]")
_QUOTES = re.compile(r"[“‘《〔［\[]")


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a paragraph in the order of the text.

    Numbers that only name things (years, dates, ordinals, road and model codes, quoted programme names) are left out.
    """
    quoted = [match.span() for match in _QUOTED.finditer(text)] if _QUOTES.search(text) else []
    opens = [start for start, _ in quoted]
    digits = scan_digits(text)
    if quoted:
        digits = [q for q in digits if not _inside(quoted, opens, q.core)]
    cores = [q.core for q in digits]
    found = list(digits)
    for match in _pattern().finditer(text):
        if quoted and _inside(quoted, opens, match.start()):
            continue
        worded = _read(text, match)
        if worded is None:
            continue
        place = bisect_left(cores, worded.core)
        if any(q.start < worded.unit_end and worded.core < q.unit_end for q in digits[max(0, place - 1) : place + 1]):
            continue
        found.append(worded)
    found.sort(key=lambda q: q.core)
    share_units(text, found)
    return drop_runs(text, found)


def _inside(spans: list[tuple[int, int]], opens: list[int], at: int) -> bool:
    place = bisect_left(opens, at) - 1
    return place >= 0 and at < spans[place][1]


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    if match["rank"]:
        return _rank(text, match)
    start, end = match.span()
    value: float | int | None
    if match["count"]:
        value, unit, form, forced = _count(text, match), match["counter"], "plain", ""
    elif match["magnitude"]:
        value, unit, end = _magnitude(text, match)
        form, forced = "plain", ""
    elif match["years"]:
        value, unit, form, forced = parse_numeral(match["years"]), "年", "plain", ""
    elif match["times"]:
        value, unit, form, forced = parse_numeral(match["times"]), "倍", "multiple", ""
    elif match["doubling"] is not None:
        value, unit, form, forced = 2 ** (parse_numeral(match["doubling"]) or 1), "倍", "multiple", ""
    elif match["twodigit"]:
        value, unit, form, forced = 10, "%", "share", "ge"
    else:
        value, forced = _share(text, match)
        unit, form = "%", "share"
    if value is None:
        return None
    op, prefix, begin = operator_before(text, start)
    suffix, close = operator_behind(text, end)
    final = forced or combine(op, suffix)
    return Quantity(begin, start, end, close, value, None, unit, final, form, prefix, suffix, bool(match["count"]))


_HALF_LEAD = re.compile(r"占|超|近|达|过|减|降|比|率|缩|节|[国球界省市区]$")
_HALF_SLOGAN = re.compile(r"(?:时间|任务|时|双)$")
_TENTHS_LEAD = re.compile(r"[达到至在占为]$")


def _share(text: str, match: re.Match[str]) -> tuple[float | int | None, str]:
    """(per cent, forced operator) of a share in words; None when the words only look like one."""
    start, end = match.span()
    if match["share"]:
        below, _, above = match["share"].partition("分之")
        whole, _, decimals = above.partition("点")
        bottom = parse_numeral(below)
        top = float(parse_numeral(whole) or 0) + float("0." + str(parse_numeral(decimals) or 0))
        if not bottom:
            return None, ""
        value = round(100 * top / bottom, 2)
        return (int(value) if value == int(value) else value), ""
    if match["tenths"]:
        led = operator_before(text, start)[0] or _TENTHS_LEAD.search(text[max(0, start - 1) : start])
        if not led and text[end : end + 1] not in ("以", "左", "多", "的"):
            return None, ""
        digit = match["tenths"][0]
        return 10 * (int(digit) if digit.isdigit() else parse_numeral(digit) or 0), ""
    word = match["half"]
    if word != "近半" and not _HALF_LEAD.search(text[max(0, start - 12) : start]):
        return None, ""
    if _HALF_SLOGAN.search(text[max(0, start - 2) : start]):
        return None, ""
    return 50, {"过半": "gt", "近半": "approx"}.get(word, "")


_REACHED = re.compile(r"(?:惠及|受益|服务|带动|吸引|接待|覆盖|帮助|解决|涉及)(?:.|超过|将近)$")


def _magnitude(text: str, match: re.Match[str]) -> tuple[int | None, str, int]:
    """(value, unit, end) of a magnitude that stands for a number ("超千亿元" is 1000 亿元); labels give None."""
    end = match.end()
    table = load_units()
    unit = match["unit"] or ""
    if unit and text[end : end + 1] and text[end] in table.not_before.get(unit, ""):
        unit, end = "", end - len(unit)
    after = text[end : end + 1]
    if after in ("级", "的") or unit in table.naming:
        return None, "", end
    if unit:
        if after and after not in "，。；、！）和及以左大台":
            return None, "", end
    elif after and after not in "，。；、！）" and not _REACHED.search(text[max(0, match.start() - 5) : match.start()]):
        return None, "", end
    magnitude = match["magnitude"]
    for front, factor in (("十", 10), ("百", 100), ("千", 1000)):
        if magnitude.startswith(front):
            return factor, magnitude[1:] + unit, end
    return 1, magnitude + unit, end


_LIST_NOUN = re.compile(
    r"方面|规定|工作|字|重点|层面|维度|原则|必须|坚持|环节|阶段|小时|月|一批|没有|毫不|确立|维护|以上|关键词|如何|阶段性?目标|百年"
)


def _count(text: str, match: re.Match[str]) -> int | None:
    """A count in Chinese numerals; None for ordinals, round hundreds and announced lists ("三个方面")."""
    start = match.start()
    number = parse_numeral(match["count"])
    if number is None or number < 2 or match["count"].strip("百千") == "":
        return None
    if start and text[start - 1] in "第十百千万亿几数零一前每":
        return None
    return None if _LIST_NOUN.match(text, match.end()) else number


_ORDINAL_TAIL = re.compile(
    r"[届次批轮期个季条章代产大方梯阶任版时课线手道类部种份家项座所张动步故要资财增责关台]|[一二三]产"
)
_RANK_LEAD = re.compile(
    r"(?:居|列|排|位|名|名次|排名|全国|全省|全市|全区|世界|全球|亚洲|国内|省内|中部|西部|东部|东北|全州|同类|地区|省份|各省"
    r"|城市|县|省|市|区|群|圈|上游|增速|增量|总量|规模|增幅|夺得|跃升至|升至|提升到|升到|进至|进到|进位至|提升至|前进至|跃至"
    r"|游|位次|评价|考核|评估|均为|稳定为)$"
)
_FIRST_LEAD = re.compile(r"居|列|登|位|占|[国省球界市区洲]$|均|保持|蝉联")
_FIRST_PLACED = re.compile(r"(?:放在|摆在|置于)$")
_ENTERED = re.compile(r"进入|跻身|入围|入选|进位|跃居|挺进|上榜|迈入|晋级|跨入|列|居")
_FIRMS_BEFORE = re.compile(r"\d[家户个所人名][^，。；]{0,12}$")
_TOP_LEAD = re.compile(r"[国省球界市区洲]$|居|列|进入|跻身|位|排|名")


def _rank(text: str, match: re.Match[str]) -> Quantity | None:
    """A rank: 第4位 is 4, 首位 is 1, 前10 and 百强 are upper bounds; ordinals of other kinds give None."""
    word = match["rank"]
    start, end = match.span()
    after = text[end : end + 1]
    lead = text[max(0, start - 14) : start]
    closed = not after or after in "，。；、！）的和及" or text[end : end + 2] in ("以内", "左右")
    digits = word.strip("第前位名列强")
    number = int(digits) if digits.isdigit() else parse_numeral(digits)
    op, unit, value = "eq", "", number or 1
    if word in ("首位", "榜首"):
        if not closed or not _FIRST_LEAD.search(lead[-10:]) or _FIRST_PLACED.search(lead):
            return None
        value = 1
    elif not number:
        return None
    elif word[0] == "第":
        unit = word[-1] if word[-1] in "位名" else ""
        if number > 500 or (
            not unit and (not closed or _ORDINAL_TAIL.match(after) or not _RANK_LEAD.search(lead[-6:]))
        ):
            return None
    elif word.endswith("强"):
        if not closed or not _ENTERED.search(lead) or _FIRMS_BEFORE.search(text[max(0, start - 24) : start]):
            return None
        op = "le"
    else:
        if not closed or word.endswith("列") or not _TOP_LEAD.search(lead[-8:]):
            return None
        op = "le"
    return Quantity(start, start, end, end, value, None, unit, op, "rank")
