"""Make the Word and PDF forms of the sample reports from their text.

    python scripts/make_samples.py

Needs python-docx, ``pip install typst`` and, only here and not where the samples are read, the fonts of Debian's
``fonts-noto-cjk``; the PDF embeds the characters it uses. Run it after any change to ``src/duixian/samples/*.txt``.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import typst
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.styles.style import ParagraphStyle

FOLDER = Path(__file__).resolve().parent.parent / "src" / "duixian" / "samples"
RUNNING_HEAD = "岚川省人民政府办公厅"
CHAPTER = re.compile(r"[一二三四五六七八九十]+、")
# Paragraphs of a report open with a numbered or dashed heading sentence that is printed bold.
LEAD = re.compile(r"（[一二三四五六七八九十]+）[^。]*。|——[^。]*。")
FULL_STOP = re.compile(r"[。！：；]$")


def paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """(role, words) of every paragraph; roles are title, date, speaker, chapter, heading, salutation and body."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for index, line in enumerate(lines):
        if index < 3:
            yield ("title", "date", "speaker")[index], line
        elif CHAPTER.match(line):
            yield "chapter", line
        elif not FULL_STOP.search(line):
            yield "heading", line
        elif line.startswith("各位代表") and len(line) < 8:
            yield "salutation", line
        else:
            yield "body", line


def _font(style: ParagraphStyle, name: str, points: float) -> None:
    style.font.name = name
    style.font.size = Pt(points)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def make_docx(text: str, path: Path) -> None:
    """Write a Word document with real styles: Title, Subtitle, Heading 1 and 2, Normal."""
    document = docx.Document()
    for name, face, points in (("Normal", "仿宋", 16), ("Title", "宋体", 22), ("Subtitle", "楷体", 16)):
        _font(document.styles[name], face, points)
    for name, face, points in (("Heading 1", "黑体", 16), ("Heading 2", "楷体", 16)):
        _font(document.styles[name], face, points)
    styles = {
        "title": "Title",
        "date": "Subtitle",
        "speaker": "Subtitle",
        "chapter": "Heading 1",
        "heading": "Heading 2",
    }
    for role, words in paragraphs(text):
        paragraph = document.add_paragraph(style=styles.get(role, "Normal"))
        if role in ("title", "date", "speaker"):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif role == "body":
            paragraph.paragraph_format.first_line_indent = Pt(32)
        lead = LEAD.match(words) if role == "body" else None
        cut = lead.end() if lead else 0
        if cut:
            paragraph.add_run(words[:cut]).bold = True
        paragraph.add_run(words[cut:])
    section = document.sections[0]
    section.header.paragraphs[0].text = RUNNING_HEAD
    properties = document.core_properties
    properties.title, properties.author = next(paragraphs(text))[1], RUNNING_HEAD
    properties.created = properties.modified = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    written = io.BytesIO()
    document.save(written)
    # Members with a fixed time: the same text makes the same file.
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in parts.infolist():
            member = zipfile.ZipInfo(part.filename, (2025, 1, 1, 0, 0, 0))
            packed.writestr(member, parts.read(part), zipfile.ZIP_DEFLATED)


PAGE = """
#set document(title: "%(title)s", author: "%(head)s", date: datetime(year: 2025, month: 1, day: 1))
#set page(paper: "a4", margin: (x: 28mm, top: 34mm, bottom: 30mm),
  header: context if counter(page).get().first() > 1 [#set text(9pt); #h(1fr) %(head)s #h(1fr)],
  footer: context [#set text(10pt); #h(1fr) — #counter(page).display() — #h(1fr)])
#set text(font: "Noto Serif CJK SC", size: 14pt, lang: "zh", region: "cn", cjk-latin-spacing: none)
#set par(justify: true, leading: 1em, spacing: 1em, first-line-indent: (amount: 2em, all: true))
"""
TYPST = {
    "title": "#align(center, text(20pt)[{}])\n",
    "date": "#align(center, text(13pt)[{}])\n",
    "speaker": "#align(center, text(13pt)[{}])\n#v(1em)\n",
    "chapter": "#heading(level: 1, text(15pt, weight: 400)[{}])\n",
    "heading": "#heading(level: 2, text(14pt, weight: 400)[{}])\n",
    "salutation": "#par(first-line-indent: 0em)[{}]\n",
    "body": "{}\n",
}


def make_pdf(text: str, path: Path) -> None:
    """Write a PDF with a text layer, page numbers, running heads and an embedded subset of one font."""
    title = next(paragraphs(text))[1]
    source = [PAGE % {"title": title, "head": RUNNING_HEAD}]
    for role, words in paragraphs(text):
        source.append(TYPST[role].format(re.sub(r"([\\#$*_`<>@~\-\[\]/])", r"\\\1", words)))
    path.write_bytes(typst.compile("\n".join(source).encode(), format="pdf"))


def main() -> None:
    for path in sorted(FOLDER.glob("lanchuan-*.txt")):
        text = path.read_text(encoding="utf-8")
        make_docx(text, path.with_suffix(".docx"))
        make_pdf(text, path.with_suffix(".pdf"))


if __name__ == "__main__":
    main()
