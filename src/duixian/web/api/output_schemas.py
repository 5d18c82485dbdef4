"""What the interface gives of what goes out of the book: the leader's one page, the closing statement."""

from __future__ import annotations

from pydantic import BaseModel

from duixian.web.api.supervision_schemas import RankedOut


class MeasureLineOut(BaseModel):
    """A measure as outputs tell it. verdict: reached, short or unknown. on: ISO day of the reading.

    goal, latest: as people read them. report, figure: ids of the reading's report and of the extracted figure. colour:
    of the item's light.
    """

    item: str
    number: str
    name: str
    goal: str
    latest: str
    value: float | None
    unit: str
    verdict: str
    on: str
    report: str | None
    figure: str | None
    organisation: str
    colour: str


class DecisionOut(BaseModel):
    """Something for the leader. kind: red, help, extension or order. on: ISO day by which. late: days past it.

    item: id of the item, or number of the order.
    """

    kind: str
    item: str
    number: str
    what: str
    why: str
    organisation: str
    on: str
    late: int


class OnePageOut(BaseModel):
    """The leader's one page. proof: hash of the ledger's entry number ``sequence``, the last that it rests on.

    near: items that are due within a month. indicators, decisions: the first of them, and how many more there are.
    best, worst: organisations by the rate that ``rate`` names and ``definition`` defines.
    """

    government: str
    plan: str
    plan_title: str
    year: int
    day: str
    sequence: int
    proof: str
    items: int
    settled: int
    unsettled: int
    red: int
    yellow: int
    green: int
    overdue: int
    near: int
    indicators: list[MeasureLineOut]
    indicators_more: int
    indicators_reached: int
    indicators_short: int
    decisions: list[DecisionOut]
    decisions_more: int
    best: list[RankedOut]
    worst: list[RankedOut]
    rate: str
    definition: str


class EndedOut(BaseModel):
    """An item and what became of it: on_time, late, carried, terminated, merged, split or open.

    became: ids of what took its place. quote, line: the words that it came from.
    """

    outcome: str
    item: str
    number: str
    text: str
    section: str
    organisation: str
    deadline: str
    first_deadline: str
    submitted: str
    closed: str
    became: str
    quote: str
    line: int | None


class CompletionOut(BaseModel):
    """How many items of a part of the plan were completed. of: all but those terminated, merged or split.

    rate: percent; None where ``of`` is 0.
    """

    name: str
    items: int
    on_time: int
    late: int
    carried: int
    dropped: int
    open: int
    of: int
    rate: float | None


class SettledOut(BaseModel):
    """A promise of the report that opened the plan beside what the next report says.

    claim: what the book calls it: reached, short or unknown. reported, on: its last reading and the day. outcome:
    exceeded, met, within, missed, reported_differently or not_reported. difference: claimed (the book says reached,
    the report missed), numbers, denied, untold; empty where they agree.
    """

    part: str
    item: str
    number: str
    organisation: str
    subject: str
    promise: str
    claim: str
    state: str
    reported: str
    on: str
    report: str
    outcome: str
    result: str
    quote: str
    source: str
    line: int | None
    page: int | None
    difference: str


class ClosingOut(BaseModel):
    """The closing statement. proof: hash of the ledger's entry number ``sequence``, the last that it rests on.

    reached, short, unknown: measures. review: title of the report that it was held against, empty for none; then
    outcomes counts what that report says, settled tells every promise, and claimed counts the gravest differences.
    """

    government: str
    plan: str
    plan_title: str
    year: int
    day: str
    is_closed: bool
    sequence: int
    proof: str
    items: int
    on_time: int
    late: int
    carried: int
    terminated: int
    merged: int
    split: int
    open: int
    of: int
    rate: float | None
    ended: list[EndedOut]
    sections: list[CompletionOut]
    organisations: list[CompletionOut]
    measures: list[MeasureLineOut]
    reached: int
    short: int
    unknown: int
    review: str
    outcomes: dict[str, int]
    settled: list[SettledOut]
    claimed: int
