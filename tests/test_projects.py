"""Projects are named one by one, with the stage the text gives them; kinds of works and programmes are not projects."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duixian.documents.model import SourceText
from duixian.documents.pipeline import read_documents
from duixian.extraction.projects import find_projects
from duixian.records import Project
from duixian.vocabulary.lexicon import last_characters

SHARED = Path(__file__).resolve().parents[2] / "shared"
HEAD = (
    "兰川省政府工作报告\n——2024年1月18日在兰川省第十三届人民代表大会第二次会议上\n省长 温如岸\n各位代表：\n"
    "一、2023年工作回顾\n{review}\n二、2024年重点工作\n{plan}\n"
)
FILLER = "扎实做好各项日常工作。"


def projects_of(plan: str = FILLER, review: str = FILLER) -> list[Project]:
    text = HEAD.format(review=review, plan=plan)
    return [p for d in read_documents(SourceText("r.txt", "txt", (text,))) for p in find_projects(d)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("建成云岭至白沙铁路、绣溪水库。", [("云岭至白沙铁路", "completed"), ("绣溪水库", "completed")]),
        # The tail that names share is given to each of them.
        (
            "开工建设大坪、石垭口抽水蓄能电站。",
            [("大坪抽水蓄能电站", "start"), ("石垭口抽水蓄能电站", "start")],
        ),
        (
            "加快雁溪、松岗等水利枢纽建设。",
            [("雁溪水利枢纽", "building"), ("松岗水利枢纽", "building")],
        ),
        (
            "推进潭西、云浦、江澄等5个高铁项目。",
            [("潭西高铁项目", "building"), ("云浦高铁项目", "building"), ("江澄高铁项目", "building")],
        ),
        # Names in a list that ends with 等项目 need no noun of their own.
        (
            "加快襄阳澄光半导体、宜昌丰禾生物等重大项目建设。",
            [("襄阳澄光半导体", "building"), ("宜昌丰禾生物", "building")],
        ),
        # What stands after the list tells the stage as well as what stands before it.
        ("做好云澄铁路、绣溪机场等项目前期工作。", [("云澄铁路", "planning"), ("绣溪机场", "planning")]),
        ("推动白沙港区三期、绣溪大桥开工。", [("白沙港区三期", "start"), ("绣溪大桥", "start")]),
        ("谋划建设云澄运河。", [("云澄运河", "planning")]),
        ("确保澄江航电枢纽年内投产。", [("澄江航电枢纽", "in_operation")]),
        ("力争云澄高速上半年全线贯通。", [("云澄高速", "completed")]),
        # Several statements in one clause, each with its own stage.
        (
            "云澄高铁建成通车、绣溪机场开工建设、白沙电厂二期投产。",
            [("云澄高铁", "completed"), ("绣溪机场", "start"), ("白沙电厂二期", "in_operation")],
        ),
        # One list may follow another in a clause, each with a noun of its own.
        (
            "推进大坪、石垭口等抽水蓄能和临江光储氢一体化等项目建设。",
            [("大坪抽水蓄能", "building"), ("石垭口抽水蓄能", "building"), ("临江光储氢一体化", "building")],
        ),
        # What is done to the works is shared as well as what they are.
        (
            "加快沪昆、连霍等骨干通道智慧化改造。",
            [("沪昆骨干通道智慧化改造", "building"), ("连霍骨干通道智慧化改造", "building")],
        ),
        # Lines that are called by the places at their ends.
        ("雄商、津潍等项目施工全线展开。", [("雄商", "building"), ("津潍", "building")]),
        ("谋划推动武昌、昌厦（福）等线路纳入国家铁路网规划。", [("武昌", "planning"), ("昌厦（福）", "planning")]),
        ("争取陇电入浙早日投产、甘电入鲁核准。", [("陇电入浙", "in_operation"), ("甘电入鲁", "planning")]),
        ("做好引绣济澄、引云入江等项目前期工作。", [("引绣济澄", "planning"), ("引云入江", "planning")]),
        # One who is supported in building is no part of the name, and the verb goes for the whole list.
        (
            "支持襄阳建设云澄半导体产业园、白沙数据中心。",
            [("云澄半导体产业园", "building"), ("白沙数据中心", "building")],
        ),
        # When a deadline stands before the name, the name begins after it.
        ("确保主汛期前绣溪河防洪治理工程完工。", [("绣溪河防洪治理工程", "completed")]),
        # A verb of works before the name is no part of it.
        ("提质改造襄阳白沙机场。", [("襄阳白沙机场", "building")]),
        # 及 and 与 bind common words inside a name.
        ("加快云溪河生态保护及城乡供水项目建设。", [("云溪河生态保护及城乡供水项目", "building")]),
        # The name of a river or an island places a work as well as the name of a county.
        ("开工建设绣溪江水资源配置工程。", [("绣溪江水资源配置工程", "start")]),
        # 和 inside a place name does not cut it.
        ("建成和田澄湖水库和和静云岭公路。", [("和田澄湖水库", "completed"), ("和静云岭公路", "completed")]),
    ],
)
def test_projects_are_named_with_their_stage(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(p.name, p.stage) for p in projects_of(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "改造老旧小区300个，新建高标准农田50万亩。",
        "新建农村公路600公里，改造危桥30座。",
        "推进“百村千巷”行动和“强基”工程。",
        "建设国家创新型城市，打造先进制造业集群。",
        "加快城市地下管网、充电设施、物联网等领域重大项目建设。",
        "新开工10座水库和20个产业园。",
        "实施产业倍增计划，开展节水示范创建。",
        "加快建设现代化基础设施体系。",
        "高速公路通车里程突破6000公里。",
        "完善医院管理制度，推进学校布局调整。",
        "推进物理、应用数学等基础科学中心和基础研究中心建设。",
        "打造国际物流集散枢纽，支持白沙建设产业融合发展示范区。",
        "畅通通道、织密网络、建强枢纽。",
    ],
)
def test_kinds_of_works_and_programmes_are_no_projects(text: str) -> None:
    assert projects_of(text) == []


def test_the_review_reports_and_the_plan_promises() -> None:
    found = projects_of(plan="开工建设绣溪水库。", review="云澄高速建成通车。")
    assert [(p.name, p.status) for p in found] == [("云澄高速", "achieved"), ("绣溪水库", "target")]


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("6月底前建成云澄大桥。", "6月底前"),
        ("确保云澄大桥年底前通车。", "年底前"),
        ("到2026年，建成云澄大桥。", "2026年"),
        ("加快云澄大桥建设。", None),
    ],
)
def test_the_deadline_is_given_as_written(text: str, deadline: str | None) -> None:
    (found,) = projects_of(text)
    assert found.deadline == deadline


def test_each_name_points_at_its_own_words() -> None:
    text = "开工建设大坪、石垭口抽水蓄能电站。"
    first, second = projects_of(text)
    assert (first.evidence.quote, second.evidence.quote) == ("大坪", "石垭口抽水蓄能电站")
    assert first.evidence.end <= second.evidence.start


def test_ids_are_stable_and_unique() -> None:
    text = "加快绣溪水库建设。推动绣溪水库下闸蓄水，建成绣溪水库。"
    ids = [p.id for p in projects_of(text)]
    assert len(ids) == 3
    assert len(set(ids)) == 3
    assert ids == [p.id for p in projects_of(text)]


SOUP = [
    *"、，。；“”（）等和及至的",
    "建成",
    "开工建设",
    "推进",
    "水库",
    "铁路",
    "机场",
    "项目",
    "工程",
    "前期工作",
    "云澄",
    "和田",
    "3个",
    "二期",
]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(SOUP), max_size=60))
def test_any_list_soup_is_read_and_every_quote_is_in_the_source(words: list[str]) -> None:
    source = HEAD.format(review=FILLER, plan="".join(words) or FILLER)
    for document in read_documents(SourceText("t.txt", "txt", (source,))):
        for p in find_projects(document):
            assert "".join(source[p.evidence.start : p.evidence.end].split()) == p.evidence.quote
            assert p.name


@pytest.mark.parametrize("piece", ["建成水库、", "等项目", "和田", "至", "“铁路", "开工", "水库和"])
def test_a_line_without_end_costs_no_more_than_its_length(piece: str) -> None:
    # Work that grew faster than the text would keep this test running for hours.
    times = 200_000 // len(piece)
    text = HEAD.format(review=FILLER, plan=piece * times)
    for document in read_documents(SourceText("t.txt", "txt", (text,))):
        find_projects(document)


def test_the_hand_made_answers_are_met(tmp_path: Path) -> None:
    gold, source = SHARED / "gold" / "projects", SHARED / "corpus" / "government-work-reports-2024.txt"
    scorer = SHARED / "gold" / "score_clauses.py"
    if not (gold.is_dir() and source.exists() and scorer.exists()):
        pytest.skip("no hand-made answers beside this repository")
    documents = read_documents(SourceText("r.txt", "txt", (source.read_text("utf-8"),)))
    predictions = tmp_path / "p.jsonl"
    rows = [json.dumps(p.to_dict(), ensure_ascii=False) for d in documents for p in find_projects(d)]
    predictions.write_text("\n".join(rows) + "\n", "utf-8")
    result = subprocess.run(
        [sys.executable, str(scorer), "projects", str(gold), str(predictions)],
        capture_output=True,
        text=True,
        check=True,
    )
    words = result.stdout.split()
    assert float(words[words.index("F1") + 1]) >= 0.92
    assert float(words[words.index("accuracy") + 1]) >= 0.97


@given(st.text("大铁桥公路一", max_size=12))
def test_looking_for_last_characters_finds_the_same_texts_as_looking_for_the_words(text: str) -> None:
    words = ["大桥", "铁桥", "公路", "大公路", "一"]
    assert bool(re.search(last_characters(words), text)) == any(word in text for word in words)
