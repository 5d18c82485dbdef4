"""Which of the many figures of a report is its value of an indicator."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from duixian.comparison.amounts import base_unit
from duixian.comparison.reports import Report
from duixian.comparison.wording import wording
from duixian.records import Figure
from duixian.vocabulary.indicators import OTHER, indicator_of, load_indicators

POINTS = "个百分点"
# Of one thing a report may state growth, an amount and a rank: in this order they are taken for its value.
_GROWING = ("growth", "relative", "multiple", "level", "change")
_STANDING = ("level", "change", "relative", "growth", "multiple")
_CLAUSE = re.compile(r"[，。；、：！？\n]")
_SUBJECT = re.compile(
    r"^(?:力争|确保|全年|其中|实现|完成)*([一-龥A-Za-z.（）]{2,24}?)(?:增长|增速|涨幅|控制|达到|保持|降低|下降|稳定|完成|与|和|\d)"
)
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\d+年|(?:19|20)\d\d")
# Shorter names ("投资", "粮食") stand for many things.
_NAME = 4


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure with the report that states it. headline: it stands in the paragraph of main expected targets."""

    report: Report
    figure: Figure
    headline: bool = False


def chosen(
    reports: Sequence[Report], status: str, year: int, kind: str | None = None
) -> dict[tuple[str, str], Statement]:
    """The value of every indicator for every place: (region, indicator) -> statement.

    reports: in order of precedence. status: "target" or "achieved". year: the year the values are about. kind: only
    figures of this kind, such as "growth". Values of other places, differences from others, ranks, and values of other
    years are no values of the place.
    """
    found: dict[tuple[str, str], list[tuple[tuple[int, ...], Statement]]] = defaultdict(list)
    for order, report in enumerate(reports):
        if not report.region or report.year_of(status) != year:
            continue
        strangers = report.of_others
        for position, figure in enumerate(report.figures):
            if figure.status != status or figure.indicator == OTHER or figure.kind == "rank":
                continue
            if kind is not None and figure.kind != kind:
                continue
            if figure.period not in ("", str(year)) or not report.speaks_of_itself(figure) or figure.id in strangers:
                continue
            preference = _preference(figure)
            if preference is None:
                continue
            headline = figure.id in report.headline
            wider = any(word in figure.subject for word in wording().wider)
            # Where several indicators stand together a place speaks of itself; one alone may be of a zone or sector.
            alone = not report.sums_up(figure)
            first = int(not headline) if status == "target" else int(alone)
            rank = (first, preference, int(wider), order, position)
            found[report.region, figure.indicator].append((rank, Statement(report, figure, headline)))
    return {key: min(statements, key=lambda each: each[0])[1] for key, statements in found.items()}


def _preference(figure: Figure) -> int | None:
    """How well the kind of a figure suits its indicator, 0 best; None when it is no value of it."""
    if figure.kind == "growth" and figure.unit == POINTS:
        # "提高0.8个百分点" may be all that is said of a share; of a growth rate it is a difference from something.
        return None if _grows(figure) or figure.action not in ("提高", "增加", "上升", "下降", "降低") else 8
    if figure.kind == "level" and figure.unit == "%" and _grows(figure):
        return None
    if any(word in figure.subject or word in figure.evidence.quote for word in wording().beside):
        return None
    units = wording().units.get(figure.indicator)
    if units is not None and figure.value is not None and base_unit(figure.unit)[1] not in (*units, POINTS):
        return None
    order = _GROWING if _grows(figure) else _STANDING
    if figure.kind not in order:
        return None
    # Behind the amounts, what is said without a number: "实现正增长" where "增长5%" stands elsewhere.
    return order.index(figure.kind)


def _grows(figure: Figure) -> bool:
    indicator = load_indicators().by_id.get(figure.indicator)
    return indicator is not None and indicator.growth


def unextracted(report: Report, status: str, indicators: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Indicators that the text names together with a number although no figure of them was found.

    Looks at the review for results, at the plan for targets. indicator -> (line, clause). Empty where the text of the
    report is not at hand.
    """
    wanted = set(indicators)
    begins = report.plan_begins
    out: dict[str, tuple[int, str]] = {}
    if begins is None or not wanted:
        return out
    for paragraph in report.paragraphs:
        if ((0, paragraph.number) >= begins) is not (status == "target"):
            continue
        for clause in _CLAUSE.split(paragraph.text):
            if len(clause) > 120 or POINTS in clause or not _DIGIT.search(_YEAR.sub("", clause)):
                continue
            match = _SUBJECT.match(clause)
            if match is None or len(match[1]) < _NAME or match[1].endswith("的"):
                continue
            if any(word in clause for word in wording().beside):
                continue
            name = indicator_of(match[1])
            if name in wanted:
                out.setdefault(name, (paragraph.line, clause))
    return out
