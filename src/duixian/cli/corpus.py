"""``duixian corpus``: many documents and their records in one folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from duixian.cli import corpus_queries
from duixian.cli.choices import checked
from duixian.cli.corpus_output import guarded
from duixian.cli.help import Command, Group
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS
from duixian.cli.rows import emit
from duixian.cli.session import Progress, Session
from duixian.corpus.store import Corpus
from duixian.reporting.labels import label

if TYPE_CHECKING:
    from duixian.corpus.adding import Added
    from duixian.corpus.manifest import Entry, Snapshot

ADD_NAMES = ("outcome", "document", "title", "region_name", "plan_year", "source", "older")
LIST_NAMES = (
    "document",
    "title",
    "kind",
    "region",
    "region_name",
    "level",
    "plan_year",
    "review_year",
    "date",
    "speaker",
    "source",
    "characters",
    "figures",
    "commitments",
    "projects",
    "version",
    "versions",
)
_LISTED = ("document", "title", "region", "years", "version", "figures", "commitments", "projects")
_RECORD_KINDS = ("figures", "commitments", "projects")
_SHOWN = {
    "figures": ("id", "subject", "indicator", "op", "value", "value2", "unit", "status", "line", "quote"),
    "commitments": ("id", "action", "object", "measurable", "deadline", "theme", "line", "quote"),
    "projects": ("id", "name", "stage", "status", "deadline", "line", "quote"),
}
# How many of the documents that were there already are named one by one.
_NAMED = 5


def group(say: Messages) -> typer.Typer:
    """The commands of the corpus, with their texts in one language."""
    app = typer.Typer(cls=Group, help=say("corpus"), add_completion=False, rich_markup_mode=None)
    app.callback(invoke_without_command=True)(_top)
    commands = {
        "add": _add(say),
        "list": _list(say),
        "show": _show(say),
        "remove": _remove(say),
        "verify": _verify(say),
        "compact": _compact(say),
        "refresh": _refresh(say),
        **corpus_queries.commands(say),
    }
    for name, command in commands.items():
        app.command(name, cls=Command, help=say(f"corpus_{name}"))(command)
    return app


def _top(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit


def _add(say: Messages) -> Callable[..., None]:
    def add(
        directory: str = typer.Argument(..., metavar="DIR", help=say("k_new_dir")),
        paths: list[str] = typer.Argument(..., metavar="PATH", help=say("paths")),
        workers: int = typer.Option(0, "--workers", "-w", min=0, max=256, metavar="N", help=say("k_workers")),
        format: str = typer.Option("table", "--format", "-f", metavar="|".join(FORMATS), help=say("k_format")),
    ) -> None:
        checked(say, "--format", format, FORMATS)
        session = Session(say)
        with guarded(session, directory), Progress(say("k_adding"), 1, session.bar) as progress:
            added = Corpus(directory).add(
                paths, workers=workers, progress=lambda done, total, name: progress.at(done, name, total)
            )
        _tell(session, added, directory, paths)
        if format != "table":
            emit(say, format, ADD_NAMES, _add_rows(added), [(name, name) for name in ADD_NAMES])
        session.finish()

    return add


def _tell(session: Session, added: Added, directory: str, paths: list[str]) -> None:
    say = session.say
    for name, note in added.notes:
        session.print(say("note", source=name, note=say.about_files(note)))
    for failure in added.failures:
        session.fail(failure)
    if added.skipped:
        kinds = " ".join(f"{suffix or '–'} {count}" for suffix, count in sorted(added.skipped.items())[:5])
        session.print(say("skipped", number=sum(added.skipped.values()), kinds=kinds))
    for _, title, source in added.present[:_NAMED]:
        session.print(say("k_present", source=source, title=title))
    if len(added.present) > _NAMED:
        session.print(say("k_present_many", number=len(added.present) - _NAMED))
    for entry, older in added.newer:
        place, year = entry.region_name or "", entry.plan_year or ""
        session.print(say("k_newer", title=entry.title, place=place, year=year, older=older))
    if added.unchanged:
        session.print(say("k_unchanged", number=added.unchanged))
    if added.documents:
        counts = {kind: sum(getattr(entry, kind) for entry in added.documents) for kind in _RECORD_KINDS}
        session.print(say("k_added", documents=len(added.documents), **counts))
    elif added.present or added.unchanged:
        session.print(say("k_nothing_new"))
    elif not added.failures:
        session.failures += 1
        session.print(say("none_found"))
    if added.stale:
        session.print(say("k_stale", number=added.stale, path=directory))


def _add_rows(added: Added) -> list[dict[str, Any]]:
    older = {entry.id: before for entry, before in added.newer}
    rows: list[dict[str, Any]] = [
        {
            "outcome": "newer" if entry.id in older else "added",
            "document": entry.id,
            "title": entry.title,
            "region_name": entry.region_name,
            "plan_year": entry.plan_year,
            "source": entry.source,
            "older": older.get(entry.id),
        }
        for entry in added.documents
    ]
    rows += [
        {"outcome": "present", "document": name, "title": title, "source": source}
        for name, title, source in added.present
    ]
    return rows


def _list(say: Messages) -> Callable[..., None]:
    def list_(
        directory: str = typer.Argument(..., metavar="DIR", help=say("k_dir")),
        region: list[str] = typer.Option([], "--region", "-r", metavar="NAME", help=say("k_region")),
        level: list[str] = typer.Option([], "--level", metavar="LEVEL", help=say("k_level")),
        year: list[int] = typer.Option([], "--year", "-y", metavar="YEAR", help=say("k_year")),
        format: str = typer.Option("table", "--format", "-f", metavar="|".join(FORMATS), help=say("k_format")),
    ) -> None:
        checked(say, "--format", format, FORMATS)
        session = Session(say)
        with guarded(session, directory):
            from duixian.corpus.names import regions_named

            snapshot = Corpus(directory).snapshot()
            codes = set(regions_named(region, snapshot.documents.values())) if region else None
            rows = [
                row
                for row in map(_row(snapshot), snapshot.documents.values())
                if (codes is None or (row["region"] or row["region_name"]) in codes)
                and (not level or row["level"] in level)
                and (not year or row["plan_year"] in year)
            ]
        headings = {"document": "k_c_document", "version": "k_c_version"}
        columns = [(name, say(headings.get(name, f"c_{name}"))) for name in _LISTED]
        emit(say, format, LIST_NAMES, rows, columns, [_for_people(row) for row in rows])
        if format == "table" and rows:
            print(say("c_total", documents=len(rows)))

    return list_


def _row(snapshot: Snapshot) -> Callable[[Entry], dict[str, Any]]:
    versions = snapshot.versions()

    def row(entry: Entry) -> dict[str, Any]:
        number, of = versions[entry.id]
        values = asdict(entry)
        values["document"] = values.pop("id")
        return {**{name: values.get(name) for name in LIST_NAMES}, "version": number, "versions": of}

    return row


def _for_people(row: dict[str, Any]) -> dict[str, Any]:
    years = "/".join(str(year) if year else "–" for year in (row["plan_year"], row["review_year"]))
    return {
        **row,
        "region": row["region_name"] or row["region"],
        "years": years if years != "–/–" else None,
        "version": f"{row['version']}/{row['versions']}" if row["versions"] > 1 else None,
    }


def _show(say: Messages) -> Callable[..., None]:
    def show(
        directory: str = typer.Argument(..., metavar="DIR", help=say("k_dir")),
        document: str = typer.Argument(..., metavar="DOC", help=say("k_doc")),
        kind: str = typer.Option("", "--kind", "-k", metavar="|".join(_RECORD_KINDS), help=say("k_kind")),
        format: str = typer.Option("table", "--format", "-f", metavar="|".join(FORMATS), help=say("k_format")),
    ) -> None:
        checked(say, "--format", format, FORMATS)
        if kind:
            checked(say, "--kind", kind, _RECORD_KINDS)
        session = Session(say)
        with guarded(session, directory):
            corpus = Corpus(directory)
            entry = corpus.document_named(document)
            if not kind:
                row = _row(corpus.snapshot())(entry)
                shown = {**_for_people(row), "kind": label("document_kind", entry.kind, say.language)}
                if format == "table":
                    pairs = [{"field": name, "value": shown[name]} for name in LIST_NAMES]
                    columns = [("field", say("k_c_field")), ("value", say("k_c_value"))]
                    emit(say, format, ("field", "value"), pairs, columns)
                else:
                    emit(say, format, LIST_NAMES, [row], [(name, name) for name in LIST_NAMES])
                return
            frame = corpus.records_of(entry.id, kind)
        emit(say, format, frame.columns, frame.to_dicts(), [(name, name) for name in _SHOWN[kind]])

    return show


def _remove(say: Messages) -> Callable[..., None]:
    def remove(
        directory: str = typer.Argument(..., metavar="DIR", help=say("k_dir")),
        documents: list[str] = typer.Argument(..., metavar="DOC", help=say("k_docs")),
    ) -> None:
        session = Session(say)
        with guarded(session, directory):
            gone = Corpus(directory).remove(documents)
        session.print(say("k_removed", number=len(gone)))

    return remove


def _verify(say: Messages) -> Callable[..., None]:
    def verify(
        directory: str = typer.Argument(..., metavar="DIR", help=say("k_dir")),
        repair: bool = typer.Option(False, "--repair", help=say("k_repair")),
        format: str = typer.Option("table", "--format", "-f", metavar="|".join(FORMATS), help=say("k_format")),
    ) -> None:
        checked(say, "--format", format, FORMATS)
        session = Session(say)
        with guarded(session, directory):
            corpus = Corpus(directory)
            check = corpus.repair() if repair else corpus.verify()
        rows = [{"file": file, "problem": say.about_files(problem)} for file, problem in check.problems]
        if rows or format != "table":
            columns = [("file", say("k_c_file")), ("problem", say("k_c_problem"))]
            emit(say, format, ("file", "problem"), rows, columns)
        if check.leftovers:
            session.print(say("k_leftovers", number=check.leftovers))
        if not rows:
            session.print(say("k_sound", documents=check.documents, files=check.files))
            return
        session.print(say("k_lost", number=len(check.lost)))
        for source in dict.fromkeys(entry.source for entry in check.lost):
            session.print(f"  {source}")
        if repair:
            session.print(say("k_repaired", number=len(check.lost)))
        session.failures += 1
        session.finish()

    return verify


def _compact(say: Messages) -> Callable[..., None]:
    def compact(directory: str = typer.Argument(..., metavar="DIR", help=say("k_dir"))) -> None:
        session = Session(say)
        with guarded(session, directory), Progress(say("k_compacting"), 1, session.bar) as progress:
            done = Corpus(directory).compact(lambda number, total, name: progress.at(number, name, total))
        old, new = (f"{size / 1_000_000:.1f}" for size in (done.bytes_before, done.bytes_after))
        session.print(say("k_compacted", before=done.parts_before, after=done.parts_after, old=old, new=new))

    return compact


def _refresh(say: Messages) -> Callable[..., None]:
    def refresh(
        directory: str = typer.Argument(..., metavar="DIR", help=say("k_dir")),
        everything: bool = typer.Option(False, "--all", help=say("k_everything")),
    ) -> None:
        session = Session(say)
        with guarded(session, directory), Progress(say("k_refreshing"), 1, session.bar) as progress:
            done = Corpus(directory).refresh(
                lambda number, total, name: progress.at(number, Path(name).name, total), everything=everything
            )
        for source, reason in done.failures:
            session.failures += 1
            session.print(say("k_refresh_failed", source=source, reason=reason))
        if done.sources:
            session.print(say("k_refreshed", sources=done.sources, before=done.before, after=done.after))
        elif not done.failures:
            session.print(say("k_up_to_date"))
        session.finish()

    return refresh
