"""A document with its records as people see them, corrections laid over; and the ways to correct it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duixian.corpus.correctable import beside
from duixian.corpus.correcting import (
    Amended,
    Amendment,
    Row,
    amended,
    amendments,
    place_of_words,
    wished_addition,
    wished_change,
    wished_drop,
    wished_withdrawal,
)
from duixian.corpus.corrections import Journal, Wish, load_journal, write_correction
from duixian.corpus.errors import CorpusError, NoSuchNameError
from duixian.corpus.manifest import Entry, Snapshot, load_snapshot
from duixian.corpus.owners import Owner
from duixian.corpus.texts import KINDS, document_of, record_rows
from duixian.documents.model import Document
from duixian.records import Evidence


@dataclass(frozen=True, slots=True)
class Reading:
    """A document and its records.

    amended: rows of figures, commitments and projects with the corrections laid over, under "figure", "commitment"
    and "project".
    """

    entry: Entry
    document: Document
    amended: Amended

    def rows(self) -> list[tuple[str, Row]]:
        """(kind, row) of all records in the order of the text."""
        pairs = [(kind, row) for kind, rows in self.amended.rows.items() for row in rows]
        return sorted(pairs, key=lambda pair: (pair[1]["page"] or 0, pair[1]["start"], -pair[1]["end"]))

    def found(self, record: str) -> tuple[str, Row]:
        """(kind, row) of a record. Raises NoSuchNameError."""
        for kind, rows in self.amended.rows.items():
            for row in rows:
                if row["id"] == record:
                    return kind, row
        raise NoSuchNameError(record[:40], "记录", ())


def read(folder: Path, snapshot: Snapshot, journal: Journal, identity: str) -> Reading:
    """The reading of a document. Raises NoSuchNameError, CorpusError."""
    entry = snapshot.documents.get(identity)
    if entry is None:
        raise NoSuchNameError(identity[:40], "文件", ())
    document = document_of(folder, snapshot, identity)
    rows = {kind: record_rows(folder, snapshot, identity, kind) for kind in KINDS}
    found = amendments(journal.of(identity))
    return Reading(entry, document, amended(rows, found, lambda amendment: _grounded(amendment, entry, document)))


def corrected_rows(
    folder: Path, snapshot: Snapshot, journal: Journal, kind: str, rows: Sequence[Row], wanted: set[str]
) -> list[Row]:
    """Rows of one kind out of several documents (those wanted), with all corrections of these laid over."""
    found = [each for each in amendments(journal.live()) if each.kind == kind and each.document in wanted]
    if not found:
        return list(rows)

    def ground(amendment: Amendment) -> Evidence | None:
        entry = snapshot.documents[amendment.document]
        if entry.source_digest == amendment.digest:
            return amendment.evidence
        return _grounded(amendment, entry, document_of(folder, snapshot, amendment.document))

    return amended({kind: list(rows)}, found, ground).rows[kind]


def correct(
    folder: Path,
    action: str,
    identity: str,
    *,
    record: str = "",
    kind: str = "",
    values: Mapping[str, Any] | None = None,
    words: str = "",
    place: tuple[int, int, int] | None = None,
    sequence: int = 0,
    who: str = "",
    known: Journal | None = None,
) -> Journal:
    """Write one correction; the journal after it.

    action "change": set ``values`` of ``record``; "drop": take it out; "add": a record of ``kind`` with ``values``
    whose words are at ``place`` (block, start, end) or are ``words``; "withdraw": take back the entry ``sequence``.
    Raises CorpusError, and nothing is written.
    """

    def make(journal: Journal) -> Wish:
        if action == "withdraw":
            return wished_withdrawal(journal, identity, sequence)
        reading = read(folder, load_snapshot(folder), journal, identity)
        digest = reading.entry.source_digest
        if action == "add":
            at = place if place is not None else place_of_words(reading.document, words)
            rows = reading.amended.rows.get(kind, [])
            return wished_addition(reading.document, digest, kind, at, values or {}, rows)
        found, row = reading.found(record)
        if action == "change":
            owner = reading.amended.owners.get(record, Owner())
            aside = {name: getattr(owner, name) for name in beside(found)}
            return wished_change([row | aside], digest, record, found, values or {})
        if action == "drop":
            return wished_drop([row], digest, record, found)
        raise CorpusError(action[:40], "没有这种更正", "可以是 change、drop、add、withdraw")

    return write_correction(folder, make, who, load_journal(folder, known))


def _grounded(amendment: Amendment, entry: Entry, document: Document) -> Evidence | None:
    """The evidence, or the same words where they now stand when the document came from another file."""
    evidence = amendment.evidence
    page = (evidence.page or 1) - 1
    if entry.source_digest == amendment.digest and page < len(document.source.pages):
        words = "".join(document.source.pages[page][evidence.start : evidence.end].split())
        if words == evidence.quote:
            return evidence
    try:
        index, start, end = place_of_words(document, evidence.quote)
    except CorpusError:
        return None
    block = next(block for block in document.blocks if block.index == index)
    return document.evidence(block, start, end)
