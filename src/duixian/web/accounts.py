"""What the pages of the account book share: who acts, what day it is, names, the items that a visitor may see."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from duixian.ledger.attachments import Attachment
from duixian.ledger.errors import NotAllowedError, StaleError
from duixian.ledger.organisations import Organisation, Person, Role, holds
from duixian.ledger.plans import Item, Plan
from duixian.ledger.register import Register, Registers
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables
from duixian.ledger.views import Names, names
from duixian.web.book import Book
from duixian.web.security import checked_form
from duixian.web.visitors import Visitor, signed_in, visitor

Form = Annotated[FormData, Depends(checked_form)]
Known = Annotated[Visitor, Depends(signed_in)]
Anyone = Annotated[Visitor, Depends(visitor)]
_CHINA = timezone(timedelta(hours=8))
_LOG = logging.getLogger(__name__)


def today() -> date:
    """The calendar day in China."""
    return datetime.now(UTC).astimezone(_CHINA).date()


def book_of(request: Request) -> Book:
    """The account book of the server."""
    found: Book = request.app.state.book
    return found


def ledger_of(request: Request) -> Ledger:
    """The ledger. Raises LedgerError where the server has none."""
    return book_of(request).ledger()


def register_of(request: Request, plan: str, who: Visitor) -> Register:
    """The items of a plan that the visitor may see. Raises UnknownNameError."""
    registers: Registers = request.app.state.registers
    found = registers.of(ledger_of(request), plan)
    with book_of(request).read() as tables:
        seen = seen_organisations(tables, who)
    if seen is None:
        return found
    return replace(
        found, lines=tuple(line for line in found.lines if not seen.isdisjoint((line.lead, *line.supporting)))
    )


def seen_organisations(tables: Tables, who: Visitor) -> frozenset[str | None] | None:
    """The organisations whose items the visitor sees; None for all."""
    person = person_of(tables, who)
    if person is None:
        return frozenset()
    rows = tables.select(Organisation)
    overseers = (Role.SUPERVISOR, Role.LEADER, Role.READER)
    root = next((row.id for row in rows if row.parent is None), "")
    if holds(tables, person, overseers, root):
        return None
    every = tuple(Role)
    return frozenset(row.id for row in rows if holds(tables, person, every, row.id))


def may_see(tables: Tables, who: Visitor, item: Item) -> bool:
    """Whether the visitor may see an item."""
    seen = seen_organisations(tables, who)
    if seen is None:
        return True
    proposed = item.suggestion if item.lead is None else None
    owners = (proposed.lead, *proposed.supporting) if proposed else (item.lead, *item.supporting)
    return not seen.isdisjoint(owners)


def require_sight(tables: Tables, who: Visitor, item: Item) -> None:
    """Raise NotAllowedError unless the visitor may see the item."""
    if not may_see(tables, who, item):
        raise NotAllowedError(item.id, "这是其他单位的事项", "请查看本单位的事项，或联系督查人员")


def person_of(tables: Tables, who: Visitor) -> Person | None:
    """The person in the ledger that the visitor is."""
    return tables.get(Person, who.person) if who.person else None


def actor(who: Visitor) -> str:
    """The id of who acts. Raises NotAllowedError for somebody whom the ledger does not know."""
    if who.person is None:
        raise NotAllowedError(who.name or "访客", "台账里没有登记您", "请联系督查人员登记，或先登录")
    return who.person


def supervises(tables: Tables, who: Visitor, organisation: str) -> bool:
    """Whether the visitor supervises this organisation."""
    person = person_of(tables, who)
    return person is not None and holds(tables, person, (Role.SUPERVISOR,), organisation)


def governs(tables: Tables, who: Visitor, organisation: str) -> bool:
    """Whether the visitor supervises or leads this organisation."""
    person = person_of(tables, who)
    return person is not None and holds(tables, person, (Role.SUPERVISOR, Role.LEADER), organisation)


def plan_of(tables: Tables, plan: str) -> Plan:
    """The plan. Raises UnknownNameError."""
    return tables.need(Plan, plan, "年度台账")


def called(tables: Tables) -> Names:
    """What ids are called."""
    return names(tables)


def choices(tables: Tables) -> list[tuple[str, str]]:
    """(id, name) of the organisations that can own items."""
    rows = tables.select(Organisation)
    return [(row.id, row.name) for row in sorted(rows, key=lambda row: (row.kind.value, row.name))]


def organisation_named(tables: Tables, text: str) -> str | None:
    """The id of an organisation given by id or name, None for "". Raises UnknownNameError."""
    text = text.strip()
    if not text:
        return None
    rows = tables.select(Organisation)
    for row in rows:
        if text in (row.id, row.name):
            return row.id
    return tables.need(Organisation, text, "单位").id


def organisations_named(tables: Tables, text: str) -> tuple[str, ...]:
    """The ids of organisations that are written one after the other with 、. Raises UnknownNameError."""
    parts = [
        part for part in text.replace("，", "、").replace(",", "、").replace("；", "、").split("、") if part.strip()
    ]
    found = (organisation_named(tables, part) for part in parts)
    return tuple(dict.fromkeys(id for id in found if id is not None))


def uploaded(ledger: Ledger, form: FormData, name: str) -> tuple[Attachment, ...]:
    """The files of a field, kept in the ledger. Raises LedgerError for one that cannot be kept."""
    files = [each for each in form.getlist(name) if isinstance(each, UploadFile) and each.filename]
    return tuple(ledger.attach_bytes(each.filename or "", each.file.read()) for each in files)


def stale(target: str, expected: int, version: int) -> StaleError:
    """The error for a form that was filled in beside an older version."""
    return StaleError(target, expected, version)
