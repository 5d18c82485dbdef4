"""What a document says of itself: title, kind, place, level, years, date, speaker; silence stays silence."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from duixian.documents.model import SourceText
from duixian.documents.pipeline import read_documents
from duixian.records import DocumentRecord

FOLDER = Path(__file__).resolve().parent / "data" / "documents"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
BODY = "一年来，大家同心协力，办成了许多过去想办而没有办成的实事，也积累了不少可以长期坚持的好经验。" * 4


def record(*lines: str) -> DocumentRecord:
    documents = read_documents(SourceText("文件", "txt", ("\n".join([*lines, BODY]),)))
    assert len(documents) == 1
    return documents[0].record


@pytest.mark.parametrize("name", EXPECTED)
def test_short_documents_are_described_as_a_reader_describes_them(name: str) -> None:
    expected = dict(EXPECTED[name])
    text = (FOLDER / f"{name}.txt").read_bytes().decode(expected.pop("encoding"))
    documents = read_documents(SourceText(name, "txt", (text,)))
    assert len(documents) == 1
    found = {key: getattr(documents[0].record, key) for key in expected}
    assert {key: "" if value is None else value for key, value in found.items()} == expected


@pytest.mark.parametrize(
    ("title", "meeting", "code", "level"),
    [
        ("浙江省政府工作报告", "——2019年1月27日在浙江省第十三届人民代表大会第二次会议上", "330000", "province"),
        ("政府工作报告", "——2023年1月10日在杭州市第十四届人民代表大会第三次会议上", "330100", "prefecture"),
        ("政府工作报告", "（2021年2月3日在永康市第十七届人民代表大会第五次会议上）", "330784", "county"),
        (
            "2020年西湖区政府工作报告",
            "——2020年1月8日在杭州市西湖区第十五届人民代表大会第四次会议上",
            "330106",
            "county",
        ),
        ("湘西州政府工作报告", "——2022年1月5日在湘西自治州第十五届人民代表大会第一次会议上", "433100", "prefecture"),
        (
            "凉山彝族自治州人民政府工作报告",
            "——2018年1月29日在凉山彝族自治州第十一届人民代表大会第三次会议上",
            "513400",
            "prefecture",
        ),
        ("长阳土家族自治县政府工作报告", "——2022年1月5日在县第十届人民代表大会第一次会议上", "420528", "county"),
        ("锡林郭勒盟行政公署工作报告", "——2022年1月5日", "152500", "prefecture"),
        ("伊金霍洛旗政府工作报告", "——2022年1月5日在伊金霍洛旗第十七届人民代表大会第一次会议上", "150627", "county"),
        ("上海市浦东新区政府工作报告", "——2022年1月5日在浦东新区第七届人民代表大会第一次会议上", "310115", "county"),
        ("襄樊市政府工作报告", "——2009年1月5日在襄樊市第十四届人民代表大会第五次会议上", "420600", "prefecture"),
        ("仙桃市政府工作报告", "——2022年1月5日在仙桃市第十届人民代表大会第一次会议上", "429004", "county"),
    ],
)
def test_real_places_get_their_codes(title: str, meeting: str, code: str, level: str) -> None:
    found = record(title, meeting, "各位代表：")
    assert (found.region, found.level) == (code, level)


@pytest.mark.parametrize(
    ("title", "name", "level"),
    [
        ("双榆县柳溪镇政府工作报告", "双榆县柳溪镇", "township"),
        ("柳溪乡2021年政府工作报告", "柳溪乡", "township"),
        ("云沙市政府工作报告", "云沙市", "prefecture"),
        ("云沙新区2021年工作报告", "云沙新区", None),
        ("苏州工业园区2021年工作报告", "苏州工业园区", None),
    ],
)
def test_places_without_a_code_keep_their_name(title: str, name: str, level: str | None) -> None:
    found = record(title, "——2021年3月1日", "各位代表：")
    assert (found.region, found.region_name, found.level) == (None, name, level)


@pytest.mark.parametrize(
    "title", ["扎实推进乡村全面振兴", "新型城镇化发展规划", "红旗渠精神代代传", "群众家乡变了样", "加快城市更新"]
)
def test_words_that_look_like_places_are_none(title: str) -> None:
    found = record(title, "")
    assert (found.region, found.region_name, found.level) == (None, None, None)


def test_the_headline_of_a_newspaper_item_may_stand_below_it() -> None:
    lead = "本报讯（记者 何一川）1月11日上午，云沙市茶叶产业发展大会在柳溪镇召开，部署今年任务。"
    page = f"B版 新年走基层\n{lead}{BODY}\n云沙市茶叶产业发展大会召开\n"
    documents = read_documents(SourceText("版面", "txt", (page,)))
    assert [document.record.title for document in documents] == ["云沙市茶叶产业发展大会召开"]


def test_a_place_of_an_ambiguous_name_is_told_by_its_surroundings_or_not_at_all() -> None:
    title = "鼓楼区人民政府工作报告"
    alone = record(title, "——2022年1月5日", "各位代表：")
    assert (alone.region, alone.region_name, alone.level) == (None, "鼓楼区", "county")
    told = record(title, "——2022年1月5日", "各位代表：", "我们紧跟南京发展步伐，融入江苏全省大局。")
    assert told.region == "320106"


@pytest.mark.parametrize(
    ("day", "years"),
    [("2024年1月22日", (2024, 2023)), ("2021年12月28日", (2022, 2021)), ("二〇一九年二月十六日", (2019, 2018))],
)
def test_the_date_of_a_report_tells_its_years(day: str, years: tuple[int, int]) -> None:
    found = record("政府工作报告", f"——{day}在云沙市第三届人民代表大会第二次会议上", "各位代表：")
    assert (found.plan_year, found.review_year) == years


def test_headings_that_name_years_go_before_the_date() -> None:
    found = record(
        "政府工作报告",
        "——2020年5月20日在云沙市人民代表大会上",
        "各位代表：",
        "一、2019年工作回顾",
        BODY,
        "二、2020年主要任务",
    )
    assert (found.plan_year, found.review_year, found.date) == (2020, 2019, "2020-05-20")


@pytest.mark.parametrize(
    ("line", "speaker", "office"),
    [
        ("市长　何一川", "何一川", "市长"),
        ("县长 张 三", "张三", "县长"),
        ("代市长：李小满", "李小满", "代市长"),
        ("自治区主席 阿不都·买买提", "阿不都·买买提", "自治区主席"),
        ("中共云沙市委书记、市人大常委会主任 何一川", "何一川", "中共云沙市委书记、市人大常委会主任"),
        ("云沙市发展和改革委员会主任 何一川", "何一川", "云沙市发展和改革委员会主任"),
    ],
)
def test_the_line_under_the_title_names_speaker_and_office(line: str, speaker: str, office: str) -> None:
    found = record("政府工作报告", "——2022年1月12日在云沙市第九届人民代表大会第一次会议上", line, "各位代表：")
    assert (found.speaker, found.office) == (speaker, office)


def test_a_title_can_name_the_speaker() -> None:
    found = record("云沙市委书记何一川在全市经济工作会议上的讲话", "同志们：")
    assert (found.kind, found.speaker, found.office) == ("meeting_speech", "何一川", "云沙市委书记")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("云沙市2022年政府工作报告", "government_work_report"),
        ("关于印发2022年《政府工作报告》重点任务分工的通知", "division_notice"),
        ("云沙市2022年政府工作报告目标任务分解表", "division_notice"),
        ("云沙市2022年国民经济和社会发展计划", "plan"),
        ("云沙市国民经济和社会发展第十四个五年规划纲要", "plan"),
        ("关于一季度重点项目推进情况的通报", "bulletin"),
        ("在全市招商大会上的讲话", "meeting_speech"),
        ("云沙市召开招商大会", "news"),
        ("云沙市的春天", "other"),
    ],
)
def test_the_title_tells_the_kind(title: str, kind: str) -> None:
    assert record(title, "").kind == kind


def test_what_a_text_does_not_say_is_not_guessed() -> None:
    found = record("随笔一则", "")
    assert (found.region, found.region_name, found.level) == (None, None, None)
    assert (found.plan_year, found.review_year, found.date, found.speaker, found.office) == (None,) * 5


def test_the_list_number_is_no_part_of_the_title() -> None:
    assert record("12.云沙市政府工作报告", "——2022年1月12日在云沙市人民代表大会上").title == "云沙市政府工作报告"


def test_lines_above_and_below_the_title_are_no_part_of_it() -> None:
    found = record(
        "索引号：012345/2021-00012",
        "中共云沙市委办公室文件",
        "云办发〔2022〕3号",
        "关于2021年度重点工作完成情况的通报",
        "发布时间：2022-01-24 10:20 信息来源：市委办公室 浏览次数：132",
    )
    assert (found.title, found.kind) == ("关于2021年度重点工作完成情况的通报", "bulletin")
    assert (found.region_name, found.date) == ("云沙市", "2022-01-24")


def test_a_head_broken_over_lines_is_read_as_one() -> None:
    found = record(
        "云沙市人民政府",
        "工作报告",
        "（二○○八年一月五日在云沙市第三届",
        "人民代表大会第二次会议上）",
        "代市长　何 一 川",
        "各位代表：",
    )
    assert (found.title, found.date) == ("云沙市人民政府工作报告", "2008-01-05")
    assert (found.speaker, found.office, found.plan_year) == ("何一川", "代市长", 2008)


def test_a_report_on_last_years_plan_and_the_draft_of_this_one() -> None:
    found = record("关于云沙市2022年国民经济和社会发展计划执行情况与2023年国民经济和社会发展计划草案的报告", "")
    assert (found.kind, found.plan_year, found.review_year) == ("plan", 2023, 2022)
