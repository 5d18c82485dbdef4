"""Splitting a file into its documents, the way a careful reader sees where one ends and the next begins.

No single sign is sure, so signs are weighed: the words of a title, what stands under it (date and meeting, speaker,
salutation, news lead), white space and page breaks before it, running numbers, and the file's own table of contents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from duixian.documents.paragraphs import Paragraph
from duixian.vocabulary.titles import (
    byline_pattern,
    headline_pattern,
    letterhead_pattern,
    news_lead_pattern,
    notice_pattern,
    opening_pattern,
    salutation_pattern,
    title_noun_pattern,
)

_TITLE_LENGTH = 64
_BLOCK_LINES = 6
_ENOUGH = 3
_SMALL_BODY = 80
_INNER_STOP = re.compile("[。；！]")
_MARKER = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十\d]{1,3}）|\d{1,3}[、.]|第[一二三四五六七八九十]{1,3}[章节])"
)
_NUMBER = re.compile(r"(\d{1,3})[.、]")
_DATED = re.compile(
    r"[-—]{0,3}[（(]?(?:[12]?[12]\d{3}|[一二三四五六七八九〇零]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
    r"(?:[^。；]{0,60}(?:上|会议|大会|通过)|[^。；]{0,8})[）)]?$"
)
_CONTENTS = re.compile(r"目[录次]$|CONTENTS$", re.IGNORECASE)
_LEADER = re.compile(r"[.·…．。_-]{3,}[（(]?\d{0,4}[）)]?$")
_PAGE_TAIL = re.compile(r"[\s.·…．。_—-]*[（(]?\d{1,4}[）)]?$")


@dataclass(slots=True)
class Opening:
    """The head of a document inside its volume; each field holds positions in the volume's paragraphs."""

    title: tuple[int, ...] = ()
    dated: int | None = None
    byline: int | None = None
    salutation: int | None = None
    subtitles: tuple[int, ...] = ()


@dataclass(slots=True)
class Volume:
    """One document of a file before it is cleaned into blocks."""

    paragraphs: list[Paragraph]
    opening: Opening = field(default_factory=Opening)


@dataclass(slots=True)
class _Candidate:
    score: int
    opening: Opening
    end: int
    number: int | None


def split_volumes(paragraphs: list[Paragraph]) -> list[Volume]:
    """The documents of a file in their order; a table of contents belongs to none of them."""
    contents, entries = _table_of_contents(paragraphs)
    low = 0
    cover: list[Paragraph] = []
    if contents:
        cover, low = paragraphs[: contents.start], contents.stop
    body = paragraphs[low:]
    if cover and not (len(entries) >= 2 and any(opening_pattern().search(entry) for entry in entries)):
        # A report with its own table of contents: what stands before the table is its title.
        body = cover + body
    if not body:
        return []
    starts = _starts(body, entries)
    volumes: list[Volume] = []
    for index, (position, opening) in enumerate(starts):
        end = starts[index + 1][0] if index + 1 < len(starts) else len(body)
        shifted = Opening(
            tuple(i - position for i in opening.title),
            None if opening.dated is None else opening.dated - position,
            None if opening.byline is None else opening.byline - position,
            None if opening.salutation is None else opening.salutation - position,
            tuple(i - position for i in opening.subtitles),
        )
        volumes.append(Volume(body[position:end], shifted))
    return volumes


