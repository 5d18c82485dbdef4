"""``duixian people``: who is in the ledger, what each may do, and who answers for an indicator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import typer

from duixian.cli.book import as_of_option, format_option, group, ledger_option, read, who_option
from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS
from duixian.cli.roster import importer, record, template
from duixian.cli.rows import emit

if TYPE_CHECKING:
    from duixian.ledger.organisations import Grant

ROLES = ("supervisor", "owner", "contributor", "leader", "reader")
_NAMES = ("id", "name", "organisation", "roles", "indicators")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(
        say,
        "people",
        {
            "add": _add(say),
            "import": importer(say, people=True),
            "template": template(say, people=True),
            "list": _list(say),
            "rename": _rename(say),
            "move": _move(say),
            "roles": _roles(say),
            "chief": _chief(say),
        },
    )


def _add(say: Messages) -> Callable[..., None]:
    def add(
        id: str = typer.Argument(..., metavar="ID", help=say("people_id")),
        name: str = typer.Argument(..., metavar="NAME", help=say("people_name")),
        organisation: str = typer.Argument(..., metavar="ORGANISATION", help=say("people_organisation")),
        role: list[str] = typer.Option([], "--role", metavar="ROLE", help=say("people_role")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.organisations import PersonAdded

        grants = _grants(say, role, organisation)
        record(say, ledger, who, lambda _: PersonAdded(id, name, organisation, grants))

    return add


def _list(say: Messages) -> Callable[..., None]:
    def show(
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.organisations import IndicatorChief, Person

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            chiefs = tables.select(IndicatorChief)
            rows = [
                {
                    "id": row.id,
                    "name": row.name,
                    "organisation": row.organisation,
                    "roles": tuple(f"{grant.role}@{grant.organisation}" for grant in row.grants),
                    "indicators": tuple(one.indicator for one in chiefs if one.person == row.id),
                }
                for row in tables.select(Person)
            ]
        emit(say, format, _NAMES, rows, [(name, say(f"people_col_{name}")) for name in _NAMES])

    return show


def _rename(say: Messages) -> Callable[..., None]:
    def rename(
        id: str = typer.Argument(..., metavar="ID", help=say("people_id")),
        name: str = typer.Argument(..., metavar="NAME", help=say("people_name")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.organisations import PersonChanged

        record(say, ledger, who, lambda _: PersonChanged(id, name=name))

    return rename


def _move(say: Messages) -> Callable[..., None]:
    def move(
        id: str = typer.Argument(..., metavar="ID", help=say("people_id")),
        organisation: str = typer.Argument(..., metavar="ORGANISATION", help=say("people_new_organisation")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.organisations import PersonChanged

        record(say, ledger, who, lambda _: PersonChanged(id, organisation=organisation))

    return move


def _roles(say: Messages) -> Callable[..., None]:
    def roles(
        id: str = typer.Argument(..., metavar="ID", help=say("people_id")),
        role: list[str] = typer.Option([], "--role", metavar="ROLE", help=say("people_role")),
        none: bool = typer.Option(False, "--none", help=say("people_none")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.organisations import Person, RolesChanged
        from duixian.ledger.tables import Tables

        if none == bool(role):
            raise wrong(say("people_roles_or_none"))

        def wish(tables: Tables) -> RolesChanged:
            person = tables.need(Person, id, "人员")
            return RolesChanged(id, _grants(say, role, person.organisation))

        record(say, ledger, who, wish)

    return roles


def _chief(say: Messages) -> Callable[..., None]:
    def chief(
        indicator: str = typer.Argument(..., metavar="INDICATOR", help=say("people_indicator")),
        person: str = typer.Argument("", metavar="PERSON", help=say("people_chief_person")),
        organisation: str = typer.Option("", "--organisation", metavar="ID", help=say("people_chief_of")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.errors import UnknownNameError
        from duixian.ledger.groups import IndicatorEntrusted
        from duixian.ledger.organisations import Organisation
        from duixian.ledger.tables import Tables
        from duixian.vocabulary.indicators import load_indicators

        known = load_indicators().by_id
        if indicator not in known:
            raise UnknownNameError(indicator, "指标", known)

        def wish(tables: Tables) -> IndicatorEntrusted:
            root = next((row.id for row in tables.select(Organisation) if row.parent is None), "")
            return IndicatorEntrusted(indicator, organisation or root, person or None)

        record(say, ledger, who, wish)

    return chief


def _grants(say: Messages, roles: Sequence[str], home: str) -> tuple[Grant, ...]:
    """Roles written "owner" or "owner@dept1"; without a place they hold over the person's own organisation."""
    from duixian.ledger.organisations import Grant, Role

    grants = []
    for each in roles:
        role, _, over = each.partition("@")
        checked(say, "--role", role, ROLES)
        grants.append(Grant(Role(role), over or home))
    return tuple(dict.fromkeys(grants))
