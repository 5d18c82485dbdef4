"""The forms that spread a measure of an item over quarters, months, districts, industries or organisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData

from duixian.ledger.errors import LedgerError
from duixian.ledger.measures import WITHOUT_NUMBER, Measure, written
from duixian.ledger.organisations import Organisation, OrganisationKind, below
from duixian.ledger.plans import SETTLED, Item, Plan
from duixian.ledger.slicing import PERIODS, Along, Manner, MeasureSliced, Slice, Slicing, manner_of, slicing_id
from duixian.ledger.tables import Tables
from duixian.ledger.views import Names
from duixian.web.bookkeeping import called, organisation_named
from duixian.web.reports import number_of
from duixian.web.rows import Line, count, lines, number_text
from duixian.web.security import text_field

ACT = "slice"
_FIELDS = ("value", "part")
_SPARE = 2
_EMPTY = 4  # rows where nothing can be proposed
_REMEDY = "请补齐，或清空这一行的名称"


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure as its form shows it.

    along: what it is being spread over; is_period: whether its rows are periods, which have no names to be typed.
    others: every along, and whether the measure is spread over it already. before: the slices as they are in the
    ledger, to notice who came between; now: the same in words. names: that are proposed.
    """

    measure: str
    goal: str
    along: Along
    is_period: bool
    others: tuple[tuple[Along, bool], ...]
    before: str
    now: str
    manner: str
    manners: tuple[Manner, ...]
    rows: tuple[Line, ...]
    names: tuple[str, ...]
    reason: str
    open: bool


def spreads(tables: Tables, row: Item, given: Mapping[str, str], acting: str) -> list[Spread]:
    """The forms of an item's measures; none once the item is settled."""
    measures = [one for one in row.measures if _has(one)] if row.state not in SETTLED else []
    if not measures:
        return []
    names = called(tables)
    districts = tuple(one.name for one in _districts(tables, row))
    proposed = {Along.DISTRICT: districts, Along.ORGANISATION: tuple(names.organisations.values())}
    return [_spread(tables, row, one, given, acting, names, proposed) for one in measures]


def sliced(tables: Tables, row: Item, form: FormData) -> MeasureSliced:
    """The event that one of the forms asks for. Raises LedgerError for what cannot be read."""
    name = text_field(form, "measure")
    along = _along(text_field(form, "along"))
    # Spreading leaves the item's version as it is, so that the slices themselves have to tell.
    if text_field(form, "before") != _mark(_now(tables, row.id, name, along)):
        raise LedgerError(f"{row.number} {name}", "您填写时，别人已经分解过", "请对照现在的分解，核对后再提交")
    found = _periods(row, name, along, form) if along in PERIODS else _named(tables, row, name, along, form)
    wished = text_field(form, "manner")
    manner = Manner(wished) if wished in set(Manner) else None
    return MeasureSliced(row.id, name, along, found, manner, text_field(form, "reason").strip() or None)


def _has(measure: Measure) -> bool:
    return measure.op not in WITHOUT_NUMBER and measure.value is not None


def _along(text: str) -> Along:
    return Along(text) if text in set(Along) else Along.QUARTER


def _now(tables: Tables, item: str, measure: str, along: Along) -> Slicing | None:
    return tables.get(Slicing, slicing_id(item, measure, along))


def _mark(slicing: Slicing | None) -> str:
    if slicing is None:
        return ""
    return f"{slicing.manner}:{'；'.join(f'{one.name}={number_text(one.value)}' for one in slicing.slices)}"


def _spread(
    tables: Tables,
    row: Item,
    measure: Measure,
    given: Mapping[str, str],
    acting: str,
    names: Names,
    proposed: Mapping[Along, tuple[str, ...]],
) -> Spread:
    mine = acting == ACT and given.get("measure") == measure.name
    done = {along: _now(tables, row.id, measure.name, along) for along in Along}
    first = next((along for along, one in done.items() if one is not None), Along.QUARTER)
    along = _along(given.get("along", "")) if mine else first
    now = done[along]
    typed = mine and f"{_FIELDS[0]}1" in given
    if along in PERIODS:
        rows = _period_rows(along, now, given, typed)
    else:
        rows = _named_rows(row, along, now, names, proposed, given, typed)
    return Spread(
        measure=measure.name,
        goal=written(measure),
        along=along,
        is_period=along in PERIODS,
        others=tuple((one, slicing is not None) for one, slicing in done.items()),
        before=_mark(now),
        now=told(now, names),
        manner=given.get("manner", "") if typed else str(now.manner if now else manner_of(measure)),
        manners=tuple(one for one in Manner if along in PERIODS or one is not Manner.RUNNING),
        rows=tuple(rows),
        names=proposed.get(along, ()),
        reason=given.get("reason", "") if typed else (now.reason or "") if now else "",
        open=mine,
    )


