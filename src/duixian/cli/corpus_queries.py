"""``duixian corpus sql``, ``search`` and ``similar``: questions to a corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from duixian.cli.choices import checked
from duixian.cli.corpus_output import guarded
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit
from duixian.cli.session import Session
from duixian.corpus.store import Corpus

if TYPE_CHECKING:
    from duixian.corpus.searching import Hit, Hits

HIT_NAMES = (
    "score",
    "key",
    "document",
    "title",
    "region",
    "region_name",
    "year",
    "section",
    "source",
    "line",
    "page",
    "snippet",
    "text",
)
_BY = ("region", "year")
_LEVELS = ("national", "province", "prefecture", "county", "township")
_STATUSES = ("target", "achieved", "longterm", "ongoing", "context")
_MOST_COUNTS = 12


def commands(say: Messages) -> dict[str, Callable[..., None]]:
    """The commands by name, with their texts in one language."""
    return {"sql": _sql(say), "search": _search(say), "similar": _similar(say)}


def _sql(say: Messages) -> Callable[..., None]:
    def sql(
        directory: str = typer.Argument(..., metavar="DIR", help=say("k_dir")),
        query: str = typer.Argument(..., metavar="SELECT", help=say("k_sql")),
        format: str = typer.Option("table", "--format", "-f", metavar="|".join(FORMATS), help=say("k_format")),
    ) -> None:
        checked(say, "--format", format, FORMATS)
        with guarded(Session(say), directory):
            names, found = Corpus(directory).sql(query)
        names = _distinct(names)
        rows = [dict(zip(names, row, strict=True)) for row in found]
        emit(say, format, names, rows, [(name, name) for name in names])

    return sql


def _search(say: Messages) -> Callable[..., None]:
    def search(
        directory: str = typer.Argument(..., metavar="DIR", help=say("k_dir")),
        query: str = typer.Argument(..., metavar="QUERY", help=say("k_query")),
        region: list[str] = typer.Option([], "--region", "-r", metavar="NAME", help=say("k_region")),
        level: list[str] = typer.Option([], "--level", metavar="LEVEL", help=say("k_level")),
        year: list[int] = typer.Option([], "--year", "-y", metavar="YEAR", help=say("k_year")),
        section: str = typer.Option("", "--section", metavar="WORDS", help=say("k_section")),
        status: list[str] = typer.Option([], "--status", metavar="STATUS", help=say("k_status")),
        limit: int = typer.Option(20, "--limit", "-n", min=1, max=100_000, metavar="N", help=say("k_limit")),
        by: str = typer.Option("", "--by", metavar="|".join(_BY), help=say("k_by")),
        format: str = typer.Option("table", "--format", "-f", metavar="|".join(FORMATS), help=say("k_format")),
    ) -> None:
        checked(say, "--format", format, FORMATS)
        for option, values, choices in (("--level", level, _LEVELS), ("--status", status, _STATUSES)):
            for value in values:
                checked(say, option, value, choices)
        if by:
            checked(say, "--by", by, _BY)
        session = Session(say)
        with guarded(session, directory):
            _announce(session, Corpus(directory))
            hits = Corpus(directory).search(
                query,
                region=region or None,
                level=level or None,
                year=year or None,
                section=section or None,
                status=status or None,
                limit=limit,
            )
        if by:
            counts: dict[Any, int] = hits.by_region if by == "region" else hits.by_year
            rows = [{by: name, "count": count} for name, count in counts.items()]
            emit(
                say,
                format,
                (by, "count"),
                rows,
                [(by, say(f"{'c_' if by == 'region' else 'k_c_'}{by}")), ("count", say("k_c_count"))],
            )
            return
        _put(say, hits, format)

    return search


def _similar(say: Messages) -> Callable[..., None]:
    def similar(
        directory: str = typer.Argument(..., metavar="DIR", help=say("k_dir")),
        commitment: str = typer.Argument(..., metavar="COMMITMENT", help=say("k_commitment")),
        region: list[str] = typer.Option([], "--region", "-r", metavar="NAME", help=say("k_region")),
        limit: int = typer.Option(10, "--limit", "-n", min=1, max=100_000, metavar="N", help=say("k_limit")),
        format: str = typer.Option("table", "--format", "-f", metavar="|".join(FORMATS), help=say("k_format")),
    ) -> None:
        checked(say, "--format", format, FORMATS)
        session = Session(say)
        with guarded(session, directory):
            _announce(session, Corpus(directory))
            hits = Corpus(directory).similar(commitment, region=region or None, limit=limit)
        _put(say, hits, format)

    return similar


def _announce(session: Session, corpus: Corpus) -> None:
    """Say what takes so long: an index of many documents is built at the first search."""
    if session.bar and not corpus.is_indexed():
        session.print(session.say("k_indexing"))


def _put(say: Messages, hits: Hits, format: str) -> None:
    rows = [{**asdict(hit), "section": list(hit.section)} for hit in hits.hits]
    shown = [{**row, "place": _place(hit)} for row, hit in zip(rows, hits.hits, strict=True)]
    columns = [
        ("score", say("k_c_score")),
        ("region_name", say("c_region")),
        ("year", say("k_c_year")),
        ("snippet", say("k_c_snippet")),
        ("place", say("k_c_place")),
    ]
    if format == "table" and shown:
        screen = console()
        for row in shown:
            about = " · ".join(str(each) for each in (row["region_name"] or row["title"], row["year"]) if each)
            screen.print(f"{about}  {row['place']}", style="bold", markup=False)
            screen.print(f"  {row['snippet']}", markup=False)
        screen.print()
        screen.print(say("k_total", total=hits.total), markup=False)
        for key, counts in (("k_by_region", hits.by_region), ("k_by_year", hits.by_year)):
            most = [f"{name} {count}" for name, count in list(counts.items())[:_MOST_COUNTS]]
            if most:
                screen.print(say(key), " · ".join(most), markup=False)
        return
    emit(say, format, HIT_NAMES, rows, columns, shown)


def _place(hit: Hit) -> str:
    where = f"{Path(hit.source).name}:{hit.line}" if hit.page is None else f"{Path(hit.source).name} p.{hit.page}"
    return f"{' › '.join(hit.section[-2:])}  {where}" if hit.section else where


def _distinct(names: Sequence[str]) -> list[str]:
    """Column names of a query, numbered where two are the same."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return found
