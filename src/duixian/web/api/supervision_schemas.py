"""What the interface takes and gives of supervision: revisions, orders, problems, lights, rankings."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from duixian.web.api.book_schemas import ItemKind
from duixian.web.api.schemas import EvidenceOut

_FORBID = ConfigDict(extra="forbid")


class MeasureIn(BaseModel):
    """What must be reached. op: ≥, ≤, =, ～ (from value to value2), 同步 and the others that an item shows."""

    model_config = _FORBID
    name: str = Field(max_length=200)
    op: str = Field(max_length=10)
    value: float | None = Field(None, allow_inf_nan=False)
    value2: float | None = Field(None, allow_inf_nan=False)
    unit: str = Field("", max_length=50)


class RevisionIn(BaseModel):
    """What is corrected of an item, and why; what is left out stays.

    version: the one that the caller has seen; None to go without. measures: all that it has from now on; one that is
    known by its name keeps its indicator. lead, supporting (ids) and deadline (ISO): only until it is assigned.
    """

    model_config = _FORBID
    item: str = Field(max_length=300)
    version: int | None = Field(None, ge=1, le=10**9)
    reason: str = Field(max_length=2000)
    text: str | None = Field(None, max_length=5000)
    kind: ItemKind | None = None
    measures: list[MeasureIn] | None = Field(None, max_length=50)
    lead: str | None = Field(None, max_length=200)
    supporting: list[str] | None = Field(None, max_length=50)
    deadline: str | None = Field(None, max_length=10)


class OrderIn(BaseModel):
    """A supervision order to issue. organisation: id. items: ids; empty for an order about anything else."""

    model_config = _FORBID
    organisation: str = Field(max_length=200)
    subject: str = Field(max_length=200)
    demand: str = Field(max_length=5000)
    reply_by: str = Field(max_length=10, description="ISO date.")
    level: str = Field("ordinary", max_length=40)
    items: list[str] = Field([], max_length=200)


class OrderActionIn(BaseModel):
    """An action on an order; which are open to the caller, the order tells. text: the reply or the opinion."""

    model_config = _FORBID
    order: str = Field(max_length=100)
    action: str = Field(max_length=40)
    text: str | None = Field(None, max_length=5000)
    due: str | None = Field(None, max_length=10, description="ISO date of a new reply.")


class OrderOut(BaseModel):
    """A supervision order. items: those that the caller may see. late: days. actions: what the caller may do now."""

    id: str
    organisation: str
    organisation_name: str
    authority: str
    items: list[str]
    subject: str
    demand: str
    level: str
    issuer: str
    issued: str
    reply_by: str
    state: str
    signer: str | None
    reply: str | None
    replies: int
    replied: str | None
    opinion: str | None
    settled: str | None
    cause: str | None
    changed: str
    late: int
    actions: list[str]


class OrdersOut(BaseModel):
    """Orders of a page, and how many in all."""

    total: int
    items: list[OrderOut]


class ProblemIn(BaseModel):
    """A problem to list. organisation: id of who puts it right, the item's lead when missing. finder: in words.

    report: id of the progress report that tells of it.
    """

    model_config = _FORBID
    finding: str = Field(max_length=5000)
    due: str = Field(max_length=10, description="ISO date.")
    source: str = Field("inspection", max_length=40)
    organisation: str | None = Field(None, max_length=200)
    item: str | None = Field(None, max_length=300)
    finder: str | None = Field(None, max_length=200)
    report: str | None = Field(None, max_length=300)


class ProblemActionIn(BaseModel):
    """An action on a problem; which are open to the caller, the problem tells. text: measure, result or opinion."""

    model_config = _FORBID
    problem: str = Field(max_length=100)
    action: str = Field(max_length=40)
    text: str | None = Field(None, max_length=5000)
    due: str | None = Field(None, max_length=10, description="ISO date by which it is put right now.")


class ListedOut(BaseModel):
    """A problem of the list. late: days. failures: of checks. actions: what the caller may do now."""

    id: str
    finding: str
    source: str
    finder: str
    recorder: str
    organisation: str
    organisation_name: str
    authority: str
    item: str | None
    report: str | None
    evidence: EvidenceOut | None
    due: str
    state: str
    found: str
    measure: str | None
    result: str | None
    finished: str | None
    opinion: str | None
    failures: int
    settled: str | None
    changed: str
    late: int
    actions: list[str]


class ProblemsOut(BaseModel):
    """Problems of a page, and how many in all."""

    total: int
    items: list[ListedOut]


class ReasonOut(BaseModel):
    """One reason of a light: its name in the rules, and the colour that it alone would give."""

    name: str
    colour: str


class LightOut(BaseModel):
    """The light of an item. why: a sentence. time: percent that has passed. lag: percentage points behind, or None."""

    item: str
    number: str
    colour: str
    why: str
    reasons: list[ReasonOut]
    time: int
    days_left: int
    lag: float | None


class LightsOut(BaseModel):
    """Lights of a page, how many there are in all, and how many of each colour. day: for which they are told."""

    day: str
    total: int
    lights: dict[str, int]
    items: list[LightOut]


class RankedOut(BaseModel):
    """A line of a board. rank: None without a value, and then ``why`` says so. moved: places gained since before."""

    organisation: str
    name: str
    value: float | None
    rank: int | None
    counted: int | None
    of: int | None
    earlier: int | None
    moved: int | None
    level: str | None
    level_name: str
    why: str


class BoardOut(BaseModel):
    """Those of one kind, and class, by one thing. better: high or low. frozen: from the picture of a closed round."""

    by: str
    name: str
    unit: str
    better: str
    kind: str
    group: str | None
    frozen: bool
    ranked: int
    rows: list[RankedOut]


class PublishedOut(BaseModel):
    """What was published, to the letter. time: UTC."""

    id: str
    who: str
    time: str
    note: str
    boards: list[BoardOut]


class RankedByOut(BaseModel):
    """Something by which organisations can be ranked. definition: what a rate counts, "" for a scheme."""

    id: str
    name: str
    definition: str


class RankingOut(BaseModel):
    """The boards of a round as they are, and as they were last published. choices: what else they can be ranked by."""

    round: str
    by: str
    boards: list[BoardOut]
    published: PublishedOut | None
    choices: list[RankedByOut]


class RankingIn(BaseModel):
    """What to publish. by: id of a rate or metric, or name of a scheme."""

    model_config = _FORBID
    by: str = Field(max_length=200)
    note: str = Field("", max_length=500)
