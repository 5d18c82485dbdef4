"""The register 事项总表 of a plan: a short line for every item with its light, kept up with the journal.

Lists, boards and counts ask for all items of a plan at once. The lines are made once and then only those that an entry
of the journal concerns are made anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from duixian.ledger.criteria import Colour
from duixian.ledger.dossiers import Dossier, dossier, dossiers
from duixian.ledger.lights import judged
from duixian.ledger.plans import Item, ItemKind, Plan, State
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables
from duixian.ledger.views import order

# Entries that change nothing but the item that is their subject; all others about items, rounds and plans may concern
# any of them, and entries about anything else concern none.
_OF_ONE = frozenset({"item.registered", "item.revised", "item.moved", "progress.reported", "measure.sliced"})
_OF_SEVERAL = ("item", "plan", "round", "measure", "progress")
_OF_ALL = "rule"
_MOST_CHANGES = 500  # beyond so many it is quicker to begin anew
_MOST_PLANS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """An item in short. lead, supporting: as assigned, else as suggested, and then ``proposed``. leader: id of a
    person. indicators: that its measures are of. why: of the light.
    """

    id: str
    number: str
    text: str
    section: str
    kind: ItemKind
    state: State
    lead: str | None
    supporting: tuple[str, ...]
    proposed: bool
    confidence: float | None
    leader: str | None
    indicators: tuple[str, ...]
    deadline: str
    public: bool
    version: int
    colour: Colour
    why: str
    why_english: str


@dataclass(frozen=True, slots=True)
class Register:
    """The lines of a plan in the order of their numbers, as of an entry of the journal and a day."""

    plan: Plan
    sequence: int
    day: date
    lines: tuple[Line, ...]


class Registers:
    """The registers of a ledger's plans; safe to share among threads.

    today: gives the day for which lights are wanted.
    """

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self._held: OrderedDict[str, Register] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, ledger: Ledger, plan: str) -> Register:
        """The register of a plan as it stands. Raises UnknownNameError."""
        day, sequence = self._today(), ledger.head().sequence
        with self._lock:
            held = self._held.get(plan)
            if held is not None and (held.sequence, held.day) == (sequence, day):
                self._held.move_to_end(plan)
                return held
            changed = _changed(ledger, held, day)
            if held is None or changed is None:
                found = _whole(ledger, plan, sequence, day)
            else:
                found = _renewed(ledger, held, changed, sequence)
            self._held[plan] = found
            self._held.move_to_end(plan)
            while len(self._held) > _MOST_PLANS:
                self._held.popitem(last=False)
            return found

    def forget(self) -> None:
        """Begin anew, as after another ledger took the place of this one."""
        with self._lock:
            self._held.clear()


def register_then(tables: Tables, plan: str, day: date) -> Register:
    """The register of a plan by tables as they stood at the end of a day. Raises UnknownNameError."""
    row = tables.need(Plan, plan, "年度台账")
    return Register(row, 0, day, _sorted({one.item.id: line_of(one, day) for one in dossiers(tables, plan, day)}))


def line_of(of: Dossier, day: date) -> Line:
    """The line of an item on a day."""
    item, light = of.item, judged(of, day)
    proposed = item.suggestion if item.lead is None else None
    return Line(
        item.id,
        item.number,
        item.text,
        item.section,
        item.kind,
        item.state,
        proposed.lead if proposed else item.lead,
        proposed.supporting if proposed else item.supporting,
        proposed is not None,
        proposed.confidence if proposed else None,
        item.leader,
        tuple(measure.indicator for measure in item.measures),
        item.deadline,
        item.public,
        item.version,
        light.colour,
        light.sentence,
        light.english,
    )


def _changed(ledger: Ledger, held: Register | None, day: date) -> set[str] | None:
    """The items of which a line must be made anew; None when all must."""
    if held is None or held.day != day:
        return None
    entries = ledger.since(held.sequence, _MOST_CHANGES + 1)
    if len(entries) > _MOST_CHANGES:
        return None
    plan, found = held.plan.id, set()
    for kind, subject in entries:
        if kind.startswith(_OF_ALL):
            return None
        if not kind.startswith(_OF_SEVERAL) or not (subject == plan or subject.startswith((f"{plan}/", f"{plan}@"))):
            continue
        if kind not in _OF_ONE:
            return None
        found.add(subject)
    return found


def _whole(ledger: Ledger, plan: str, sequence: int, day: date) -> Register:
    # The place in the journal is noted before the tables are read: what comes between is only read twice.
    with ledger.read() as tables:
        row = tables.need(Plan, plan, "年度台账")
        lines = {one.item.id: line_of(one, day) for one in dossiers(tables, plan, day)}
    return Register(row, sequence, day, _sorted(lines))


def _renewed(ledger: Ledger, held: Register, changed: set[str], sequence: int) -> Register:
    lines = {line.id: line for line in held.lines}
    with ledger.read() as tables:
        for id in sorted(changed):
            if _is_of(tables, id, held.plan.id):
                lines[id] = line_of(dossier(tables, id, held.day), held.day)
    return Register(held.plan, sequence, held.day, _sorted(lines))


def _is_of(tables: Tables, id: str, plan: str) -> bool:
    item = tables.get(Item, id)
    return item is not None and item.plan == plan


def _sorted(lines: Mapping[str, Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines.values(), key=lambda line: order(line.number)))
