"""The state machine: no path loses an item, closes it without a reviewer, or lets an owner approve their own work."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from ledger_office import registered

from duixian.ledger import canonical, kinds
from duixian.ledger.closing import ItemCarried, PlanClosed
from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry, Head, end, seal
from duixian.ledger.kinds import Event
from duixian.ledger.organisations import (
    Grant,
    LedgerOpened,
    Organisation,
    OrganisationAdded,
    OrganisationKind,
    Person,
    PersonAdded,
    Role,
    RolesChanged,
)
from duixian.ledger.plans import SETTLED, Item, Plan, PlanOpened, State
from duixian.ledger.progress import Progress, ProgressReported
from duixian.ledger.replay import replay
from duixian.ledger.reshaping import ItemsMerged, ItemSplit, Part
from duixian.ledger.rounds import Due, Round, RoundClosed, RoundOpened, digest
from duixian.ledger.states import ItemMoved, available, rules
from duixian.ledger.tables import MemoryTables

ACTIONS = rules().actions
DEPARTMENTS = ("dept1", "dept2", "dept3")
PEOPLE = ("li", "zhang", "own1", "own2", "mixed", "guest")
FORWARD = ("assign", "accept", "start", "submit", "ask_extension")
REVIEWS = tuple(name for name, action in ACTIONS.items() if action.independent)
GRANTS = st.lists(
    st.builds(Grant, st.sampled_from(list(Role)), st.sampled_from(["gov", *DEPARTMENTS])), max_size=3
).map(tuple)


class Book:
    """A ledger without a database: the same decisions and applications, and its journal."""

    def __init__(self) -> None:
        self.tables, self.journal, self.head = MemoryTables(), list[Entry](), Head()
        self.record("li", LedgerOpened("gov", "云岭市人民政府", "li", "李督查"))
        for dept in DEPARTMENTS:
            self.record("li", OrganisationAdded(dept, dept, OrganisationKind.DEPARTMENT, "gov"))
        grants: dict[str, tuple[str, Iterable[Grant]]] = {
            "zhang": ("gov", [Grant(Role.LEADER, "gov")]),
            "own1": ("dept1", [Grant(Role.OWNER, "dept1")]),
            "own2": ("dept2", [Grant(Role.OWNER, "dept2")]),
            # The dangerous one: supervises everything and owns a department's work.
            "mixed": ("dept3", [Grant(Role.SUPERVISOR, "gov"), Grant(Role.OWNER, "dept3")]),
            "guest": ("gov", [Grant(Role.READER, "gov")]),
        }
        for person, (home, held) in grants.items():
            self.record("li", PersonAdded(person, person, home, tuple(held)))
        self.record("li", PlanOpened("2025", "gov", 2025, "台账"))

    def record(self, who: str, event: Event) -> Entry:
        kind, fact = kinds.decide(self.tables, who, event)
        subject = getattr(fact, kind.subject)
        moment = f"2025-03-01T00:00:00.{len(self.journal):06}+00:00"
        entry = seal(self.head, moment, who, kind.name, subject, canonical.text(canonical.plain(fact)))
        self.tables.put(kinds.apply(self.tables, entry))
        self.journal.append(entry)
        self.head = end(entry)
        return entry

    def attempt(self, who: str, event: Event) -> bool:
        try:
            self.record(who, event)
        except LedgerError:
            return False
        return True


class Office(RuleBasedStateMachine):
    """Anybody tries anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.registered = {"2025/1", "2025/3"}
        self.workers = {"2025/1": {"own1"}, "2025/3": {"mixed"}}
        for number, owner in ((1, "own1"), (3, "mixed")):
            self.book.record("li", registered(number))
            self.book.record("li", ItemMoved(f"2025/{number}", "assign", lead=f"dept{number}"))
            for action in ("accept", "start"):
                self.book.record(owner, ItemMoved(f"2025/{number}", action))
        self.closed_rounds: dict[str, str | None] = {}

    def supervises(self, who: str) -> bool:
        person = self.book.tables.get(Person, who)
        return person is not None and Grant(Role.SUPERVISOR, "gov") in person.grants

    def items(self) -> list[Item]:
        return self.book.tables.select(Item)

    @rule(number=st.integers(1, 4), who=st.sampled_from(PEOPLE))
    def register(self, number: int, who: str) -> None:
        if self.book.attempt(who, registered(number)):
            self.registered.add(f"2025/{number}")

    def move(self, who: str, event: ItemMoved) -> None:
        before = self.book.tables.get(Item, event.item)
        person = self.book.tables.get(Person, who)
        assert person is not None
        allowed = before is not None and ACTIONS[event.action] in available(self.book.tables, person, before)
        if not self.book.attempt(who, event):
            assert self.book.tables.get(Item, event.item) == before
            return
        assert allowed
        assert before is not None
        after = self.book.tables.need(Item, event.item, "事项")
        assert after.version == before.version + 1
        action = ACTIONS[event.action]
        if action.worker:
            self.workers.setdefault(event.item, set()).add(who)
        if after.state is State.CLOSED and before.state is not State.CLOSED:
            assert before.state is State.SUBMITTED
        if action.independent:
            assert who not in self.workers.get(event.item, set()), "someone reviewed their own work"
            owned = {grant.organisation for grant in person.grants if grant.role in (Role.OWNER, Role.CONTRIBUTOR)}
            assert not owned & {"gov", before.lead, *before.supporting}
            assert any(grant.role in (Role.SUPERVISOR, Role.LEADER) for grant in person.grants)
        if after.deadline != before.deadline:
            assert event.action == "grant_extension"
            assert after.deadline == before.extension_asked

    @rule(
        who=st.sampled_from(PEOPLE),
        number=st.integers(1, 4),
        action=st.sampled_from(sorted(ACTIONS)),
        lead=st.sampled_from(DEPARTMENTS),
        supporting=st.lists(st.sampled_from(DEPARTMENTS), max_size=1).map(tuple),
        year=st.integers(2024, 2027),
    )
    def act(self, who: str, number: int, action: str, lead: str, supporting: tuple[str, ...], year: int) -> None:
        self.move(who, ItemMoved(f"2025/{number}", action, "有理由", lead, supporting, f"{year}-06-30"))

    def offered(self, data: st.DataObject, names: Iterable[str]) -> None:
        people = self.book.tables.select(Person)
        offers: dict[str, list[tuple[str, str]]] = {}
        for item in self.items():
            for person in people:
                for action in available(self.book.tables, person, item):
                    offers.setdefault(action.name, []).append((person.id, item.id))
        chosen = sorted(offers.keys() & set(names))
        if chosen:
            action = data.draw(st.sampled_from(chosen))
            who, id = data.draw(st.sampled_from(offers[action]))
            lead, year = data.draw(st.sampled_from(DEPARTMENTS)), data.draw(st.integers(2026, 2029))
            self.move(who, ItemMoved(id, action, "有理由", lead, (), f"{year}-06-30"))

    @rule(data=st.data())
    def do_what_is_on_offer(self, data: st.DataObject) -> None:
        """So that long lives are reached and not only refusals."""
        self.offered(data, ACTIONS)

    @rule(data=st.data())
    def go_forward(self, data: st.DataObject) -> None:
        self.offered(data, FORWARD)

    @rule(data=st.data())
    def review(self, data: st.DataObject) -> None:
        """Whoever the rules let review does so; ``move`` checks that they have no part in the work."""
        self.offered(data, REVIEWS)

    @rule(number=st.integers(1, 4), who=st.sampled_from(PEOPLE))
    def close(self, number: int, who: str) -> None:
        self.move(who, ItemMoved(f"2025/{number}", "close"))

    @rule(who=st.sampled_from(PEOPLE), number=st.integers(1, 4), percent=st.floats(allow_nan=True))
    def report(self, who: str, number: int, percent: float) -> None:
        event = ProgressReported(f"2025/{number}", "有进展", percent=percent, correction="更正")
        if self.book.attempt(who, event):
            assert 0 <= percent <= 100
            self.workers.setdefault(event.item, set()).add(who)

    @rule(who=st.sampled_from(PEOPLE[1:]), grants=GRANTS)
    def change_roles(self, who: str, grants: tuple[Grant, ...]) -> None:
        self.book.attempt("li", RolesChanged(who, grants))

    @rule(
        who=st.sampled_from(PEOPLE), items=st.lists(st.integers(1, 6), min_size=1, max_size=3), number=st.integers(5, 6)
    )
    def merge(self, who: str, items: list[int], number: int) -> None:
        event = ItemsMerged("2025", tuple(f"2025/{one}" for one in items), str(number), "合并后的事项", "同一件事")
        if self.book.attempt(who, event):
            self.registered.add(event.item)
            assert self.supervises(who)

    @rule(who=st.sampled_from(PEOPLE), number=st.integers(1, 6), first=st.integers(5, 8))
    def split(self, who: str, number: int, first: int) -> None:
        item = self.book.tables.get(Item, f"2025/{number}")
        goals = item.measures if item else ()
        parts = (Part(str(first), "第一部分", goals), Part(str(first + 1), "第二部分"))
        if self.book.attempt(who, ItemSplit(f"2025/{number}", parts, "分开办理")):
            self.registered |= {f"2025/{first}", f"2025/{first + 1}"}
            assert self.supervises(who)

    @rule(who=st.sampled_from(PEOPLE), number=st.integers(1, 8))
    def carry(self, who: str, number: int) -> None:
        if self.book.tables.get(Plan, "2026") is None:
            self.book.record("li", PlanOpened("2026", "gov", 2026, "下一年台账", follows="2025"))
        if self.book.attempt(who, ItemCarried(f"2025/{number}", "2026", "跨年工程")):
            self.registered.add(f"2026/2025-{number}")

    @rule(who=st.sampled_from(PEOPLE))
    def close_the_book(self, who: str) -> None:
        if self.book.attempt(who, PlanClosed("2025")):
            assert all(item.state in SETTLED for item in self.items() if item.plan == "2025")

    @rule(month=st.integers(1, 4))
    def open_round(self, month: int) -> None:
        self.book.attempt("li", RoundOpened("2025", f"2025-{month:02}"))

    @rule(month=st.integers(1, 4))
    def close_round(self, month: int) -> None:
        id = f"2025@2025-{month:02}"
        if self.book.attempt("li", RoundClosed(id)):
            self.closed_rounds[id] = self.book.tables.need(Round, id, "调度期").digest

    @invariant()
    def no_item_is_lost(self) -> None:
        assert {item.id for item in self.items()} == self.registered
        for item in self.items():
            # Whoever asks where it is gets an answer: the supervisors' own table, or an organisation that exists.
            assert item.lead is not None or item.state is State.REGISTERED or item.state in SETTLED
            assert item.lead is None or item.state is not State.REGISTERED
            replaced = item.state in (State.MERGED, State.SPLIT, State.CARRIED)
            assert replaced == bool(item.became)
            # What took its place is there, and has every word of it.
            for id in item.became:
                heir = self.book.tables.need(Item, id, "事项")
                assert item.id in heir.sources
                assert set(item.evidence) <= set(heir.evidence)
                assert set(item.hands) <= set(heir.hands)
            assert item.lead is None or self.book.tables.get(Organisation, item.lead)
            assert (item.state is State.SUSPENDED) == (item.held is not None)
            assert item.progress is None or self.book.tables.get(Progress, item.progress)
            assert self.workers.get(item.id, set()) <= set(item.hands)
            assert item.sources or self.workers.get(item.id, set()) == set(item.hands)

    @invariant()
    def closed_rounds_never_change(self) -> None:
        for id, frozen in self.closed_rounds.items():
            assert digest(self.book.tables.select(Due, round=id)) == frozen

    @invariant()
    def somebody_supervises(self) -> None:
        supervises = Grant(Role.SUPERVISOR, "gov")
        assert any(supervises in person.grants for person in self.book.tables.select(Person))

    def teardown(self) -> None:
        assert replay(self.book.journal) == self.book.tables


