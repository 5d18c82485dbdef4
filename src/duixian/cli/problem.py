"""``duixian problem``: the problem list, from finding to closure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from duixian.cli.book import actor, as_of_option, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS
from duixian.cli.rows import emit
from duixian.cli.supervision import act, emit_acts, optional, organisation_names, plain, text_option, today, told

NAMES = (
    "id", "finding", "source", "finder", "recorder", "organisation", "authority", "item", "report", "due", "state",
    "found", "measure", "result", "finished", "opinion", "failures", "settled", "overdue",
)  # fmt: skip
_SHOWN = ("id", "finding", "organisation", "item", "measure", "due", "state", "failures", "overdue")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(
        say,
        "problem",
        {
            "add": _add(say),
            "from-report": _from_report(say),
            "measure": _move(say, "measure"),
            "done": _move(say, "done"),
            "check": _check(say),
            "void": _move(say, "void"),
            "list": _list(say),
            "show": _show(say),
        },
    )


def _add(say: Messages) -> Callable[..., None]:
    def add(
        finding: str = typer.Argument(..., metavar="FINDING", help=say("problem_finding")),
        due: str = typer.Option(..., "--due", metavar="DATE", help=say("problem_due")),
        organisation: str = typer.Option(
            "", "--organisation", metavar="ORGANISATION", help=say("problem_organisation")
        ),
        item: str = typer.Option("", "--item", metavar="ITEM", help=say("problem_item")),
        source: str = typer.Option("inspection", "--source", metavar="SOURCE", help=say("problem_source")),
        finder: str = typer.Option("", "--finder", metavar="NAME", help=say("problem_finder")),
        number: str = typer.Option("", "--number", metavar="PROBLEM", help=say("problem_number")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.problems import ProblemFound

        event = ProblemFound(
            finding, due, source, optional(organisation), optional(item), optional(finder), problem=optional(number)
        )
        entry = act(say, ledger, who, event)
        told(say, "problem_added", problem=entry.subject, date=due)

    return add


def _from_report(say: Messages) -> Callable[..., None]:
    def take(
        report: str = typer.Argument(..., metavar="REPORT", help=say("problem_report")),
        due: str = typer.Option(..., "--due", metavar="DATE", help=say("problem_due")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.problems import from_report

        with opened(say, ledger) as book:
            with book.read() as tables:
                event = from_report(tables, report, due)
            (entry,) = book.record(actor(say, book, who), event)
        told(say, "problem_added", problem=entry.subject, date=due)

    return take


def _move(say: Messages, action: str) -> Callable[..., None]:
    def move(
        problem: str = typer.Argument(..., metavar="PROBLEM", help=say("problem_id")),
        text: str = text_option(say),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        _record(say, ledger, who, problem, action, text, "")

    return move


def _check(say: Messages) -> Callable[..., None]:
    def check(
        problem: str = typer.Argument(..., metavar="PROBLEM", help=say("problem_id")),
        passed: bool = typer.Option(False, "--passed", help=say("problem_passed")),
        failed: bool = typer.Option(False, "--failed", help=say("problem_failed")),
        text: str = text_option(say),
        due: str = typer.Option("", "--due", metavar="DATE", help=say("problem_new_date")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        if passed == failed:
            raise wrong(say("problem_which"))
        _record(say, ledger, who, problem, "pass" if passed else "fail", text, due)

    return check


def _record(say: Messages, ledger: str, who: str, problem: str, action: str, text: str, due: str) -> None:
    from duixian.ledger.problems import ProblemMoved

    act(say, ledger, who, ProblemMoved(problem, action, optional(text), optional(due)))
    told(say, "problem_told", problem=problem, act=say(f"problem_act_{action}"))


def _list(say: Messages) -> Callable[..., None]:
    def list_problems(
        organisation: str = typer.Option("", "--organisation", metavar="ORGANISATION", help=say("sv_organisation")),
        state: str = typer.Option("", "--state", metavar="STATE", help=say("sv_state")),
        overdue: bool = typer.Option(False, "--overdue", help=say("sv_overdue")),
        counts: bool = typer.Option(False, "--counts", help=say("problem_counts")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger import problems

        checked(say, "--format", format, FORMATS)
        if state:
            checked(say, "--state", state, [one.value for one in problems.ProblemState])
        day = today(say, as_of)
        with read(say, ledger, as_of) as tables:
            names = organisation_names(tables)
            found = [
                one
                for one in tables.select(problems.Problem)
                if (not organisation or one.organisation == organisation)
                and (not state or one.state == state)
                and (not overdue or problems.overdue(one, day))
            ]
        if counts:
            _emit_counts(say, format, names, problems.counts(found, day))
            return
        rows = [plain(one) | {"overdue": problems.overdue(one, day)} for one in found]
        shown = [
            row
            | {
                "organisation": names.get(row["organisation"], row["organisation"]),
                "state": say(f"problem_state_{row['state']}"),
                "overdue": row["overdue"] or "",
                "failures": row["failures"] or "",
            }
            for row in rows
        ]
        emit(say, format, NAMES, rows, [(name, say(f"problem_col_{name}")) for name in _SHOWN], shown)

    return list_problems


def _emit_counts(say: Messages, format: str, names: dict[str, str], counts: list[Any]) -> None:
    from duixian.ledger.problems import ProblemState

    states = [state for state in ProblemState if state is not ProblemState.VOID]
    rows = [
        {
            "organisation": one.organisation,
            "total": one.total,
            **{state.value: one.by_state.get(state, 0) for state in states},
            "overdue": one.overdue,
            "ever_reopened": one.reopened,
        }
        for one in counts
    ]
    labels = {state.value: say(f"problem_state_{state.value}") for state in states}
    labels |= {name: say(f"problem_col_{name}") for name in ("organisation", "total", "overdue", "ever_reopened")}
    columns = ["organisation", "total", *(state.value for state in states), "overdue", "ever_reopened"]
    shown = [row | {"organisation": names.get(row["organisation"], row["organisation"])} for row in rows]
    emit(say, format, columns, rows, [(name, labels[name]) for name in columns], shown)


def _show(say: Messages) -> Callable[..., None]:
    def show(
        problem: str = typer.Argument(..., metavar="PROBLEM", help=say("problem_id")),
        ledger: str = ledger_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.problems import Problem

        checked(say, "--format", format, FORMATS)
        with opened(say, ledger) as book:
            with book.read() as tables:
                found = tables.need(Problem, problem, "问题")
            entries = [entry for entry in book.journal(problem) if entry.kind.startswith("problem.")]
        if format == "table":
            told(say, "problem_shown", **plain(found), label=say(f"problem_state_{found.state.value}"))
        emit_acts(say, format, "problem", entries, "add")

    return show
