"""Find the quantities of a paragraph: where a number stands, its value, unit and operator.

Only the words that touch the number are looked at here; what is measured is found in :mod:`.statements`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from duixian.vocabulary.numerals import MAGNITUDES, parse_numeral
from duixian.vocabulary.units import Units, load_units


@dataclass(slots=True)
class Quantity:
    """A number with its unit.

    start: of the operator word before the number or of the number; core: of the number itself; unit_end: behind the unit;
    end: behind a trailing operator ("以上"). form: "plain", "rank", "multiple" or "share".
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


_SURE_UNITS = ("%", "元", "个百分点", "百分点")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_MAGNITUDE = "|".join(sorted(MAGNITUDES, key=len, reverse=True))
_DASH = r"(?:-{1,2}|—{1,2}|–|－|−|~|～|〜|至|到)"
_COUNTERS = "个|项|件|家|所|座|条|户|名|人|处|套|场|张|部|台|批|亩|公里|万"

#: Operator words that stand directly before a number.
PREFIXES: dict[str, str] = {
    "不低于": "ge", "不少于": "ge", "不小于": "ge", "不得低于": "ge", "不得少于": "ge", "不短于": "ge", "至少": "ge", "最低": "ge",
    "最少": "ge", "上": "ge",
    "不高于": "le", "不超过": "le", "不大于": "le", "不多于": "le", "不得超过": "le", "不得高于": "le", "最多": "le", "不超": "le",
    "超过": "gt", "突破": "gt", "超出": "gt", "超": "gt", "逾": "gt", "高于": "gt", "大于": "gt", "多于": "gt", "优于": "gt",
    "冲破": "gt", "破": "gt", "过": "gt", "越过": "gt", "跨过": "gt", "突破性": "gt",
    "低于": "lt", "不足": "lt", "不到": "lt", "小于": "lt", "少于": "lt", "不满": "lt", "未到": "lt",
    "大约": "approx", "约为": "approx", "接近": "approx", "将近": "approx", "逼近": "approx", "约": "approx", "近": "approx",
    "大致": "approx", "估计": "approx",
}  # fmt: skip
#: Operator words that stand directly behind a quantity.
SUFFIXES: dict[str, str] = {
    "及以上": "ge", "或以上": "ge", "以上": "ge", "之上": "ge",
    "及以内": "le", "以内": "le", "之内": "le", "及以下": "le", "以下": "le", "之下": "le",
    "左右": "approx", "上下": "approx", "有余": "gt", "多": "gt", "余": "gt", "大关": "ge",
}  # fmt: skip

_PREFIX_LENGTHS = (4, 3, 2, 1)
_SUFFIX = re.compile("|".join(sorted(SUFFIXES, key=len, reverse=True)))
# "通过3项", "经过5年", "会上20家": the last character only looks like an operator.
_FALSE_PREFIX = re.compile(
    r"(?:[通经超度走跨渡]过|[以之会线网岸陆身路马船车山楼地天手晚早迈跨登踏站加]上|[附远亲邻]近|[制公契条节集]约|打破)$"
)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    units = sorted(load_units().kinds, key=len, reverse=True)
    latin = [u for u in units if u[0].isascii() and u[0].isalpha()]
    other = [u for u in units if u not in set(latin)]
    one = "|".join(re.escape(u) for u in other) + "|(?:" + "|".join(re.escape(u) for u in latin) + r")(?![A-Za-z])"
    unit = rf"(?:{one})(?:/(?:每)?(?:{one}|月|日|时))?(?:·(?:月|日|年|人))?"
    single = re.compile(
        rf"(?P<n>{_NUMBER})(?P<more>[余多])?(?P<mag>{_MAGNITUDE})?(?P<more2>[余多](?=[^，。；、]))?(?P<unit>{unit})?"
    )
    tail = re.compile(rf"(?P<dash>{_DASH})(?P<n>{_NUMBER})(?P<more>[余多])?(?P<mag>{_MAGNITUDE})?(?P<unit>{unit})?")
    words = re.compile(
        rf"(?P<share>[一二三四五六七八九十百千]+分之[一二三四五六七八九十百]+(?:点[一二三四五六七八九零]+)?)"
        rf"|(?P<tenths>[一两二三四五六七八九\d]成)(?![立为功效果员就都长熟型渝品色交人本片活套语分败])"
        rf"|(?P<times>[一两二三四五六七八九十]{{1,3}})倍(?!增|数|率|速)"
        rf"|(?P<half>一半|半数|过半|近半)"
        rf"|翻(?:了)?(?P<doubling>[一两二三四五]?)番"
        rf"|(?P<twodigit>(?:两|二)位数)"
        rf"|(?P<rank>第(?:[一二三四五六七八九十]{{1,3}}|\d{{1,3}})(?:位|名)?|首位|榜首|(?:前(?:[一二三四五六七八九十]{{1,3}}|\d{{1,3}})(?:位|名|强|列)?)|\d{{1,3}}强)"
        rf"|(?<=[超过逾近破达上])(?P<magword>十万亿|万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千|百)(?P<magunit>{unit})?"
        rf"|(?P<count>[二两三四五六七八九十百千]{{1,5}})(?P<counter>{_COUNTERS})"
    )
    return single, tail, words


