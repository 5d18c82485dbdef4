"""Channels as an office configures them: a TOML file that says what is on, and where secrets are to be found."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from duixian.access import secret
from duixian.errors import TargetError
from duixian.ledger.contacts import is_email

SECURITIES = ("starttls", "tls", "none")
_TABLES = ("email", "webhook")
_LINKS = ("address", "days")
_EMAIL = (
    "enabled", "host", "port", "security", "sender", "username", "password_env", "password_file", "timeout", "ca_file",
)  # fmt: skip
_WEBHOOK = ("enabled", "url", "secret_env", "secret_file", "timeout", "contacts", "ca_file")


class ChannelError(TargetError):
    """A channel cannot be used, or could not take a notice. Neither reason nor remedy ever holds a secret."""


@dataclass(frozen=True, slots=True)
class Email:
    """An SMTP server. security: starttls, tls or none. sender: name and address. timeout: seconds for each answer."""

    host: str
    port: int
    security: str
    sender_name: str
    sender: str
    username: str | None
    password: str | None = field(repr=False)
    timeout: float
    ca_file: str | None


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that takes JSON. secret: signs it, when there is one. contacts: whether e-mail and phone go along."""

    url: str = field(repr=False)  # many services keep their key in the address
    secret: str | None = field(repr=False)
    timeout: float
    contacts: bool
    ca_file: str | None


@dataclass(frozen=True, slots=True)
class Links:
    """Where the server is found. key: its secret, which signs personal links. days: how long they hold."""

    address: str
    key: bytes = field(repr=False)
    days: int


@dataclass(frozen=True, slots=True)
class Channels:
    """What is on; None for a channel that is off. links: None where notices carry no links."""

    email: Email | None = None
    webhook: Webhook | None = None
    links: Links | None = None


def read_channels(path: Path, environment: Mapping[str, str] = os.environ) -> Channels:
    """The channels of a file. A channel is on only where it says ``enabled = true``. Raises ChannelError."""
    name = str(path)
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ChannelError(name, f"渠道文件读不出来（{type(error).__name__}）", "请检查渠道文件的名称和权限") from error
    except tomllib.TOMLDecodeError as error:
        raise ChannelError(name, "渠道文件不是有效的 TOML", "请检查写法") from error
    _only(name, data, (*_TABLES, "links"))
    email, webhook = (_table(name, data, table) for table in _TABLES)
    return Channels(
        _email(_Table(f"{name} [email]", email, _EMAIL), path.parent, environment) if email else None,
        _webhook(_Table(f"{name} [webhook]", webhook, _WEBHOOK), path.parent, environment) if webhook else None,
        _links(name, data["links"], environment) if "links" in data else None,
    )


class _Table:
    """One table of the file, whose values are asked for by name and type."""

    def __init__(self, where: str, values: dict[str, Any], known: tuple[str, ...]) -> None:
        self.where, self._values = where, values
        _only(where, values, known)

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name, default)
        if not isinstance(value, str) or not value.strip():
            raise ChannelError(self.where, f"没有填写 {name}", "请补上")
        return value.strip()

    def optional(self, name: str) -> str | None:
        return self.text(name) if name in self._values else None

    def number(self, name: str, default: float, low: float, high: float) -> float:
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ChannelError(self.where, f"{name} 应在{low:g}到{high:g}之间", "请改正")
        return value

    def flag(self, name: str) -> bool:
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise ChannelError(self.where, f"{name} 应是 true 或 false", "请改正")
        return value

    def secret(self, name: str, folder: Path, environment: Mapping[str, str]) -> str | None:
        """The value of an environment variable or the first line of a file; never from this table itself."""
        variable, file = self.optional(f"{name}_env"), self.optional(f"{name}_file")
        if variable is not None and file is not None:
            raise ChannelError(self.where, f"{name}_env 和 {name}_file 只能用一个", "请去掉一个")
        if variable is not None:
            if not environment.get(variable):
                raise ChannelError(self.where, f"环境变量 {variable} 没有值", "请先设置")
            return environment[variable]
        if file is None:
            return None
        try:
            lines = (folder / file).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ChannelError(
                self.where, f"{name}_file 读不出来（{type(error).__name__}）", "请检查文件和权限"
            ) from error
        if not lines or not lines[0]:
            raise ChannelError(self.where, f"{name}_file 是空的", "请写在第一行")
        return lines[0]


