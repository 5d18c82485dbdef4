"""The reports of a corpus as comparisons take them, with what people corrected in their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from duixian.comparison.lookup import UnknownNameError, region_named
from duixian.comparison.reports import Paragraph, Report, reports_of_rows

if TYPE_CHECKING:
    from duixian.corpus import Corpus


def corpus_reports(
    corpus: Corpus, *, years: Sequence[int] = (), status: str = "", region: str = "", near: bool = True
) -> list[Report]:
    """The latest version of each document wanted, with its records. Raises CorpusError.

    years, status, region narrow what is loaded: with a status only documents around the years (by default the
    latest) and no commitments or projects; with a region only its documents. near: False loads all years even so.
    """
    from duixian.corpus.corrections import load_journal
    from duixian.corpus.readings import corrected_rows

    documents = list(corpus.documents(latest=True).iter_rows(named=True))
    place = _place(documents, region)
    if place is not None:
        documents = [row for row in documents if place in (row["region"], row["region_name"])]
    wanted = _near(documents, years, status) if near else None
    if wanted is not None:
        documents = [row for row in documents if wanted & {row["plan_year"], row["review_year"]}]
    ids = {row["id"] for row in documents}
    snapshot, journal = corpus.snapshot(), load_journal(corpus.path)

    def corrected(kind: str, frame: Any) -> list[dict[str, Any]]:
        return corrected_rows(corpus.path, snapshot, journal, kind, list(_rows(frame, ids)), ids)

    figures = corrected("figure", corpus.figures(region=place, year=wanted, latest=True))
    if status:
        paragraphs: dict[str, list[Paragraph]] = {}
        for row in _rows(corpus.blocks(region=place).select("document", "block", "line", "text"), ids):
            paragraph = Paragraph(row["block"], row["line"] or 0, row["text"])
            paragraphs.setdefault(row["document"], []).append(paragraph)
        return reports_of_rows(documents, figures, paragraphs=paragraphs)
    commitments = corrected("commitment", corpus.commitments(region=place, latest=True))
    projects = corrected("project", corpus.projects(region=place, latest=True))
    return reports_of_rows(documents, figures, commitments, projects)


def _rows(frame: Any, documents: set[str]) -> Iterator[dict[str, Any]]:
    import polars

    rows: Iterator[dict[str, Any]] = frame.filter(polars.col("document").is_in(list(documents))).iter_rows(named=True)
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
