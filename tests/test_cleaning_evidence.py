"""Whatever is read, the words quoted from it stand in it, character by character."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duixian.documents.model import Document, SourceText
from duixian.documents.pipeline import read_documents
from duixian.vocabulary.characters import fold_table

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
CONTEXTUAL = {*"，；：？！（）〇“”—"}
WHITE = re.compile(r"\s")

WORDS = """各位代表： 政府工作报告 ——2024年1月9日在青禾市第五届人民代表大会第二次会议上 一、 （一） 一是 。 ， ； １２
％ ∶ ⽉ 增长 5.6%
（下转第三版） -3- 全市 各各位位 PM_2.5 ** A 目录 ………… <b> 公众号整理！ 12 34 市长 王小河 " , ( )"""
pieces = st.sampled_from([*WORDS.split(), *" \n\f\r　\u200b\ue000", "\n\n", "\r\n"])
messy = st.lists(pieces, max_size=60).map("".join)


def read(*pages: str, paged: bool = False) -> list[Document]:
    return read_documents(SourceText("某文件", "txt", pages, paged))


def assert_grounded(documents: list[Document], step: int = 1) -> None:
    for document in documents:
        pages = document.source.pages
        for block in document.blocks:
            assert block.text
            assert block.map.clean[0] == 0
            whole = document.evidence(block, 0, len(block.text))
            assert whole is not None
            for start in range(0, len(block.text), step):
                for end in (start + 1, min(start + 7, len(block.text)), len(block.text)):
                    evidence = document.evidence(block, start, end, end - 1)
                    if evidence is None:
                        assert not block.text[start:end].strip()
                        continue
                    page = pages[(evidence.page or 1) - 1]
                    assert WHITE.sub("", page[evidence.start : evidence.end]) == evidence.quote
            for offset, character in enumerate(block.text):
                number, place = block.map.locate(offset)
                stood = pages[number][place]
                folded = fold_table().get(ord(stood), stood)
                assert character == folded or character in CONTEXTUAL or (character == " " and stood.isspace())


@settings(max_examples=150, deadline=None)
@given(messy)
def test_messy_texts_are_read_and_grounded(text: str) -> None:
    assert_grounded(read(text))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_and_grounded(text: str) -> None:
    assert_grounded(read(text))


@settings(max_examples=60, deadline=None)
@given(st.lists(messy, min_size=1, max_size=5))
def test_any_pages_are_read_and_grounded(pages: list[str]) -> None:
    assert_grounded(read(*pages, paged=True))


def test_columns_are_read_in_their_order() -> None:
    page = "青禾市去年新建 公园八座，改造\n学校十二所，开工 旧街六条。\n"
    cut = [page.index(" "), page.index("\n"), page.rindex(" "), len(page) - 1]
    order = (((0, cut[0]), (cut[1] + 1, cut[2]), (cut[0] + 1, cut[1]), (cut[2] + 1, cut[3])),)
    documents = read_documents(SourceText("报", "pdf", (page,), True, (), order))
    text = documents[0].text.replace("\n", "")
    assert text == "青禾市去年新建学校十二所，开工公园八座，改造旧街六条。"


@pytest.mark.parametrize("text", ["", "\n\n\r\n", " \t　\n", "\u200b\n\ufeff", "\x00\x01\x02", "- 1 -\n- 2 -\n"])
def test_a_file_without_words_has_no_documents(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    "unit", ["中", "a", " ", "中 ", "1 ", "，", "\n", "（", "<", "各各", "。\n", "一、\n", "公众号", "-"]
)
def test_a_long_run_of_one_thing_is_read(unit: str) -> None:
    # Work that grew faster than the text would keep this test running for hours.
    read(unit * (300_000 // len(unit)))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside this repository")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_block_of_the_corpus_is_grounded(path: Path) -> None:
    documents = read(path.read_text(encoding="utf-8"))
    assert documents
    assert_grounded(documents, step=97)