def _table(name: str, data: dict[str, Any], table: str) -> dict[str, Any] | None:
    """The table, when there is one and it says that the channel is on."""
    values = data.get(table)
    if values is None:
        return None
    if not isinstance(values, dict):
        raise ChannelError(name, f"{table} 应写成 [{table}]", "请改正")
    return values if _Table(f"{name} [{table}]", values, tuple(values)).flag("enabled") else None


def _email(table: _Table, folder: Path, environment: Mapping[str, str]) -> Email:
    security = table.text("security", "starttls")
    if security not in SECURITIES:
        raise ChannelError(table.where, f"security 没有“{security}”", f"可用的有：{'、'.join(SECURITIES)}")
    sender_name, sender = parseaddr(table.text("sender"))
    if not is_email(sender) or any(ord(letter) < 32 for letter in sender_name):
        raise ChannelError(table.where, "sender 不是邮箱地址", "请写成 督查室 <ducha@example.cn>")
    username = table.optional("username")
    password = table.secret("password", folder, environment)
    if (username is None) != (password is None):
        raise ChannelError(table.where, "username 和密码应同时填写", "密码用 password_env 或 password_file 给出")
    if password is not None and security == "none":
        raise ChannelError(table.where, "不加密的连接上不能登录，密码会被人看到", "请用 starttls 或 tls")
    standard = {"starttls": 587, "tls": 465, "none": 25}[security]
    port = int(table.number("port", standard, 1, 65535))
    timeout = table.number("timeout", 20, 0.1, 600)
    ca_file = _beside(folder, table.optional("ca_file"))
    return Email(table.text("host"), port, security, sender_name, sender, username, password, timeout, ca_file)


def _webhook(table: _Table, folder: Path, environment: Mapping[str, str]) -> Webhook:
    url = table.text("url")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ChannelError(table.where, "url 不是 http 或 https 地址", "请改正")
    return Webhook(
        url,
        table.secret("secret", folder, environment),
        table.number("timeout", 10, 0.1, 600),
        table.flag("contacts"),
        _beside(folder, table.optional("ca_file")),
    )


def _links(name: str, values: object, environment: Mapping[str, str]) -> Links:
    if not isinstance(values, dict):
        raise ChannelError(name, "links 应写成 [links]", "请改正")
    table = _Table(f"{name} [links]", values, _LINKS)
    address = table.text("address").rstrip("/")
    if not _is_plain(address):
        raise ChannelError(table.where, "address 不是网页的网址", "请写成 https://book.example 这样")
    days = table.number("days", 7, 1, 366)
    if not isinstance(days, int):
        raise ChannelError(table.where, "days 应是整数", "请改正")
    key = environment.get(secret.VARIABLE, "")
    if len(key) < secret.SHORTEST:
        raise ChannelError(
            table.where,
            f"写了 address，但没有不少于 {secret.SHORTEST} 个字符的密钥，签不了链接",
            f"请设置和服务器一样的环境变量 {secret.VARIABLE}，或去掉 [links]",
        )
    return Links(address, key.encode(), days)


def _is_plain(address: str) -> bool:
    """Whether it is the address of a server, to which the path of a page can be added."""
    try:
        parts = urlsplit(address)
        found = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(found) and "@" not in parts.netloc and not set("?#") & set(address) and len(address.split()) == 1


def _beside(folder: Path, file: str | None) -> str | None:
    return None if file is None else str(folder / file)


def _only(where: str, values: Mapping[str, Any], known: tuple[str, ...]) -> None:
    unknown = sorted(values.keys() - set(known))
    if unknown:
        raise ChannelError(where, f"不认识“{unknown[0]}”", f"可用的有：{'、'.join(known)}")
