"""Admission: every sign-in and every change of an account, told in the journal without its secrets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from duixian.ledger.journal import Entry
from duixian.ledger.organisations import Person, Role, require
from duixian.ledger.tables import Row, Tables

NOBODY = ""
"""Who acts where nobody of the ledger is known to."""


class SignInMeans(StrEnum):
    """By a password of ours, or by the office's own provider of identities."""

    PASSWORD = "password"
    OIDC = "oidc"


class AccountChange(StrEnum):
    """What was done to an account."""

    ADDED = "added"
    PASSWORD = "password"
    RESET = "reset"
    DISABLED = "disabled"
    ENABLED = "enabled"
    LINKED = "linked"
    SESSIONS_ENDED = "sessions_ended"
    TOKEN_MADE = "token_made"
    TOKEN_REVOKED = "token_revoked"


_OWN = (
    AccountChange.PASSWORD,
    AccountChange.SESSIONS_ENDED,
    AccountChange.TOKEN_MADE,
    AccountChange.TOKEN_REVOKED,
)
"""What everybody may do to their own account."""


@dataclass(frozen=True, slots=True)
class LinkRecall:
    """The links of a person (id) that were made before this moment, a journal time, are good no more."""

    id: str
    time: str


@dataclass(frozen=True, slots=True)
class SignInSucceeded:
    """A person has signed in. failed: how often it had failed since the last time."""

    person: str
    means: SignInMeans
    address: str
    failed: int = 0


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """Signing in has failed. person: "" for a login that there is not: what was typed there may be a password.

    times: failures since the last entry about the same account; they are not all written, so that nobody can make the
    journal grow without bound.
    """

    person: str
    means: SignInMeans
    address: str
    times: int


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """Something was done to the account of a person. detail: what of it may be known, such as the name of a token."""

    person: str
    change: AccountChange
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LinksRecalled:
    """The links given to a person so far are good no more."""

    person: str


def decide_success(tables: Tables, who: str, event: SignInSucceeded) -> SignInSucceeded:
    tables.need(Person, event.person, "人员")
    return event


def decide_failure(tables: Tables, who: str, event: SignInFailed) -> SignInFailed:
    return event


def decide_account(tables: Tables, person: Person, event: AccountChanged) -> AccountChanged:
    if event.person != person.id or event.change not in _OWN:
        require_administrator(tables, person, tables.need(Person, event.person, "人员"), "管理账号")
    return event


def decide_recall(tables: Tables, person: Person, event: LinksRecalled) -> LinksRecalled:
    if event.person != person.id:
        require_administrator(tables, person, tables.need(Person, event.person, "人员"), "收回链接")
    return event


def apply_nothing(tables: Tables, entry: Entry, event: object) -> tuple[Row, ...]:
    """What only the journal tells."""
    return ()


def apply_recall(tables: Tables, entry: Entry, event: LinksRecalled) -> tuple[Row, ...]:
    return (LinkRecall(event.person, entry.time),)


def require_administrator(tables: Tables, person: Person, target: Person, act: str) -> None:
    """Who administers an account supervises whatever its person may act on. Raises NotAllowedError."""
    # Otherwise the supervisor of a part could take over the account of one who supervises the whole.
    for organisation in dict.fromkeys((target.organisation, *(grant.organisation for grant in target.grants))):
        require(tables, person, (Role.SUPERVISOR,), organisation, act)
