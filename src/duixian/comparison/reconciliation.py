"""The closing of the book: what one year promised against what the next year's review says became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from duixian.comparison.amounts import amount, written
from duixian.comparison.headlines import POINTS
from duixian.comparison.matching import THRESHOLD, bound_of, continued, same_name, similarity
from duixian.comparison.matrix import reference_of
from duixian.comparison.outcomes import (
    DIFFERENT,
    MET,
    MISSED,
    OUTCOMES,
    SILENT,
    TOLERANCE,
    Judgement,
    judge,
    weigh,
)
from duixian.comparison.reports import Report, distinct, follows
from duixian.comparison.wording import related, wording
from duixian.records import Evidence, Figure, Project
from duixian.vocabulary.indicators import OTHER

TARGET = "target"
COMMITMENT = "commitment"
PROJECT = "project"
STAGES = ("planning", "start", "building", "completed", "in_operation")
_RELATED = 0.75
_FROM = 16


@dataclass(frozen=True, slots=True)
class Settlement:
    """One promise and what became of it.

    promise: id of the figure or project that was promised. part: "target" (of the paragraph of main expected targets),
    "commitment" (a measure elsewhere in the plan) or "project". text, result_text: the two values as written. margin:
    result less target in ``margin_unit``. score: how surely the result is about the same thing, 0 to 1; None where
    nothing was found. evidence, result_evidence: where both stand.
    """

    promise: str
    part: str
    indicator: str
    subject: str
    kind: str
    op: str
    value: float | int | None
    value2: float | int | None
    unit: str
    text: str
    outcome: str
    result: float | int | None
    result_unit: str
    result_text: str
    result_subject: str
    margin: float | None
    margin_unit: str
    score: float | None
    deadline: str | None
    evidence: Evidence
    result_evidence: Evidence | None
    section: tuple[str, ...]


@dataclass(frozen=True)
class Reconciliation:
    """All promises of a place for a year. plan, review: the two reports; review is None when there is none."""

    region: str
    region_name: str
    year: int
    plan: Report
    review: Report | None
    settlements: tuple[Settlement, ...]

    def counts(self, part: str | None = None) -> dict[str, int]:
        """How many promises have each outcome, in the order of ``OUTCOMES``; of one part only when given."""
        found = Counter(each.outcome for each in self.settlements if part in (None, each.part))
        return {outcome: found[outcome] for outcome in OUTCOMES}


def reconcile(
    reports: Iterable[Report], region: str, year: int, *, tolerance: float = TOLERANCE, threshold: float = THRESHOLD
) -> Reconciliation | None:
    """Every target, measurable commitment and named project of a year's plan against the next report's review.

    region: code of the place. tolerance: how far from a target with 左右 still counts as kept, as a share of the
    number. threshold: how alike subjects must be, 0 to 1. None when the place has no plan for the year.
    """
    own = [report for report in distinct(reports) if report.region == region]
    plan = next((report for report in own if report.document.plan_year == year and report.figures), None)
    if plan is None:
        return None
    review = next((r for r in own if r.document.review_year == year and r.document.id != plan.document.id), None)
    results = [figure for figure in review.figures if figure.status == "achieved"] if review is not None else []
    book = _Book(results, plan, review, tolerance, threshold)
    promised = [figure for number, figure in enumerate(plan.figures) if _promises(plan, number, year)]
    settled = [book.settle(figure) for figure in promised]
    settled += [book.settle_project(project) for project in plan.projects if project.status == "target"]
    order = {TARGET: 0, COMMITMENT: 1, PROJECT: 2}
    settled.sort(key=lambda each: order[each.part])
    return Reconciliation(region, plan.region_name, year, plan, review, tuple(settled))


def _promises(plan: Report, number: int, year: int) -> bool:
    """Whether a figure of the plan is a promise of its own: not where something starts, nor where something ranks."""
    figure = plan.figures[number]
    if figure.status != "target" or figure.period not in ("", str(year)):
        return False
    return not starts_from(plan.figures, number)


def starts_from(figures: Sequence[Figure], number: int) -> bool:
    """Whether a figure is only the starting point of the next one ("由4.2个压减到2.8个")."""
    figure = figures[number]
    if number + 1 >= len(figures) or figure.value is None:
        return False
    after = figures[number + 1]
    if after.unit != figure.unit or not follows(figure, after):
        return False
    at = max(figure.evidence.quote.rfind(word) for word in wording().origin)
    between = figure.evidence.quote[at + 1 :]
    # "由每人每月128元": nothing but the value and a few words that belong to it stand behind the word of origin.
    return at >= 0 and len(between) <= _FROM and any(word in after.evidence.quote for word in ("到", "至", "为"))


class _Book:
    """The results of a review, ready to be searched for what answers a promise."""

    def __init__(
        self, results: Sequence[Figure], plan: Report, review: Report | None, tolerance: float, threshold: float
    ) -> None:
        self._plan = plan
        self._review = review
        self._tolerance = tolerance
        self._threshold = threshold
        self._results = [
            (figure, results[number - 1] if number and follows(results[number - 1], figure) else None)
            for number, figure in enumerate(results)
            if figure.kind != "rank" and not starts_from(results, number)
        ]
        self._deadlines = {measure: each.deadline for each in plan.commitments for measure in each.measures}

    def settle(self, target: Figure) -> Settlement:
        """What became of a promised figure."""
        known = target.indicator != OTHER
        candidates = self._of_indicator(target) if known else []
        if not candidates:
            candidates = self._alike(target)
        for result, score in candidates:
            judgement = self._judge(target, result)
            if judgement is not None:
                return self._settlement(target, judgement, result, score)
        if candidates:
            return self._settlement(target, Judgement(DIFFERENT), *candidates[0])
        return self._settlement(target, Judgement(SILENT), None, None)

    def _of_indicator(self, target: Figure) -> list[tuple[Figure, float]]:
        """Results of the same indicator, the likeliest first; those of a related one when there are none."""
        review = self._review
        assert review is not None or not self._results
        own = [figure for figure, _ in self._results if review is not None and review.speaks_of_itself(figure)]
        same = [figure for figure in own if figure.indicator == target.indicator]
        same = [
            figure for figure in same if target.kind == "relative" or similarity(target.subject, figure.subject) > 0
        ]
        if same:
            order = sorted(
                same, key=lambda figure: (-_agreement(target, figure), -similarity(target.subject, figure.subject))
            )
            return [(figure, max(0.8, round(similarity(target.subject, figure.subject), 3))) for figure in order]
        close = [figure for figure in own if related(target.indicator, figure.indicator) and figure.unit != POINTS]
        return [(figure, _RELATED) for figure in close[:1]]

    def _alike(self, target: Figure) -> list[tuple[Figure, float]]:
        """Results whose subject means the same, above the threshold; agreement of unit and kind counts a little."""
        found = []
        for figure, before in self._results:
            score = similarity(target.subject, figure.subject)
            if before is not None and score < 1:
                score = max(score, continued(target.subject, before.subject, figure.subject))
            if figure.indicator != target.indicator and figure.indicator != OTHER and score < 1:
                score -= 0.15
            if score >= self._threshold and _class(target) == _class(figure):
                found.append((figure, round(score, 3), score + 0.1 * _agreement(target, figure)))
        found.sort(key=lambda each: -each[2])
        return [(figure, score) for figure, score, _ in found]

    def _judge(self, target: Figure, result: Figure) -> Judgement | None:
        """The outcome by this result, or None when it does not settle the target."""
        if target.kind == "relative":
            return self._judge_relative(target, result)
        if not _agree(target, result):
            return None
        if bound_of(target.subject) != bound_of(result.subject):
            return None
        judgement = judge(target, result, self._tolerance)
        return None if judgement.outcome == DIFFERENT else judgement

    def _judge_relative(self, target: Figure, result: Figure) -> Judgement | None:
        words = wording()
        said = result.action + result.evidence.quote
        if target.op == "qualitative":
            if any(word in said for word in words.unfulfilled):
                return Judgement(MISSED)
            return Judgement(MET) if any(word in result.action for word in words.fulfilled) else None
        if target.op == "positive":
            if result.op == "positive":
                return Judgement(MET)
            if result.kind != "growth" or result.value is None or result.unit == POINTS:
                return None
            return Judgement(MET if result.value > 0 else MISSED, float(result.value), POINTS)
        if result.op in ("sync", "faster"):
            return Judgement(MET)
        if result.kind != "growth" or result.unit == POINTS:
            return None
        reached, base = amount(result), self._reference(target)
        if reached is None or base is None or base.unit != reached.unit:
            return None
        judgement = weigh(base, reached.middle, target, self._tolerance)
        if judgement.outcome == MISSED and abs(reached.middle - base.middle) <= self._tolerance * abs(base.middle):
            return Judgement("within" if target.op == "sync" else MISSED, judgement.margin, POINTS)
        return Judgement(MISSED if judgement.outcome == MISSED else MET, judgement.margin, POINTS)

    def _reference(self, target: Figure) -> Any:
        """The growth that a relative target leans on, as the review reports it."""
        indicator = reference_of(target)
        for figure, _ in self._results:
            if figure.indicator == indicator and figure.kind == "growth" and figure.unit == "%":
                return amount(figure)
        return None

    def _settlement(
        self, target: Figure, judgement: Judgement, result: Figure | None, score: float | None
    ) -> Settlement:
        shown = self._best_shown(target, result)
        return Settlement(
            promise=target.id,
            part=TARGET if target.id in self._plan.headline else COMMITMENT,
            indicator=target.indicator,
            subject=target.subject,
            kind=target.kind,
            op=target.op,
            value=target.value,
            value2=target.value2,
            unit=target.unit,
            text=written(target),
            outcome=judgement.outcome,
            result=shown.value if shown else None,
            result_unit=shown.unit if shown else "",
            result_text=written(shown) if shown else "",
            result_subject=shown.subject if shown else "",
            margin=judgement.margin,
            margin_unit=judgement.unit,
            score=score,
            deadline=self._deadlines.get(target.id),
            evidence=target.evidence,
            result_evidence=shown.evidence if shown else None,
            section=target.section,
        )

    def _best_shown(self, target: Figure, result: Figure | None) -> Figure | None:
        """The result to show: of a thing measured and compared with its target, the measure."""
        if result is None or target.op != "qualitative" or result.unit != POINTS:
            return result
        for figure, _ in self._results:
            if figure.indicator == result.indicator and figure.unit != POINTS and follows(figure, result):
                return figure
        return result

    def settle_project(self, target: Project) -> Settlement:
        """What became of a named undertaking: the stage it was to reach against the stage it has reached."""
        best: tuple[float, Project] | None = None
        for project in self._review.projects if self._review is not None else ():
            if project.status != "achieved":
                continue
            score = same_name(target.name, project.name)
            if score >= self._threshold and (best is None or score > best[0]):
                best = (score, project)
        outcome = SILENT
        if best is not None:
            reached = STAGES.index(best[1].stage) >= STAGES.index(target.stage)
            # Work that was only to go on goes on: begun is then as good as built.
            going = target.stage == "building" and best[1].stage == "start"
            outcome = MET if reached or going else MISSED
        return Settlement(
            promise=target.id,
            part=PROJECT,
            indicator=OTHER,
            subject=target.name,
            kind="stage",
            op="",
            value=None,
            value2=None,
            unit="",
            text=target.stage,
            outcome=outcome,
            result=None,
            result_unit="",
            result_text=best[1].stage if best else "",
            result_subject=best[1].name if best else "",
            margin=None,
            margin_unit="",
            score=round(best[0], 3) if best else None,
            deadline=target.deadline,
            evidence=target.evidence,
            result_evidence=best[1].evidence if best else None,
            section=target.section,
        )


def _agree(target: Figure, result: Figure) -> bool:
    """Whether two figures measure in the same way, so that one can settle the other."""
    if result.value is None:
        return False
    one, other = amount(target), amount(result)
    if one is None or other is None or one.unit != other.unit:
        return False
    stocks = ("level", "change")
    if target.kind in stocks and result.kind in stocks:
        # An addition is not settled by a total, unless the thing is only ever counted by the year.
        return target.kind == result.kind or _by_the_year(target, result)
    return target.kind == result.kind


def _by_the_year(target: Figure, result: Figure) -> bool:
    if target.indicator != OTHER:
        return target.indicator in wording().flows
    # "城镇新增就业45万人" reads as a level, "新增城镇就业45万人" as a change: one thing. A total is called one.
    grown = next(figure for figure in (target, result) if figure.kind == "level")
    said = grown.subject + grown.action + grown.evidence.quote
    return not any(word in said for word in wording().totals)


def _class(figure: Figure) -> str:
    return "amount" if figure.kind in ("level", "change") else figure.kind


def _agreement(target: Figure, result: Figure) -> int:
    """2 when unit and kind agree, 1 when only the unit does, 0 otherwise."""
    one, other = amount(target), amount(result)
    if target.kind == "relative":
        helps = any(word in result.action for word in (*wording().fulfilled, *wording().unfulfilled))
        return 2 if helps or (result.kind == "growth" and result.unit != POINTS) else 0
    if one is None or other is None or one.unit != other.unit:
        return 0
    return 2 if target.kind == result.kind else 1
