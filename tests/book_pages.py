"""The account book's pages for tests: a workbench beside a ledger of this year.

Requests come from whoever the test says; people at a real browser sign in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from web_access import admitted, settings_for
from web_server import HOST, running

from duixian.ledger.measures import Measure
from duixian.ledger.organisations import Grant, LedgerOpened, OrganisationAdded, OrganisationKind, PersonAdded, Role
from duixian.ledger.plans import ItemKind, ItemRegistered, PlanOpened
from duixian.ledger.rounds import RoundOpened
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.records import Evidence
from duixian.web.app import create_app
from duixian.web.settings import Settings
from duixian.web.visitors import Visitor

YEAR = date.today().year
PLAN = str(YEAR)
PERIOD = f"{YEAR}-{date.today().month:02d}"
ROUND = f"{PLAN}@{PERIOD}"


class _Asking:
    """In front of the workbench: every request comes from whoever the test says."""

    def __init__(self, app: ASGIApp, room: FastAPI) -> None:
        self._app, self._room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "state": {**scope.get("state", {}), "visitor": self._room.state.asks}}
        await self._app(scope, receive, send)


def workbench(folder: Path, target: str) -> FastAPI:
    """A workbench beside a ledger, for :func:`as_person`."""
    app = create_app(Settings(folder / "corpus", ledger=target))
    app.add_middleware(_Asking, room=app)
    as_person(app, "li", "李督查")
    return app


def as_person(app: FastAPI, person: str | None, name: str = "") -> None:
    """From now on every request comes from this person; None is nobody."""
    app.state.asks = Visitor(person, name or person or "", "session" if person else "none")


@contextmanager
def book(folder: Path, place: str, items: int = 4, departments: int = 2) -> Iterator[tuple[TestClient, Ledger]]:
    """A client of a workbench beside a filled ledger; ``li`` asks. The ledger is another handle on the same book."""
    with Ledger(place) as ledger:
        fill(ledger, items, departments)
        app = workbench(folder, place)
        with TestClient(app, base_url=HOST, follow_redirects=True) as browser:
            yield browser, ledger
        app.state.book.close()


def fill(ledger: Ledger, items: int, departments: int) -> None:
    """``li`` supervises, ``zhang`` leads, ``ownN`` and ``helpN`` work in ``deptN``; all items are accepted."""
    ledger.record("li", LedgerOpened("gov", "云岭市人民政府", "li", "李督查"))
    for number in range(1, departments + 1):
        dept = f"dept{number}"
        ledger.record(
            "li",
            OrganisationAdded(dept, f"第{number}局", OrganisationKind.DEPARTMENT, "gov"),
            PersonAdded(f"own{number}", f"责任人{number}", dept, (Grant(Role.OWNER, dept),)),
            PersonAdded(f"help{number}", f"配合人{number}", dept, (Grant(Role.CONTRIBUTOR, dept),)),
        )
    owner = {number: (number - 1) % departments + 1 for number in range(1, items + 1)}
    ledger.record(
        "li",
        PersonAdded("zhang", "张市长", "gov", (Grant(Role.LEADER, "gov"),)),
        PersonAdded("guest", "查阅人", "gov", (Grant(Role.READER, "gov"),)),
        PlanOpened(PLAN, "gov", YEAR, f"云岭市{YEAR}年度台账", "990100", "doc1"),
        *(road(number) for number in owner),
        *(ItemMoved(f"{PLAN}/{number}", "assign", lead=f"dept{dept}") for number, dept in owner.items()),
    )
    for dept in range(1, departments + 1):
        mine = [number for number, each in owner.items() if each == dept]
        ledger.record(f"own{dept}", *(ItemMoved(f"{PLAN}/{number}", "accept") for number in mine))


def road(number: int) -> ItemRegistered:
    """An item to build some kilometres of road, with the words it came from."""
    words = f"新建农村公路{number}公里"
    evidence = Evidence("云岭.txt", number, None, 10 * number, 10 * number + len(words), words)
    measures = (Measure("里程", "≥", number, "公里"),)
    return ItemRegistered(PLAN, str(number), words, ItemKind.TASK, "二、重点任务", evidence, measures)


def opened_round(ledger: Ledger) -> None:
    """This month's round, due in the future."""
    ledger.record("li", RoundOpened(PLAN, PERIOD, f"{YEAR}-12-31"))


@contextmanager
def served_book(
    folder: Path, place: str, items: int = 4, departments: int = 2
) -> Iterator[tuple[str, FastAPI, Ledger]]:
    """A filled ledger on a free port of this machine, for a real browser: address, workbench, ledger."""
    with Ledger(place) as ledger:
        fill(ledger, items, departments)
        with admitting(folder, place, ledger) as (address, app):
            yield address, app, ledger


@contextmanager
def admitting(folder: Path, place: str, ledger: Ledger) -> Iterator[tuple[str, FastAPI]]:
    """A workbench beside a filled ledger into which one signs in, as ``li``, ``zhang`` and ``own1`` can."""
    admitted(ledger, "li", "zhang", "own1")
    app = create_app(settings_for(folder, place))
    with running(app) as address:
        yield address, app
    app.state.book.close()
