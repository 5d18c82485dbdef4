"""``duixian org``: the organisations of the ledger, one by one or by roster."""

from __future__ import annotations

from collections.abc import Callable

import typer

from duixian.cli.book import as_of_option, format_option, group, ledger_option, read, who_option
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS
from duixian.cli.roster import importer, record, template
from duixian.cli.rows import emit

KINDS = ("government", "department", "district", "group")
_NAMES = ("id", "name", "short", "kind", "parent", "chief", "members")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(
        say,
        "org",
        {
            "add": _add(say),
            "import": importer(say, people=False),
            "template": template(say, people=False),
            "list": _list(say),
            "rename": _rename(say),
            "move": _move(say),
            "group": _group(say),
        },
    )


def _add(say: Messages) -> Callable[..., None]:
    def add(
        id: str = typer.Argument(..., metavar="ID", help=say("org_id")),
        name: str = typer.Argument(..., metavar="NAME", help=say("org_name")),
        kind: str = typer.Option("department", "--kind", metavar="|".join(KINDS), help=say("org_kind")),
        parent: str = typer.Option("", "--parent", metavar="ID", help=say("org_parent")),
        short: str = typer.Option("", "--short", metavar="NAME", help=say("org_short")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.organisations import Organisation, OrganisationAdded, OrganisationKind
        from duixian.ledger.tables import Tables

        checked(say, "--kind", kind, KINDS)

        def wish(tables: Tables) -> OrganisationAdded:
            root = next((row.id for row in tables.select(Organisation) if row.parent is None), "")
            return OrganisationAdded(id, name, OrganisationKind(kind), parent or root, short or None)

        record(say, ledger, who, wish)

    return add


def _list(say: Messages) -> Callable[..., None]:
    def show(
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.organisations import Group, Organisation

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            groups = {row.id: row for row in tables.select(Group)}
            rows = []
            for row in tables.select(Organisation):
                own = groups.get(row.id)
                rows.append(
                    {name: getattr(row, name) for name in _NAMES[:5]}
                    | {"chief": own.chief if own else None, "members": own.members if own else ()}
                )
        shown = [row | {"kind": say(f"org_kind_{row['kind']}")} for row in rows]
        emit(say, format, _NAMES, rows, [(name, say(f"org_col_{name}")) for name in _NAMES], shown)

    return show


def _rename(say: Messages) -> Callable[..., None]:
    def rename(
        id: str = typer.Argument(..., metavar="ID", help=say("org_id")),
        name: str = typer.Argument(..., metavar="NAME", help=say("org_name")),
        short: str = typer.Option("", "--short", metavar="NAME", help=say("org_short")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.organisations import OrganisationChanged

        record(say, ledger, who, lambda _: OrganisationChanged(id, name=name, short=short or None))

    return rename


def _move(say: Messages) -> Callable[..., None]:
    def move(
        id: str = typer.Argument(..., metavar="ID", help=say("org_id")),
        parent: str = typer.Argument(..., metavar="PARENT", help=say("org_new_parent")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.organisations import OrganisationChanged

        record(say, ledger, who, lambda _: OrganisationChanged(id, parent=parent))

    return move


def _group(say: Messages) -> Callable[..., None]:
    def form(
        id: str = typer.Argument(..., metavar="ID", help=say("org_group_id")),
        members: list[str] = typer.Argument(None, metavar="MEMBER", help=say("org_members")),
        title: str = typer.Option("组长", "--title", metavar="TITLE", help=say("org_title")),
        chief: str = typer.Option("", "--chief", metavar="PERSON", help=say("org_chief")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.groups import GroupFormed

        record(say, ledger, who, lambda _: GroupFormed(id, title, chief or None, tuple(members or ())))

    return form
