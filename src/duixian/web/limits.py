"""How much one visitor may ask for: a bucket of requests and one of changes, refilled within a minute."""

from __future__ import annotations

from fastapi import Request

from duixian.access import links
from duixian.access.errors import LinkError
from duixian.access.throttle import Buckets, network
from duixian.web.security import RefusedError
from duixian.web.visitors import LINK_COOKIE, LOCAL, NONE, Visitor, address_of

_SAFE = ("GET", "HEAD", "OPTIONS")
_MINUTE = 60.0


class TooFastError(RefusedError):
    """Too many requests; wait: seconds until the next may come."""

    def __init__(self, wait: float) -> None:
        super().__init__(429, "请求太频繁", "请稍等片刻再试；填过的内容请先复制")
        self.wait = max(1, round(wait + 0.5))


class Rates:
    """The buckets of one server, in memory. requests, changes: the most in a minute. Thread-safe."""

    def __init__(self, requests: int, changes: int) -> None:
        self._requests = Buckets(requests, _MINUTE)
        self._changes = Buckets(changes, _MINUTE)

    def check(self, key: str, changes: bool) -> None:
        """Count one request. Raises TooFastError."""
        wait = self._requests.take(key) or (self._changes.take(key) if changes else 0.0)
        if wait:
            raise TooFastError(wait)


def limited(request: Request) -> None:
    """A dependency of every room, after whoever keeps it: by person where one is known, else by address."""
    who = getattr(request.state, "visitor", None)
    if isinstance(who, Visitor) and who.via == LOCAL:
        return
    known = isinstance(who, Visitor) and who.via != NONE and who.person
    person = who.person if known and who else _linked(request)
    key = f"person {person}" if person else f"address {network(address_of(request))}"
    rates: Rates = request.app.state.rates
    rates.check(key, request.method not in _SAFE)


def _linked(request: Request) -> str | None:
    """The person of a signed link: a whole office may come from one address on the day on which reports are due."""
    token = request.cookies.get(LINK_COOKIE, "")
    try:
        return links.read(request.app.state.settings.key, token).person if token else None
    except LinkError:
        return None
