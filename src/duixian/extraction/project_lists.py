"""Taking apart the lists in which projects are named: 建成A、B和C等项目, A开工、B投产."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from duixian.extraction.project_names import (
    STRONG,
    fits_list,
    has_place,
    is_bare_name,
    is_counted,
    joins,
    left_over,
    naming_of,
    stands_alone,
)
from duixian.vocabulary.lexicon import alternation
from duixian.vocabulary.projects import BUILDING, load_project_words
from duixian.vocabulary.verbs import ACTION, MANNER, NOUN, load_verbs

_LONGEST = 800
_DEEPEST = 4  # lists that follow one another in a clause
_SEPARATOR = re.compile(r"“[^”]{0,40}”|（[^）]{0,60}）|([、])|(以及|[和及与](?!其))")
_AND_SO_ON = re.compile(r"(?<![平中高初同对优均])等(?![级于待])|等(?=\d{1,3}[个条座项家])")
_COUNT = re.compile(
    r"(?:\d[\d.,]*|(?<![统唯单专第])[一两二三四五六七八九十百]{1,3})(?:余|多)?(?:个|条|座|项|处|家|大|批|所|段|宗)"
)
_ADJECTIVES = re.compile(
    r"^(?:在内的|一系列|一批|多个|若干|\d[\d.,]*(?:余|多)?(?:个|条|座|项|处|家|段)?|[一两二三四五六七八九十百]{1,3}(?:大|个|条|座|项|批)"
    r"|国家级?(?=重|战|示|工|项|、|$)|省级|市级|大中型|中小型|中型|小型|区域|重大|重点|重要|标志性|引领性|牵引性|战略性|示范性|支撑性|关键|大型|百亿级|[\d十百千五]+亿[元级]+(?:以上)?|续建|在建|新建|产业|的){1,6}"
)
_CLASS_TAIL = re.compile(r"(?:重大|重点)?(?:工程|项目|项目群)$")
_LEAD = re.compile(
    r"(?:一是|二是|三是|四是|五是|六是|七是|八是|九是|十是|其中|包括|如|以|由|对|在|年内|今年|全年|上半年|下半年|年底前|\d{1,2}月(?:底|份)?前?|20\d\d年(?:底)?(?:前)?|全力|重点(?=抓好|推进|建设|实施|加快)|我们|我省|我市|要|将|并|还|也)+"
)
_LISTED = re.compile(r"[纳列]入[^、]{0,14}规划$")
_NAMES_ITSELF = re.compile(r"(?:工程|项目|[都城谷湾港岛园]”)$")
_WORK_NOUN = re.compile(r"[的、项用标规]|工(?!业)")
_BEFORE = re.compile(r"(?:20\d\d年|今年|年内|年底前?|上半年|下半年|\d{1,2}月底?前?|主?汛期前|入冬前)+")
_WORKED = re.compile(r"(?:工程|项目|改造|治理|整治|试点|基地)$|^[^、]{2,3}区$")
_ZONE = re.compile(r"(?:示范区|试验区|合作区|片区|园区|公园|基地|市场)$")
_INSTITUTE = re.compile(r"(?:研究中心|研究院|检测中心|科学中心)$")
_TASK = re.compile(r"(?<=..)(?:改造任务|建设任务|任务|建设工作|工作)$")
_SPECIFIC_WORK = re.compile(r"(?:治理|整治|修复|改造)(?:重大|重点)?(?:试点|工程|项目)$")
_TIME = re.compile(
    r"(?:20\d\d年|今年|明年|年底|年内|年中|上半年|下半年|[一二三四]季度|\d{1,2}月(?:份|底|\d{1,2}日)?|月底|汛期)+(?:末|底)?(?:之?前|以前)?$"
)
_TRAILING = re.compile(
    r"(?:的|等|建设|工作|任务|改造任务|进度|步伐|力度|主体|土建|全线|正式|全面|顺利|成功|如期|提前|即将|已|均|相继|先后|陆续|年内|基本|实现|进入|全部|实质性|完成)+$"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A project named in a clause: [start, end) of its own words, its full name, and its stage."""

    start: int
    end: int
    name: str
    stage: str


