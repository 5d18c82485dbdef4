"""Word files read as they look: paragraphs, table cells, and the numbers that Word puts in front."""

from __future__ import annotations

import io
import shutil
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from duixian.documents.readers import read_source
from duixian.documents.readers.numbering import chinese_number
from duixian.errors import InputError


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def lines(data: bytes) -> list[str]:
    return read_source(data, "a.docx").text.split("\n")


def with_numbering(levels: list[tuple[str, str]], paragraphs: list[tuple[int, str]]) -> bytes:
    """A document whose paragraphs carry automatic numbers; levels are (style, text), paragraphs (level, words)."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, (style, text) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{inner}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level, words in paragraphs:
        paragraph = document.add_paragraph(words)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    return saved(document)


def test_paragraphs_and_cells_in_document_order() -> None:
    document = docx.Document()
    document.add_paragraph("青禾县政府工作报告")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(
        [c for row in table.rows for c in row.cells], ["指标", "目标", "就业", "2万人"], strict=True
    ):
        cell.text = words
    document.add_paragraph("以上报告，请予审议。")
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    assert lines(saved(document)) == ["青禾县政府工作报告", "指标", "目标", "就业", "2万人", "以上报告，请予审议。"]


def test_automatic_numbers_are_written_out() -> None:
    data = with_numbering(
        [("chineseCounting", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3.")],
        [(0, "回顾"), (1, "经济"), (2, "工业"), (2, "农业"), (1, "民生"), (0, "展望"), (1, "目标"), (2, "投资")],
    )
    assert lines(data) == [
        "一、回顾", "（一）经济", "1. 工业", "2. 农业", "（二）民生", "二、展望", "（一）目标", "1. 投资",
    ]  # fmt: skip


def test_numbers_that_show_several_levels() -> None:
    data = with_numbering([("decimal", "%1"), ("decimal", "%1.%2")], [(0, "甲"), (1, "乙"), (1, "丙"), (0, "丁")])
    assert lines(data) == ["1 甲", "1.1 乙", "1.2 丙", "2 丁"]


def test_bullets_give_no_number() -> None:
    assert lines(with_numbering([("bullet", "\uf0b7")], [(0, "甲"), (0, "乙")])) == ["甲", "乙"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (36, "三十六"), (105, "一百零五"), (110, "一百一十")],
)
def test_chinese_numbers(value: int, written: str) -> None:
    assert chinese_number(value) == written


def test_deleted_and_hidden_words_are_left_out_and_inserted_ones_kept() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("增长")
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>5%</w:delText></w:r></w:del>"))
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>6%</w:t></w:r></w:ins>"))
    paragraph.add_run("（密）").font.hidden = True
    paragraph.add_run("。")
    assert lines(saved(document)) == ["增长6%。"]


def test_line_breaks_and_tabs_inside_a_paragraph() -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run("第一行")
    run.add_break()
    run.add_text("第二行")
    run.add_tab()
    run.add_text("尾")
    assert lines(saved(document)) == ["第一行", "第二行\t尾"]


def test_content_controls_are_read() -> None:
    document = docx.Document()
    body = document.element.body
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>控件里的字</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    body.insert(0, control)
    assert body[0].tag == qn("w:sdt")
    assert "控件里的字" in lines(saved(document))


def test_docx_that_is_not_a_zip() -> None:
    with pytest.raises(InputError, match="扩展名是"):
        read_source("这不是文档".encode() * 100, "a.docx")


def test_docx_without_its_main_part() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/styles.xml", "<styles/>")
    with pytest.raises(InputError, match="缺少正文"):
        read_source(buffer.getvalue(), "a.docx")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated_docx(share: float) -> None:
    document = docx.Document()
    document.add_paragraph("青禾县政府工作报告")
    data = saved(document)
    with pytest.raises(InputError, match="损坏"):
        read_source(data[: int(len(data) * share)], "a.docx")


def test_docx_without_words() -> None:
    with pytest.raises(InputError, match="没有文字"):
        read_source(saved(docx.Document()), "a.docx")


def test_entities_are_not_expanded() -> None:
    bomb = (
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        '<w:document xmlns:w="urn:w"><w:body><w:p><w:r><w:t>正文&b;&x;</w:t></w:r></w:p></w:body></w:document>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", bomb)
    assert read_source(buffer.getvalue(), "a.docx").text == "正文"


def test_bomb_inside_docx_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * 40_000_000)
    with pytest.raises(InputError, match="压缩炸弹"):
        read_source(buffer.getvalue(), "a.docx")


def test_rtf_needs_libreoffice() -> None:
    data = rb"{\rtf1\ansi\ansicpg936 {\fonttbl{\f0 SimSun;}}\f0 \u38738?\u31166?\u21439?2031\par}"
    if shutil.which("soffice") is None and shutil.which("libreoffice") is None:
        with pytest.raises(InputError, match="LibreOffice"):
            read_source(data, "a.rtf")
        return
    source = read_source(data, "a.rtf")
    assert "青禾县2031" in source.text
    assert any("LibreOffice" in note for note in source.notes)


def test_old_word_file_without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    for name in ("a.doc", "a.wps"):
        with pytest.raises(InputError, match="需要 LibreOffice"):
            read_source(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, name)
