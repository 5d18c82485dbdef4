"""Paragraphs out of lines: where a paragraph really ends when every line of a page is broken hard."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from duixian.documents.lines import Line
from duixian.documents.model import SpanMap

# Text of which most lines stay under this many cells may be broken hard; whole paragraphs are longer.
_WIDEST_COLUMN = 62.0
_SLACK = 2.6
_CHUNK = 16
# Below this many lines a common width proves little.
_FEW_LINES = 12
_NARROWEST_COLUMN = 12.0
_END = re.compile(r"[。！？；：!?;:…][”’」』）)》〉】\"]*$")
_SENTENCE_END = re.compile(r"[。！？!?…][”’」』）)》〉】\"]*$")
_OPEN_END = re.compile(r"[，、（《“‘〈【,(—-]$")
_CLOSING_START = re.compile(r"[，。、；：！？）》”’〉】,;:!?)%％]")
_STRONG_MARKER = re.compile(
    r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十]{1,3}[章节部编篇](?!之)"
)
_MARKER = re.compile(
    r"[一二三四五六七八九十]{1,3}[、是要]|[（(][一二三四五六七八九十\d]{1,3}[）)]|第[一二三四五六七八九十]{1,3}[章节部编篇，、]"
    r"|——|\d{1,2}[.、．](?!\d)|[①-⑳]"
)
_HEADLINE = re.compile(_MARKER.pattern + r"|.*[：:]$|.{0,24}(?:报告|讲话|通知|公报|意见|方案|计划)$")
_INNER_MARK = re.compile("[，。；]")
_DATED_LINE = re.compile(r"[-—（(]{0,4}[〇零一二三四五六七八九\d]{4,5}年.{3,7}日(?:在[^。；]{4,60}上)?[）)]?$")
_DATED_OPEN = re.compile(r"[-—（(]{0,4}[〇零一二三四五六七八九\d]{4,5}年.{3,7}日在[^。；，]{2,60}$")
_FIRST_WORD = re.compile(r"[!-~]*.")


@dataclass(slots=True)
class Paragraph:
    """A run of lines that belong together.

    gap: blank lines before it. turns: it opens a page. indent: of its first line. full: whether some line of it fills
    the column, so that it is running text rather than a heading.
    """

    text: str
    map: SpanMap
    gap: int = 0
    turns: bool = False
    indent: float = 0.0
    full: bool = True
    lines: int = 1
    parts: list[Line] = field(default_factory=list, repr=False)


def join_lines(lines: list[Line]) -> list[Paragraph]:
    """The paragraphs of a text whose lines may be whole paragraphs or pieces of them."""
    if not lines:
        return []
    columns = _columns(lines)
    margin = _margin(lines) if columns else None
    spaced = sum(1 for line in lines if line.gap) * 10 >= len(lines) * 3
    groups: list[list[Line]] = [[lines[0]]]
    for index in range(1, len(lines)):
        before, line = lines[index - 1], lines[index]
        if columns:
            column = max(columns[index - 1], 1.0)
            opens = len(groups[-1]) == 1 and margin is None
            goes_on = _continues_column(before, line, column, margin, spaced, opens)
        else:
            goes_on = _continues_sentence(before, line)
        if goes_on:
            groups[-1].append(line)
        else:
            groups.append([line])
    paragraphs: list[Paragraph] = []
    position = 0
    for group in groups:
        filled = not columns or any(
            line.width + line.indent >= columns[position + i] - _SLACK for i, line in enumerate(group)
        )
        position += len(group)
        paragraphs.append(_join(group, filled))
    return paragraphs


def _join(group: list[Line], filled: bool) -> Paragraph:
    first = group[0]
    if len(group) == 1:
        spans = SpanMap(first.clean, first.source, (first.page,) * len(first.clean))
        return Paragraph(first.text, spans, first.gap, first.turns, first.indent, filled, 1, group)
    texts: list[str] = []
    clean: list[int] = []
    source: list[int] = []
    pages: list[int] = []
    length = 0
    for line in group:
        texts.append(line.text)
        clean.extend(length + offset for offset in line.clean)
        source.extend(line.source)
        pages.extend([line.page] * len(line.clean))
        length += len(line.text)
    spans = SpanMap(tuple(clean), tuple(source), tuple(pages))
    return Paragraph("".join(texts), spans, first.gap, first.turns, first.indent, filled, len(group), group)


def _columns(lines: list[Line]) -> list[float]:
    """For every line the width of the column it was set in; empty when lines are whole paragraphs."""
    if len(lines) < 4:
        return []
    total = sum(line.width for line in lines)
    narrow = sum(line.width for line in lines if line.width <= _WIDEST_COLUMN)
    if narrow < total * 0.8:
        return []
    widths = sorted(line.width + line.indent for line in lines if line.width <= _WIDEST_COLUMN)
    column = _common_width(widths)
    full = [line for line in lines if abs(line.width + line.indent - column) <= _SLACK]
    open_ended = sum(1 for line in full if not _SENTENCE_END.search(line.text))
    if len(full) < max(3, len(lines) * 0.25) or open_ended * 2 < len(full) or column < 8:
        return []
    if len(lines) < _FEW_LINES:
        # Title, date and headings of a short text may happen to be equally long; only running text is proof.
        running = [line for line in full if not (_HEADLINE.match(line.text) or _DATED_LINE.match(line.text))]
        if len(running) < max(3, len(lines) * 0.4) or column < _NARROWEST_COLUMN:
            return []
    result: list[float] = []
    for low in range(0, len(lines), _CHUNK):
        near = lines[max(0, low - _CHUNK) : low + 2 * _CHUNK]
        local = sorted(line.width + line.indent for line in near)
        width = _common_width(local)
        agreeing = sum(1 for value in local if abs(value - width) <= _SLACK)
        if width < column * 0.6 and agreeing * 2 < len(local):
            width = column
        result.extend([width] * min(_CHUNK, len(lines) - low))
    return result


def _common_width(widths: list[float]) -> float:
    """The width at which lines cluster, of the sorted widths: a high one, since last lines of paragraphs are short."""
    best, column = 0, widths[-1]
    counts: dict[int, int] = {}
    for width in widths:
        counts[round(width)] = counts.get(round(width), 0) + 1
    for width in counts:
        weight = (counts.get(width - 1, 0) + 2 * counts[width] + counts.get(width + 1, 0)) * max(width, 1)
        if weight > best:
            best, column = weight, float(width)
    # Lines of a column differ by what could not be broken; the column is as wide as the fullest common ones.
    crest = counts.get(round(column), 0)
    while counts.get(round(column) + 1, 0) * 3 >= crest > 0:
        column = round(column) + 1.0
    return column


def _margin(lines: list[Line]) -> float | None:
    """The indent of most lines where first lines of paragraphs are set in further; None where indents tell nothing."""
    base = sorted(line.indent for line in lines)[len(lines) // 2]
    deeper = sum(1 for line in lines if 1.5 <= line.indent - base <= 4.5)
    return base if len(lines) * 0.02 <= deeper <= len(lines) * 0.6 else None


def _continues_column(before: Line, line: Line, column: float, margin: float | None, spaced: bool, opens: bool) -> bool:
    """Whether ``line`` goes on with the paragraph of ``before`` in text broken at ``column`` cells.

    margin: first lines are set in from it. spaced: blank lines mean nothing. opens: ``before`` opens its paragraph and
    may have lost an indent of two cells.
    """
    if _CLOSING_START.match(line.text):
        return True
    if margin is not None and line.indent - margin >= 1.5:
        return False
    if _DATED_LINE.match(before.text) or (_STRONG_MARKER.match(line.text) and not before.text.endswith("第")):
        return False
    if _DATED_OPEN.match(before.text) and line.width < column:
        return True
    first_word = _FIRST_WORD.match(line.text)
    torn = len(first_word.group()) / 2 if first_word else 0.5
    reach = before.width + before.indent + (2 if opens else 0)
    short = reach < column - max(_SLACK, min(torn, column / 3) + 0.6)
    if not _END.search(before.text):
        if _OPEN_END.search(before.text):
            return True
        heading = opens and _STRONG_MARKER.match(before.text) and not _INNER_MARK.search(before.text)
        if heading and reach < column - 0.6 - (torn if torn > 0.5 else 0):
            return False
        if before.width > column + _SLACK and not _INNER_MARK.search(before.text):
            return False
        return not short
    if short or (margin is None and _MARKER.match(line.text)):
        return False
    if line.width + line.indent < column - _SLACK - 0.6 and not _END.search(line.text):
        # Neither full nor ended: no line of running text, but a title that follows a paragraph.
        return False
    if line.gap > before.gap and not spaced:
        return False
    if before.text[-1] in "；：;:":
        return True
    if margin is not None:
        return True
    # Without indents a first line betrays itself by the two cells that its lost indent took.
    return not (column - 3.2 <= line.width <= column - 1.2 and not _END.search(line.text))


def _continues_sentence(before: Line, line: Line) -> bool:
    """Whether ``line`` goes on with a sentence that a page break tore, where lines are paragraphs."""
    text = before.text
    if _END.search(text) or text[-1] in "”’）》」』)":
        return _CLOSING_START.match(line.text) is not None and line.text[0] not in "“‘（《"
    if _DATED_OPEN.match(text) and not _DATED_LINE.match(text) and len(line.text) <= 40:
        return True
    if _MARKER.match(line.text) or not ("。" in text or "；" in text):
        return False
    return before.width >= 20
