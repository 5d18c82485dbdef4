"""A file is split into its documents where a careful reader would split it, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from duixian.documents.model import Document, SourceText
from duixian.documents.pipeline import read_documents

SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPUS = SHARED / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside this repository")

BODY = "全市上下迎难而上、奋力拼搏，各项事业都有新的进步，群众的日子一天比一天好，城乡面貌一年比一年新。" * 3


def read(*pages: str) -> list[Document]:
    return read_documents(SourceText("文件", "txt", pages, len(pages) > 1))


def titles(text: str) -> list[str]:
    return [document.record.title for document in read(text)]


def report(place: str, number: str = "") -> str:
    return (
        f"{number}{place}政府工作报告\n\n——2022年1月12日在{place}第九届人民代表大会第一次会议上\n\n"
        "市长 何一川\n\n各位代表：\n\n"
        f"现在，我代表市人民政府向大会报告工作，请予审议。\n\n一、2021年工作回顾\n\n"
        f"{BODY}\n\n二、2022年重点任务\n\n{BODY}\n\n"
        f"各位代表！\n\n{BODY}\n"
    )


def test_a_report_is_one_document() -> None:
    assert titles(report("青禾市")) == ["青禾市政府工作报告"]


def test_a_compilation_is_split_at_its_numbered_titles() -> None:
    text = "\n".join(report(place, f"{i}.") for i, place in enumerate(["青禾市", "白石市", "云沙市"], 1))
    assert titles(text) == ["青禾市政府工作报告", "白石市政府工作报告", "云沙市政府工作报告"]


def test_reports_without_numbers_are_told_apart_by_what_stands_under_their_titles() -> None:
    assert len(read(report("青禾市") + "\n\n\n" + report("白石市"))) == 2


def test_a_table_of_contents_is_no_document_and_its_entries_are_titles() -> None:
    text = (
        "目录\n在全县三级干部大会上的讲话\n在全县农村工作会议上的讲话\n在全县三级干部大会上的讲话\n同志们：\n"
        f"{BODY}\n一、去年的成绩\n{BODY}\n在全县农村工作会议上的讲话\n{BODY}\n"
    )
    assert titles(text) == ["在全县三级干部大会上的讲话", "在全县农村工作会议上的讲话"]


def test_the_contents_of_a_single_report_do_not_split_it() -> None:
    text = (
        "青禾市政府工作报告\n\n目录\n\n一、过去一年工作回顾………………1\n\n二、今年主要任务………………9\n\n三、政府自身建设………………15\n\n"
        + report("青禾市")
    )
    documents = read(text)
    assert len(documents) == 1
    assert documents[0].record.title == "青禾市政府工作报告"
    assert "………" not in documents[0].text


def test_a_title_printed_twice_opens_one_document() -> None:
    assert len(read("青禾市政府工作报告\n\n来源：市政府办公室\n\n" + report("青禾市"))) == 1


def test_an_appendix_stays_with_its_report() -> None:
    text = report("青禾市") + "\n\n《政府工作报告》名词解释\n\n1.四季果园：" + BODY + "\n"
    assert len(read(text)) == 1


def test_news_items_after_wide_gaps_are_documents_of_their_own() -> None:
    item = (
        "\n\n\n\n青禾市召开重点项目推进会\n\n3月6日上午，青禾市召开重点项目推进会，市长何一川出席并讲话。" + BODY + "\n"
    )
    assert len(read(report("青禾市") + item)) == 2


def test_a_page_head_that_repeats_the_title_splits_nothing() -> None:
    paragraphs = [BODY[i : i + 30] for i in range(0, len(BODY), 30)] * 6
    pages = [
        "青禾市政府工作报告\n" + "\n".join(paragraphs[i : i + 17]) + f"\n— {i // 17 + 1} —\n"
        for i in range(0, len(paragraphs), 17)
    ]
    documents = read(*pages)
    assert len(documents) == 1
    assert documents[0].text.count("政府工作报告") == 1


def test_two_documents_of_the_same_words_have_two_ids() -> None:
    documents = read(report("青禾市", "1.") + "\n" + report("青禾市", "2."))
    assert len({document.id for document in documents}) == len(documents) == 2


@needs_corpus
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("government-work-reports-2024", 32),
        ("economic-work-conference-speeches-2021", 7),
        ("new-spring-meeting-speeches-2024", 26),
        ("national-report-and-zhejiang-meetings-2024", 4),
        ("newspaper-page-yongkang-2024", 1),
    ],
)
def test_the_corpus_is_split_as_a_reader_splits_it(name: str, count: int) -> None:
    assert len(read((CORPUS / f"{name}.txt").read_text(encoding="utf-8"))) == count


@needs_corpus
def test_what_the_gold_says_of_documents_is_found() -> None:
    gold = [json.loads(line) for line in (SHARED / "gold" / "documents.jsonl").read_text(encoding="utf-8").splitlines()]
    for name in {row["file"] for row in gold}:
        records = [document.record for document in read((CORPUS / name).read_text(encoding="utf-8"))]
        rows = [{key: row[key] for key in row if key != "file"} for row in gold if row["file"] == name]
        found = [{key: getattr(record, key) for key in row} for record, row in zip(records, rows, strict=True)]
        assert found == rows