def told(slicing: Slicing | None, names: Names) -> str:
    """The slices in a line; "" for none."""
    if slicing is None:
        return ""
    if slicing.along in PERIODS:
        return "、".join(number_text(one.value) for one in slicing.slices)
    return "、".join(f"{name_of(one, names)} {number_text(one.value)}" for one in slicing.slices)


def name_of(slice: Slice, names: Names) -> str:
    """What a slice is called: by the organisation that owes it, if any."""
    return names.organisation(slice.organisation) if slice.organisation else slice.name


def _period_rows(along: Along, now: Slicing | None, given: Mapping[str, str], typed: bool) -> list[Line]:
    values = [number_text(one.value) for one in now.slices] if now else [""] * PERIODS[along]
    places = enumerate(values, 1)
    return [Line(place, {"value": given.get(f"value{place}", "") if typed else value}) for place, value in places]


def _named_rows(
    row: Item,
    along: Along,
    now: Slicing | None,
    names: Names,
    proposed: Mapping[Along, tuple[str, ...]],
    given: Mapping[str, str],
    typed: bool,
) -> list[Line]:
    if now is not None:
        there = [{"value": number_text(one.value), "part": name_of(one, names)} for one in now.slices]
    else:
        usual = _owners(row, names) if along is Along.ORGANISATION else proposed.get(along, ())
        there = [{"value": "", "part": name} for name in usual]
    return lines(there, _FIELDS, given, typed, _SPARE if there else _EMPTY)


def _districts(tables: Tables, row: Item) -> list[Organisation]:
    plan = tables.need(Plan, row.plan, "年度台账")
    rows = (one for one in tables.select(Organisation) if one.kind is OrganisationKind.DISTRICT)
    return [one for one in rows if below(tables, one.id, plan.organisation)]


def _owners(row: Item, names: Names) -> tuple[str, ...]:
    proposed = row.suggestion if row.lead is None else None
    lead, supporting = (proposed.lead, proposed.supporting) if proposed else (row.lead, row.supporting)
    return tuple(names.organisation(one) for one in (lead, *supporting) if one)


def _periods(row: Item, name: str, along: Along, form: FormData) -> tuple[Slice, ...]:
    found = []
    for place in range(1, PERIODS[along] + 1):
        value = number_of(text_field(form, f"value{place}"), f"{row.number} {name}")
        if value is None:
            reason = f"第{place}季度没有填写" if along is Along.QUARTER else f"{place}月没有填写"
            raise LedgerError(f"{row.number} {name}", reason, "请补齐每一期")
        found.append(Slice(str(place), value))
    return tuple(found)


def _named(tables: Tables, row: Item, measure: str, along: Along, form: FormData) -> tuple[Slice, ...]:
    target = f"{row.number} {measure}"
    districts = {one.name: one.id for one in _districts(tables, row)} if along is Along.DISTRICT else {}
    found: list[Slice] = []
    empty: list[str] = []
    for place in range(1, count(_FIELDS[0], form) + 1):
        name = text_field(form, f"part{place}").strip()
        value = number_of(text_field(form, f"value{place}"), target)
        if not name and value is None:
            continue
        if not name:
            raise LedgerError(target, f"第{place}行没有写名称", "请写名称，或清空这一行的数值")
        if value is None:
            empty.append(name)
            continue
        if along is Along.ORGANISATION:
            owner = organisation_named(tables, name)
            # As commands have it: an organisation's slice goes by its id.
            found.append(Slice(owner or name, value, owner))
        else:
            found.append(Slice(name, value, districts.get(name)))
    if empty:
        raise LedgerError(target, f"没有填写数值：{'、'.join(empty)}", _REMEDY)
    return tuple(found)
