"""Word files (.docx): paragraphs and table cells in document order, one a line, numbers rendered as Word shows them."""

from __future__ import annotations

from typing import Any

from duixian.documents.model import SourceText
from duixian.documents.readers.numbering import Numbering
from duixian.documents.readers.packages import Package, attribute, local
from duixian.errors import InputError

# What is not part of the text as it reads: deleted words, field codes, the fallback copy of a text box,
# the reading aids above characters, and comments.
_LEFT_OUT = frozenset(
    {
        "del", "moveFrom", "instrText", "delText", "delInstrText", "Fallback", "rPr", "pPr", "sdtPr", "rt",
        "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "commentReference", "object",
    }
)  # fmt: skip
_MAIN = "officeDocument"


def read_docx(data: bytes, name: str) -> SourceText:
    """Read a .docx; raises :class:`InputError` when it is damaged or holds no text.

    Headers, footers, footnotes and comments are left out; a note tells of footnotes.
    """
    package = Package(data, name, "Word")
    part = _main_part(package)
    root = package.xml(part)
    body = None if root is None else next((child for child in root if local(child) == "body"), None)
    if body is None:
        raise InputError(
            name, "Word 文件缺少正文（word/document.xml），可能已损坏", "请用 Word 或 WPS 打开后另存一份再读"
        )
    folder = part.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    writer = _Writer(Numbering(package.xml(f"{prefix}numbering.xml"), package.xml(f"{prefix}styles.xml")))
    writer.blocks(body)
    text = "\n".join(writer.lines)
    if not text.strip():
        raise InputError(name, "Word 文件里没有文字，可能全是图片", "请先做文字识别（OCR），或换一份可以复制文字的文件")
    notes = []
    if writer.footnotes:
        notes.append(f"有 {writer.footnotes} 处脚注没有读入")
    if part.lower() in package.damaged:
        notes.append("Word 文件有损坏，只读出了一部分，请与原文核对")
    return SourceText(name, "docx", (text,), notes=tuple(notes))


def _main_part(package: Package) -> str:
    """Where the package says its main document is; nearly always word/document.xml."""
    relations = package.xml("_rels/.rels")
    if relations is not None:
        for relation in relations:
            if (attribute(relation, "Type") or "").endswith("/" + _MAIN):
                target = (attribute(relation, "Target") or "").lstrip("/")
                if target in package:
                    return target
    return "word/document.xml"


class _Writer:
    """Collects the lines of a document body."""

    def __init__(self, numbering: Numbering) -> None:
        self.lines: list[str] = []
        self.footnotes = 0
        self._numbering = numbering

    def blocks(self, container: Any) -> None:
        """Write the paragraphs under an element, however deep in tables, content controls or text boxes.

        Nesting is walked with a stack, not by recursion, so that no file can exhaust the interpreter's.
        """
        stack = [container]
        while stack:
            element = stack.pop()
            name = local(element)
            if name == "p":
                stack.extend(reversed(self._paragraph(element)))
            elif name not in _LEFT_OUT:
                stack.extend(reversed(element))

    def _paragraph(self, paragraph: Any) -> list[Any]:
        """Write one paragraph; return the text boxes anchored in it, which read after it."""
        properties = next((child for child in paragraph if local(child) == "pPr"), None)
        parts: list[str] = []
        boxes: list[Any] = []
        stack = list(reversed(paragraph))
        while stack:
            element = stack.pop()
            name = local(element)
            if name == "t":
                parts.append(element.text or "")
            elif name in {"br", "cr"}:
                parts.append("\n")
            elif name in {"tab", "ptab"}:
                parts.append("\t")
            elif name == "noBreakHyphen":
                parts.append("-")
            elif name == "footnoteReference":
                self.footnotes += 1
            elif name == "txbxContent":
                boxes.append(element)
            elif name not in _LEFT_OUT and not (name == "r" and _is_hidden(element)):
                stack.extend(reversed(element))
        text = "".join(parts)
        # Word numbers a paragraph even when it is empty, but prints no words that the number could belong to.
        label = self._numbering.label(properties)
        self.lines.append(label + text if text.strip() else text)
        return boxes


def _is_hidden(run: Any) -> bool:
    for properties in run:
        if local(properties) == "rPr":
            return any(local(flag) == "vanish" and attribute(flag, "val") not in {"0", "false"} for flag in properties)
    return False
