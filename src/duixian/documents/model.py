"""What a document is once it has been read: blocks of cleaned text that know where every character stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from duixian.records import DocumentRecord, Evidence

# A page number or a running head may stand inside a sentence; longer foreign matter may not become part of a quote.
RESIDUE_LIMIT = 12


@dataclass(frozen=True, slots=True)
class SourceText:
    """The decoded text of one input, before any cleaning.

    name: as the user gave it. format: "txt", "pdf", "docx", "html", "ofd". pages: one string for formats without
    pages, one string a page for PDF and OFD. Offsets in evidence count characters of these strings.

    order: the reading order where it differs from the order of the text, as on two-column PDF pages written row by
    row. None when every page reads as it stands; otherwise one tuple a page, empty for a page that reads as it
    stands, else the (start, end) ranges of the page's text in reading order. Ranges of a page never overlap, cover
    every character that is not white space, and each is a whole printed line or the part of one in a column, so a
    range ends like a line does.
    """

    name: str
    format: str
    pages: tuple[str, ...]
    paged: bool = False
    notes: tuple[str, ...] = ()
    order: tuple[tuple[tuple[int, int], ...], ...] | None = None

    @property
    def text(self) -> str:
        """The whole text; pages are joined by form feeds."""
        return self.pages[0] if len(self.pages) == 1 else "\f".join(self.pages)


class LineIndex:
    """Turns an offset in a text into its 1-based physical line; ``\\n``, ``\\r\\n`` and ``\\r`` end a line."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        starts = [0]
        if "\r" in text:
            starts.extend(m.end() for m in re.finditer(r"\r\n|\n|\r", text))
        else:
            position = text.find("\n")
            while position >= 0:
                starts.append(position + 1)
                position = text.find("\n", position + 1)
        self._starts = starts

    def line(self, offset: int) -> int:
        return bisect_right(self._starts, offset)


@dataclass(frozen=True, slots=True)
class SpanMap:
    """Maps offsets of cleaned text to offsets of source text, piecewise.

    The i-th piece begins at cleaned offset ``clean[i]``, on page index ``page[i]``, at source offset ``source[i]``;
    inside a piece the two run in step, one character to one. ``clean[0]`` is 0.
    """

    clean: tuple[int, ...]
    source: tuple[int, ...]
    page: tuple[int, ...]

    def locate(self, offset: int) -> tuple[int, int]:
        """(page index, source offset) of the cleaned character at ``offset``."""
        i = bisect_right(self.clean, offset) - 1
        return self.page[i], self.source[i] + offset - self.clean[i]

    def piece(self, offset: int) -> int:
        return bisect_right(self.clean, offset) - 1


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a heading line, cleaned.

    kind: "title", "byline", "salutation", "heading" or "paragraph". section: the heading path above the block.
    level: depth of a heading, 0 for other blocks. lead: the leading heading sentence of a paragraph, as (start, end) in
    ``text``, when the paragraph opens with one ("（一）……。", "一是……。"), else None.
    """

    index: int
    text: str
    map: SpanMap
    kind: str = "paragraph"
    section: tuple[str, ...] = ()
    level: int = 0
    lead: tuple[int, int] | None = None


@dataclass(frozen=True)
class Document:
    """One document of a source: its record, its blocks, and the way back to the source."""

    source: SourceText
    record: DocumentRecord
    blocks: tuple[Block, ...]
    line_indexes: tuple[LineIndex, ...] = field(repr=False)

    @property
    def id(self) -> str:
        return self.record.id

    @cached_property
    def text(self) -> str:
        """The cleaned text, one block a line."""
        return "\n".join(block.text for block in self.blocks)

    def evidence(self, block: Block, start: int, end: int, anchor: int | None = None) -> Evidence | None:
        """Ground the cleaned span [start, end) of a block in the source; None if it cannot be grounded.

        anchor is the cleaned offset whose line is reported (the value of a figure); by default the start. A span that
        runs over a page or jumps between columns is cut to the part around the anchor.
        """
        return ground(self.source, self.line_indexes, block.map, start, end, start if anchor is None else anchor)


def ground(
    source: SourceText, lines: tuple[LineIndex, ...], spans: SpanMap, start: int, end: int, anchor: int
) -> Evidence | None:
    """Evidence for the cleaned span [start, end) of a text whose map is ``spans``."""
    if end <= start:
        return None
    if len(spans.clean) == 1:
        page = spans.page[0]
        s0 = spans.source[0] + start
        s1 = spans.source[0] + end
        at = spans.source[0] + anchor
    else:
        low, high = _connected(source, spans, start, end, anchor)
        page, s0 = spans.locate(low)
        s1 = spans.locate(high - 1)[1] + 1
        at = spans.locate(anchor)[1]
    parts = source.pages[page][s0:s1].split()
    quote = parts[0] if len(parts) == 1 else "".join(parts)
    if not quote:
        return None
    return Evidence(
        source=source.name,
        line=lines[page].line(at),
        page=page + 1 if source.paged else None,
        start=s0,
        end=s1,
        quote=quote,
    )


def _connected(source: SourceText, spans: SpanMap, start: int, end: int, anchor: int) -> tuple[int, int]:
    """The part of [start, end) around the anchor whose pieces follow one another on a page without foreign matter."""

    def follows(piece: int) -> bool:
        before = piece - 1
        if spans.page[before] != spans.page[piece]:
            return False
        low = spans.source[before] + spans.clean[piece] - spans.clean[before]
        between = source.pages[spans.page[piece]][low : spans.source[piece]]
        return low <= spans.source[piece] and len("".join(between.split())) <= RESIDUE_LIMIT

    centre = spans.piece(anchor)
    low, high = start, end
    piece = centre
    while spans.clean[piece] > start:
        if not follows(piece):
            low = spans.clean[piece]
            break
        piece -= 1
    piece = centre + 1
    while piece < len(spans.clean) and spans.clean[piece] < end:
        if not follows(piece):
            high = spans.clean[piece]
            break
        piece += 1
    return low, high
