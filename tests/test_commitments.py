"""Commitments are cut so that one department could own each, and carry what it would be asked for."""

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
from duixian.extraction.commitments import find_commitments
from duixian.extraction.figures import find_figures
from duixian.records import Commitment
from duixian.vocabulary.lexicon import Lexicon, alternation
from duixian.vocabulary.themes import load_themes

SHARED = Path(__file__).resolve().parents[2] / "shared"
SOUP = tuple(
    re.findall(
        r"[^|]+",
        "、|，|。|；|：|“|”|（|）|要|我们要|将|把|向|为|以|推进|建设|建成|新增|等|和|其中|12|3%|2"
        "025年|6月底前|水库|让|是|更|一是|（一）|谱写|了|市",
    )
)
HEAD = (
    "兰川省政府工作报告\n——2024年1月18日在兰川省第十三届人民代表大会第二次会议上\n省长 温如岸\n各位代表：\n"
    "一、2023年工作回顾\n建成公路300公里，新增学位2万个。\n二、2024年重点工作\n"
)


def commitments_of(text: str) -> list[Commitment]:
    documents = read_documents(SourceText("report.txt", "txt", (HEAD + text + "\n",)))
    return [c for d in documents for c in find_commitments(d, find_figures(d)) if c.evidence.line > 7]


def quotes_of(text: str) -> list[str]:
    return [c.evidence.quote for c in commitments_of(text) if not c.heading]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A verb with its own object is a clause of its own.
        ("完善养老服务体系，新建日间照料中心30个。", ["完善养老服务体系", "新建日间照料中心30个"]),
        # Coordinated objects and quantities of one verb stay together.
        (
            "改造老旧小区60个、供水管网200公里，实施强基、扩面等工程。",
            ["改造老旧小区60个、供水管网200公里", "实施强基、扩面等工程"],
        ),
        # A second verb with a quantity of its own does not.
        ("新建幼儿园20所、培训保育员500名。", ["新建幼儿园20所", "培训保育员500名"]),
        # Two ratios with values of their own are two targets.
        (
            "村村通自来水率达到96%、集中供热率达到80%以上。",
            ["村村通自来水率达到96%", "集中供热率达到80%以上"],
        ),
        (
            "推动60个乡镇建设垃圾中转站，生活污水处理率70%以上。",
            ["推动60个乡镇建设垃圾中转站", "生活污水处理率70%以上"],
        ),
        # A way of doing it may stand in quotation marks before the verb.
        ("完善河长制度，“一溪一策”治理绣溪支流。", ["完善河长制度", "“一溪一策”治理绣溪支流"]),
        # A span of years opens a clause, and a consequence in time belongs to the target before it.
        ("开工绣溪二桥，三年内建成云澄隧道。", ["开工绣溪二桥", "三年内建成云澄隧道"]),
        ("力争云澄高铁年底通车，届时两地行程缩短至40分钟。", ["力争云澄高铁年底通车，届时两地行程缩短至40分钟"]),
        ("新（改）建村道80公里。", ["新（改）建村道80公里"]),
        # Background and manner belong to what they modify.
        (
            "坚持治水兴农，加快小流域治理。围绕青壮年返乡创业，建设孵化园5个。",
            ["坚持治水兴农，加快小流域治理", "围绕青壮年返乡创业，建设孵化园5个"],
        ),
        (
            "以数字化转型为抓手，推动纺织业升级。把园区闲置厂房改造成标准厂房。",
            ["以数字化转型为抓手，推动纺织业升级", "把园区闲置厂房改造成标准厂房"],
        ),
        # So does a result, and a part introduced by 其中.
        (
            "扩大普惠托位供给，让年轻父母更安心。新增装机80万千瓦，其中光伏占六成。",
            ["扩大普惠托位供给，让年轻父母更安心", "新增装机80万千瓦，其中光伏占六成"],
        ),
        # A subject with a target is a commitment.
        (
            "培育骨干企业，化纤产能利用率提高到85%，水质优良比例不低于92%。",
            ["培育骨干企业", "化纤产能利用率提高到85%", "水质优良比例不低于92%"],
        ),
        ("河东泵站8月底前投用，安置房全部交付。", ["河东泵站8月底前投用", "安置房全部交付"]),
        # Background that no comma closes goes with its verb; a noun that looks like one does not act.
        (
            "聚焦种业、海水淡化等领域部署实施9个专项，围绕优势产业布局建链，支持建设中试基地。",
            ["聚焦种业、海水淡化等领域部署实施9个专项", "围绕优势产业布局建链，支持建设中试基地"],
        ),
        ("围绕“一件事”优化审批，毫不松懈抓好防汛。", ["围绕“一件事”优化审批", "毫不松懈抓好防汛"]),
        # Flourishes, appeals and the weighing of the situation promise nothing.
        ("确定增长6%的目标，体现了稳中求进，兼顾了需要和可能。", []),
        ("从全国看，发展形势总体向好。", []),
        ("推进河道清淤，奋力谱写兰川水利新篇章。", ["推进河道清淤"]),
        ("机遇难得，前景广阔。民生连着民心。", []),
        ("发展是解决问题的关键。要加强基层网格建设。", ["加强基层网格建设"]),
        # What has been done is no promise, even in the plan.
        ("已建成的三座水厂运行良好。去年新建了五座粮库。", []),
        # A colon announces.
        (
            "主要预期目标是：生产总值增长6%左右；粮食产量保持稳定。",
            ["生产总值增长6%左右", "粮食产量保持稳定"],
        ),
        # Punctuation inside quotation marks and brackets does not cut.
        (
            "推行“一网办、一次成”改革，开展城乡（含矿区，林区）环境整治。",
            ["推行“一网办、一次成”改革", "开展城乡（含矿区，林区）环境整治"],
        ),
        # Prepositions may stand before the verb.
        (
            "为5万名学生免费配发校服，在山区布局充电站，向企业推介项目。",
            ["为5万名学生免费配发校服", "在山区布局充电站", "向企业推介项目"],
        ),
    ],
)
def test_clauses_are_cut_as_an_annotator_would(text: str, expected: list[str]) -> None:
    # A first paragraph keeps the clauses from being taken for the theme of their own.
    assert quotes_of("今年要抓好几件事。落实河湖长制，办好省运会。" + text + "开展节水宣传，普及节水器具。")[2:] == [
        *expected,
        "开展节水宣传",
        "普及节水器具",
    ]


