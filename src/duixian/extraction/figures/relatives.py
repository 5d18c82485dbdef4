"""Targets without a number: 与经济增长同步, 快于经济增长, 正增长, 完成国家下达任务."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from duixian.extraction.figures.coordination import split_members


@dataclass(frozen=True, slots=True)
class Relative:
    """A statement without a number: cleaned offsets [start, end), one subject, operator and action."""

    start: int
    end: int
    subject: str
    action: str
    op: str


_TARGET_LIST = re.compile(r"(?:预期)?(?:目标|指标)(?:建议|安排|初步安排|初步考虑)?(?:是|为|如下|：|:)")
_CLAUSE = re.compile(r"[^，。；！？;\n]+")
_SYNC = re.compile(
    r"(?P<subject>[^，。；]{2,40}?)(?:的)?(?:增长|增速|增幅|保持|实现)*(?:与|和|同)(?P<what>[^，。；、]{2,24}?)(?:的)?(?P<action>(?:基本|保持|总体|大体|实现|基本保持|保持基本)*(?:同步|相适应|相匹配|持平|一致|同步增长))"
)
_SYNC_AFTER = re.compile(
    r"(?P<subject>[^，。；]{2,40}?)(?:增长|增速|增幅)?(?P<action>同步于|匹配于)(?P<what>[^，。；]{2,20})"
)
_FASTER = re.compile(
    r"(?P<subject>[^，。；]{0,40}?)(?:增长|增速|增幅|涨幅|水平)*(?:均|全部|总体|保持|继续|持续|力争|要|努力|实现|略|历史性|十年来|首次|明显|都|分别|将|已|全部)*(?P<action>快于|高于|跑赢了?|超过|好于|不低于|优于|领先于?|超出|高出)(?P<what>全国|全省|全市|经济|GDP|地区生产总值|生产总值|城镇|城市|国家|周边|中部|西部|东部|规上|规模以上|火电|固定资产|上年|居民|中西部|省均|全区)(?P<rest>[^，。；\d]{0,16})$"
)
_POSITIVE = re.compile(
    r"(?P<subject>[^，。；]{0,40}?)(?:实现|保持|力争|确保|逆势|继续|顶住压力|、)*(?P<action>正增长|由降转升|由负转正|由降转增|扭负为正|止跌回升|转正|止跌回稳)$"
)
_QUALITATIVE = re.compile(
    r"(?P<action>(?:全面|均|都|超额|提前|确保|力争|努力|圆满|如期)*(?:完成|达到|控制在|实现|符合|落实)(?:国家|省|自治区|中央|上级|市|约束性|下达|预期|年度|“十)[^，。；]{0,20}"
    r"|(?:总体|基本|继续|持续|保持|进一步|稳步|全面|不断|实现|稳中|均|力争|质效|更加|有效|显著|明显)*(?:稳定|平衡|优良|良好|改善|向好|提升|提高|优化|下降|合理|提质|合理区间|增强|降低|可控|好转|增长|合理增长|上升|回升|巩固|扩大|同向增长|平稳|适度|持平|充裕|合理充裕|加快|减少|缩小|趋稳|领先|前列|完成)(?:[^，。；]{0,6})?)$"
)
_LEAD = re.compile(
    r"^(?:其中|同时|以及|并|且|力争|确保|努力|推动|保持|使|全省|全市|全区|全国|全县|今年|主要预期目标是|[：:、])+"
)
_DUTY = re.compile(
    r"(?:全面|圆满|如期|超额|确保|坚决|不折不扣|力争|努力|按时|按期|其中|同时|并)*(?P<action>完成)(?P<subject>(?:国家|省|自治区|上级|中央)[^，。；]{2,40}|[^，。；]{2,40}(?:指标|任务|目标))$"
)
_FLOURISH = re.compile(
    r"^(?:确定|提出|上述|这些|这样|实现|完成|制定|设定|以上|作出|为此|我们|考虑|综合|充分|兼顾|体现|既|需要|要|在实际|在工作|实际工作|工作中|这)"
)


def find_relatives(text: str, occupied: list[tuple[int, int, str]], targets: bool) -> list[Relative]:
    """Number-less statements of a paragraph.

    occupied: (start, end, subject) of the statements that already gave a number. targets: the paragraph lists the
    plan year's main expected targets; only there do wordings without any comparison ("生态环境质量持续改善")
    count.
    """
    found: list[Relative] = []
    listing = _TARGET_LIST.search(text) if targets else None
    list_start, list_end = 0, -1
    if listing is not None:
        list_start = listing.end()
        list_end = _list_end(text, list_start)
    spoken = sorted(occupied)
    starts = [start for start, _, _ in spoken]
    for start, end in _clauses_to_read(text, list_start, list_end):
        place = bisect_left(starts, end)
        if end - start > _LONGEST_CLAUSE or any(start < until for _, until, _ in spoken[max(0, place - 3) : place]):
            continue
        sentence = max(text.rfind(mark, max(0, start - _LONGEST_SENTENCE), start) for mark in "。；！")
        topics = [who for since, until, who in spoken[max(0, place - 3) : place] if sentence <= since < until <= start]
        in_list = list_start <= start < list_end
        found.extend(_read_clause(text[start:end], start, in_list, topics[-1] if topics else ""))
    return found


# Longer runs without punctuation are no clauses of a report; looking through them would cost without finding.
_LONGEST_CLAUSE = 240
_LONGEST_SENTENCE = 800
_EACH = re.compile(r"[均都](?!值)|双双|分别")


def _list_end(text: str, start: int) -> int:
    """Where a list of targets ends: with its sentence, or with the last of the short sentences that go on with it."""
    end = text.find("。", start)
    while 0 <= end < len(text) - 1:
        following = text.find("。", end + 1)
        stop = following if following >= 0 else len(text)
        sentence = text[end + 1 : stop]
        if len(sentence) > 90 or _FLOURISH.match(sentence) or not (_GOES_ON.search(sentence)):
            break
        end = following
    return end if end >= 0 else len(text)


# A sentence that goes on with the list states a number or a duty.
_GOES_ON = re.compile(r"\d(?:%|[万亿]|个百分点)|完成(?:国家|省|上级|年度|约束)|同步")
_PACE = re.compile(r"增长|增速|经济|GDP|生产总值|收入|物价|支出|投资")
_KEYS = re.compile(r"同步|快于|高于|跑赢|超过|正增长|由[降负]转|转正|不低于|优于|好于")


def _clauses_to_read(text: str, list_start: int, list_end: int) -> list[tuple[int, int]]:
    """The clauses of the target list, and those elsewhere that hold a word of comparison."""
    spans: list[tuple[int, int]] = []
    for match in _KEYS.finditer(text):
        at = match.start()
        if list_start <= at < list_end or (spans and at < spans[-1][1]):
            continue
        floor = max(0, at - _LONGEST_CLAUSE)
        before = max(floor - 1, *(text.rfind(mark, floor, at) for mark in "，。；！？;\n")) + 1
        clause = _CLAUSE.match(text, before)
        if clause is not None:
            spans.append(clause.span())
    spans.extend(clause.span() for clause in _CLAUSE.finditer(text, list_start, max(list_start, list_end)))
    return sorted(spans)


def _read_clause(clause: str, start: int, in_list: bool, topic: str) -> list[Relative]:
    end = start + len(clause)
    for pattern, op in ((_SYNC, "sync"), (_SYNC_AFTER, "sync"), (_FASTER, "faster"), (_POSITIVE, "positive")):
        found = pattern.search(clause)
        if found is None:
            continue
        if (
            op == "sync"
            and not in_list
            and not (
                "同步" in found["action"]
                and found.end() == len(clause)
                and _PACE.search(found["what"])
                and _PACE.search(clause[: found.end("subject") + 2])
            )
        ):
            continue
        subject = _LEAD.sub("", found["subject"]).strip("的 ")
        if not subject:
            subject = topic
        if not subject or (
            op == "faster"
            and not in_list
            and found["action"] in ("超过", "高于", "优于", "不低于")
            and len(subject) > 24
        ):
            return []
        members = split_members(subject) if in_list or _EACH.search(found.group()) else [subject]
        return [Relative(start, end, member, found["action"], op) for member in members]
    if not in_list:
        return []
    duty = _DUTY.match(clause)
    if duty is not None and not _STATED.match(clause):
        return [Relative(start, end, duty["subject"], duty["action"], "qualitative")]
    if _FLOURISH.match(clause):
        return []
    found = _QUALITATIVE.search(clause)
    if found is None:
        return []
    subject = _CHANGE.sub("", _LEAD.sub("", clause[: found.start()])).strip("的 ")
    if not subject:
        return []
    members = split_members(_SUMMARY.sub("", subject))
    return [Relative(start, end, member, found["action"], "qualitative") for member in members]


def targets_from(text: str) -> int:
    """Where a paragraph begins to list the main expected targets of the plan year; -1 when it does not."""
    found = _TARGET_LIST.search(text)
    if found is None:
        return -1
    tail = text[found.end() : found.end() + 400]
    return found.start() if len(_PERCENT.findall(tail)) >= 2 and _HEADLINE.search(tail) else -1


# "生态环境质量、水资源等指标": the word that sums a list up.
_SUMMARY = re.compile(r"等(?:[一-龥]{0,6}(?:指标|任务|目标|领域|方面))?$")
_CHANGE = re.compile(r"(?<=..)(?:总量)?(?:下降|降低|改善|提升|提高|减少)$")
_STATED = re.compile(r"(?:确定|提出|实现|完成)(?:上述|这些|以上|今年)")
_PERCENT = re.compile(r"\d(?:\.\d+)?%")
_HEADLINE = re.compile(r"生产总值|GDP|经济|财政|预算收入|固定资产投资|居民")
