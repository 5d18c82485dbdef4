"""``duixian item``: one item: what it is, what happened to it, and the next step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from duixian.cli.book import actor, as_of_option, day_of, group, ledger_option, opened, who_option
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import console, table, write_json

FORMATS = ("text", "json")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(say, "item", {"show": _show(say), "do": _do(say), "files": _files(say)})


def _show(say: Messages) -> Callable[..., None]:
    def show(
        item: str = typer.Argument(..., metavar="ITEM", help=say("item_which")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = typer.Option("text", "--format", "-f", metavar="|".join(FORMATS), help=say("item_format")),
    ) -> None:
        from duixian.ledger import canonical
        from duixian.ledger.journal import until
        from duixian.ledger.plans import Item
        from duixian.ledger.progress import Progress
        from duixian.ledger.slicing import Slicing
        from duixian.ledger.views import history, item_row, names

        checked(say, "--format", format, FORMATS)
        day = day_of(say, as_of)
        with opened(say, ledger) as book:
            with book.read(day) as tables:
                row = tables.need(Item, item, "事项")
                called = names(tables)
                reports = sorted(tables.select(Progress, item=item), key=lambda one: one.sequence)
                slicings = tables.select(Slicing, item=item)
            entries = book.journal(item)
        last = until(day) if day is not None else None
        past = history(entry for entry in entries if last is None or entry.time <= last)
        if format == "json":
            whole = {"item": row, "reports": tuple(reports), "slicings": tuple(slicings)}
            write_json({name: canonical.plain(value) for name, value in whole.items()} | {"history": past})
            return
        _print(say, item_row(row, called), row, past, called)

    return show


def _print(say: Messages, flat: dict[str, Any], row: Any, past: list[dict[str, Any]], called: Any) -> None:
    from duixian.ledger.states import rules

    screen = console()
    screen.print(f"{row.number}  {row.text}", style="bold", soft_wrap=True)
    state = rules().labels[row.state] if say.language == "zh" else row.state.value
    lines = {
        "state": state,
        "kind": say(f"plan_kind_{flat['kind']}"),
        "measures": flat["measures"],
        "lead": flat["lead"] + (say("plan_proposed") if flat["proposed"] and flat["lead"] else ""),
        "supporting": flat["supporting"],
        "leader": flat["leader"],
        "deadline": flat["deadline"],
        "section": flat["section"],
        "sources": "、".join(row.sources),
        "became": "、".join(row.became),
        "version": str(row.version),
    }
    for name, value in lines.items():
        if value:
            screen.print(f"{say(f'plan_col_{name}')}{say('list_colon')}{value}", soft_wrap=True)
    for one in row.milestones:
        screen.print(f"{say('item_milestone')}{say('list_colon')}{one.name}  {one.due}", soft_wrap=True)
    for one in row.evidence:
        words = say("item_words", source=one.source, line=one.line, quote=one.quote)
        screen.print(words, soft_wrap=True)
    body = []
    for each in past:
        what = each["label"] if say.language == "zh" else each["action"] or each["kind"]
        body.append([each["time"], called.person(each["who"]), what, each["words"]])
    screen.print(table([say(f"item_col_{name}") for name in ("time", "who", "what", "words")], body))


def _do(say: Messages) -> Callable[..., None]:
    def act(
        item: str = typer.Argument(..., metavar="ITEM", help=say("item_which")),
        action: str = typer.Argument("", metavar="[ACTION]", help=say("item_action")),
        reason: str = typer.Option("", "--reason", metavar="TEXT", help=say("item_reason")),
        lead: str = typer.Option("", "--lead", metavar="ORG", help=say("item_lead")),
        supporting: list[str] = typer.Option([], "--supporting", metavar="ORG", help=say("item_supporting")),
        deadline: str = typer.Option("", "--deadline", metavar="DATE", help=say("item_deadline")),
        version: int = typer.Option(0, "--version", metavar="N", min=0, help=say("item_version")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.organisations import Person
        from duixian.ledger.plans import Item
        from duixian.ledger.states import ItemMoved, available, rules

        with opened(say, ledger) as book:
            person = actor(say, book, who)
            if not action:
                with book.read() as tables:
                    row = tables.need(Item, item, "事项")
                    found = available(tables, tables.need(Person, person, "人员"), row)
                body = [[one.name, one.label, "、".join(one.needs)] for one in found]
                console().print(table([say(f"item_action_{name}") for name in ("name", "label", "needs")], body))
                return
            wish = ItemMoved(item, action, reason or None, lead or None, tuple(supporting), deadline or None)
            book.record(person, wish, expect={item: version} if version else None)
            with book.read() as tables:
                row = tables.need(Item, item, "事项")
        state = rules().labels[row.state] if say.language == "zh" else row.state.value
        console().print(say("item_done", item=item, state=state, deadline=row.deadline), soft_wrap=True)

    return act


def _files(say: Messages) -> Callable[..., None]:
    def files(
        item: str = typer.Argument(..., metavar="ITEM", help=say("item_which")),
        directory: str = typer.Option("", "--output", "-o", metavar="DIR", help=say("item_files_output")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
    ) -> None:
        from duixian.ledger.plans import Item
        from duixian.ledger.progress import Progress
        from duixian.reporting.output import write_whole

        with opened(say, ledger) as book:
            with book.read(day_of(say, as_of)) as tables:
                tables.need(Item, item, "事项")
                reports = sorted(tables.select(Progress, item=item), key=lambda one: one.sequence)
            found = [(report.sequence, one) for report in reports for one in report.attachments]
            for sequence, one in found if directory else ():
                folder = Path(directory)
                folder.mkdir(parents=True, exist_ok=True)
                # Several reports may bring files of one name; the entry that brought it tells them apart.
                write_whole(folder / f"{sequence}-{one.name}", book.attachment(one.sha256))
        body = [[sequence, one.name, one.size, one.sha256[:12]] for sequence, one in found]
        names = ("sequence", "name", "size", "hash")
        console().print(table([say(f"item_file_{name}") for name in names], body))

    return files
