"""Views of the book as rows: what stands in a plan, what a round asks for, what happened to an item."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from duixian.ledger.journal import Entry, local
from duixian.ledger.kinds import labels
from duixian.ledger.measures import written
from duixian.ledger.organisations import Organisation, Person
from duixian.ledger.plans import Item, Plan
from duixian.ledger.progress import Progress
from duixian.ledger.rounds import Due, Round
from duixian.ledger.states import rules
from duixian.ledger.tables import Tables


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called: organisations and people."""

    organisations: dict[str, str]
    people: dict[str, str]

    def organisation(self, id: str | None) -> str:
        """The name, the id itself where it is unknown, "" for none."""
        return self.organisations.get(id, id) if id else ""

    def person(self, id: str | None) -> str:
        """The name, the id itself where it is unknown, "" for none."""
        return self.people.get(id, id) if id else ""


def names(tables: Tables) -> Names:
    """All names of a ledger."""
    return Names(
        {row.id: row.name for row in tables.select(Organisation)}, {row.id: row.name for row in tables.select(Person)}
    )


def order(number: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts "1.2" before "1.10"."""
    return tuple(
        (int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", number) if part not in ("", ".")
    )


def items_of(tables: Tables, plan: str) -> list[Item]:
    """The items of a plan in the order of their numbers. Raises UnknownNameError when there is no such plan."""
    tables.need(Plan, plan, "年度台账")
    return sorted(tables.select(Item, plan=plan), key=lambda item: order(item.number))


def item_row(item: Item, called: Names) -> dict[str, Any]:
    """An item as a flat row with stable names; owners that are only suggested are marked so."""
    proposed = item.suggestion if item.lead is None else None
    lead = item.lead or (proposed.lead if proposed else None)
    supporting = item.supporting if item.lead else (proposed.supporting if proposed else ())
    return {
        "item": item.id,
        "number": item.number,
        "text": item.text,
        "kind": item.kind.value,
        "section": item.section,
        "measures": "；".join(written(measure) for measure in item.measures),
        "lead": called.organisation(lead),
        "supporting": "、".join(called.organisation(id) for id in supporting),
        "leader": called.person(item.leader),
        "proposed": proposed is not None,
        "confidence": proposed.confidence if proposed else None,
        "deadline": item.deadline,
        "state": item.state.value,
        "version": item.version,
        "quote": "".join(one.quote for one in item.evidence),
        "line": item.evidence[0].line if item.evidence else None,
    }


ITEM_NAMES = (
    "item",
    "number",
    "text",
    "kind",
    "section",
    "measures",
    "lead",
    "supporting",
    "leader",
    "proposed",
    "confidence",
    "deadline",
    "state",
    "version",
    "quote",
    "line",
)

DUE_NAMES = ("item", "number", "text", "organisation", "reported", "late", "sentence", "state")


def due_rows(tables: Tables, round: Round) -> list[dict[str, Any]]:
    """What a round asks for and what has come, by organisation and number."""
    called = names(tables)
    items = {item.id: item for item in tables.select(Item, plan=round.plan)}
    rows = []
    for due in tables.select(Due, round=round.id):
        item = items[due.item]
        report = tables.get(Progress, due.report) if due.report else None
        rows.append(
            {
                "item": item.id,
                "number": item.number,
                "text": item.text,
                "organisation": called.organisation(due.organisation),
                "reported": due.report is not None,
                "late": due.late,
                "sentence": report.sentence if report else "",
                "state": (due.frozen.state if due.frozen else item.state).value,
            }
        )
    return sorted(rows, key=lambda row: (row["organisation"], order(row["number"])))


def history(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """What happened to an item, entry by entry: when (in China), who, what, and the words that were given."""
    rows = []
    for entry in entries:
        values = entry.values()
        rows.append(
            {
                "sequence": entry.sequence,
                "time": local(entry.time),
                "who": entry.who,
                "kind": entry.kind,
                "action": values.get("action") or "",
                "label": rules().actions[values["action"]].label if "action" in values else labels()[entry.kind],
                "words": values.get("reason") or values.get("sentence") or values.get("text") or "",
            }
        )
    return rows
