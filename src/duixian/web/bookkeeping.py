"""What the pages of the account book share: who acts, what day it is, names, the items that a visitor may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request
from starlette.datastructures import FormData, UploadFile

from duixian.ledger.attachments import Attachment
from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.organisations import Organisation, Person, Role, chief_id, holds
from duixian.ledger.plans import Item, Plan
from duixian.ledger.register import Line, Register, Registers
from duixian.ledger.seeing import Sight, may_see, sight_of
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Row, Tables
from duixian.ledger.views import Names, names
from duixian.web.book import Book
from duixian.web.security import RefusedError, checked_form
from duixian.web.visitors import Visitor, reporter, signed_in, visitor

R = TypeVar("R", bound=Row)


async def _present_form(request: Request, form: Annotated[FormData, Depends(checked_form)]) -> FormData:
    """The fields of a form, which can only be about now. Raises RefusedError for one sent about an earlier day."""
    if request.query_params.get("as_of") or form.get("as_of"):
        raise RefusedError(409, "这是过去某一天的台账，只能看，不能办理", "请回到今天再办理")
    return form


Form = Annotated[FormData, Depends(_present_form)]
Known = Annotated[Visitor, Depends(signed_in)]
Reporting = Annotated[Visitor, Depends(reporter)]
Anyone = Annotated[Visitor, Depends(visitor)]
_CHINA = timezone(timedelta(hours=8))


def _day_asked(
    as_of: Annotated[str, Query(max_length=10, description="ISO day: as it stood at its end; empty: now.")] = "",
) -> date | None:
    return asked_day(as_of)


def asked_day(text: str) -> date | None:
    """A day as YYYY-MM-DD, None for "". Raises LedgerError."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise LedgerError(text, "不是日期", "请写成 2025-06-30 这样") from error
    if found.isoformat() != text or not 1949 <= found.year <= 2999:
        raise LedgerError(text, "不是日期", "请写成 2025-06-30 这样")
    return found


def stood(tables: Tables, then: Tables, kind: type[R], id: str, what: str, as_of: date | None) -> R:
    """A row as it stood on a day; ``what`` is its Chinese noun.

    Raises UnknownNameError where there is none even now, LedgerError for one that was made only later.
    """
    present = tables.need(kind, id, what)
    if as_of is None:
        return present
    row = then.get(kind, id)
    if row is None:
        raise LedgerError(id, f"到{as_of}为止，还没有这个{what}", "请选晚一些的日期，或回到今天")
    return row


AsOf = Annotated[date | None, Depends(_day_asked)]
"""The day for which something is asked; None for now. Who may see it, the present tables say."""


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


def register_of(request: Request, plan: str, who: Visitor, as_of: date | None = None) -> Register:
    """The items of a plan that the visitor may see, now or as they stood. Raises UnknownNameError."""
    if as_of is not None:
        seen = {line.id for line in register_of(request, plan, who).lines}
        with book_of(request).read_then(as_of) as (tables, then):
            stood(tables, then, Plan, plan, "年度台账", as_of)
        whole = book_of(request).past(as_of).register(plan)
        return replace(whole, lines=tuple(line for line in whole.lines if line.id in seen))
    registers: Registers = request.app.state.registers
    found = registers.of(ledger_of(request), plan)
    with book_of(request).read() as tables:
        person = person_of(tables, who)
        sight = sight_of(tables, person) if person is not None else None
    government = found.plan.organisation
    if sight is not None and government in sight.overseen:
        return found
    return replace(found, lines=tuple(line for line in found.lines if _sees(sight, line, government)))


def _sees(sight: Sight | None, line: Line, government: str) -> bool:
    """What ``Sight.sees`` says of an item, of its line; suggested owners see nothing yet."""
    if line.public:
        return True
    if sight is None:
        return False
    owners = () if line.proposed else (line.lead, *line.supporting)
    if line.leader == sight.person or any(one in sight.overseen or one in sight.owing for one in owners):
        return True
    if not line.proposed and line.lead in sight.groups:
        return True
    return any(chief_id(government, one) in sight.indicators for one in line.indicators)


def seen_organisations(tables: Tables, who: Visitor, government: str) -> frozenset[str] | None:
    """The organisations of whose duties the visitor sees; None for all under a government."""
    person = person_of(tables, who)
    if person is None:
        return frozenset()
    sight = sight_of(tables, person)
    return None if government in sight.overseen else sight.overseen | sight.owing | sight.groups


def require_sight(tables: Tables, who: Visitor, item: Item) -> None:
    """Raise NotAllowedError unless the visitor may see the item."""
    if not may_see(tables, person_of(tables, who), item):
        raise NotAllowedError(item.id, "这是其他单位的事项", "请查看本单位的事项，或联系督查人员")


def require_oversight(tables: Tables, who: Visitor, organisation: str) -> None:
    """Raise NotAllowedError unless the visitor supervises, leads or reads all of this organisation."""
    person = person_of(tables, who)
    if person is None or not holds(tables, person, (Role.SUPERVISOR, Role.LEADER, Role.READER), organisation):
        raise NotAllowedError(
            who.name or "访客",
            "这一页列出各单位的事项，只有督查人员、领导和查阅人能看",
            "请查看“我的一分钟”或本单位的事项",
        )


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
