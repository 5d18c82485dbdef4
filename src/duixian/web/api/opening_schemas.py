"""What the interface takes and gives when a plan is opened from a document."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from duixian.web.api.book_schemas import ItemKind

Grain = Literal["sentence", "clause"]
_FORBID = ConfigDict(extra="forbid")


class ProposalOut(BaseModel):
    """An item that a document asks for. lead, supporting: names of organisations that should own it.

    confidence: of the lead, 0 to 1. reasons, measures: as people read them. deadline: ISO date, "" for the year's end.
    """

    number: str
    text: str
    kind: ItemKind
    lead: str
    supporting: list[str]
    deadline: str
    confidence: float
    reasons: str
    measures: str
    quote: str


class ProposalsOut(BaseModel):
    """Items of a page, and how many there are in all. unsure: how many need a look at who should own them."""

    total: int
    unsure: int
    items: list[ProposalOut]


class EditIn(BaseModel):
    """A proposed item as it shall enter the plan; what is left out stays as proposed.

    members: numbers of other proposals that become one item with this one. lead, supporting: ids or names of
    organisations; an empty lead for none. deadline: ISO date, empty for the year's end.
    """

    model_config = _FORBID
    number: str = Field(max_length=40)
    members: list[str] = Field([], max_length=200)
    text: str | None = Field(None, min_length=1, max_length=5000)
    kind: ItemKind | None = None
    lead: str | None = Field(None, max_length=200)
    supporting: list[str] | None = Field(None, max_length=50)
    deadline: str | None = Field(None, max_length=10)


class PlanIn(BaseModel):
    """A plan to open from a document of the library with all items that it asks for, but those that are left out.

    plan, title: id and name, empty for the usual. person, name: who supervises a ledger that begins with this plan.
    """

    model_config = _FORBID
    document: str = Field(max_length=100)
    grain: Grain = "sentence"
    plan: str = Field("", max_length=200)
    title: str = Field("", max_length=200)
    leave_out: list[str] = Field([], max_length=2000, description="Numbers of proposed items that shall be none.")
    items: list[EditIn] = Field([], max_length=2000, description="Those that shall be otherwise than proposed.")
    person: str = Field("", max_length=200)
    name: str = Field("", max_length=200)


class OpenedOut(BaseModel):
    """The id of a plan that was opened."""

    plan: str
