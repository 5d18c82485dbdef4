"""Who is asking: a person of the ledger, the one user of this machine, or nobody known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from duixian.access import links
from duixian.access.accounts import WRITE, Accounts, administers
from duixian.access.passwords import Passwords
from duixian.access.signing_in import SignIn
from duixian.errors import DuixianError
from duixian.ledger.errors import NotAllowedError
from duixian.ledger.organisations import Person, Role
from duixian.ledger.seeing import may_change
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables
from duixian.web.book import Book
from duixian.web.security import RefusedError
from duixian.web.settings import Settings

LOCAL, SESSION, LINK, TOKEN, NONE = "local", "session", "link", "token", "none"
SESSION_COOKIE = "duixian_session"
LINK_COOKIE = "duixian_link"
_SAFE = ("GET", "HEAD", "OPTIONS")
_ORIGINS = ("origin", "sec-fetch-site")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


@dataclass(frozen=True, slots=True)
class Visitor:
    """person: id in the ledger, None for nobody known there. name: as pages show it, "" for nobody.

    via: "local" (this machine, without accounts), "session", "link", "token" or "none".
    language: None for that of the server. round: the one round that somebody with a link is here for, else None.
    """

    person: str | None
    name: str
    via: str
    language: str | None = None
    round: str | None = None


_NOBODY = Visitor(None, "", NONE)


class SignInNeededError(DuixianError):
    """Only for those who have signed in. A browser is sent to the page for it; a program is answered 401."""


class MustChangeError(DuixianError):
    """The password must be changed before anything else."""


class Door:
    """The accounts of a server's ledger, for as long as that ledger is open."""

    def __init__(self, settings: Settings, book: Book) -> None:
        self._settings = settings
        self._book = book
        self._passwords = Passwords(settings.cost)
        self._made: tuple[Ledger, Accounts, SignIn] | None = None

    @property
    def accounts(self) -> Accounts:
        """The accounts. Raises LedgerError."""
        return self._both()[0]

    @property
    def sign_in(self) -> SignIn:
        """Signing in. Raises LedgerError."""
        return self._both()[1]

    @property
    def is_open(self) -> bool:
        """Whether whoever sits at this machine may do everything: nobody else can ask, and there is no account."""
        if not self._settings.is_loopback:
            return False
        return not self._book.there or not self.accounts.is_any()

    def _both(self) -> tuple[Accounts, SignIn]:
        ledger = self._book.ledger()
        if self._made is None or self._made[0] is not ledger:
            accounts = Accounts(ledger, self._passwords)
            self._made = (ledger, accounts, SignIn(accounts, self._settings.limits))
        return self._made[1], self._made[2]


def visitor(request: Request) -> Visitor:
    """Who asks; a dependency that never fails for want of a sign-in. Somebody with a link is nobody here."""
    found = getattr(request.state, "visitor", None)
    if not isinstance(found, Visitor):
        found = _found(request)
        request.state.visitor = found
    return found


def signed_in(request: Request) -> Visitor:
    """Who asks, known by name; a dependency. Raises SignInNeededError, MustChangeError."""
    found = visitor(request)
    if found.via == NONE:
        if getattr(request.state, "must_change", False):
            raise MustChangeError
        raise SignInNeededError
    return found


def reporter(request: Request) -> Visitor:
    """Who reports what they owe: somebody signed in, or with a link, and then only in its ``round``; a dependency.

    Raises SignInNeededError, LinkError.
    """
    found = visitor(request)
    token = request.cookies.get(LINK_COOKIE, "")
    if found.via != NONE or not token:
        return signed_in(request)
    link = links.read(request.app.state.settings.key, token)
    with request.app.state.book.read() as tables:
        person = links.check(tables, link)
    return Visitor(person.id, person.name, LINK, round=link.round)


def administrator(request: Request) -> Visitor:
    """Somebody who supervises the whole ledger; a dependency. Raises SignInNeededError, NotAllowedError."""
    found = signed_in(request)
    with request.app.state.book.read() as tables:
        person = tables.get(Person, found.person or "")
        if person is None or not administers(tables, person):
            raise NotAllowedError(found.name, "只有总督查人员能管理账号", "请与总督查人员联系")
    return found


def librarian(request: Request) -> Visitor:
    """Who may use the corpus: all who are signed in may read, supervisors and the user of this machine may change."""
    found = signed_in(request)
    if request.method in _SAFE or found.via == LOCAL:
        return found
    with request.app.state.book.read() as tables:
        person = tables.get(Person, found.person or "")
    if person is None or not any(grant.role is Role.SUPERVISOR for grant in person.grants):
        raise NotAllowedError(found.name, "只有督查人员能增减、更正文库", "请与督查人员联系")
    return found


def signature(found: Annotated[Visitor, Depends(librarian)]) -> str:
    """How a change of the corpus is signed: the id of the person, "" where nobody needs to sign in."""
    return found.person or ""


Signed = Annotated[str, Depends(signature)]
"""By whom a change of the corpus is made."""


def program(request: Request) -> Visitor:
    """Who may use the interface: a token that may only read changes nothing, nor does a reader."""
    found = signed_in(request)
    if request.method in _SAFE:
        return found
    if found.via == TOKEN and request.state.scope != WRITE:
        raise RefusedError(403, "这个令牌只能查看", "请换一个可写的令牌")
    if found.via == SESSION and not any(name in request.headers for name in _ORIGINS):
        # Browsers say where a request comes from, and the guard has checked it; what does not say is refused.
        raise RefusedError(403, "请求没有说明来自哪个页面", "程序请用令牌，不要用浏览器的登录")
    if found.person is not None:
        with request.app.state.book.read() as tables:
            person = tables.get(Person, found.person)
        if person is None or not may_change(person):
            raise NotAllowedError(found.name, "只有查阅的权限", "请与督查人员联系")
    return found


def token_of(request: Request) -> str | None:
    """The token that a program brings along, None for none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def address_of(request: Request) -> str:
    """The address that asks, "" when it is not known."""
    return request.client.host if request.client else ""


def set_secret_cookie(request: Request, response: Response, name: str, value: str, path: str = "/") -> None:
    """A cookie that no script reads and that goes over no open line; it ends with the browser."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, path=path, httponly=True, samesite="lax", secure=secure)


def first_supervisor(tables: Tables) -> Person | None:
    """A person who supervises the whole ledger; the first by id."""
    return next((person for person in tables.select(Person) if administers(tables, person)), None)


def _found(request: Request) -> Visitor:
    door: Door = request.app.state.door
    book: Book = request.app.state.book
    if door.is_open:
        return _local(request, book)
    if not book.there:
        return _NOBODY
    token = token_of(request)
    if token is not None:
        known = door.accounts.of_token(token)
        if known is None:
            return _NOBODY
        request.state.scope = known[2]
        return Visitor(known[0], known[1], TOKEN)
    secret = request.cookies.get(SESSION_COOKIE, "")
    session = door.sign_in.session(secret) if secret else None
    if session is None:
        return _NOBODY
    request.state.session = session
    if session.must_change:
        request.state.must_change = True
        return _NOBODY
    return Visitor(session.person, session.name, SESSION)


def _local(request: Request, book: Book) -> Visitor:
    """The one user of this machine, who acts as the supervisor of the whole ledger."""
    # A proxy in front would let the whole network in as this user.
    if any(name in request.headers for name in _FORWARDED):
        return _NOBODY
    person: Person | None = None
    if book.there:
        with book.read() as tables:
            person = first_supervisor(tables)
    return Visitor(person.id, person.name, LOCAL) if person else Visitor(None, "本机", LOCAL)