def test_whatever_anybody_tries_the_rules_hold() -> None:
    run_state_machine_as_test(Office, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))


def test_every_open_item_can_reach_its_closure_and_every_state_can_be_left() -> None:
    steps = {(source, action.to) for action in ACTIONS.values() for source in action.sources}
    steps |= {(source, after.value) for source, after in rules().reporting.items()}
    steps |= {(State.SUSPENDED, source.value) for source in ACTIONS["suspend"].sources}
    reach = {State.CLOSED}
    for _ in State:
        reach |= {source for source, after in steps if after in {state.value for state in reach}}
    # Only what other items took over, and what was given up by a reviewer, stays as it is.
    assert reach == set(State) - SETTLED | {State.CLOSED}


def test_only_an_independent_reviewer_closes() -> None:
    closing = [action for action in ACTIONS.values() if action.to == State.CLOSED]
    assert [action.sources for action in closing] == [(State.SUBMITTED,)]
    assert all(action.independent and Role.OWNER not in action.by for action in closing)
    submitting = [action for action in ACTIONS.values() if action.to == State.SUBMITTED]
    assert all(action.worker and set(action.by) == {Role.OWNER} for action in submitting)


def test_only_an_independent_reviewer_gives_an_item_up() -> None:
    ending = [action for action in ACTIONS.values() if action.to == State.TERMINATED]
    assert ending
    assert all(action.independent and "reason" in action.needs and Role.OWNER not in action.by for action in ending)


