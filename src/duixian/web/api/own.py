"""One's own account: who asks, tokens made and revoked, another password."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from duixian.access.accounts import Accounts, administers
from duixian.access.errors import AccessError
from duixian.ledger.organisations import Person
from duixian.web.administration import accounts_of
from duixian.web.api.account_schemas import (
    GrantOut,
    OwnActionIn,
    OwnOut,
    PasswordIn,
    TokenIn,
    TokenMadeOut,
)
from duixian.web.api.accounts import ONCE, account_out, token_out
from duixian.web.bookkeeping import Known, book_of, person_of
from duixian.web.door import another_password
from duixian.web.security import RefusedError
from duixian.web.visitors import SESSION, TOKEN, Visitor, token_of

router = APIRouter(tags=["account"])
_DAY = timedelta(days=1)


@router.get("/account", summary="Who is asking")
def account(request: Request, who: Known) -> OwnOut:
    """The caller, with roles, account and tokens."""
    scope = request.state.scope if who.via == TOKEN else None
    found = OwnOut(person=who.person, name=who.name, scope=scope, grants=[], account=None, administers=False, tokens=[])
    if not book_of(request).there:
        return found
    accounts = accounts_of(request)
    with accounts.ledger.read() as tables:
        person: Person | None = person_of(tables, who)
        if person is None:
            return found
        found.administers = administers(tables, person)
    found.grants = [GrantOut(role=one.role, organisation=one.organisation) for one in person.grants]
    known = next((one for one in accounts.all() if one.person == person.id), None)
    if known is not None:
        found.account = account_out(known, accounts.last_seen())
        found.tokens = [token_out(one) for one in accounts.tokens(person.id)]
    return found


@router.post("/account/tokens", summary="Make a token", status_code=201)
def make_token(request: Request, response: Response, who: Known, wish: TokenIn) -> TokenMadeOut:
    """For a program that acts for the caller. One that a token makes is good no longer than that token."""
    person, accounts = _own(who), accounts_of(request)
    name = wish.name.strip()
    _check_life(request, accounts, who, name, wish.days)
    token = accounts.make_token(person, person, name, wish.scope, wish.days)
    response.headers.update(ONCE)
    return TokenMadeOut(token=token, name=name, scope=wish.scope, expires=accounts.expiry(token) or "")


@router.post("/account/actions", summary="Act on one's own account")
def act(request: Request, who: Known, wish: OwnActionIn) -> OwnOut:
    """Revoke a token, or sign out of all browsers."""
    person, accounts = _own(who), accounts_of(request)
    if wish.action == "revoke":
        accounts.revoke_token(person, person, wish.name)
    else:
        accounts.end_sessions(person, person)
    return account(request, who)


@router.post("/account/password", summary="Change one's own password", status_code=204, response_class=Response)
def change_password(request: Request, who: Known, wish: PasswordIn) -> None:
    """Every session ends; tokens stay. The present password is asked for, and counted like an attempt to sign in."""
    secret = another_password(request, _own(who), wish.present, wish.password)
    request.app.state.door.sign_in.end(secret)


def _own(who: Visitor) -> str:
    """The id of who has an account of their own. Raises RefusedError."""
    if who.via not in (SESSION, TOKEN) or who.person is None:
        raise RefusedError(403, "只有登录的人才有自己的账号", "请先登录")
    return who.person


def _check_life(request: Request, accounts: Accounts, who: Visitor, name: str, days: int) -> None:
    """Raise AccessError where a token would outlive the one that makes it: it must not make itself last for ever."""
    token = token_of(request)
    if who.via != TOKEN or token is None:
        return
    ends = accounts.expiry(token) or ""
    if accounts.moment(timedelta(days=days)) > ends:
        left = max(0, (datetime.fromisoformat(ends) - accounts.clock()) // _DAY) if ends else 0
        remedy = f"这个令牌还有 {left} 天；要更久的，请登录后在“我的账号”里做"
        raise AccessError(name[:40], "令牌不能做出比自己更久的令牌", remedy)
