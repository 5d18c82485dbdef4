"""The annotated page: safe to open, complete, and true to the text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

import duixian
from duixian.documents.model import Block, Document, SpanMap
from duixian.records import Commitment, Figure
from duixian.reporting.annotation import AnnotatedDocument, annotated_page
from duixian.reporting.annotation.spans import Locator, Mark, segments

TEXT = """白石市政府工作报告
一、重点工作
新建农村公路200公里，改造<script>alert(1)</script>学校30所 & "其他"。
</script><img src=x onerror=alert(2)>加快建设白石水库。
"""


def _document(text: str = TEXT) -> Document:
    return duixian.read_text(text, 'a"<b>.txt')[0].document


def _figure(document: Document, words: str, identity: str = "fig-1") -> Figure:
    block = next(block for block in document.blocks if words in block.text)
    start = block.text.index(words)
    evidence = document.evidence(block, start, start + len(words))
    assert evidence is not None
    return Figure(
        identity, document.id, evidence, "<b>公路", "新建", "other", "change", "eq", 200, None, "公里", 200, "km",
        "target", "2024", (),
    )  # fmt: skip


def _commitment(document: Document, words: str) -> Commitment:
    evidence = _figure(document, words).evidence
    return Commitment("com-1", document.id, evidence, "新建", "公路", False, True, (), None, None, "交通", ())


class _Page(HTMLParser):
    """Collects the text of the articles, the tags and the embedded data."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.article = ""
        self.data = ""
        self._open: list[str] = []
        self._data = False
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "article":
            self._open.append(tag)
        self._data = tag == "script" and dict(attrs).get("id") == "data"

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._open.pop()
        self._data = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.article += data
        if self._data:
            self.data += data


def _page(document: Document, *records: Figure | Commitment, language: str = "zh") -> tuple[bytes, _Page]:
    page = annotated_page([AnnotatedDocument(document, records)], language, "1")
    return page, _Page(page)


def test_what_a_document_says_is_never_markup() -> None:
    document = _document()
    _, parsed = _page(document, _figure(document, "新建农村公路200公里"))
    names = [tag for tag, _ in parsed.tags]
    assert names.count("script") == 2
    assert "img" not in names
    assert "<script>alert(1)</script>" in parsed.article
    assert "</script><img src=x onerror=alert(2)>" in parsed.article
    assert orjson.loads(parsed.data)["documents"][0][0][2] == "<b>公路"


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page, parsed = _page(_document())
    for tag, attributes in parsed.tags:
        assert not {"src", "srcset"} & attributes.keys(), tag
        assert tag != "link"
        assert not str(attributes.get("href") or "").startswith(("http", "//"))
    assert b"default-src 'none'" in page
    assert not re.search(rb"https?://|@import|url\(", page)


def test_records_that_contain_each_other_are_both_marked() -> None:
    document = _document()
    clause, value = _commitment(document, "新建农村公路200公里"), _figure(document, "200公里")
    _, parsed = _page(document, clause, value)
    marks = [(a["data-r"], a["class"]) for tag, a in parsed.tags if "data-r" in a]
    assert marks == [("0", "s c"), ("1 0", "s f target c")]


def test_every_document_is_there_and_the_first_is_shown() -> None:
    items = [AnnotatedDocument(_document(TEXT.replace("白石", name)), ()) for name in ("甲山", "乙山", "丙山")]
    page = annotated_page(items)
    parsed = _Page(page)
    shown = ["hidden" in attributes for tag, attributes in parsed.tags if tag == "article"]
    assert shown == [False, True, True]
    assert [tag for tag, _ in parsed.tags].count("option") == 3


def test_headings_make_the_outline() -> None:
    _, parsed = _page(_document())
    assert [(tag, a["data-level"]) for tag, a in parsed.tags if "data-level" in a] == [("h2", "1")]


def test_both_languages_and_no_document_at_all() -> None:
    document = _document()
    page, _ = _page(document, language="en")
    assert b'<html lang="en">' in page
    assert b"Outline" in page
    assert b"<article" not in annotated_page([])
    assert b"{{" not in page


def test_the_whole_text_is_on_the_page() -> None:
    document = _document()
    _, parsed = _page(document, _figure(document, "200公里"))
    shown = "".join(parsed.article.split())
    for block in document.blocks:
        assert "".join(block.text.split()) in shown


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=12))
def test_segments_never_lose_or_repeat_text(edges: list[tuple[int, int]]) -> None:
    text = "".join(chr(0x4E00 + i) for i in range(40))
    marks = [Mark(min(a, b), max(a, b), number) for number, (a, b) in enumerate(edges) if a != b]
    block = Block(0, text, SpanMap((0,), (0,), (0,)))
    found = segments(block, marks)
    assert "".join(segment.text for segment in found) == text
    offset = 0
    for segment in found:
        expected = {m.record for m in marks if m.start <= offset < m.end}
        assert set(segment.records) == expected
        offset += len(segment.text)


@settings(max_examples=50)
@given(st.data())
def test_evidence_leads_back_to_the_words_it_came_from(data: st.DataObject) -> None:
    document = _document("　　白 石 市\n\n新建公路２００公里，\n改造学校30所。\n" * 3)
    block = data.draw(st.sampled_from(document.blocks))
    start = data.draw(st.integers(0, len(block.text) - 1))
    end = data.draw(st.integers(start + 1, len(block.text)))
    evidence = document.evidence(block, start, end)
    if evidence is None:
        return
    located = Locator(document).locate(evidence)
    assert (document.blocks.index(block), start, end) in located
