"""Accounts, sessions and tokens as they are kept in the ledger's database; every change is told in the journal."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from duixian.access.errors import AccessError
from duixian.access.passwords import Passwords, check, fold
from duixian.ledger.admission import AccountChange, AccountChanged
from duixian.ledger.base_schema import AccountRow, SessionRow, TokenRow
from duixian.ledger.canonical import storable
from duixian.ledger.journal import stamp
from duixian.ledger.kinds import Event
from duixian.ledger.organisations import Grant, Organisation, Person, Role
from duixian.ledger.schema import PersonRow
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables

READ, WRITE = "read", "write"
PREFIX = "dx_"
"""What a token begins with, so that one that was published by mistake is known for what it is."""
LONGEST_LOGIN = 100
_LONGEST_EXTERNAL = 255  # as OpenID Connect bounds a subject


@dataclass(frozen=True, slots=True)
class Account:
    """How a person signs in. login: as it was given. external: subject or claim at the office's own provider.

    failed: attempts in a row. locked_until, created: journal times.
    """

    person: str
    login: str
    password: str | None
    external: str | None
    must_change: bool
    disabled: bool
    failed: int
    locked_until: str | None
    created: str


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token: never the token itself."""

    person: str
    name: str
    scope: str
    created: str
    expires: str


def _now() -> datetime:
    return datetime.now(UTC)


