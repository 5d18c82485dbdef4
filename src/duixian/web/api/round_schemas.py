"""What the interface takes and gives of rounds, and of what is owed in them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from duixian.web.api.book_schemas import ReadingOut

_FORBID = ConfigDict(extra="forbid")


class RoundIn(BaseModel):
    """A period to open. due: ISO date; that of the calendar when missing."""

    model_config = _FORBID
    period: str = Field(max_length=20)
    due: str | None = Field(None, max_length=10)


class RhythmOut(BaseModel):
    """A kind of period: month, quarter or whatever the office's calendar has. example: how one is written."""

    name: str
    label: str
    example: str


class CalendarOut(BaseModel):
    """What rounds there can be. usual: the period that would be opened today, due: its day; empty for none."""

    usual: str
    due: str
    rhythms: list[RhythmOut]


class StandingOut(BaseModel):
    """How far an organisation is in a round. people: names of those who report for it."""

    organisation: str
    name: str
    owed: int
    reported: int
    late: int
    people: list[str]


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
    """What is owed in a round. state: owing, reported or late. light: as frozen when it closed, else as it is now."""

    round: str
    item: str
    number: str
    text: str
    organisation: str
    version: int
    state: str
    reported: bool
    late: bool
    readings: list[ReadingOut]
    sentence: str
    light: str | None


class DuesOut(BaseModel):
    """What is owed, of a page, and how much passes. states, lights: of all that the caller may see in the round."""

    total: int
    states: dict[str, int]
    lights: dict[str, int]
    items: list[DueOut]


class AskedOut(BaseModel):
    """A measure for which a value is asked. text: the goal as people read it. last: the value told before."""

    name: str
    unit: str
    text: str
    last: float | None


class OwedOut(DueOut):
    """What the caller owes, and what is asked. due: ISO date. may_report: whether the caller can report it now.

    milestones: names of those that can be told. last: words of the report before, to begin from.
    """

    plan: str
    period: str
    due: str
    may_report: bool
    measures: list[AskedOut]
    milestones: list[str]
    last: str


class MinuteOut(BaseModel):
    """What the caller owes in the rounds that are open, and how much of it is not reported yet."""

    total: int
    left: int
    items: list[OwedOut]
