"""Builds the annotated page: one HTML file with style, script and data inside, which needs no network.

The highlighted text is made here; the script only filters, selects and searches. Everything that comes from a document
is escaped, both as markup and inside the embedded data.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import orjson

from duixian.documents.model import Block, Document
from duixian.records import Commitment, DocumentRecord, Figure, Project
from duixian.reporting.annotation.spans import Mark, Segment, marks_by_block, segments
from duixian.reporting.columns import Column, columns_of
from duixian.reporting.labels import label, labels

KINDS = ("figure", "commitment", "project")
_CLASSES = {"figure": "f", "commitment": "c", "project": "p"}
_FAMILIES = ("record", "figure_kind", "op", "figure_status", "project_status", "stage", "indicator", "boolean")
_ABOUT = ("region", "level", "plan_year", "review_year", "date", "speaker", "source", "lines")
_SLOT = re.compile(r"\{\{([a-z._]+)\}\}")
_OUTLINE_DEPTH = 3
# The heading path of a lead sentence is long; the outline shows its beginning.
_OUTLINE_TEXT = 36

Annotated = Figure | Commitment | Project


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """A document and the records to show in it."""

    document: Document
    records: Sequence[Annotated]


def annotated_page(items: Iterable[AnnotatedDocument], language: str = "zh", version: str = "") -> bytes:
    """The whole page as UTF-8. Several documents share a page and are chosen in its head."""
    shown = list(items)
    words = _words()[language]
    data = {
        "words": words,
        "kinds": KINDS,
        "columns": {kind: [_described(column, language) for column in _fields(kind)] for kind in KINDS},
        "labels": {family: labels(family, language) for family in _FAMILIES},
        "documents": [[_values(record) for record in item.records] for item in shown],
    }
    first = shown[0].document.record.title if shown else ""
    slots = {
        "lang": "zh-CN" if language == "zh" else language,
        "title": escape(f"{first} · {words['brand']}{words['title']}" if first else words["brand"]),
        "style": _part("page.css"),
        "script": _part("page.js"),
        "switcher": _switcher([item.document.record for item in shown], words),
        "documents": "\n".join(_document(number, item, language, words) for number, item in enumerate(shown)),
        "made": escape(words["made"].format(version=version)),
        "data": _embedded(data),
    }
    slots.update({f"w.{key}": escape(text) for key, text in words.items()})
    return _SLOT.sub(lambda match: slots[match.group(1)], _part("page.html")).encode("utf-8", "replace")


@cache
def _part(name: str) -> str:
    return files("duixian.reporting.annotation").joinpath(name).read_text("utf-8").rstrip("\n")


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("duixian.reporting").joinpath("data/page.toml").read_text("utf-8"))


@cache
def _fields(kind: str) -> tuple[Column, ...]:
    hidden = ("document", "source")
    return tuple(column for column in columns_of(kind) if not column.of_document and column.name not in hidden)


def _described(column: Column, language: str) -> dict[str, str]:
    heading = column.heading if language == "zh" else column.name
    return {"name": column.name, "label": heading, "labels": column.labels}


def _values(record: Annotated) -> list[Any]:
    """The number of the kind, then the value of every field."""
    values: list[Any] = [KINDS.index(record.record)]
    for column in _fields(record.record):
        value: Any = record
        for step in column.path.split("."):
            value = getattr(value, step)
        values.append(value)
    return values


def _embedded(data: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return orjson.dumps(data).decode().replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _switcher(documents: Sequence[DocumentRecord], words: dict[str, str]) -> str:
    if len(documents) < 2:
        title = documents[0].title if documents else ""
        return f'<div class="switch"><strong>{escape(title)}</strong></div>'
    options = "".join(
        f'<option value="{number}">{number + 1}. {escape(_named(document))}</option>'
        for number, document in enumerate(documents)
    )
    return f'<div class="switch"><select id="switch" aria-label="{escape(words["document"])}">{options}</select></div>'


def _named(document: DocumentRecord) -> str:
    """The title, led by the region where the title does not tell it."""
    region = document.region_name
    return f"{region} {document.title}" if region and region not in document.title else document.title


def _document(number: int, item: AnnotatedDocument, language: str, words: dict[str, str]) -> str:
    document = item.document
    marks = marks_by_block(document, [record.evidence for record in item.records])
    classes = [_classes(record) for record in item.records]
    about = _about(document.record, language, words)
    parts = [f'<article class="doc" lang="zh-CN"{" hidden" if number else ""}>']
    first = document.blocks[0] if document.blocks else None
    titled = first is not None and first.kind == "title" and document.record.title in first.text
    if not titled:
        parts += [f"<h1>{escape(document.record.title)}</h1>", about]
    for position, block in enumerate(document.blocks):
        tag = "h1" if titled and position == 0 else ""
        parts.append(_block(f"b{number}-{position}", block, marks.get(position, []), classes, tag))
        if tag:
            parts.append(about)
    if not document.blocks:
        parts.append(f"<p>{escape(words['no_text'])}</p>")
    parts.append("</article>")
    return "\n".join(parts)


def _about(record: DocumentRecord, language: str, words: dict[str, str]) -> str:
    values = {
        "region": " ".join(part for part in (record.region_name, record.region) if part),
        "level": label("level", record.level or "", language),
        "plan_year": record.plan_year,
        "review_year": record.review_year,
        "date": record.date,
        "speaker": " ".join(part for part in (record.office, record.speaker) if part),
        "source": record.evidence.source,
        "lines": f"{record.line_start}–{record.line_end}",
    }
    rows = "".join(
        f"<div><dt>{escape(words[key])}</dt><dd>{escape(str(values[key]))}</dd></div>" for key in _ABOUT if values[key]
    )
    return f'<dl class="about">{rows}</dl>'


def _classes(record: Annotated) -> tuple[str, ...]:
    names = [_CLASSES[record.record]]
    if isinstance(record, Figure):
        names.append(escape(record.status))
    if isinstance(record, Commitment) and record.heading:
        names.append("heading")
    return tuple(names)


def _block(identity: str, block: Block, marks: Sequence[Mark], classes: Sequence[tuple[str, ...]], tag: str) -> str:
    if tag:
        opening = f'<{tag} id="{identity}">'
    elif block.kind == "heading":
        level = min(max(block.level, 1), _OUTLINE_DEPTH)
        tag = f"h{level + 1}"
        opening = f'<{tag} id="{identity}" data-level="{level}">'
    else:
        tag = "p"
        name = f' class="{block.kind}"' if block.kind != "paragraph" else ""
        opening = f'<p id="{identity}"{name}{_outlined(block)}>'
    body = "".join(_segment(segment, classes, lead) for segment, lead in _with_lead(block, marks))
    return f"{opening}{body}</{tag}>"


def _outlined(block: Block) -> str:
    """A lead sentence is a heading too, and stands in the outline."""
    if block.lead is None:
        return ""
    head = block.text[block.lead[0] : block.lead[1]].rstrip("。；：")
    level = min(max(block.level, len(block.section), 1), _OUTLINE_DEPTH)
    return f' data-level="{level}" data-head="{escape(head[:_OUTLINE_TEXT])}"'


def _with_lead(block: Block, marks: Sequence[Mark]) -> list[tuple[Segment, bool]]:
    """The segments of a block, cut at its lead sentence too, each told whether it belongs to that."""
    if block.lead is None:
        return [(segment, False) for segment in segments(block, marks)]
    start, end = block.lead
    found = []
    offset = 0
    # A mark of no record makes the cut; it is taken out again here.
    for segment in segments(block, [*marks, Mark(start, end, -1)]):
        numbers = tuple(number for number in segment.records if number >= 0)
        found.append((Segment(segment.text, numbers), start <= offset < end))
        offset += len(segment.text)
    return found


def _segment(segment: Segment, classes: Sequence[tuple[str, ...]], lead: bool) -> str:
    text = escape(segment.text, quote=False)
    if segment.records:
        names = ["s"]
        for number in segment.records:
            # The innermost record of a kind decides how the words look.
            if classes[number][0] not in names:
                names.extend(classes[number])
        numbers = " ".join(map(str, segment.records))
        text = f'<span class="{" ".join(names)}" data-r="{numbers}">{text}</span>'
    return f'<b class="lead">{text}</b>' if lead else text
