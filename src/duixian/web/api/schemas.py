"""What the interface takes and gives."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["figure", "commitment", "project"]


class DocumentOut(BaseModel):
    """A document. version, versions: which reading of the same document it is, of how many."""

    id: str
    title: str
    kind: str
    region: str | None
    region_name: str | None
    level: str | None
    plan_year: int | None
    review_year: int | None
    date: str | None
    speaker: str | None
    source: str
    characters: int
    figures: int
    commitments: int
    projects: int
    version: int
    versions: int


class DocumentsOut(BaseModel):
    """Documents of a page, and how many there are in all."""

    total: int
    items: list[DocumentOut]


class BlockOut(BaseModel):
    """A paragraph. block: its number, for evidence of records that people add. text: cleaned."""

    block: int
    kind: str
    depth: int
    section: list[str]
    text: str
    line: int
    page: int | None


class EvidenceOut(BaseModel):
    """The words in the source; see the data contract."""

    source: str
    line: int
    page: int | None
    start: int
    end: int
    quote: str


class RecordOut(BaseModel):
    """A record. state: as it was extracted, or changed, added or dropped by people. fields: those of its kind.

    corrections: sequences of the entries of the journal that made it so; the last can be withdrawn.
    """

    id: str
    document: str
    kind: Kind
    state: Literal["extracted", "changed", "added", "dropped"]
    corrections: list[int]
    fields: dict[str, Any]
    section: list[str]
    evidence: EvidenceOut


class RecordsOut(BaseModel):
    """Records in the order of the text."""

    total: int
    items: list[RecordOut]


class OwnerOut(BaseModel):
    """Who answers for a commitment, by name.

    lead, supporting: as people named them, else as suggested; lead is null when nothing speaks for anybody.
    lead_named, supporting_named: whether people named them. confidence: of the lead, 1 when it was named. reasons: of
    the suggestion. suggested_lead, suggested_supporting: what was suggested. others: whom else something speaks for.
    """

    record: str
    lead: str | None
    supporting: list[str]
    lead_named: bool
    supporting_named: bool
    confidence: float
    reasons: list[str]
    suggested_lead: str | None
    suggested_supporting: list[str]
    others: list[str]


class OwnersOut(BaseModel):
    """Owners of the commitments of a document, in the order of the text; names: departments to choose from."""

    total: int
    items: list[OwnerOut]
    names: list[str]


class Place(BaseModel):
    """Words of a document: characters start to end of the text of a block."""

    model_config = ConfigDict(extra="forbid")
    block: int = Field(ge=0, le=10_000_000)
    start: int = Field(ge=0, le=10_000_000)
    end: int = Field(ge=0, le=10_000_000)


Value = str | float | bool | list[str] | None


class CorrectionIn(BaseModel):
    """A correction.

    change: set ``values`` of ``record``. drop: take ``record`` out. add: a record of ``kind`` with ``values``, whose
    words are at ``place`` or are ``words``. withdraw: take back the correction number ``sequence``.

    Beside the fields of a commitment, ``values`` may name its owner: ``lead``, a name, and ``supporting``, a list of
    names; null for as suggested, an empty list where nobody supports.
    """

    model_config = ConfigDict(extra="forbid")
    action: Literal["change", "drop", "add", "withdraw"]
    record: str = Field("", max_length=100)
    kind: Kind = "figure"
    values: dict[str, Value] = Field(default_factory=dict, max_length=20)
    words: str = Field("", max_length=2000)
    place: Place | None = None
    sequence: int = Field(0, ge=0, le=1_000_000_000)


class ChoiceOut(BaseModel):
    """What a field may hold, and what it is called."""

    value: str
    name: str


class FieldOut(BaseModel):
    """A field that people may correct. type: text, number, boolean, choice or indicator. needed: in a record to add.

    choices: all that it may hold; empty for any.
    """

    name: str
    type: str
    needed: bool
    choices: list[ChoiceOut]


class CorrectableOut(BaseModel):
    """The fields by kind of record."""

    figure: list[FieldOut]
    commitment: list[FieldOut]
    project: list[FieldOut]


class SuggestionOut(BaseModel):
    """Words found in a document, with what stands around them, and the values with which a record may begin."""

    kind: Kind
    place: Place
    words: str
    before: str
    after: str
    values: dict[str, Any]


class CorrectionOut(BaseModel):
    """An entry of the journal of corrections, with the hashes that chain it."""

    sequence: int
    time: str
    who: str
    action: str
    document: str
    kind: str
    record: str
    evidence: EvidenceOut | None
    before: dict[str, Any]
    after: dict[str, Any]
    withdrawn: int | None
    previous: str
    hash: str


class CorrectionsOut(BaseModel):
    """Entries, oldest first."""

    total: int
    items: list[CorrectionOut]


class HitOut(BaseModel):
    """A paragraph that holds the words; in the snippet they stand in 【】."""

    score: float
    document: str
    title: str
    region_name: str | None
    year: int | None
    section: list[str]
    block: int | None
    line: int
    page: int | None
    snippet: str
    text: str


class HitsOut(BaseModel):
    """The best hits, the number of all, and that number by place and by year."""

    total: int
    items: list[HitOut]
    by_region: dict[str, int]
    by_year: dict[str, int]


class ColumnOut(BaseModel):
    """A column of a matrix."""

    indicator: str
    indicator_name: str
    year: int


class EndOut(BaseModel):
    """One side of target and result: target or achieved, and of which year."""

    status: str
    year: int


class PairOut(BaseModel):
    """Target and result of a place, the earlier first; fields as those of cells."""

    earlier: dict[str, Any]
    later: dict[str, Any]


class ChoicesOut(BaseModel):
    """What there is to choose from, whatever was asked for."""

    years: list[int]
    indicators: list[ChoiceOut]
    regions: list[ChoiceOut]
    levels: list[str]


class MatrixOut(BaseModel):
    """A matrix, row by row; the fields of cells are the columns of ``duixian compare --format json``, and document.

    indicator: of the charts. ends, pairs: what stands beside what in the view ``slopes``, else empty.
    """

    status: str
    level: str
    years: list[int]
    columns: list[ColumnOut]
    regions: list[str]
    cells: list[dict[str, Any]]
    hidden: int
    indicator: str
    ends: list[EndOut]
    pairs: list[PairOut]
    choices: ChoicesOut


class FailureOut(BaseModel):
    """A file that could not be read: which, why, what to do."""

    target: str
    reason: str
    remedy: str


class AddedOut(BaseModel):
    """What came of adding. present: ids that were there already. notes: (file, what its reader has to say)."""

    documents: list[str]
    present: list[str]
    unchanged: int
    skipped: int
    failures: list[FailureOut]
    notes: list[tuple[str, str]]


class FolderIn(BaseModel):
    """A folder or file on the disk of the server."""

    model_config = ConfigDict(extra="forbid")
    path: str = Field(min_length=1, max_length=4000)
