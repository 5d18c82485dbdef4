"""OFD, the national page format (GB/T 33190): a zip of XML whose pages hold text codes with their positions."""

from __future__ import annotations

import posixpath
import re
from typing import Any, NamedTuple

from duixian.documents.model import SourceText
from duixian.documents.readers.columns import Run, reading_order
from duixian.documents.readers.packages import Package, attribute, local
from duixian.errors import InputError

_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{0,12})?(?:[eE][-+]?\d{1,2})?|-?\.\d{1,12}")
# Deltas longer than this are nonsense that would only fill the memory ("g 99999999 1").
_MAX_REPEAT = 20_000
_MAX_PAGES = 20_000
# In character sizes: runs this level with one another are one line; runs this far apart have a blank between them,
# and runs further apart than the last are pieces of different columns.
_LEVEL = 0.5
_BLANK = 0.6
_APART = 1.5


class _Piece(NamedTuple):
    """A text code: its left and right edge, baseline (growing upwards), character size and text; millimetres."""

    left: float
    right: float
    base: float
    size: float
    text: str


def read_ofd(data: bytes, name: str) -> SourceText:
    """Read an .ofd; raises :class:`InputError` when its structure or its text is missing.

    Pages whose parts are missing are left empty and named in a note.
    """
    package = Package(data, name, "OFD")
    if any("encryptions.xml" in part for part in package.names()) and package.xml("OFD.xml") is None:
        raise InputError(name, "OFD 文件加了密", "请先用密码打开，另存为不加密的文件")
    root = package.xml("OFD.xml")
    if root is None:
        raise InputError(name, "OFD 文件缺少入口部件 OFD.xml，可能已损坏", "请重新下载，或用 OFD 阅读器打开后另存一份")
    roots = [(element.text or "").strip() for element in root.iter() if local(element) == "DocRoot"]
    pages: list[str] = []
    missing: list[int] = []
    documents = 0
    for target in roots:
        path = _resolve(package, "", target)
        document = package.xml(path)
        if document is None:
            continue
        documents += 1
        _read_document(package, path, document, pages, missing)
    if not documents:
        what = roots[0] if roots else "Document.xml"
        raise InputError(name, f"OFD 文件缺少文档部件 {what}，可能已损坏", "请重新下载，或用 OFD 阅读器打开后另存一份")
    if not any(page.strip() for page in pages):
        if missing:
            raise InputError(name, "OFD 文件缺少页面部件，没有读出文字", "请重新下载，或用 OFD 阅读器打开后另存一份")
        raise InputError(name, "OFD 里没有文字，可能是扫描图片", "请先做文字识别（OCR），或换一份可以复制文字的文件")
    notes: tuple[str, ...] = ()
    if missing:
        shown = "、".join(map(str, missing[:20])) + (" 等" if len(missing) > 20 else " ")
        notes = (f"第 {shown}页的部件缺失或损坏，没有读出来，请重新下载这个文件",)
    return SourceText(name, "ofd", tuple(pages), paged=True, notes=notes)


def _read_document(package: Package, path: str, document: Any, pages: list[str], missing: list[int]) -> None:
    """Append the pages of one document of the package, and the numbers of those that cannot be read."""
    templates: dict[str, str] = {}
    for element in document.iter():
        if local(element) == "TemplatePage" and attribute(element, "BaseLoc"):
            templates[attribute(element, "ID") or ""] = _resolve(package, path, attribute(element, "BaseLoc") or "")
    listed = [
        page
        for container in document.iter()
        if local(container) == "Pages"
        for page in container
        if local(page) == "Page"
    ]
    for page in listed[:_MAX_PAGES]:
        part = _resolve(package, path, attribute(page, "BaseLoc") or "")
        content = package.xml(part)
        if content is None or part.lower() in package.damaged:
            missing.append(len(pages) + 1)
        if content is None:
            pages.append("")
            continue
        pieces = _pieces(content)
        for element in content:
            if local(element) == "Template":
                template = package.xml(templates.get(attribute(element, "TemplateID") or "", ""))
                if template is not None:
                    pieces += _pieces(template)
        pages.append(_lay_out(pieces))


def _resolve(package: Package, base: str, target: str) -> str:
    """A location in the package: from the folder of the part that names it, or from the root."""
    target = target.strip().replace("\\", "/")
    if not target:
        return ""
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    near = posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
    return near if near in package else posixpath.normpath(target)


