"""``duixian diff``: the plans of two years side by side."""

from __future__ import annotations

from collections.abc import Callable

import typer

from duixian.cli.choices import checked
from duixian.cli.comparison import FORMATS, chosen_format, emit, only_region, refuse
from duixian.cli.holdings import gathered
from duixian.cli.language import Messages
from duixian.cli.session import Session
from duixian.comparison.changes import CHANGES
from duixian.comparison.changes import diff as changed
from duixian.reporting.comparisons.labels import label
from duixian.reporting.comparisons.rows import CHANGE_NAMES, change_rows

PARTS = ("target", "commitment", "wording")
_SHOWN = ("change", "subject", "before", "after", "difference", "unit", "score", "before_line", "after_line")


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def diff(
        paths: list[str] = typer.Argument(..., metavar="PATH", help=say("paths")),
        earlier: int = typer.Argument(..., metavar="YEAR1", help=say("m_earlier")),
        later: int = typer.Argument(..., metavar="YEAR2", help=say("m_later")),
        region: str = typer.Option("", "--region", "-r", metavar="NAME", help=say("m_region")),
        part: list[str] = typer.Option([], "--part", metavar="|".join(PARTS), help=say("m_part")),
        change: list[str] = typer.Option([], "--change", metavar="|".join(CHANGES), help=say("m_change")),
        format: str = typer.Option("", "--format", "-f", metavar="|".join(FORMATS), help=say("m_format")),
        output: str = typer.Option("", "--output", "-o", metavar="FILE", help=say("m_output")),
    ) -> None:
        parts = [checked(say, "--part", each, PARTS) for each in part] or list(PARTS)
        wanted = [checked(say, "--change", each, CHANGES) for each in change] or list(CHANGES)
        chosen = chosen_format(say, format, output, FORMATS)
        session = Session(say)
        reports = gathered(session, paths, region=region)
        if not reports:
            session.finish()
        place = only_region(say, region, reports)
        found = changed(reports, place, earlier, later)
        if found is None:
            known = {report.document.plan_year for report in reports if report.region == place}
            years = "、".join(str(year) for year in sorted(year for year in known if year is not None))
            refuse(session, say("m_no_plans", place=region or place, known=years or "–"))
            return
        rows = change_rows(found, [each for each in found.changes if each.part in parts and each.change in wanted])
        title = say("m_diff_title", place=found.region_name, earlier=earlier, later=later)
        if chosen != "table" or output:
            emit(session, CHANGE_NAMES, rows, chosen, output, ("part", *_SHOWN), title)
        else:
            for each in parts:
                own = [row for row in rows if row["part"] == each]
                if own:
                    heading = f"{title}：{label('part', each, say.language)}"
                    emit(session, CHANGE_NAMES, own, "table", "", _SHOWN, heading)
        session.finish()

    return diff
