"""The corpus as one object: what the command line does, from Python."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duixian.corpus.errors import NoSuchNameError

if TYPE_CHECKING:
    import polars as pl

    from duixian.corpus.adding import Added, OnProgress
    from duixian.corpus.manifest import Entry, Snapshot
    from duixian.corpus.readings import Reading
    from duixian.corpus.searching import Hits
    from duixian.corpus.upkeep import Check, Compacted, Refreshed

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
Names = str | Iterable[str] | None
# A refresh writes a part for each text; more than these are merged at once.
_MANY_PARTS = 8


class Corpus:
    """A folder of documents and their records. Modules load when a method needs them.

    Every call reads the manifest anew, so it sees what other processes have added. Methods raise
    :class:`~duixian.corpus.errors.CorpusError` when the corpus is missing, damaged or of a newer format, and OSError
    when the disk refuses.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def add(self, paths: Paths, *, workers: int = 1, progress: OnProgress | None = None) -> Added:
        """Add the documents under ``paths`` (files, folders, patterns, archives); makes the corpus when there is none.

        What is there already, from whatever file, is left alone. Inputs that cannot be read stand in the result's
        ``failures``. workers: processes, 0 for as many as there are cores. progress: called with inputs done, inputs
        in all, and the last name.
        """
        from duixian.corpus.adding import add

        if isinstance(paths, (str, os.PathLike)):
            paths = (paths,)
        return add(self.path, [os.fspath(path) for path in paths], workers, progress)

    def add_files(self, files: Sequence[tuple[str, bytes]], *, progress: OnProgress | None = None) -> Added:
        """Add files whose bytes are at hand, as (name, bytes); archives are opened. Otherwise as :meth:`add`."""
        from duixian.corpus.adding import add_inputs
        from duixian.documents.discovery import discover_given

        return add_inputs(self.path, discover_given(files), 1, progress)

    def reading(self, document: str) -> Reading:
        """A document, by id or title, with its text and its records, corrections laid over."""
        from duixian.corpus.corrections import load_journal
        from duixian.corpus.readings import read

        return read(self.path, self.snapshot(), load_journal(self.path), self.document_named(document).id)

    def entries(self) -> list[Entry]:
        """The documents as the manifest knows them, in order of adding."""
        return list(self.snapshot().documents.values())

    def snapshot(self) -> Snapshot:
        """The present state of the manifest."""
        from duixian.corpus.manifest import load_snapshot

        return load_snapshot(self.path)

    def document_named(self, name: str) -> Entry:
        """The document of this id, the beginning of an id, or title. Raises NoSuchNameError."""
        from duixian.corpus.names import nearest

        documents = self.snapshot().documents
        if name in documents:
            return documents[name]
        found = [entry for key, entry in documents.items() if key.startswith((name, f"doc-{name}"))]
        found = found or [entry for entry in documents.values() if entry.title == name]
        if len(found) == 1 and name:
            return found[0]
        known = {f"{entry.id}（{entry.title}）": entry for entry in found[:4]}
        near = list(known) or nearest(name, [entry.title for entry in documents.values()])
        raise NoSuchNameError(name, "文件（或不止一份）" if found else "文件", near)

    def remove(self, documents: Sequence[str]) -> list[Entry]:
        """Take documents out, by id. Raises NoSuchNameError before anything is removed."""
        from duixian.corpus.upkeep import remove

        return remove(self.path, [self.document_named(name).id for name in documents])

    def verify(self) -> Check:
        """Compare every data file with what was written."""
        from duixian.corpus.upkeep import verify

        return verify(self.path)

    def repair(self) -> Check:
        """Take out the documents whose data is damaged, so that adding their sources again completes the corpus."""
        from duixian.corpus.upkeep import repair

        return repair(self.path)

    def compact(self, progress: OnProgress | None = None) -> Compacted:
        """Merge small parts and drop the rows of removed documents."""
        from duixian.corpus.upkeep import compact

        return compact(self.path, progress)

    def refresh(self, progress: OnProgress | None = None, *, everything: bool = False) -> Refreshed:
        """Extract again from the kept texts where the extractor has changed since."""
        from duixian.corpus.upkeep import compact, refresh

        result = refresh(self.path, progress, everything)
        if result.sources > _MANY_PARTS:
            compact(self.path)
        return result

    def documents(
        self,
        *,
        region: Names = None,
        level: Names = None,
        year: int | Iterable[int] | None = None,
        kind: Names = None,
        latest: bool | None = None,
    ) -> pl.DataFrame:
        """The documents; see docs/commands/corpus.md for the columns.

        region: code, full or short name, one or several; unknown ones raise NoSuchNameError with the nearest. year:
        the year that the document plans. kind: government_work_report, meeting_speech, … latest: True for the last
        version of each only.
        """
        return self._frame("documents", region, level, year, {"kind": kind}, latest)

    def figures(
        self,
        *,
        indicator: Names = None,
        region: Names = None,
        year: int | Iterable[int] | None = None,
        status: Names = None,
        kind: Names = None,
        level: Names = None,
        latest: bool | None = None,
    ) -> pl.DataFrame:
        """The figures, with region, years and title of their document.

        indicator: id, name or alias. year: the year the figure speaks of: its own period, else the year planned (for
        targets) or reviewed. status: target, achieved, longterm, ongoing, context. kind: growth, level, change, …
        """
        from duixian.corpus.names import indicators_named

        wanted = {
            "indicator": None if indicator is None else indicators_named(indicator),
            "status": status,
            "kind": kind,
        }
        return self._frame("figures", region, level, year, wanted, latest)

    def commitments(
        self,
        *,
        region: Names = None,
        year: int | Iterable[int] | None = None,
        theme: Names = None,
        level: Names = None,
        measurable: bool | None = None,
        latest: bool | None = None,
    ) -> pl.DataFrame:
        """The commitments, with region, years and title of their document. year: the year that the document plans."""
        return self._frame("commitments", region, level, year, {"theme": theme, "measurable": measurable}, latest)

    def projects(
        self,
        *,
        region: Names = None,
        year: int | Iterable[int] | None = None,
        stage: Names = None,
        status: Names = None,
        level: Names = None,
        latest: bool | None = None,
    ) -> pl.DataFrame:
        """The projects, with region, years and title of their document. year: the year that the document plans."""
        return self._frame("projects", region, level, year, {"stage": stage, "status": status}, latest)

    def blocks(self, *, region: Names = None, year: int | Iterable[int] | None = None) -> pl.DataFrame:
        """The cleaned paragraphs, with their headings and places."""
        return self._frame("blocks", region, None, year, {}, None)

    def records_of(self, document: str, kind: str) -> pl.DataFrame:
        """The figures, commitments or projects of one document, by its id; the columns of the records alone."""
        import polars as pl

        from duixian.corpus.columns import columns_of
        from duixian.corpus.frames import collect, scan

        rows = scan(self.path, self.snapshot(), kind).filter(pl.col("document") == document)
        return collect(rows.select([name for name, _ in columns_of(kind)]), self.path)

    def sql(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Column names and rows of one SELECT over documents, blocks, figures, commitments and projects."""
        from duixian.corpus.queries import run_sql

        return run_sql(self.path, self.snapshot(), query)

    def is_indexed(self) -> bool:
        """Whether the next search finds an index that is up to date; otherwise it builds one first."""
        from duixian.corpus.index import is_current

        return is_current(self.path, self.snapshot())

    def search(
        self,
        query: str,
        *,
        region: Names = None,
        level: Names = None,
        year: int | Iterable[int] | None = None,
        section: str | None = None,
        status: Names = None,
        limit: int = 20,
    ) -> Hits:
        """Paragraphs that hold the words, best first, with counts by region and year.

        query: words and "phrases", AND, OR, NOT, brackets; several words mean all of them. section: words of the
        headings above the paragraph. status: of a figure in it. The index is built or brought up to date when needed.
        """
        from duixian.corpus.names import regions_named
        from duixian.corpus.searching import search

        snapshot = self.snapshot()
        codes = None if region is None else regions_named(region, snapshot.documents.values())
        return search(self.path, snapshot, query, codes, _listed(level), _years(year), section, _listed(status), limit)

    def similar(self, commitment: str, *, region: Names = None, limit: int = 10) -> Hits:
        """Commitments that speak of the same, best first; score 1 is the commitment itself. Raises NoSuchNameError."""
        from duixian.corpus.names import regions_named
        from duixian.corpus.searching import similar

        snapshot = self.snapshot()
        codes = None if region is None else regions_named(region, snapshot.documents.values())
        return similar(self.path, snapshot, commitment, codes, limit)

    def _frame(
        self,
        kind: str,
        region: Names,
        level: Names,
        year: int | Iterable[int] | None,
        wanted: dict[str, Any],
        latest: bool | None,
    ) -> pl.DataFrame:
        import polars as pl

        from duixian.corpus.frames import collect, member, of_region, of_year, scan
        from duixian.corpus.names import regions_named

        snapshot = self.snapshot()
        conditions: list[pl.Expr] = member("level", level)
        if region is not None:
            conditions.append(of_region(regions_named(region, snapshot.documents.values())))
        years = _years(year)
        if years is not None:
            conditions.append(of_year(years) if kind == "figures" else pl.col("plan_year").is_in(years))
        if latest is not None:
            conditions.append(pl.col("latest") == latest)
        for column, values in wanted.items():
            if isinstance(values, bool):
                conditions.append(pl.col(column) == values)
            else:
                conditions += member(column, values)
        rows = scan(self.path, snapshot, kind)
        return collect(rows.filter(conditions) if conditions else rows, self.path)


def _listed(values: Names) -> list[str] | None:
    return None if values is None else [values] if isinstance(values, str) else list(values)


def _years(year: int | Iterable[int] | None) -> list[int] | None:
    return None if year is None else [year] if isinstance(year, int) else list(year)
