"""The decomposition table 任务分解表 as a Word document to print and to send round."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from duixian.ledger.sheets.decomposition import ItemLine, form_of, plan_lines, table_title
from duixian.ledger.sheets.forms import Column, Forms, forms
from duixian.ledger.tables import Tables

_NAMESPACE = nsdecls("w")
_CENTERED = frozenset({"number", "deadline", "leader", "kind", "state"})
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARGIN = 20  # millimetres
_ROOM = 297 - 2 * _MARGIN
_PROPOSED = "（拟）"
_TEXT, _SECTION = 21, 24  # half points: 五号, 小四


def decomposition_document(tables: Tables, plan: str) -> bytes:
    """The table of a plan as .docx: A4 landscape, sections in rows of their own, headings on every page, page numbers.

    Owners that are only proposed carry （拟）. Raises UnknownNameError.
    """
    words, form = forms(tables), form_of(tables)
    columns = [column for column in form.columns if column.word is not None]
    lines = plan_lines(tables, plan)
    document = Document()
    _page(document)
    _fonts(document, words)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(10)
    _run(title, _clean(table_title(tables, plan)), words.fonts["title"][0], 22)
    document.core_properties.title = _clean(table_title(tables, plan))
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.element.body.insert(len(document.element.body) - 1, _table(columns, lines, words))
    if form.note and any(line.proposed for line in lines):
        note = document.add_paragraph()
        note.paragraph_format.space_before = Pt(6)
        _run(note, form.note, words.fonts["body"][0], 10.5)
    _page_number(document, words.fonts["body"][0])
    archive = io.BytesIO()
    document.save(archive)
    return archive.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(22)


def _fonts(document: Any, words: Forms) -> None:
    """The body font of the document, and for each font what takes its place where it is not installed."""
    body = words.fonts["body"][0]
    style = document.styles["Normal"]
    style.font.name = body
    style.font.size = Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), body)
    entries = "".join(
        f"<w:font w:name={quoteattr(names[0])}><w:altName w:val={quoteattr(','.join(names[1:]))}/>"
        '<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for names in words.fonts.values()
        if len(names) > 1
    )
    for part in document.part.package.iter_parts():
        if str(part.partname).endswith("/fontTable.xml"):
            part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def _run(paragraph: Any, text: str, font: str, size: float) -> None:
    run = paragraph.add_run(text)
    run.font.name = font
    run.font.size = Pt(size)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _table(columns: Sequence[Column], lines: Sequence[ItemLine], words: Forms) -> Any:
    """The whole table in one go: the library's own way is slow for hundreds of rows."""
    total = sum(column.word or 0 for column in columns)
    widths = [round((column.word or 0) / total * _ROOM * 56.7) for column in columns]
    head, body = words.fonts["head"][0], words.fonts["body"][0]
    rows = [
        _row(
            [
                _cell(column.heading, width, head, bold=True, shade="E7EDF5")
                for column, width in zip(columns, widths, strict=True)
            ],
            "<w:tblHeader/>",
        )
    ]
    section = None
    for line in lines:
        if line.cells["section"] != section:
            section = line.cells["section"]
            if section:
                span = _cell(
                    section.replace(" / ", "　"),
                    sum(widths),
                    head,
                    bold=True,
                    size=_SECTION,
                    left=True,
                    span=len(columns),
                )
                rows.append(_row([span], next_too=True))
        cells = []
        for column, width in zip(columns, widths, strict=True):
            text = line.cells.get(column.key, "")
            if text and line.proposed and column.key in ("lead", "supporting"):
                text += _PROPOSED
            cells.append(_cell(text, width, body, left=column.key not in _CENTERED))
        rows.append(_row(cells))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return parse_xml(
        f'<w:tbl {_NAMESPACE}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(cells: Sequence[str], properties: str = "", *, next_too: bool = False) -> str:
    body = "".join(cells)
    if next_too:
        # The name of a section stays on the page of its first item.
        body = body.replace("<w:pPr>", "<w:pPr><w:keepNext/>")
    return f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{body}</w:tr>"


def _cell(
    text: str,
    width: int,
    font: str,
    *,
    bold: bool = False,
    size: int = _TEXT,
    left: bool = False,
    span: int = 1,
    shade: str = "",
) -> str:
    name = quoteattr(font)
    heavy = "<w:b/>" if bold else ""
    look = (
        f"<w:rPr><w:rFonts w:ascii={name} w:hAnsi={name} w:eastAsia={name}/>"
        f'{heavy}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )
    runs = "<w:r><w:br/></w:r>".join(
        f'<w:r>{look}<w:t xml:space="preserve">{escape(part)}</w:t></w:r>' for part in _clean(text).split("\n")
    )
    align = "left" if left else "center"
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shaded = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{shaded}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="30" w:after="30"/><w:jc w:val="{align}"/></w:pPr>{runs}</w:p></w:tc>'
    )


def _clean(text: str) -> str:
    return _UNSEEN.sub("", text)


def _page_number(document: Any, font: str) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", font, 12)
    field = parse_xml(f'<w:fldSimple {_NAMESPACE} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    paragraph._element.append(field)
    _run(paragraph, " —", font, 12)
