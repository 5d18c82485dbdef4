"""The door: signing in and out, one's own password and tokens, links from notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from duixian.access import links
from duixian.access.accounts import Accounts
from duixian.access.errors import AccessError, SignInRefusedError, TooManyError
from duixian.access.passwords import SHORTEST
from duixian.access.signing_in import Session
from duixian.errors import TargetError
from duixian.ledger.journal import local
from duixian.web.identity import OidcError
from duixian.web.pages import go, new_form_cookie, render, say
from duixian.web.security import RefusedError, checked_form, text_field
from duixian.web.visitors import (
    LINK_COOKIE,
    NONE,
    SESSION,
    SESSION_COOKIE,
    Door,
    SignInNeededError,
    Visitor,
    address_of,
    set_secret_cookie,
    signed_in,
    visitor,
)

if TYPE_CHECKING:
    from duixian.web.oidc import Provider

ROOM = None
router = APIRouter()
Form = Annotated[FormData, Depends(checked_form)]
Known = Annotated[Visitor, Depends(signed_in)]
OIDC_COOKIE = "duixian_oidc"
_OIDC_PATH = "/sign-in/provider"
_MINUTE_PAGE = "/minute"
_DAYS = (30, 90, 365)


@router.get("/sign-in")
def page(request: Request, next: str = "/") -> Response:
    """The form; whoever has signed in goes on."""
    if visitor(request).via != NONE:
        return go(own_page(next))
    return _form(request, own_page(next))


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    """Take login and password."""
    door = _door(request)
    following, login = own_page(text_field(form, "next")), text_field(form, "login")
    try:
        secret = door.sign_in.by_password(login, text_field(form, "password"), address_of(request), _agent(request))
    except (SignInRefusedError, TooManyError) as error:
        answer = _form(request, following, login, error, 401 if isinstance(error, SignInRefusedError) else 429)
        if isinstance(error, TooManyError):
            answer.headers["retry-after"] = str(error.wait)
        return answer
    return _entered(request, secret, following)


@router.get(_OIDC_PATH)
def to_provider(request: Request, next: str = "/") -> Response:
    """Send the browser to the office's own provider."""
    address, kept = _provider(request).begin(_back(request), own_page(next))
    answer = RedirectResponse(address, 303)
    set_secret_cookie(request, answer, OIDC_COOKIE, kept, _OIDC_PATH)
    return answer


@router.get(_OIDC_PATH + "/back")
def from_provider(request: Request) -> Response:
    """The browser comes back from the provider."""
    provider, door = _provider(request), _door(request)
    claim, following = provider.finish(_back(request), request.query_params, request.cookies.get(OIDC_COOKIE, ""))
    accounts = door.accounts
    account = accounts.of_login(claim) if provider.settings.by == "login" else accounts.of_external(claim)
    try:
        secret = door.sign_in.by_provider(account, address_of(request), _agent(request))
    except SignInRefusedError as error:
        raise RefusedError(403, "身份提供方认得您，但这里还没有您的账号", "请管理员把您的账号与单点登录关联") from error
    answer = _entered(request, secret, following)
    answer.delete_cookie(OIDC_COOKIE, path=_OIDC_PATH)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, form: Form) -> Response:
    """End this session."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    if secret:
        _door(request).sign_in.end(secret)
    answer = go("/sign-in")
    answer.delete_cookie(SESSION_COOKIE)
    answer.delete_cookie(LINK_COOKIE)
    new_form_cookie(request, answer)
    return answer


@router.get("/password")
def password_page(request: Request) -> Response:
    """The form for another password, also for whoever must change it first."""
    return _password_form(request, _session(request))


@router.post("/password")
def change_password(request: Request, form: Form) -> Response:
    """Take another password; every other session of this person ends."""
    session = _session(request)
    secret = request.cookies.get(SESSION_COOKIE, "")
    present, wanted = text_field(form, "present"), text_field(form, "password")
    try:
        if wanted != text_field(form, "again"):
            raise AccessError("密码", "两次填写的密码不一样", "请重新填写")
        fresh = another_password(request, session.person, present, wanted)
    except AccessError as error:
        return _password_form(request, session, error)
    # The old secret has gone with the other sessions.
    assert secret != fresh
    return _entered(request, fresh, "/account")


def another_password(request: Request, person: str, present: str, wanted: str) -> str:
    """Take another password of one's own; the secret of the one session that is left. Raises AccessError."""
    door = _door(request)
    login = door.accounts.get(person).login
    try:
        # Counted like an attempt to sign in: a browser or token that was left lying must not serve to guess.
        fresh = door.sign_in.by_password(login, present, address_of(request), _agent(request))
    except SignInRefusedError as error:
        raise AccessError("密码", "原密码不对", "请重新填写") from error
    try:
        if wanted == present:
            raise AccessError("密码", "新密码和原密码一样", "请换一个")
        door.accounts.set_password(person, person, wanted, keep=fresh)
    except AccessError:
        door.sign_in.end(fresh)
        raise
    return fresh


