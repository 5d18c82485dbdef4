"""When two subjects name the same thing, and outcomes that follow from numbers alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duixian.comparison.amounts import Amount
from duixian.comparison.matching import THRESHOLD, continued, same_name, similarity
from duixian.comparison.outcomes import EXCEEDED, MET, MISSED, OUTCOMES, WITHIN, weigh
from duixian.records import Evidence, Figure

WORDS = st.text(alphabet="农村公路改造新建居民养老床位学位人才企业省级国家第一二期“”、（）12", max_size=16)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("农村公路", "农村公路"),
        ("城镇老旧小区", "老旧小区建设"),
        ("城市公共停车泊位", "公共停车泊位"),
        ("棚户区住房", "棚户区住房改造"),
        ("规模以上工业企业", "规上工业企业"),
    ],
)
def test_the_same_thing_in_other_words_is_known(one: str, other: str) -> None:
    assert similarity(one, other) >= THRESHOLD


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("公办幼儿园", "幼儿园"),
        ("数字经济", "经济"),
        ("数字经济", "数字经济标杆园区"),
        ("省级专精特新企业", "国家级专精特新企业"),
        ("岚芯半导体一期", "岚芯半导体二期"),
        ("重大产业项目", "重大项目"),
        ("养老床位", "学位"),
    ],
)
def test_what_only_sounds_alike_is_not_taken_for_the_same(one: str, other: str) -> None:
    assert similarity(one, other) < THRESHOLD


def test_a_subject_goes_on_from_the_one_before_it() -> None:
    assert continued("省属企业资产负债率", "省属企业利润总额", "资产负债率") >= THRESHOLD
    assert continued("实际使用外资", "实际使用外资金额", "制造业增加值") == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("云青高铁", "云岫至青渚高铁", True),
        ("云青高铁", "霁青高铁", False),
        ("北湾东部水资源配置工程", "北湾西部水资源配置工程", False),
        ("鹿鸣机场迁建", "鹿鸣机场迁建工程", True),
        ("轨道交通2号线", "轨道交通3号线", False),
    ],
)
def test_projects_are_the_same_by_name_or_by_a_shortening_of_it(one: str, other: str, same: bool) -> None:
    assert (same_name(one, other) >= THRESHOLD) is same


@given(WORDS, WORDS)
def test_similarity_is_a_share_and_does_not_depend_on_the_order(one: str, other: str) -> None:
    score = similarity(one, other)
    assert 0 <= score <= 1
    assert score == similarity(other, one)
    assert 0 <= continued(one, other, one) <= 1
    assert 0 <= same_name(one, other) <= 1


def figure(op: str, value: float, indicator: str = "gdp", kind: str = "growth") -> Figure:
    words = Evidence("x", 1, None, 0, 1, "某")
    return Figure("f", "d", words, "某", "", indicator, kind, op, value, None, "%", value, "%", "target", "2024", ())


NUMBERS = st.floats(min_value=0.1, max_value=1000, allow_nan=False).map(lambda value: round(value, 2))
_ORDER = {MISSED: 0, WITHIN: 1, MET: 1, EXCEEDED: 2}


@given(
    op=st.sampled_from(["eq", "approx", "ge", "gt", "le", "lt"]),
    goal=NUMBERS,
    one=NUMBERS,
    other=NUMBERS,
    indicator=st.sampled_from(["gdp", "unemployment", "cpi"]),
)
def test_a_better_result_never_has_a_worse_outcome(
    op: str, goal: float, one: float, other: float, indicator: str
) -> None:
    target = figure(op, goal, indicator)
    wanted = Amount(goal, goal, "%")
    low, high = sorted((one, other))
    worse, better = (low, high) if indicator == "gdp" else (high, low)
    first, second = (weigh(wanted, value, target).outcome for value in (worse, better))
    assert first in OUTCOMES
    assert _ORDER[first] <= _ORDER[second]


@given(goal=NUMBERS)
def test_reaching_the_number_exactly_meets_a_floor_and_a_ceiling(goal: float) -> None:
    wanted = Amount(goal, goal, "%")
    assert weigh(wanted, goal, figure("ge", goal)).outcome == MET
    assert weigh(wanted, goal, figure("le", goal, "unemployment")).outcome == MET
    assert weigh(wanted, goal, figure("gt", goal)).outcome == MISSED
    assert weigh(wanted, goal, figure("approx", goal)).outcome == WITHIN


def test_a_price_target_is_kept_but_never_exceeded() -> None:
    assert weigh(Amount(3, 3, "%"), 0.2, figure("approx", 3, "cpi")).outcome == MET
    assert weigh(Amount(3, 3, "%"), 3.4, figure("approx", 3, "cpi")).outcome == MISSED
