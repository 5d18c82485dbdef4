"""``duixian score``: points by a scheme, and why each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from duixian.cli.book import as_of_option, format_option, ledger_option, read
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, write_json
from duixian.cli.rows import emit

if TYPE_CHECKING:
    from duixian.ledger.schemes import Points, Score

NAMES = ("group", "organisation", "name", "total", "part", "id", "value", "unit", "weight", "points", "sentence")
_TOTALS = ("group", "name", "total", "why")
_PARTS = ("name", "part_name", "points", "sentence")


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def score(
        scheme: str = typer.Argument(..., metavar="SCHEME", help=say("score_scheme")),
        period: str = typer.Option(..., "--period", "-p", metavar="PERIOD", help=say("score_period")),
        plan: str = typer.Option("", "--plan", metavar="PLAN", help=say("score_plan")),
        organisation: str = typer.Option("", "--organisation", "-o", metavar="ID", help=say("score_organisation")),
        explain: bool = typer.Option(False, "--explain", "-e", help=say("score_explain")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.organisations import known
        from duixian.ledger.schemes import scheme as adopted
        from duixian.ledger.schemes import score as scored

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            if organisation:
                known(tables, organisation)
            held = adopted(tables, scheme)
            scores = [
                one for one in scored(tables, held, period, plan=plan or None) if organisation in ("", one.organisation)
            ]
        scores.sort(key=lambda one: (one.group or "", one.total is None, -(one.total or 0.0), one.organisation))
        _show(say, format, scores, explain or bool(organisation))

    return score


def _show(say: Messages, format: str, scores: list[Score], explain: bool) -> None:
    if format == "json":
        write_json([_plain(say, one) for one in scores])
        return
    parts = [_row(say, one, part) for one in scores for part in one.parts]
    if format == "csv":
        emit(say, format, NAMES, parts, [])
        return
    totals = [
        {"group": one.group, "name": one.name, "total": one.total, "why": say.about_files(one.why)} for one in scores
    ]
    emit(say, format, _TOTALS, totals, [(name, say(f"score_col_{name}")) for name in _TOTALS])
    if explain:
        emit(say, format, _PARTS, parts, [(name, say(f"score_col_{name}")) for name in _PARTS])


def _row(say: Messages, one: Score, part: Points) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in ("group", "organisation", "name", "total")}
    row |= {name: getattr(part, name) for name in ("part", "id", "value", "unit", "weight")}
    return row | {
        "part_name": part.name,
        "points": round(part.points, 2),
        "sentence": part.sentence if say.language == "zh" else part.english,
    }


def _plain(say: Messages, one: Score) -> dict[str, Any]:
    return {
        "organisation": one.organisation,
        "name": one.name,
        "kind": str(one.kind),
        "group": one.group,
        "total": one.total,
        "why": one.why,
        "parts": [
            {name: value for name, value in _row(say, one, part).items() if name not in ("group", "organisation")}
            for part in one.parts
        ],
    }