_QUOTED = re.compile(r"“[^”]{1,16}”|‘[^’]{1,16}’|《[^》]{1,60}》|〔[^〕]{1,8}〕|［[^］]{1,8}］|\[[^\]]{1,8}\]")
_ORDINAL_TAIL = re.compile(
    r"[届次批轮期个季条章代产大方梯阶任版时课线手道类部种份家项座所张动步故要资财增责关台]|[一二三]产"
)
_RANK_LEAD = re.compile(
    r"(?:居|列|排|位|名|名次|排名|全国|全省|全市|全区|世界|全球|亚洲|国内|省内|中部|西部|东部|东北|全州|同类|地区|省份|各省|城市|县|省|市|区"
    r"|群|圈|上游|量|数|率|速|度|规模|为|获|夺得|跃升至|升至|提升到|升到|进至|进到|进位至|提升至|前进至|跃至|到|至|幅|额|值|均|占|游|位次|评价|考核|评估)$"
)


def _number(text: str) -> float | int:
    text = text.replace(",", "")
    return float(text) if "." in text else int(text)


def _prefix_of(text: str, at: int) -> tuple[str, str, int]:
    """(operator, word, start) of an operator word that ends at ``at``."""
    stop = at - 1 if text[at - 1 : at] == "了" else at
    for length in _PREFIX_LENGTHS:
        word = text[stop - length : stop] if stop >= length else ""
        op = PREFIXES.get(word)
        if op and not (length == 1 and _FALSE_PREFIX.search(text, max(0, stop - 2), stop)):
            return op, word, stop - length
    return "", "", at


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a paragraph in the order of the text.

    Numbers that only name things (years, dates, ordinals, road and model codes, quoted programme names) are left out.
    """
    single, tail, words = _patterns()
    table = load_units()
    quoted = (
        [(m.start(), m.end()) for m in _QUOTED.finditer(text)]
        if ("“" in text or "《" in text or "〔" in text or "［" in text)
        else []
    )
    found: list[Quantity] = []
    position = 0
    while True:
        match = single.search(text, position)
        if match is None:
            break
        position = match.end() if match.end() > match.start() else match.start() + 1
        quantity, position = _arabic(text, match, tail, table)
        if quantity is not None and not _inside(quoted, quantity.core):
            found.append(quantity)
    taken = {i for q in found for i in (q.core, q.unit_end - 1)}
    for match in words.finditer(text):
        if match.start() in taken or _inside(quoted, match.start()):
            continue
        worded = _worded(text, match)
        if worded is not None and not any(q.start < worded.unit_end and worded.core < q.unit_end for q in found):
            found.append(worded)
    found.sort(key=lambda q: q.core)
    _share_units(text, found)
    return _drop_runs(text, found)


_HELD = re.compile(r"(?:蝉联|稳居|位居|居|保持|位列|排名|领跑)")
_CLAUSE_END = re.compile(r"[，。；！？]")


def _drop_runs(text: str, found: list[Quantity]) -> list[Quantity]:
    """Leave out "连续9年" where the clause states something else as well."""
    kept = []
    for number, quantity in enumerate(found):
        if (
            quantity.unit in ("年", "个月", "个季度", "次")
            and text[max(0, quantity.start - 2) : quantity.start] == "连续"
        ):
            stop = _CLAUSE_END.search(text, quantity.end)
            limit = stop.start() if stop else len(text)
            neighbours = found[max(0, number - 1) : number] + found[number + 1 : number + 2]
            if any(
                quantity.end <= q.core < limit
                or (q.end <= quantity.start and not _CLAUSE_END.search(text, q.end, quantity.start))
                for q in neighbours
            ):
                continue
        kept.append(quantity)
    return kept


def _inside(spans: list[tuple[int, int]], at: int) -> bool:
    return any(start < at < end for start, end in spans)


def _arabic(text: str, match: re.Match[str], tail: re.Pattern[str], table: Units) -> tuple[Quantity | None, int]:
    """A quantity written in Arabic digits, and where to go on."""
    start, end = match.span()
    unit = match["unit"] or ""
    magnitude = match["mag"] or ""
    naming = table.naming
    if unit and text[end : end + 1] and text[end] in table.not_before.get(unit, ""):
        unit, end = "", end - len(unit)
    number_end = match.end("n")
    before = text[start - 1 : start]
    after = text[end : end + 1]
    if before == "第":
        return None, number_end
    if before and (before in "+＋×·.-/" or (before.isascii() and before.isalpha())) and unit not in _SURE_UNITS:
        # A range whose first half was not taken ("10-15") is handled from its first half.
        return None, end if before.isalpha() else number_end
    second = tail.match(text, end)
    if not unit and not magnitude and (second is None or not (second["unit"] or second["mag"])):
        return _bare(text, match)
    if after and after in "+＋×" and not unit:
        return None, number_end
    if unit in naming or (unit == "年" and not magnitude and len(match["n"]) == 4 and match["n"][:2] in ("19", "20")):
        if unit == "年" or not magnitude:
            return None, end
    if unit in ("个", "项", "周年") and not magnitude and (unit == "周年" or _NAMING_NOUN.match(text, end)):
        return None, end
    value: float | int = _number(match["n"])
    value2: float | int | None = None
    more = match["more"] or match["more2"]
    if second is not None and not (second["dash"] in "至到" and second["unit"] is None and second["mag"] is None):
        high = _number(second["n"])
        unit2 = second["unit"] or ""
        same = not unit or unit == unit2 or not unit2
        if same and unit2 not in naming and (high > value or (magnitude != (second["mag"] or ""))):
            value2 = high
            magnitude = second["mag"] or magnitude
            unit = unit2 or unit
            end = second.end()
    elif second is None and unit:
        # "5%左右到6%": the hedge may stand between the bounds.
        hedge = _SUFFIX.match(text, end)
        if hedge is not None:
            second = tail.match(text, hedge.end())
            if second is not None and second["unit"] == unit and _number(second["n"]) > value:
                value2 = _number(second["n"])
                end = second.end()
    op, prefix, begin = _prefix_of(text, start)
    suffix = ""
    unit_end = end
    trailing = _SUFFIX.match(text, end)
    if trailing is not None:
        suffix = trailing.group()
        end = trailing.end()
    elif unit == "台" and text.startswith("阶", end):
        # "2万亿台阶" is a step of 2万亿, not 2万亿 machines.
        unit, unit_end = "", end - 1
        end = unit_end
    elif text.startswith("级", end) and (not unit or unit == "元"):
        return None, end
    if unit == "成":
        if magnitude or (text[end : end + 1] and text[end] not in "，。；、的！）"):
            return None, end
        value, unit = value * 10, "%"
        value2 = value2 * 10 if value2 is not None else None
    final = "range" if value2 is not None else _operator(op, suffix, bool(more))
    form = "multiple" if unit == "倍" else "plain"
    return Quantity(begin, start, unit_end, end, value, value2, magnitude + unit, final, form, prefix, suffix), end


def _operator(prefix: str, suffix: str, more: bool) -> str:
    if suffix and SUFFIXES[suffix] in ("ge", "le") and prefix not in ("gt", "lt"):
        return SUFFIXES[suffix]
    if prefix:
        return prefix
    if suffix:
        return SUFFIXES[suffix]
    return "gt" if more else "eq"


# Counts of points, aspects and the like only announce a list.
_NAMING_NOUN = re.compile(
    r"(?:方面|层面|维度|环节|字(?!节)|关键词|原则|坚持|必须|如何|阶段性?目标|百年|重大关系|重要方面)"
)
_INDEX_LEAD = re.compile(
    r"(?:比|指数|得分|系数|值|度|成绩|净推荐值)(?:由|从|提高|提升|上升|缩小|下降|降低|优化|调整|降|升|缩)?(?:到|至|为|达|达到|突破|超过)$"
)
_CHANGED = re.compile(r"(?:由|从)\d+(?:\.\d+)?(?:缩小|扩大|提高|降低|下降|上升|提升|优化|调整|降|升)(?:到|至|为)$")
_ONWARD = re.compile(r"(?:缩小|扩大|提高|降低|下降|上升|提升|优化|调整|降|升)(?:到|至|为)\d")
_RATIO = re.compile(r"[∶：:]1(?!\d|[∶：:])")


def _bare(text: str, match: re.Match[str]) -> tuple[Quantity | None, int]:
    """A number with neither magnitude nor unit: kept when an index or a ratio reaches it, or as a fraction."""
    start, end = match.start(), match.end("n")
    if _CHANGED.search(text[max(0, start - 10) : start]) and text[end : end + 1] in "，。；、":
        return Quantity(start, start, end, end, _number(match["n"]), None, "", "eq", "plain"), end
    if text[end : end + 1] == "/":
        denominator = re.compile(r"\d+").match(text, end + 1)
        if denominator is not None and int(denominator.group()) > 0 and "." not in match["n"]:
            share = 100 * int(match["n"].replace(",", "")) / int(denominator.group())
            stop = denominator.end()
            if share <= 100 and text[start - 1 : start] in "占超近约的达国省市过球界区量":
                op, prefix, begin = _prefix_of(text, start)
                trailing = _SUFFIX.match(text, stop)
                suffix = trailing.group() if trailing else ""
                close = trailing.end() if trailing else stop
                value = round(share, 2)
                return Quantity(
                    begin, start, stop, close, value, None, "%", _operator(op, suffix, False), "share", prefix, suffix
                ), close
        return None, end
    lead = text[max(0, start - 8) : start]
    op, prefix, begin = _prefix_of(text, start)
    ratio = _RATIO.match(text, end)
    if _INDEX_LEAD.search(lead) or (op and _INDEX_LEAD.search(text[max(0, begin - 8) : begin] + "达")):
        stop = ratio.end() if ratio else end
        if _ONWARD.match(text, stop) or text[stop : stop + 1] in "，。；、！）" or text[stop : stop + 2] in SUFFIXES:
            trailing = _SUFFIX.match(text, stop)
            suffix = trailing.group() if trailing else ""
            close = trailing.end() if trailing else stop
            quantity = Quantity(
                begin,
                start,
                stop,
                close,
                _number(match["n"]),
                None,
                "",
                _operator(op, suffix, False),
                "plain",
                prefix,
                suffix,
            )
            return quantity, close
    return None, end


def _worded(text: str, match: re.Match[str]) -> Quantity | None:
    """A quantity in words: shares, doublings, ranks, 超千亿元, 十件."""
    start, end = match.span()
    value: float | int
    unit = "%"
    form = "share"
    forced = ""
    if match["share"]:
        denominator, numerator = match["share"].split("分之")
        whole, _, decimals = numerator.partition("点")
        top = float(parse_numeral(whole) or 0)
        if decimals:
            top += float("0." + str(parse_numeral(decimals) or 0))
        bottom = parse_numeral(denominator) or 0
        if not bottom:
            return None
        value = round(100 * top / bottom, 2)
        value = int(value) if value == int(value) else value
    elif match["tenths"]:
        if (
            not re.search(r"(?:近|超|超过|约|达|到|至|在|占|过|逾|为)$", text[max(0, start - 2) : start])
            and text[end : end + 1] not in "以左多的"
        ):
            return None
        digit = match["tenths"][0]
        value = 10 * (int(digit) if digit.isdigit() else parse_numeral(digit) or 0)
    elif match["times"]:
        value = parse_numeral(match["times"]) or 0
        unit, form = "倍", "multiple"
    elif match["half"]:
        if (
            not re.search(r"占|超|近|达|过|减|降|比|率|缩|节|[国球界省市区]$", text[max(0, start - 12) : start])
            and match["half"] != "近半"
        ):
            return None
        if re.search(r"(?:时间|任务|时|双)$", text[max(0, start - 2) : start]):
            return None
        value = 50
        forced = {"过半": "gt", "近半": "approx", "半数": "", "一半": ""}[match["half"]]
    elif match["doubling"] is not None:
        value = 2 ** (parse_numeral(match["doubling"]) or 1)
        unit, form = "倍", "multiple"
    elif match["twodigit"]:
        value, forced = 10, "ge"
    elif match["rank"]:
        return _rank(text, match)
    elif match["magword"]:
        following = text[end : end + 1]
        if (
            not match["magunit"]
            and following not in "，。；、！）的"
            and not re.search(
                r"(?:惠及|受益|服务|带动|吸引|接待|覆盖|帮助|解决|涉及)(?:.|超过|将近)$",
                text[max(0, start - 5) : start],
            )
        ):
            return None
        if following in ("级", "的") or (match["magunit"] and match["magunit"] in load_units().naming):
            return None
        if match["magunit"] and following and following not in "，。；、！）和及以左大台":
            return None
        value, form = 1, "plain"
        magnitude = match["magword"]
        for front, factor in (("十", 10), ("百", 100), ("千", 1000)):
            if magnitude.startswith(front):
                value, magnitude = factor, magnitude[1:]
        unit = magnitude + (match["magunit"] or "")
    else:
        number = parse_numeral(match["count"])
        if re.compile(
            r"(?:方面|规定|工作|字|重点|层面|维度|原则|必须|坚持|环节|阶段|小时|月|一批|没有|毫不|确立|维护|以上)"
        ).match(text, end):
            return None
        if (
            number is None
            or match["count"].strip("百千") == ""
            or text[start - 1 : start] in "第十百千万亿几数零一前每"
        ):
            return None
        value, unit, form = number, match["counter"], "plain"
        if unit == "万":
            return None
    op, prefix, begin = _prefix_of(text, start)
    trailing = _SUFFIX.match(text, end)
    suffix = trailing.group() if trailing else ""
    close = trailing.end() if trailing else end
    return Quantity(
        begin,
        start,
        end,
        close,
        value,
        None,
        unit,
        forced or _operator(op, suffix, False),
        form,
        prefix,
        suffix,
        naming=bool(match["count"]),
    )


def _rank(text: str, match: re.Match[str]) -> Quantity | None:
    word = match["rank"]
    start, end = match.span()
    after = text[end : end + 1]
    lead = text[max(0, start - 6) : start]
    clause_end = not after or after in "，。；、！）的和及；" or text[end : end + 2] in ("以内", "左右")
    op, value = "eq", 1
    unit = "位" if word.endswith("位") and word != "首位" else ("名" if word.endswith("名") else "")
    if word in ("首位", "榜首"):
        if (
            after == "度"
            or not re.search(r"居|列|登|位|占|[国省球界市区洲]$|均|保持|蝉联", text[max(0, start - 10) : start])
            or re.search(r"(?:放在|摆在|置于)", lead)
        ):
            return None
        unit = ""
    elif word.startswith("第"):
        digits = re.sub(r"[第位名]", "", word)
        number = int(digits) if digits.isdigit() else parse_numeral(digits)
        if not number or number > 500:
            return None
        if not unit and (_ORDINAL_TAIL.match(after) or not clause_end):
            return None
        if not _RANK_LEAD.search(lead) and not unit:
            return None
        value = number
    elif word.endswith("强"):
        digits = re.sub(r"[前强]", "", word)
        number = int(digits) if digits.isdigit() else parse_numeral(digits)
        if (
            not number
            or not clause_end
            or not re.search(
                r"进入|跻身|入围|入选|进位|跃居|挺进|上榜|迈入|晋级|跨入|上榜|列|居", text[max(0, start - 14) : start]
            )
        ):
            return None
        if re.search(r"\d[家户个所人名][^，。；]{0,12}$", text[max(0, start - 24) : start]):
            return None
        value, op = number, "le"
    else:
        digits = re.sub(r"[前位名列]", "", word)
        number = int(digits) if digits.isdigit() else parse_numeral(digits)
        if not number or not clause_end or word.endswith("列"):
            return None
        if not re.search(r"[国省球界市区洲]$|居|列|进入|跻身|位|排|名", text[max(0, start - 8) : start]):
            return None
        value, op = number, "le"
    return Quantity(start, start, end, end, value, None, unit, op, "rank")


_LIST_GAP = re.compile(r"[、和及与,]|以及|，")


def _share_units(text: str, found: list[Quantity]) -> None:
    """Give a unit that is written once, at the end of a list, to the members before it ("2个、1.3个、6.1个百分点")."""
    for left, right in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
        if _LIST_GAP.fullmatch(text[left.end : right.start]) and left.unit == "个" and right.unit == "个百分点":
            left.unit = right.unit
