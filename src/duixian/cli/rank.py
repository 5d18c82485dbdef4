"""``duixian rank``: departments and districts side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import typer

from duixian.cli.book import (
    actor,
    as_of_option,
    day_of,
    format_option,
    ledger_option,
    opened,
    read,
    who_option,
)
from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit

if TYPE_CHECKING:
    from duixian.ledger.organisations import OrganisationKind
    from duixian.ledger.ranking import Board

KINDS = ("department", "district", "group", "government")
NAMES = (
    "kind",
    "group",
    "rank",
    "organisation",
    "name",
    "value",
    "unit",
    "counted",
    "of",
    "moved",
    "level",
    "why",
    "by",
    "period",
    "day",
    "frozen",
)
_SHOWN = ("rank", "name", "value", "counted_of", "moved", "level", "why")


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def rank(
        plan: str = typer.Argument(..., metavar="PLAN", help=say("rank_plan")),
        by: str = typer.Option(..., "--by", "-b", metavar="RATE|METRIC|SCHEME", help=say("rank_by")),
        round: str = typer.Option("", "--round", "-r", metavar="PERIOD", help=say("rank_round")),
        kind: str = typer.Option("", "--kind", "-k", metavar="|".join(KINDS), help=say("rank_kind")),
        publish: bool = typer.Option(False, "--publish", help=say("rank_publish")),
        published: bool = typer.Option(False, "--published", help=say("rank_published")),
        note: str = typer.Option("", "--note", metavar="TEXT", help=say("rank_note")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        checked(say, "--format", format, FORMATS)
        chosen = kind_of(say, kind)
        if publish and (published or as_of):
            raise wrong(say("rank_publish_alone"))
        if publish:
            boards = _publish(say, ledger, who, (plan, by, round, note), chosen)
        elif published:
            boards = _published(say, ledger, as_of, (plan, by, round), chosen)
        else:
            from duixian.ledger.ranking import ranking

            day = None if round else as_of or _today()
            with read(say, ledger, as_of) as tables:
                boards = ranking(tables, plan, by, period=round or None, day=day, kind=chosen)
        _show(say, format, boards)
        if publish:
            print_note(say("rank_done_publishing", by=by, period=round or _today()))

    return rank


def kind_of(say: Messages, kind: str) -> OrganisationKind | None:
    """The kind of organisation of this word; None for no word."""
    from duixian.ledger.organisations import OrganisationKind

    return OrganisationKind(checked(say, "--kind", kind, KINDS)) if kind else None


def print_note(text: str) -> None:
    """A line to the person who works, beside the rows on standard output."""
    typer.echo(text, err=True)


def _today() -> str:
    from datetime import UTC, datetime

    from duixian.ledger.journal import day, stamp

    return day(stamp(datetime.now(UTC)))


def _publish(
    say: Messages, ledger: str, who: str, what: tuple[str, str, str, str], kind: OrganisationKind | None
) -> Sequence[Board]:
    from duixian.ledger import canonical
    from duixian.ledger.ranking import RankingPublished

    plan, by, round, note = what
    wish = RankingPublished(plan, by, round or None, None if round else _today(), kind, note)
    with opened(say, ledger) as book:
        (entry,) = book.record(actor(say, book, who), wish)
    return canonical.typed(RankingPublished, entry.values()).boards


def _published(
    say: Messages, ledger: str, as_of: str, what: tuple[str, str, str], kind: OrganisationKind | None
) -> list[Board]:
    from duixian.ledger.ranking import published

    plan, by, round = what
    day_of(say, as_of)
    with read(say, ledger, as_of) as tables:
        rows = [
            row
            for row in published(tables, plan)
            if by in (row.by, *(board.name for board in row.boards)) and (not round or row.period == round)
        ]
    return [board for board in rows[-1].boards if kind in (None, board.kind)] if rows else []


def _show(say: Messages, format: str, boards: Sequence[Board]) -> None:
    if format in ("json", "csv"):
        emit(say, format, NAMES, [row for board in boards for row in _rows(say, board)], [])
        return
    if not boards:
        console().print(say("rank_none"))
    for board in boards:
        console().print(_title(say, board), soft_wrap=True)
        columns = [(name, say(f"rank_col_{name}")) for name in _SHOWN]
        emit(say, format, NAMES, _rows(say, board), columns)


def _rows(say: Messages, board: Board) -> list[dict[str, Any]]:
    rows = []
    for row in board.rows:
        values = {name: getattr(row, name) for name in ("rank", "organisation", "name", "counted", "of", "moved")}
        values["value"] = None if row.value is None else round(row.value, 4)
        values["counted_of"] = "" if row.of is None else f"{row.counted}/{row.of}"
        values["level"] = row.level_name if say.language == "zh" else row.level_english
        values["why"] = say.about_files(row.why)
        values |= {name: getattr(board, name) for name in ("group", "unit", "by", "period", "day", "frozen")}
        values["kind"] = str(board.kind)
        rows.append(values)
    return rows


def _title(say: Messages, board: Board) -> str:
    return say(
        "rank_title_frozen" if board.frozen else "rank_title",
        name=board.name if say.language == "zh" else board.english,
        unit=board.unit if say.language == "zh" or board.unit == "%" else say.about_files(board.unit),
        kind=say(f"rank_kind_{board.kind}"),
        group=f" {board.group}" if board.group else "",
        when=board.period or board.day,
        ranked=board.ranked,
        rows=len(board.rows),
    )
