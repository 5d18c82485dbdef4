"""Deadlines as they are written: 年底前, 上半年, 2025年, 6月底前."""

from __future__ import annotations

import re

_YEAR = r"(?:20\d\d年|今年|明年|本年|当年|同年)"
_DEADLINE = re.compile(
    r"(?:到|至|在|于)?("
    rf"{_YEAR}(?:\d{{1,2}}月)?(?:份)?(?:底|末|初|内|年底|年末|上半年|下半年|[一二三四]季度|第[一二三四]季度|[春夏秋冬]季?|全年)?(?:之?前|以前)?"
    r"|(?:本月|本季度|年|上半年|下半年|[上下]半年|[一二三四]季度|第[一二三四]季度|\d{1,2}月份?|“?十[四五六]五”?)(?:底|末|内|中|期末|期间|时期)(?:之?前|以前)?"
    r"|(?:上半年|下半年|[一二三四]季度|第[一二三四]季度|\d{1,2}月(?:\d{1,2}日)?|汛期|汛前|入冬前|春节|国庆|采暖季|供暖季|春耕|暑期)(?:之?前|以前|内)?"
    r"|全年(?=[^面]))"
)
_HINT = re.compile(r"[年月季节国期前]")
_NAMING = re.compile(r"(?:规划|目标|行动|计划|建设|工作|报告|度|远景|以来|前后)")


def deadline_in(text: str, start: int = 0, end: int | None = None, plan_year: int | None = None) -> str | None:
    """The first deadline in ``text[start:end]``, as written; None when there is none.

    Years before ``plan_year`` are no deadlines; nor is a year that only belongs to a name (2035年远景目标).
    """
    stop = len(text) if end is None else end
    if _HINT.search(text, start, stop) is None:
        return None
    for found in _DEADLINE.finditer(text, start, stop):
        written = found.group(1)
        if written.startswith("20"):
            if plan_year is not None and int(written[:4]) < plan_year:
                continue
            if _NAMING.match(text, found.end(), stop):
                continue
        elif written[0].isdigit() and found.start(1) > 0 and text[found.start(1) - 1] in "0123456789个年.—-至":
            continue
        return written
    return None
