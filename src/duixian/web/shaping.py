"""What a supervisor makes of an item: measures spread, milestones on the way, parts of a whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.datastructures import FormData

from duixian.ledger.kinds import Event
from duixian.ledger.plans import SETTLED, Item, ItemRevised, Milestone, State, Suggestion, confirmed
from duixian.ledger.reshaping import ItemSplit, Part
from duixian.ledger.tables import Tables
from duixian.web import slices
from duixian.web.bookkeeping import organisation_named
from duixian.web.reports import number_of
from duixian.web.rows import Line, count, lines, number_text
from duixian.web.security import text_field

ACTS = (slices.ACT, "milestones", "split")
_WHOLE = frozenset({*SETTLED, State.SUBMITTED, State.SUSPENDED})


def shaping(tables: Tables, row: Item, given: dict[str, str], acting: str) -> dict[str, Any]:
    """What the forms hold: what was typed in the one that is being filled in, else what the ledger says."""
    return {
        "spreads": slices.spreads(tables, row, given, acting),
        "stones": _stones(row, given, acting),
        "may_stones": row.state not in SETTLED,
        "pieces": _parts(row, given, acting),
        "may_split": row.state not in _WHOLE,
    }


def shaped(tables: Tables, row: Item, act: str, form: FormData) -> Event:
    """The event that one of the forms asks for. Raises LedgerError for what cannot be read."""
    if act == slices.ACT:
        return slices.sliced(tables, row, form)
    if act == "milestones":
        return _set(row, form)
    return _split(tables, row, form)


def _stones(row: Item, given: dict[str, str], acting: str) -> list[Line]:
    now = [{"stone": one.name, "due": one.due, "share": number_text(one.percent)} for one in row.milestones]
    return lines(now, ("stone", "due", "share"), given, acting == "milestones")


def _set(row: Item, form: FormData) -> ItemRevised:
    stones = []
    for place in range(1, count("stone", form) + 1):
        name, due, share = (text_field(form, f"{field}{place}").strip() for field in ("stone", "due", "share"))
        if name or due or share:
            stones.append(Milestone(name, due, number_of(share, f"{row.number} {name}")))
    return with_milestones(row, stones, text_field(form, "reason"))


def with_milestones(row: Item, stones: Iterable[Milestone], reason: str) -> ItemRevised:
    """The revision that leaves all but the milestones as they are. reason: "" for the usual."""
    why = reason.strip() or "设定节点"
    return ItemRevised(row.id, row.text, row.kind, row.measures, why, milestones=tuple(stones))


def _parts(row: Item, given: dict[str, str], acting: str) -> list[Line]:
    names = ("number", "words", "lead")
    rows = lines([], names, given, acting == "split")
    # The numbers of the parts are proposed; only rows with words count.
    return [
        Line(line.place, {**line.texts, "number": line.texts["number"] or f"{row.number}-{line.place}"})
        for line in rows
    ]


def _split(tables: Tables, row: Item, form: FormData) -> ItemSplit:
    goes = {one.name: text_field(form, f"goes{place}") for place, one in enumerate(row.measures, 1)}
    parts = []
    for place in range(1, count("number", form) + 1):
        number, words, lead = (text_field(form, f"{field}{place}").strip() for field in ("number", "words", "lead"))
        measures = tuple(one for one in row.measures if goes[one.name] == str(place))
        if words or lead or measures:
            parts.append(Part(number, words, measures, suggestion=owners_of_part(tables, row, lead)))
    return ItemSplit(row.id, tuple(parts), text_field(form, "reason").strip())


def owners_of_part(tables: Tables, row: Item, lead: str) -> Suggestion | None:
    """Who should own a part: whom somebody names, by id or name, else ("") who owns the whole."""
    if (named := organisation_named(tables, lead)) is not None:
        present = row.suggestion.supporting if row.suggestion and not row.lead else row.supporting
        supporting = tuple(one for one in present if one != named)
        return confirmed(named, supporting)
    return confirmed(row.lead, row.supporting) if row.lead else None
