"""Orders and problems: no path loses one, ends one without a check from outside, or lets anybody check themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from ledger_office import registered
from test_ledger_states import DEPARTMENTS, GRANTS, PEOPLE, Book

from duixian.ledger.orders import Order, OrderIssued, OrderMoved, OrderState, order_flow
from duixian.ledger.organisations import Grant, Person, Role, RolesChanged
from duixian.ledger.problems import Problem, ProblemFound, ProblemMoved, ProblemState, problem_flow
from duixian.ledger.replay import replay
from duixian.ledger.states import ItemMoved
from duixian.ledger.workflow import Workflow, available

DAYS = ("2025-03-01", "2025-06-30", "2026-01-31")
FLOWS: tuple[tuple[type[Any], Callable[[], Workflow], type[Any]], ...] = (
    (Order, order_flow, OrderMoved),
    (Problem, problem_flow, ProblemMoved),
)
MOST = 3  # orders and problems at once: few enough that each lives long
ANSWERING = ("sign", "reply", "measure", "done")
CHECKING = ("accept", "return", "pass", "fail")


class Supervision(RuleBasedStateMachine):
    """Anybody tries anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        for number, owner in ((1, "own1"), (3, "mixed")):
            self.book.record("li", registered(number))
            self.book.record("li", ItemMoved(f"2025/{number}", "assign", lead=f"dept{number}"))
            self.book.record(owner, ItemMoved(f"2025/{number}", "accept"))
        self.known: set[tuple[type[Any], str]] = set()
        self.workers: dict[tuple[type[Any], str], set[str]] = {}
        self.issue_and_find()

    def issue_and_find(self) -> None:
        self.book.record("li", OrderIssued("dept3", "事由", "要求", "2025-04-10"))
        self.book.record("li", ProblemFound("堆放", "2025-05-31", item="2025/1"))
        self.known |= {(Order, "D2025-001"), (Problem, "W2025-001")}

    @rule(
        who=st.sampled_from(PEOPLE), organisation=st.sampled_from(DEPARTMENTS), items=st.sampled_from([(), ("2025/1",)])
    )
    def issue(self, who: str, organisation: str, items: tuple[str, ...]) -> None:
        if len(self.known) > MOST:
            return
        event = OrderIssued(organisation, "事由", "要求", "2025-04-10", items=items)
        if self.book.attempt(who, event):
            self.known.add((Order, self.book.journal[-1].subject))

    @rule(who=st.sampled_from(PEOPLE), item=st.sampled_from(["2025/1", "2025/3", None]))
    def find(self, who: str, item: str | None) -> None:
        if len(self.known) > MOST:
            return
        event = ProblemFound("堆放", "2025-05-31", item=item, organisation=None if item else "dept2")
        if self.book.attempt(who, event):
            self.known.add((Problem, self.book.journal[-1].subject))

    @rule(who=st.sampled_from(PEOPLE[1:]), grants=GRANTS)
    def change_roles(self, who: str, grants: tuple[Any, ...]) -> None:
        self.book.attempt("li", RolesChanged(who, grants))

    @rule(who=st.sampled_from(PEOPLE[1:]), dept=st.sampled_from([None, *DEPARTMENTS]), role=st.sampled_from(list(Role)))
    def seize_power(self, who: str, dept: str | None, role: Role) -> None:
        """Somebody becomes a supervisor, keeps a part in a department perhaps, and tries to check everything."""
        grants = (Grant(Role.SUPERVISOR, "gov"), *((Grant(role, dept),) if dept else ()))
        if self.book.attempt("li", RolesChanged(who, grants)):
            for kind, id in sorted(self.known, key=lambda one: one[1]):
                flow, event = next((flow(), event) for each, flow, event in FLOWS if each is kind)
                for action in CHECKING:
                    if action in flow.actions:
                        due = "2026-01-31" if "due" in flow.actions[action].needs else None
                        self.move(kind, flow, who, event(id, action, "写明", due))

    def move(self, kind: type[Any], flow: Workflow, who: str, event: Any) -> None:
        id = getattr(event, "order", None) or event.problem
        before, person = self.book.tables.need(kind, id, ""), self.book.tables.need(Person, who, "人员")
        action = flow.actions[event.action]
        offered = action in available(self.book.tables, person, flow, before)
        if not self.book.attempt(who, event):
            assert self.book.tables.need(kind, id, "") == before
            return
        after = self.book.tables.need(kind, id, "")
        assert offered
        assert after.state == action.to
        assert {"text"} & set(action.needs) <= ({"text"} if event.text else set())
        workers = self.workers.setdefault((kind, id), set())
        roles = {grant.role for grant in person.grants}
        if action.worker:
            workers.add(who)
            assert Role.OWNER in roles
        elif after.state in flow.settled or action.independent:
            # Whatever ends an order or a problem, or sends it back, is done from outside.
            assert who not in workers, "someone checked their own work"
            owned = {grant.organisation for grant in person.grants if grant.role in (Role.OWNER, Role.CONTRIBUTOR)}
            assert not owned & {"gov", before.organisation}
            assert roles & {Role.SUPERVISOR, Role.LEADER}
        if after.state in (OrderState.ACCEPTED, ProblemState.CLOSED):
            assert before.state in (OrderState.REPLIED, ProblemState.DONE)
            assert workers
        if after.state is ProblemState.REOPENED:
            assert after.due == event.due

    def draw_of(self, data: st.DataObject) -> tuple[type[Any], Workflow, type[Any], str] | None:
        if not self.known:
            return None
        kind, id = data.draw(st.sampled_from(sorted(self.known, key=lambda one: one[1])))
        flow, event = next((flow, event) for each, flow, event in FLOWS if each is kind)
        return kind, flow(), event, id

    @rule(data=st.data(), who=st.sampled_from(PEOPLE), text=st.sampled_from(["写明", "", None]))
    def act(self, data: st.DataObject, who: str, text: str | None) -> None:
        drawn = self.draw_of(data)
        if drawn is not None:
            kind, flow, event, id = drawn
            name = data.draw(st.sampled_from(sorted(flow.actions)))
            self.move(kind, flow, who, event(id, name, text, data.draw(st.sampled_from([None, *DAYS]))))

    def offered(self, data: st.DataObject, names: Iterable[str] | None) -> None:
        drawn = self.draw_of(data)
        if drawn is None:
            return
        kind, flow, event, id = drawn
        matter = self.book.tables.need(kind, id, "")
        offers = [
            (person.id, action)
            for person in self.book.tables.select(Person)
            for action in available(self.book.tables, person, flow, matter)
            if names is None or action.name in names
        ]
        if offers:
            who, action = data.draw(st.sampled_from(offers))
            self.move(kind, flow, who, event(id, action.name, "写明", "2026-01-31" if "due" in action.needs else None))

    @rule(data=st.data())
    def do_what_is_on_offer(self, data: st.DataObject) -> None:
        """So that long lives are reached and not only refusals."""
        self.offered(data, None)

    @rule(data=st.data())
    def check(self, data: st.DataObject) -> None:
        """Whoever the rules let check does so; ``move`` sees to it that they stand apart."""
        self.offered(data, CHECKING)

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        self.offered(data, ANSWERING)

    @invariant()
    def none_is_lost(self) -> None:
        for kind, flow, _ in FLOWS:
            rows = self.book.tables.select(kind)
            assert {row.id for row in rows} == {id for each, id in self.known if each is kind}
            for row in rows:
                assert row.hands == tuple(dict.fromkeys(row.hands))
                assert set(row.hands) == self.workers.get((kind, row.id), set())
                assert (row.settled is not None) == (row.state in flow().settled)

    def teardown(self) -> None:
        assert replay(self.book.journal) == self.book.tables


