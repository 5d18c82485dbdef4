"""How often: buckets of tokens that refill, and failures that make the next attempt wait."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_KEPT = 50_000
FREE, FIRST_WAIT, LONGEST_WAIT = 5, 30.0, 900.0
"""Failures without waiting; the wait after them, which doubles, and its bound: nobody can lock another out for long."""
_QUIET = 600.0


class Buckets:
    """A bucket for each key: it holds ``most`` tokens and refills within ``seconds``. Thread-safe."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rate, self._clock = most, most / seconds, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> float:
        """Take one token. 0 when there was one, else the seconds until there is."""
        with self._lock:
            level = self._level(key)
            if level < 1:
                return (1 - level) / self._rate
            self._keep(key, level - 1)
            return 0.0

    def wait(self, key: str) -> float:
        """The seconds until a token is there, without taking it."""
        with self._lock:
            level = self._level(key)
            return 0.0 if level >= 1 else (1 - level) / self._rate

    def _level(self, key: str) -> float:
        now = self._clock()
        level, then = self._levels.get(key, (float(self._most), now))
        return min(float(self._most), level + (now - then) * self._rate)

    def _keep(self, key: str, level: float) -> None:
        self._levels[key] = (level, self._clock())
        self._levels.move_to_end(key)
        while len(self._levels) > _KEPT:
            self._levels.popitem(last=False)


class Failures:
    """Which failures the journal is told: the first, and then at most one in ten minutes for each account."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, key: str) -> int:
        """Count one failure; how many to tell now, 0 for none."""
        with self._lock:
            now = self._clock()
            then, waiting = self._told.get(key, (None, 0))
            waiting += 1
            told = then is None or now - then >= _QUIET
            self._told[key] = (now, 0) if told or then is None else (then, waiting)
            self._told.move_to_end(key)
            while len(self._told) > _KEPT:
                self._told.popitem(last=False)
            return waiting if told else 0


def wait_after(failed: int) -> float:
    """Seconds to wait after so many failures in a row."""
    if failed < FREE:
        return 0.0
    return float(min(FIRST_WAIT * 2.0 ** min(failed - FREE, 16), LONGEST_WAIT))


def network(address: str) -> str:
    """The key of an address: one line of a provider has a whole /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
