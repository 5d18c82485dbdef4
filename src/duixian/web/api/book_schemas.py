"""What the interface takes and gives of the account book."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from duixian.web.api.schemas import EvidenceOut

ItemKind = Literal["headline", "task", "livelihood", "project", "reform"]
_FORBID = ConfigDict(extra="forbid")


class PlanOut(BaseModel):
    """A year that is kept. items, settled: how many the caller may see, and how many of these ask for nothing more.

    rounds: ids of those that are open.
    """

    id: str
    title: str
    year: int
    organisation: str
    organisation_name: str
    document: str | None
    state: str
    items: int
    settled: int
    lights: dict[str, int]
    rounds: list[str]


class LineOut(BaseModel):
    """An item in short. lead, supporting: names, suggested ones where ``proposed``. why: of the light, a sentence."""

    id: str
    number: str
    text: str
    section: str
    kind: str
    state: str
    lead: str
    supporting: list[str]
    proposed: bool
    confidence: float | None
    deadline: str
    public: bool
    version: int
    light: str
    why: str


class LinesOut(BaseModel):
    """Items of a page, how many pass in all, and how many of each light and state."""

    total: int
    lights: dict[str, int]
    states: dict[str, int]
    items: list[LineOut]


class MeasureOut(BaseModel):
    """What must be reached: text as people read it."""

    name: str
    op: str
    value: float | None
    value2: float | None
    unit: str
    text: str


class ReadingOut(BaseModel):
    """How far a measure is."""

    measure: str
    value: float
    unit: str


class FileOut(BaseModel):
    """An attachment."""

    name: str
    sha256: str
    size: int
    media: str


class ReportOut(BaseModel):
    """A report of progress. time: UTC."""

    id: str
    who: str
    time: str
    readings: list[ReadingOut]
    percent: float | None
    milestone: str | None
    sentence: str
    problems: str | None
    help: str | None
    attachments: list[FileOut]


class HistoryOut(BaseModel):
    """What happened to an item: time in China."""

    sequence: int
    time: str
    who: str
    kind: str
    action: str
    label: str
    words: str


class PointOut(BaseModel):
    """A day and a value."""

    day: str
    value: float


class WayOut(BaseModel):
    """Where a measure (or the whole item in percent, measure None) should stand from day to day, and does."""

    measure: str | None
    target: float
    planned: list[PointOut]
    reported: list[PointOut]


class MilestoneOut(BaseModel):
    """Something that must stand by a day (ISO). percent: of the whole work done by then."""

    name: str
    due: str
    percent: float | None


class SliceOut(BaseModel):
    """A part of a measure: name of the period, place or industry. organisation: id of who owes it, if any."""

    name: str
    value: float
    organisation: str | None


class SlicingOut(BaseModel):
    """A measure spread along quarters, months, districts, industries or organisations.

    manner: share (parts add up), running (totals so far) or level (each by itself). reason: why the slices do not make
    up the whole, where they do not.
    """

    measure: str
    along: str
    manner: str
    slices: list[SliceOut]
    reason: str | None


class ItemOut(BaseModel):
    """An item whole. actions: what the caller may do now; may_report, may_revise: whether these too.

    document: the one that its plan was opened from. records: ids of the extracted records behind it. sources, became:
    ids of the items that it was made from and of those that took its place. names: what the people and organisations
    in here are called, by id.
    """

    id: str
    plan: str
    number: str
    text: str
    kind: str
    section: str
    state: str
    lead: str | None
    supporting: list[str]
    leader: str | None
    proposed_lead: str | None
    proposed_supporting: list[str]
    reasons: list[str]
    first_deadline: str
    deadline: str
    extension_asked: str | None
    public: bool
    version: int
    light: str
    why: str
    measures: list[MeasureOut]
    milestones: list[MilestoneOut]
    slicings: list[SlicingOut]
    document: str | None
    records: list[str]
    sources: list[str]
    became: list[str]
    evidence: list[EvidenceOut]
    actions: list[str]
    may_report: bool
    may_revise: bool
    names: dict[str, str]
    ways: list[WayOut]
    reports: list[ReportOut]
    history: list[HistoryOut]


class ActionIn(BaseModel):
    """An action on an item. version: the one that the caller has seen; None to go without. lead, supporting: ids."""

    model_config = _FORBID
    item: str = Field(max_length=300)
    action: str = Field(max_length=40)
    version: int | None = Field(None, ge=1, le=10**9)
    reason: str | None = Field(None, max_length=2000)
    lead: str | None = Field(None, max_length=200)
    supporting: list[str] = Field([], max_length=50)
    deadline: str | None = Field(None, max_length=10)


class ReadingIn(BaseModel):
    """A value of a measure, by name."""

    model_config = _FORBID
    measure: str = Field(max_length=200)
    value: float = Field(allow_inf_nan=False)
    unit: str = Field(max_length=50)


class ReportIn(BaseModel):
    """A report of progress. The very same, sent twice with the same version, is written once."""

    model_config = _FORBID
    item: str = Field(max_length=300)
    version: int | None = Field(None, ge=1, le=10**9)
    round: str | None = Field(None, max_length=300, description="Refused when this round is no longer open.")
    sentence: str = Field(max_length=2000)
    readings: list[ReadingIn] = Field([], max_length=50)
    percent: float | None = Field(None, allow_inf_nan=False)
    milestone: str | None = Field(None, max_length=200)
    problems: str | None = Field(None, max_length=2000)
    help: str | None = Field(None, max_length=2000)
    correction: str | None = Field(None, max_length=500)
    attachments: list[FileOut] = Field([], max_length=20)


class WrittenOut(BaseModel):
    """What became of a change: the item's new version, and whether it had been written before."""

    item: str
    version: int
    repeated: bool


class ChosenIn(BaseModel):
    """Items of a plan, by id."""

    model_config = _FORBID
    items: list[str] = Field(min_length=1, max_length=2000)
    public: bool = True


class CountOut(BaseModel):
    """How many items were changed."""

    changed: int


class PromiseOut(BaseModel):
    """A public item."""

    number: str
    section: str
    text: str
    kind: str
    measures: str
    reached: str
    lead: str
    deadline: str
    outcome: str


class PublicOut(BaseModel):
    """What the public sees of a plan."""

    plan: str
    title: str
    year: int
    government: str
    period: str
    items: list[PromiseOut]


class CellOut(BaseModel):
    """A change that a table asks for. row: as Excel counts."""

    row: int
    target: str
    field: str
    before: str
    after: str


class CellProblemOut(BaseModel):
    """A cell or row that cannot be taken."""

    row: int
    column: str
    value: str
    reason: str
    remedy: str


class NoteOut(BaseModel):
    """Something that is taken, but that the user should know."""

    row: int
    column: str
    text: str


class TableColumnOut(BaseModel):
    """A column of the decomposition table: its key, and what the office calls it."""

    key: str
    heading: str


class TableRowOut(BaseModel):
    """An item as the table shows it: texts by key of the column. proposed: its owners are only suggested."""

    item: str
    proposed: bool
    cells: dict[str, str]


class TableOut(BaseModel):
    """The decomposition table: rows of a page, and how many there are in all."""

    title: str
    total: int
    columns: list[TableColumnOut]
    rows: list[TableRowOut]


class ChangesOut(BaseModel):
    """What a table would change, or did."""

    changes: list[CellOut]
    problems: list[CellProblemOut]
    notes: list[NoteOut]
    absent: list[str]
    written: bool