@dataclass(slots=True)
class _Item:
    start: int
    end: int
    before: str = ""  # stage word that stands before it
    after: str = ""  # stage word that stands after it
    closes: bool = False  # the words after it speak of all items before it as well


def mentions_in(text: str, start: int, end: int) -> list[Mention]:
    """The projects named in the clause [start, end) of ``text``. Linear in the length of the clause."""
    words = load_project_words()
    if end - start > _LONGEST or words.front_word.search(text, start, end) is None:
        return []
    lead = _LEAD.match(text, start, end)
    head = lead.end() if lead else start
    governing, body = _verb_run(text, head, end)
    return _list(text, body, end, governing)


def _list(text: str, body: int, end: int, governing: str, depth: int = 0) -> list[Mention]:
    """The projects named in text[body:end], governed by the stage word ``governing``; one list may follow another."""
    words = load_project_words()
    stop, tail = _until_and_so_on(text, body, end)
    after = ""
    group = ""
    further: list[Mention] = []
    in_list = tail is not None
    if tail is not None:
        after, tail = _strip_stage(tail)
        first, second = _first_of(tail)
        if first < len(tail) and depth < _DEEPEST and (words.vague.search(tail, 0, first) or _facility(tail[:first])):
            # A等抽水蓄能和B等项目: what follows the noun of the first list is a list of its own.
            word, begin = _verb_run(text, stop + 1 + second, end)
            further = _list(text, begin, end, word or governing, depth + 1)
            own, tail = _strip_stage(tail[:first])
            after = own or after
        if words.fields.search(tail) and not _facility(tail):
            return further
        group = _ADJECTIVES.sub("", tail)
    items = _split(text, body, stop)
    if not items:
        return further
    _read_stages(text, items, governing, after, in_list)
    last = items[-1]
    if not in_list and len(items) > 1:
        counted = _COUNT.search(text, last.start, last.end)
        if counted is not None and counted.start() > last.start and counted.end() < last.end:
            group = _ADJECTIVES.sub("", text[counted.end() : last.end])
            last.end = counted.start()
            in_list = True
    return [*_name(text, items, group, in_list), *further]


def _name(text: str, items: list[_Item], group: str, in_list: bool) -> list[Mention]:
    """Decide which items are projects, and complete their names."""
    stages = [_stage(item) for item in items]
    if not any(stages):
        return []
    facility = _facility(group)
    vague = in_list and not facility and bool(load_project_words().vague.search(group))
    names = [_tidy(text[item.start : item.end]) for item in items]
    heads = [naming_of(name).head for name in names]
    if not facility and not in_list and not any(heads) and not any(map(_NAMES_ITSELF.search, names)):
        return []
    full = list(names)
    borrowed = ""
    strong = False
    works = facility and not naming_of(group).head
    for i in range(len(items) - 1, -1, -1):
        if heads[i]:
            lender = naming_of(names[i])
            borrowed = "" if lender.ends_other or not (lender.rest or lender.proper) else lender.facility
            strong = heads[i] == STRONG
            if not strong and _ZONE.search(borrowed):
                borrowed = ""
        elif facility and names[i][-1:] != group[-1:] and is_bare_name(names[i]):
            if not works or naming_of(names[i]).proper:
                full[i] = names[i] + group
        elif (
            borrowed
            and i + 1 < len(items)
            and is_bare_name(names[i])
            and (len(names[i]) <= 4 or (strong and not vague))
        ):
            full[i] = names[i] + borrowed
    specific = [bool(stage) and stage != BUILDING for stage in stages]
    sure = [
        bool(stages[i]) and stands_alone(full[i], specific[i], "建" in items[i].before + items[i].after)
        for i in range(len(items))
    ]
    certain = any(sure)
    if certain:
        # Among sure projects a plant or a park needs no place in its name.
        sure = [
            done or (bool(stage) and joins(name, told))
            for done, name, stage, told in zip(sure, full, stages, specific, strict=True)
        ]
    company = certain or (
        (vague or facility)
        and (
            any(naming_of(name).proper and not naming_of(name).ends_common for name in names)
            or (vague and any(joins(name, False) for name in names))
        )
    )
    found = []
    for i, item in enumerate(items):
        if not stages[i]:
            continue
        listed = vague or facility or (in_list and not group and certain and specific[i] and naming_of(names[i]).placed)
        if not (
            sure[i]
            or (listed and fits_list(full[i], company))
            or (facility and (full[i] != names[i] or _alike(names[i], group)))
        ):
            if not (listed and fits_list(names[i], company)):
                continue
            full[i] = names[i]
        found.append(Mention(item.start, item.start + len(names[i]), full[i], stages[i]))
    return found


