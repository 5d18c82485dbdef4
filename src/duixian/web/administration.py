"""Accounts of others: for those who supervise the whole ledger."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from duixian.access.accounts import Accounts
from duixian.access.errors import AccessError
from duixian.access.passwords import made_up
from duixian.errors import TargetError
from duixian.ledger.admission import LinksRecalled
from duixian.ledger.journal import local
from duixian.ledger.kinds import KINDS, labels
from duixian.ledger.organisations import LABELS, Grant, Organisation, Person, PersonAdded, Role
from duixian.ledger.store import Ledger
from duixian.web.pages import render, say
from duixian.web.security import checked_form, text_field
from duixian.web.visitors import Door, Visitor, administrator

ROOM = None
router = APIRouter()
Form = Annotated[FormData, Depends(checked_form)]
Administrator = Annotated[Visitor, Depends(administrator)]
_ADMISSION = [kind.name for kind in KINDS.values() if kind.name.startswith("signin.") or kind.name == "account.changed"]
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class AccountWish:
    """What shall be done to an account.

    action: person (add one, with an account where there is a login), add, reset, disable, enable, everywhere, link,
    recall or revoke. name: of a new person, or of the token to revoke. role: over ``organisation``, both of a new
    person.
    """

    action: str
    person: str
    login: str = ""
    external: str = ""
    name: str = ""
    organisation: str = ""
    role: str = ""


@router.get("/accounts")
def page(request: Request, who: Administrator) -> Response:
    """All people, who of them can sign in, and what happened at the door."""
    return _page(request)


@router.post("/accounts")
def change(request: Request, who: Administrator, form: Form) -> Response:
    """One change of one account; a password that was made up is shown this once."""
    wish = AccountWish(**{each.name: text_field(form, each.name) for each in fields(AccountWish)})
    try:
        made = done(accounts_of(request), who.person or "", wish)
    except TargetError as error:
        return _page(request, error=error)
    return _page(request, changed=wish.person.strip(), made=made)


def done(accounts: Accounts, who: str, wish: AccountWish) -> str:
    """Do it; the password that was made up for it, "" for none. Raises LedgerError, and nothing has changed."""
    action, person, external = wish.action, wish.person.strip(), wish.external.strip()
    before: tuple[PersonAdded, ...] = ()
    if action == "person":
        grants = (Grant(Role(wish.role), wish.organisation),) if wish.role in list(Role) else ()
        before = (PersonAdded(person, wish.name.strip(), wish.organisation, grants),)
        if not wish.login.strip():
            accounts.ledger.record(who, *before)
            return ""
        action = "add"
    if action == "add":
        password = made_up()
        accounts.add(who, person, wish.login, password, external=external, before=before)
        return password
    if action == "reset":
        if who == person:
            raise AccessError(person, "自己的密码请在“我的账号”里更改", "请打开“我的账号”")
        password = made_up()
        accounts.set_password(who, person, password)
        return password
    if action in ("disable", "enable"):
        accounts.set_disabled(who, person, action == "disable")
    elif action == "everywhere":
        accounts.end_sessions(who, person)
    elif action == "link":
        accounts.set_external(who, person, external)
    elif action == "recall":
        accounts.ledger.record(who, LinksRecalled(person))
    elif action == "revoke":
        accounts.revoke_token(who, person, wish.name)
    return ""


def at_the_door(ledger: Ledger, most: int = _SHOWN) -> list[dict[str, Any]]:
    """The latest of what the journal tells of sign-ins and accounts: each entry, its label and all that it may say."""
    found: list[dict[str, Any]] = []
    for entry in ledger.last(_ADMISSION, most):
        blank = {"change": "", "detail": "", "times": 1, "address": ""}
        found.append({**blank, "entry": entry, "label": labels()[entry.kind], **entry.values()})
    return found


def _page(request: Request, changed: str = "", made: str = "", error: TargetError | None = None) -> Response:
    accounts = accounts_of(request)
    known = {account.person: account for account in accounts.all()}
    with accounts.ledger.read() as tables:
        people = tables.select(Person)
        organisations = {row.id: row.name for row in tables.select(Organisation)}
    return render(
        request,
        "accounts.html",
        400 if error else 200,
        people=people,
        known=known,
        organisations=organisations,
        names={person.id: person.name for person in people},
        seen=accounts.last_seen(),
        tokens=accounts.tokens(),
        entries=at_the_door(accounts.ledger),
        roles=LABELS,
        local=local,
        changed=changed,
        made=made,
        login=known[changed].login if changed in known else "",
        told=say(request).told(error) if error else None,
    )


def accounts_of(request: Request) -> Accounts:
    """The accounts of the server's ledger. Raises LedgerError."""
    door: Door = request.app.state.door
    return door.accounts