class Accounts:
    """The accounts of one ledger. Thread-safe."""

    def __init__(
        self, ledger: Ledger, passwords: Passwords | None = None, clock: Callable[[], datetime] = _now
    ) -> None:
        self.ledger = ledger
        self.passwords = passwords or Passwords()
        self.clock = clock

    def moment(self, later: timedelta | None = None) -> str:
        """The present, or a time after it, as the journal writes it."""
        return stamp(self.clock() + (later or timedelta()))

    def is_any(self) -> bool:
        """Whether there is any account."""
        return self.ledger.beside(lambda c: c.execute(select(AccountRow.person).limit(1)).first() is not None)

    def all(self) -> list[Account]:
        """All accounts, by person."""
        query = select(AccountRow.__table__).order_by(AccountRow.person)
        return self.ledger.beside(lambda c: [Account(**row) for row in c.execute(query).mappings()])

    def get(self, person: str) -> Account:
        """The account of a person. Raises AccessError."""
        found = self._find(AccountRow.person, person)
        if found is None:
            raise AccessError(person, "这个人还没有账号", "请先用 duixian account add 或在账号页建立")
        return found

    def of_login(self, login: str) -> Account | None:
        """The account of a login, however it is typed."""
        return self._find(AccountRow.login, fold(login))

    def of_external(self, external: str) -> Account | None:
        """The account that belongs to a subject of the office's provider."""
        return self._find(AccountRow.external, external)

    def add(
        self,
        who: str,
        person: str,
        login: str,
        password: str | None = None,
        *,
        external: str | None = None,
        must_change: bool = True,
        before: tuple[Event, ...] = (),
    ) -> None:
        """Give a person of the ledger an account. password: None for one who signs in only at the provider.

        before: events to be written with it, such as the one that adds the person; all or none.
        """
        name = fold(login)
        if not name or len(name) > LONGEST_LOGIN or not name.isprintable():
            raise AccessError(login[:40], "账号是空的、太长或有看不见的字符", "请换一个账号")
        _check_external(external)
        if password is not None:
            check(password, name)
        row: dict[str, Any] = {
            "person": person,
            "login": name,
            "password": None if password is None else self.passwords.hash(password),
            "external": external or None,
            "must_change": must_change and password is not None,
            "disabled": False,
            "failed": 0,
            "locked_until": None,
            "created": self.moment(),
        }

        def write(connection: Connection) -> None:
            taken = (AccountRow.person == person) | (AccountRow.login == name)
            if external:
                taken |= AccountRow.external == external
            if connection.execute(select(AccountRow.person).where(taken)).first():
                raise AccessError(login, "这个人已有账号，或账号、外部标识已被使用", "请换一个，或修改已有的账号")
            try:
                connection.execute(insert(AccountRow), [row])
            except IntegrityError as error:
                raise AccessError(login, "这个账号刚刚被别人建立", "请换一个账号") from error

        self._record(who, person, AccountChange.ADDED, name, write, before)

    def set_password(self, who: str, person: str, password: str, *, keep: str = "") -> None:
        """Another password; all sessions end but that of the token ``keep``. By another: to be changed at once."""
        account = self.get(person)
        check(password, account.login)
        change = AccountChange.PASSWORD if who == person else AccountChange.RESET
        values = {
            "password": self.passwords.hash(password),
            "must_change": who != person,
            "failed": 0,
            "locked_until": None,
        }

        def write(connection: Connection) -> None:
            _set(connection, person, values)
            end_sessions(connection, person, keep)

        self._record(who, person, change, "", write)

    def set_disabled(self, who: str, person: str, disabled: bool) -> None:
        """Let an account sign in no more, or again. Its sessions and tokens end with it. Raises AccessError."""
        self.get(person)
        if disabled and [account.person for account in self.administrators()] == [person]:
            raise AccessError(person, "是唯一能登录的管理员", "请先为另一位总督查人员建立账号")

        def write(connection: Connection) -> None:
            _set(connection, person, {"disabled": disabled, "failed": 0, "locked_until": None})
            if disabled:
                end_sessions(connection, person)
                connection.execute(delete(TokenRow).where(TokenRow.person == person))

        self._record(who, person, AccountChange.DISABLED if disabled else AccountChange.ENABLED, "", write)

    def set_external(self, who: str, person: str, external: str | None) -> None:
        """Whom the office's provider means by this person; None for nobody."""
        self.get(person)
        _check_external(external)

        def write(connection: Connection) -> None:
            taken = (AccountRow.external == external) & (AccountRow.person != person)
            if external and connection.execute(select(AccountRow.person).where(taken)).first():
                raise AccessError(external, "这个外部标识已属于另一个账号", "请核对")
            _set(connection, person, {"external": external or None})

        self._record(who, person, AccountChange.LINKED, external or "", write)

    def end_sessions(self, who: str, person: str) -> None:
        """Sign a person out everywhere."""
        self._record(who, person, AccountChange.SESSIONS_ENDED, "", lambda c: end_sessions(c, person))

    def make_token(self, who: str, person: str, name: str, scope: str, days: int) -> str:
        """A token for a program that acts for a person; it is shown this once. Raises AccessError."""
        self.get(person)
        if scope not in (READ, WRITE):
            raise AccessError(scope, "没有这种权限范围", f"可以是 {READ}、{WRITE}")
        if not name.strip() or len(name) > LONGEST_LOGIN or not name.isprintable() or not 1 <= days <= 3660:
            raise AccessError(name[:40], "令牌要有名称，有效期在 1 天到 3660 天之间", "请改正后重试")
        token = PREFIX + secrets.token_urlsafe(32)
        row = {
            "id": digest(token),
            "person": person,
            "name": name,
            "scope": scope,
            "created": self.moment(),
            "expires": self.moment(timedelta(days=days)),
        }

        def write(connection: Connection) -> None:
            same = (TokenRow.person == person) & (TokenRow.name == name)
            if connection.execute(select(TokenRow.id).where(same)).first():
                raise AccessError(name, "已有同名的令牌", "请换一个名称，或先收回旧的")
            connection.execute(insert(TokenRow), [row])

        self._record(who, person, AccountChange.TOKEN_MADE, name, write)
        return token

    def revoke_token(self, who: str, person: str, name: str) -> None:
        """Take a token back. Raises AccessError."""

        def write(connection: Connection) -> None:
            same = (TokenRow.person == person) & (TokenRow.name == name)
            if not connection.execute(delete(TokenRow).where(same)).rowcount:
                raise AccessError(name, "没有这个令牌", "请查看列表")

        self._record(who, person, AccountChange.TOKEN_REVOKED, name, write)

    def tokens(self, person: str | None = None) -> list[Token]:
        """The tokens of one person or of all, those that have expired among them."""
        columns = (TokenRow.person, TokenRow.name, TokenRow.scope, TokenRow.created, TokenRow.expires)
        query = select(*columns).order_by(TokenRow.person, TokenRow.name)
        if person is not None:
            query = query.where(TokenRow.person == person)
        return self.ledger.beside(lambda c: [Token(*row) for row in c.execute(query)])

    def of_token(self, token: str) -> tuple[str, str, str] | None:
        """(person, name of the person, scope) of a token that is good; None for any other."""
        query = (
            select(TokenRow.person, PersonRow.name, TokenRow.scope)
            .join(AccountRow, AccountRow.person == TokenRow.person)
            .join(PersonRow, PersonRow.id == TokenRow.person)
            .where(TokenRow.id == digest(token), TokenRow.expires > self.moment(), AccountRow.disabled.is_(False))
        )
        row = self.ledger.beside(lambda c: c.execute(query).one_or_none())
        return (row[0], row[1], row[2]) if row else None

    def expiry(self, token: str) -> str | None:
        """When a token is good no more, a journal time; None for one that there is not."""
        query = select(TokenRow.expires).where(TokenRow.id == digest(token))
        found: str | None = self.ledger.beside(lambda c: c.execute(query).scalar())
        return found

    def administrators(self) -> list[Account]:
        """The accounts that can sign in and supervise the whole ledger."""
        with self.ledger.read() as tables:
            people = {person.id for person in tables.select(Person) if administers(tables, person)}
        able = (each for each in self.all() if not each.disabled and (each.password or each.external))
        return [each for each in able if each.person in people]

    def last_seen(self) -> dict[str, str]:
        """When each person was last seen in a session that is still kept."""
        query = select(SessionRow.person, func.max(SessionRow.seen)).group_by(SessionRow.person)
        return self.ledger.beside(lambda c: {row[0]: row[1] for row in c.execute(query)})

    def _find(self, column: Any, value: str) -> Account | None:
        if not storable(value):
            return None
        query = select(AccountRow.__table__).where(column == value)
        row = self.ledger.beside(lambda c: c.execute(query).mappings().one_or_none())
        return Account(**row) if row else None

    def _record(
        self,
        who: str,
        person: str,
        change: AccountChange,
        detail: str,
        write: Callable[[Connection], None],
        before: tuple[Event, ...] = (),
    ) -> None:
        self.ledger.record(who, *before, AccountChanged(person, change, detail), also=write)


def administers(tables: Tables, person: Person) -> bool:
    """Whether the person supervises the whole ledger."""
    roots = (row.id for row in tables.select(Organisation) if row.parent is None)
    return any(Grant(Role.SUPERVISOR, root) in person.grants for root in roots)


def digest(secret: str) -> str:
    """What is kept of a session or token: it is long and random, so that a quick hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def end_sessions(connection: Connection, person: str, keep: str = "") -> None:
    """End all sessions of a person but the one whose token is ``keep``."""
    mine = delete(SessionRow).where(SessionRow.person == person)
    connection.execute(mine.where(SessionRow.id != digest(keep)) if keep else mine)


def _check_external(external: str | None) -> None:
    """Raise AccessError for a subject that no provider gives."""
    if external and (len(external) > _LONGEST_EXTERNAL or not external.isprintable()):
        raise AccessError(external[:40], "外部标识太长或有看不见的字符", "请核对")


def _set(connection: Connection, person: str, values: dict[str, Any]) -> None:
    connection.execute(update(AccountRow).where(AccountRow.person == person).values(**values))
