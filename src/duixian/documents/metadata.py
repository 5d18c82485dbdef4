"""What a document is: its title, kind, place, years, date and speaker. What cannot be known stays None."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from duixian.documents.dates import date_of_lead, find_date, find_years
from duixian.documents.model import Block
from duixian.documents.regions import find_place
from duixian.documents.volumes import Volume
from duixian.records import DocumentRecord, Evidence
from duixian.vocabulary.titles import byline_pattern, kind_patterns, news_lead_pattern, opening_pattern

_LIST_NUMBER = re.compile(r"\d{1,3}[.、](?!\d)")
_DATE_LINE = re.compile(r"[（(]?(?:\d{4}|[〇零一二三四五六七八九]{4})年.{2,12}日[）)]?$")
_PUBLISHED = re.compile(r"(?:发布|时间|日期|来源).{0,40}?\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}")
_TAKEN_FROM = re.compile("[（(](?:摘自|根据|本文|这是).{4,90}")
_PUT_BEFORE = re.compile("请予审议|请予审查|请各位代表审议|向大会(?:报告|作).{0,8}工作")
_ISSUER = re.compile(".{2,40}(?:委员会|人民政府|办公室|办公厅|统计局|调查队|局|厅|公署|党委|管委会|文件)$")
# "某某在……上的讲话", "某省委书记某某在……上的讲话", "某地：某某在……上的讲话".
_TITLE_SPEAKER = re.compile(
    "^(?:[\u4e00-\u9fff]{2,8}[：:])?(?P<office>[\u4e00-\u9fff]{0,14}(?:书记|省长|市长|县长|区长|州长|主席|主任|总理))?"
    "(?P<name>[\u4e00-\u9fff]{2,4}?)(?:同志)?在.{2,80}(?:讲话|致辞|发言|报告)"
)
# A line of which so much comes back in the first sentences of an item is its headline.
_HEADLINE_SHARE = 0.6
_NO_NAME = re.compile("[省市县区旗盟党]|全|政府|会议|我们")


@dataclass(frozen=True, slots=True)
class _Head:
    """The lines at the head of a document, joined, with spaces taken out."""

    title: str
    dated: str
    byline: str
    issuer: str


def describe(
    volume: Volume, blocks: tuple[Block, ...], identity: str, digest: str, first: Evidence, last: Evidence
) -> DocumentRecord:
    """The record of a document.

    volume gives the positions of title, date line and speaker among the blocks; first and last ground the first and
    the last block.
    """
    head = _head(volume, blocks)
    text = "\n".join(block.text for block in blocks)
    if not opening_pattern().search(head.title) and (headline := _headline_below(head.title, blocks)):
        head = replace(head, title=headline)
    kind = _kind(head.title, blocks)
    report = kind == "government_work_report"
    speaker, office = _speaker(head, blocks)
    # A speech speaks of bodies of many places; a news item about it names first the one that met.
    told = any(news_lead_pattern().match(block.text) for block in blocks[:6] if block.kind == "paragraph")
    lead = text[:400] if told and not report else ""
    place = find_place(head.title, head.dated, head.byline, head.issuer, lead, text, report)
    date = _date(head, blocks, kind)
    headings = [block.text for block in blocks if block.kind == "heading" and block.level <= 1]
    plan, review = find_years(head.title, headings, text, date, kind)
    return DocumentRecord(
        id=identity,
        document=identity,
        evidence=first,
        title=head.title or _stand_in(blocks),
        kind=kind,
        region=place.code,
        region_name=place.name,
        level=place.level,
        plan_year=plan,
        review_year=review,
        date=date,
        speaker=speaker,
        office=office,
        line_start=first.line,
        line_end=last.line,
        sha256=digest,
    )


def _head(volume: Volume, blocks: tuple[Block, ...]) -> _Head:
    opening = volume.opening
    title = "".join(blocks[i].text for i in opening.title)
    title = _LIST_NUMBER.sub("", title, count=1) if _LIST_NUMBER.match(title) else title
    dated = blocks[opening.dated].text if opening.dated is not None else ""
    byline = blocks[opening.byline].text.replace(" ", "") if opening.byline is not None else ""
    issuers = [blocks[i].text for i in opening.subtitles if _ISSUER.match(blocks[i].text)]
    if not issuers:
        issuers = [block.text for block in blocks[-3:] if len(block.text) <= 40 and _ISSUER.match(block.text)]
    return _Head(title, dated, byline, issuers[0] if issuers else "")


def _headline_below(title: str, blocks: tuple[Block, ...]) -> str | None:
    """The headline that a newspaper page prints beside or below its item: the line that shares the item's words."""
    lead = next((block.text for block in blocks[:4] if block.kind == "paragraph" and len(block.text) > 60), "")
    if not news_lead_pattern().match(lead) or _shared(title, lead) >= _HEADLINE_SHARE:
        return None
    best: tuple[float, str] = (_HEADLINE_SHARE, "")
    for block in blocks[2:]:
        if 10 <= len(block.text) <= 40 and block.text[-1] not in "。；：！？" and block.kind != "byline":
            best = max(best, (_shared(block.text, lead[:400]), block.text))
    return best[1] or None


def _shared(line: str, text: str) -> float:
    """The share of a line's pairs of characters that a text holds too."""
    pairs = [line[i : i + 2] for i in range(len(line) - 1)]
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def _stand_in(blocks: tuple[Block, ...]) -> str:
    """What to call a document without a title: its first words, up to the first stop."""
    text = blocks[0].text
    for block in blocks[:3]:
        if block.kind != "salutation":
            text = block.text
            break
    return re.split("[。；！？]", text, maxsplit=1)[0][:60] or text[:60]


def _kind(title: str, blocks: tuple[Block, ...]) -> str:
    for kind, pattern in kind_patterns():
        if title and pattern.search(title):
            return kind
    start = [block.text for block in blocks[:8]]
    if any(_PUT_BEFORE.search(text) for text in start):
        return "government_work_report"
    if any(block.kind == "salutation" for block in blocks[:6]):
        return "meeting_speech"
    if any(block.kind == "paragraph" and news_lead_pattern().match(block.text) for block in blocks[:6]):
        return "news"
    return "other"


def _speaker(head: _Head, blocks: tuple[Block, ...]) -> tuple[str | None, str | None]:
    """(speaker, office) from the line under the title or from the title itself."""
    match = byline_pattern().match(head.byline) if head.byline else None
    if match:
        # A single character is what a bad font left of a name.
        name = match["name"] if len(match["name"]) > 1 else None
        return name, match["office"].strip("，、：:") or None
    named = _TITLE_SPEAKER.match(head.title)
    if named and not _NO_NAME.search(named["name"]):
        return named["name"], named["office"] or None
    return None, None


def _date(head: _Head, blocks: tuple[Block, ...], kind: str) -> str | None:
    """The date of delivery or issue: from the head, then from the foot, then from a lead that says it in full."""
    found = find_date(head.dated) or find_date(head.title)
    if found:
        return found
    for block in blocks[:8]:
        if len(block.text) <= 60 and (_DATE_LINE.match(block.text) or _PUBLISHED.search(block.text)):
            found = find_date(block.text)
            if found:
                return found
    for block in reversed(blocks[-4:]):
        if (len(block.text) <= 24 and _DATE_LINE.match(block.text)) or _TAKEN_FROM.match(block.text):
            found = find_date(block.text)
            if found:
                return found
    if kind in ("news", "meeting_speech"):
        for block in blocks[:5]:
            if block.kind == "paragraph" and len(block.text) > 30:
                return date_of_lead(re.split("。", block.text, maxsplit=1)[0])
    return None