@router.get("/account")
def account_page(request: Request, who: Known) -> Response:
    """One's own account."""
    return _account(request, who)


@router.post("/account")
def change_account(request: Request, who: Known, form: Form) -> Response:
    """Make or revoke a token, or sign out everywhere."""
    person, accounts = _own(who), _door(request).accounts
    action, name = text_field(form, "action"), text_field(form, "name").strip()
    try:
        if action == "token":
            days = text_field(form, "days")
            token = accounts.make_token(
                person, person, name, text_field(form, "scope"), int(days) if days.isdecimal() and days.isascii() else 0
            )
            return _account(request, who, token=token)
        if action == "revoke":
            accounts.revoke_token(person, person, name)
        elif action == "everywhere":
            accounts.end_sessions(person, person)
            return go("/sign-in")
    except TargetError as error:
        return _account(request, who, error=error)
    return go("/account")


@router.get("/l/{token}")
def follow(request: Request, token: str) -> Response:
    """A link from a notice: to one's minute in one round, and nowhere else. Raises LinkError."""
    link = links.read(request.app.state.settings.key, token)
    with request.app.state.book.read() as tables:
        links.check(tables, link)
    answer = go(_MINUTE_PAGE)
    set_secret_cookie(request, answer, LINK_COOKIE, token)
    return answer


def own_page(address: str) -> str:
    """An address to go to after signing in, "/" for any that might lead elsewhere."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain and "\\" not in address else "/"


def _form(
    request: Request, following: str, login: str = "", error: AccessError | None = None, status: int = 200
) -> Response:
    provider: Provider | None = request.app.state.provider
    return render(
        request,
        "sign-in.html",
        status,
        following=following,
        login=login,
        told=say(request).told(error) if error else None,
        provider=provider.settings if provider else None,
    )


def _password_form(request: Request, session: Session, error: AccessError | None = None) -> Response:
    return render(
        request,
        "password.html",
        400 if error else 200,
        session=session,
        shortest=SHORTEST,
        told=say(request).told(error) if error else None,
    )


def _account(request: Request, who: Visitor, token: str = "", error: TargetError | None = None) -> Response:
    values: dict[str, Any] = {"account": None, "tokens": [], "sign_ins": [], "administers": False}
    if who.via == SESSION:
        accounts: Accounts = _door(request).accounts
        values["account"] = accounts.get(_own(who))
        values["tokens"] = accounts.tokens(_own(who))
        values["administers"] = any(each.person == who.person for each in accounts.administrators())
    told = say(request).told(error) if error else None
    status = 400 if error else 200
    return render(request, "account.html", status, token_made=token, told=told, days=_DAYS, local=local, **values)


def _entered(request: Request, secret: str, following: str) -> Response:
    """Into the house with a session that no browser has had before."""
    old = request.cookies.get(SESSION_COOKIE, "")
    if old:
        _door(request).sign_in.end(old)
    answer = go(following)
    set_secret_cookie(request, answer, SESSION_COOKIE, secret)
    new_form_cookie(request, answer)
    return answer


def _session(request: Request) -> Session:
    who = visitor(request)
    found = getattr(request.state, "session", None)
    if isinstance(found, Session):
        return found
    if who.via == NONE:
        raise SignInNeededError
    _own(who)  # raises: there is somebody, but nobody who has signed in
    raise SignInNeededError


def _own(who: Visitor) -> str:
    if who.via != SESSION or who.person is None:
        raise RefusedError(403, "只有登录的人才有自己的账号", "请先登录")
    return who.person


def _door(request: Request) -> Door:
    found: Door = request.app.state.door
    return found


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise OidcError("单点登录", "没有配置单点登录", "请用账号密码登录")
    return provider


def _back(request: Request) -> str:
    """The address at which the provider sends browsers back."""
    return str(request.base_url).rstrip("/") + _OIDC_PATH + "/back"


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
