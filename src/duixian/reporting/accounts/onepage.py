"""The leader's one page 领导一页纸: the main targets, the lights, what needs a decision, the best and the worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import ClassVar

from duixian.ledger.plans import ItemKind
from duixian.ledger.ranking import Ranked
from duixian.reporting.accounts.lines import REACHED, SHORT, Account, ItemLine, MeasureLine, settings, shortened
from duixian.reporting.accounts.sources import Demand, Stand, boards

_WITHIN = 30  # days ahead in which a deadline is near


@dataclass(frozen=True, slots=True)
class Decision:
    """Something for the leader. kind: red, help, extension or order. what: the matter; why: in a sentence.

    on: ISO day by which. late: days past it, 0 when not. item: id of the item, or number of the order.
    """

    kind: str
    item: str
    number: str
    what: str
    why: str
    english: str
    organisation: str
    on: str
    late: int


@dataclass(frozen=True, slots=True)
class OnePage:
    """Everything that the page says. proof: hash of the ledger's last entry, of number ``sequence``."""

    output: ClassVar[str] = "onepage"
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
    red_share: float
    yellow_share: float
    green_share: float
    indicators: tuple[MeasureLine, ...]
    indicators_more: int
    indicators_reached: int
    indicators_short: int
    decisions: tuple[Decision, ...]
    decisions_more: int
    best: tuple[Ranked, ...]
    worst: tuple[Ranked, ...]
    rate: str
    rate_english: str
    definition: str
    definition_english: str


def onepage(stand: Stand, plan: str) -> OnePage:
    """The page of a plan. Raises UnknownNameError when there is no such plan."""
    account = Account(stand, plan)
    limits = settings()["onepage"]
    unsettled = account.open
    lights = account.lights(unsettled)
    lit = sum(lights.values()) or 1
    indicators = tuple(
        replace(
            measure,
            name=shortened(measure.name, limits["name"]),
            organisation=shortened(measure.organisation, limits["name"]),
        )
        for item in account.items
        if item.kind == ItemKind.HEADLINE.value
        for measure in item.measures
    )
    decisions = list(_decisions(account, limits))
    ranked = boards(stand.tables, plan, limits["rate"], None, stand.day)
    board = ranked[0] if ranked else None
    placed = [row for row in board.rows if row.rank is not None] if board else []
    best = placed[: limits["organisations"]]
    worst = placed[len(best) :][-limits["organisations"] :][::-1]
    return OnePage(
        government=account.government,
        plan=plan,
        plan_title=account.plan.title,
        year=account.plan.year,
        day=stand.day.isoformat(),
        sequence=stand.sequence,
        proof=stand.head,
        items=len(account.items),
        settled=sum(item.settled for item in account.items),
        unsettled=len(unsettled),
        red=lights["red"],
        yellow=lights["yellow"],
        green=lights["green"],
        overdue=sum(item.days < 0 for item in unsettled),
        near=sum(0 <= item.days <= _WITHIN for item in unsettled),
        red_share=100 * lights["red"] / lit,
        yellow_share=100 * lights["yellow"] / lit,
        green_share=100 * lights["green"] / lit,
        indicators=indicators[: limits["indicators"]],
        indicators_more=max(0, len(indicators) - limits["indicators"]),
        indicators_reached=sum(one.verdict == REACHED for one in indicators),
        indicators_short=sum(one.verdict == SHORT for one in indicators),
        decisions=tuple(decisions[: limits["decisions"]]),
        decisions_more=max(0, len(decisions) - limits["decisions"]),
        best=tuple(best),
        worst=tuple(worst),
        rate=board.name if board else "",
        rate_english=board.english if board else "",
        definition=shortened(board.definition, limits["definition"]) if board else "",
        definition_english=shortened(board.definition_english, 5 * limits["definition"] // 2) if board else "",
    )


def _decisions(account: Account, limits: dict[str, int]) -> Iterator[Decision]:
    """What needs a decision, of each kind in turn, each item once: red lights, orders, extensions, help."""
    red = sorted(
        (item for item in account.open if item.colour == "red"), key=lambda item: (item.days, -(item.lag or 0))
    )
    asking = [item for item in account.open if item.latest is not None and item.latest.help.strip()]
    waiting = [item for item in account.open if item.extension_asked]
    late = [one for one in account.demands if one.late]
    queues: Sequence[list[Decision]] = (
        [_red(item, limits) for item in red],
        [_order(one, limits) for one in late],
        [_of("extension", item, item.extension_asked, limits) for item in waiting],
        [_of("help", item, item.latest.help if item.latest else "", limits) for item in asking],
    )
    seen: set[str] = set()
    for one in chain.from_iterable(zip_longest(*queues)):
        if one is not None and one.item not in seen:
            seen.add(one.item)
            yield one


def _red(item: ItemLine, limits: dict[str, int]) -> Decision:
    found = _of("red", item, item.why, limits)
    return Decision(
        found.kind,
        found.item,
        found.number,
        found.what,
        found.why,
        shortened(item.english, 3 * limits["sentence"] // 2),
        found.organisation,
        found.on,
        found.late,
    )


def _of(kind: str, item: ItemLine, why: str, limits: dict[str, int]) -> Decision:
    what, why = shortened(item.text, limits["text"]), shortened(why, limits["sentence"])
    lead = shortened(item.lead_name, limits["name"])
    return Decision(kind, item.id, item.number, what, why, why, lead, item.deadline, max(0, -item.days))


def _order(one: Demand, limits: dict[str, int]) -> Decision:
    what = shortened(one.text, limits["text"])
    return Decision(
        one.kind, one.id, one.id, what, "", "", shortened(one.organisation, limits["name"]), one.due, one.late
    )
