"""Is a number a result, a target for the plan year, a goal beyond it, or a mere parameter, and for which period?"""

from __future__ import annotations

import re
from dataclasses import dataclass

ACHIEVED, TARGET, LONGTERM, ONGOING, CONTEXT = "achieved", "target", "longterm", "ongoing", "context"

_YEAR_GOAL = re.compile(
    r"(?:到|至|力争(?:到)?|在)?(?P<year>20\d\d)年(?P<end>底前|年底|底|末|前|全面|基本|，|、)?|(?P<plan>“十[三四五六]五”(?:末|期末|期间|时期)|今后[三五]年|未来[一三五]年|[三五]年(?:内|后|左右)"
    r"|用[一两三四五]年(?:左右)?(?:的)?时间|到本世纪|下一个五年|五年内|三年内|连续[三五]年|“[三五]年)"
)
_NOW = re.compile(r"今年|本年|年内|年底前|全年|当年|(?:上|下)半年|一季度")
_DONE = re.compile(
    r"已(?:经|建成|累计|达|完成|有|形成|培育|实现|获|开工|签约|落实|超|突破|连续|是|成为|在)?|目前|(?<![比较])去年|(?<![比较])上年|过去(?:的)?[一五]年|一年来|五年来|截至"
)
_WILL = re.compile(
    r"今年|力争|确保|争取|计划|拟|将|要|预期|目标|努力|明年|推动|加快|支持|继续|新增|完成.{0,12}任务|达到"
)
_PLANNED = re.compile(
    r"(?:力争|确保|争取|计划|拟|预期|目标|要|将|努力|明年|今年(?!以来|上半年|前|一季度|1|初)|到20\d\d年|下半年|年底前)"
)
_NAMED_YEAR = re.compile(r"(?<![比较到至自从])(?<!\d)(?P<year>20\d\d)年(?!度?(?:目标|计划|任务))")
_LOOKS_BACK = re.compile(r"同比|比上年|比20\d\d年|较上年|比去年|全年共|累计|已|预计全年")
_PAST = re.compile(
    r"(?:已|了|同比|去年|上年|过去|以来|今年(?:以来|上半年|前)|上半年|一季度|截至|全年|五年来|增长|达到|完成|获|突破|累计|达|超过|有|是|为)"
)


# How far from a number the words of time that govern it may stand.
_REACH = 600


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years a document speaks of; None where unknown."""

    plan_year: int | None
    review_year: int | None


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a number stands.

    part: the part of the document. reported: the document is a report or a plan, whose parts tell tense; in a
    speech or the news the words of the sentence must. targets: the paragraph lists the plan year's main expected
    targets. imperative: a verb opens the clause ("新建…"), and no subject. exact: the number carries no hedge.
    """

    part: str
    reported: bool = True
    targets: bool = False
    imperative: bool = False
    exact: bool = True


def status_and_period(setting: Setting, sentence: str, at: int, calendar: Calendar, role: str) -> tuple[str, str]:
    """(status, period) of a number at offset ``at`` of its sentence.

    role: "context" or "ongoing" where the grammar has decided already.
    """
    plan, review = calendar.plan_year, calendar.review_year
    before = sentence[max(0, at - _REACH) : at]
    sentence = sentence[max(0, at - _REACH) : at + _REACH]
    goal = _goal_year(before, plan)
    tense = _tense(setting, sentence, before, calendar)
    year = plan if tense == TARGET else review
    period = str(year) if year else ""
    if goal:
        beyond = goal.isdigit() and plan is not None and int(goal) > plan
        if beyond or not goal.isdigit():
            period = "by" + goal if goal.isdigit() else period
            if role != CONTEXT and (tense == TARGET or beyond):
                return (LONGTERM if role != ONGOING else ONGOING), period
        elif goal.isdigit() and plan is not None and int(goal) == plan and tense == TARGET:
            period = goal
    if role in (CONTEXT, ONGOING):
        return role, period
    return tense, period


def _goal_year(before: str, plan: int | None) -> str:
    """The due year last named before the number, or the words of a plan; "" when none holds any more."""
    last = None
    for match in _YEAR_GOAL.finditer(before):
        last = match
    if last is None or _NOW.search(before, last.end()):
        return ""
    if last["plan"]:
        # A five-year plan still running bounds nothing; its end does.
        return "" if last["plan"].startswith("“十四五") and not last["plan"].endswith("末") else last["plan"]
    year = int(last["year"])
    if plan is not None and year > plan:
        return str(year)
    return str(year) if last.group().startswith(("到", "至")) else ""


def _past_year(before: str, calendar: Calendar) -> bool:
    """Whether the last year named before the number is over, and not merely the base of a comparison."""
    if calendar.plan_year is None:
        return False
    last = None
    for match in _NAMED_YEAR.finditer(before):
        last = match
    return last is not None and int(last["year"]) < calendar.plan_year and not _NOW.search(before, last.end())


def _tense(setting: Setting, sentence: str, before: str, calendar: Calendar) -> str:
    if setting.targets:
        return TARGET
    if setting.part in ("review", "problems"):
        return ACHIEVED
    if setting.part == "plan":
        past = None
        for match in _DONE.finditer(before):
            past = match
        if (past is not None and not _WILL.search(before, past.end())) or _past_year(before, calendar):
            return ACHIEVED
        if setting.reported or _PLANNED.search(before):
            return TARGET
        if (setting.imperative or not setting.exact) and not _LOOKS_BACK.search(sentence):
            return TARGET
        return ACHIEVED if _PAST.search(sentence) else TARGET
    if _PLANNED.search(before):
        return TARGET
    return ACHIEVED if _PAST.search(sentence) else TARGET
