"""What one server is told when it starts."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from duixian.access import secret
from duixian.access.passwords import Cost
from duixian.access.signing_in import Limits
from duixian.errors import TargetError
from duixian.web.identity import Oidc

HOME_VARIABLE = "DUIXIAN_HOME"
SECRET_VARIABLE = secret.VARIABLE
DEFAULT_PORT = 8765
_LOOPBACK_NAMES = ("localhost", "ip6-localhost")
_MEGABYTE = 1024 * 1024


class NotReadyError(TargetError):
    """The server may not start as it is told to."""


def data_home() -> Path:
    """The folder of a user's own data: DUIXIAN_HOME, or ``duixian`` in the home folder."""
    given = os.environ.get(HOME_VARIABLE, "")
    return Path(given).expanduser() if given else Path.home() / "duixian"


@dataclass(frozen=True, slots=True)
class Settings:
    """corpus: folder of the corpus, made when missing. ledger: address of the account book's database, "" for none.

    secret: signs what the server hands out; made up when none is configured, which is enough for one person on this
    machine. hosts: names under which the server may be asked for besides its own. upload_bytes, upload_files: the most
    that one upload may bring. has_administrator: whether somebody can sign in and administer. oidc: the office's own
    provider of identities, None for none. cost: of a guess at a password. limits: of sessions and failures.
    requests, changes: the most that one visitor may ask for and send in a minute.
    """

    corpus: Path
    ledger: str = ""
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    secret: str = ""
    hosts: tuple[str, ...] = ()
    language: str = "zh"
    upload_bytes: int = 200 * _MEGABYTE
    upload_files: int = 500
    has_administrator: Callable[[Settings], bool] = lambda settings: _has_administrator(settings)
    oidc: Oidc | None = None
    cost: Cost = field(default_factory=Cost)
    limits: Limits = field(default_factory=Limits)
    requests: int = 600
    changes: int = 120
    made_up: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def key(self) -> bytes:
        """The secret that signs."""
        return (self.secret or self.made_up).encode()

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server: neither the network nor a proxy before it."""
        return is_loopback(self.host) and all(is_loopback(name) for name in self.hosts)

    def require_network_ready(self) -> None:
        """Refuse to serve others before there is a secret and somebody who can sign in. Raises NotReadyError."""
        if self.is_loopback:
            return
        if len(self.secret) < secret.SHORTEST:
            raise NotReadyError(
                self.host,
                f"要让别的电脑访问，须先设置不少于 {secret.SHORTEST} 个字符的密钥",
                f"请设置环境变量 {SECRET_VARIABLE}，或去掉 --host 只在本机使用",
            )
        if not self.has_administrator(self):
            raise NotReadyError(
                self.host,
                "要让别的电脑访问，须先有管理员，现在还没有",
                "请先用 duixian account add 建立管理员，或去掉 --host 只在本机使用",
            )


def _has_administrator(settings: Settings) -> bool:
    """Whether the ledger has somebody who can sign in and supervises all of it."""
    from duixian.access.accounts import Accounts
    from duixian.web.book import Book

    book = Book(settings)
    if not book.exists:
        return False
    try:
        return bool(Accounts(book.ledger()).administrators())
    finally:
        book.close()


def is_loopback(host: str) -> bool:
    """Whether an address or name means this machine alone."""
    name = host.strip("[]").lower()
    if name in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
