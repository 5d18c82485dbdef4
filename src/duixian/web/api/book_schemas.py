"""What the interface takes and gives of the account book."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from duixian.web.api.schemas import EvidenceOut

ItemKind = Literal["headline", "task", "livelihood", "project", "reform"]
_FORBID = ConfigDict(extra="forbid")


class PlanOut(BaseModel):
    """A year that is kept. items, settled: how many the caller may see, and how many of these ask for nothing more."""

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


class PlanIn(BaseModel):
    """A plan to open from a document of the library with all items that it asks for."""

    model_config = _FORBID
    document: str = Field(max_length=100)
    grain: Literal["sentence", "clause"] = "sentence"
    title: str = Field("", max_length=200)
    leave_out: list[str] = Field([], max_length=2000, description="Numbers of proposed items that shall be none.")


class OpenedOut(BaseModel):
    """The id of a plan that was opened."""

    plan: str


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


class ItemOut(BaseModel):
    """An item whole. actions: what the caller may do now."""

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
    evidence: list[EvidenceOut]
    actions: list[str]
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


class RoundIn(BaseModel):
    """A period to open. due: ISO date; that of the calendar when missing."""

    model_config = _FORBID
    period: str = Field(max_length=20)
    due: str | None = Field(None, max_length=10)


class StandingOut(BaseModel):
    """How far an organisation is in a round."""

    organisation: str
    name: str
    owed: int
    reported: int
    late: int


class RoundOut(BaseModel):
    """A round. digest: of the frozen picture once it is closed."""

    id: str
    plan: str
    rhythm: str
    period: str
    due: str
    state: str
    digest: str | None
    organisations: list[StandingOut]


class DueOut(BaseModel):
    """What is owed in a round. light: as frozen when the round closed, else None."""

    round: str
    item: str
    number: str
    text: str
    organisation: str
    version: int
    reported: bool
    late: bool
    sentence: str
    light: str | None


class DuesOut(BaseModel):
    """What is owed, of a page, and how much in all."""

    total: int
    items: list[DueOut]


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


class ChangesOut(BaseModel):
    """What a table would change, or did."""

    changes: list[CellOut]
    problems: list[CellProblemOut]
    absent: list[str]
    written: bool
