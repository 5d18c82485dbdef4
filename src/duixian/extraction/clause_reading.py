"""Telling what one clause does, from the words it opens with.

A verb that acts, a subject with a target, background to what follows, a result of what went before, a flourish, or a
look back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from duixian.vocabulary.verbs import ACTION, BACKGROUND, MANNER, NOUN, RESULT, SOFT, load_verbs

ACT = "act"  # a verb with its object
AIM = "aim"  # a subject with its target
GROUND = "ground"  # background, manner or purpose
AMOUNT = "amount"  # a number with its noun, but no predicate
OUTCOME = "outcome"  # a result of the clause before
SHINE = "shine"  # a flourish
PAST = "past"  # a look back
OTHER = "other"

ENUMERATOR = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)][、.]?|[一二三四五六七八九十]{1,3}(?:是(?![否非])|要(?=[^素点])|、)|第[一二三四五六七八九十]{1,2}(?=$)"
    r"|\d{1,2}[.．、](?!\d)|[①-⑳]|[—-]{1,2}(?=[^—-])|[●■◆▲★·•])\s*"
)
ENUMERATOR_CHARS = frozenset(" \t\u3000（(一二三四五六七八九十第0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳—-●■◆▲★·•")
_TIME_CHARS = frozenset("今明全年本新到至在从上下一二两三四五0123456789底")
_MODAL_CHARS = frozenset("同此另特尤在其首最我全各大一还也都更就既又仍现当关重必务需应要将须拟会继")
_TIME_HEAD = re.compile(
    r"[一二三四五两\d]年(?:之?内)|(?:到|至|在|从)?(?:今年|明年|全年|年内|本年度|新的一年(?:里)?|20\d\d年)(?:，|内|里|度|底|末|起|开始)?|(?:到)?(?:20\d\d年|今年|明年)?"
    r"(?:年底|年末|底|\d{1,2}月底?|上半年|下半年|[一二三四]季度)(?:之?前|以前)"
)
_MODAL = re.compile(
    r"(?:同时|此外|另外|特别是|尤其是|在此基础上|其次|首先|最后)?"
    r"(?:我们|我省|我市|我县|我区|全省上下|全市上下|各地各部门|大家)?"
    r"(?:(?:一定|还|也|都|更|就|既|又|仍|现在|当前|现阶段|关键是|重点是|关键|首先)?"
    r"(?:必须|务必|需要|应当|要(?![素点害塞闻案求])|(?<=们)将|须|应(?![急对用])|拟|会(?![议展同])|要把))?"
)
_LEADING_SUBJECT = re.compile(
    r"[^，、]{2,22}?(?:必须|还要|也要|都要|务必|应当|要(?![素点害塞闻案求])|将(?![军士乐])|须(?!知))(?=.)"
)
_LONGEST = 800  # nobody speaks a longer clause; what is longer is no sentence
_BODIES = ("发展改革", "发展和改革", "建设厅", "建设局", "建设委", "建设部", "发展委", "发展局", "发展中心", "促进局")
_DIGIT = re.compile(r"\d")
_CONTINUES = re.compile(
    r"其中|届时|比上年|较上年|比去年|较去年|同比|环比|比20\d\d年|占比|包括|不含|含|累计|专项用于|重点(?:用于|投向)"
)
_STRIVES = re.compile(r"力争|确保|争取|力促|保证|努力")
_END_STATE = re.compile(
    r"(通车|贯通|开工|动工|完工|竣工|投产|投用|投运|开通|封顶|通水|获批|落地|见效)(?:见效|运营|建设|达效)?$"
)
_LEANS = re.compile(r"向[^，]{2,36}(?:倾斜|集中|集聚|延伸|下沉|覆盖|迈进|转变|转移)$")
_QUOTED_MANNER = re.compile(r"“[^”，、]{0,3}[一二三点全即][^”，]{1,4}”")
_RATIO = re.compile(r"[^，、\d]{3,24}(?:(?:率|占比|比例|比重)\d[\d.]*%|(?:面积|产量|总量|总规模)[\d.]+)")
_NUMBER = re.compile(
    r"\d|[一二三四五六七八九十百千万两]{1,4}(?:个百分点|成|倍|万亿|亿元)|[十百千万]{1,2}亿级|翻番|翻一番|翻两番|过半|两位数|一半|[一二三四五六七八九十]分之|[ⅠⅡⅢⅣⅤ]+类"
)
_BY_PLACE = re.compile(
    r"(?:牵头|负责|基础上|中|前提下|过程中|方面|领域|期间|之后|之际|之时|同时|的同时|条件下|背景下|框架下|为(?:重点|抓手|牵引|核心|主线|契机|目标|导向|引领|突破口|载体|依托|基础|主体|根本|先导|支撑|中心|动力|统领|基准|纽带|龙头|笔|媒|引擎))$"
)
_AS = re.compile(
    r"作为|摆在|放在|贯穿|贯彻到|体现到|当作|看作|视为|置于|挺在|扛在|记在|刻在|融入到|落实到|转化为|进行到底|统一到"
)
# Where background ends that no comma closes: what is meant ends in one of these. After those of the second group a noun
# that looks like a verb may follow (产业升级), so that only verbs which always act are taken.
_GROUND_END = re.compile(
    r"(?:[^“，]{2}”|领域|方向|环节|方面|难题|短板|赛道|部位|时段|(产业|行业|需求|群体|地区|区域))(?=[^，、的和与等及”]{2})"
)
_SLOGAN_SUBJECT = re.compile(r"要?(?:向|在|以|有|是|成为|更加|能够|不是|从)")
_COPULA = re.compile(r"(?<![但要求于别凡国仅其论管])是(?!否|非)")
_TAIL_DONE = re.compile(r"(?:取得|获得|得到|实现)了|成绩|来之不易")


@dataclass(slots=True)
class Clause:
    """A clause: [start, end) in the block's text; kind; [verb_start, verb_end) of its action; end of its subject."""

    start: int
    end: int
    kind: str
    verb_start: int = 0
    verb_end: int = 0
    subject_start: int = 0
    subject_end: int = 0
    enumerated: bool = False
    colon: bool = False
    speaker: bool = False  # 我们 stands before it
    weak: bool = False  # background that could act if nothing else in the sentence does


