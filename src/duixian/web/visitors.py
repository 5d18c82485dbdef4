"""Who is asking: a person of the ledger, the one user of this machine, or nobody known."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from duixian.errors import DuixianError
from duixian.ledger.organisations import Grant, Organisation, Person, Role
from duixian.ledger.tables import Tables
from duixian.web.book import Book

LOCAL, SESSION, LINK, TOKEN, NONE = "local", "session", "link", "token", "none"


@dataclass(frozen=True, slots=True)
class Visitor:
    """person: id in the ledger, None for nobody known there. name: as pages show it, "" for nobody.

    via: "local" (this machine, without accounts), "session", "link", "token" or "none".
    language: None for that of the server.
    """

    person: str | None
    name: str
    via: str
    language: str | None = None


class SignInNeededError(DuixianError):
    """Only for those who have signed in. A browser is sent to the page for it; a program is answered 401."""


def visitor(request: Request) -> Visitor:
    """Who asks; a dependency that never fails for want of a sign-in."""
    found = getattr(request.state, "visitor", None)
    if not isinstance(found, Visitor):
        found = _found(request)
        request.state.visitor = found
    return found


def signed_in(request: Request) -> Visitor:
    """Who asks, known by name; a dependency. Raises SignInNeededError."""
    found = visitor(request)
    if found.via == NONE:
        raise SignInNeededError
    return found


def first_supervisor(tables: Tables) -> Person | None:
    """A person who supervises the whole ledger; the first by id."""
    root = next((row.id for row in tables.select(Organisation) if row.parent is None), None)
    if root is None:
        return None
    grant = Grant(Role.SUPERVISOR, root)
    return next((person for person in tables.select(Person) if grant in person.grants), None)


def _found(request: Request) -> Visitor:
    if not request.app.state.settings.is_loopback:
        return Visitor(None, "", NONE)
    return _local(request.app.state.book)


def _local(book: Book) -> Visitor:
    """The one user of this machine, who acts as the supervisor of the whole ledger."""
    person: Person | None = None
    if book.there:
        with book.read() as tables:
            person = first_supervisor(tables)
    return Visitor(person.id, person.name, LOCAL) if person else Visitor(None, "本机", LOCAL)
