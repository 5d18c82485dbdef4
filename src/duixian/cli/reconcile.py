"""``duixian reconcile``: last year's promises against this year's review."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import typer

from duixian.cli.choices import checked
from duixian.cli.comparison import FORMATS, chosen_chart, chosen_format, draw, emit, only_region, refuse
from duixian.cli.holdings import gathered
from duixian.cli.language import Messages
from duixian.cli.printing import console
from duixian.cli.session import Session
from duixian.comparison.matching import THRESHOLD
from duixian.comparison.outcomes import OUTCOMES, TOLERANCE
from duixian.comparison.reconciliation import COMMITMENT, PROJECT, TARGET, Reconciliation
from duixian.comparison.reconciliation import reconcile as reconciled
from duixian.comparison.reports import Report
from duixian.reporting.comparisons.labels import label
from duixian.reporting.comparisons.rows import SETTLEMENT_NAMES, settlement_rows

PARTS = (TARGET, COMMITMENT, PROJECT)
_SHOWN = ("subject", "text", "outcome", "result_text", "margin", "score", "line", "result_line")
_WIDE_SHOWN = (*_SHOWN, "quote", "result_quote")
_WIDE = 150


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def reconcile(
        paths: list[str] = typer.Argument(..., metavar="PATH", help=say("paths")),
        region: str = typer.Option("", "--region", "-r", metavar="NAME", help=say("m_region")),
        year: int = typer.Option(None, "--year", "-y", metavar="YEAR", help=say("m_book_year")),
        tolerance: float = typer.Option(TOLERANCE, "--tolerance", metavar="X", min=0, max=1, help=say("m_tolerance")),
        threshold: float = typer.Option(THRESHOLD, "--threshold", metavar="X", min=0, max=1, help=say("m_threshold")),
        part: list[str] = typer.Option([], "--part", metavar="|".join(PARTS), help=say("m_part")),
        outcome: list[str] = typer.Option([], "--outcome", metavar="|".join(OUTCOMES), help=say("m_outcome")),
        format: str = typer.Option("", "--format", "-f", metavar="|".join(FORMATS), help=say("m_format")),
        output: str = typer.Option("", "--output", "-o", metavar="FILE", help=say("m_output")),
        chart: str = typer.Option("", "--chart", metavar="FILE", help=say("m_book_chart")),
        font: str = typer.Option("", "--font", metavar="FONT", help=say("m_font")),
    ) -> None:
        parts = [checked(say, "--part", each, PARTS) for each in part] or list(PARTS)
        outcomes = [checked(say, "--outcome", each, OUTCOMES) for each in outcome] or list(OUTCOMES)
        chosen = chosen_format(say, format, output, FORMATS)
        if chart:
            chosen_chart(say, chart)
        session = Session(say)
        reports = gathered(session, paths, region=region)
        if not reports:
            session.finish()
        place = only_region(say, region, reports)
        wanted = year or _closed_year(reports, place)
        book = reconciled(reports, place, wanted, tolerance=tolerance, threshold=threshold) if wanted else None
        if book is None:
            refuse(session, say("m_no_plan", year=wanted or "–", place=region or place))
            return
        if book.review is None:
            session.print(say("m_no_review", year=book.year, place=book.region_name))
        rows = [row for row in settlement_rows(book) if row["part"] in parts and row["outcome"] in outcomes]
        title = say("m_book_title", place=book.region_name, year=book.year)
        if chosen == "table" and not output:
            _show(session, book, rows, parts, title)
        else:
            emit(session, SETTLEMENT_NAMES, rows, chosen, output, ("part", *_WIDE_SHOWN), title)
        if chart:
            from duixian.reporting.charts.slopes import of_book, slopes

            ends = [label("status", each, say.language) for each in ("target", "achieved")]
            drawn = slopes(of_book(book, say.language), *ends)
            draw(session, drawn, chart, title, say("m_book_subtitle"), font)
        session.finish()

    return reconcile


def _closed_year(reports: Sequence[Report], place: str) -> int | None:
    """The latest year of which the place has both a plan and a review, else the latest plan."""
    own = [report.document for report in reports if report.region == place]
    plans = {document.plan_year for document in own if document.plan_year is not None}
    both = plans & {document.review_year for document in own}
    return max(both or plans, default=None)


def _show(
    session: Session, book: Reconciliation, rows: list[dict[str, object]], parts: Sequence[str], title: str
) -> None:
    say = session.say
    screen = console()
    screen.print(title)
    shown = _WIDE_SHOWN if screen.width >= _WIDE else _SHOWN
    for part in parts:
        found = [row for row in rows if row["part"] == part]
        if not found:
            continue
        counts = book.counts(part)
        told = "，".join(
            f"{label('outcome', name, say.language)} {number}" for name, number in counts.items() if number
        )
        if part == PROJECT:
            for row in found:
                row["text"] = label("stage", str(row["text"]), say.language)
                row["result_text"] = label("stage", str(row["result_text"] or ""), say.language)
        emit(session, SETTLEMENT_NAMES, found, "table", "", shown, f"{label('part', part, say.language)}（{told}）")