def _alike(name: str, group: str) -> bool:
    """Does the name end like the noun of its list, with words of its own before that (崇明线 among 轨道交通线)?"""
    return name[-1:] == group[-1:] and 3 <= len(name) <= 12 and not is_counted(name) and left_over(name[:-1]) >= 2


def _stage(item: _Item) -> str:
    """The stage of an item; the more telling word wins, and what stands after before what stands before."""
    words = load_project_words()
    after = words.stages.get(item.after, "")
    before = words.front.get(item.before, "")
    if after and after != BUILDING:
        return after
    if before and before != BUILDING:
        return before
    return after or before


def _read_stages(text: str, items: list[_Item], governing: str, after: str, in_list: bool) -> None:
    """Give every item the stage words that govern it."""
    current = governing
    for i, item in enumerate(items):
        if i:
            word, at = _verb_run(text, item.start, item.end)
            if word and at < item.end:
                current = word
                item.start = at
        item.before = current
        if in_list and i == len(items) - 1:
            item.after = after
            item.closes = True
        else:
            own, stem = _strip_stage(text[item.start : item.end])
            if own and stem:
                item.after = own
                item.end = item.start + len(stem)
                item.closes = True
        inner = _inner_verb(text, item.start, item.end)
        if inner is not None:
            item.before, item.start = inner
            current = item.before
        time = _BEFORE.match(text, item.start, item.end)
        if time is not None and time.end() < item.end:
            item.start = time.end()
    following = ""
    for item in reversed(items):
        if item.closes:
            following = item.after
        elif following:
            item.after = following


def _inner_verb(text: str, start: int, end: int) -> tuple[str, int] | None:
    """A verb inside an item, after the one who acts: 支持A市建设B."""
    for found in load_project_words().acting.finditer(text, start + 2, end):
        if end - found.end() >= 4 and not _WORK_NOUN.match(text, found.end()):
            return found.group(), found.end()
    return None


def _verb_run(text: str, start: int, end: int) -> tuple[str, int]:
    """(stage word, offset) of the run of verbs and adverbs at ``start``: the most telling stage word of the run."""
    words = load_project_words()
    openers = load_verbs().openers
    at = start
    chosen = ""
    for _ in range(8):
        found = words.front_word.match(text, at, end)
        token = openers.match(text, at, end)
        if found is not None and (token is None or found.end() >= token[0]):
            word = found.group()
            stage = words.front[word]
            if not chosen or stage != BUILDING or words.front[chosen] == BUILDING:
                chosen = word
            at = found.end()
        elif token is not None and token[1] & (ACTION | MANNER) and not token[1] & NOUN:
            at = token[0]
        elif chosen and at < end and text[at] in "、和并" and words.front_word.match(text, at + 1, end):
            at += 1
        else:
            break
    return chosen, at


