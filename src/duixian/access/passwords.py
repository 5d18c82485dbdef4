"""Passwords: how they are kept, and which are refused."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from duixian.access.errors import AccessError

SHORTEST, LONGEST = 10, 256
_AT_ONCE = 4  # each takes its memory: as many as sign in at once must fit beside the server's work


@dataclass(frozen=True, slots=True)
class Cost:
    """What a guess costs: passes, KiB of memory. The defaults are those that OWASP names for argon2id."""

    passes: int = 2
    memory: int = 19 * 1024


class Passwords:
    """Makes and verifies hashes. Thread-safe."""

    def __init__(self, cost: Cost | None = None) -> None:
        cost = cost or Cost()
        self._hasher = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory, parallelism=1)
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        with self._turns:
            return self._hasher.hash(_normal(password))

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether this is the password. It takes as long where there is none."""
        with self._turns:
            try:
                right = self._hasher.verify(kept or self._nobody, _normal(password)[: LONGEST + 1])
            except (VerificationError, InvalidHashError):
                return False
        return right and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether it was made at another cost than today's."""
        return self._hasher.check_needs_rehash(kept)


def check(password: str, login: str) -> None:
    """Raise AccessError for a password that would be guessed."""
    words = _normal(password)
    plain = words.casefold()
    if len(words) < SHORTEST:
        raise AccessError("密码", f"密码不足 {SHORTEST} 个字符", "请用长一些的，例如几个不相干的词连在一起")
    if len(words) > LONGEST:
        raise AccessError("密码", f"密码超过 {LONGEST} 个字符", "请用短一些的")
    name = fold(login)
    if plain == name or (len(name) >= 3 and len(plain.replace(name, "")) < SHORTEST // 2):
        raise AccessError("密码", "密码和账号几乎一样", "请换一个与账号无关的密码")
    if plain in _common() or len(set(plain)) < 4:
        raise AccessError("密码", "这个密码太常见", "请换一个别人想不到的")


def made_up() -> str:
    """A password for the first sign-in, easy to read out."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def fold(login: str) -> str:
    """A login as it is compared."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _normal(password: str) -> str:
    # The same characters typed by another keyboard may come as other code points.
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> frozenset[str]:
    text = files("duixian.access").joinpath("data/common_passwords.txt").read_text("utf-8")
    return frozenset(line.casefold() for line in text.splitlines() if line and not line.startswith("#"))
