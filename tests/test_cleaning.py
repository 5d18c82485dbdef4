"""What a reader of a cleaned line may expect: the words as they were meant, whatever the file did to them."""

from __future__ import annotations

import pytest

from duixian.documents.cleaning import clean_line


def cleaned(raw: str) -> str:
    return clean_line(raw, 0).text


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("全市生产总值增长６．５％", "全市生产总值增长6.5%"),
        ("建设Ａ区Ｂ栋１２号楼", "建设A区B栋12号楼"),
        ("力争⽣产总值增⻓６％", "力争生产总值增长6%"),
        ("优化资源配臵，建设⻔户枢纽", "优化资源配置，建设门户枢纽"),
        ("城乡居民收入比缩小到1.9∶1", "城乡居民收入比缩小到1.9:1"),
        ("重点做好三件事∶修路、架桥、办学", "重点做好三件事：修路、架桥、办学"),
        ("种植油菜3～5万亩", "种植油菜3~5万亩"),
        ("二○二四年和二Ｏ二五年", "二〇二四年和二〇二五年"),
    ],
)
def test_look_alike_characters_are_read_as_what_they_stand_for(raw: str, meant: str) -> None:
    assert cleaned(raw) == meant


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("各 位 代 表 ：", "各位代表："),
        ("政  府  工  作  报  告", "政府工作报告"),
        ("2 0 2 4 年 1 月 9 日", "2024年1月9日"),
        ("新增就业 3.2 万人，增长 5 %", "新增就业3.2万人，增长5%"),
        ("到 20 24 年底建成", "到2024年底建成"),
        ("总投资 1 250 亿元", "总投资1250亿元"),
        ("引进 Open Lab 等 3 家机构", "引进Open Lab等3家机构"),
        ("PM 2.5 浓度降至 28 微克", "PM2.5浓度降至28微克"),
        ("　　全县上下\u00a0团结一心\t奋勇争先", "全县上下团结一心奋勇争先"),
    ],
)
def test_spaces_that_separate_nothing_are_dropped(raw: str, meant: str) -> None:
    assert cleaned(raw) == meant


def test_cells_of_a_table_row_stay_apart() -> None:
    assert cleaned("指标名称    单位    上年实绩    预期目标") == "指标名称 单位 上年实绩 预期目标"


def test_a_doubled_text_layer_is_read_once() -> None:
    assert cleaned("各各位位代代表表，，现现在在报报告告工工作作。。") == "各位代表，现在报告工作。"
    assert cleaned("22002244年年主主要要目目标标") == "2024年主要目标"


def test_words_that_merely_repeat_a_character_are_left_alone() -> None:
    for text in ("高高兴兴过大年", "哈哈", "人人参与、家家受益、处处是景"):
        assert cleaned(text) == text


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("PM_2.5浓度下降", "PM2.5浓度下降"),
        ("**重点任务**逐项落实", "重点任务逐项落实"),
        ("## 二、主要任务", "二、主要任务"),
        ("二氧化碳（CO<sub>2</sub>）排放下降", "二氧化碳（CO2）排放下降"),
        ("粮食总产保持稳定［12］，", "粮食总产保持稳定，"),
        ("全面推进\u200b乡村\u00ad振兴\ufeff", "全面推进乡村振兴"),
    ],
)
def test_markup_and_invisible_characters_are_dropped(raw: str, meant: str) -> None:
    assert cleaned(raw) == meant


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("出台扶持办法十二条。（下转第三版）（上接第一版）优化审批流程。", "出台扶持办法十二条。优化审批流程。"),
        ("服务企业提质增效。 下转7版", "服务企业提质增效。"),
        ("这次会议，某某公众号独家整理，盗用可耻！，明确了任务。", "这次会议，明确了任务。"),
        ("办好政务微信公众号，方便群众办事。", "办好政务微信公众号，方便群众办事。"),
    ],
)
def test_newspaper_residue_and_advertising_are_dropped(raw: str, meant: str) -> None:
    assert cleaned(raw) == meant


def test_half_width_punctuation_beside_chinese_is_read_as_chinese() -> None:
    assert (
        cleaned("(一)抓项目,促投资;总量达1,250.6亿元(增长8%).") == "（一）抓项目，促投资；总量达1,250.6亿元（增长8%）."
    )
    assert cleaned('打响"石桥好物"品牌,8:30开市') == "打响“石桥好物”品牌，8:30开市"


def test_bullets_before_a_paragraph_are_dropped() -> None:
    assert cleaned("■ 夯实产业基础") == "夯实产业基础"
    assert cleaned("？三是扩大开放") == "三是扩大开放"


def test_a_line_that_needs_nothing_is_the_line_itself() -> None:
    line = clean_line("全县完成投资42亿元，增长9.3%。", 17)
    assert (line.text, line.clean, line.source) == ("全县完成投资42亿元，增长9.3%。", (0,), (17,))


def test_every_kept_character_knows_where_it_stood() -> None:
    raw = "　投 资１２ 亿元"
    line = clean_line(raw, 100)
    assert line.text == "投资12亿元"
    places = []
    for offset in range(len(line.text)):
        piece = max(i for i, begin in enumerate(line.clean) if begin <= offset)
        places.append(line.source[piece] + offset - line.clean[piece] - 100)
    assert [raw[place] for place in places] == list("投资１２亿元")
