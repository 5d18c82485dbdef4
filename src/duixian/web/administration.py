"""Accounts of others: for those who supervise the whole ledger."""

from __future__ import annotations

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
from duixian.web.pages import render, say
from duixian.web.security import checked_form, text_field
from duixian.web.visitors import Door, Visitor, administrator

ROOM = None
router = APIRouter()
Form = Annotated[FormData, Depends(checked_form)]
Administrator = Annotated[Visitor, Depends(administrator)]
_ADMISSION = [kind.name for kind in KINDS.values() if kind.name.startswith("signin.") or kind.name == "account.changed"]
_SHOWN = 50


@router.get("/accounts")
def page(request: Request, who: Administrator) -> Response:
    """All people, who of them can sign in, and what happened at the door."""
    return _page(request)


@router.post("/accounts")
def change(request: Request, who: Administrator, form: Form) -> Response:
    """One change of one account; a password that was made up is shown this once."""
    person = text_field(form, "person").strip()
    try:
        made = _change(request, who.person or "", person, form)
    except TargetError as error:
        return _page(request, error=error)
    return _page(request, changed=person, made=made)


def _change(request: Request, who: str, person: str, form: FormData) -> str:
    """Do it; the password that was made up for it, "" for none."""
    accounts = _accounts(request)
    action = text_field(form, "action")
    if action == "person":
        role, organisation = text_field(form, "role"), text_field(form, "organisation")
        grants = (Grant(Role(role), organisation),) if role in list(Role) else ()
        accounts.ledger.record(who, PersonAdded(person, text_field(form, "name").strip(), organisation, grants))
        if not text_field(form, "login").strip():
            return ""
        action = "add"
    if action == "add":
        password = made_up()
        accounts.add(who, person, text_field(form, "login"), password, external=text_field(form, "external").strip())
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
        accounts.set_external(who, person, text_field(form, "external").strip())
    elif action == "recall":
        accounts.ledger.record(who, LinksRecalled(person))
    elif action == "revoke":
        accounts.revoke_token(who, person, text_field(form, "name"))
    return ""


def _page(request: Request, changed: str = "", made: str = "", error: TargetError | None = None) -> Response:
    accounts = _accounts(request)
    known = {account.person: account for account in accounts.all()}
    with accounts.ledger.read() as tables:
        people = tables.select(Person)
        organisations = {row.id: row.name for row in tables.select(Organisation)}
    entries: list[dict[str, Any]] = []
    for entry in accounts.ledger.last(_ADMISSION, _SHOWN):
        values = entry.values()
        blank = {"change": "", "detail": "", "times": 1, "address": ""}
        entries.append({**blank, "entry": entry, "label": labels()[entry.kind], **values})
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
        entries=entries,
        roles=LABELS,
        local=local,
        changed=changed,
        made=made,
        login=known[changed].login if changed in known else "",
        told=say(request).told(error) if error else None,
    )


def _accounts(request: Request) -> Accounts:
    door: Door = request.app.state.door
    return door.accounts
