"""Dates and years of a document: when it was delivered, which year it looks back on, which year it plans."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_HAN_DIGIT = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_DATE = re.compile(
    r"(?:(?P<y>\d{4,5})|(?P<hy>[〇零一二三四五六七八九]{4}))年"
    r"(?:(?P<m>\d{1,2})|(?P<hm>[一二三四五六七八九十]{1,3}))月(?:(?P<d>\d{1,2})|(?P<hd>[一二三四五六七八九十]{1,3}))日"
)
_NUMERIC = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_MONTH_DAY = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})日")
_YEAR = re.compile(r"((?:19|20)\d{2})年(?!代)")
_REVIEW = re.compile(
    r"((?:19|20)\d{2})年(?:以来)?(?:的?(?:政府|经济|全省|全市|全县|全区|主要|经济社会发展))*工作(?:情况)?的?(?:回顾|总结)|((?:19|20)\d{2})年(?:国民经济和社会发展)?统计公报"
)
_PLAN = re.compile(
    r"((?:19|20)\d{2})年(?:度)?(?:的?(?:政府|经济|全省|全市|全县|全区|主要|重点|总体|经济社会发展|国民经济和社会发展|预期|发展))*"
    r"(?:工作)?(?:的?(?:安排|任务|目标|打算|部署|要求|建议|思路|计划|要点|预期目标|和))"
)
_PLAN_TITLE = re.compile(r"((?:19|20)\d{2})年度?.{0,24}(?:计划|要点|方案|安排|分工|分解|清单|目标)")
# First and last years of the five-year plans, by which a text dates itself without naming a year.
_OPENING_YEAR = re.compile("“?(?P<plan>十[一二三四五六]?五)”?(?:规划)?(?:的)?(?P<place>开局|收官)之年")
_TITLE_YEAR = re.compile(r"((?:19|20)\d{2})(?=年|[\u4e00-\u9fff])")
_JUBILEE = re.compile(r"今年是(?:新中国|中华人民共和国)成立(\d{2,3})周年")
_FIRST_YEARS = {"十五": 2001, "十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}


def find_date(text: str) -> str | None:
    """The first full date in a text, as ISO 8601; None if there is none that a calendar knows."""
    for match in _DATE.finditer(text):
        year = match["y"][-4:] if match["y"] else "".join(_HAN_DIGIT[c] for c in match["hy"])
        month = int(match["m"]) if match["m"] else _han_number(match["hm"])
        day = int(match["d"]) if match["d"] else _han_number(match["hd"])
        found = _iso(int(year), month, day)
        if found:
            return found
    for match in _NUMERIC.finditer(text):
        found = _iso(int(match[1]), int(match[2]), int(match[3]))
        if found:
            return found
    return None


def date_of_lead(lead: str) -> str | None:
    """The date of a news lead that gives month and day beside one single year; None if the year is open."""
    full = find_date(lead)
    if full:
        return full
    day = _MONTH_DAY.search(lead)
    years = {match[1] for match in _YEAR.finditer(lead)}
    if day is None or len(years) != 1:
        return None
    return _iso(int(years.pop()), int(day[1]), int(day[2]))


def _iso(year: int, month: int, day: int) -> str | None:
    if not (1949 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _han_number(text: str) -> int:
    if "十" not in text:
        return int("".join(_HAN_DIGIT[c] for c in text))
    tens, _, units = text.partition("十")
    return (int(_HAN_DIGIT[tens]) if tens in _HAN_DIGIT else 1) * 10 + (int(_HAN_DIGIT[units]) if units else 0)


def find_years(
    title: str, headings: Iterable[str], text: str, date: str | None, kind: str
) -> tuple[int | None, int | None]:
    """(plan year, review year) of a document.

    Headings that name a year of review or of plan decide; else the date: a report of January to June plans its own
    year and reviews the one before, one of the last quarter reviews its own year and plans the next.
    """
    plan = review = None
    for heading in headings:
        if review is None and (match := _REVIEW.search(heading)):
            review = int(match[1] or match[2])
        if plan is None and not _REVIEW.search(heading) and (match := _PLAN.search(heading)):
            plan = int(match[1])
    if kind == "bulletin":
        year = _YEAR.search(title)
        return None, review or (int(year[1]) if year else None)
    if kind == "plan" and (named := [int(match[1]) for match in _YEAR.finditer(title)]) and len(set(named)) == 2:
        # "…2022年计划执行情况与2023年计划草案的报告"
        return max(named), min(named)
    if kind in ("plan", "division_notice"):
        own = _PLAN_TITLE.search(title) or _YEAR.search(title)
        return plan or (int(own[1]) if own else _year_of(date)), review
    if kind == "government_work_report":
        if plan is None and review is not None:
            plan = review + 1
        if review is None and plan is not None:
            review = plan - 1
        if plan is None:
            plan = _planned_by(title, date)
            review = plan - 1 if plan is not None else None
        return plan, review
    return _years_of_speech(title, text, date, plan, review)


def _planned_by(title: str, date: str | None) -> int | None:
    if date is not None:
        return int(date[:4]) + (1 if int(date[5:7]) >= 10 else 0)
    year = _YEAR.search(title)
    return int(year[1]) if year else None


def _year_of(date: str | None) -> int | None:
    return int(date[:4]) if date else None


def _years_of_speech(
    title: str, text: str, date: str | None, plan: int | None, review: int | None
) -> tuple[int | None, int | None]:
    """Years of a speech or a news item, from its date or from the years it speaks of."""
    sample = text[:20_000]
    if date is None and plan is None:
        own = _TITLE_YEAR.search(title)
        plan = int(own[1]) if own else None
    if date is None and plan is None and (jubilee := _JUBILEE.search(sample)):
        plan = 1949 + int(jubilee[1])
    if date is not None:
        year = int(date[:4])
        if int(date[5:7]) >= 10 and "明年" in sample:
            return plan or year + 1, review or year
        return plan or year, review or (
            year - 1 if "去年" in sample or "上年" in sample or "过去一年" in sample else None
        )
    if plan is None:
        counts = Counter(
            match[1] for match in re.finditer(r"(?:做好|实现|确定|部署|安排|完成)((?:19|20)\d{2})年(?!以来)", sample)
        )
        if counts:
            plan = int(counts.most_common(1)[0][0])
    if plan is None and "明年" in sample:
        opening = _OPENING_YEAR.search(sample)
        if opening and opening["plan"] in _FIRST_YEARS:
            year = _FIRST_YEARS[opening["plan"]] + (4 if opening["place"] == "收官" else 0)
            return year + 1, review or year
        first = _YEAR.search(sample[:600])
        if first:
            return int(first[1]) + 1, review or int(first[1])
    if plan is not None and review is None and f"{plan - 1}年" in sample:
        review = plan - 1
    return plan, review
