"""``duixian evaluate``: how good the records are, against answers made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.printing import console, table, write_csv, write_json
from duixian.cli.session import Session
from duixian.errors import InputError
from duixian.evaluation import Evaluation, evaluate, read_answers
from duixian.evaluation.export import OWNERS
from duixian.evaluation.measures import Mistake, Score
from duixian.evaluation.scoring import Part, bare_name, worst
from duixian.records import Record
from duixian.reporting.columns import columns_of

FORMATS = ("table", "json", "csv")
NAMES = ("record", "document", "field", "gold", "predicted", "accuracy", "precision", "recall", "f1")
_DETECTION = "detection"
_STRICT = "strict"
_WIDE = 110
# The columns before the fields: document, counts and rates.
_RATES = 7


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def run(
        paths: list[str] = typer.Argument(..., metavar="PATH", help=say("paths")),
        gold: str = typer.Option(..., "--gold", metavar="DIR", help=say("gold")),
        show: int = typer.Option(5, "--show", metavar="N", min=0, help=say("show")),
        format: str = typer.Option("table", "--format", "-f", metavar="|".join(FORMATS), help=say("format_evaluate")),
    ) -> None:
        checked(say, "--format", format, FORMATS)
        session = Session(say)
        try:
            answers = read_answers(Path(gold))
        except InputError as error:
            session.fail(error)
            raise typer.Exit(1) from error
        if not answers:
            only_owners = (Path(gold) / OWNERS).exists()
            raise wrong(say("no_gold_owners" if only_owners else "no_gold", path=gold))
        records: list[Record] = []
        for _, found in session.each(paths, lambda reading: list(reading.records())):
            records += found
        unnamed = any("file" not in row for row in (*answers.figures, *answers.commitments, *answers.projects))
        if unnamed and len({bare_name(record.evidence.source) for record in records}) > 1:
            session.print(say("e_unnamed"))
        result = evaluate(answers, records)
        if format == "json":
            write_json(result.to_dict(show))
        elif format == "csv":
            write_csv(NAMES, _rows(result))
        else:
            _show(say, result, show)
        session.finish()

    return run


def _rows(result: Evaluation) -> Iterator[dict[str, Any]]:
    """Every rate in a row of its own; ``document`` is empty for the whole."""
    for name, part in result.parts.items():
        for document, score in [("", part.total), *part.documents.items()]:
            rates = score.to_dict()
            base = {"record": name, "document": document, "gold": score.gold, "predicted": score.predicted}
            yield {**base, "field": _DETECTION, **{key: rates[key] for key in ("precision", "recall", "f1")}}
            yield {**base, "field": _STRICT, "f1": score.strict_f1}
            for field, values in rates["fields"].items():
                yield {**base, "field": field, **values}


def _show(say: Messages, result: Evaluation, show: int) -> None:
    screen = console()
    for name, part in result.parts.items():
        fields = list(part.total.fields)
        headings = [
            say(f"e_{key}") for key in ("document", "gold", "predicted", "precision", "recall", "f1", "strict")
        ] + [_heading(say, name, field) for field in fields]
        rows = [_line(document, score, fields) for document, score in part.documents.items()]
        rows.append(_line(say("e_all"), part.total, fields))
        # Where all columns do not fit, the fields follow in a table of their own.
        wide = screen.width >= _WIDE
        screen.print(table(*_columns(headings, rows, 0, None if wide else _RATES), title=say(f"e_{name}")))
        if fields and not wide:
            screen.print(table(*_columns(headings, rows, _RATES, None)))
        _show_mistakes(say, part, show)


def _columns(
    headings: list[str], rows: list[list[Any]], first: int, last: int | None
) -> tuple[list[str], list[list[Any]]]:
    """Some of the columns, always led by the name of the document."""
    if first == 0:
        return headings[:last], [row[:last] for row in rows]
    return [headings[0], *headings[first:last]], [[row[0], *row[first:last]] for row in rows]


def _heading(say: Messages, part: str, field: str) -> str:
    """A field by the name that tables of records give it."""
    if say.language != "zh":
        return field
    return next((column.heading for column in columns_of(part.removesuffix("s")) if column.name == field), field)


def _line(document: str, score: Score, fields: list[str]) -> list[Any]:
    rates = [score.precision, score.recall, score.f1, score.strict_f1]
    accuracies = [score.fields[field].accuracy if score.fields[field].of else None for field in fields]
    return [document, score.gold, score.predicted, *rates, *accuracies]


def _show_mistakes(say: Messages, part: Part, show: int) -> None:
    chosen = worst(part.mistakes, show)
    if not chosen:
        return
    headings = [say("e_errors"), say("e_document"), say("e_line"), say("e_why"), say("e_what")]
    rows = [[say(f"e_{each.kind}"), each.document, each.line, _fields(each), each.text] for each in chosen]
    console().print(table(headings, rows))


def _fields(mistake: Mistake) -> str:
    return "; ".join(f"{name}: {wanted} ≠ {given}" for name, wanted, given in mistake.fields)