def _starts(body: list[Paragraph], entries: set[str]) -> list[tuple[int, Opening]]:
    gaps = sorted(paragraph.gap for paragraph in body)
    usual = gaps[len(gaps) // 2]
    found: list[tuple[int, Opening]] = []
    number: int | None = None
    titles: list[str] = []
    index = 0
    while index < len(body):
        paragraph = body[index]
        if len(paragraph.text) > _TITLE_LENGTH:
            index += 1
            continue
        candidate = _weigh(body, index, usual, entries, number)
        title = "".join(body[i].text for i in candidate.opening.title)
        again = bool(titles) and title == titles[-1] and _entry(title) not in entries
        again = again and not _has_head(candidate.opening, body, usual)
        if (candidate.score >= _ENOUGH and not again) or index == 0:
            found.append((index, candidate.opening))
            titles.append(title)
            number = candidate.number if candidate.number is not None else number
            index = max(index + 1, candidate.end)
        else:
            index += 1
    if not found or found[0][0] != 0:
        found.insert(0, (0, Opening()))
    return _with_bodies(body, found)


def _has_head(opening: Opening, body: list[Paragraph], usual: int) -> bool:
    """Whether more than a title speaks for a document, so that a title that comes back is no page head."""
    if opening.dated is not None or opening.byline is not None or opening.salutation is not None:
        return True
    return bool(opening.title) and body[opening.title[0]].gap >= usual + 2


def _with_bodies(body: list[Paragraph], found: list[tuple[int, Opening]]) -> list[tuple[int, Opening]]:
    """Starts whose documents have something to say; an empty one is a cover or a doubled title of the next."""
    kept: list[tuple[int, Opening]] = []
    pending: int | None = None
    for index, (position, opening) in enumerate(found):
        end = found[index + 1][0] if index + 1 < len(found) else len(body)
        head = {*opening.title, *opening.subtitles, opening.dated, opening.byline, opening.salutation}
        size = sum(len(body[i].text) for i in range(position, end) if i not in head)
        last = index + 1 == len(found)
        if size < _SMALL_BODY and not last:
            pending = position if pending is None else pending
            continue
        if size < _SMALL_BODY and last and kept and opening_pattern().search(body[position].text) is None:
            continue
        kept.append((position if pending is None else pending, opening))
        pending = None
    return kept


def _title_like(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return len(text) <= _TITLE_LENGTH and not _INNER_STOP.search(text) and text[-1] not in "：:，、？"


def _weigh(body: list[Paragraph], index: int, usual: int, entries: set[str], number: int | None) -> _Candidate:
    """How strongly the paragraph at ``index`` looks like the first of a document, and what its head consists of."""
    opening = Opening()
    title: list[int] = []
    subtitles: list[int] = []
    joined = ""
    complete = score = 0
    closed = False
    position = index
    while position < min(len(body), index + _BLOCK_LINES):
        paragraph = body[position]
        text = paragraph.text
        if salutation_pattern().match(text):
            if position == index and (text[-1] not in "：:" or (paragraph.gap <= usual + 1 and not paragraph.turns)):
                break
            opening.salutation = position
            score += 2
            position += 1
            break
        if not title and letterhead_pattern().match(text):
            subtitles.append(position)
            position += 1
            continue
        if position > index and notice_pattern().match(text) and not (complete and byline_pattern().match(text)):
            subtitles.append(position)
            closed = True
            position += 1
            continue
        if not _title_like(paragraph) or (position > index and paragraph.gap > max(usual, 1) + 2):
            break
        if _DATED.match(text) and position > index:
            opening.dated = position
            score += 3
        elif (byline := byline_pattern().match(text)) and position > index and not opening_pattern().search(text):
            opening.byline = position
            score += 2 if byline else 0
        elif closed or complete or opening.dated is not None or opening.byline is not None:
            if _MARKER.match(text) or (
                complete and opening_pattern().search(joined + text) and position > complete + 1
            ):
                break
            subtitles.append(position)
        else:
            if _MARKER.match(text) and not _NUMBER.match(text):
                break
            title.append(position)
            joined += text
            if opening_pattern().search(joined):
                complete = position
                closed = True
                score += 3
            elif title_noun_pattern().search(joined):
                closed = True
        position += 1
    opening.title, opening.subtitles = tuple(title), tuple(subtitles)
    if not title and opening.salutation is None:
        return _Candidate(0, opening, index + 1, None)
    return _Candidate(
        score + _surroundings(body, index, position, usual, entries, number, joined, bool(complete)),
        opening,
        position,
        _list_number(joined),
    )


def _surroundings(
    body: list[Paragraph],
    index: int,
    end: int,
    usual: int,
    entries: set[str],
    number: int | None,
    joined: str,
    complete: bool,
) -> int:
    """What the white space, the page, the numbering, the contents and the next paragraph say about a title."""
    first = body[index]
    score = 0
    if first.gap >= max(2, usual + 1):
        score += 2
    if first.turns:
        score += 1
    own = _list_number(joined)
    if own is not None and complete:
        score += 2 if number is not None and own == number + 1 else 1
    if entries and (_entry(joined) in entries or _entry(first.text) in entries):
        score += 3
    if not complete and joined and end < len(body) and not _title_like(body[end]):
        if news_lead_pattern().match(body[end].text):
            score += 2 if first.gap > usual or first.turns else 0
        if headline_pattern().search(joined) and (first.gap > usual or first.turns):
            score += 1
    if not complete and score < _ENOUGH + 1 and _MARKER.match(first.text):
        score -= 3
    before = body[index - 1].text if index else "。"
    if before[-1] not in "。！？”）》；…" and not first.turns and first.gap < usual + 1:
        score -= 2
    return score


def _list_number(text: str) -> int | None:
    match = _NUMBER.match(text)
    return int(match.group(1)) if match else None


def _entry(text: str) -> str:
    """A line of a table of contents and the title it names, made comparable."""
    return _PAGE_TAIL.sub("", _NUMBER.sub("", text, count=1)).replace(" ", "")


def _table_of_contents(paragraphs: list[Paragraph]) -> tuple[range | None, set[str]]:
    """Where the table of contents stands, and its entries."""
    head = next((i for i, p in enumerate(paragraphs[:60]) if _CONTENTS.match(p.text.replace(" ", ""))), None)
    low = 0 if head is None else head + 1
    if head is None:
        first = next((i for i, p in enumerate(paragraphs[:40]) if _LEADER.search(p.text)), None)
        if first is None or sum(1 for p in paragraphs[first : first + 4] if _LEADER.search(p.text)) < 3:
            return None, set()
        head = low = first
    entries: list[str] = []
    position = low
    while position < len(paragraphs):
        text = paragraphs[position].text
        plain = _entry(text)
        if _LEADER.search(text):
            entries.append(plain)
        elif (
            len(text) > _TITLE_LENGTH
            or _INNER_STOP.search(text)
            or salutation_pattern().match(text)
            or (entries and plain == entries[0])
            or _DATED.match(text)
        ):
            break
        else:
            entries.append(plain)
        position += 1
    # A title, its date and its speaker just before the text belong to the text.
    while position > low + 1 and position < len(paragraphs) and entries:
        text = paragraphs[position - 1].text
        stays = text in {paragraphs[i].text for i in range(low, position - 1)} or not (
            opening_pattern().search(text) or _DATED.match(text) or byline_pattern().match(text)
        )
        if _LEADER.search(text) or (stays and _entry(text) != entries[0]) or paragraphs[position].text == entries[0]:
            break
        position -= 1
        entries.pop()
    return range(head, position), {entry for entry in entries if entry}
