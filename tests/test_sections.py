"""Every block knows the headings it stands under, and paragraphs that open with a heading sentence say so."""

from __future__ import annotations

from duixian.documents.model import Block, SourceText
from duixian.documents.pipeline import read_documents

FILL = "把各项工作抓细抓实，让群众看得见、摸得着、感受得到，用一件件实事汇成全年的好成绩。"


def blocks_of(*lines: str) -> dict[str, Block]:
    head = ["青禾市政府工作报告", "——2022年1月12日在青禾市第九届人民代表大会第一次会议上", "市长 何一川", "各位代表："]
    documents = read_documents(SourceText("文件", "txt", ("\n".join([*head, *lines]),)))
    assert len(documents) == 1
    return {block.text[:12]: block for block in documents[0].blocks}


def find(blocks: dict[str, Block], start: str) -> Block:
    return next(block for key, block in blocks.items() if key.startswith(start))


def test_the_head_of_a_report_is_told_from_its_text() -> None:
    blocks = blocks_of("一、2021年工作回顾", FILL)
    assert [block.kind for block in blocks.values()] == [
        "title",
        "byline",
        "byline",
        "salutation",
        "heading",
        "paragraph",
    ]


def test_numbered_headings_nest_by_their_style() -> None:
    blocks = blocks_of(
        "一、2021年工作回顾",
        FILL,
        "二、2022年重点任务",
        "（一）壮大产业",
        "1.培育龙头企业",
        "先" + FILL,
        "2.改善营商环境",
        "再" + FILL,
        "（二）建设乡村",
        "后" + FILL,
        "三、政府自身建设",
        "末" + FILL,
    )
    assert find(blocks, "先").section == ("二、2022年重点任务", "（一）壮大产业", "1.培育龙头企业")
    assert find(blocks, "再").section == ("二、2022年重点任务", "（一）壮大产业", "2.改善营商环境")
    assert find(blocks, "后").section == ("二、2022年重点任务", "（二）建设乡村")
    assert find(blocks, "末").section == ("三、政府自身建设",)
    assert find(blocks, "（二）").level == 2


def test_lead_sentences_head_their_own_paragraph() -> None:
    blocks = blocks_of(
        "一、工作回顾",
        "——经济稳步回升。" + FILL,
        "二、重点任务",
        "（一）壮大产业，增强后劲。" + FILL,
        "培育龙头企业。" + FILL * 2,
        "一是抓项目。" + FILL,
    )
    dash, bracket, plain, item = (find(blocks, start) for start in ("——经济", "（一）", "培育", "一是"))
    assert dash.section == ("一、工作回顾", "——经济稳步回升")
    assert dash.lead is not None
    assert dash.text[slice(*dash.lead)] == "——经济稳步回升。"
    assert bracket.section == ("二、重点任务", "（一）壮大产业，增强后劲")
    assert plain.section == (*bracket.section, "培育龙头企业")
    assert plain.lead == (0, 7)
    assert item.lead == (0, 6)


def test_a_sentence_with_an_amount_is_no_heading() -> None:
    blocks = blocks_of("一、重点任务", "一是新建幼儿园12所。" + FILL, "全年投资增长9%。" + FILL * 2)
    assert find(blocks, "一是").lead is None
    assert find(blocks, "全年").lead is None


def test_headings_without_numbers_are_headings() -> None:
    blocks = blocks_of("2021年工作回顾", "前" + FILL, "2022年工作安排", "中" + FILL, "加强政府自身建设", "后" + FILL)
    assert find(blocks, "前").section == ("2021年工作回顾",)
    assert find(blocks, "后").section == ("加强政府自身建设",)


def test_a_list_of_names_is_no_row_of_headings() -> None:
    blocks = blocks_of("一、参会单位", "市发展改革局", "市财政局", "市水利局", "市教育局", "以上单位" + FILL)
    assert {find(blocks, start).kind for start in ("市发展", "市财政", "市水利")} == {"paragraph"}


def test_turning_to_the_audience_leaves_the_last_point() -> None:
    blocks = blocks_of("二、重点任务", "（一）壮大产业", FILL, "各位代表！", "新的一年" + FILL)
    assert find(blocks, "新的").section == ("二、重点任务",)


def test_ordinal_questions_are_headings_of_what_follows() -> None:
    blocks = blocks_of("一、三个问题", "第一个问题，关于转型升级。" + FILL, "第二，稳住投资。" + FILL)
    assert find(blocks, "第一个").section[-1] == "第一个问题，关于转型升级"
    assert find(blocks, "第二").section[-1] == "第二，稳住投资"
