"""The reports that the comparing commands work on: out of files, out of a corpus, out of the included table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from duixian.cli.choices import wrong
from duixian.cli.session import Session
from duixian.comparison.lookup import UnknownNameError, region_named
from duixian.comparison.reports import Paragraph, Report, report_of, reports_of_rows

# A folder with this file in it is a corpus.
_MARKER = "duixian-corpus.json"


def gathered(
    session: Session,
    paths: Sequence[str],
    included: int | None = None,
    *,
    years: Sequence[int] = (),
    status: str = "",
    region: str = "",
) -> list[Report]:
    """The reports under ``paths``, corpora among them, and those of the included table when it is asked for.

    years, status, region narrow what is loaded from a corpus: with a status only documents around the years (by
    default the latest) and no commitments or projects; with a region only its documents.
    """
    found: list[Report] = []
    if included is not None:
        found += _included(session, included)
    elif not paths:
        raise wrong(session.say("needs_paths"))
    files = [path for path in paths if not is_corpus(path)]
    for path in paths:
        if is_corpus(path):
            found += _of_corpus(session, path, years, status, region)
    if files:
        found += [report for _, report in session.each(files, report_of)]
    return found


def is_corpus(path: str) -> bool:
    """Whether a path is the folder of a corpus."""
    try:
        return (Path(path) / _MARKER).is_file()
    except (OSError, ValueError):
        return False


def _included(session: Session, year: int) -> Sequence[Report]:
    from duixian import facts

    if year not in facts.YEARS:
        years = ", ".join(map(str, facts.YEARS))
        raise wrong(session.say("bad_choice", option="--included", value=year, choices=years))
    return facts.reports(year)


def _of_corpus(session: Session, path: str, years: Sequence[int], status: str, region: str) -> list[Report]:
    from duixian.corpus import CorpusError

    try:
        return _loaded(path, years, status, region)
    except CorpusError as error:
        session.failures += 1
        reason, remedy = session.say.about_files(error.reason), session.say.about_files(error.remedy)
        session.print(session.say("failed", source=error.target, reason=reason, remedy=remedy))
        return []


def _loaded(path: str, years: Sequence[int], status: str, region: str) -> list[Report]:
    """The latest version of each document wanted. Raises CorpusError."""
    from duixian.corpus import Corpus

    corpus = Corpus(path)
    documents = list(corpus.documents(latest=True).iter_rows(named=True))
    place = _place(documents, region)
    if place is not None:
        documents = [row for row in documents if place in (row["region"], row["region_name"])]
    near = _near(documents, years, status)
    if near is not None:
        documents = [row for row in documents if near & {row["plan_year"], row["review_year"]}]
    ids = [row["id"] for row in documents]
    figures = _rows(corpus.figures(region=place, year=near, latest=True), ids)
    if status:
        paragraphs: dict[str, list[Paragraph]] = {}
        for row in _rows(corpus.blocks(region=place).select("document", "block", "line", "text"), ids):
            paragraph = Paragraph(row["block"], row["line"] or 0, row["text"])
            paragraphs.setdefault(row["document"], []).append(paragraph)
        return reports_of_rows(documents, figures, paragraphs=paragraphs)
    commitments = _rows(corpus.commitments(region=place, latest=True), ids)
    return reports_of_rows(documents, figures, commitments, _rows(corpus.projects(region=place, latest=True), ids))


def _rows(frame: Any, documents: Sequence[str]) -> Iterator[dict[str, Any]]:
    import polars

    rows: Iterator[dict[str, Any]] = frame.filter(polars.col("document").is_in(documents)).iter_rows(named=True)
    return rows


def _place(documents: Sequence[Mapping[str, Any]], region: str) -> str | None:
    """The code of the only place wanted; None when all are, or when there is none of this name, which is told later."""
    try:
        return region_named(region, reports_of_rows(documents, ())) if region else None
    except UnknownNameError:
        return None


def _near(documents: Sequence[Mapping[str, Any]], years: Sequence[int], status: str) -> set[int] | None:
    """The years wanted and those beside them, which slopes and reviews need; None for all years."""
    if not status:
        return None
    column = "review_year" if status == "achieved" else "plan_year"
    known = [row[column] for row in documents if row[column] is not None]
    wanted = list(years) or ([max(known)] if known else [])
    return {near for year in wanted for near in (year - 1, year, year + 1)}
