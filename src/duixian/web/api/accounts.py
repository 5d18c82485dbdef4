"""People and their accounts, for those who supervise the whole ledger: added, reset, disabled; tokens, links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from duixian.access.accounts import Account, Token
from duixian.ledger.organisations import Organisation, Person
from duixian.web.administration import AccountWish, accounts_of, at_the_door, done
from duixian.web.api.account_schemas import (
    AccountActionIn,
    AccountIn,
    AccountOut,
    DoorOut,
    GrantOut,
    MadeOut,
    PeopleOut,
    PersonIn,
    PersonOut,
    TokenOut,
    TokensOut,
)
from duixian.web.visitors import Visitor, administrator

router = APIRouter(tags=["accounts"])
Administrator = Annotated[Visitor, Depends(administrator)]
Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
ONCE = {"cache-control": "no-store"}
"""What is told once is kept nowhere on the way."""


@router.get("/people", summary="People, their roles and accounts")
def people(request: Request, who: Administrator, limit: Limit = 100, offset: Offset = 0) -> PeopleOut:
    """All people of the ledger by id, and who of them can sign in."""
    accounts = accounts_of(request)
    known = {account.person: account for account in accounts.all()}
    seen = accounts.last_seen()
    with accounts.ledger.read() as tables:
        rows = tables.select(Person)
        names = {row.id: row.name for row in tables.select(Organisation)}
    return PeopleOut(
        total=len(rows),
        items=[
            PersonOut(
                person=row.id,
                name=row.name,
                organisation=row.organisation,
                organisation_name=names.get(row.organisation, row.organisation),
                grants=[GrantOut(role=one.role, organisation=one.organisation) for one in row.grants],
                account=account_out(known[row.id], seen) if row.id in known else None,
            )
            for row in rows[offset : offset + limit]
        ],
    )


@router.get("/accounts/tokens", summary="The tokens of all")
def tokens(request: Request, who: Administrator, limit: Limit = 100, offset: Offset = 0) -> TokensOut:
    """By person and name, those that have expired among them; never the tokens themselves."""
    found = accounts_of(request).tokens()
    return TokensOut(total=len(found), items=[token_out(one) for one in found[offset : offset + limit]])


@router.get("/accounts/journal", summary="What happened at the door")
def journal(request: Request, who: Administrator, limit: Limit = 50, offset: Offset = 0) -> list[DoorOut]:
    """Sign-ins and changes of accounts, the latest first."""
    found = at_the_door(accounts_of(request).ledger, offset + limit)[offset:]
    return [
        DoorOut(
            sequence=one["entry"].sequence,
            time=one["entry"].time,
            who=one["entry"].who,
            kind=one["entry"].kind,
            label=one["label"],
            **{name: one[name] for name in ("person", "change", "detail", "times", "address")},
        )
        for one in found
    ]


@router.post("/people", summary="Add somebody to the ledger", status_code=201)
def add_person(request: Request, response: Response, who: Administrator, wish: PersonIn) -> MadeOut:
    """With a role and an account where these are asked for; all of it or nothing."""
    role = wish.role.value if wish.role else ""
    asked = AccountWish("person", wish.person, wish.login, wish.external, wish.name, wish.organisation, role)
    return _made(request, response, who, asked)


@router.post("/accounts", summary="Give somebody an account", status_code=201)
def add_account(request: Request, response: Response, who: Administrator, wish: AccountIn) -> MadeOut:
    """The password is made up, told this once, and must be changed at the first sign-in."""
    return _made(request, response, who, AccountWish("add", wish.person, wish.login, wish.external))


@router.post("/accounts/actions", summary="Act on an account")
def act(request: Request, response: Response, who: Administrator, wish: AccountActionIn) -> MadeOut:
    """Every change is told in the journal. One's own password is not reset but changed."""
    asked = AccountWish(wish.action, wish.person, external=wish.external, name=wish.name)
    return _made(request, response, who, asked)


def account_out(account: Account, seen: Mapping[str, str]) -> AccountOut:
    """An account without what is secret. seen: times by person."""
    return AccountOut(
        login=account.login,
        external=account.external,
        disabled=account.disabled,
        must_change=account.must_change,
        created=account.created,
        seen=seen.get(account.person),
    )


def token_out(token: Token) -> TokenOut:
    """What is known of a token."""
    return TokenOut(**asdict(token))


def _made(request: Request, response: Response, who: Visitor, wish: AccountWish) -> MadeOut:
    password = done(accounts_of(request), who.person or "", wish)
    response.headers.update(ONCE)
    return MadeOut(person=wish.person.strip(), password=password or None)
