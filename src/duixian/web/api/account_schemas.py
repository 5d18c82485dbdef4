"""What the interface takes and gives of people, accounts and tokens."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from duixian.ledger.organisations import Role

_FORBID = ConfigDict(extra="forbid")
Scope = Literal["read", "write"]
Action = Literal["reset", "disable", "enable", "everywhere", "link", "recall", "revoke"]


class GrantOut(BaseModel):
    """A role over an organisation (its id) and everything below it."""

    role: Role
    organisation: str


class TokenOut(BaseModel):
    """What is known of a token: never the token itself. created, expires: UTC."""

    person: str
    name: str
    scope: Scope
    created: str
    expires: str


class TokensOut(BaseModel):
    """Tokens of a page, and how many there are in all."""

    total: int
    items: list[TokenOut]


class AccountOut(BaseModel):
    """How somebody signs in. external: who this is at the office's own provider. created: UTC.

    must_change: the password, before anything else. seen: when last in a session that is still kept, UTC.
    """

    login: str
    external: str | None
    disabled: bool
    must_change: bool
    created: str
    seen: str | None


class PersonOut(BaseModel):
    """Somebody of the ledger. account: None for one who cannot sign in."""

    person: str
    name: str
    organisation: str
    organisation_name: str
    grants: list[GrantOut]
    account: AccountOut | None


class PeopleOut(BaseModel):
    """People of a page, and how many there are in all."""

    total: int
    items: list[PersonOut]


class DoorOut(BaseModel):
    """An entry of the journal about a sign-in or an account. time: UTC. who: acted; person: whom it is about.

    change, detail: what was done to the account. times: of failures that the entry stands for.
    """

    sequence: int
    time: str
    who: str
    kind: str
    label: str
    person: str
    change: str
    detail: str
    times: int
    address: str


class PersonIn(BaseModel):
    """Somebody to add to the ledger. person: the id. role: over the organisation (id); None for none yet.

    login: for an account at once; empty for none.
    """

    model_config = _FORBID
    person: str = Field(max_length=200)
    name: str = Field(max_length=200)
    organisation: str = Field(max_length=200)
    role: Role | None = None
    login: str = Field("", max_length=200)
    external: str = Field("", max_length=200)


class AccountIn(BaseModel):
    """An account for somebody of the ledger. external: who this is at the office's own provider; empty for nobody."""

    model_config = _FORBID
    person: str = Field(max_length=200)
    login: str = Field(max_length=200)
    external: str = Field("", max_length=200)


class AccountActionIn(BaseModel):
    """An action on an account.

    reset: another password, made up. disable, enable: signing in. everywhere: sign out of all browsers. link: to
    ``external`` at the office's own provider. recall: the links of notices. revoke: the token ``name``.
    """

    model_config = _FORBID
    person: str = Field(max_length=200)
    action: Action
    external: str = Field("", max_length=200)
    name: str = Field("", max_length=200)


class MadeOut(BaseModel):
    """What came of it. password: one that was made up, told this once and to be changed at the first sign-in."""

    person: str
    password: str | None


class OwnOut(BaseModel):
    """Who is asking. scope: of the token that asks. account: None without one. administers: the accounts of others."""

    person: str | None
    name: str
    scope: Scope | None
    grants: list[GrantOut]
    account: AccountOut | None
    administers: bool
    tokens: list[TokenOut]


class TokenIn(BaseModel):
    """A token for a program that acts for the caller. days: how long it is good."""

    model_config = _FORBID
    name: str = Field(max_length=200)
    scope: Scope
    days: int = Field(ge=1, le=3660)


class TokenMadeOut(BaseModel):
    """The token, told this once. expires: UTC."""

    token: str
    name: str
    scope: Scope
    expires: str


class OwnActionIn(BaseModel):
    """An action on one's own account. revoke: the token ``name``. everywhere: sign out of all browsers."""

    model_config = _FORBID
    action: Literal["revoke", "everywhere"]
    name: str = Field("", max_length=200)


class PasswordIn(BaseModel):
    """Another password of one's own. present: the one that holds now."""

    model_config = _FORBID
    present: str = Field(max_length=1000)
    password: str = Field(max_length=1000)
