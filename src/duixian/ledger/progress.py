"""Progress reports 进展填报: a value, a percentage or a milestone, a sentence, what blocks and what help is asked."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from duixian.ledger.attachments import Attachment
from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.journal import Entry, day
from duixian.ledger.measures import Measure
from duixian.ledger.organisations import Person, Role
from duixian.ledger.plans import Item, State, open_plan
from duixian.ledger.rounds import Due, Round, due_id
from duixian.ledger.states import owes, rules
from duixian.ledger.tables import Row, Tables


@dataclass(frozen=True, slots=True)
class Reading:
    """How far one measure of the item is; unit as in the measure."""

    measure: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One report as it stands. ``sequence`` is its entry in the journal; time in UTC. readings: the values given."""

    id: str
    item: str
    sequence: int
    who: str
    time: str
    readings: tuple[Reading, ...]
    percent: float | None
    milestone: str | None
    sentence: str
    problems: str | None
    help: str | None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgressReported:
    """What a department says of its item. percent: 0 to 100. correction: why a value is below the last one, if it is.

    state, rounds: the item's state after it and the open rounds that it answers, filled in when it is decided.
    """

    item: str
    sentence: str
    readings: tuple[Reading, ...] = ()
    percent: float | None = None
    milestone: str | None = None
    problems: str | None = None
    help: str | None = None
    correction: str | None = None
    state: State | None = None
    rounds: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def decide_progress(tables: Tables, person: Person, event: ProgressReported) -> ProgressReported:
    item = tables.need(Item, event.item, "事项")
    open_plan(tables, item.plan)
    after = rules().reporting.get(item.state)
    if after is None:
        label = rules().labels[item.state]
        raise NotAllowedError(item.id, f"事项现为“{label}”，不能填报进展", "请先签收，或联系督查人员")
    if not owes(tables, person, item, (Role.OWNER, Role.CONTRIBUTOR)):
        raise NotAllowedError(person.name, "不是该事项牵头或配合单位的责任人、配合人", "请由承办单位填报")
    if not event.sentence.strip():
        raise LedgerError(item.id, "没有写进展情况", "请写一句话说明做了什么")
    if event.percent is not None and not 0 <= event.percent <= 100:
        raise LedgerError(item.id, f"完成比例{event.percent:g}%不在0到100之间", "请核对后填写")
    _check_milestone(item, event.milestone)
    _check_readings(item, event)
    _check_falls(tables, item, event)
    open_rounds = (round.id for round in tables.select(Round, plan=item.plan, state="open"))
    answered = tuple(round for round in open_rounds if tables.get(Due, due_id(round, item.id)))
    return replace(event, state=after, rounds=answered)


def apply_progress(tables: Tables, entry: Entry, event: ProgressReported) -> tuple[Row, ...]:
    item = tables.need(Item, event.item, "事项")
    report = Progress(
        id=f"{item.id}#{entry.sequence}",
        item=item.id,
        sequence=entry.sequence,
        who=entry.who,
        time=entry.time,
        readings=event.readings,
        percent=event.percent,
        milestone=event.milestone,
        sentence=event.sentence,
        problems=event.problems,
        help=event.help,
        attachments=event.attachments,
    )
    hands = item.hands if entry.who in item.hands else (*item.hands, entry.who)
    changed = replace(item, state=event.state or item.state, hands=hands, progress=report.id, version=item.version + 1)
    dues: list[Row] = []
    for id in event.rounds:
        round = tables.need(Round, id, "调度期")
        due = tables.need(Due, due_id(id, item.id), "应报事项")
        # The first report decides whether the organisation was in time; later ones in the round refine it.
        late = due.late if due.report else day(entry.time) > round.due
        dues.append(replace(due, report=report.id, late=late))
    return (report, changed, *dues)


def _check_milestone(item: Item, milestone: str | None) -> None:
    names = [one.name for one in item.milestones]
    if milestone is not None and names and milestone not in names:
        raise LedgerError(item.id, f"没有“{milestone}”这个节点", f"该事项的节点有：{'、'.join(names)}")


def _check_readings(item: Item, event: ProgressReported) -> None:
    measures = {measure.name: measure for measure in item.measures}
    if len({reading.measure for reading in event.readings}) < len(event.readings):
        raise LedgerError(item.id, "同一数量目标填了两个数", "请只保留一个")
    for reading in event.readings:
        measure: Measure | None = measures.get(reading.measure)
        if measure is None:
            names = "、".join(measures) or "（无）"
            raise LedgerError(item.id, f"没有“{reading.measure}”这个数量目标", f"该事项的数量目标有：{names}")
        if reading.unit != measure.unit:
            reason = f"“{measure.name}”的单位应是“{measure.unit}”，填的是“{reading.unit}”"
            raise LedgerError(item.id, reason, "请换算成规定的单位")
        if not math.isfinite(reading.value):
            raise LedgerError(item.id, f"“{measure.name}”填的不是一个数", "请填写数值")
        if _over_whole(measure, reading) and not (event.correction or "").strip():
            reason = f"“{measure.name}”填了{reading.value:g}%，占比、比率不应超过100%"
            raise LedgerError(item.id, reason, "请核对；如确实超过，请写明更正原因")


def _over_whole(measure: Measure, reading: Reading) -> bool:
    """Whether a share is given as more than the whole, where the goal itself is not."""
    goal = measure.value
    return measure.kind == "level" and measure.unit == "%" and goal is not None and goal <= 100 < reading.value


def _check_falls(tables: Tables, item: Item, event: ProgressReported) -> None:
    last = tables.get(Progress, item.progress) if item.progress else None
    if last is None or (event.correction or "").strip():
        return
    remedy = "如确有更正，请写明更正原因"
    if event.percent is not None and last.percent is not None and event.percent < last.percent:
        raise LedgerError(item.id, f"完成比例从{last.percent:g}%降到{event.percent:g}%", remedy)
    downward = {measure.name for measure in item.measures if measure.op in ("≤", "<")}
    before = {reading.measure: reading.value for reading in last.readings}
    for reading in event.readings:
        if reading.measure not in downward and reading.value < before.get(reading.measure, reading.value):
            reason = f"“{reading.measure}”从{before[reading.measure]:g}降到{reading.value:g}"
            raise LedgerError(item.id, reason, remedy)


def read_value(item: Item, text: str) -> Reading | None:
    """A reading as people give it: "里程=120", "里程=120公里", or "120" alone where the item has one measure.

    None when it names no measure of the item or is no number. A unit that is given stays as given, so that a wrong
    one is refused when the report is decided.
    """
    name, equals, value = text.rpartition("=")
    names = [measure.name for measure in item.measures]
    if not equals and len(names) == 1:
        name = names[0]
    measure = next((one for one in item.measures if one.name == name.strip()), None)
    found = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(\D.*)?", value.replace(",", "").replace("，", ""))
    if measure is None or found is None:
        return None
    return Reading(measure.name, float(found[1]), (found[2] or measure.unit).strip())