class Hints(NamedTuple):
    """What is true of a whole block, so that its clauses need not be searched one by one."""

    shines: bool
    past: bool
    states: bool


def shines(text: str, start: int, end: int) -> bool:
    """Does a flourish stand in text[start:end]?"""
    verbs = load_verbs()
    return verbs.flourish.search(text, start, end) is not None or verbs.shapes.search(text, start, end) is not None


def read_clause(text: str, start: int, end: int, follows: bool, hints: Hints) -> Clause:
    """What the clause [start, end) of ``text`` does. follows: a clause that acts stands before it."""
    enumerated = False
    if end - start > _LONGEST:
        return Clause(start, end, OTHER)
    found = ENUMERATOR.match(text, start, end) if text[start] in ENUMERATOR_CHARS else None
    if found:
        start = found.end()
        enumerated = True
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return Clause(start, end, OTHER)
    head = start
    found = _TIME_HEAD.match(text, start, end) if text[start] in _TIME_CHARS else None
    if found:
        if found.end() == end:
            return Clause(start, end, GROUND, enumerated=enumerated)
        head = found.end()
    if text[head] == "“":
        head = _after_quoted_manner(text, head, end)
    modal = _MODAL.match(text, head, end) if head < end and text[head] in _MODAL_CHARS else None
    bound = modal is not None and modal.end() > head
    if modal is not None and bound:
        if head == start:
            start = modal.end()
        head = modal.end()
    clause = _by_opener(text, start, head, end, follows, bound)
    if hints.states and clause.kind == ACT and not bound and text.find("是", clause.verb_end, end) >= 0:
        copula = _COPULA.search(text, clause.verb_end, end)
        if copula is not None and copula.end() < end and not _DIGIT.search(text, clause.verb_end, end):
            # 发展A是B的要求 says what something is, not what will be done.
            clause.kind = OTHER
    clause.enumerated = enumerated
    clause.speaker = bound and modal is not None and "我们" in modal.group()
    if hints.past and clause.kind in (ACT, AIM) and _looks_back(text, clause):
        clause.kind = PAST
    elif (
        hints.shines
        and clause.kind in (ACT, OTHER, OUTCOME)
        and shines(text, clause.verb_end or start, end)
        and not _NUMBER.search(text, start, end)
    ):
        clause.kind = SHINE
    return clause