def test_the_sentence_that_names_the_theme_is_a_heading() -> None:
    found = commitments_of("（一）做强特色农业。建设茶园3万亩，培育加工企业20家。")
    assert [(c.evidence.quote, c.heading) for c in found] == [
        ("做强特色农业", True),
        ("建设茶园3万亩", False),
        ("培育加工企业20家", False),
    ]


def test_themes_in_mid_paragraph_are_headings_when_they_are_parallel() -> None:
    run = "新建{0}站点20个，培训{0}人员300名，推行{0}积分制，设立{0}基金，开展{0}评比，修订{0}办法。"
    text = "（二）守护碧水蓝天。" + "".join(
        f"着力加强{kind}治理。" + run.format(kind) for kind in ("扬尘", "噪声", "农膜")
    )
    headings = [c.evidence.quote for c in commitments_of(text) if c.heading]
    assert headings == ["守护碧水蓝天", "着力加强扬尘治理", "着力加强噪声治理", "着力加强农膜治理"]


def test_at_least_three_directions_over_long_runs_of_measures_are_headings() -> None:
    run = "新建水厂3座，改造管网60公里，整治河道20公里，清理坑塘50个，疏浚沟渠90公里，新增湿地3处。"
    text = f"扎实推进城乡更新，统筹水系治理。增强承载能力。{run}完善服务功能。{run}优化宜居品质。{run}"
    found = [c.evidence.quote for c in commitments_of(text) if c.heading]
    assert found[-3:] == ["增强承载能力", "完善服务功能", "优化宜居品质"]


def test_a_run_of_short_measures_is_no_run_of_headings() -> None:
    text = "做好民政工作。加强殡葬管理。规范婚姻登记。提高低保标准。推进社区减负。健全孤儿保障。"
    assert [c.evidence.quote for c in commitments_of(text) if c.heading] == ["做好民政工作"]


@pytest.mark.parametrize(
    ("clause", "measurable"),
    [
        ("新建粮库12座", True),
        ("办好十件民生实事", True),
        ("入企检查频次压减三成", True),
        ("6月底前出台管理办法", True),
        ("全面完成国家下达的粮食生产任务", True),
        ("居民收入增长与经济增长同步", True),
        ("推进“十百千”工程", False),
        ("加快G219沿线绿化", False),
        ("落实第三轮督察整改", False),
        ("加强2035年远景目标研究", False),
        ("优化营商环境", False),
    ],
)
def test_measurable_means_that_somebody_could_check_it(clause: str, measurable: bool) -> None:
    (found,) = [c for c in commitments_of(f"抓好当前工作。落实惠民政策，{clause}。") if clause in c.evidence.quote]
    assert found.measurable is measurable


