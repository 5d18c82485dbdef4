"""Places beside places: which value a cell shows, how it is written, sorted, ranked and resolved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import duixian
from duixian import samples
from duixian.comparison.amounts import written_value
from duixian.comparison.distribution import distribution
from duixian.comparison.lookup import UnknownNameError, indicator_named, region_named
from duixian.comparison.matrix import Cell, Matrix, compare
from duixian.comparison.reports import Report, report_of, reports_of_rows

FRAME = """{name}政府工作报告
——2024年1月12日在{name}第九届人民代表大会第四次会议上
各位代表：
一、2023年工作回顾
过去一年，面对困难和挑战，全省上下同心协力，克服了一个又一个难关，各项事业都有了新的气象。{review}
二、2024年工作安排
今年主要预期目标是：{targets}。
三、重点工作
说到就要做到，承诺就要兑现。{tasks}
"""


def report(name: str, targets: str, review: str = "", tasks: str = "") -> Report:
    text = FRAME.format(name=name, targets=targets, review=review, tasks=tasks)
    return report_of(duixian.read_text(text, f"{name}.txt")[0])


def cell(targets: str, indicator: str, *, resolve: bool = False, tasks: str = "") -> Cell:
    matrix = compare([report("浙江省", targets, tasks=tasks)], [2024], "target", [indicator], resolve=resolve)
    return matrix.cell("330000", indicator, 2024)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("5%左右", "≈5%"),
        ("6%以上", "≥6%"),
        ("5%—7%", "5%–7%"),
        ("5.5%", "5.5%"),
    ],
)
def test_a_cell_keeps_its_operator(words: str, text: str) -> None:
    assert cell(f"地区生产总值增长{words}，固定资产投资增长8%，居民消费价格涨幅3%左右", "gdp").text == text


def test_a_ceiling_and_a_fall_are_written_as_such() -> None:
    targets = "地区生产总值增长6%，城镇调查失业率控制在5.5%以内，单位地区生产总值能耗下降3%以上"
    assert cell(targets, "unemployment").text == "≤5.5%"
    assert cell(targets, "energy_intensity").text == "↓≥3%"


def test_words_without_a_number_are_shown_as_words() -> None:
    targets = "地区生产总值增长6%，城镇新增就业18万人，居民人均可支配收入增长与经济增长同步"
    found = cell(targets, "income_all")
    assert (found.state, found.text) == ("words", "与经济增长同步")


def test_a_relative_target_takes_what_it_leans_on_when_asked() -> None:
    targets = "地区生产总值增长6%左右，固定资产投资实现正增长，居民人均可支配收入增长与经济增长同步"
    income = cell(targets, "income_all", resolve=True)
    assert (income.text, income.derived, income.value, income.op) == ("≈6%*", True, 6, "approx")
    assert cell(targets, "fai", resolve=True).text == ">0%*"


def test_the_main_targets_win_over_what_stands_among_the_tasks() -> None:
    targets = "地区生产总值增长6%，城镇新增就业18万人，居民消费价格涨幅3%左右"
    assert cell(targets, "gdp", tasks="力争地区生产总值增长9%。").text == "6%"


def test_silence_words_and_what_was_not_extracted_are_three_things() -> None:
    targets = "地区生产总值增长6%，城镇新增就业18万人，居民人均可支配收入增长与经济增长同步"
    assert cell(targets, "retail").state == "not_stated"
    assert cell(targets, "income_all").state == "words"
    spoken = report("浙江省", targets, tasks="社会消费品零售总额增长8%。")
    without = Report(
        spoken.document, tuple(f for f in spoken.figures if f.indicator != "retail"), (), (), spoken.paragraphs
    )
    found = compare([without], [2024], "target", ["retail"]).cell("330000", "retail", 2024)
    assert found.state == "not_extracted"
    assert "社会消费品零售总额" in found.quote


def test_a_place_without_a_report_is_not_a_place_that_is_silent() -> None:
    matrix = compare([report("浙江省", "地区生产总值增长6%")], [2024], "target", ["gdp"], ["330000", "340000"])
    assert matrix.cell("340000", "gdp", 2024).state == "no_report"


def test_values_of_other_places_and_differences_are_not_the_place_s_own() -> None:
    review = "全国地区生产总值增长5.2%，全省地区生产总值增长7.1%，高于全国1.9个百分点。"
    matrix = compare([report("浙江省", "地区生产总值增长6%", review)], [2023], "achieved", ["gdp"])
    assert matrix.cell("330000", "gdp", 2023).value == 7.1


def several() -> Matrix:
    rows = {"浙江省": "6%左右", "安徽省": "7%", "福建省": "6%以上", "江西省": "5%"}
    reports = [
        report(name, f"地区生产总值增长{words}，城镇新增就业18万人，城镇调查失业率控制在{jobless}以内")
        for (name, words), jobless in zip(rows.items(), ("5%", "5.5%", "5%", "6%"), strict=True)
    ]
    return compare(reports, [2024], "target", ["gdp", "unemployment"])


def test_equal_numbers_share_a_rank_and_the_bolder_promise_stands_first() -> None:
    ranked = [(each.rank, each.region_name) for each in several().ranked("gdp", 2024)]
    assert ranked == [(1, "安徽省"), (2, "福建省"), (2, "浙江省"), (4, "江西省")]


def test_of_unemployment_the_lowest_ranks_first() -> None:
    ranked = [(each.rank, each.value) for each in several().ranked("unemployment", 2024)]
    assert ranked == [(1, 5), (1, 5), (3, 5.5), (4, 6)]


def test_the_spread_counts_every_value() -> None:
    spread = distribution("gdp", 2024, several().column("gdp", 2024))
    assert (spread.number, spread.least, spread.middle, spread.most) == (4, 5, 6, 7)
    assert spread.counts == (("7%", 1), ("≥6%", 1), ("≈6%", 1), ("5%", 1))


def test_every_cell_leads_to_its_words() -> None:
    for each in several().cells.values():
        assert each.line
        assert each.quote
        assert each.source


def test_names_are_found_as_people_write_them_and_the_nearest_suggested() -> None:
    reports = [report("浙江省", "地区生产总值增长6%")]
    assert region_named("浙江", reports) == "330000"
    assert indicator_named("城镇新增就业") == "new_jobs"
    with pytest.raises(UnknownNameError) as unknown:
        indicator_named("城镇新增就业率")
    assert "城镇新增就业" in unknown.value.nearest
    with pytest.raises(UnknownNameError) as unknown:
        region_named("江浙省", reports)
    assert unknown.value.nearest == ["浙江省"]


def test_tables_of_records_make_the_same_reports_as_the_records() -> None:
    made = report("浙江省", "地区生产总值增长6%左右，城镇新增就业18万人，居民消费价格涨幅3%左右")
    flat = []
    for figure in made.figures:
        row = figure.to_dict()
        flat.append({**row, **row.pop("evidence")})
    document = made.document.to_dict()
    again = reports_of_rows([{**document, **document.pop("evidence")}], flat)[0]
    assert again.figures == made.figures
    assert again.headline == made.headline


@given(
    op=st.sampled_from(["eq", "approx", "ge", "gt", "le", "lt"]),
    value=st.decimals(min_value=-999, max_value=99999, places=2, allow_nan=False).map(float),
    kind=st.sampled_from(["growth", "level", "change"]),
)
def test_every_value_can_be_written(op: str, value: float, kind: str) -> None:
    text = written_value(op, value, None, "%", kind)
    assert text.endswith("%")
    assert ("↓" in text) == (value < 0 and kind != "level")


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_the_file_format_makes_no_difference(format: str) -> None:
    def texts(format: str) -> list[tuple[str, str, bool]]:
        reports = [report_of(reading) for reading in duixian.read(samples.report(2024, format))]
        matrix = compare(reports, [2024])
        return [(each.indicator, each.text, each.headline) for each in matrix.row(reports[0].region)]

    assert texts(format) == texts("txt")
    assert sum(headline for _, _, headline in texts(format)) == 19


def test_a_list_with_a_target_a_line_is_the_list_of_main_targets() -> None:
    whole = "。\n".join(
        ("地区生产总值增长6%左右", "固定资产投资增长8%", "城镇新增就业18万人", "居民消费价格涨幅3%左右")
    )
    made = report("浙江省", whole)
    assert {figure.indicator for figure in made.figures if figure.id in made.headline} >= {
        "gdp",
        "fai",
        "cpi",
        "new_jobs",
    }
