"""Rendering: templates, what every page knows, and the answers to what went wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

import duixian
from duixian.errors import InputError, TargetError
from duixian.reporting.labels import label as record_label
from duixian.web.language import COOKIE, LANGUAGES, Texts, language_of, texts
from duixian.web.security import FORM_COOKIE, FORM_FIELD, RefusedError, form_token, new_cookie

# What another day of the same page does not take over from its address.
_OF_A_MOMENT = ("as_of", "done", "number", "page", "closing")
_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Room:
    """A place in the navigation. key: of its text. order: where it stands among the others."""

    key: str
    path: str
    order: int


def render(request: Request, name: str, status: int = 200, cookies: bool = True, **values: Any) -> HTMLResponse:
    """The page of a template. room: key of the room that it belongs to, among ``values``.

    cookies: False for a page that is alike for everybody, so that it can be kept by whoever passes it on.
    """
    settings = request.app.state.settings
    language = language_of(request)
    cookie = request.cookies.get(FORM_COOKIE) or new_cookie()
    page = _environment().get_template(name)
    html = page.render(
        {
            "room": "",
            **values,
            "t": texts(language),
            "lang": language,
            "other": next(each for each in LANGUAGES if each != language),
            "switch": with_query(request, lang=next(each for each in LANGUAGES if each != language)),
            "rooms": request.app.state.rooms,
            "token": form_token(settings, cookie),
            "token_field": FORM_FIELD,
            "query": request.query_params.get("q", ""),
            "program": duixian.__version__,
            "who": getattr(request.state, "visitor", None),
            "static": static,
            "label": lambda family, code: record_label(family, code or "", language),
            "number": number,
            "segment": lambda text: quote(str(text), safe=""),
            **_of_day(request),
        }
    )
    response = HTMLResponse(html, status)
    if not cookies:
        return response
    if request.cookies.get(FORM_COOKIE) != cookie:
        response.set_cookie(FORM_COOKIE, cookie, httponly=True, samesite="strict", secure=_is_secure(request))
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(
            COOKIE, language, max_age=_YEAR_SECONDS, httponly=True, samesite="lax", secure=_is_secure(request)
        )
    return response


def _of_day(request: Request) -> dict[str, Any]:
    """For which day the book is told, where it is not today, and how links and the field for the day keep to it."""
    day = getattr(request.state, "as_of", None)
    others = [(name, value) for name, value in request.query_params.multi_items() if name not in _OF_A_MOMENT]
    return {
        "as_of": day,
        "at": lambda path: on_day(path, day),
        "today_link": request.url.path + (f"?{urlencode(others)}" if others else ""),
        "asked_day": "as_of" in request.query_params,
        "path": request.url.path,
        "others": others,
    }


def on_day(path: str, day: date | None) -> str:
    """An address of the account book for a day, None for today."""
    if day is None:
        return path
    path, hash, fragment = path.partition("#")
    return f"{path}{'&' if '?' in path else '?'}as_of={day}{hash}{fragment}"


def say(request: Request) -> Texts:
    """The texts of the request's language."""
    return texts(language_of(request))


def failed(request: Request, status: int, told: Mapping[str, str]) -> Response:
    """The page that says what, why and what to do."""
    return render(request, "failed.html", status, told=told)


def told_of(request: Request, error: TargetError | InputError | RefusedError) -> dict[str, str]:
    """What, why and what to do, in the language of the request."""
    speak = say(request)
    if isinstance(error, RefusedError):
        return {"target": "", "reason": speak.about(error.reason), "remedy": speak.about(error.remedy)}
    return speak.told(error)


def go(path: str, **query: Any) -> RedirectResponse:
    """Send the browser to a page after a form was taken."""
    fragment = str(query.pop("fragment", ""))
    words = urlencode({name: value for name, value in query.items() if value not in (None, "")})
    return RedirectResponse(path + (f"?{words}" if words else "") + (f"#{fragment}" if fragment else ""), 303)


def attachment(data: bytes, media: str, name: str) -> Response:
    """A file to be saved under a name, which may be Chinese."""
    plain = name.encode("ascii", "ignore").decode() or "duixian"
    where = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type=media, headers={"content-disposition": where})


def with_query(request: Request, **changes: str) -> str:
    """The address of this page with other values in its query."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name not in changes]
    return f"{request.url.path}?{urlencode([*pairs, *changes.items()])}"


def number(value: Any) -> str:
    """A number as people read it."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


@cache
def static(name: str) -> str:
    """The address of a static file, which changes with its content."""
    data = files("duixian.web").joinpath("static").joinpath(name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(data).hexdigest()[:10]}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("duixian.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def new_form_cookie(request: Request, response: Response) -> None:
    """Forms that were handed out before are good no more: what was there before a sign-in must not work after it."""
    secure = _is_secure(request)
    response.set_cookie(FORM_COOKIE, new_cookie(), httponly=True, samesite="strict", secure=secure)


def _is_secure(request: Request) -> bool:
    return bool(request.url.scheme == "https")