def _numbers(text: str | None) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text or "")]


def _pieces(content: Any) -> list[_Piece]:
    """The text codes of a page, each where it stands."""
    pieces: list[_Piece] = []
    for element in content.iter():
        if local(element) != "TextObject" or attribute(element, "Visible") == "false":
            continue
        boundary = [*_numbers(attribute(element, "Boundary")), 0.0, 0.0, 0.0, 0.0][:4]
        matrix = _numbers(attribute(element, "CTM"))
        a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        size = abs((_numbers(attribute(element, "Size")) or [4.0])[0] * (abs(d) or abs(b) or 1.0)) or 4.0
        x = y = 0.0
        for code in element:
            if local(code) != "TextCode" or not code.text:
                continue
            # A code without a position of its own goes on where the last one stood.
            x = (_numbers(attribute(code, "X")) or [x])[0]
            y = (_numbers(attribute(code, "Y")) or [y])[0]
            text = code.text.replace("\r", " ").replace("\n", " ")
            place, base = boundary[0] + a * x + c * y + e, -(boundary[1] + b * x + d * y + f)
            pieces += _advance(text, place, base, size, a or 1.0, d or 1.0, code)
    return pieces


def _advance(text: str, left: float, base: float, size: float, sx: float, sy: float, code: Any) -> list[_Piece]:
    """Cut one text code where its characters leave the line or are set far apart."""
    across = _deltas(attribute(code, "DeltaX"), len(text))
    down = _deltas(attribute(code, "DeltaY"), len(text))
    pieces: list[_Piece] = []
    start, x, y, begin = 0, left, base, left
    for i in range(1, len(text)):
        dx = (across[i - 1] if i - 1 < len(across) else (0.0 if down else size / abs(sx))) * sx
        dy = (down[i - 1] if i - 1 < len(down) else 0.0) * sy
        if abs(dy) > _LEVEL * size or dx > (1 + _APART) * size or dx < -size:
            pieces.append(_Piece(begin, x + size, y, size, text[start:i]))
            start, begin = i, x + dx
        x += dx
        y -= dy
    pieces.append(_Piece(begin, x + size * (1.0 if text[-1] > "\u2e80" else 0.5), y, size, text[start:]))
    return pieces


def _deltas(text: str | None, wanted: int) -> list[float]:
    """The steps between characters; "g 3 2.5" stands for 2.5 three times."""
    if not text:
        return []
    out: list[float] = []
    words = text.split()
    i = 0
    while i < len(words) and len(out) < wanted:
        if words[i] == "g" and i + 2 < len(words):
            count = int((_numbers(words[i + 1]) or [0.0])[0])
            out += (_numbers(words[i + 2]) or [0.0]) * max(0, min(count, _MAX_REPEAT, wanted))
            i += 3
        else:
            out += _numbers(words[i])
            i += 1
    return out


def _lay_out(pieces: list[_Piece]) -> str:
    """The text of a page: pieces gathered into lines from the top, columns one after the other."""
    pieces = [piece for piece in pieces if piece.text.strip()]
    if not pieces:
        return ""
    lines: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda item: (-item.base, item.left)):
        if lines and lines[-1][0].base - piece.base < _LEVEL * min(lines[-1][0].size, piece.size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    texts: list[str] = []
    runs: list[Run] = []
    places: list[int] = []
    for number, line in enumerate(lines):
        line.sort(key=lambda item: item.left)
        previous: _Piece | None = None
        for piece in line:
            gap = piece.left - previous.right if previous is not None else 0.0
            if previous is not None and gap <= _APART * piece.size:
                texts[-1] += (" " if gap > _BLANK * piece.size else "") + piece.text
                runs[-1] = runs[-1]._replace(right=max(runs[-1].right, piece.right))
            else:
                texts.append(piece.text)
                places.append(number)
                runs.append(Run(piece.left, piece.right, piece.base, piece.base + piece.size, 0, 0))
            previous = piece
    order = reading_order(runs)
    if order is not None:
        return "\n".join(texts[i] for i in order)
    out: list[str] = []
    for i, text in enumerate(texts):
        if i and places[i] == places[i - 1]:
            out[-1] += " " + text
        else:
            out.append(text)
    return "\n".join(out)