def _strip_stage(phrase: str) -> tuple[str, str]:
    """(stage word, what stands before it) of a phrase that ends with stage words; ("", phrase) without one."""
    words = load_project_words()
    found = _stage_end().search(phrase) if phrase[-1:] in words.last["stage"] else None
    if found is None:
        return "", phrase
    listed = _LISTED.search(phrase) if found.group() == "规划" else None
    if listed is not None:
        return "纳入规划", phrase[: listed.start()]
    if found.group() == "建设" and phrase.endswith("安全", 0, found.start()):
        return "", phrase
    chosen = ""
    for each in words.front_word.finditer(found.group()):
        word = each.group()
        if not chosen or words.front[word] != BUILDING:
            chosen = word
    if not chosen:
        return "", phrase
    stem = _TRAILING.sub("", phrase[: found.start()])
    timed = _TIME.search(stem)
    return chosen, stem[: timed.start()] if timed else stem


@lru_cache(maxsize=1)
def _stage_end() -> re.Pattern[str]:
    words = load_project_words()
    return re.compile("(?:" + alternation([*words.stages, *words.around_stage]) + "){1,6}$")


def _until_and_so_on(text: str, start: int, end: int) -> tuple[int, str | None]:
    """Where the names end: (offset of 等, what stands after it), or (end, None)."""
    found = _AND_SO_ON.search(text, start, end)
    if found is None:
        return end, None
    return found.start(), text[found.end() : end]


def _first_of(tail: str) -> tuple[int, int]:
    """Where the first of the things in ``tail`` ends and the next one begins; both are the length if there is one."""
    for found in _SEPARATOR.finditer(tail, 1):
        if found.group(1) is not None or found.group(2) in ("和", "以及"):
            return found.span()
    return len(tail), len(tail)


def _split(text: str, start: int, end: int) -> list[_Item]:
    """Cut [start, end) at 、 和 及 以及 outside quotation marks, brackets and place names."""
    items: list[_Item] = []
    begin = start
    for found in _SEPARATOR.finditer(text, start, end):
        if found.group(1) is None and found.group(2) is None:
            continue
        at = found.start()
        if found.group(2) is not None and (at == begin or _inside_place(text, at, found.end(), begin, end)):
            continue
        if found.group(2) is not None and _binds(text, begin, at, found.end(), end):
            continue
        if at > begin:
            items.append(_Item(begin, at))
        begin = found.end()
    if begin < end:
        items.append(_Item(begin, end))
    return items


def _binds(text: str, begin: int, at: int, stop: int, end: int) -> bool:
    """Does the 和 or 及 at ``at`` bind common words inside one name (云岭水库输水及灌区工程)?"""
    following = _SEPARATOR.search(text, stop, end)
    right = text[stop : following.start() if following else end]
    if text.endswith(("工程", "项目"), begin, at):
        return False
    left = naming_of(text[begin:at])
    if not (left.proper or left.rest >= 2) or (left.head and text[at] != "及" and text[at] != "与"):
        return False
    right = _tidy(_strip_stage(right)[1])
    return bool(_WORKED.search(right)) and not has_place(right) and not left_over(right)


def _inside_place(text: str, at: int, stop: int, low: int, high: int) -> bool:
    """Is the 和 or 及 at ``at`` a part of a place name (和田, 呼和浩特)?"""
    words = load_project_words()
    places = words.places
    for found in words.bound.finditer(text, max(low, at - 3), min(high, at + 4)):
        if found.start() <= at < found.end():
            return True
    for begin in range(max(low, at - 2), at + 1):
        for length in (5, 4, 3, 2):
            if begin + length > at and begin + length <= high and text[begin : begin + length] in places:
                return True
    return False


def _facility(group: str) -> bool:
    """Does the noun that closes a list name a kind of facility, so that it completes the names?"""
    if not group:
        return False
    core = _CLASS_TAIL.sub("", group)
    if not core or "、" in group or _INSTITUTE.search(core) or naming_of(group).ends_other:
        return False
    return naming_of(group).head != 0 or _SPECIFIC_WORK.search(group) is not None


def _tidy(name: str) -> str:
    """The name without particles and tasks at its end."""
    return _TASK.sub("", name).rstrip("的 ")
