"""From inputs to a part: read, split, extract, write. Runs in the process that adds or in a worker beside it."""

from __future__ import annotations

import hashlib
import time
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from duixian.corpus.columns import KINDS, row_of
from duixian.corpus.manifest import Entry, Part, Source
from duixian.corpus.parts import write_rows
from duixian.errors import InputError

if TYPE_CHECKING:
    from duixian.documents.discovery import Input
    from duixian.documents.model import Document, SourceText
    from duixian.records import Record

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(slots=True)
class Intake:
    """What came of some inputs.

    part: the written part, or None when there was nothing new. sources: inputs that were read without failure.
    present: documents that the corpus holds already, as (id, title, file). failures: (file, error). notes: (file,
    what its reader has to say).
    """

    part: Part | None = None
    sources: list[Source] = field(default_factory=list)
    present: list[tuple[str, str, str]] = field(default_factory=list)
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def take_in(folder: Path, inputs: Sequence[Input], known: Collection[str], extractor: str) -> Intake:
    """Read inputs and write what is new as one part, to be committed by the caller. Raises OSError.

    known: ids of the documents that are in the corpus. An input that fails stands in ``failures``; the rest goes on.
    """
    from duixian.documents.readers import read_source

    intake = Intake()
    rows: Rows = {kind: [] for kind in KINDS}
    entries: dict[str, Entry] = {}
    sources: list[tuple[str, str, tuple[str, ...]]] = []
    for found in inputs:
        name = found.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        try:
            data = found.load()
            digest = hashlib.sha256(data).hexdigest()
            text = read_source(data, name)
            del data
            new, identities = read_in(text, digest, {*known, *entries}, extractor, rows, intake)
        except InputError as error:
            intake.failures.append((error.source, error.reason, error.remedy))
            continue
        except Exception as error:
            # No input may stop the others, whatever a library does with it.
            intake.failures.append(
                (
                    name,
                    f"处理时遇到意外问题（{type(error).__name__}: {error}）"[:240],
                    "请把这份文件和这行提示反馈给我们",
                )
            )
            continue
        intake.notes += [(name, note) for note in text.notes]
        if new:
            entries.update((entry.id, entry) for entry in new)
            sources.append((digest, name, identities))
    if entries:
        intake.part = write_rows(folder, rows, extractor, entries.values())
        intake.sources = [
            Source(digest, name, intake.part.name, extractor, identities) for digest, name, identities in sources
        ]
    return intake


def read_in(
    text: SourceText,
    digest: str,
    known: Collection[str],
    extractor: str,
    rows: Rows,
    intake: Intake,
    added: Mapping[str, float] | None = None,
    when: float | None = None,
) -> tuple[list[Entry], tuple[str, ...]]:
    """Split a text and add the rows of its new documents to ``rows``; the entries of these and the ids of all.

    added, when: the time of adding of documents that are read again, and of those whose id has changed.
    A text that fails half-way adds nothing.
    """
    from duixian.documents.pipeline import read_documents

    text = _storable_source(text)
    documents = read_documents(text)
    entries: list[Entry] = []
    mine: Rows = {kind: [] for kind in KINDS}
    for document in documents:
        if document.id in known:
            intake.present.append((document.id, document.record.title, text.name))
            continue
        moment = (added or {}).get(document.id, when or time.time())
        entries.append(_add_document(document, digest, extractor, mine, moment))
    if entries:
        mine["sources"].append(_source_row(text, digest))
        for kind, each in mine.items():
            rows[kind] += each
    return entries, tuple(document.id for document in documents)


def _add_document(document: Document, digest: str, extractor: str, rows: Rows, added: float) -> Entry:
    from duixian.extraction.commitments import find_commitments
    from duixian.extraction.figures import find_figures
    from duixian.extraction.projects import find_projects

    figures = tuple(find_figures(document))
    found: dict[str, Sequence[Record]] = {
        "figures": figures,
        "commitments": tuple(find_commitments(document, figures)),
        "projects": tuple(find_projects(document)),
    }
    record = document.record
    rows["documents"].append((*row_of("documents")(record), digest, extractor))
    places = _Places(document)
    for kind, records in found.items():
        values = row_of(kind)
        rows[kind] += [(*values(each), places.block(each.evidence.page, each.evidence.start)) for each in records]
    _add_blocks(document, rows["blocks"])
    return Entry(
        id=record.id,
        title=record.title,
        kind=record.kind,
        region=record.region,
        region_name=record.region_name,
        level=record.level,
        plan_year=record.plan_year,
        review_year=record.review_year,
        date=record.date,
        speaker=record.speaker,
        source=record.evidence.source,
        source_digest=digest,
        characters=sum(len(block.text) for block in document.blocks),
        figures=len(found["figures"]),
        commitments=len(found["commitments"]),
        projects=len(found["projects"]),
        added=added,
    )


class _Places:
    """Finds the paragraph in which a place of the source lies."""

    def __init__(self, document: Document) -> None:
        starts = sorted(
            (block.map.page[0], block.map.source[0], block.index) for block in document.blocks if block.map.source
        )
        self._keys = [(page, source) for page, source, _ in starts]
        self._blocks = [index for _, _, index in starts]

    def block(self, page: int | None, offset: int) -> int | None:
        place = bisect_right(self._keys, ((page or 1) - 1, offset)) - 1
        return self._blocks[place] if place >= 0 else None


def _add_blocks(document: Document, rows: list[tuple[Any, ...]]) -> None:
    paged = document.source.paged
    for block in document.blocks:
        spans = block.map
        page, start = spans.locate(0)
        lead = block.lead or (None, None)
        rows.append(
            (
                document.id,
                block.index,
                block.kind,
                block.level,
                block.section,
                block.text,
                document.line_indexes[page].line(start),
                page + 1 if paged else None,
                *lead,
                spans.clean,
                spans.source,
                spans.page,
            )
        )


def _source_row(text: SourceText, digest: str) -> tuple[Any, ...]:
    order = None if text.order is None else orjson.dumps(text.order).decode()
    return (digest, text.name, text.format, text.paged, list(text.pages), text.notes, order)


def _storable_source(text: SourceText) -> SourceText:
    """The text with what no encoding can hold (halves of surrogate pairs) replaced, character by character."""
    pages = tuple(page if page.isascii() else page.encode("utf-8", "replace").decode() for page in text.pages)
    return text if pages == text.pages else replace(text, pages=pages)


def source_text(row: Mapping[str, Any]) -> SourceText:
    """The text of a row of the sources, as its reader gave it."""
    from duixian.documents.model import SourceText

    order = None
    if row["order"] is not None:
        order = tuple(tuple((a, b) for a, b in page) for page in orjson.loads(row["order"]))
    return SourceText(row["name"], row["format"], tuple(row["pages"]), row["paged"], tuple(row["notes"]), order)
