"""What a supervisor makes of an item: measures spread over quarters, milestones on the way, parts of a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData

from duixian.ledger.errors import LedgerError
from duixian.ledger.kinds import Event
from duixian.ledger.measures import WITHOUT_NUMBER, Measure, written
from duixian.ledger.plans import SETTLED, Item, ItemRevised, Milestone, State, Suggestion, confirmed
from duixian.ledger.reshaping import ItemSplit, Part
from duixian.ledger.slicing import (
    PERIODS,
    Along,
    Manner,
    MeasureSliced,
    Slice,
    Slicing,
    manner_of,
    slicing_id,
)
from duixian.ledger.tables import Tables
from duixian.web.bookkeeping import organisation_named
from duixian.web.reports import number_of
from duixian.web.security import text_field

ACTS = ("slice", "milestones", "split")
MORE = "more:"  # before the name of an act: more rows, and nothing is written
_QUARTERS = range(1, PERIODS[Along.QUARTER] + 1)
_SPARE = 2  # empty rows below those that are filled
_MOST_ROWS = 40
_WHOLE = frozenset({*SETTLED, State.SUBMITTED, State.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure as its form shows it. before: its quarters as they are in the ledger, to notice who came between."""

    measure: str
    goal: str
    before: str
    manner: str
    values: tuple[str, ...]
    reason: str
    open: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row of milestones or of parts. texts: (field, value) in the order in which they are asked."""

    place: int
    texts: dict[str, str]


def shaping(tables: Tables, row: Item, given: dict[str, str], acting: str) -> dict[str, Any]:
    """What the forms hold: what was typed in the one that is being filled in, else what the ledger says."""
    settled = row.state in SETTLED
    return {
        "spreads": []
        if settled
        else [_spread(tables, row, each, given, acting) for each in row.measures if _has(each)],
        "manners": tuple(Manner),
        "stones": _stones(row, given, acting),
        "may_stones": not settled,
        "pieces": _parts(row, given, acting),
        "may_split": row.state not in _WHOLE,
    }


def shaped(tables: Tables, row: Item, act: str, form: FormData) -> Event:
    """The event that one of the forms asks for. Raises LedgerError for what cannot be read."""
    if act == "slice":
        return _sliced(tables, row, form)
    if act == "milestones":
        return _set(row, form)
    return _split(tables, row, form)


def _has(measure: Measure) -> bool:
    return measure.op not in WITHOUT_NUMBER and measure.value is not None


def _quarters(tables: Tables, item: str, measure: str) -> Slicing | None:
    return tables.get(Slicing, slicing_id(item, measure, Along.QUARTER))


def _text(value: float | None) -> str:
    """A number with all its digits and no exponent, so that what the form shows can be sent again."""
    return "" if value is None else f"{Decimal(repr(value)):f}".removesuffix(".0")


def _mark(slicing: Slicing | None) -> str:
    return f"{slicing.manner}:{','.join(_text(one.value) for one in slicing.slices)}" if slicing else ""


def _spread(tables: Tables, row: Item, measure: Measure, given: dict[str, str], acting: str) -> Spread:
    now = _quarters(tables, row.id, measure.name)
    mine = acting == "slice" and given.get("measure") == measure.name
    values = [_text(one.value) for one in now.slices] if now else [""] * len(_QUARTERS)
    return Spread(
        measure.name,
        written(measure),
        _mark(now),
        given.get("manner", "") if mine else str(now.manner if now else manner_of(measure)),
        tuple(given.get(f"quarter{place}", "") if mine else values[place - 1] for place in _QUARTERS),
        given.get("reason", "") if mine else (now.reason or "") if now else "",
        mine,
    )


def _sliced(tables: Tables, row: Item, form: FormData) -> MeasureSliced:
    name = text_field(form, "measure")
    # Spreading leaves the item's version as it is, so that the quarters themselves have to tell.
    if text_field(form, "before") != _mark(_quarters(tables, row.id, name)):
        raise LedgerError(f"{row.number} {name}", "您填写时，别人已经分解过", "请对照现在的分解，核对后再提交")
    slices = []
    for place in _QUARTERS:
        value = number_of(text_field(form, f"quarter{place}"), f"{row.number} {name}")
        if value is None:
            raise LedgerError(f"{row.number} {name}", f"第{place}季度没有填写", "请补齐每一期")
        slices.append(Slice(str(place), value))
    wished = text_field(form, "manner")
    manner = Manner(wished) if wished in set(Manner) else None
    reason = text_field(form, "reason").strip() or None
    return MeasureSliced(row.id, name, Along.QUARTER, tuple(slices), manner, reason)


def _lines(now: list[dict[str, str]], names: tuple[str, ...], given: dict[str, str], mine: bool) -> list[Line]:
    """What was typed where the form is the one being filled in, else what there is, with empty rows below."""
    if not mine:
        spare = [dict.fromkeys(names, "")] * _SPARE
        return [Line(place, texts) for place, texts in enumerate([*now, *spare], 1)]
    count = _count(names[0], given)
    if given.get("act", "").startswith(MORE) and count < _MOST_ROWS:
        count += _SPARE
    places = range(1, count + 1)
    return [Line(place, {name: given.get(f"{name}{place}", "") for name in names}) for place in places]


def _count(name: str, given: Any) -> int:
    count = 0
    while f"{name}{count + 1}" in given:
        count += 1
    return count


def _stones(row: Item, given: dict[str, str], acting: str) -> list[Line]:
    now = [{"stone": one.name, "due": one.due, "share": _text(one.percent)} for one in row.milestones]
    return _lines(now, ("stone", "due", "share"), given, acting == "milestones")


def _set(row: Item, form: FormData) -> ItemRevised:
    stones = []
    for place in range(1, _count("stone", form) + 1):
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
    lines = _lines([], names, given, acting == "split")
    # The numbers of the parts are proposed; only rows with words count.
    return [
        Line(line.place, {**line.texts, "number": line.texts["number"] or f"{row.number}-{line.place}"})
        for line in lines
    ]


def _split(tables: Tables, row: Item, form: FormData) -> ItemSplit:
    goes = {one.name: text_field(form, f"goes{place}") for place, one in enumerate(row.measures, 1)}
    parts = []
    for place in range(1, _count("number", form) + 1):
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
