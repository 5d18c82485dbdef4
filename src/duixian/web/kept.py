"""Answers that take long and are asked for again: the last ones are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Kept:
    """The answers given last, by question; thread-safe. An answer is worked out once even when asked for twice."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()
        self._locks: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                found: T = self._answers[key]
                return found
            waiting = self._locks.setdefault(key, threading.Lock())
        with waiting:
            with self._lock:
                if key in self._answers:
                    found = self._answers[key]
                    return found
            try:
                made = make()
            finally:
                with self._lock:
                    self._locks.pop(key, None)
            with self._lock:
                self._answers[key] = made
                while len(self._answers) > self._most:
                    self._answers.popitem(last=False)
            return made
