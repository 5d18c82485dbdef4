"""What was done, what is wrong and what is promised are told apart, with headings and without."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duixian.documents.model import SourceText
from duixian.documents.pipeline import read_documents
from duixian.extraction.parts import parts_of_document

HEAD = "兰川县政府工作报告\n——2019年1月8日在兰川县第九届人民代表大会第三次会议上\n县长 温如岸\n各位代表：\n"
OPENING = "现在，我代表县人民政府向大会报告工作，请予审议。\n"


def parts_by_text(text: str) -> dict[str, str]:
    """The part of every block, by its first six characters."""
    found: dict[str, str] = {}
    for document in read_documents(SourceText("t.txt", "txt", (text,))):
        for block, part in zip(document.blocks, parts_of_document(document), strict=True):
            found[block.text[:6]] = part
    return found


def test_a_report_is_divided_by_its_headings() -> None:
    parts = parts_by_text(
        HEAD + OPENING + "一、2018年工作回顾\n"
        "过去一年，全县生产总值增长7.2%，办成了几件大事。\n"
        "同时，我们也清醒认识到，产业基础还不厚实，不少问题有待解决。\n"
        "二、2019年重点工作\n"
        "（一）抓好项目建设。全年实施重点项目40个，完成投资60亿元。\n"
        "三、加强政府自身建设\n"
        "严格依法行政，自觉接受监督，办好代表建议。\n"
        "各位代表！让我们更加紧密地团结起来，为建设美丽兰川而努力奋斗！\n"
    )
    assert parts["现在，我代表"] == "preamble"
    assert parts["过去一年，全"] == "review"
    assert parts["同时，我们也"] == "problems"
    assert parts["（一）抓好项"] == "plan"
    assert parts["严格依法行政"] == "plan"
    assert parts["各位代表！让"] == "closing"


@pytest.mark.parametrize(
    ("review", "plan"),
    [
        ("一、过去一年工作回顾", "二、今年工作安排"),
        ("一、2018年工作总结", "二、2019年目标任务"),
        ("2018年工作回顾", "2019年工作安排建议"),
        ("第一部分 五年来的工作", "第二部分 今后五年的奋斗目标"),
        ("一、坚持实干兴县，各项事业取得新进展", "二、坚持项目带动，全力以赴做好今年各项工作"),
    ],
)
def test_headings_name_the_parts_in_many_ways(review: str, plan: str) -> None:
    parts = parts_by_text(
        f"{HEAD}{OPENING}{review}\n整修农村公路120公里，改造危桥6座，群众出行更加方便。\n"
        f"{plan}\n新建农村公路150公里，改造危桥8座，让群众出行更加方便。\n"
    )
    assert list(parts.values()).count("review") == 2
    assert list(parts.values()).count("plan") == 2


def test_without_headings_the_opening_sentences_decide() -> None:
    parts = parts_by_text(
        HEAD + OPENING + "过去一年，我们完成投资52亿元，建成学校3所，新增学位两千多个。\n"
        "做好2019年工作，要突出抓好以下几个方面，确保开好局、起好步。\n"
        "加快产业园二期建设，引进企业12家，力争完成投资60亿元以上。\n"
    )
    assert parts["过去一年，我"] == "review"
    assert parts["加快产业园二"] == "plan"


def test_in_a_december_speech_this_year_is_what_was_done() -> None:
    parts = parts_by_text(
        "在全市经济工作会议上的讲话\n（2020年12月28日）\n同志们：\n"
        "一、关于今年经济工作\n全市生产总值增长5.1%，建成项目26个，成绩来之不易。\n"
        "二、关于明年经济工作主要目标任务\n明年要新建项目30个，明年底前建成标准厂房20万平方米。\n"
    )
    assert parts["全市生产总值"] == "review"
    assert parts["明年要新建项"] == "plan"


def test_notes_at_the_end_belong_to_no_part() -> None:
    parts = parts_by_text(
        HEAD + OPENING + "一、2018年工作回顾\n建成学校3所，新增学位两千多个，群众比较满意。\n"
        "二、2019年工作安排\n新建学校4所，新增学位三千个，改造校舍两万平方米。\n"
        "名词解释\n三清三拆：指清理村巷道、清理溪河、清理垃圾和拆除危房、旱厕、违建。\n"
    )
    assert parts["三清三拆：指"] == "none"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="一二三、。，：！\n今明去年2019工作回顾安排各位代表同志们（）要了 ", max_size=300))
def test_any_text_gets_one_known_part_a_block(text: str) -> None:
    for document in read_documents(SourceText("t.txt", "txt", (text,))):
        parts = parts_of_document(document)
        assert len(parts) == len(document.blocks)
        assert set(parts) <= {"review", "plan", "problems", "preamble", "closing", "none"}
