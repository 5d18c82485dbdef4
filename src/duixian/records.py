"""The data contract: what Duixian says about a document, as typed immutable records.

Field names and vocabularies are fixed, because other programs parse them. Every record carries an
:class:`Evidence`; the source text between ``start`` and ``end`` equals ``quote`` once white space is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the words of a record stand.

    source: the file as given. line: 1-based physical line (of the extracted text where the format has no lines).
    page: 1-based page of a PDF, else None. start, end: character offsets in the decoded source text, or in the
    page's text for PDF. quote: the source's own characters between them, without white space.
    """

    source: str
    line: int
    page: int | None
    start: int
    end: int
    quote: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "line": self.line,
            "page": self.page,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
        }


class _Record:
    """What all records share: the way they become a plain mapping."""

    __slots__ = ()
    record: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON-ready mapping, with ``record`` first; tuples become lists."""
        out: dict[str, Any] = {"record": self.record}
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, Evidence):
                value = value.to_dict()
            elif isinstance(value, tuple):
                value = list(value)
            out[field.name] = value
        return out


@dataclass(frozen=True, slots=True)
class DocumentRecord(_Record):
    """One document: a report, speech or article, of which a file may hold many.

    region: GB/T 2260 code of six digits. level: national, province, prefecture, county, township or None.
    date: ISO 8601. sha256: of the document's text without white space, so the same text in another file format
    has the same digest.
    """

    record: ClassVar[str] = "document"
    id: str
    document: str
    evidence: Evidence
    title: str
    kind: str
    region: str | None
    region_name: str | None
    level: str | None
    plan_year: int | None
    review_year: int | None
    date: str | None
    speaker: str | None
    office: str | None
    line_start: int
    line_end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Figure(_Record):
    """One atomic quantified statement: one subject, one value.

    value, value2: as written, signed for falls; unit keeps the magnitude (万, 亿) as written.
    base_value, base_unit: the same with magnitudes multiplied out and units folded.
    """

    record: ClassVar[str] = "figure"
    id: str
    document: str
    evidence: Evidence
    subject: str
    action: str
    indicator: str
    kind: str
    op: str
    value: float | int | None
    value2: float | int | None
    unit: str
    base_value: float | int | None
    base_unit: str | None
    status: str
    period: str
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commitment(_Record):
    """A clause in which the government says what it will do. ``measures`` are ids of the figures inside it."""

    record: ClassVar[str] = "commitment"
    id: str
    document: str
    evidence: Evidence
    action: str
    object: str
    heading: bool
    measurable: bool
    measures: tuple[str, ...]
    deadline: str | None
    actor: str | None
    theme: str
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Project(_Record):
    """A specific named undertaking with the stage that the text gives it."""

    record: ClassVar[str] = "project"
    id: str
    document: str
    evidence: Evidence
    name: str
    stage: str
    status: str
    deadline: str | None
    section: tuple[str, ...]


Record = DocumentRecord | Figure | Commitment | Project
