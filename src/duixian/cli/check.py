"""``duixian check``: numbers that contradict one another."""

from __future__ import annotations

from collections.abc import Callable

import typer

from duixian.cli.choices import checked
from duixian.cli.comparison import FORMATS, chosen_format, emit
from duixian.cli.holdings import gathered
from duixian.cli.language import Messages
from duixian.cli.session import Session
from duixian.comparison.consistency import CHECKS, GROWTH_TOLERANCE, SUM_TOLERANCE
from duixian.comparison.consistency import check as examined
from duixian.reporting.comparisons.rows import FINDING_NAMES, finding_row

_SHOWN = ("check", "region_name", "subject", "expected", "found", "difference", "unit", "lines", "quotes")


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def check(
        paths: list[str] = typer.Argument(None, metavar="PATH", help=say("paths")),
        included: int = typer.Option(None, "--included", metavar="YEAR", help=say("m_included")),
        only: list[str] = typer.Option([], "--only", metavar="|".join(CHECKS), help=say("m_only")),
        growth: float = typer.Option(
            GROWTH_TOLERANCE, "--growth-tolerance", metavar="X", min=0, help=say("m_growth_tolerance")
        ),
        total: float = typer.Option(
            SUM_TOLERANCE, "--sum-tolerance", metavar="X", min=0, max=1, help=say("m_sum_tolerance")
        ),
        format: str = typer.Option("", "--format", "-f", metavar="|".join(FORMATS), help=say("m_format")),
        output: str = typer.Option("", "--output", "-o", metavar="FILE", help=say("m_output")),
    ) -> None:
        kinds = [checked(say, "--only", each, CHECKS) for each in only] or list(CHECKS)
        chosen = chosen_format(say, format, output, FORMATS)
        session = Session(say)
        reports = gathered(session, paths or [], included)
        findings = examined(reports, growth_tolerance=growth, sum_tolerance=total)
        rows = [finding_row(each) for each in findings if each.check in kinds]
        if rows or chosen != "table" or output:
            emit(session, FINDING_NAMES, rows, chosen, output, _SHOWN, say("m_check_title"))
        if not rows:
            session.print(say("m_no_findings", documents=len(reports)))
        session.finish()

    return check
