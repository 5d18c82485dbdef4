"""The plans of two years side by side, and numbers that contradict one another."""

from __future__ import annotations

import pytest

import duixian
from duixian import samples
from duixian.comparison.changes import Change, Comparison, diff
from duixian.comparison.consistency import Finding, check
from duixian.comparison.reports import Report, report_of


def sample_reports() -> list[Report]:
    return [report_of(reading) for year in samples.YEARS for reading in duixian.read(samples.report(year))]


@pytest.fixture(scope="module")
def compared() -> Comparison:
    reports = sample_reports()
    found = diff(reports, reports[0].region, 2024, 2025)
    assert found is not None
    return found


def one(comparison: Comparison, part: str, subject: str) -> Change:
    return next(each for each in comparison.changes if each.part == part and subject in each.subject)


@pytest.mark.parametrize(
    ("subject", "change"),
    [
        ("地区生产总值", "raised"),
        ("固定资产投资", "lowered"),
        ("实际使用外资", "reworded"),
        ("城镇居民人均可支配收入", "new"),
        ("地表水优良水体比例", "dropped"),
    ],
)
def test_targets_are_raised_lowered_reworded_new_or_dropped(compared: Comparison, subject: str, change: str) -> None:
    assert one(compared, "target", subject).change == change


def test_the_difference_is_told_with_its_unit(compared: Comparison) -> None:
    change = one(compared, "target", "固定资产投资")
    assert (change.before, change.after, change.difference, change.unit) == ("6%", "5%", -1.0, "个百分点")


def test_a_commitment_that_comes_back_with_another_number_recurs(compared: Comparison) -> None:
    change = one(compared, "commitment", "农村公路")
    assert change.change == "recurs"
    assert change.score == 1.0
    assert change.evidence is not None
    assert change.later_evidence is not None


def test_a_slogan_that_is_gone_is_told(compared: Comparison) -> None:
    assert one(compared, "wording", "乐购岚川").change == "vanished"
    assert one(compared, "wording", "千企出海").change == "appeared"


def test_every_commitment_of_both_years_appears_once(compared: Comparison) -> None:
    lines = [each.later_evidence for each in compared.changes if each.part == "commitment" and each.later_evidence]
    assert len(lines) == len({(each.start, each.end) for each in lines})


def test_a_year_without_a_plan_cannot_be_compared() -> None:
    reports = sample_reports()
    assert diff(reports, reports[0].region, 2019, 2024) is None


REPORT = """白石市政府工作报告
——{year}年1月12日在白石市第九届人民代表大会第四次会议上
各位代表：
一、{past}年工作回顾
过去一年，面对困难和挑战，全市上下同心协力，克服了一个又一个难关，各项事业都有了新的气象。
{review}
二、{year}年工作安排
今年主要预期目标是：地区生产总值增长6%左右，城镇新增就业1万人，居民消费价格涨幅3%左右。
"""


def findings(*reviews: str) -> list[Finding]:
    reports = [
        report_of(reading)
        for number, review in enumerate(reviews)
        for reading in duixian.read_text(
            REPORT.format(year=2024 + number, past=2023 + number, review=review), f"{number}.txt"
        )
    ]
    return check(reports)


def test_one_indicator_with_two_values_in_one_report_is_found() -> None:
    found = findings("固定资产投资增长6.3%。\n回顾一年的工作，成绩来之不易。\n固定资产投资增长6.8%。")
    assert [(each.check, each.expected, each.found) for each in found] == [("conflict", "6.3%", "6.8%")]


def test_rounding_is_no_contradiction() -> None:
    assert findings("进出口总额1234.56亿元。\n回顾一年的工作，成绩来之不易。\n进出口总额1235亿元。") == []


def test_parts_that_do_not_add_up_are_found() -> None:
    found = findings("进出口总额500亿元，其中出口300亿元、进口250亿元。")
    assert [(each.check, each.difference) for each in found] == [("parts_do_not_add_up", 50.0)]
    assert findings("进出口总额550亿元，其中出口300亿元、进口250亿元。") == []


def test_growth_that_contradicts_the_amounts_of_two_years_is_found() -> None:
    found = findings("一般公共预算收入100亿元、增长5%。", "一般公共预算收入130亿元、增长6%。")
    assert [(each.check, each.expected, each.found) for each in found] == [
        ("growth_contradicts_amounts", "30.0%", "6%")
    ]


def test_the_sample_reports_are_free_of_sums_that_fail() -> None:
    assert [each for each in check(sample_reports()) if each.check == "parts_do_not_add_up"] == []
