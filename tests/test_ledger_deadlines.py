"""Deadlines written by people are read as days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duixian.ledger.deadlines import deadline_of

_DIGITS = "零一二三四五六七八九"
FORMS = (
    "{0:%Y-%m-%d}",
    "{0.year}年{0.month}月{0.day}日前",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}/{0.month}/{0.day}",
    " {0.year}年 {0.month}月{0.day}号",
    "{0:%Y%m%d}",
)
LETTERS = "年月日号底前末季度上下半旬初中个至-./0123456789一二三四五六七八九十今明后长期持续Q “”全"
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else _DIGITS[tens]) + "十" if tens else "") + (_DIGITS[ones] if ones else "")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025年6月底前", "2025-06-30"),
        ("6月底", "2025-06-30"),
        ("６月 底前", "2025-06-30"),
        ("6月前", "2025-06-30"),
        ("六月底前", "2025-06-30"),
        ("十二月底", "2025-12-31"),
        ("二〇二五年六月三十日", "2025-06-30"),
        ("2025年6月份", "2025-06-30"),
        ("2月底前", "2025-02-28"),
        ("6月上旬", "2025-06-10"),
        ("6月中旬", "2025-06-20"),
        ("6月下旬", "2025-06-30"),
        ("二季度", "2025-06-30"),
        ("第二季度末", "2025-06-30"),
        ("2025年第3季度", "2025-09-30"),
        ("2025年Q3", "2025-09-30"),
        ("上半年", "2025-06-30"),
        ("2026年上半年", "2026-06-30"),
        ("下半年", "2025-12-31"),
        ("年底前", "2025-12-31"),
        ("年内", "2025-12-31"),
        ("全年", "2025-12-31"),
        ("2025年底前", "2025-12-31"),
        ("2025年年底前", "2025-12-31"),
        ("25年底", "2025-12-31"),
        ("25年6月", "2025-06-30"),
        ("2027年", "2027-12-31"),
        ("2027", "2027-12-31"),
        ("今年三季度", "2025-09-30"),
        ("明年3月底前", "2026-03-31"),
        ("2025-06-30", "2025-06-30"),
        ("2025.6.30", "2025-06-30"),
        ("2025/6/30", "2025-06-30"),
        ("2025.6", "2025-06-30"),
        ("20250630", "2025-06-30"),
        ("6.30", "2025-06-30"),
        ("6月30日前", "2025-06-30"),
        ("2025-06-30T00:00:00", "2025-06-30"),
        ("长期坚持", "2025-12-31"),
        ("持续推进", "2025-12-31"),
        ("按序时进度推进", "2025-12-31"),
        ("每季度末", "2025-12-31"),
        ("国庆节前", "2025-09-30"),
        ("“十四五”末", "2025-12-31"),
        ("“十五五”期间", "2030-12-31"),
        ("6月底前完成设计，年底前开工", "2025-12-31"),
        ("2026年3月底前完成设计，10月底前开工", "2026-10-31"),
        ("2025年3月至10月", "2025-10-31"),
        ("2025—2027年", "2027-12-31"),
        ("时限：2025年6月底前完成", "2025-06-30"),
    ],
)
def test_a_deadline_is_read_as_the_last_day_it_leaves(text: str, day: str) -> None:
    assert deadline_of(text, 2025) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "尽快",
        "待定",
        "2月30日",
        "13月底前",
        "2025-02-29",
        "2025.13.1",
        "6.31",
        "三个月内",
        "3年内",
        "5公里",
        "本月底",
    ],
)
def test_what_names_no_day_or_a_day_that_does_not_exist_is_none(text: str) -> None:
    assert deadline_of(text, 2025) is None


@given(days, st.sampled_from(FORMS))
def test_every_day_that_is_written_out_comes_back(day: date, form: str) -> None:
    assert deadline_of(form.format(day), 2030) == day


@given(days, st.sampled_from(["{0}月底前", "{0}月份", "{0}月末完成", "{0}月"]), st.booleans())
def test_a_month_ends_with_its_last_day_in_the_year_of_the_plan(day: date, form: str, words: bool) -> None:
    text = form.format(chinese(day.month) if words else day.month)
    assert deadline_of(text, day.year) == day.replace(day=monthrange(day.year, day.month)[1])


@given(st.text(st.sampled_from(LETTERS)), st.integers(1949, 2999))
def test_no_text_is_too_odd_to_be_answered(text: str, year: int) -> None:
    found = deadline_of(text, year)
    assert found is None or isinstance(found, date)
