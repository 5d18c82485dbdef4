"""Slips 填报单: what a person fills in for one item, read from a form and written once, however often it is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.datastructures import FormData

from duixian.ledger.attachments import Attachment
from duixian.ledger.errors import LedgerError, StaleError
from duixian.ledger.kinds import Event
from duixian.ledger.measures import Measure, written
from duixian.ledger.organisations import Person, Role
from duixian.ledger.plans import Item, State
from duixian.ledger.progress import Progress, ProgressReported, Reading
from duixian.ledger.rounds import Due, Round
from duixian.ledger.states import ItemMoved, owes, rules
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables
from duixian.web.bookkeeping import uploaded
from duixian.web.security import text_field

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_WIDTH = str.maketrans("０１２３４５６７８９．－＋，％", "0123456789.-+,%")


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure that a slip asks for. last: the value told before, as text."""

    measure: Measure
    text: str
    last: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What is asked of one item. key: behind the names of its fields. due: None outside of rounds."""

    key: str
    item: Item
    round: Round | None
    due: Due | None
    asked: tuple[Asked, ...]
    last: Progress | None

    @property
    def sentence(self) -> str:
        """The words of the last report, from which the next can be written."""
        return self.last.sentence if self.last else ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What came back. values: of the measures by their place; texts as they were typed."""

    item: str
    round: str
    version: int | None
    values: tuple[str, ...]
    percent: str
    sentence: str
    milestone: str
    problems: str
    help: str
    correction: str
    before: str

    @property
    def is_touched(self) -> bool:
        """Whether anything was filled in beyond what stood there before."""
        numbers = any(value.strip() for value in self.values) or self.percent.strip()
        words = self.sentence.strip() != self.before.strip()
        return bool(numbers or words or self.milestone or self.problems.strip() or self.help.strip())


def slip_for(tables: Tables, item: Item, round: Round | None, key: str, due: Due | None = None) -> Slip:
    """The slip of an item."""
    last = tables.get(Progress, item.progress) if item.progress else None
    values = {reading.measure: f"{reading.value:.10g}" for reading in last.readings} if last else {}
    asked = tuple(Asked(measure, written(measure), values.get(measure.name, "")) for measure in item.measures)
    return Slip(key, item, round, due, asked, last)


def may_report(tables: Tables, person: Person, item: Item) -> bool:
    """Whether this person can report on the item, accepting it first where it waits for that."""
    if item.state in rules().reporting:
        return owes(tables, person, item, (Role.OWNER, Role.CONTRIBUTOR))
    return item.state is State.ASSIGNED and owes(tables, person, item, (Role.OWNER,))


def slip_of(form: FormData, key: str) -> Filled:
    """What a form says of the item whose fields end in this key."""

    def field(name: str) -> str:
        return text_field(form, name + key)[:5000]

    count = 0
    while f"value{count}{key}" in form and count < 100:
        count += 1
    version = field("version")
    return Filled(
        item=field("item"),
        round=field("round"),
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
        values=tuple(field(f"value{number}") for number in range(count)),
        percent=field("percent"),
        sentence=field("sentence"),
        milestone=field("milestone"),
        problems=field("problems"),
        help=field("help"),
        correction=field("correction"),
        before=field("before"),
    )


def reported(
    ledger: Ledger,
    who: str,
    event: ProgressReported,
    version: int | None,
    round: str,
    attach: Callable[[], tuple[Attachment, ...]] = tuple,
) -> bool:
    """Write a report; False where the very same was written before, so that sending twice reports once.

    version: of the item as it was seen. round: the one that it is meant for, "" for none. attach: keeps the files that
    go with it once nothing stands in the way. An item that waits to be accepted is accepted with it. Raises
    RoundOverError when the round has closed meanwhile, StaleError when somebody changed the item since, LedgerError
    for what the rules refuse.
    """
    with ledger.read() as tables:
        item = tables.need(Item, event.item, "事项")
        if round:
            row = tables.need(Round, round, "调度期")
            if row.state != "open":
                raise RoundOverError(row)
        if version is not None and item.version != version:
            if _is_told(tables, who, item, event):
                return False
            raise StaleError(item.id, version, item.version)
        accepts = item.state is State.ASSIGNED
    files = attach()
    if files:
        event = replace(event, attachments=(*event.attachments, *files))
    events: tuple[Event, ...] = (ItemMoved(item.id, "accept"), event) if accepts else (event,)
    ledger.record(who, *events, expect={item.id: item.version})
    return True


def taken(ledger: Ledger, who: str, filled: Filled, form: FormData, key: str) -> bool:
    """Write what was filled in; see :func:`reported`."""
    with ledger.read() as tables:
        event = event_of(tables.need(Item, filled.item, "事项"), filled)
    return reported(ledger, who, event, filled.version, filled.round, lambda: uploaded(ledger, form, "files" + key))


class RoundOverError(LedgerError):
    """The round of a slip has closed since the page was opened."""

    def __init__(self, round: Round) -> None:
        super().__init__(
            round.period,
            "这一期已经关闭，刚才填的内容没有计入",
            "内容还在下面：可以作为日常进展补报，或复制后在下一期填报；确需计入本期的，请联系督查人员",
        )
        self.round = round.id


def number_of(text: str, target: str) -> float | None:
    """A number as people type it, None for nothing. Raises LedgerError."""
    plain = text.translate(_WIDTH).replace(",", "").replace(" ", "").removesuffix("%")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise LedgerError(target, f"“{text.strip()[:40]}”不是一个数", "请只填数字，不写单位")
    return float(plain)


def event_of(item: Item, filled: Filled) -> ProgressReported:
    """The report that a slip makes. Raises LedgerError for a number that is none."""
    pairs = zip(item.measures, filled.values, strict=False)
    readings = []
    for measure, text in pairs:
        value = number_of(text, f"{item.number} {measure.name}")
        if value is not None:
            readings.append(Reading(measure.name, value, measure.unit))
    return ProgressReported(
        item.id,
        filled.sentence.strip(),
        tuple(readings),
        number_of(filled.percent, f"{item.number} 完成比例"),
        filled.milestone or None,
        filled.problems.strip() or None,
        filled.help.strip() or None,
        filled.correction.strip() or None,
    )


def _is_told(tables: Tables, who: str, item: Item, event: ProgressReported) -> bool:
    """Whether the latest report of the item is this person's and says exactly this."""
    last = tables.get(Progress, item.progress) if item.progress else None
    return last is not None and (
        last.who,
        last.sentence,
        last.readings,
        last.percent,
        last.milestone,
        last.problems,
        last.help,
    ) == (who, event.sentence, event.readings, event.percent, event.milestone, event.problems, event.help)
