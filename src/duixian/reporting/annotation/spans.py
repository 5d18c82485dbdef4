"""Where records stand in the cleaned text: from source offsets back to blocks, then to spans that may overlap."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from duixian.documents.model import Block, Document
from duixian.records import Evidence


@dataclass(frozen=True, slots=True)
class Mark:
    """Part of a block, [start, end) in its cleaned text, that belongs to the record numbered ``record``."""

    start: int
    end: int
    record: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text inside which the set of records does not change, innermost record first."""

    text: str
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    source: int
    end: int
    clean: int
    block: int


class Locator:
    """Finds the cleaned text that evidence points to, inverting the maps of a document's blocks."""

    def __init__(self, document: Document) -> None:
        pieces: dict[int, list[_Piece]] = defaultdict(list)
        for position, block in enumerate(document.blocks):
            spans = block.map
            ends = (*spans.clean[1:], len(block.text))
            for clean, source, page, end in zip(spans.clean, spans.source, spans.page, ends, strict=True):
                if end > clean:
                    pieces[page].append(_Piece(source, source + end - clean, clean, position))
        self._pieces = {page: sorted(found, key=lambda piece: piece.source) for page, found in pieces.items()}
        self._starts = {page: [piece.source for piece in found] for page, found in self._pieces.items()}

    def locate(self, evidence: Evidence) -> list[tuple[int, int, int]]:
        """The (block position, start, end) that hold the words; several when they run over blocks."""
        page = 0 if evidence.page is None else evidence.page - 1
        pieces = self._pieces.get(page, [])
        starts = self._starts.get(page, [])
        first = max(bisect_right(starts, evidence.start) - 1, 0)
        last = bisect_left(starts, evidence.end)
        found: dict[int, tuple[int, int]] = {}
        for piece in pieces[first:last]:
            low, high = max(piece.source, evidence.start), min(piece.end, evidence.end)
            if low >= high:
                continue
            start, end = piece.clean + low - piece.source, piece.clean + high - piece.source
            known = found.get(piece.block)
            found[piece.block] = (min(known[0], start), max(known[1], end)) if known else (start, end)
        return [(block, start, end) for block, (start, end) in found.items()]


def marks_by_block(document: Document, evidence: Sequence[Evidence]) -> dict[int, list[Mark]]:
    """For every block position, the marks of the records whose evidence is given; a record is its position there."""
    locator = Locator(document)
    marks: dict[int, list[Mark]] = defaultdict(list)
    for number, item in enumerate(evidence):
        for block, start, end in locator.locate(item):
            marks[block].append(Mark(start, end, number))
    return marks


def segments(block: Block, marks: Sequence[Mark]) -> list[Segment]:
    """Cut a block at every edge of a mark. The texts of the segments, joined, are the block's text."""
    text = block.text
    edges = sorted({0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)})
    opening: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        opening[mark.start].append(mark)
    active: list[Mark] = []
    result = []
    for low, high in pairwise(edges):
        active = [mark for mark in active if mark.end > low]
        active.extend(opening.get(low, ()))
        inner_first = sorted(active, key=lambda mark: mark.end - mark.start)
        result.append(Segment(text[low:high], tuple(mark.record for mark in inner_first)))
    return result
