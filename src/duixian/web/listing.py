"""Lists and boards of items: what the address asks for, what passes, how it is counted and put in pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from duixian.ledger.criteria import Colour
from duixian.ledger.organisations import Organisation, OrganisationKind
from duixian.ledger.plans import SETTLED, ItemKind, State
from duixian.ledger.register import Line, Register
from duixian.ledger.tables import Tables

PAGE = 50
CARDS = 12  # of a column of a board
VIEWS = ("list", "state", "light")
SORTS = ("number", "deadline", "light", "confidence")
DUE = ("overdue", "week", "month", "quarter")
_DAYS = {"week": 7, "month": 31, "quarter": 92}
_LIGHTS = (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.GREY, Colour.DONE, Colour.LATE)


@dataclass(frozen=True, slots=True)
class Sieve:
    """What to list; "" for all. organisation: id, those below it included. due: one of ``DUE``."""

    q: str = ""
    organisation: str = ""
    light: str = ""
    state: str = ""
    kind: str = ""
    due: str = ""
    sort: str = "number"
    view: str = "list"

    def query(self, **changes: str) -> str:
        """This as the query of an address, with other values; "" where nothing is asked."""
        default = Sieve()
        pairs = {field.name: getattr(self, field.name) for field in fields(self)} | changes
        words = {name: value for name, value in pairs.items() if value not in ("", getattr(default, name, ""))}
        return f"?{urlencode(words)}" if words else ""


def sieve_of(
    q: str = "",
    organisation: str = "",
    light: str = "",
    state: str = "",
    kind: str = "",
    due: str = "",
    sort: str = "number",
    view: str = "list",
) -> Sieve:
    """The sieve of an address; what is not known there is passed over. A dependency."""
    return Sieve(
        q[:200].strip(),
        organisation[:200],
        light if light in set(Colour) else "",
        state if state in set(State) or state == "open" else "",
        kind if kind in set(ItemKind) else "",
        due if due in DUE else "",
        sort if sort in SORTS else "number",
        view if view in VIEWS else "list",
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines that pass. lights, states: how many of each there are among those that pass all but that filter."""

    sieve: Sieve
    lines: tuple[Line, ...]
    whole: int
    lights: Mapping[str, int]
    states: Mapping[str, int]

    def page(self, number: int) -> Sequence[Line]:
        """The lines of a page, from 1."""
        return self.lines[(number - 1) * PAGE : number * PAGE]

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.lines) // PAGE))

    def columns(self) -> list[tuple[str, int, Sequence[Line]]]:
        """The columns of a board: key, how many, the first of them. Those without lines are left out."""
        if self.sieve.view == "state":
            keys: Sequence[str] = tuple(State)
            of: Callable[[Line], str] = lambda line: line.state  # noqa: E731
        else:
            keys, of = _LIGHTS, lambda line: line.colour
        found: dict[str, list[Line]] = {key: [] for key in keys}
        for line in self.lines:
            found[of(line)].append(line)
        return [(key, len(lines), lines[:CARDS]) for key, lines in found.items() if lines]


def listed(register: Register, sieve: Sieve, within: frozenset[str] | None) -> Listing:
    """The lines of a register that pass. within: the organisation asked for and those below it; None for all."""
    plain = replace(sieve, light="", state="")
    passing = [line for line in register.lines if _passes(line, plain, within, register.day)]
    lights = Counter(str(line.colour) for line in passing if _in_state(line, sieve.state))
    states = Counter(str(line.state) for line in passing if sieve.light in ("", line.colour))
    lines = [line for line in passing if sieve.light in ("", line.colour) and _in_state(line, sieve.state)]
    return Listing(sieve, tuple(_sorted(lines, sieve.sort)), len(register.lines), lights, states)


def within(tables: Tables, organisation: str) -> frozenset[str] | None:
    """An organisation and all below it; None for "". An unknown one gives itself, which nothing passes."""
    if not organisation:
        return None
    below: dict[str | None, list[str]] = {}
    for row in tables.select(Organisation):
        below.setdefault(row.parent, []).append(row.id)
    found, wanted = {organisation}, [organisation]
    while wanted:
        for id in below.get(wanted.pop(), ()):
            if id not in found:
                found.add(id)
                wanted.append(id)
    return frozenset(found)


def offices(tables: Tables, register: Register) -> dict[str, list[tuple[str, str, int]]]:
    """(id, name, items led) of the organisations that lead something, by kind."""
    counts = Counter(line.lead for line in register.lines if line.lead)
    found: dict[str, list[tuple[str, str, int]]] = {kind.value: [] for kind in OrganisationKind}
    for row in tables.select(Organisation):
        if counts[row.id]:
            found[row.kind.value].append((row.id, row.name, counts[row.id]))
    return {kind: rows for kind, rows in found.items() if rows}


def _passes(line: Line, sieve: Sieve, within: frozenset[str] | None, day: date) -> bool:
    if within is not None and line.lead not in within and within.isdisjoint(line.supporting):
        return False
    if sieve.kind and line.kind != sieve.kind:
        return False
    if sieve.due and not _due(line, sieve.due, day):
        return False
    return all(word in line.text or word == line.number or word in line.section for word in sieve.q.split())


def _in_state(line: Line, state: str) -> bool:
    return state in ("", line.state) or (state == "open" and line.state not in SETTLED)


def _due(line: Line, due: str, day: date) -> bool:
    if line.state in SETTLED:
        return False
    if due == "overdue":
        return line.deadline < day.isoformat()
    return day.isoformat() <= line.deadline <= (day + timedelta(days=_DAYS[due])).isoformat()


def _sorted(lines: list[Line], by: str) -> list[Line]:
    if by == "deadline":
        return sorted(lines, key=lambda line: line.deadline)
    if by == "light":
        return sorted(lines, key=lambda line: _LIGHTS.index(line.colour))
    if by == "confidence":
        return sorted(lines, key=lambda line: 2.0 if line.confidence is None else line.confidence)
    return lines
