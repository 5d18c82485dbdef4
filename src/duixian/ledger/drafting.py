"""Drafting: which sentences of a report become items, and which figures and projects belong to each."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from duixian.comparison.reconciliation import starts_from
from duixian.ledger.measures import SIGNS
from duixian.records import Commitment, Evidence, Figure, Project

#: Gives the source's own text of a page (None where there are no pages) between two offsets.
Between = Callable[[int | None, int, int], str]

PROMISED = frozenset({"target", "longterm"})
_DISTANT = 60  # characters between two clauses that still may be one sentence
_NEAR = 400  # characters ahead of a figure in which the clause that it belongs to begins
_END = 1 << 40  # past the end of any page


@dataclass
class Draft:
    """An item in the making: clauses that stand in one sentence."""

    commitments: list[Commitment] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    headline: bool = False

    @property
    def evidence(self) -> list[Evidence]:
        """Where it stands, in reading order; a figure or project that shares words with a clause of it adds nothing."""
        spans = [one.evidence for one in self.commitments]
        for further in (*(one.evidence for one in self.figures), *(one.evidence for one in self.projects)):
            if not any(meet(further, span) for span in spans):
                spans.append(further)
        return sorted(spans, key=place)

    @property
    def section(self) -> tuple[str, ...]:
        return (self.commitments or self.figures or self.projects)[0].section


def drafts_of(
    figures: Sequence[Figure],
    commitments: Sequence[Commitment],
    projects: Sequence[Project],
    headline: Collection[str],
    between: Between | None,
    ends: str,
) -> list[Draft]:
    """The items in the making, in reading order. ends: the marks that end a sentence. See ``opening.propose``."""
    drafts = _sentences([one for one in commitments if not one.heading], between, ends)
    promised = [
        figure
        for number, figure in enumerate(figures)
        if figure.status in PROMISED and figure.op in SIGNS and not starts_from(figures, number)
    ]
    headings = [one for one in commitments if one.heading]
    _add_figures(drafts, promised, frozenset(headline), headings, between, ends)
    _add_projects(drafts, [project for project in projects if project.status == "target"])
    _add_headings(drafts, commitments)
    drafts.sort(key=lambda draft: place(draft.evidence[0]))
    return drafts


def _sentences(commitments: Iterable[Commitment], between: Between | None, ends: str) -> list[Draft]:
    drafts: list[Draft] = []
    last: Evidence | None = None
    for one in sorted(commitments, key=lambda each: place(each.evidence)):
        here = one.evidence
        together = (
            between is not None
            and last is not None
            and drafts[-1].commitments[-1].section == one.section
            and _one_sentence(last, here, between, ends)
        )
        if together:
            drafts[-1].commitments.append(one)
        else:
            drafts.append(Draft([one]))
        last = here if last is None or not together or here.end > last.end else last
    return drafts


def _one_sentence(before: Evidence, after: Evidence, between: Between, ends: str) -> bool:
    if before.page == after.page:
        gap = between(before.page, before.end, after.start) if after.start - before.end <= _DISTANT else None
    elif before.page is not None and after.page == before.page + 1:
        # A sentence may run over the end of a page, page numbers and running heads between its halves.
        gap = between(before.page, before.end, _END) + between(after.page, 0, after.start)
    else:
        return False
    return gap is not None and len(gap) <= _DISTANT and not any(mark in gap for mark in ends)


class _Places:
    """Which item stands where in the source."""

    def __init__(self, drafts: Iterable[Draft]) -> None:
        self._spans: list[tuple[tuple[int, int, int], Evidence, Draft]] = []
        for draft in drafts:
            for span in draft.evidence:
                self.add(span, draft)

    def add(self, span: Evidence, draft: Draft) -> None:
        insort(self._spans, (place(span), span, draft), key=lambda each: each[0])

    def holding(self, evidence: Evidence) -> Draft | None:
        """The item that has these words; else the first that shares some of them."""
        near = [(span, draft) for span, draft in self._near(evidence) if meet(evidence, span)]
        whole = [draft for span, draft in near if within(evidence, span)]
        return next(iter(whole or [draft for _, draft in near]), None)

    def before(self, evidence: Evidence, section: tuple[str, ...], between: Between | None, ends: str) -> Draft | None:
        """The last item ahead of these words, when both are in one sentence under one heading."""
        found = [(span, draft) for span, draft in self._near(evidence) if place(span) <= place(evidence)]
        if not found or between is None:
            return None
        span, draft = found[-1]
        same = draft.section == section and not draft.headline and _one_sentence(span, evidence, between, ends)
        return draft if same else None

    def _near(self, evidence: Evidence) -> list[tuple[Evidence, Draft]]:
        page = evidence.page or 0
        low = bisect_left(self._spans, (page, evidence.start - _NEAR, 0), key=lambda each: each[0])
        high = bisect_left(self._spans, (page, evidence.end, 0), key=lambda each: each[0])
        return [(span, draft) for _, span, draft in self._spans[low:high]]


def _add_figures(
    drafts: list[Draft],
    promised: Sequence[Figure],
    headline: frozenset[str],
    headings: Sequence[Commitment],
    between: Between | None,
    ends: str,
) -> None:
    """Each promised figure to the item whose words hold it; main targets and what is left over get their own."""
    owner = {measure: draft for draft in drafts for one in draft.commitments for measure in one.measures}
    places = _Places(drafts)
    for figure in promised:
        draft = owner.get(figure.id) or places.holding(figure.evidence)
        if draft is None and figure.id not in headline:
            draft = places.before(figure.evidence, figure.section, between, ends)
        if draft is None:
            above = next((one for one in headings if meet(figure.evidence, one.evidence)), None)
            draft = Draft([above] if above else [])
            drafts.append(draft)
        draft.figures.append(figure)
        draft.headline = draft.headline or figure.id in headline
        places.add(figure.evidence, draft)
    # One main target is one row, however many the sentence lists.
    for each in [each for each in drafts if each.headline and len(each.figures) > 1]:
        _spread(drafts, each)


def _spread(drafts: list[Draft], draft: Draft) -> None:
    """Split an item of several main targets at its clauses, so that each target has an owner of its own."""
    parts: list[Draft] = []
    for figure in draft.figures:
        clause = next((one for one in draft.commitments if within(figure.evidence, one.evidence)), None)
        part = next((part for part in parts if clause is not None and part.commitments == [clause]), None)
        if part is None:
            part = Draft([clause] if clause else [], headline=True)
            parts.append(part)
        part.figures.append(figure)
    taken = [one for part in parts for one in part.commitments]
    rest = [one for one in draft.commitments if one not in taken]
    if rest:
        parts.append(Draft(rest))
    drafts.remove(draft)
    drafts.extend(parts)


def _add_projects(drafts: list[Draft], projects: Iterable[Project]) -> None:
    places = _Places(drafts)
    for project in projects:
        draft = places.holding(project.evidence)
        if draft is None:
            draft = Draft()
            drafts.append(draft)
        draft.projects.append(project)
        places.add(project.evidence, draft)


def _add_headings(drafts: list[Draft], commitments: Sequence[Commitment]) -> None:
    """A heading that promises something is an item only when nothing under it is."""
    below = {heading for draft in drafts for heading in draft.section}
    for one in commitments:
        named = any(one.evidence.quote in heading or heading in one.evidence.quote for heading in below)
        if one.heading and not named and not any(one in draft.commitments for draft in drafts):
            drafts.append(Draft([one]))


def within(inner: Evidence, outer: Evidence) -> bool:
    return inner.page == outer.page and outer.start <= inner.start and inner.end <= outer.end


def meet(one: Evidence, other: Evidence) -> bool:
    return one.page == other.page and one.start < other.end and other.start < one.end


def place(evidence: Evidence) -> tuple[int, int, int]:
    return (evidence.page or 0, evidence.start, evidence.end)