def test_every_state_and_action_has_a_chinese_name() -> None:
    assert set(rules().labels) == set(State)
    assert all(action.label for action in ACTIONS.values())


def test_someone_who_worked_on_it_cannot_close_it_even_in_another_role() -> None:
    book = Book()
    book.record("li", registered(1))
    book.record("li", ItemMoved("2025/1", "assign", lead="dept3"))
    book.record("mixed", ItemMoved("2025/1", "accept"))
    book.record("mixed", ItemMoved("2025/1", "start"))
    book.record("mixed", ItemMoved("2025/1", "submit", "做完了"))
    assert not book.attempt("mixed", ItemMoved("2025/1", "close"))
    book.record("li", RolesChanged("mixed", (Grant(Role.SUPERVISOR, "gov"),)))
    with pytest.raises(LedgerError, match="没有参与办理"):
        book.record("mixed", ItemMoved("2025/1", "close"))
    book.record("zhang", ItemMoved("2025/1", "close"))


def test_an_extension_waits_for_an_answer_and_falls_with_a_transfer() -> None:
    book = Book()
    book.record("li", registered(1))
    book.record("li", ItemMoved("2025/1", "assign", lead="dept1"))
    book.record("own1", ItemMoved("2025/1", "accept"))
    ask = ItemMoved("2025/1", "ask_extension", "雨季", deadline="2026-03-31")
    book.record("own1", ask)
    assert not book.attempt("own1", ask)
    book.record("li", ItemMoved("2025/1", "transfer", "职责调整", "dept2"))
    moved = book.tables.need(Item, "2025/1", "事项")
    assert (moved.state, moved.lead, moved.extension_asked) == (State.ASSIGNED, "dept2", None)
    assert not book.attempt("li", ItemMoved("2025/1", "grant_extension"))


def test_a_changed_rule_never_changes_what_has_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book()
    for number in range(1, 4):
        book.record("li", registered(number))
        book.record("li", ItemMoved(f"2025/{number}", "assign", lead="dept1"))
        book.record("own1", ItemMoved(f"2025/{number}", "accept"))
        book.record("own1", ProgressReported(f"2025/{number}", "动工", percent=5.0))
    monkeypatch.setattr("duixian.ledger.states.rules", lambda: pytest.fail("a replay asked the rules"))
    assert replay(book.journal) == book.tables
