"""Read the words before and behind a number: who is measured, and by which verb."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from duixian.vocabulary.figures import load_figure_words
from duixian.vocabulary.indicators import names_indicator


@dataclass(frozen=True, slots=True)
class Phrase:
    """What stands before a number.

    subject: the measured thing, "" when the words before name none. action: the governing verb or "". tail:
    "rise", "fall", "to", "reach" or "" for the verb that touches the number. lead: the verb that opens the phrase
    or "". reference: what the subject is compared with ("全国"), or "". share: the whole of which the subject is
    a share, or "".
    """

    subject: str
    action: str
    tail: str
    lead: str
    reference: str = ""
    share: str | None = None
    each: bool = False
    respectively: bool = False

    def governed_by(self, tail: str) -> Phrase:
        """The same phrase with another kind of governing verb."""
        return replace(self, tail=tail)


_OPEN = re.compile(
    r"^(?:[，、和及与并且而又还也即：:；;—\-\s”’）)]+|[一二三四五六七八九十]{1,3}(?:是|要)|第[一二三四五六七八九十]{1,3}[，、](?!第)|（[一二三四五六七八九十]{1,3}）|\d{1,2}[.．、](?!\d)|[①-⑳]|的(?![^，]{0,3}士))+"
)
_PER = re.compile(r"(?:每(?:人|月|年|户|生|亩|学期|天|日|次|孩|床|平方米|生均))+$")
_OF = re.compile(
    r"(?:为|是|达到|达|恢复到|恢复至|恢复|占|完成|相当于)(?P<whole>[^，。；、\d]{1,16}|20\d\d年(?:同期)?)的$"
)
_TIME = re.compile(
    r"^(?:(?:到|至|截至|截止|在)?(?:20\d\d|本|今|去|明|上)年(?:度|末|底|以来|全年|前)?(?:底|末)?[，、]?|(?:到|至|截至)?(?:20\d\d)年\d{1,2}月(?:底|末)?[，、]?"
    r"|(?:20\d\d年)?\d{1,2}(?:[-—–－~～至到]\d{1,2})?月(?:份|底|末)?(?:以来|前)?|(?:上|下)半年|(?:一|二|三|四|前三|第[一二三四])季度|年(?:底|末|内|初)(?:前)?|近[一两三四五六\d]+年(?:来)?|[一二三四五六七八九十\d]+年(?:来|间|内)|十年来|连续[一二两三四五六七八九十\d]+年|[一二两三四五六七八九十]{1,2}年(?=累计|共|年均)|“十[三四五]五”(?:期间|时期|末|以来)?|每年|首年|全年|当年)+"
)
# What the two patterns above can begin with; most phrases begin otherwise.
_OPEN_FIRST = frozenset("，、和及与并且而又还也即：:；;—- ”’）)一二三四五六七八九十第（的①②③④⑤⑥⑦⑧⑨⑩0123456789\u3000")
_TIME_FIRST = frozenset("到至截在本今去明上下一二两三四五六七八九十前第年近连“每首全当0123456789")
_COMPARED = re.compile(
    r"(?:比|较|同)(?:上年年初预算|年初预算|上年同期|去年同期|上年度末|上年末|上年度|上年|去年|上一年|同期|前年|年初|上月|往年|疫情前|20\d\d年(?:同期|年?底|年?末)?|五年前|改革前|[一二三四五六七八九十]+年前"
    r"|“十[二三四]五”末|基期|计划|目标|预算|预期目标|上届|前次|规划目标)(?:同期|水平|时)?"
)
_REFERENCE = re.compile(
    r"(?:(?P<cmp>高于|快于|好于|优于|领先|领先于|跑赢|跑赢了|高出|超出|大于|超过|低于|慢于|落后|落后于|塌|少于|弱于)(?P<what>[^，。；]{0,14}?)"
    r"|(?:(?<![同环占])比|较)(?P<what2>[^，。；]{1,12}?)(?P<cmp2>高出|高|快|多|低|慢|少|提高|提升|增加|下降|降低|减少|扩大|缩小|提前|上升|回落))$"
)
_BEHIND = (
    "低于",
    "慢于",
    "落后",
    "落后于",
    "塌",
    "少于",
    "弱于",
    "低",
    "慢",
    "少",
    "下降",
    "降低",
    "减少",
    "缩小",
    "回落",
)
_SHARE = re.compile(
    r"^(?P<subject>.*?)(?:约)?占(?P<whole>[^，。；占]{0,22}?)(?:的)?(?:比重|比例|份额|总量|比)?(?P<each>均|都|分别)?(?:的|约为|约|为|达到|达|超过|至|到|上升到|提高到|提升到|保持在|稳定在)?(?:的)?$"
)
_GROWTH_NOUN = re.compile(
    r"(?<!自然)(?:增速|增幅|涨幅|降幅|增长率|增长速度|增长|跌幅|递增|上涨|降低率|下降率|下降|降低)$"
)
# "涨幅在3%以内": the preposition adds nothing.
_WITHIN = re.compile(r"(?<=[幅率速重例])在$")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,7}?(?:省|市|县|州|盟|旗)")
_RUN_END = re.compile(r"(?<=..)连续(?:\d+|[一二两三四五六七八九十]+)(?:个)?(?:年|月|季度)$")
_SHARE_OF = re.compile(r"(?P<verb>超过|超|突破|达到|达|接近|为)(?P<whole>[^，。；]{0,10})$")
_RANK_WITHIN = re.compile(r"^在(?:[^，。；]{1,12}?(?:中|里|内)|[^，。；]{1,8}?(?=增速|总量|增幅|规模|排名))")
_RANK_SCOPE = re.compile(
    r"(?:在)?(?:全国(?:各省区市|省区市|各省份|各省|省份|同类[^，]{0,6}|大中城市|重点城市|地级市|经开区|高新区|36个大城市)?|全省|全市|全区|全州|世界|全球|亚洲|国内|省内|区内|中西部(?:地区|省份)?|中部(?:地区|六省|省份)?"
    r"|西部(?:地区|省份|省区市?)?|东部(?:地区|省份)?|东北(?:地区|三省)?|西北(?:地区|五省区?)?|西南(?:地区)?|华东(?:地区)?|长三角|珠三角|京津冀|长江(?:经济带|中上游|沿线)|沿黄省区|东北三省一区|[^，。；、居列位排]{0,6}(?:省份|省区|省区市|省市|城市|地区|大省|行业|各市|自治区|五省区|城市群|流域|同类|园区|非省会城市))$"
)
_RANK_VERB = re.compile(
    r"(?:稳居|位居|位列|跃居|名列|列居|居于|居|列|排名|排在|排到|排|跃升至|跃升到|提升至|提升到|上升至|上升到|跃至|升至|升到|进至|进到|进位至|前进至|前移至|保持|夺得|夺|获评|获得|获|蝉联|成为|进入|跻身|为|占|达到|达|处于|处|晋升至|由|从|至|到|迈入|挺进)$"
)
_RANK_RUN = re.compile(
    r"(?:连续(?:\d+|[一二两三四五六七八九十]+)(?:个)?(?:年|月|季度|次|届)|继续|稳|再次|首次|持续|保持|跃|双双|进|历史性|长期|始终|仍|总体|综合)+$"
)
_QUOTES = str.maketrans("", "", " \t")


@lru_cache(maxsize=1)
def _removable_first() -> frozenset[str]:
    """What anything that can be stripped from the start of a governed phrase begins with."""
    words = load_figure_words()
    openers = (*words.deliver, *words.adverbs, *words.manner, *words.bare_heads, "新")
    return frozenset(word[0] for word in openers) | _OPEN_FIRST | _TIME_FIRST


@lru_cache(maxsize=1)
def _deliver_first() -> frozenset[str]:
    return frozenset(word[0] for word in load_figure_words().deliver)


@lru_cache(maxsize=1)
def _inner_verbs() -> re.Pattern[str]:
    words = sorted((w for w in load_figure_words().deliver if len(w) >= 2), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def overlap(front: str, back: str) -> int:
    """How many characters the end of ``front`` and the start of ``back`` share (2 or 3, else 0)."""
    return next((n for n in (3, 2) if len(back) > n and front.endswith(back[:n])), 0)


def inner_verb(text: str, start: int = 2) -> int:
    """Where a delivering verb begins inside a run of words, at ``start`` or later; 0 when there is none."""
    found = _inner_verbs().search(text, start)
    return found.start() if found is not None else 0


def leading_verb(text: str) -> str:
    """The longest delivering verb that opens ``text``, or ""."""
    words = load_figure_words()
    for length in range(min(words.longest_deliver, len(text)), 0, -1):
        if text[:length] in words.deliver:
            found = text[:length]
            break
    else:
        found = ""
    if text[:1] == "新":
        # Any verb may take 新 before it ("新签", "新开发").
        inner = leading_verb(text[1:])
        if len(inner) >= len(found) and inner:
            return "新" + inner
    return found


def tail_verb(text: str) -> tuple[str, str]:
    """(verb, kind) of the verb that ends ``text``: kind is "rise", "fall", "to", "reach" or ""."""
    words = load_figure_words()
    for length in range(min(words.longest_tail, len(text)), 0, -1):
        kind = words.tails.get(text[-length:])
        if kind:
            return text[-length:], kind
    return "", ""


_VERB_TAIL = re.compile(r"^(?:了|好)")


@lru_cache(maxsize=20000)
def read_before(text: str, form: str = "plain") -> Phrase:
    """Parse the words between the last boundary and a number.

    form: the form of the number, or "ratio" for percentages and percentage points, which alone are compared with
    a reference.
    """
    words = load_figure_words()
    text = _OPEN.sub("", text.translate(_QUOTES))
    text = _PER.sub("", _COMPARED.sub("", text).replace("相当于", "占"))
    action = tail = ""
    body = text
    if form == "rank":
        return _read_rank(body)
    if form == "share":
        whole = _SHARE_OF.search(body)
        if whole is not None and "占" not in body:
            subject, each, respectively = _trim_adverbs(body[: whole.start()])
            subject, lead = _open_phrase(subject, True)
            return Phrase(subject, whole["verb"], "reach", lead, "", whole["whole"], each, respectively)
    of = _OF.search(body) if form in ("ratio", "multiple") else None
    if of is not None:
        subject, each, respectively = _trim_adverbs(body[: of.start()])
        subject, lead = _open_phrase(subject, True)
        return Phrase(
            subject,
            of.group()[: -len(of["whole"]) - 1],
            "reach",
            lead,
            "",
            None if form == "multiple" else of["whole"],
            each,
            respectively,
        )
    found = _REFERENCE.search(body) if form == "ratio" else None
    if found is not None:
        comparison = found["cmp"] or found["cmp2"]
        what = found["what"] if found["cmp"] else found["what2"]
        subject = body[: found.start()]
        subject, each, respectively = _trim_adverbs(subject)
        subject = _open_phrase(subject, True)[0]
        kind = "fall" if comparison in _BEHIND else "rise"
        return Phrase(subject, comparison + (what or ""), kind, "", what or comparison, None, each, respectively)
    share = _SHARE.match(body) if "占" in body.replace("占比", "").replace("占有", "") else None
    if share is not None and not (share["subject"] == "" and share["whole"] == "" and not body.endswith("占")):
        subject, each, respectively = _trim_adverbs(share["subject"])
        subject, lead = _open_phrase(subject, True)
        each = each or share["each"] in ("均", "都")
        respectively = respectively or share["each"] == "分别"
        return Phrase(subject, "占", "reach", lead, "", share["whole"], each, respectively)
    body = _WITHIN.sub("", body)
    body, each, respectively = _trim_adverbs(body)
    if len(body) > 2 and body in words.deliver:
        # "改造提升": one verb, though its end alone would be another.
        return Phrase("", body, "", body, "", None, each, respectively)
    verb, kind = tail_verb(body)
    if verb and kind:
        rest = body[: len(body) - len(verb)]
        if not (kind in ("rise", "fall") and not rest and verb in words.bare_heads):
            body, action, tail = rest, verb, kind
            more, e2, r2 = _trim_adverbs(body)
            each, respectively = each or e2, respectively or r2
            body = more
            # "增长预计达": a second verb may stand before the first.
            verb2, kind2 = tail_verb(body)
            if verb2 and kind == "reach" and len(verb2) < len(body):
                if kind2 in ("rise", "fall"):
                    body, tail, action = body[: -len(verb2)], kind2, verb2
                elif kind2 in ("reach", "to") and len(verb2) > 1:
                    body = body[: -len(verb2)]
                    tail = kind2 if kind2 == "to" else tail
                body, e3, r3 = _trim_adverbs(body)
                each, respectively = each or e3, respectively or r3
    noun = _GROWTH_NOUN.search(body) if tail in ("reach", "") else None
    if noun is not None:
        word = noun.group()
        tail = "fall" if word[:1] in "降下跌" else "rise"
        if noun.start() > 0:
            body = body[: noun.start()]
            action = action or word
            body, e4, r4 = _trim_adverbs(body)
            each, respectively = each or e4, respectively or r4
    subject, lead = _open_phrase(_RUN_END.sub("", body), bool(tail))
    if not subject and not lead and action in words.deliver:
        lead = action
    return Phrase(subject, action or lead, tail, lead, "", None, each, respectively)


def _read_rank(text: str) -> Phrase:
    """Words before a rank: "外贸进出口增速位居全国" -> subject 外贸进出口增速, action 位居, reference 全国."""
    within = _RANK_WITHIN.match(text)
    scope = within.group() if within is not None else ""
    text = text[len(scope) :].removesuffix("的")
    found = _RANK_SCOPE.search(text)
    if found is not None:
        scope = found.group()
        text = text[: found.start()]
    text = _RANK_RUN.sub("", text)
    verb = _RANK_VERB.search(text)
    action = ""
    if verb is not None:
        action = verb.group()
        text = text[: verb.start()]
    text = _RANK_RUN.sub("", text)
    subject, each, respectively = _trim_adverbs(text)
    subject = _RANK_RUN.sub("", subject)
    subject = _open_phrase(subject, True)[0]
    return Phrase(subject, action, "", "", "", None, each, respectively)


# "人均", "户均" and the like are measures; only elsewhere does 均 say that every subject takes the value.
_PER_HEAD = frozenset("人户日月年亩地平")
_EACH = frozenset(["均", "各", "都", "双双", "皆"])


def _trim_adverbs(text: str) -> tuple[str, bool, bool]:
    """Strip adverbs from the end; tell whether 均/各 or 分别 was among them."""
    words = load_figure_words()
    each = respectively = False
    while text and text[-1] in words.adverb_ends:
        for length in range(min(words.longest_adverb, len(text)), 0, -1):
            word = text[-length:]
            if word in words.trailing_adverbs and not (word == "均" and text[-2:-1] in _PER_HEAD):
                text = text[:-length]
                each = each or word in _EACH
                respectively = respectively or word == "分别"
                break
        else:
            break
    return text, each, respectively


def _without_adverbs(text: str) -> str:
    """Strip adverbs from the start, unless they would leave a single character."""
    words = load_figure_words()
    rest = text
    while rest.startswith(words.adverbs):
        rest = next(rest[len(word) :] for word in words.adverbs if rest.startswith(word))
    return rest if len(rest) >= 2 or not rest else text


def _open_phrase(text: str, governed: bool) -> tuple[str, str]:
    """Strip adverbs, time words and verbs from the start of a phrase; (noun phrase, leading verb).

    governed: a verb behind the phrase already governs the number, so that only verbs which clearly are not part
    of the noun are taken off ("服务业增加值" keeps its 服务).
    """
    words = load_figure_words()
    lead = ""
    deliver_first = _deliver_first()
    joined = True
    removable = _removable_first()
    for _round in range(6):
        if governed and text[:1] not in removable:
            break
        before = text
        stripped = _OPEN.sub("", text) if text[:1] in _OPEN_FIRST else text
        joined = joined or (stripped != text and lead != "")
        text = _TIME.sub("", stripped) if stripped[:1] in _TIME_FIRST else stripped
        if text in words.bare_heads or names_indicator(text):
            break
        rest = _without_adverbs(text)
        if rest != text:
            text = rest
            if text in words.bare_heads or names_indicator(text):
                break
        if text.startswith(words.manner):
            for word in words.manner:
                if text.startswith(word) and leading_verb(text[len(word) :]) and not leading_verb(text):
                    text = text[len(word) :]
                    break
        place = _PLACE.match(text) if not governed and not leading_verb(text) else None
        if place is not None and leading_verb(text[place.end() :]):
            text = text[place.end() :]
        if text[:1] in "在对为把将向以" and not governed:
            text = text[inner_verb(text, 3) :]
        if joined and text[:1] in deliver_first:
            verb = leading_verb(text)
            rest = text[len(verb) :]
            if (
                verb
                and len(rest) != 1
                and not (governed and len(verb) == 1)
                and not _noun_like(text, verb, rest, governed)
            ):
                lead = lead or verb
                text = _VERB_TAIL.sub("", rest)
                # A second verb is taken off only behind a light one or a conjunction ("新建和改造…").
                joined = verb in words.light
        if text == before:
            break
    return text, lead


_SUFFIX_AFTER = re.compile(r"^(?:值|业(?!务|主)|者|性|率|量|额|型|站|厅|商|用地|区(?!域)|港|园)")
_NOUN_AFTER = re.compile(
    r"^(?:值|业|用地|者|性|率|量|额|类|费|型|区|站|厅|点|员|商|品|线|人口|项目|资金|企业|工程|方案|计划|机构|体系|能力|水平|标准|成本|收入|支出|面积|期|证|单位|许可|行动|试点县|需求|规模|税|总额|增加值|强度|比重|比例|债|债券|意识|力度|补助|岗位|总量|总数|方式|目标|任务|覆盖率|满意度|余额|周期|时间|时限|时长|效率|质量|环境|结构|动能|权|券|事项|案件)"
)


def _noun_like(text: str, verb: str, rest: str, governed: bool) -> bool:
    """Whether a "verb" at the start is the first half of a noun ("投资项目", "服务业")."""
    if not rest:
        return governed
    if not governed:
        return len(verb) < 3 and not verb.startswith("新") and bool(_SUFFIX_AFTER.match(rest))
    return bool(_NOUN_AFTER.match(rest))
