"""Delivery: each notice by each channel to those whom it has not reached, written down as soon as it is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from duixian.ledger.contacts import Contact
from duixian.ledger.errors import LedgerError
from duixian.ledger.notices import Notice, NoticeSent, notices, pending
from duixian.ledger.organisations import Organisation, Person, Role, require
from duixian.ledger.store import Ledger
from duixian.notices.addresses import Addresses
from duixian.notices.channels import ChannelError, Channels
from duixian.notices.mail import Mailer, UnreachableError
from duixian.notices.webhook import Poster

_Recipients = tuple[tuple[Person, Contact | None], ...]


class Sender(Protocol):
    """A channel that is on. separately: whether each person is sent to by itself."""

    @property
    def name(self) -> str: ...
    @property
    def separately(self) -> bool: ...

    def send(self, notice: Notice, people: _Recipients) -> None:
        """Raises ChannelError when it was not taken."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """What did not go out. channel: its name. notice: its title. error: why, and what to do."""

    channel: str
    notice: str
    error: ChannelError | LedgerError


@dataclass(slots=True)
class Delivery:
    """What a run did. sent: channel and title of each notice with the number of persons. unsent: left for later."""

    sent: list[tuple[str, str, int]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    unsent: int = 0


def senders(channels: Channels) -> list[Sender]:
    """A sender for each channel that is on. Raises ChannelError when a certificate file cannot be read."""
    found: list[Sender] = []
    addresses = Addresses(channels.links)
    try:
        if channels.email is not None:
            found.append(Mailer(channels.email, addresses))
        if channels.webhook is not None:
            found.append(Poster(channels.webhook, addresses=addresses))
    except OSError as error:
        raise ChannelError("ca_file", f"证书文件读不出来（{type(error).__name__}）", "请检查证书文件") from error
    return found


def deliver(ledger: Ledger, who: str, day: date, channels: Iterable[Sender]) -> Delivery:
    """Send what is to be written on this day and has not reached everybody yet.

    who: id of a supervisor over the whole ledger, in whose name it is written down. What fails stays unsent and is
    told; the rest goes on, except that a channel nobody answers on is not tried again in this run. A notice is sent
    before it is written down: when the process dies in between, that one may go out again. Raises LedgerError.
    """
    with ledger.read() as tables:
        root = next(row.id for row in tables.select(Organisation) if row.parent is None)
        # Found out before anything leaves, not afterwards.
        require(tables, tables.need(Person, who, "人员"), (Role.SUPERVISOR,), root, "发送提醒")
        people = {person.id: person for person in tables.select(Person)}
        contacts = {contact.id: contact for contact in tables.select(Contact)}
        standing = notices(tables, day)
        channels = list(channels)
        waiting = [
            (sender, notice, tuple((people[id], contacts.get(id)) for id in pending(tables, notice, sender.name)))
            for sender in channels
            for notice in standing
        ]
    done = Delivery()
    for notice in standing:
        if not notice.recipients:
            told = ChannelError(notice.title, "没有收件人", "请登记该单位的责任人，或改动提醒规则里的收件人")
            done.failures.append(Failure("", notice.title, told))
    broken: set[str] = set()
    try:
        for sender, notice, everyone in waiting:
            for some in [(one,) for one in everyone] if sender.separately else [everyone] if everyone else []:
                if sender.name in broken:
                    done.unsent += 1
                    continue
                _send(ledger, who, sender, notice, some, done)
                if done.failures and isinstance(done.failures[-1].error, UnreachableError):
                    broken.add(done.failures[-1].channel)
    finally:
        for sender in channels:
            sender.close()
    return done


def _send(ledger: Ledger, who: str, sender: Sender, notice: Notice, people: _Recipients, done: Delivery) -> None:
    try:
        sender.send(notice, people)
    except ChannelError as error:
        done.unsent += 1
        done.failures.append(Failure(sender.name, notice.title, error))
        return
    try:
        ledger.record(who, NoticeSent(notice.key, sender.name, tuple(person.id for person, _ in people)))
    except LedgerError as error:
        # Sent, but not written down: another run was faster, or the ledger is out of reach.
        done.failures.append(Failure(sender.name, notice.title, error))
        return
    done.sent.append((sender.name, notice.title, len(people)))
