"""Signing in: attempts counted before they are judged, sessions that end, both told in the journal."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from duixian.access.accounts import Account, Accounts, digest
from duixian.access.errors import SignInRefusedError, TooManyError
from duixian.access.passwords import LONGEST, fold
from duixian.access.throttle import Buckets, Failures, network, wait_after
from duixian.ledger.admission import NOBODY, SignInFailed, SignInMeans, SignInSucceeded
from duixian.ledger.base_schema import AccountRow, SessionRow
from duixian.ledger.errors import BusyError
from duixian.ledger.schema import PersonRow

_SEEN_EVERY = timedelta(minutes=5)  # a session that is used is written this often, not at every look
_AGENT = 200
_STRANGERS = 20_000


@dataclass(frozen=True, slots=True)
class Limits:
    """idle, whole: how long a session lasts unused, and at most. failures: for one address in ten minutes.

    slowest: seconds that a refusal takes at least, so that its time tells nothing.
    """

    idle: timedelta = timedelta(hours=8)
    whole: timedelta = timedelta(days=7)
    failures: int = 50
    slowest: float = 0.3


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. name: of the person. must_change: the password, before anything else."""

    person: str
    name: str
    must_change: bool


class SignIn:
    """The door. Thread-safe; one for each server, because it remembers who knocked too often."""

    def __init__(self, accounts: Accounts, limits: Limits | None = None) -> None:
        self.accounts = accounts
        self._limits = limits or Limits()
        self._addresses = Buckets(self._limits.failures, 600)
        self._strangers: dict[str, tuple[int, float]] = {}
        self._failures = Failures()
        self._lock = threading.Lock()

    def by_password(self, login: str, password: str, address: str, agent: str = "") -> str:
        """The secret of a new session. Raises SignInRefusedError, TooManyError."""
        began = time.monotonic()
        self._check_address(address)
        name = fold(login)
        account = self.accounts.of_login(name)
        try:
            if account is None:
                self._reserve_stranger(digest(name))
            else:
                self._reserve(account.person)
        except TooManyError:
            self._fail(account, SignInMeans.PASSWORD, address, began)
            raise
        right = self.accounts.passwords.verify(
            account.password if account is not None else None, password[: LONGEST + 1]
        )
        if account is None or not right or account.disabled:
            self._fail(account, SignInMeans.PASSWORD, address, began)
            raise SignInRefusedError
        return self._begin(account, SignInMeans.PASSWORD, address, agent, password)

    def by_provider(self, account: Account | None, address: str, agent: str = "") -> str:
        """The secret of a new session for one whom the provider has vouched for. Raises SignInRefusedError."""
        began = time.monotonic()
        self._check_address(address)
        if account is None or account.disabled:
            self._fail(account, SignInMeans.OIDC, address, began)
            raise SignInRefusedError
        return self._begin(account, SignInMeans.OIDC, address, agent)

    def session(self, secret: str) -> Session | None:
        """The session of a browser, if it is good; it is kept alive by being asked for."""
        now = self.accounts.clock()
        query = (
            select(SessionRow.person, PersonRow.name, AccountRow.must_change, SessionRow.seen, SessionRow.expires)
            .join(AccountRow, AccountRow.person == SessionRow.person)
            .join(PersonRow, PersonRow.id == SessionRow.person)
            .where(SessionRow.id == digest(secret), AccountRow.disabled.is_(False))
        )
        row = self.accounts.ledger.beside(lambda c: c.execute(query).one_or_none())
        if row is None:
            return None
        person, name, must_change, seen, expires = row
        if now >= datetime.fromisoformat(expires) or now - datetime.fromisoformat(seen) >= self._limits.idle:
            self.end(secret)
            return None
        if now - datetime.fromisoformat(seen) >= _SEEN_EVERY:
            self._see(secret)
        return Session(person, name, must_change)

    def end(self, secret: str) -> None:
        """Sign out of one browser."""
        self.accounts.ledger.beside(
            lambda c: c.execute(delete(SessionRow).where(SessionRow.id == digest(secret))), write=True
        )

    def _see(self, secret: str) -> None:
        when = self.accounts.moment()
        change = update(SessionRow).where(SessionRow.id == digest(secret)).values(seen=when)
        with suppress(BusyError):  # the next look will do
            self.accounts.ledger.beside(lambda c: c.execute(change), write=True)

    def _check_address(self, address: str) -> None:
        wait = self._addresses.wait(network(address))
        if wait:
            raise TooManyError(wait)

    def _reserve(self, person: str) -> None:
        """Count an attempt before it is judged, so that many at once are counted too. Raises TooManyError."""
        now = self.accounts.clock()

        def work(connection: Connection) -> float:
            query = select(AccountRow.failed, AccountRow.locked_until).where(AccountRow.person == person)
            failed, until = connection.execute(query.with_for_update()).one()
            if until is not None and (left := (datetime.fromisoformat(until) - now).total_seconds()) > 0:
                return left
            wait = wait_after(failed + 1)
            locked = self.accounts.moment(timedelta(seconds=wait)) if wait else None
            connection.execute(
                update(AccountRow).where(AccountRow.person == person).values(failed=failed + 1, locked_until=locked)
            )
            return 0.0

        wait = self.accounts.ledger.beside(work, write=True)
        if wait:
            raise TooManyError(wait)

    def _reserve_stranger(self, key: str) -> None:
        """The same for a login that there is not: it must not show by never making anybody wait."""
        now = self.accounts.clock().timestamp()
        with self._lock:
            failed, until = self._strangers.get(key, (0, 0.0))
            if until > now:
                raise TooManyError(until - now)
            if len(self._strangers) > _STRANGERS:
                self._strangers.clear()
            self._strangers[key] = (failed + 1, now + wait_after(failed + 1))

    def _fail(self, account: Account | None, means: SignInMeans, address: str, began: float) -> None:
        self._addresses.take(network(address))
        person = account.person if account is not None else NOBODY
        times = self._failures.note(person)
        if times:
            self.accounts.ledger.record(NOBODY, SignInFailed(person, means, address, times))
        left = self._limits.slowest - (time.monotonic() - began)
        if left > 0:
            time.sleep(left)

    def _begin(
        self, account: Account, means: SignInMeans, address: str, agent: str, password: str | None = None
    ) -> str:
        secret = secrets.token_urlsafe(32)
        now = self.accounts.moment()
        row = {
            "id": digest(secret),
            "person": account.person,
            "created": now,
            "seen": now,
            "expires": self.accounts.moment(self._limits.whole),
            "agent": agent[:_AGENT],
            "address": address,
        }
        values: dict[str, object] = {"failed": 0, "locked_until": None}
        if password is not None and account.password and self.accounts.passwords.is_outdated(account.password):
            values["password"] = self.accounts.passwords.hash(password)

        def write(connection: Connection) -> None:
            query = select(AccountRow.password, AccountRow.disabled).where(AccountRow.person == account.person)
            if tuple(connection.execute(query.with_for_update()).one()) != (account.password, False):
                raise SignInRefusedError  # somebody has reset or disabled it meanwhile
            # Here, where somebody comes in, those go that nobody uses any more.
            connection.execute(delete(SessionRow).where(SessionRow.expires <= now))
            connection.execute(insert(SessionRow), [row])
            connection.execute(update(AccountRow).where(AccountRow.person == account.person).values(**values))

        event = SignInSucceeded(account.person, means, address, account.failed)
        self.accounts.ledger.record(account.person, event, also=write)
        return secret
