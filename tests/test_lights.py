"""Lights in the words of those who look at them: work must run ahead of time."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from light_items import (
    ABOUT,
    CUT,
    FALL,
    FOREST,
    GROWTH,
    JOBLESS,
    JOBLESS_ABOUT,
    RANGE,
    RANK,
    ROAD,
    SYNC,
    item_of,
    seen,
    tables_of,
)

from duixian.ledger.criteria import SEVERITY, Course, parse
from duixian.ledger.errors import LedgerError
from duixian.ledger.plans import Milestone, State
from duixian.ledger.rounds import Due
from duixian.ledger.rulebook import parsed, shipped
from duixian.ledger.slicing import Manner
from duixian.ledger.trajectory import Way, standing, trajectory

AUGUST = "2025-08-01"  # 58% of the year
QUARTERS = {"slices": (20, 30, 100, 50)}
STONES = (Milestone("开工", "2025-03-31", 10), Milestone("封顶", "2025-09-30", 70), Milestone("竣工", "2025-12-20"))

CASES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a road at half the pace": (
        {"measures": [ROAD], "reports": [("2025-07-30", {"里程": 96})]},
        AUGUST,
        "yellow",
        "时间已过58%，“里程≥200公里”完成96公里（48%），落后10个百分点；距时限还有152天。",
    ),
    "a road ahead of time": (
        {"measures": [ROAD], "reports": [("2025-07-30", {"里程": 130})]},
        AUGUST,
        "green",
        "完成130公里（65%），领先7个百分点",
    ),
    "a road far behind": (
        {"measures": [ROAD], "reports": [("2025-07-30", {"里程": 70})]},
        AUGUST,
        "red",
        "落后23个百分点",
    ),
    "a road of which no number was ever given": (
        {"measures": [ROAD], "reports": [("2025-07-30", None)]},
        AUGUST,
        "red",
        "应完成58%，尚未填报数值，落后58个百分点",
    ),
    "a road assigned in March of which nobody has asked yet": (
        {"measures": [ROAD], "assigned": "2025-03-10"},
        "2025-03-20",
        "green",
        "时间已过21%，“里程≥200公里”尚未填报数值；距时限还有286天",
    ),
    "a road that missed its first round": (
        {"measures": [ROAD], "assigned": "2025-03-10", "rounds": ["2025-03"]},
        "2025-04-06",
        "red",
        "应完成26%，尚未填报数值，落后26个百分点；连续1期没有按期填报",
    ),
    "a road of which only a percentage is given": (
        {"measures": [ROAD], "reports": [("2025-07-30", 55)]},
        AUGUST,
        "green",
        "时间已过58%，完成55%，落后3个百分点",
    ),
    "quarters that ask little at first": (
        {"measures": [ROAD], "reports": [("2025-06-29", {"里程": 49})], **QUARTERS},
        "2025-06-30",
        "green",
        "按分解应完成25%，“里程≥200公里”完成49公里（25%），与应有进度持平",
    ),
    "quarters that ask much later": (
        {"measures": [ROAD], "reports": [("2025-09-29", {"里程": 110})], **QUARTERS},
        "2025-09-30",
        "red",
        "按分解应完成75%，“里程≥200公里”完成110公里（55%），落后20个百分点",
    ),
    "milestones with shares": (
        {"reports": [("2025-04-01", "开工"), ("2025-07-30", 60)], "milestones": STONES},
        AUGUST,
        "green",
        "按节点应完成50%，实际完成60%，领先10个百分点",
    ),
    "a milestone that was not reached": (
        {"reports": [("2025-05-30", 60)], "milestones": (Milestone("封顶", "2025-07-01"),)},
        AUGUST,
        "red",
        "节点“封顶”应于2025-07-01完成，已过31天",
    ),
    "a milestone that was reached": (
        {"reports": [("2025-07-01", "封顶")], "milestones": (Milestone("封顶", "2025-07-01"),)},
        AUGUST,
        "green",
        "时间已过58%；距时限",
    ),
    "a ceiling that holds": (
        {"measures": [JOBLESS], "reports": [("2025-07-20", {"失业率": 5.3})]},
        AUGUST,
        "green",
        "“失业率≤5.5%”现为5.3%，符合要求",
    ),
    "a ceiling that is broken": (
        {"measures": [JOBLESS], "reports": [("2025-07-20", {"失业率": 5.8})]},
        AUGUST,
        "yellow",
        "“失业率≤5.5%”现为5.8%，差0.3个百分点",
    ),
    "about a ceiling": (
        {"measures": [JOBLESS_ABOUT], "reports": [("2025-07-20", {"失业率": 4.1})]},
        AUGUST,
        "green",
        "符合要求",
    ),
    "growth for the year to date": (
        {"measures": [GROWTH], "reports": [("2025-07-20", {"生产总值增速": 6.2})]},
        AUGUST,
        "green",
        "符合要求",
    ),
    "growth that is short": (
        {"measures": [GROWTH], "reports": [("2025-07-20", {"生产总值增速": 4.9})]},
        AUGUST,
        "red",
        "现为4.9%，差1.1个百分点",
    ),
    "growth of about six": (
        {"measures": [ABOUT], "reports": [("2025-07-20", {"生产总值增速": 5.6})]},
        AUGUST,
        "green",
        "“生产总值增速≈6%”现为5.6%，符合要求",
    ),
    "growth below about six": (
        {"measures": [ABOUT], "reports": [("2025-07-20", {"生产总值增速": 5.2})]},
        AUGUST,
        "yellow",
        "差0.3个百分点",
    ),
    "a fall of three or more": (
        {"measures": [FALL], "reports": [("2025-07-20", {"单位能耗": -3.4})]},
        AUGUST,
        "green",
        "“单位能耗≥-3%”现为-3.4%，符合要求",
    ),
    "a fall that is too small": (
        {"measures": [FALL], "reports": [("2025-07-20", {"单位能耗": -2.5})]},
        AUGUST,
        "yellow",
        "现为-2.5%，差0.5个百分点",
    ),
    "a cut that is counted": (
        {"measures": [CUT], "reports": [("2025-07-20", {"产能": -20})]},
        AUGUST,
        "green",
        "完成-20万吨（67%），领先9个百分点",
    ),
    "a share that moves": (
        {"measures": [FOREST], "reports": [("2025-01-01", {"森林覆盖率": 48}), ("2025-07-30", {"森林覆盖率": 48.8})]},
        AUGUST,
        "yellow",
        "由48%到48.8%（完成40%），落后18个百分点",
    ),
    "a share that has arrived": (
        {"measures": [FOREST], "reports": [("2025-07-30", {"森林覆盖率": 50.1})]},
        AUGUST,
        "green",
        "现为50.1%，符合要求",
    ),
    "a range": (
        {"measures": [RANGE], "reports": [("2025-07-20", {"增速": 4.5})]},
        AUGUST,
        "yellow",
        "“增速5～6%”现为4.5%，差0.5个百分点",
    ),
    "a rank": ({"measures": [RANK], "reports": [("2025-07-20", {"位次": 5})]}, AUGUST, "red", "现为5位，差1位"),
    "a better rank": ({"measures": [RANK], "reports": [("2025-07-20", {"位次": 3})]}, AUGUST, "green", "符合要求"),
    "words only": ({"measures": [SYNC], "reports": [("2025-07-20", None)]}, AUGUST, "green", "时间已过58%；"),
    "words with a percentage": (
        {"measures": [SYNC], "reports": [("2025-07-20", 30)]},
        AUGUST,
        "red",
        "完成30%，落后28个百分点",
    ),
    "levels by quarter": (
        {
            "measures": [GROWTH],
            "reports": [("2025-05-20", {"生产总值增速": 5.2})],
            "slices": (5, 5.5, 6, 6),
            "manner": Manner.LEVEL,
        },
        AUGUST,
        "yellow",
        "当期要求≥5.5%，报为5.2%，差0.3个百分点",
    ),
    "one round missed": (
        {"reports": [("2025-05-03", 60)], "rounds": ["2025-05"]},
        "2025-06-06",
        "yellow",
        "连续1期没有按期填报",
    ),
    "two rounds missed": (
        {"reports": [("2025-05-03", 60)], "rounds": ["2025-05", "2025-06"]},
        "2025-07-06",
        "red",
        "连续2期没有按期填报",
    ),
    "a round that is not due yet": (
        {"reports": [("2025-05-03", 60)], "rounds": ["2025-05"]},
        "2025-06-05",
        "green",
        "距时限还有209天",
    ),
    "silence broken after the round": (
        {"reports": [("2025-06-09", 60)], "rounds": ["2025-05"]},
        "2025-06-10",
        "green",
        "完成60%",
    ),
    "long silence": ({"reports": [("2025-01-10", 90)]}, AUGUST, "red", "距上次填报已203天"),
    "never a word": ({}, "2025-05-01", "yellow", "交办120天没有填报"),
    "a problem": (
        {"reports": [("2025-07-30", 90)], "problems": "征地未完"},
        AUGUST,
        "yellow",
        "有问题待解决：征地未完",
    ),
    "an extension that waits": (
        {"reports": [("2025-07-30", 90)], "extension_asked": "2026-03-31"},
        AUGUST,
        "yellow",
        "已申请延期至2026-03-31，待答复",
    ),
    "nearly due": ({"reports": [("2025-12-15", 94)]}, "2025-12-20", "yellow", "距时限只有11天"),
    "nearly due and nearly done": ({"reports": [("2025-12-15", 96)]}, "2025-12-20", "green", "距时限还有11天"),
    "past its day": ({"reports": [("2025-12-15", 99)]}, "2026-01-03", "red", "已超过时限3天"),
    "submitted in time": (
        {"reports": [("2025-12-15", 100)], "state": State.SUBMITTED, "submitted": "2025-12-30"},
        "2026-01-20",
        "green",
        "已于2025-12-30申请办结，待审核",
    ),
    "submitted late": (
        {"reports": [("2025-12-15", 100)], "state": State.SUBMITTED, "submitted": "2026-01-02"},
        "2026-01-20",
        "red",
        "超过时限2天，待审核",
    ),
    "closed in time": ({"state": State.CLOSED, "submitted": "2025-12-30"}, "2026-02-01", "done", "按期办结"),
    "closed late": (
        {"state": State.CLOSED, "submitted": "2026-01-02"},
        "2026-02-01",
        "late",
        "超过时限2025-12-31共2天，逾期办结",
    ),
    "not yet assigned": ({"state": State.REGISTERED, "assigned": None}, AUGUST, "grey", "尚未交办，时限2025-12-31"),
    "suspended": ({"state": State.SUSPENDED}, AUGUST, "grey", "已中止办理"),
    "merged": ({"state": State.MERGED, "became": ("2025/9",)}, AUGUST, "grey", "已并入2025/9"),
    "assigned in September": (
        {"measures": [ROAD], "reports": [("2025-10-01", {"里程": 60})], "assigned": "2025-09-01"},
        "2025-10-01",
        "green",
        "时间已过25%，“里程≥200公里”完成60公里（30%）",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_light_says_why(case: str) -> None:
    given, day, colour, words = CASES[case]
    found = seen(tables_of(**given), day)
    assert (str(found.colour), words in found.sentence) == (colour, True), found.sentence


@pytest.mark.parametrize("case", CASES)
def test_a_light_explains_itself_in_english_too_with_the_same_figures(case: str) -> None:
    given, day, _, _ = CASES[case]
    found = seen(tables_of(**given), day)
    assert found.english.endswith(".")
    figures = [sorted(re.findall(r"\d[\d.]*\d|\d", words)) for words in (found.sentence, found.english)]
    assert figures[0] == figures[1]
    assert "{" not in found.sentence + found.english


def test_the_worst_goal_is_told_and_the_others_are_counted() -> None:
    reports = [("2025-07-30", {"里程": 96.0, "生产总值增速": 4.0, "失业率": 5.0})]
    found = seen(tables_of([ROAD, GROWTH, JOBLESS], reports), AUGUST)
    assert found.colour == "red"
    assert "“生产总值增速≥6%”现为4%，差2个百分点；另有1项目标落后" in found.sentence


def test_a_report_that_answers_a_round_speaks_of_the_end_of_its_period() -> None:
    tables = tables_of(
        [GROWTH], [("2025-04-03", {"生产总值增速": 5})], slices=(5, 6, 6, 6), manner=Manner.LEVEL, rounds=["2025-03"]
    )
    (due,) = tables.select(Due)
    tables.put([replace(due, report="2025/1#1")])
    assert seen(tables, "2025-04-20").colour == "green"


def test_what_was_reported_later_is_not_seen_earlier() -> None:
    tables = tables_of([ROAD], [("2025-07-01", {"里程": 20}), ("2025-07-31", {"里程": 190})])
    assert (seen(tables, "2025-07-30").colour, seen(tables, "2025-07-31").colour) == ("red", "green")


amounts = st.floats(0, 400, allow_nan=False)
days = st.dates(date(2025, 1, 1), date(2026, 6, 30))
kinds = st.sampled_from([ROAD, GROWTH, ABOUT, JOBLESS, JOBLESS_ABOUT, FOREST, RANK, FALL, CUT])
sliced = st.sampled_from([{}, QUARTERS])


@given(kinds, amounts, amounts, days, st.booleans())
def test_a_light_never_gets_better_when_the_value_gets_worse(
    measure: Any, one: float, other: float, day: date, earlier: bool
) -> None:
    sign = -1 if (measure.value or 0) < 0 else 1
    # Of a ceiling and a rank the larger is worse, of all else the smaller.
    up = measure not in (JOBLESS, JOBLESS_ABOUT, RANK)
    bad, good = sorted((one, other)) if up else sorted((one, other), reverse=True)

    def colour(size: float) -> int:
        first = [("2025-01-02", {measure.name: sign * 10.0})] if earlier else []
        reports = [*first, ("2025-01-03", {measure.name: sign * size})]
        return SEVERITY[seen(tables_of([measure], reports), day.isoformat()).colour]

    assert colour(bad) >= colour(good)


@given(
    st.lists(kinds, max_size=2, unique=True),
    amounts,
    st.none() | st.floats(0, 100),
    days,
    st.integers(0, 400),
    st.sampled_from([(), STONES]),
    st.booleans(),
    st.booleans(),
)
def test_a_light_never_gets_better_when_time_passes_without_a_report(
    measures: list[Any], value: float, percent: float | None, day: date, later: int, stones: Any, cut: bool, round: bool
) -> None:
    day = max(day, date(2025, 2, 11))
    reports = [("2025-02-10", {one.name: value for one in measures}), ("2025-02-11", percent)]
    slices = QUARTERS if cut and measures and measures[0] is ROAD else {}
    rounds = ["2025-01", "2025-02", "2025-06"] if round else []
    tables = tables_of(measures, reports, stones, rounds=rounds, **slices)
    now, then = (seen(tables, (day + timedelta(days=n)).isoformat()) for n in (0, later))
    assert SEVERITY[then.colour] >= SEVERITY[now.colour], (now.sentence, then.sentence)


@given(
    st.lists(kinds, max_size=3, unique_by=lambda one: one.name),
    st.none() | amounts,
    days,
    st.sampled_from(State),
    st.sampled_from([(), STONES]),
)
def test_every_light_has_a_sentence_with_its_figures(
    measures: list[Any], value: float | None, day: date, state: State, stones: Any
) -> None:
    reports = [] if value is None else [("2025-01-02", {one.name: value for one in measures})]
    tables = tables_of(measures, reports, stones, state=state, submitted="2025-12-30", became=("2025/2",))
    found = seen(tables, day.isoformat())
    for words in (found.sentence, found.english):
        assert re.search(r"\d", words)
        assert "{" not in words
    assert [one.colour for one in found.reasons if one.colour is found.colour]


@given(
    st.sampled_from([ROAD, CUT]),
    st.lists(st.floats(0, 50), min_size=4, max_size=4) | st.lists(st.floats(0, 20), min_size=12, max_size=12),
    st.booleans(),
    st.dates(date(2025, 2, 1), date(2026, 12, 31)),
)
def test_a_trajectory_never_turns_back_and_ends_at_the_target(
    measure: Any, parts: list[float], running: bool, deadline: date
) -> None:
    sign = 1 if measure.value > 0 else -1
    values = [sign * part for part in (sorted(parts) if running else parts)]
    manner = Manner.RUNNING if running else Manner.SHARE
    tables = tables_of([measure], slices=values, manner=manner, deadline=deadline.isoformat())
    (line,) = trajectory(tables, "2025/1", date(2025, 7, 1))
    assert (line.way, line.course) == (Way.SLICES, Course.AMOUNT)
    way = [line.planned(date(2025, 1, 1) + timedelta(days=n)) for n in range(0, 800, 5)]
    sizes = [sign * value for value in way if value is not None]
    assert sizes == sorted(sizes)
    assert sizes[0] == 0
    assert line.planned(deadline) == line.planned(deadline + timedelta(days=90)) == measure.value


@given(st.lists(st.integers(0, 100), min_size=1, max_size=4, unique=True), days)
def test_a_trajectory_by_milestones_passes_through_each(shares: list[int], day: date) -> None:
    stones = tuple(
        Milestone(f"节点{place}", f"2025-{3 * place - 1:02}-28", share) for place, share in enumerate(sorted(shares), 1)
    )
    (line,) = trajectory(tables_of([ROAD], milestones=stones), "2025/1", day)
    assert [line.planned(date.fromisoformat(one.due)) for one in stones] == [
        pytest.approx(2 * (one.percent or 0)) for one in stones
    ]


def test_a_straight_line_is_where_time_is() -> None:
    (line,) = trajectory(tables_of([ROAD]), "2025/1", date(2025, 7, 2))
    found = standing(line, date(2025, 7, 2))
    assert (found.planned, found.planned_share) == (pytest.approx(100), 50)


def test_what_slices_ask_beyond_the_promise_is_not_asked_by_the_light() -> None:
    (line,) = trajectory(tables_of([ROAD], slices=(100, 100, 100, 100)), "2025/1", date(2025, 7, 2))
    assert line.planned(date(2025, 9, 30)) == 200


def test_the_item_itself_is_untouched() -> None:
    tables = tables_of([ROAD])
    before = item_of(tables)
    seen(tables, AUGUST)
    assert item_of(tables) is before


BAD = {
    "缺少 red": ("yellow = 10\nred = 20", "yellow = 10"),
    "不认识 blue": ("yellow = 10", "blue = 1\nyellow = 10"),
    "红灯不应小于黄灯": ("red = 20", "red = 2"),
    "“五”不是不小于零的数": ("yellow = 10", 'yellow = "五"'),
    "“purple”不是灯色": ('extension = "yellow"', 'extension = "purple"'),
    "没有“colour”这个条件": ('op = ["≤", "<"]', 'colour = ["≤"]'),
    "course 应是": ('course = "hold"', 'course = "fly"'),
    "亮灯规则里没有这一节": ("[lag]", "[lagg]\nx = 1\n[lag]"),
    "亮灯规则缺少这一节": ("[words]\n", "[line.words]\n"),
    "不是有效的 TOML": ("[lag]", "[lag"),
    "不是一组文字": ('units = ["%", "个百分点", "‰"]', 'units = "%"'),
}


@pytest.mark.parametrize("words", BAD)
def test_a_rule_that_cannot_be_read_says_what_is_wrong(words: str) -> None:
    old, new = BAD[words]
    text = shipped("lights")
    assert old in text
    with pytest.raises(LedgerError) as caught:
        parsed("lights", text.replace(old, new, 1))
    assert words in str(caught.value)


def test_the_rule_that_comes_with_duixian_is_sound() -> None:
    rules = parse(tomllib.loads(shipped("lights")))
    for measure, course in (
        (ROAD, Course.AMOUNT),
        (JOBLESS, Course.HOLD),
        (JOBLESS_ABOUT, Course.HOLD),
        (GROWTH, Course.HOLD),
        (FOREST, Course.MOVE),
        (SYNC, Course.WORD),
        (replace(ROAD, kind="level"), Course.AMOUNT),
        (replace(ROAD, kind="level", indicator="hightech_firms", unit="家"), Course.MOVE),
    ):
        assert rules.course(measure) is course, measure
