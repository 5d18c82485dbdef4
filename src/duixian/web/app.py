"""The application: rooms put together, errors told, one guard in front."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

import duixian
from duixian.access.errors import LinkError, SignInRefusedError, TooManyError
from duixian.corpus import NoSuchNameError
from duixian.errors import InputError, OutputError, TargetError
from duixian.ledger.errors import NotAllowedError, UnavailableError
from duixian.ledger.plans import Plan
from duixian.ledger.register import Registers
from duixian.reporting.output import output_error
from duixian.web import (
    administration,
    api,
    compare,
    corrections,
    door,
    items,
    leader,
    library,
    minute,
    opening,
    plans,
    public,
    ranking,
    reader,
    rounds,
    table,
)
from duixian.web.api.problems import HTTP_REASONS, is_api, problem, validation_problem
from duixian.web.book import Book, away
from duixian.web.bookkeeping import today
from duixian.web.desk import Desk
from duixian.web.identity import Oidc, OidcError
from duixian.web.limits import Rates, TooFastError, limited
from duixian.web.pages import failed, told_of
from duixian.web.security import Guard, RefusedError
from duixian.web.settings import Settings
from duixian.web.views import View, seen
from duixian.web.visitors import (
    Door,
    MustChangeError,
    SignInNeededError,
    administrator,
    librarian,
    program,
    signed_in,
)

# Each has a ``router``, and a ``ROOM`` where it stands in the navigation. A new room is one more name here.
_ROOMS: tuple[Any, ...] = (
    *(library, reader, compare, corrections),
    *(opening, rounds, ranking, table, plans, items, minute, leader, public),
    *(door, administration),
)
# Who may enter a room: everybody who has signed in, unless it stands here; None for a room that is open to all.
_KEEPERS: dict[Any, Callable[[Request], Any] | None] = {
    library: librarian,
    reader: librarian,
    compare: librarian,
    corrections: librarian,
    door: None,
    public: None,
    minute: None,
    administration: administrator,
}
_STATUSES: dict[type[Exception], int] = {
    NoSuchNameError: 404,
    NotAllowedError: 403,
    SignInRefusedError: 401,
    TooManyError: 429,
    LinkError: 410,
    OidcError: 502,
    OutputError: 500,
}
_LOG = logging.getLogger(__name__)
_LONG = "public, max-age=31536000, immutable"


def create_app(settings: Settings) -> FastAPI:
    """The application over one corpus. Raises CorpusError when the folder cannot hold one."""
    desk = Desk(settings)
    desk.open()
    app = FastAPI(
        title="Duixian",
        version=duixian.__version__,
        description=api.DESCRIPTION,
        openapi_url=f"{api.PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.desk = desk
    app.state.book = Book(settings)
    app.state.registers = Registers(today)
    app.state.door = Door(settings, app.state.book)
    app.state.rates = Rates(settings.requests, settings.changes)
    app.state.provider = _provider(settings.oidc, settings.key) if settings.oidc else None
    app.state.rooms = sorted((room.ROOM for room in _ROOMS if room.ROOM is not None), key=lambda room: room.order)
    for room in _ROOMS:
        keeper = _KEEPERS.get(room, signed_in)
        keepers = [keeper, limited] if keeper else [limited]
        app.include_router(room.router, include_in_schema=False, dependencies=[Depends(each) for each in keepers])
    app.include_router(api.router, prefix=api.PREFIX, dependencies=[Depends(program), Depends(limited)])
    app.include_router(api.open_router, prefix=api.PREFIX, dependencies=[Depends(limited)])
    app.mount("/static", _Static(directory=Path(str(files("duixian.web").joinpath("static")))), name="static")
    for error, handler in _HANDLERS.items():
        app.add_exception_handler(error, handler)
    app.add_middleware(Guard, settings=settings, refuse=_refusal(app))
    return app


def _provider(oidc: Oidc, key: bytes) -> Any:
    # Its libraries are loaded only where an office has a provider.
    from duixian.web.oidc import Provider

    return Provider(oidc, key)


class _Static(StaticFiles):
    """Static files, whose addresses change with their content."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        response = super().file_response(*arguments, **named)
        response.headers["cache-control"] = _LONG
        return response


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # The first matrix, the first list of a large book and the libraries of the first chart take seconds; nobody should
    # wait for them.
    warming = asyncio.get_running_loop().run_in_executor(None, _warm, app)
    yield
    with suppress(Exception):
        await warming


