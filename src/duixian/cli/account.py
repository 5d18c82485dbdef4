"""``duixian account``: who can sign in to the workbench: accounts, passwords, tokens, links."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer

from duixian.cli.book import actor, format_option, group, ledger_option, opened, who_option
from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit

if TYPE_CHECKING:
    from duixian.ledger.store import Ledger

ACCOUNT_NAMES = ("person", "name", "organisation", "login", "state", "external", "last_seen")
_SCOPES = ("read", "write")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    within = {
        "add": _add(say),
        "list": _list(say),
        "disable": _disable(say, True),
        "enable": _disable(say, False),
        "password": _password(say),
        "token": _token(say),
        "link": _link(say),
    }
    return group(say, "account", within)


def _person(say: Messages) -> Any:
    return typer.Argument(..., metavar="PERSON", help=say("account_person"))


def _stdin(say: Messages) -> Any:
    return typer.Option(False, "--stdin", help=say("account_stdin"))


def _add(say: Messages) -> Callable[..., None]:
    def add(
        person: str = _person(say),
        login: str = typer.Option("", "--login", metavar="LOGIN", help=say("account_login")),
        name: str = typer.Option("", "--name", metavar="NAME", help=say("account_name")),
        organisation: str = typer.Option("", "--organisation", metavar="ORG", help=say("account_organisation")),
        role: str = typer.Option("owner", "--role", metavar="ROLE", help=say("account_role")),
        region: str = typer.Option("", "--region", metavar="REGION", help=say("account_region")),
        external: str = typer.Option("", "--external", metavar="ID", help=say("account_external")),
        stdin: bool = _stdin(say),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.access.accounts import Accounts
        from duixian.access.passwords import made_up
        from duixian.ledger.organisations import Grant, Person, PersonAdded, Role

        checked(say, "--role", role, list(Role))
        given = _line() if stdin else ""
        password = given or made_up()
        with opened(say, ledger, new=bool(region)) as book:
            if region:
                _found(say, book, person, name, region)
                who = who or person
            acting = actor(say, book, who)
            with book.read() as tables:
                known = tables.get(Person, person) is not None
            if not known and name:
                if not organisation:
                    raise wrong(say("account_needs_organisation"))
                grants = (Grant(Role(role), organisation),)
                book.record(acting, PersonAdded(person, name, organisation, grants))
            Accounts(book).add(acting, person, login or person, password, external=external, must_change=not given)
        console().print(say("account_added", person=person, login=login or person), soft_wrap=True)
        if not given:
            console().print(say("account_first", password=password), soft_wrap=True)

    return add


def _found(say: Messages, book: Ledger, person: str, name: str, region: str) -> None:
    """Set up a new ledger with its first supervisor."""
    from duixian.ledger.errors import LedgerError
    from duixian.ledger.founding import Founder, government
    from duixian.vocabulary.regions import gazetteer

    if book.head().sequence:
        raise LedgerError(region, "台账已经建立", "请去掉 --region")
    places = gazetteer().named(region)
    founder = Founder(person, name or person)
    if places:
        place = places[0]
        book.record(person, *government(place.code, place.name, place.level, founder))
    else:
        book.record(person, *government(None, region, None, founder))


def _list(say: Messages) -> Callable[..., None]:
    def list_accounts(ledger: str = ledger_option(say), format: str = format_option(say)) -> None:
        from duixian.access.accounts import Accounts
        from duixian.ledger.journal import local
        from duixian.ledger.organisations import Organisation, Person

        checked(say, "--format", format, FORMATS)
        with opened(say, ledger) as book:
            accounts = Accounts(book)
            found, seen = accounts.all(), accounts.last_seen()
            with book.read() as tables:
                people = {row.id: row for row in tables.select(Person)}
                names = {row.id: row.name for row in tables.select(Organisation)}
        rows = []
        for account in found:
            person = people.get(account.person)
            state = "disabled" if account.disabled else "must_change" if account.must_change else "active"
            rows.append(
                {
                    "person": account.person,
                    "name": person.name if person else "",
                    "organisation": names.get(person.organisation, "") if person else "",
                    "login": account.login,
                    "state": state,
                    "external": account.external,
                    "last_seen": local(seen[account.person]) if account.person in seen else None,
                }
            )
        shown = [row | {"state": say(f"account_state_{row['state']}")} for row in rows]
        emit(say, format, ACCOUNT_NAMES, rows, [(each, say(f"account_col_{each}")) for each in ACCOUNT_NAMES], shown)

    return list_accounts


def _disable(say: Messages, disabled: bool) -> Callable[..., None]:
    def change(person: str = _person(say), ledger: str = ledger_option(say), who: str = who_option(say)) -> None:
        from duixian.access.accounts import Accounts

        with opened(say, ledger) as book:
            Accounts(book).set_disabled(actor(say, book, who), person, disabled)
        console().print(say("account_disabled" if disabled else "account_enabled", person=person), soft_wrap=True)

    return change


def _password(say: Messages) -> Callable[..., None]:
    def password(
        person: str = _person(say),
        stdin: bool = _stdin(say),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.access.accounts import Accounts
        from duixian.access.passwords import made_up

        given = _line() if stdin else ""
        chosen = given or made_up()
        with opened(say, ledger) as book:
            Accounts(book).set_password(actor(say, book, who), person, chosen)
        console().print(say("account_reset", person=person), soft_wrap=True)
        if not given:
            console().print(say("account_first", password=chosen), soft_wrap=True)

    return password


def _token(say: Messages) -> Callable[..., None]:
    def token(
        person: str = _person(say),
        name: str = typer.Argument(..., metavar="NAME", help=say("account_token_name")),
        scope: str = typer.Option("read", "--scope", metavar="read|write", help=say("account_scope")),
        days: int = typer.Option(90, "--days", metavar="DAYS", min=1, max=3660, help=say("account_days")),
        revoke: bool = typer.Option(False, "--revoke", help=say("account_revoke")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.access.accounts import Accounts

        checked(say, "--scope", scope, _SCOPES)
        with opened(say, ledger) as book:
            accounts, acting = Accounts(book), actor(say, book, who)
            if revoke:
                accounts.revoke_token(acting, person, name)
                console().print(say("account_token_revoked", name=name), soft_wrap=True)
                return
            made = accounts.make_token(acting, person, name, scope, days)
        console().print(say("account_token_made"), soft_wrap=True)
        # Alone on standard output, so that a script can keep it.
        typer.echo(made)

    return token


def _link(say: Messages) -> Callable[..., None]:
    def link(
        person: str = _person(say),
        round: str = typer.Argument("", metavar="ROUND", help=say("account_round")),
        days: int = typer.Option(7, "--days", metavar="DAYS", min=1, max=366, help=say("account_days")),
        address: str = typer.Option("", "--address", metavar="URL", help=say("account_address")),
        recall: bool = typer.Option(False, "--recall", help=say("account_recall")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.access import links
        from duixian.ledger.admission import LinksRecalled, require_administrator
        from duixian.ledger.errors import LedgerError
        from duixian.ledger.organisations import Person

        with opened(say, ledger) as book:
            acting = actor(say, book, who)
            if recall:
                book.record(acting, LinksRecalled(person))
                console().print(say("account_links_recalled", person=person), soft_wrap=True)
                return
            secret = os.environ.get("DUIXIAN_SECRET", "")
            if not secret:
                raise LedgerError("链接", "没有密钥，签不了链接", "请设置和服务器一样的环境变量 DUIXIAN_SECRET")
            now = datetime.now(UTC)
            made = links.sign(secret.encode(), person, round, now + timedelta(days=days), now)
            with book.read() as tables:
                actor_row = tables.need(Person, acting, "人员")
                if acting != person:
                    require_administrator(tables, actor_row, tables.need(Person, person, "人员"), "发出链接")
                links.check(tables, links.read(secret.encode(), made, now))
        typer.echo(f"{address.rstrip('/')}/l/{made}")

    return link


def _line() -> str:
    """One line of standard input, for a password that must not stand in the history of a shell."""
    return sys.stdin.readline().rstrip("\r\n")