def _by_opener(text: str, start: int, head: int, end: int, follows: bool, bound: bool, nested: bool = False) -> Clause:
    """Read a clause from the words at ``head``. nested: a subject has been read already; there is no second one."""
    verbs = load_verbs()
    match = verbs.openers.match
    at = head
    tentative: tuple[int, int] | None = None
    first = True
    ground = False
    while at < end:
        token = match(text, at, end)
        if token is None:
            if not first and text[at] in "、和与并" and at + 1 < end and match(text, at + 1, end) is not None:
                at += 1
                continue
            break
        stop, flags = token
        if flags & NOUN:
            break
        if (
            flags & RESULT
            and (follows or not flags & ACTION)
            and not (flags & ACTION and _DIGIT.search(text, stop, end))
        ):
            return Clause(start, end, OUTCOME, at, stop)
        if flags & BACKGROUND and not flags & MANNER:
            after = _after_ground(text, stop, end)
            if after is not None:
                return Clause(start, end, ACT, *after)
            return Clause(start, end, GROUND, at, stop, weak=bool(flags & ACTION))
        if flags & ACTION and not flags & MANNER:
            return Clause(start, end, ACT, at, _extend(text, stop, end))
        if flags & ACTION:
            tentative = (at, stop)
        elif flags & SOFT and not flags & MANNER:
            return _soft(text, start, at, end, follows, tentative)
        ground = bool(flags & BACKGROUND)
        at = stop
        first = False
    if tentative is not None and tentative[1] < end:
        return Clause(start, end, ACT, tentative[0], tentative[1])
    if ground:
        return Clause(start, end, GROUND, head, at, weak=True)
    if not first:
        later = _later(text, at, end)
        if later is not None:
            return Clause(start, end, ACT, *later)
        aim = _aim(text, start, at, end)
        if aim is None:
            state = _END_STATE.search(text, at + 2, end) if _STRIVES.match(text, head, end) else None
            if state is not None:
                return Clause(start, end, AIM, *state.span(1), subject_start=at)
            return Clause(start, end, OTHER)
        if aim.kind == AMOUNT and _STRIVES.match(text, head, end):
            aim.kind = AIM
        return aim
    return _with_subject(text, start, head, end, bound, nested)


def _after_quoted_manner(text: str, at: int, end: int) -> int:
    """Where the verb begins after a way of doing it in quotation marks (“一企一策”解决……); ``at`` if none follows."""
    found = _QUOTED_MANNER.match(text, at, end)
    if found is None:
        return at
    token = load_verbs().openers.match(text, found.end(), end)
    return found.end() if token is not None and token[1] & ACTION and not token[1] & NOUN else at


def _extend(text: str, stop: int, end: int) -> int:
    """The end of a verb that is coordinated with another one (稳定和扩大)."""
    if stop < end and text[stop] in "和、并与" and stop + 1 < end:
        token = load_verbs().openers.match(text, stop + 1, end)
        if token is not None and token[1] & ACTION and token[0] < end and token[0] - stop > 2:
            return token[0]
    return stop


def _soft(text: str, start: int, at: int, end: int, follows: bool, tentative: tuple[int, int] | None) -> Clause:
    """A clause that opens with a preposition: background, unless a verb of its own follows."""
    if tentative is not None:
        return Clause(start, end, ACT, tentative[0], tentative[1])
    opener = text[at]
    if opener in "把将":
        if _AS.search(text, at, end):
            return Clause(start, end, GROUND, at, at + 1)
        found = _later(text, at + 1, end) or (max(at + 1, end - 2), end)
        return Clause(start, end, ACT, *found)
    if _BY_PLACE.search(text, at, end):
        return Clause(start, end, GROUND, at, at + 1)
    later = _later(text, at + 1, end)
    if later is None or (opener == "为" and _is_purpose(text, at + 1, later[0], end)):
        return Clause(start, end, GROUND, at, at + 1)
    return Clause(start, end, ACT, *later)


def _after_ground(text: str, at: int, end: int) -> tuple[int, int] | None:
    """The verb of a clause that opens with its background and goes on without a comma (围绕A、B等领域实施C)."""
    found = _GROUND_END.search(text, at, end)
    if found is None:
        return None
    verb, verbs = found.end(), load_verbs()
    token = verbs.openers.match(text, verb, end)
    manner = False
    while token is not None and token[1] & MANNER and not token[1] & ACTION:
        verb, manner = token[0], True
        token = verbs.openers.match(text, verb, end)
    if token is None or not token[1] & ACTION or token[1] & NOUN or end - token[0] < 2:
        return None
    word = text[verb : token[0]]
    acts = manner or word in verbs.tasks or (found.group(1) is None and word in verbs.directions)
    return (verb, token[0]) if acts else None


def _is_purpose(text: str, at: int, verb: int, end: int) -> bool:
    """Is 为 followed by what is to be achieved (为加快A) rather than by whom it serves (为B提供C)?"""
    if text.endswith(("问题", "需要", "需求"), at, end):
        return True
    token = load_verbs().openers.match(text, at, end)
    return verb - at < 2 or (token is not None and token[0] >= verb)


