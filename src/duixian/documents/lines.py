"""The physical lines of a source, in reading order, cleaned, with what stands between documents' words taken out."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from duixian.documents.cleaning import CleanLine, clean_line
from duixian.documents.model import SourceText
from duixian.documents.script import is_traditional, to_simplified
from duixian.vocabulary.characters import residue_lines

_LINE = re.compile(r"[^\n\r\f\v]+")
_BREAKS = re.compile(r"\r\n|[\n\r]")
_RESIDUE = re.compile("|".join(f"(?:{pattern})" for pattern in residue_lines()))
_DIGITS = re.compile(r"\d+")
_RESIDUE_WIDTH = 100
_HEAD_WIDTH = 48
_EDGE = 2
_STOPS = "。！？；：…”）"


@dataclass(slots=True)
class Line:
    """A cleaned line that is not empty.

    page: index of its page. gap: blank lines before it. turns: whether a new page (or a form feed) begins with it.
    indent, width: in character cells, a Latin letter or digit counting half.
    """

    text: str
    clean: tuple[int, ...]
    source: tuple[int, ...]
    page: int
    gap: int
    turns: bool
    indent: float
    width: float


def read_lines(source: SourceText) -> list[Line]:
    """All lines of a source that carry words, in reading order; page numbers and web-page furniture are left out."""
    lines: list[Line] = []
    traditional = is_traditional(source.pages[0] if len(source.pages) == 1 else "".join(source.pages[:8]))
    for page, text in enumerate(source.pages):
        if traditional:
            text = to_simplified(text)
        ranges = source.order[page] if source.order and page < len(source.order) else ()
        first = True
        after_residue = False
        for low, high in ranges or ((0, len(text)),):
            previous = low
            for match in _LINE.finditer(text, low, high):
                start = match.start()
                between = text[previous:start]
                line = _read_line(match.group(), start, page)
                if line is None:
                    continue
                breaks = between.count("\n") if "\r" not in between else len(_BREAKS.findall(between))
                line.gap = max(0, breaks - 1) if lines else 0
                line.turns = bool(lines) and ((first and page > 0) or "\f" in between)
                previous = match.end()
                if _is_residue(line.text):
                    after_residue = True
                    continue
                if after_residue and line.gap <= 2:
                    # The blank lines around a page number belong to the page, not to the text.
                    line.gap = 0
                first = after_residue = False
                lines.append(line)
    _mark_lost_form_feeds(lines)
    return _without_running_heads(lines) if len(source.pages) >= 2 else lines


def _mark_lost_form_feeds(lines: list[Line]) -> None:
    """Where no line is set in, a single space before a few lines is what became of a form feed."""
    odd = [line for line in lines if line.indent == 0.5]
    deeper = sum(1 for line in lines if line.indent > 0.5)
    if 0 < len(odd) * 10 <= len(lines) and deeper * 100 <= len(lines):
        for line in odd:
            line.turns = line is not lines[0]
            line.indent = 0.0


def _read_line(raw: str, start: int, page: int) -> Line | None:
    cleaned: CleanLine = clean_line(raw, start)
    text = cleaned.text
    if not text or text.isspace():
        return None
    offset = cleaned.source[0] - start
    indent = 0.0
    if offset:
        indent = sum(0.5 if character == " " else 1.0 for character in raw[:offset])
    elif raw[0].isspace():
        bare = raw.lstrip()
        offset = len(raw) - len(bare)
        indent = sum(0.5 if character == " " else 1.0 for character in raw[:offset])
    width = len(text) if len(text) > 200 else len(text) - len(text.encode("ascii", "ignore")) / 2
    return Line(text, cleaned.clean, cleaned.source, page, 0, False, indent, width)


def _is_residue(text: str) -> bool:
    if len(text) > _RESIDUE_WIDTH:
        return False
    return _RESIDUE.fullmatch(text.replace(" ", "")) is not None


def _without_running_heads(lines: list[Line]) -> list[Line]:
    """Drop short lines that come back at the top or the foot of pages; the first of them may be the title and stays."""
    pages: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        pages[line.page].append(index)
    edges: dict[str, list[int]] = defaultdict(list)
    for indexes in pages.values():
        for index in {*indexes[:_EDGE], *indexes[-_EDGE:]}:
            line = lines[index]
            if line.width <= _HEAD_WIDTH and line.text[-1] not in "。；！？":
                edges[_DIGITS.sub("#", line.text)].append(index)
    gone: set[int] = set()
    for key, indexes in edges.items():
        tears = sum(1 for index in indexes if index and lines[index - 1].text[-1] not in _STOPS)
        enough = len(indexes) >= 3 or (len(indexes) == 2 and tears >= 1)
        if enough and len(indexes) * 4 >= len(pages) and key.strip("#"):
            first, *rest = sorted(indexes)
            gone.update(rest if lines[first].page == lines[0].page else indexes)
    return [line for index, line in enumerate(lines) if index not in gone]