def test_figures_inside_a_clause_are_its_measures() -> None:
    text = "做优文旅产业。新建旅游驿站15个、房车营地8处，打造精品线路。"
    documents = read_documents(SourceText("report.txt", "txt", (HEAD + text + "\n",)))
    (document,) = documents
    figures = find_figures(document)
    inside = {f.id for f in figures if f.evidence.line == 8}
    first, second = [c for c in find_commitments(document, figures) if not c.heading]
    assert set(first.measures) == inside
    assert len(first.measures) == 2
    assert second.measures == ()


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("年底前完成全部管网普查", "年底前"),
        ("上半年开工建设污水厂", "上半年"),
        ("到2026年，建成节水示范区4个", "2026年"),
        ("9月底前上线运行统一平台", "9月底前"),
        ("新建改建公厕40座", None),
    ],
)
def test_the_deadline_is_given_as_written(text: str, deadline: str | None) -> None:
    (found,) = [c for c in commitments_of(f"改善基础条件。落实各方责任。{text}。") if text[-4:] in c.evidence.quote]
    assert found.deadline == deadline


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("市县财政要优先保障教师工资", "市县财政"),
        ("省水利厅牵头编制节水规划", "省水利厅"),
        ("支持襄阳、宜昌等地建设粮食物流园", "襄阳、宜昌"),
        ("支持企业开展技术改造", None),
        ("加强山洪灾害监测", None),
    ],
)
def test_who_is_named_as_doing_it(text: str, actor: str | None) -> None:
    (found,) = [c for c in commitments_of(f"压实工作责任。落实包保制度，{text}。") if text[-4:] in c.evidence.quote]
    assert found.actor == actor


@pytest.mark.parametrize(
    ("clause", "theme"),
    [
        ("新建高标准农田20万亩", "农业农村"),
        ("改造乡镇卫生院并扩大诊疗科目", "医疗"),
        ("清理拖欠企业账款", "营商环境"),
        ("扩大外贸综合服务出口规模", "开放"),
        ("推进形式主义突出问题整治", "政府建设"),
    ],
)
def test_every_clause_gets_a_topic(clause: str, theme: str) -> None:
    (found,) = [c for c in commitments_of(f"抓好当前工作。落实惠民政策，{clause}。") if clause in c.evidence.quote]
    assert found.theme == theme


def test_only_the_part_that_looks_ahead_is_read() -> None:
    report = HEAD.replace("建成公路300公里", "推进公路建设，完善路网体系，建成公路300公里")
    (document,) = read_documents(SourceText("report.txt", "txt", (report + "优化公交线路，新开通班车12条。\n",)))
    assert {c.evidence.line for c in find_commitments(document, [])} == {8}


def test_ids_are_stable_and_unique() -> None:
    text = "抓好安全生产。开展隐患排查，加强应急演练。开展隐患排查，落实整改责任。"
    first = [c.id for c in commitments_of(text)]
    assert first == [c.id for c in commitments_of(text)]
    assert len(set(first)) == len(first)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(SOUP),
        max_size=60,
    )
)
def test_any_clause_soup_is_read_and_every_quote_is_in_the_source(words: list[str]) -> None:
    source = HEAD + "".join(words) + "\n"
    for document in read_documents(SourceText("t.txt", "txt", (source,))):
        for c in find_commitments(document, []):
            assert "".join(source[c.evidence.start : c.evidence.end].split()) == c.evidence.quote


@pytest.mark.parametrize("piece", ["、", "要", "推进", "把，", "“", "（", "等等、", "3%，", "发展是"])
def test_a_line_without_end_costs_no_more_than_its_length(piece: str) -> None:
    # Work that grew faster than the text would keep this test running for hours.
    times = 200_000 // len(piece)
    text = HEAD + piece * times + "\n"
    for document in read_documents(SourceText("t.txt", "txt", (text,))):
        find_commitments(document, [])


def test_the_longest_word_of_a_lexicon_wins() -> None:
    lexicon = Lexicon({"推进": 1, "推进落实": 2})
    assert lexicon.match("推进落实河长制", 0, 7) == (4, 2)
    assert lexicon.match("推进落实河长制", 0, 3) == (2, 1)
    assert lexicon.match("河长制", 0, 3) is None


def test_long_word_lists_match_like_short_ones() -> None:
    words = [chr(0x4E00 + i) + chr(0x5000 + j) for i in range(60) for j in range(3)]
    pattern = re.compile(alternation([*words, words[0] + "长"]))
    assert pattern.findall("".join(words)) == words
    assert pattern.match(words[0] + "长")


def test_a_topic_needs_a_word_of_its_own() -> None:
    assert load_themes().classify("统筹抓好各项部署") == ""


def test_the_hand_made_answers_are_met(tmp_path: Path) -> None:
    gold, source = SHARED / "gold" / "commitments", SHARED / "corpus" / "government-work-reports-2024.txt"
    scorer = SHARED / "gold" / "score_clauses.py"
    if not (gold.is_dir() and source.exists() and scorer.exists()):
        pytest.skip("no hand-made answers beside this repository")
    documents = read_documents(SourceText("r.txt", "txt", (source.read_text("utf-8"),)))
    predictions = tmp_path / "p.jsonl"
    rows = [json.dumps(c.to_dict(), ensure_ascii=False) for d in documents for c in find_commitments(d, [])]
    predictions.write_text("\n".join(rows) + "\n", "utf-8")
    result = subprocess.run(
        [sys.executable, str(scorer), "commitments", str(gold), str(predictions)],
        capture_output=True,
        text=True,
        check=True,
    )
    words = result.stdout.split()
    assert float(words[words.index("F1") + 1]) >= 0.92
    assert float(words[-1]) >= 0.97
