"""Who sees which item: one rule for one item and for many at once, and never more than was said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_office import office

from duixian.ledger.measures import Measure
from duixian.ledger.organisations import (
    Grant,
    Group,
    IndicatorChief,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    chief_id,
)
from duixian.ledger.plans import Item, Plan
from duixian.ledger.seeing import may_change, may_see, may_see_plan, visible_items
from duixian.ledger.tables import MemoryTables

TREE = {"gov": None, "a": "gov", "a1": "a", "b": "gov", "b1": "b", "group": "gov", "district": "gov", "d1": "district"}
OWNERS = st.sampled_from(["a", "a1", "b", "b1", "group", "d1"])


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Item]:
    with office("sqlite", tmp_path_factory.mktemp("pattern")) as (ledger, _, _), ledger.read() as tables:
        return tables.select(Plan)[0], tables.select(Item)[0]


def world(plan: Plan, items: list[Item], people: list[Person]) -> MemoryTables:
    tables = MemoryTables()
    tables.put(Organisation(id, id, OrganisationKind.DEPARTMENT, parent) for id, parent in TREE.items())
    tables.put([Group("group", "组长", "chief", ("a1", "b"))])
    tables.put([IndicatorChief(chief_id("gov", "gdp"), "gov", "gdp", "indicator")])
    tables.put([replace(plan, id="p", organisation="gov"), replace(plan, id="q", organisation="district")])
    tables.put(items)
    tables.put(people)
    return tables


GRANTS = st.lists(st.builds(Grant, st.sampled_from(list(Role)), st.sampled_from(list(TREE))), max_size=3)
PEOPLE = st.builds(
    lambda id, grants: Person(id, id, "gov", tuple(grants)),
    st.sampled_from(["chief", "indicator", "leader", "someone"]),
    GRANTS,
)


@st.composite
def owned(draw: st.DrawFn) -> dict[str, object]:
    lead = draw(st.none() | OWNERS)
    return {
        "plan": draw(st.sampled_from(["p", "q"])),
        "lead": lead,
        "supporting": tuple(draw(st.lists(OWNERS, unique=True, max_size=2))) if lead else (),
        "leader": draw(st.none() | st.just("leader")),
        "public": draw(st.booleans()),
        "measures": (Measure("总值", "≥", 5.0, "%", draw(st.sampled_from(["gdp", "other"]))),),
    }


@settings(max_examples=200, deadline=None)
@given(person=PEOPLE, drawn=st.lists(owned(), min_size=1, max_size=8))
def test_many_items_at_once_are_seen_as_each_by_itself(
    pattern: tuple[Plan, Item], person: Person, drawn: list[dict[str, object]]
) -> None:
    plan, item = pattern
    items = [replace(item, id=str(number), **fields) for number, fields in enumerate(drawn)]  # type: ignore[arg-type]
    tables = world(plan, items, [person])
    for name in ("p", "q"):
        one_by_one = [each for each in items if each.plan == name and may_see(tables, person, each)]
        assert visible_items(tables, person, name) == one_by_one
        assert visible_items(tables, None, name) == [each for each in items if each.plan == name and each.public]
        assert may_see_plan(tables, person, name) or not one_by_one


def test_departments_see_their_own_and_those_above_see_all(tmp_path: Path, backend: str) -> None:
    with office(backend, tmp_path, items=4) as (ledger, _, _), ledger.read() as tables:

        def seen(person: str) -> list[str]:
            return [item.id for item in visible_items(tables, tables.need(Person, person, "人员"), "2025")]

        for whole in ("li", "zhang", "guest"):
            assert seen(whole) == ["2025/1", "2025/2", "2025/3", "2025/4"]
        assert seen("own1") == seen("help1") == ["2025/1", "2025/3"]
        assert seen("own2") == ["2025/2", "2025/4"]
        assert visible_items(tables, None, "2025") == []
        assert not may_see_plan(tables, None, "2025")
        assert may_change(tables.need(Person, "own1", "人员"))
        assert not may_change(tables.need(Person, "guest", "人员"))


class Counted(MemoryTables):
    """Tables that count how often they are asked for many rows."""

    asked = 0

    def select(self, kind: type[Any], **equal: str) -> list[Any]:
        self.asked += 1
        return super().select(kind, **equal)


def test_looking_through_more_items_asks_no_more_of_the_database(pattern: tuple[Plan, Item]) -> None:
    plan, item = pattern
    person = Person("someone", "", "a", (Grant(Role.OWNER, "a"),))
    asked = []
    for number_of_items in (100, 10_000):
        items = [
            replace(item, id=f"{number:05d}", plan="p", lead=("a1", "b1", "d1", "group")[number % 4])
            for number in range(number_of_items)
        ]
        tables = Counted()
        tables.put(row for kind in (Organisation, Group) for row in world(plan, [], [person]).select(kind))
        tables.put([plan, person, *items])
        assert len(visible_items(tables, person, "p")) == number_of_items // 2
        asked.append(tables.asked)
    assert asked[0] == asked[1]
