"""Closing the book: last year's promises against this year's review."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

import pytest

import duixian
from duixian import samples
from duixian.comparison.outcomes import OUTCOMES
from duixian.comparison.reconciliation import Reconciliation, Settlement, reconcile
from duixian.comparison.reports import report_of

PLANTED = tomllib.loads(samples.planted().read_text("utf-8"))
ROWS = [row for part in ("target", "commitment") for row in PLANTED[part]]


@cache
def closed() -> Reconciliation:
    reports = [report_of(reading) for year in samples.YEARS for reading in duixian.read(samples.report(year))]
    found = reconcile(reports, reports[0].region, 2024)
    assert found is not None
    return found


def settled(row: dict[str, Any]) -> Settlement:
    found = [
        each
        for each in closed().settlements
        if each.subject == row["subject"]
        and (each.part == "project") is bool(row.get("project"))
        and each.unit == row.get("unit", each.unit)
        and each.value == row.get("value", each.value)
    ]
    assert len(found) == 1, row["subject"]
    return found[0]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["subject"])
def test_the_sample_pair_closes_with_the_outcomes_that_were_planted(row: dict[str, Any]) -> None:
    each = settled(row)
    assert each.outcome == row["outcome"]
    assert each.result == row.get("result")
    if "result_unit" in row:
        assert each.result_unit == row["result_unit"]
    if "result_quote" not in row:
        assert each.result_evidence is None
        return
    assert each.result_evidence is not None
    said, planted = each.result_evidence.quote, row["result_quote"]
    assert said in planted or planted in said


def test_every_main_target_of_the_sample_is_closed_and_none_is_invented() -> None:
    subjects = [each.subject for each in closed().settlements if each.part == "target"]
    assert sorted(subjects) == sorted(row["subject"] for row in PLANTED["target"])


def test_the_starting_point_of_a_change_is_no_promise() -> None:
    values = [each.value for each in closed().settlements if each.subject == "政务服务事项平均办理环节"]
    assert values == [2.8]


def test_outcomes_are_counted_in_one_order() -> None:
    counts = closed().counts("target")
    assert tuple(counts) == OUTCOMES
    assert sum(counts.values()) == len(PLANTED["target"])


PLAN = """白石市政府工作报告
——2024年1月12日在白石市第九届人民代表大会第四次会议上
各位代表：
一、2023年工作回顾
过去一年，面对困难和挑战，全市上下同心协力，克服了一个又一个难关，各项事业都有了新的气象。
二、2024年工作安排
今年主要预期目标是：地区生产总值增长{gdp}，固定资产投资增长8%，城镇调查失业率控制在{jobless}，单位地区生产总值能耗下降{energy}。
新建农村公路200公里，改造危旧房300户。
"""
REVIEW = """白石市政府工作报告
——2025年1月10日在白石市第九届人民代表大会第五次会议上
各位代表：
一、2024年工作回顾
过去一年，全市地区生产总值增长{gdp}，固定资产投资增长7.9%，城镇调查失业率{jobless}，单位地区生产总值能耗下降{energy}。
新建农村公路215公里。
二、2025年工作安排
今年主要预期目标是：地区生产总值增长6%，固定资产投资增长8%，城镇调查失业率控制在5.5%以内。
"""


def outcome(indicator: str, tolerance: float = 0.05, **values: tuple[str, str]) -> str:
    known = {"gdp": ("6%", "6%"), "jobless": ("5.5%以内", "5.4%"), "energy": ("3%", "3%")} | values
    plan = PLAN.format(**{name: pair[0] for name, pair in known.items()})
    review = REVIEW.format(**{name: pair[1] for name, pair in known.items()})
    reports = [report_of(reading) for text in (plan, review) for reading in duixian.read_text(text)]
    found = reconcile(reports, reports[0].region, 2024, tolerance=tolerance)
    assert found is not None
    return next(each.outcome for each in found.settlements if each.indicator == indicator)


@pytest.mark.parametrize(
    ("promised", "reached", "expected"),
    [
        ("6%", "6%", "met"),
        ("6%以上", "5.9%", "missed"),
        ("6%左右", "5.8%", "within"),
        ("6%左右", "5.5%", "missed"),
        ("6%左右", "6.5%", "met"),
        ("6%", "7%", "exceeded"),
        ("5%—6%", "5.2%", "met"),
        ("5%—6%", "4.9%", "missed"),
        ("5%—6%", "6.3%", "met"),
    ],
)
def test_a_growth_target_means_what_it_says(promised: str, reached: str, expected: str) -> None:
    assert outcome("gdp", gdp=(promised, reached)) == expected


@pytest.mark.parametrize(("reached", "expected"), [("5.5%", "met"), ("5.6%", "missed"), ("4.5%", "exceeded")])
def test_of_unemployment_less_is_better(reached: str, expected: str) -> None:
    assert outcome("unemployment", jobless=("5.5%以内", reached)) == expected


@pytest.mark.parametrize(("reached", "expected"), [("3.1%", "met"), ("2.5%", "missed"), ("4%", "exceeded")])
def test_a_fall_is_promised_as_a_fall(reached: str, expected: str) -> None:
    assert outcome("energy_intensity", energy=("3%以上", reached)) == expected


def test_how_far_about_reaches_can_be_set() -> None:
    assert outcome("gdp", gdp=("6%左右", "5.5%"), tolerance=0.1) == "within"


def test_what_the_review_passes_over_is_not_guessed() -> None:
    reports = [
        report_of(reading)
        for text in (
            PLAN.format(gdp="6%", jobless="5.5%以内", energy="3%"),
            REVIEW.format(gdp="6%", jobless="5.4%", energy="3%"),
        )
        for reading in duixian.read_text(text)
    ]
    found = reconcile(reports, reports[0].region, 2024)
    assert found is not None
    outcomes = {each.subject: each.outcome for each in found.settlements if each.part == "commitment"}
    assert outcomes["农村公路"] == "met"
    assert outcomes["危旧房"] == "not_reported"


def test_without_the_next_report_nothing_is_reported() -> None:
    reports = [report_of(reading) for reading in duixian.read(samples.report(2024))]
    found = reconcile(reports, reports[0].region, 2024)
    assert found is not None
    assert found.review is None
    assert {each.outcome for each in found.settlements} == {"not_reported"}


def test_a_place_without_a_plan_has_no_book() -> None:
    assert reconcile([], "330000", 2024) is None