def _later(text: str, at: int, end: int) -> tuple[int, int] | None:
    """A verb with an object, or one that closes the clause after 予以, behind a prepositional phrase."""
    verbs = load_verbs()
    position = at
    while True:
        found = verbs.later.search(text, position, end)
        if found is None:
            return None
        begin, stop = found.span()
        before = text[begin - 1]
        if text.startswith(_BODIES, begin):
            position = stop
            continue
        if begin > at and before not in "、的“和" and (stop >= end or text[stop] not in "的、和等”"):
            if found.group() in ("予以", "给予", "进行") or end - stop >= 2:
                return begin, stop
            if stop == end:
                return begin, stop
        position = stop


def _with_subject(text: str, start: int, head: int, end: int, bound: bool, nested: bool) -> Clause:
    """A clause that opens with a noun: a target, or somebody who is to act."""
    verbs = load_verbs()
    window = text[head : min(end, head + 26)]
    subject = None
    if not nested and ("要" in window or "将" in window or "须" in window or "务必" in window or "应当" in window):
        subject = _LEADING_SUBJECT.match(text, head, end)
    if subject is not None:
        at = subject.end()
        if _SLOGAN_SUBJECT.match(text, at, end):
            if not _NUMBER.search(text, at, end):
                return Clause(start, end, OTHER)
        else:
            inner = _by_opener(text, start, at, end, False, True, True)
            if inner.kind == ACT:
                inner.subject_start = head
                inner.subject_end = at
                return inner
    if _CONTINUES.match(text, head, end):
        return Clause(start, end, OTHER)
    actor = None if nested else _actor_clause(text, start, head, end)
    if actor is not None:
        return actor
    aim = _aim(text, start, head, end)
    if aim is not None:
        return aim
    if _LEANS.search(text, head, end):
        return Clause(start, end, ACT, end - 2, end, head, end - 2)
    if verbs.qualitative.search(text, head, end) and not _COPULA.search(text, head, end):
        return Clause(start, end, AIM, *_predicate(text, head, end), subject_start=head)
    return Clause(start, end, OTHER)


def _actor_clause(text: str, start: int, head: int, end: int) -> Clause | None:
    """A clause that opens with somebody who is to act: 市财政局牵头设立……; None if it does not."""
    verbs = load_verbs()
    actor = verbs.actor.match(text, head, min(end, head + 22))
    if actor is None or actor.end() >= end or verbs.target.match(text, actor.end(), end):
        return None
    token = verbs.openers.match(text, actor.end(), end)
    if token is None or not token[1] & (ACTION | MANNER | SOFT):
        return None
    inner = _by_opener(text, start, actor.end(), end, False, True, True)
    if inner.kind != ACT:
        return None
    if verbs.target.search(text, inner.verb_end, end) and _DIGIT.search(text, inner.verb_end, end):
        # 市级财政补助标准提高30元 is a target whose subject only begins like somebody who acts.
        return None
    inner.subject_start = head
    inner.subject_end = actor.end()
    return inner


def _aim(text: str, start: int, at: int, end: int) -> Clause | None:
    """A target with its number, if the clause is one."""
    if not _NUMBER.search(text, at, end):
        return None
    verbs = load_verbs()
    if verbs.target.search(text, at, end):
        return Clause(start, end, AIM, *_predicate(text, at, end), subject_start=at)
    if verbs.bound.search(text, at, end):
        if _RATIO.match(text, at, end):
            return Clause(start, end, AIM, end, end, subject_start=at)
        return Clause(start, end, AMOUNT, end, end, subject_start=at)
    return None


def _predicate(text: str, at: int, end: int) -> tuple[int, int]:
    """Where the predicate of a target stands: the last one before its first number, else the first one."""
    verbs = load_verbs()
    number = _NUMBER.search(text, at, end)
    limit = number.start() if number is not None and number.start() > at else end
    best: tuple[int, int] | None = None
    for found in verbs.target.finditer(text, at, limit):
        if found.start() > at:
            best = found.span()
    if best is not None:
        return best
    anywhere = verbs.target.search(text, at, end)
    return anywhere.span() if anywhere is not None else (end, end)


def _looks_back(text: str, clause: Clause) -> bool:
    """Does the clause tell what has been done?"""
    stop = clause.verb_end
    if stop < clause.end and text[stop] == "了":
        return True
    return load_verbs().past.search(text, clause.start, min(clause.end, clause.start + 8)) is not None or (
        _TAIL_DONE.search(text, clause.start, clause.end) is not None and clause.kind == ACT
    )
