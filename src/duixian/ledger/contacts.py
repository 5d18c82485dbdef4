"""Contacts 联系方式: where a person can be written to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry
from duixian.ledger.organisations import Person, Role, require
from duixian.ledger.tables import Row, Tables

# Narrower than the standards allow: nothing that could end a header or add a second address.
_EMAIL = re.compile(
    r"(?=.{3,254}\Z)(?=.{1,64}@)[A-Za-z0-9_+=-]+(?:\.[A-Za-z0-9_+=-]+)*@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*",
    re.ASCII,
)
_PHONE = re.compile(r"\+?[0-9][0-9 -]{3,20}[0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Contact:
    """id: the person's. email, phone: None when there is none."""

    id: str
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class ContactSet:
    """Where a person can be written to from now on, all of it."""

    person: str
    email: str | None = None
    phone: str | None = None


def is_email(value: str) -> bool:
    """Whether this is one plain address."""
    return _EMAIL.fullmatch(value) is not None


def decide_contact(tables: Tables, person: Person, event: ContactSet) -> ContactSet:
    target = tables.need(Person, event.person, "人员")
    if person.id != target.id:
        require(tables, person, (Role.SUPERVISOR,), target.organisation, "登记联系方式")
    if event.email is not None and not is_email(event.email):
        raise LedgerError(target.name, f"“{event.email}”不是邮箱地址", "请写成 name@example.cn 这样，只写一个")
    if event.phone is not None and not _PHONE.fullmatch(event.phone):
        raise LedgerError(target.name, f"“{event.phone}”不是电话号码", "请只用数字、空格和连字符")
    return event


def apply_contact(tables: Tables, entry: Entry, event: ContactSet) -> tuple[Row, ...]:
    return (Contact(event.person, event.email, event.phone),)