def test_whatever_anybody_tries_the_rules_hold() -> None:
    run_state_machine_as_test(Supervision, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))


@pytest.mark.parametrize(("flow", "states"), [(order_flow, OrderState), (problem_flow, ProblemState)])
def test_every_end_is_reached_only_by_somebody_who_stands_apart(flow: Callable[[], Workflow], states: Any) -> None:
    table = flow()
    assert set(table.labels) == {state.value for state in states}
    assert not table.owing & table.settled
    for action in table.actions.values():
        assert {*action.sources, action.to} <= set(table.labels)
        if action.to in table.settled:
            assert action.independent
            assert Role.OWNER not in action.by
        assert action.worker == (action.by == (Role.OWNER,))


@pytest.mark.parametrize("flow", [order_flow, problem_flow])
def test_whatever_stands_open_can_be_brought_to_an_end(flow: Callable[[], Workflow]) -> None:
    table = flow()
    reach = {"accepted", "closed"} & table.settled
    for _ in table.labels:
        reach |= {source for action in table.actions.values() if action.to in reach for source in action.sources}
    assert reach >= set(table.labels) - table.settled


def test_a_changed_rule_never_changes_what_has_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book()
    book.record("li", OrderIssued("dept1", "事由", "要求", "2025-04-10"))
    book.record("own1", OrderMoved("D2025-001", "reply", "已办"))
    book.record("zhang", OrderMoved("D2025-001", "accept"))
    book.record("li", ProblemFound("堆放", "2025-05-31", organisation="dept1"))
    book.record("own1", ProblemMoved("W2025-001", "measure", "清运"))
    book.record("own1", ProblemMoved("W2025-001", "done", "已清运"))
    book.record("zhang", ProblemMoved("W2025-001", "fail", "未清", "2025-06-30"))
    for module in ("orders", "problems"):
        monkeypatch.setattr(f"duixian.ledger.{module}.workflow", lambda name: pytest.fail("a replay asked the rules"))
        monkeypatch.setattr(f"duixian.ledger.{module}.rule", lambda *ask: pytest.fail("a replay asked the rules"))
    assert replay(book.journal) == book.tables
