"""What the interface takes and gives when supervisors shape an item: slices, milestones, parts."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from duixian.ledger.slicing import Along, Manner

_FORBID = ConfigDict(extra="forbid")


class SliceIn(BaseModel):
    """A part of a measure. name: 1 to 4 or 1 to 12 for periods, in order; else as it is called.

    organisation: id of who owes it, if any.
    """

    model_config = _FORBID
    name: str = Field(max_length=100)
    value: float = Field(allow_inf_nan=False)
    organisation: str | None = Field(None, max_length=200)


class SlicingIn(BaseModel):
    """A measure to be spread, or spread anew, in one way.

    manner: None for the usual of the measure. reason: needed where the slices do not make up the whole. seen: the
    slices that the caller has seen, empty for none; refused when there are others by now; None to go without.
    """

    model_config = _FORBID
    item: str = Field(max_length=300)
    measure: str = Field(max_length=200)
    along: Along
    slices: list[SliceIn] = Field(max_length=500)
    manner: Manner | None = None
    reason: str | None = Field(None, max_length=2000)
    seen: list[SliceIn] | None = Field(None, max_length=500)


class MilestoneIn(BaseModel):
    """Something that must stand by a day. due: ISO date. percent: of the whole work done by then."""

    model_config = _FORBID
    name: str = Field(max_length=200)
    due: str = Field(max_length=10)
    percent: float | None = Field(None, allow_inf_nan=False)


class MilestonesIn(BaseModel):
    """All milestones of an item from now on, in order; none to take them away. version: the one that was seen."""

    model_config = _FORBID
    item: str = Field(max_length=300)
    version: int | None = Field(None, ge=1, le=10**9)
    milestones: list[MilestoneIn] = Field(max_length=200)
    reason: str = Field("", max_length=2000)


class PartIn(BaseModel):
    """One of the items into which another is split. number: in the plan. measures: names of those that go with it.

    deadline: ISO date, that of the whole when missing. lead: id of the organisation, that of the whole when missing.
    """

    model_config = _FORBID
    number: str = Field(max_length=40)
    text: str = Field(max_length=5000)
    measures: list[str] = Field([], max_length=50)
    deadline: str | None = Field(None, max_length=10)
    lead: str | None = Field(None, max_length=200)


class SplitIn(BaseModel):
    """An item to be split, and why. version: the one that the caller has seen; None to go without."""

    model_config = _FORBID
    item: str = Field(max_length=300)
    version: int | None = Field(None, ge=1, le=10**9)
    parts: list[PartIn] = Field(max_length=200)
    reason: str = Field(max_length=2000)


class SplitOut(BaseModel):
    """The ids of the items that took the place of another."""

    items: list[str]
