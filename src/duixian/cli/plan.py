"""``duixian plan``: a year's book, from the report that opens it to the day it is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from duixian.cli import plan_changes
from duixian.cli.book import actor, as_of_option, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.plan_changes import KINDS
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit
from duixian.cli.session import Session

if TYPE_CHECKING:
    from duixian.api import Reading
    from duixian.ledger.opening import Proposal

PLAN_NAMES = ("plan", "title", "year", "organisation", "state", "items", "settled", "document")
_SHOWN = ("number", "text", "measures", "lead", "supporting", "deadline", "state")
GRAINS = ("sentence", "clause")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    found = {"open": _open(say), "list": _list(say), "show": _show(say), **plan_changes.commands(say)}
    return group(say, "plan", found)


def _open(say: Messages) -> Callable[..., None]:
    def open_plan(
        report: str = typer.Argument(..., metavar="REPORT", help=say("plan_report")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
        name: str = typer.Option("", "--name", metavar="NAME", help=say("plan_name")),
        region: str = typer.Option("", "--region", "-r", metavar="PLACE", help=say("plan_region")),
        plan: str = typer.Option("", "--plan", metavar="PLAN", help=say("plan_id")),
        title: str = typer.Option("", "--title", metavar="TITLE", help=say("plan_title")),
        organisation: str = typer.Option("", "--organisation", metavar="ORG", help=say("plan_organisation")),
        grain: str = typer.Option("sentence", "--grain", metavar="|".join(GRAINS), help=say("plan_grain")),
        departments: str = typer.Option("", "--departments", metavar="FILE", help=say("plan_departments")),
        dry_run: bool = typer.Option(False, "--dry-run", help=say("plan_dry_run")),
        format: str = format_option(say),
    ) -> None:
        checked(say, "--grain", grain, GRAINS)
        checked(say, "--format", format, FORMATS)
        session = Session(say)
        reading, proposals = _proposed(session, report, region, grain, departments)
        if dry_run:
            rows = [_proposal_row(one) for one in proposals]
            names = ("number", "text", "kind", "section", "measures", "lead", "supporting", "confidence", "reasons")
            shown = [row | {"kind": say(f"plan_kind_{row['kind']}")} for row in rows]
            headings = [(name, say(f"plan_col_{name}")) for name in names if name != "section"]
            emit(say, format, names, rows, headings, shown)
            return
        _record(say, reading, proposals, ledger, who, name, plan, title, organisation, departments)

    return open_plan


def _proposed(
    session: Session, report: str, region: str, grain: str, departments: str
) -> tuple[Reading, list[Proposal]]:
    """The one document of the file that plans a year, and the items that it asks for."""
    from duixian.comparison.lookup import UnknownNameError, region_named
    from duixian.comparison.reports import report_of
    from duixian.ledger.opening import proposals_of

    say = session.say
    found = [reading for reading, _ in session.each([report], lambda reading: None) if reading.record.plan_year]
    if not found:
        session.print(say("plan_none", report=report))
        raise typer.Exit(1)
    places = "、".join(dict.fromkeys(reading.record.region_name or reading.record.title for reading in found))
    several = wrong(say("plan_several", number=len(found), places=places))
    if region:
        try:
            code = region_named(region, [report_of(reading) for reading in found])
        except UnknownNameError:
            raise several from None
        found = [reading for reading in found if reading.record.region == code]
    if len(found) != 1:
        raise several
    reading = found[0]
    proposals = proposals_of(reading, grain == "sentence", _departments(departments))
    if not proposals:
        session.print(say("plan_empty", report=report))
        raise typer.Exit(1)
    return reading, proposals


def _departments(file: str) -> Any:
    if not file:
        return None
    import tomllib

    from duixian.errors import InputError
    from duixian.vocabulary.departments import departments_of

    try:
        return departments_of(tomllib.loads(Path(file).read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise InputError(file, f"不是可用的部门表（{str(error)[:120]}）", "请检查文件名和写法") from error


def _record(
    say: Messages,
    reading: Reading,
    proposals: list[Proposal],
    ledger: str,
    who: str,
    name: str,
    plan: str,
    title: str,
    organisation: str,
    departments: str,
) -> None:
    from duixian.ledger.founding import Founder, founding
    from duixian.ledger.organisations import Organisation
    from duixian.ledger.plans import PlanOpened

    with opened(say, ledger, new=True) as book:
        with book.read() as tables:
            fresh = not tables.select(Organisation)
            founder = Founder(who or say("plan_founder_id"), name or who or say("plan_founder"))
            events = founding(
                tables,
                reading.record,
                proposals,
                plan or None,
                title or None,
                organisation or None,
                founder,
                _departments(departments),
            )
        book.record(founder.person if fresh else actor(say, book, who), *events)
    named = next(event for event in events if isinstance(event, PlanOpened))
    counts = Counter(one.kind.value for one in proposals)
    kinds = say("list_comma").join(f"{say(f'plan_kind_{kind}')} {counts[kind]}" for kind in KINDS if counts[kind])
    measures = sum(len(one.measures) for one in proposals)
    owned = sum(one.assignment.lead is not None for one in proposals)
    screen = console()
    screen.print(say("plan_opened", title=named.title, plan=named.plan, items=len(proposals)), soft_wrap=True)
    screen.print(say("plan_counts", kinds=kinds, measures=measures, owned=owned), soft_wrap=True)
    if fresh:
        screen.print(say("plan_founded", person=founder.person), soft_wrap=True)
    screen.print(say("plan_next", plan=named.plan, ledger=ledger), soft_wrap=True)


def _proposal_row(one: Proposal) -> dict[str, Any]:
    from duixian.ledger.measures import written

    return {
        "number": one.number,
        "text": one.text,
        "kind": one.kind.value,
        "section": one.section,
        "measures": "；".join(written(measure) for measure in one.measures),
        "lead": one.assignment.lead_name,
        "supporting": "、".join(one.assignment.supporting_names),
        "confidence": one.assignment.confidence,
        "reasons": "；".join(reason.zh for reason in one.assignment.reasons[:3]),
    }


def _list(say: Messages) -> Callable[..., None]:
    def list_plans(
        ledger: str = ledger_option(say), as_of: str = as_of_option(say), format: str = format_option(say)
    ) -> None:
        from duixian.ledger.plans import SETTLED, Item, Plan
        from duixian.ledger.views import names

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            called = names(tables)
            rows = []
            for plan in tables.select(Plan):
                items = tables.select(Item, plan=plan.id)
                rows.append(
                    {
                        "plan": plan.id,
                        "title": plan.title,
                        "year": plan.year,
                        "organisation": called.organisation(plan.organisation),
                        "state": plan.state,
                        "items": len(items),
                        "settled": sum(item.state in SETTLED for item in items),
                        "document": plan.document,
                    }
                )
        emit(say, format, PLAN_NAMES, rows, [(name, say(f"plan_col_{name}")) for name in PLAN_NAMES[:-1]])

    return list_plans


def _show(say: Messages) -> Callable[..., None]:
    def show(
        plan: str = typer.Argument(..., metavar="PLAN", help=say("plan_which")),
        ledger: str = ledger_option(say),
        kind: str = typer.Option("", "--kind", metavar="|".join(KINDS), help=say("plan_only_kind")),
        organisation: str = typer.Option("", "--organisation", metavar="ORG", help=say("plan_only_organisation")),
        state: str = typer.Option("", "--state", metavar="STATE", help=say("plan_only_state")),
        below: float = typer.Option(None, "--below", metavar="X", min=0, max=1, help=say("plan_below")),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.plans import State
        from duixian.ledger.states import rules
        from duixian.ledger.views import ITEM_NAMES, item_row, items_of, names

        checked(say, "--format", format, FORMATS)
        if kind:
            checked(say, "--kind", kind, KINDS)
        if state:
            checked(say, "--state", state, list(State))
        with read(say, ledger, as_of) as tables:
            called = names(tables)
            rows = [item_row(item, called) for item in items_of(tables, plan)]
        rows = [
            row
            for row in rows
            if kind in ("", row["kind"])
            and state in ("", row["state"])
            and (not organisation or organisation in row["lead"] or organisation in row["supporting"])
            and (below is None or (row["confidence"] is not None and row["confidence"] < below))
        ]
        shown = [
            row
            | {
                "lead": row["lead"] + (say("plan_proposed") if row["proposed"] and row["lead"] else ""),
                "state": rules().labels[State(row["state"])] if say.language == "zh" else row["state"],
            }
            for row in rows
        ]
        emit(say, format, ITEM_NAMES, rows, [(name, say(f"plan_col_{name}")) for name in _SHOWN], shown)

    return show
