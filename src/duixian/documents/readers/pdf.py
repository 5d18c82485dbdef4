"""PDF files, read with PDFium: the text layer page by page, and the order in which its columns read."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from duixian.documents.model import SourceText
from duixian.documents.readers.columns import Run, reading_order
from duixian.documents.readers.ocr import OCR_INSTALL, recognise, recogniser
from duixian.errors import InputError

# PDFium may not be entered by two threads at once.
_PDFIUM = threading.Lock()
_LINE = re.compile(r"[^\r\n]+")
_SPACE = re.compile(r"\s+")
# Characters of fonts without a Unicode table come out as these, and are of no use as text.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffd\ue000-\uf8ff]")
# A page with fewer characters than this on top of a picture is a scan with a stamp or a page number.
_SCAN_TEXT = 12
# A page without text but with so many drawn shapes carries text as outlines.
_OUTLINES = 30
_GAP = 0.6
_TAIL = 2048

Ranges = tuple[tuple[int, int], ...]


def read_pdf(data: bytes, name: str) -> SourceText:
    """Read a PDF; each page is exactly the text that PDFium gives for it.

    Raises :class:`InputError` when the file is damaged or encrypted, or no page has text and none can be recognised.
    Pages without text are recognised when the ``ocr`` extra is installed; otherwise a note names them.
    """
    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
            try:
                return _read(document, data, name)
            finally:
                document.close()
        except pdfium.PdfiumError as error:
            raise _refusal(data, name, str(error)) from error


def _refusal(data: bytes, name: str, message: str) -> InputError:
    if "assword" in message or "ecurity" in message:
        return InputError(name, "PDF 加了密，需要密码才能打开", "请用密码打开后另存（或打印）为不加密的 PDF 再读")
    if b"%%EOF" not in data[-_TAIL:]:
        return InputError(name, "PDF 不完整，文件在中途断掉了", "请重新下载或重新拷贝这个文件")
    return InputError(name, "PDF 已损坏，打不开", "请重新下载，或用阅读器打开后另存一份")


def _read(document: Any, data: bytes, name: str) -> SourceText:
    pages: list[str] = []
    orders: list[Ranges] = []
    unreadable: list[int] = []
    broken: list[int] = []
    recognised: list[int] = []
    for index in range(len(document)):
        try:
            page = document[index]
        except pdfium.PdfiumError:
            pages.append("")
            orders.append(())
            broken.append(index + 1)
            continue
        text, order, needs_ocr = _read_page(page)
        if needs_ocr and recogniser() is not None:
            found = recognise(page)
            if found.strip():
                text, order, needs_ocr = found, (), False
                recognised.append(index + 1)
        if needs_ocr:
            unreadable.append(index + 1)
        pages.append(text)
        orders.append(order)
        page.close()
    notes = []
    if unreadable or broken:
        if not any(page.strip() for page in pages) or len(unreadable) == len(pages):
            raise _without_text(name, len(pages), unreadable)
        if broken:
            notes.append(f"第 {_numbers(broken)}页已损坏，没有读出来，请重新下载这个文件")
        if unreadable:
            notes.append(f"第 {_numbers(unreadable)}页是扫描图片，没有文字层；{_ocr_remedy()}")
    elif not any(page.strip() for page in pages):
        raise InputError(name, "PDF 里没有文字，只有空白页", "请换一个有内容的文件")
    if recognised:
        notes.append(f"第 {_numbers(recognised)}页是扫描图片，文字由识别得来，请与原文核对")
    if b"%%EOF" not in data[-_TAIL:]:
        notes.append("PDF 末尾不完整，可能缺页，请与原文核对")
    return SourceText(
        name, "pdf", tuple(pages), paged=True, notes=tuple(notes), order=tuple(orders) if any(orders) else None
    )


def _without_text(name: str, total: int, unreadable: list[int]) -> InputError:
    if not unreadable:
        return InputError(name, "PDF 的页面都已损坏，没有读出文字", "请重新下载这个文件")
    which = f"共 {total} 页，全部是图片" if len(unreadable) == total else f"第 {_numbers(unreadable)}页是图片"
    return InputError(name, f"PDF 是扫描件，没有文字层（{which}）", _ocr_remedy())


def _ocr_remedy() -> str:
    if recogniser() is None:
        return f"请安装文字识别后重试：{OCR_INSTALL}"
    return "文字识别也没有认出文字，请换一份更清晰的文件"


def _numbers(pages: list[int]) -> str:
    """Page numbers with runs written as ranges: 1、3-7、"""
    parts: list[str] = []
    first = previous = pages[0]
    for page in [*pages[1:], -1]:
        if page == previous + 1:
            previous = page
            continue
        parts.append(str(first) if first == previous else f"{first}-{previous}")
        first = previous = page
    return "、".join(parts[:20]) + (" 等" if len(parts) > 20 else " ")


def _read_page(page: Any) -> tuple[str, Ranges, bool]:
    """(text, reading order, whether the page needs recognition)."""
    try:
        textpage = page.get_textpage()
    except pdfium.PdfiumError:
        return "", (), _has_picture(page)
    try:
        text = textpage.get_text_range()
        order = _order(textpage, text) if len(text) > 40 and page.get_rotation() in (0, 180) else ()
    # PDFium's own helper recurses over excluded characters and asserts its buffer sizes; both mean a strange page.
    except (pdfium.PdfiumError, RecursionError, AssertionError, ValueError):
        text, order = "", ()
    finally:
        textpage.close()
    visible = _SPACE.sub("", text)
    if len(_UNREADABLE.findall(visible)) * 2 > len(visible):
        return text, (), bool(visible) or _has_picture(page)
    if len(visible) <= _SCAN_TEXT:
        return text, order, _has_picture(page)
    return text, order, False


def _has_picture(page: Any) -> bool:
    """Whether the page shows a picture that covers a good part of it, or text drawn as outlines."""
    try:
        area = page.get_width() * page.get_height()
        outlines = 0
        for item in page.get_objects(max_depth=3):
            if item.type == pdfium_raw.FPDF_PAGEOBJ_IMAGE:
                left, bottom, right, top = item.get_bounds()
                if (right - left) * (top - bottom) > area * 0.2:
                    return True
            elif item.type == pdfium_raw.FPDF_PAGEOBJ_PATH:
                outlines += 1
                if outlines >= _OUTLINES:
                    return True
    except (pdfium.PdfiumError, RecursionError):
        return True
    return False


def _order(textpage: Any, text: str) -> Ranges:
    """The reading order of a page's text as ranges; empty when it reads as it stands."""
    count = textpage.count_chars()
    characters: Sequence[int] = range(count)
    if count != len(text):
        # PDFium left characters out of the text or put some in, so offsets and boxes no longer run in step.
        if any(char > "\uffff" for char in text):
            return ()
        translate = pdfium_raw.FPDFText_GetCharIndexFromTextIndex
        characters = [translate(textpage.raw, offset) for offset in range(len(text))]
    runs = _runs(textpage, text, characters)
    order = reading_order(runs)
    if order is None:
        return ()
    ranges: list[tuple[int, int]] = []
    for index in order:
        start, end = runs[index].start, runs[index].end
        # Pieces of one line that were parted only by a blank grow together again.
        if ranges and ranges[-1][1] <= start and not text[ranges[-1][1] : start].strip(" "):
            ranges[-1] = (ranges[-1][0], end)
        else:
            ranges.append((start, end))
    return tuple(ranges)


def _runs(textpage: Any, text: str, characters: Sequence[int]) -> list[Run]:
    """The printed lines of a page, cut at wide gaps and where the text jumps back."""
    box = pdfium_raw.FS_RECTF()
    handle, measure = textpage.raw, pdfium_raw.FPDFText_GetLooseCharBox
    runs: list[Run] = []
    for line in _LINE.finditer(text):
        start = end = -1
        left = right = bottom = top = 0.0
        for offset in range(line.start(), line.end()):
            if text[offset].isspace():
                continue
            if not measure(handle, characters[offset], box):
                continue
            x0, x1, y0, y1 = box.left, box.right, box.bottom, box.top
            gap = x0 - right
            if start >= 0 and (gap > _GAP * (top - bottom) or gap < -2 * (top - bottom)):
                runs.append(Run(left, right, bottom, top, start, end))
                start = -1
            if start < 0:
                start, left, right, bottom, top = offset, x0, x1, y0, y1
            else:
                right, bottom, top = max(right, x1), min(bottom, y0), max(top, y1)
            end = offset + 1
        if start >= 0:
            runs.append(Run(left, right, bottom, top, start, end))
    return runs
