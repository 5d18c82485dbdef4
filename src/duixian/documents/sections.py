"""The section tree of a document: which block is a heading, and which headings stand above a block."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duixian.documents.model import Block
from duixian.documents.paragraphs import Paragraph
from duixian.documents.volumes import Volume
from duixian.vocabulary.titles import letterhead_pattern, notice_pattern, salutation_pattern

_NUMERAL = "[一二三四五六七八九十]"
# Numbering styles in their usual order of rank; what counts in a document is the order in which they first nest.
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(f"第{_NUMERAL}{{1,3}}[编篇部]分?[\\s、：:]*")),
    ("chapter", re.compile(f"第{_NUMERAL}{{1,3}}章[\\s、：:]*")),
    ("section", re.compile(f"第{_NUMERAL}{{1,3}}节[\\s、：:]*")),
    ("han", re.compile(f"{_NUMERAL}{{1,3}}、")),
    ("han-bracket", re.compile(f"[（(]{_NUMERAL}{{1,3}}[）)]、?")),
    ("ordinal", re.compile(f"第{_NUMERAL}{{1,3}}(?:个?(?:问题|方面|件事|项任务))?[，、]")),
    ("arabic", re.compile(r"\d{1,2}(?:[.．](?!\d)|、)")),
    ("arabic-bracket", re.compile(r"[（(]\d{1,2}[）)]|\d{1,2}[)）]")),
    ("circled", re.compile("[①-⑳⑴-⒇]")),
    ("is", re.compile(f"{_NUMERAL}{{1,3}}(?:是|要)(?=[\u4e00-\u9fff“])")),
    ("dash", re.compile("——")),
)
_RANK = {name: index for index, (name, _) in enumerate(_STYLES)}
_PROBE = re.compile(f"第|[（(]|——|{_NUMERAL}|\\d|[①-⑳⑴-⒇]")
_SENTENCE = re.compile("[。！？]")
_YEAR_HEADING = re.compile("(?:19|20)\\d{2}年[^。，；]{0,16}(?:回顾|总结|安排|任务|目标|工作|打算|建议|要求|重点|部署)")
# A sentence with an amount is a statement, not the name of a theme.
_AMOUNT = re.compile(r"\d(?:\s?%|[\d.,]*(?:%|亿|万|元|个|家|项|所|公里|亩|吨|人|户|倍|位))")
_NARRATIVE = re.compile(
    "我们|各位|同志们|一年|去年|今年|明年|过去|近年|当前|会议|指出|强调|要求|看到|表示|谢|必须|认为|以下|如下|主要是"
)
# Whom a speaker turns to when a new turn of the speech begins.
_ADDRESS = re.compile("(?:各位代表|同志们|各位委员|朋友们)[，！!：:]")
_INNER = ("is", "dash", "lead", "ordinal")
_HEADING_LENGTH = 60
_LEAD_LENGTH = 90
_PLAIN_LENGTH = 40
_TRAILING = "。；;．. 　："


@dataclass(slots=True)
class _Level:
    style: str
    heading: str


def build_blocks(volume: Volume) -> tuple[Block, ...]:
    """The blocks of a document in order, each with its kind, level, lead sentence and heading path."""
    opening = volume.opening
    kinds = dict.fromkeys((*opening.title, *opening.subtitles), "title")
    for position in (opening.dated, opening.byline):
        if position is not None:
            kinds[position] = "byline"
    for position in opening.subtitles:
        text = volume.paragraphs[position].text
        if notice_pattern().match(text) or letterhead_pattern().match(text):
            kinds[position] = "byline"
    plain = _plain_headings(volume.paragraphs, set(kinds))
    stack: list[_Level] = []
    blocks: list[Block] = []
    for index, paragraph in enumerate(volume.paragraphs):
        kind = kinds.get(index)
        if kind is not None:
            blocks.append(Block(index, paragraph.text, paragraph.map, kind))
            continue
        blocks.append(_block(index, paragraph, stack, index in plain))
    return tuple(blocks)


def _block(index: int, paragraph: Paragraph, stack: list[_Level], plain: bool) -> Block:
    text = paragraph.text
    if _ADDRESS.match(text):
        # The speaker steps back from the last point; what follows belongs to the part, not to the point.
        del stack[1:]
    if len(text) <= _HEADING_LENGTH and salutation_pattern().match(text):
        return Block(index, text, paragraph.map, "salutation", _path(stack))
    style, marker = _numbering(text)
    if style is not None:
        return _numbered(index, paragraph, stack, style, marker)
    if plain:
        _open(stack, "plain", text)
        return Block(index, text, paragraph.map, "heading", _path(stack), len(stack))
    lead = _plain_lead(text)
    if lead is None:
        while stack and stack[-1].style in _INNER:
            stack.pop()
        return Block(index, text, paragraph.map, "paragraph", _path(stack))
    while stack and stack[-1].style in ("dash", "lead"):
        stack.pop()
    path = (*_path(stack), text[:lead].rstrip(_TRAILING))
    return Block(index, text, paragraph.map, "paragraph", path, 0, (0, lead))


def _numbered(index: int, paragraph: Paragraph, stack: list[_Level], style: str, marker: int) -> Block:
    """A block that opens with a number: a heading line, or a paragraph led by a heading sentence."""
    text = paragraph.text
    stop = _SENTENCE.search(text, marker)
    end = stop.end() if stop else len(text)
    alone = end >= len(text) and len(text) <= _HEADING_LENGTH and style not in ("is", "dash", "circled")
    if alone:
        heading = text.rstrip(_TRAILING)
        _open(stack, style, heading)
        return Block(index, text, paragraph.map, "heading", _path(stack), len(stack))
    if end <= _LEAD_LENGTH and stop is not None and not _AMOUNT.search(text, marker, end):
        heading = text[:end].rstrip(_TRAILING)
        _open(stack, style, heading)
        return Block(index, text, paragraph.map, "paragraph", _path(stack), 0, (0, end))
    _close(stack, style)
    return Block(index, text, paragraph.map, "paragraph", _path(stack))


def _numbering(text: str) -> tuple[str | None, int]:
    """The numbering style a text opens with, and where the words after the number begin."""
    if not _PROBE.match(text):
        return None, 0
    for name, pattern in _STYLES:
        match = pattern.match(text)
        if match:
            return name, match.end()
    return None, 0


def _close(stack: list[_Level], style: str) -> None:
    """Leave the headings that cannot stand above a heading of this style."""
    for position, level in enumerate(stack):
        if level.style == style:
            del stack[position:]
            return
    rank = _RANK.get(style)
    if rank is None:
        while stack and stack[-1].style in _INNER:
            stack.pop()
        return
    while stack and (stack[-1].style == "lead" or (stack[-1].style in _RANK and _RANK[stack[-1].style] > rank)):
        stack.pop()


def _open(stack: list[_Level], style: str, heading: str) -> None:
    _close(stack, style)
    stack.append(_Level(style, heading))


def _path(stack: list[_Level]) -> tuple[str, ...]:
    return tuple(level.heading for level in stack)


def _plain_headings(paragraphs: list[Paragraph], taken: set[int]) -> set[int]:
    """Positions of short lines without number and stop that head the text after them; three in a row are a list."""
    found: set[int] = set()
    run: list[int] = []
    for index, paragraph in enumerate(paragraphs):
        if index not in taken and _plain_heading(paragraph):
            run.append(index)
            continue
        if len(run) <= 2 and len(paragraph.text) > 10:
            found.update(run)
        run = []
    return found


def _plain_heading(paragraph: Paragraph) -> bool:
    text = paragraph.text
    if len(text) > _PLAIN_LENGTH or len(text) < 4 or paragraph.lines > 2:
        return False
    if text[-1] in "。！？；：，、:;,!?…）)" or "。" in text or " " in text.strip():
        return False
    return not text[0].isdigit() or _YEAR_HEADING.match(text) is not None


def _plain_lead(text: str) -> int | None:
    """Where the heading sentence that opens a long paragraph ends, if it does open with one."""
    if len(text) < 60:
        return None
    stop = _SENTENCE.search(text, 0, 36)
    if stop is None or stop.group() != "。" or stop.end() < 6:
        return None
    sentence = text[: stop.end()]
    if sentence.count("，") > 1 or _NARRATIVE.search(sentence) or _AMOUNT.search(sentence):
        return None
    return stop.end()
