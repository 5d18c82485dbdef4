"""``duixian write``: what goes out of the account book: bulletins, statements, the leader's page, the closing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from duixian.cli.book import as_of_option, day_of, group, ledger_option, opened
from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.printing import console

if TYPE_CHECKING:
    from duixian.comparison.reports import Report
    from duixian.reporting.accounts.rendering import Content
    from duixian.reporting.accounts.templates import Templates

FORMATS = ("docx", "xlsx", "html")
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    found = {
        "bulletin": _bulletin(say),
        "statement": _statement(say),
        "onepage": _onepage(say),
        "closing": _closing(say),
        "templates": _templates(say),
    }
    return group(say, "write", found)


def _output_option(say: Messages) -> str:
    found: str = typer.Option(..., "--output", "-o", metavar="FILE", help=say("write_output"))
    return found


def _templates_option(say: Messages) -> str:
    found: str = typer.Option("", "--templates", metavar="DIR", help=say("write_templates_from"))
    return found


def _bulletin(say: Messages) -> Callable[..., None]:
    def bulletin(
        round: str = typer.Argument(..., metavar="ROUND", help=say("round_which")),
        output: str = _output_option(say),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        templates: str = _templates_option(say),
    ) -> None:
        from duixian.reporting.accounts.bulletin import bulletin as content
        from duixian.reporting.accounts.sources import of_round

        format, own = _chosen(say, output), _own(templates)
        with opened(say, ledger) as book:
            made = of_round(book, round, day_of(say, as_of), _today(), lambda stand: content(stand, round))
        _write(say, made, format, output, own)

    return bulletin


def _statement(say: Messages) -> Callable[..., None]:
    def statement(
        plan: str = typer.Argument(..., metavar="PLAN", help=say("plan_which")),
        output: str = _output_option(say),
        organisation: str = typer.Option("", "--organisation", metavar="ORG", help=say("write_organisation")),
        every: bool = typer.Option(False, "--all", help=say("write_all")),
        format: str = typer.Option("docx", "--format", "-f", metavar="|".join(FORMATS), help=say("write_format")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        templates: str = _templates_option(say),
    ) -> None:
        from duixian.reporting.accounts.sources import standing
        from duixian.reporting.accounts.statement import statement as content
        from duixian.reporting.accounts.statement import statements

        if every == bool(organisation):
            raise wrong(say("write_one_or_all"))
        checked(say, "--format", format, FORMATS)
        if not every:
            format = _chosen(say, output)
        own = _own(templates)
        with opened(say, ledger) as book:
            made = standing(
                book,
                day_of(say, as_of),
                _today(),
                lambda stand: statements(stand, plan) if every else [content(stand, plan, organisation)],
            )
        if not every:
            _write(say, made[0], format, output, own)
            return
        folder = _folder(output)
        names: set[str] = set()
        for one in made:
            name = _UNFIT.sub("_", one.organisation_name).strip(" .")[:60] or "_"
            # Two organisations of one name each get a file.
            name = name if name not in names else f"{name}-{_UNFIT.sub('_', one.organisation)}"
            names.add(name)
            _write(say, one, format, str(folder / f"{name}.{format}"), own, quiet=True)
        console().print(say("write_done_all", number=len(made), folder=output), soft_wrap=True)

    return statement


def _onepage(say: Messages) -> Callable[..., None]:
    def onepage(
        plan: str = typer.Argument(..., metavar="PLAN", help=say("plan_which")),
        output: str = _output_option(say),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        templates: str = _templates_option(say),
    ) -> None:
        from duixian.reporting.accounts.onepage import onepage as content
        from duixian.reporting.accounts.sources import standing

        format, own = _chosen(say, output), _own(templates)
        with opened(say, ledger) as book:
            made = standing(book, day_of(say, as_of), _today(), lambda stand: content(stand, plan))
        _write(say, made, format, output, own)

    return onepage


def _closing(say: Messages) -> Callable[..., None]:
    def closing(
        plan: str = typer.Argument(..., metavar="PLAN", help=say("plan_which")),
        output: str = _output_option(say),
        review: str = typer.Option("", "--review", metavar="REPORT", help=say("write_review")),
        report: str = typer.Option("", "--report", metavar="REPORT", help=say("write_report")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        templates: str = _templates_option(say),
    ) -> None:
        from duixian.ledger.plans import Item, Plan
        from duixian.reporting.accounts.closing_statement import closing_statement
        from duixian.reporting.accounts.reconciled import reconciled
        from duixian.reporting.accounts.sources import Stand, standing

        format, own = _chosen(say, output), _own(templates)
        if report and not review:
            raise wrong(say("write_needs_review"))

        def content(stand: Stand) -> Content:
            return reconciled(stand, plan, promised, told) if review else closing_statement(stand, plan)

        with opened(say, ledger) as book:
            if review:
                with book.read() as tables:
                    tables.need(Plan, plan, "年度台账")
                    sources = [one.source for item in tables.select(Item, plan=plan) for one in item.evidence]
                told, promised = _reports(say, review), _reports(say, report or _source(say, sources))
            made = standing(book, day_of(say, as_of), _today(), content)
        _write(say, made, format, output, own)

    return closing


def _templates(say: Messages) -> Callable[..., None]:
    def templates(folder: str = typer.Argument(..., metavar="DIR", help=say("write_folder"))) -> None:
        from duixian.reporting.accounts.templates import copy_to

        fresh = copy_to(Path(folder))
        console().print(say("write_copied", number=len(fresh), folder=folder), soft_wrap=True)

    return templates


def _chosen(say: Messages, output: str) -> str:
    """The format that the name of the file asks for."""
    format = Path(output).suffix.lower().removeprefix(".")
    if format not in FORMATS:
        raise wrong(say("write_bad_file", file=output, choices=", ".join(f".{each}" for each in FORMATS)))
    return format


def _own(folder: str) -> Templates:
    from duixian.reporting.accounts.templates import Templates

    return Templates(Path(folder) if folder else None)


def _today() -> date:
    from duixian.ledger.journal import day, stamp

    return date.fromisoformat(day(stamp(datetime.now(UTC))))


def _write(
    say: Messages, content: Content, format: str, output: str, templates: Templates, quiet: bool = False
) -> None:
    from duixian.reporting.accounts.rendering import render
    from duixian.reporting.output import write_whole

    write_whole(output, render(content, format, say.language, templates))
    if not quiet:
        console().print(say("write_done", file=output), soft_wrap=True)


def _folder(output: str) -> Path:
    from duixian.reporting.output import output_error

    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(output, error) from error
    return folder


def _source(say: Messages, sources: list[str]) -> str:
    """The file that the plan was opened from, where it still lies there."""
    found = next((source for source in dict.fromkeys(sources) if "!" not in source and Path(source).is_file()), None)
    if found is None:
        raise wrong(say("write_no_report", source=sources[0] if sources else "–"))
    return found


def _reports(say: Messages, path: str) -> list[Report]:
    """The reports of a file, of which there must be one."""
    from duixian.cli.holdings import gathered
    from duixian.cli.session import Session

    session = Session(say)
    found = gathered(session, [path])
    if not found:
        session.failures += 1
        session.finish()
    return found