def _warm(app: FastAPI) -> None:
    book: Book = app.state.book
    with suppress(TargetError, OSError):
        if book.exists:
            with book.read() as tables:
                running = [plan.id for plan in tables.select(Plan) if plan.state == "open"]
            for plan in running:
                app.state.registers.of(book.ledger(), plan)
    with suppress(TargetError, OSError):
        seen(app.state.desk, View())
    import altair  # noqa: F401
    import vl_convert  # noqa: F401


def _tell(request: Request, status: int, told: dict[str, str]) -> Response:
    return problem(request, status, told) if is_api(request) else failed(request, status, told)


async def _target_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, TargetError | InputError)
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 400)
    answer = _tell(request, status, told_of(request, error))
    if isinstance(error, TooManyError):
        answer.headers["retry-after"] = str(error.wait)
    return answer


async def _unavailable(request: Request, error: Exception) -> Response:
    # What the database said, with its address, is for the log; a clerk is told what to do.
    _LOG.error("%s", error)
    answer = _tell(request, 503, told_of(request, away("台账")))
    answer.headers["retry-after"] = "30"
    return answer


async def _sign_in_needed(request: Request, error: Exception) -> Response:
    if is_api(request):
        answer = _tell(request, 401, told_of(request, RefusedError(401, *HTTP_REASONS[401])))
        answer.headers["www-authenticate"] = "Bearer"
        return answer
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?{urlencode({'next': back if request.method == 'GET' else '/'})}", 303)


async def _must_change(request: Request, error: Exception) -> Response:
    if is_api(request):
        return _tell(request, 403, told_of(request, RefusedError(403, "密码须先更改", "请在浏览器里登录并更改密码")))
    return RedirectResponse("/password", 303)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    answer = _tell(request, error.status, told_of(request, error))
    if isinstance(error, TooFastError):
        answer.headers["retry-after"] = str(error.wait)
    return answer


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    reason, remedy = HTTP_REASONS.get(error.status_code, HTTP_REASONS[400])
    answer = _tell(request, error.status_code, told_of(request, RefusedError(error.status_code, reason, remedy)))
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if is_api(request):
        return validation_problem(request, error)
    return failed(request, 400, told_of(request, RefusedError(400, *HTTP_REASONS[400])))


async def _disk_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, OSError)
    named = Path(str(error.filename)).name if error.filename else ""
    told = output_error(named or "语料库", error)
    return _tell(request, 503, told_of(request, told))


async def _unexpected(request: Request, error: Exception) -> Response:
    # The traceback goes to the log of the server; the user is told what to do.
    return _tell(request, 500, told_of(request, RefusedError(500, *HTTP_REASONS[500])))


_HANDLERS: dict[Any, Callable[[Request, Exception], Any]] = {
    TargetError: _target_error,
    UnavailableError: _unavailable,
    SignInNeededError: _sign_in_needed,
    MustChangeError: _must_change,
    InputError: _target_error,
    RefusedError: _refused,
    HTTPException: _http_error,
    RequestValidationError: _validation_error,
    OSError: _disk_error,
    Exception: _unexpected,
}


def _refusal(app: FastAPI) -> Callable[[Scope, RefusedError], ASGIApp]:
    """What the guard answers with, before any router is reached."""

    def refuse(scope: Scope, error: RefusedError) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request({**scope, "app": app}, receive)
            await _tell(request, error.status, told_of(request, error))(scope, receive, send)

        return answer

    return refuse
