"""What every answer carries and every question must: headers, limits, hosts, tokens of forms."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from duixian.errors import DuixianError
from duixian.web.settings import Settings, is_loopback

FORM_COOKIE = "duixian_form"
FORM_FIELD = "token"
FORM_HEADER = "x-form-token"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_OWN_SITE = ("same-origin", "none")
_SMALL_BODY = 2 * 1024 * 1024
_MULTIPART = "multipart/form-data"
_LONGEST_NAME = 120
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029:*?\"<>|!]+")
_FIELDS = 2_000


class RefusedError(DuixianError):
    """A request that is not answered. status: of HTTP. reason, remedy: in Chinese, as the user sees them."""

    def __init__(self, status: int, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}。{remedy}")
        self.status = status
        self.reason = reason
        self.remedy = remedy


Refuse = Callable[[Scope, RefusedError], ASGIApp]


class Guard:
    """Pure ASGI: refuses foreign hosts, foreign sites and bodies beyond the limit; puts the headers on every answer.

    refuse: makes the answer to a request that is refused.
    """

    def __init__(self, app: ASGIApp, settings: Settings, refuse: Refuse) -> None:
        self._app = app
        self._settings = settings
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        silent = scope["method"] == "HEAD"
        if silent:
            # Whoever asks whether a page is there gets its headers; the routes know GET alone.
            scope = {**scope, "method": "GET"}

        async def sending(message: Message) -> None:
            if silent and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "private, no-cache")
            await send(message)

        headers = Headers(scope=scope)
        try:
            self._check(scope["method"], headers)
            limit = self._limit(headers)
            length = headers.get("content-length", "")
            if length.isdigit() and int(length) > limit:
                raise _too_large(limit)
        except RefusedError as error:
            await self._refuse(scope, error)(scope, receive, sending)
            return
        await self._app(scope, _counted(receive, limit), sending)

    def _check(self, method: str, headers: Headers) -> None:
        host = headers.get("host", "")
        if not self._is_own(_bare(host)):
            # A name that leads here from elsewhere would let a foreign page read what only this machine may.
            raise RefusedError(421, "网址里的主机名不是这台服务器的", "请用启动时显示的网址访问")
        if method in _SAFE:
            return
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if (site is not None and site not in _OWN_SITE) or (origin is not None and urlsplit(origin).netloc != host):
            raise RefusedError(403, "这个请求来自别的网站", "请在本系统的页面上操作")

    def _is_own(self, name: str) -> bool:
        if name in self._settings.hosts or name == self._settings.host.strip("[]"):
            return True
        return self._settings.is_loopback and is_loopback(name)

    def _limit(self, headers: Headers) -> int:
        return self._settings.upload_bytes if headers.get("content-type", "").startswith(_MULTIPART) else _SMALL_BODY


def _bare(host: str) -> str:
    """The name in a Host header, without port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def _too_large(limit: int) -> RefusedError:
    return RefusedError(
        413, f"一次上传超过 {limit // (1024 * 1024)} MB 的上限", "请分几次上传，或让管理员从服务器的文件夹添加"
    )


def _counted(receive: Receive, limit: int) -> Callable[[], Awaitable[Message]]:
    """The same messages; raises RefusedError when the body grows beyond the limit, whatever was announced."""
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _too_large(limit)
        return message

    return receiving


def new_cookie() -> str:
    """A value for the cookie that ties forms to a browser."""
    return secrets.token_urlsafe(24)


def form_token(settings: Settings, cookie: str) -> str:
    """What a form must bring along for a browser that has this cookie."""
    return hmac.new(settings.key, b"form|" + cookie.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


async def checked_form(request: Request) -> FormData:
    """The fields of a form that came from one of our pages. Raises RefusedError for any other.

    A dependency: every router of pages has it on whatever changes something.
    """
    settings: Settings = request.app.state.settings
    form = await request.form(max_files=settings.upload_files, max_fields=_FIELDS)
    cookie = request.cookies.get(FORM_COOKIE, "")
    given = request.headers.get(FORM_HEADER) or form.get(FORM_FIELD)
    right = form_token(settings, cookie)
    if not cookie or not isinstance(given, str) or not hmac.compare_digest(given.encode(), right.encode()):
        raise RefusedError(403, "这个页面已经过期", "请返回上一页，刷新后再提交；填过的内容请先复制")
    return form


def text_field(form: FormData, name: str) -> str:
    """The text of a field, "" when it is missing or a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def safe_name(name: str) -> str:
    """A file name as it may be shown and kept: no folders, no control or bidirectional characters, not too long."""
    bare = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    bare = _UNFIT.sub("_", bare.encode("utf-8", "replace").decode()).strip(" .") or "未命名"
    stem, dot, suffix = bare.rpartition(".")
    if len(bare) > _LONGEST_NAME and dot and len(suffix) <= 8:
        return f"{stem[: _LONGEST_NAME - len(suffix) - 1]}.{suffix}"
    return bare[:_LONGEST_NAME]
