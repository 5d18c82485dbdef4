"""The text of a document cut at the edges of its records, and the list of them, ready for a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from duixian.comparison.amounts import written
from duixian.corpus.correcting import Row
from duixian.corpus.readings import Reading
from duixian.corpus.texts import typed_record
from duixian.documents.model import Block
from duixian.records import Evidence, Figure
from duixian.reporting.annotation.spans import Mark, Segment, marks_by_block, segments
from duixian.reporting.labels import label
from duixian.web.owners import Owning, reasons_text

_CLASSES = {"figure": "f", "commitment": "c", "project": "p"}
_OUTLINE = 40


@dataclass(frozen=True, slots=True)
class Item:
    """A record in the list. number: as in the anchors r… (here) and w… (in the text). state: "", changed or added.

    owning: who answers for a commitment; reasons: why, in words.
    """

    number: int
    record: str
    kind: str
    title: str
    value: str
    notes: tuple[str, ...]
    classes: str
    line: int
    state: str
    chosen: bool
    owning: Owning | None
    reasons: str


@dataclass(frozen=True, slots=True)
class Article:
    """text: the markup of the document. items: its records in order. outline: (anchor, depth, heading)."""

    text: Markup
    items: tuple[Item, ...]
    outline: tuple[tuple[str, int, str], ...]


def article(reading: Reading, show: str, chosen: str, language: str, owners: Mapping[str, Owning]) -> Article:
    """The document with the records that are to be shown; chosen: id of the one that stands out. owners: by id of the
    commitment.
    """
    touched = reading.amended.touched()
    pairs = [
        (kind, row)
        for kind, row in reading.rows()
        if show in ("", kind) or (show == "corrected" and row["id"] in touched) or row["id"] == chosen
    ]
    marks = marks_by_block(reading.document, [evidence_of(row) for _, row in pairs])
    looks = [_classes(kind, row) for kind, row in pairs]
    number = next((number for number, (_, row) in enumerate(pairs) if row["id"] == chosen), -1)
    writer = _Writer(looks, number)
    parts, outline = [], []
    for position, block in enumerate(reading.document.blocks):
        parts.append(writer.block(block, marks.get(position, ()), first=position == 0))
        if block.kind == "heading" or block.lead is not None:
            head = block.text if block.lead is None else block.text[block.lead[0] : block.lead[1]]
            depth = block.level or len(block.section)
            outline.append((f"b{block.index}", min(max(depth, 1), 3), head.rstrip("。；：")[:_OUTLINE]))
    items = tuple(
        _item(number, kind, row, looks[number], reading, row["id"] == chosen, language, owners.get(row["id"]))
        for number, (kind, row) in enumerate(pairs)
    )
    return Article(Markup("\n").join(parts), items, tuple(outline))


def evidence_of(row: Row) -> Evidence:
    """The evidence of a row."""
    return Evidence(row["source"], row["line"], row["page"], row["start"], row["end"], row["quote"])


def described(kind: str, row: Row, language: str) -> tuple[str, str]:
    """(what a record is about, its value) in a few words."""
    if kind == "figure":
        figure = typed_record(Figure, row)
        return figure.subject or label("indicator", figure.indicator, language), written(figure)
    if kind == "commitment":
        return f"{row.get('action') or ''}{row.get('object') or ''}"[:60], row.get("deadline") or ""
    return str(row.get("name") or ""), label("stage", row.get("stage") or "", language)


def _item(
    number: int,
    kind: str,
    row: Row,
    look: Sequence[str],
    reading: Reading,
    chosen: bool,
    language: str,
    owning: Owning | None,
) -> Item:
    title, value = described(kind, row, language)
    notes = []
    if kind == "figure":
        notes.append(label("figure_status", row["status"], language))
        if row["indicator"] != "other":
            notes.append(label("indicator", row["indicator"], language))
        if row["period"]:
            notes.append(str(row["period"]))
    elif kind == "commitment":
        notes += [text for text in (row.get("actor"), row.get("theme")) if text]
    else:
        notes.append(label("project_status", row["status"], language))
        notes += [row["deadline"]] if row.get("deadline") else []
    amended = reading.amended
    state = "added" if row["id"] in amended.added else "changed" if row["id"] in amended.changed else ""
    return Item(
        number=number,
        record=row["id"],
        kind=kind,
        title=title,
        value=value,
        notes=tuple(map(str, notes)),
        classes=" ".join(look),
        line=row["line"],
        state=state,
        chosen=chosen,
        owning=owning,
        reasons="" if owning is None else reasons_text(owning, language),
    )


def _classes(kind: str, row: Row) -> tuple[str, ...]:
    if kind == "figure":
        return ("f", str(row["status"]))
    return (_CLASSES[kind], "heading") if row.get("heading") else (_CLASSES[kind],)


class _Writer:
    """Writes blocks; every record gets its anchor at its first words."""

    def __init__(self, looks: Sequence[Sequence[str]], chosen: int) -> None:
        self._looks = looks
        self._chosen = chosen
        self._seen: set[int] = set()
        self._arrived = False

    def block(self, block: Block, marks: Sequence[Mark], first: bool) -> Markup:
        tag = "p"
        if block.kind in ("title", "heading"):
            tag = "h1" if first else f"h{min(max(block.level, 1), 3) + 1}"
        body = Markup("").join(self._cut(block, marks))
        look = Markup(' class="{}"').format(block.kind) if block.kind not in ("paragraph", "heading") else Markup("")
        return Markup('<{} id="b{}" data-b="{}"{}>{}</{}>').format(
            Markup(tag), block.index, block.index, look, body, Markup(tag)
        )

    def _cut(self, block: Block, marks: Sequence[Mark]) -> list[Markup]:
        if block.lead is None:
            return [self._segment(segment) for segment in segments(block, marks)]
        start, end = block.lead
        found: list[Markup] = []
        offset = 0
        # A mark of no record makes the cut; it is taken out again here.
        for segment in segments(block, [*marks, Mark(start, end, -1)]):
            numbers = tuple(number for number in segment.records if number >= 0)
            written = self._segment(Segment(segment.text, numbers))
            found.append(Markup("<b>{}</b>").format(written) if start <= offset < end else written)
            offset += len(segment.text)
        return found

    def _segment(self, segment: Segment) -> Markup:
        if not segment.records:
            return escape(segment.text)
        names = ["s"]
        for number in segment.records:
            # The innermost record of a kind decides how the words look.
            if self._looks[number][0] not in names:
                names.extend(self._looks[number])
        anchors: list[str] = []
        if self._chosen in segment.records:
            names.append("on")
            if not self._arrived:
                self._arrived = True
                anchors.append("on")
        fresh = [number for number in segment.records if number not in self._seen]
        self._seen.update(fresh)
        anchors += [f"w{number}" for number in fresh]
        extra = Markup("").join(Markup('<i id="{}"></i>').format(anchor) for anchor in anchors[1:])
        own = Markup(' id="{}"').format(anchors[0]) if anchors else Markup("")
        inner = segment.records[0]
        numbers = " ".join(map(str, segment.records))
        values: tuple[Any, ...] = (extra, own, " ".join(names), inner, numbers, segment.text)
        return Markup('{}<a{} class="{}" href="#r{}" data-r="{}">{}</a>').format(*values)
