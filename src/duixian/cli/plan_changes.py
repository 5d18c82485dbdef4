"""``duixian plan assign|add|revise|merge|split|publish|carry|close``: what supervisors do to a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from duixian.cli.book import actor, ledger_option, opened, who_option
from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.printing import console

if TYPE_CHECKING:
    from duixian.ledger.kinds import Event
    from duixian.ledger.measures import Measure
    from duixian.ledger.plans import Item
    from duixian.ledger.tables import Tables

KINDS = ("headline", "task", "livelihood", "project", "reform")


def commands(say: Messages) -> dict[str, Callable[..., None]]:
    """The commands by name."""
    return {
        "assign": _assign(say),
        "add": _add(say),
        "revise": _revise(say),
        "merge": _merge(say),
        "split": _split(say),
        "publish": _publish(say),
        "carry": _carry(say),
        "close": _close(say),
    }


def _plan_argument(say: Messages) -> str:
    found: str = typer.Argument(..., metavar="PLAN", help=say("plan_which"))
    return found


def _items_argument(say: Messages) -> list[str]:
    found: list[str] = typer.Argument(..., metavar="ITEM...", help=say("plan_items"))
    return found


def _reason_option(say: Messages) -> str:
    found: str = typer.Option(..., "--reason", metavar="TEXT", help=say("plan_reason"))
    return found


def write(
    say: Messages, ledger: str, who: str, make: Callable[[Tables], list[Event]], done: Callable[[int], str]
) -> None:
    """Record what ``make`` wants, all or nothing, and say what was done. ``done`` gets the number of events."""
    with opened(say, ledger) as book:
        with book.read() as tables:
            events = make(tables)
        if events:
            book.record(actor(say, book, who), *events)
    console().print(done(len(events)), soft_wrap=True)


def _assign(say: Messages) -> Callable[..., None]:
    def assign(
        plan: str = _plan_argument(say),
        items: list[str] = typer.Argument(None, metavar="[ITEM...]", help=say("plan_some_items")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
        confidence: float = typer.Option(0.0, "--confidence", metavar="X", min=0, max=1, help=say("plan_confidence")),
    ) -> None:
        from duixian.ledger.plans import State
        from duixian.ledger.states import ItemMoved
        from duixian.ledger.views import items_of

        def make(tables: Tables) -> list[Event]:
            wanted = [_found(tables, plan, id) for id in items] if items else items_of(tables, plan)
            return [
                ItemMoved(item.id, "assign", lead=item.suggestion.lead, supporting=item.suggestion.supporting)
                for item in wanted
                if item.state is State.REGISTERED
                and item.suggestion is not None
                and item.suggestion.lead is not None
                and item.suggestion.confidence >= confidence
            ]

        write(say, ledger, who, make, lambda number: say("plan_assigned", number=number))

    return assign


def _add(say: Messages) -> Callable[..., None]:
    def add(
        plan: str = _plan_argument(say),
        text: str = typer.Argument(..., metavar="TEXT", help=say("plan_text")),
        number: str = typer.Option(..., "--number", metavar="NUMBER", help=say("plan_number")),
        kind: str = typer.Option("task", "--kind", metavar="|".join(KINDS), help=say("plan_kind")),
        section: str = typer.Option("", "--section", metavar="SECTION", help=say("plan_section")),
        measure: list[str] = typer.Option([], "--measure", metavar="MEASURE", help=say("plan_measure")),
        deadline: str = typer.Option("", "--deadline", metavar="DATE", help=say("plan_deadline")),
        lead: str = typer.Option("", "--lead", metavar="ORG", help=say("plan_lead")),
        supporting: list[str] = typer.Option([], "--supporting", metavar="ORG", help=say("plan_supporting")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.plans import ItemKind, ItemRegistered, confirmed

        checked(say, "--kind", kind, KINDS)

        def make(tables: Tables) -> list[Event]:
            owner = confirmed(lead, supporting) if lead else None
            goals = _measures(tables, number, measure)
            return [
                ItemRegistered(
                    plan, number, text, ItemKind(kind), section, None, goals, deadline or None, suggestion=owner
                )
            ]

        write(say, ledger, who, make, lambda _: say("plan_added", item=f"{plan}/{number}"))

    return add


def _revise(say: Messages) -> Callable[..., None]:
    def revise(
        item: str = typer.Argument(..., metavar="ITEM", help=say("plan_item")),
        text: str = typer.Option("", "--text", metavar="TEXT", help=say("plan_text")),
        kind: str = typer.Option("", "--kind", metavar="|".join(KINDS), help=say("plan_kind")),
        measure: list[str] = typer.Option(None, "--measure", metavar="MEASURE", help=say("plan_measures")),
        deadline: str = typer.Option("", "--deadline", metavar="DATE", help=say("plan_new_deadline")),
        lead: str = typer.Option("", "--lead", metavar="ORG", help=say("plan_lead")),
        supporting: list[str] = typer.Option([], "--supporting", metavar="ORG", help=say("plan_supporting")),
        leader: str = typer.Option("", "--leader", metavar="PERSON", help=say("plan_leader")),
        reason: str = _reason_option(say),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.plans import Item, ItemKind, ItemRevised, confirmed

        if kind:
            checked(say, "--kind", kind, KINDS)

        def make(tables: Tables) -> list[Event]:
            row = tables.need(Item, item, "事项")
            return [
                ItemRevised(
                    item,
                    text or row.text,
                    ItemKind(kind) if kind else row.kind,
                    _measures(tables, item, measure, row.measures) if measure else row.measures,
                    reason,
                    suggestion=confirmed(lead, supporting) if lead else None,
                    leader=leader or None,
                    deadline=deadline or None,
                )
            ]

        write(say, ledger, who, make, lambda _: say("plan_revised", item=item))

    return revise


def _merge(say: Messages) -> Callable[..., None]:
    def merge(
        plan: str = _plan_argument(say),
        items: list[str] = _items_argument(say),
        number: str = typer.Option(..., "--number", metavar="NUMBER", help=say("plan_number")),
        text: str = typer.Option("", "--text", metavar="TEXT", help=say("plan_merged_text")),
        reason: str = _reason_option(say),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.reshaping import ItemsMerged

        def make(tables: Tables) -> list[Event]:
            rows = [_found(tables, plan, id) for id in items]
            words = text or "；".join(row.text for row in rows)
            return [ItemsMerged(plan, tuple(row.id for row in rows), number, words, reason)]

        write(say, ledger, who, make, lambda _: say("plan_merged", number=len(items), item=f"{plan}/{number}"))

    return merge


def _split(say: Messages) -> Callable[..., None]:
    def split(
        item: str = typer.Argument(..., metavar="ITEM", help=say("plan_item")),
        part: list[str] = typer.Option(..., "--part", metavar="NUMBER=TEXT", help=say("plan_part")),
        measure: list[str] = typer.Option([], "--measure", metavar="NUMBER=NAME", help=say("plan_part_measure")),
        reason: str = _reason_option(say),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.plans import Item
        from duixian.ledger.reshaping import ItemSplit, Part

        parts = [_pair(say, "--part", one) for one in part]
        goes = {name: number for number, name in (_pair(say, "--measure", one) for one in measure)}

        def make(tables: Tables) -> list[Event]:
            row = tables.need(Item, item, "事项")
            # A measure that nobody placed goes with the first part whose words name it, else with the first part.
            for goal in row.measures:
                goes.setdefault(goal.name, next((number for number, text in parts if goal.name in text), parts[0][0]))
            made = tuple(
                Part(number, text, tuple(goal for goal in row.measures if goes[goal.name] == number))
                for number, text in parts
            )
            return [ItemSplit(item, made, reason)]

        write(say, ledger, who, make, lambda _: say("plan_split_done", item=item, number=len(parts)))

    return split


def _publish(say: Messages) -> Callable[..., None]:
    def publish(
        plan: str = _plan_argument(say),
        items: list[str] = typer.Argument(None, metavar="[ITEM...]", help=say("plan_some_items")),
        hide: bool = typer.Option(False, "--hide", help=say("plan_hide")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.publication import ItemsPublished
        from duixian.ledger.views import items_of

        chosen: list[str] = []

        def make(tables: Tables) -> list[Event]:
            rows = [_found(tables, plan, id) for id in items] if items else items_of(tables, plan)
            chosen.extend(row.id for row in rows)
            return [ItemsPublished(plan, tuple(chosen), not hide)]

        write(say, ledger, who, make, lambda _: say("plan_hidden" if hide else "plan_published", number=len(chosen)))

    return publish


def _carry(say: Messages) -> Callable[..., None]:
    def carry(
        plan: str = _plan_argument(say),
        items: list[str] = typer.Argument(None, metavar="[ITEM...]", help=say("plan_unsettled")),
        to: str = typer.Option(..., "--to", metavar="PLAN", help=say("plan_to")),
        reason: str = _reason_option(say),
        deadline: str = typer.Option("", "--deadline", metavar="DATE", help=say("plan_deadline")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.closing import ItemCarried
        from duixian.ledger.plans import SETTLED
        from duixian.ledger.views import items_of

        def make(tables: Tables) -> list[Event]:
            rows = [_found(tables, plan, id) for id in items] if items else items_of(tables, plan)
            left = [row for row in rows if items or row.state not in SETTLED]
            return [ItemCarried(row.id, to, reason, deadline=deadline or None) for row in left]

        write(say, ledger, who, make, lambda number: say("plan_carried", number=number, to=to))

    return carry


def _close(say: Messages) -> Callable[..., None]:
    def close(
        plan: str = _plan_argument(say),
        summary: str = typer.Option("", "--summary", metavar="TEXT", help=say("plan_summary")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.closing import PlanClosed

        write(say, ledger, who, lambda _: [PlanClosed(plan, summary)], lambda _: say("plan_closed", plan=plan))

    return close


def _found(tables: Tables, plan: str, id: str) -> Item:
    """The item of this id, or of this number in the plan."""
    from duixian.ledger.plans import Item, item_id

    return tables.get(Item, id) or tables.need(Item, item_id(plan, id), "事项")


def _pair(say: Messages, option: str, text: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not (left.strip() and equals and right.strip()):
        raise wrong(say("plan_bad_pair", option=option, value=text))
    return left.strip(), right.strip()


def _measures(tables: Tables, target: str, texts: list[str], known: tuple[Measure, ...] = ()) -> tuple[Measure, ...]:
    """Measures as people write them, in the words that this office's tables use too. Raises LedgerError."""
    from duixian.ledger.sheets.forms import forms
    from duixian.ledger.sheets.quantities import measures_of

    return measures_of(target, "；".join(texts), known, forms(tables))
