"""Opening the book 建账: from the records of a report to proposed items, each with its words, measures and owners."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from duixian.comparison.reports import Read, report_of
from duixian.ledger.assignment import Assignment, joint, settled, suggest
from duixian.ledger.deadlines import deadline_of
from duixian.ledger.drafting import Between, Draft, drafts_of
from duixian.ledger.measures import SIGNS, Measure
from duixian.ledger.plans import ItemKind
from duixian.records import Commitment, DocumentRecord, Evidence, Figure, Project
from duixian.vocabulary.departments import DepartmentTable
from duixian.vocabulary.indicators import OTHER

if TYPE_CHECKING:
    from duixian.corpus.owners import Owner

_MARK = 6  # characters in which the mark of something counted off stands
_GAP = 30  # characters between two clauses that are kept in the text of an item
_KIND_NAMES = {
    "growth": "增速",
    "change": "增量",
    "level": "总量",
    "rank": "位次",
    "multiple": "倍数",
    "relative": "比较",
}
_STAGES = {"planning": "前期工作", "start": "开工", "building": "建设", "completed": "建成", "in_operation": "投产"}
_YEARS = re.compile(r"(?:by|\d{4}-)?(\d{4})")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposed item. deadline: ISO date, None for the year's end. assignment: who should own it, by department."""

    number: str
    text: str
    kind: ItemKind
    section: str
    evidence: tuple[Evidence, ...]
    records: tuple[str, ...]
    measures: tuple[Measure, ...]
    deadline: str | None
    assignment: Assignment


def propose(
    document: DocumentRecord,
    figures: Sequence[Figure],
    commitments: Sequence[Commitment],
    projects: Sequence[Project],
    headline: Collection[str] = (),
    between: Between | None = None,
    departments: DepartmentTable | None = None,
    owners: Mapping[str, Owner] | None = None,
) -> list[Proposal]:
    """The items that a report asks for, numbered by section, in reading order.

    headline: ids of the figures in the paragraph of main expected targets. between: gives the source's text, so that
    the clauses of one sentence become one item; without it every clause is an item. departments: those to suggest
    owners from. owners: those that people named, by id of the commitment; they come before what is suggested. Every
    figure that the report promises is a measure of exactly one item, and every commitment that is more than a heading
    is in one.
    """
    drafts = drafts_of(figures, commitments, projects, headline, between, _rules().ends)
    known = {figure.id: figure for figure in figures}
    year = document.plan_year
    found = [
        _proposal(draft, number, document.level, year, known, departments, between, owners or {})
        for draft, number in zip(drafts, _numbers(drafts), strict=True)
    ]
    return _counted_off(found, between)


def proposals_of(
    read: Read,
    by_sentence: bool = True,
    departments: DepartmentTable | None = None,
    owners: Mapping[str, Owner] | None = None,
) -> list[Proposal]:
    """What :func:`propose` makes of a document that was read; by_sentence: an item a sentence, else a clause."""
    pages = read.document.source.pages

    def between(page: int | None, start: int, end: int) -> str:
        return pages[(page or 1) - 1][start:end]

    return propose(
        read.record,
        read.figures(),
        read.commitments(),
        read.projects(),
        report_of(read).headline,
        between if by_sentence else None,
        departments,
        owners,
    )


def _counted_off(found: Sequence[Proposal], between: Between | None) -> list[Proposal]:
    """The same, where what a paragraph counts off as livelihood items is of that kind."""
    rules = _rules()
    out: list[Proposal] = []
    within = False
    for before, one in zip((None, *found), found, strict=False):
        here = one.evidence[0]
        beside = before is not None and before.section == one.section
        same = beside and before is not None and before.evidence[-1].line == here.line and here.page is None
        ahead = between(here.page, max(0, here.start - _MARK), here.start) if between is not None else ""
        told = rules.counted.search("".join(ahead.split()))
        within = bool(rules.announced.search(one.text)) or (within and bool(same or (beside and told)))
        livelihood = within and one.kind is not ItemKind.HEADLINE
        out.append(replace(one, kind=ItemKind.LIVELIHOOD) if livelihood else one)
    return out


def _proposal(
    draft: Draft,
    number: str,
    level: str | None,
    year: int | None,
    figures: Mapping[str, Figure],
    departments: DepartmentTable | None,
    between: Between | None,
    owners: Mapping[str, Owner],
) -> Proposal:
    text = _text(draft, between)
    records = [one.id for one in draft.commitments]
    records += [one.id for one in draft.figures]
    records += [one.id for one in draft.projects]
    return Proposal(
        number=number,
        text=text,
        kind=_kind(draft, text),
        section=" / ".join(draft.section),
        evidence=tuple(draft.evidence),
        records=tuple(dict.fromkeys(records)),
        measures=_measures(draft.figures),
        deadline=_deadline(draft, year),
        assignment=_assignment(draft, level, figures, departments, owners),
    )


def _text(draft: Draft, between: Between | None) -> str:
    """The words of an item; a few words between two clauses are kept, so that it reads as the report does."""
    whole = {one.evidence: _clause_text(one) for one in draft.commitments}
    text = ""
    last: Evidence | None = None
    for span in draft.evidence:
        if last is not None:
            near = between is not None and last.page == span.page and 0 <= span.start - last.end <= _GAP
            gap = "".join(between(span.page, last.end, span.start).split()) if near and between is not None else ""
            text += gap or "，"
        text += whole.get(span, span.quote)
        last = span
    return text.strip("，、；。;,")


def _clause_text(one: Commitment) -> str:
    """The clause in full: a quote that the end of a page cuts short is completed from what was read across it."""
    quote = one.evidence.quote
    cut = one.object and "".join(one.object.split()) not in quote
    return f"{one.action}{one.object}" if cut else quote


def _kind(draft: Draft, text: str) -> ItemKind:
    rules = _rules()
    if draft.headline:
        return ItemKind.HEADLINE
    above = draft.section[-1] if draft.section and not rules.chapter.match(draft.section[-1]) else ""
    if rules.livelihood.search(above) or rules.livelihood.search(text):
        return ItemKind.LIVELIHOOD
    if draft.projects:
        return ItemKind.PROJECT
    if rules.reform.search(text) or any(one.theme == "改革" for one in draft.commitments):
        return ItemKind.REFORM
    return ItemKind.TASK


def _measures(figures: Sequence[Figure]) -> tuple[Measure, ...]:
    """One measure for each figure, under names of their own: by kind, then period, then number where they are alike."""
    names = [figure.subject or figure.evidence.quote for figure in figures]
    names = _told_apart(names, [_KIND_NAMES.get(figure.kind, figure.kind) for figure in figures])
    names = _told_apart(names, [figure.period for figure in figures])
    counts = Counter(names)
    seen: Counter[str] = Counter()
    found = []
    for figure, name in zip(figures, names, strict=True):
        seen[name] += 1
        name = f"{name}（{seen[name]}）" if counts[name] > 1 else name
        value = None if figure.value is None else float(figure.value)
        value2 = None if figure.value2 is None else float(figure.value2)
        measure = Measure(name, SIGNS[figure.op], value, figure.unit, value2, figure.indicator, figure.kind, figure.id)
        found.append(measure)
    return tuple(found)


def _told_apart(names: Sequence[str], words: Sequence[str]) -> list[str]:
    """The names, with a word added to those that others share, where the words differ."""
    told: dict[str, set[str]] = defaultdict(set)
    for name, word in zip(names, words, strict=True):
        told[name].add(word)
    return [
        f"{name}（{word}）" if word and len(told[name]) > 1 else name for name, word in zip(names, words, strict=True)
    ]


def _deadline(draft: Draft, year: int | None) -> str | None:
    """The latest day that the words give; None when they give none. A later year of all its figures counts too."""
    if year is None:
        return None
    words = [one.deadline for one in draft.commitments if one.deadline]
    words += [one.deadline for one in draft.projects if one.deadline]
    days = [day.isoformat() for day in (deadline_of(word, year) for word in words) if day is not None]
    if not days and draft.figures and all(figure.status == "longterm" for figure in draft.figures):
        ends = [int(found[1]) for figure in draft.figures if (found := _YEARS.fullmatch(figure.period))]
        days = [f"{end}-12-31" for end in ends if end > year]
    latest = max(days, default=None)
    return latest if latest is not None and int(latest[:4]) >= year else None


def _assignment(
    draft: Draft,
    level: str | None,
    figures: Mapping[str, Figure],
    departments: DepartmentTable | None,
    owners: Mapping[str, Owner],
) -> Assignment:
    """Who should own the sentence: whom people named for its clauses, by the clauses, or for a main target by what it
    measures.
    """
    clauses = draft.commitments or [*map(_clause, draft.figures), *map(_clause, draft.projects)]
    found = [suggest(one, level, departments, figures) for one in clauses]
    if any(one.id in owners for one in clauses):
        named = zip(found, (owners.get(one.id) for one in clauses), strict=True)
        return joint([one if owner is None else settled(one, owner, level, departments) for one, owner in named])
    if draft.headline:
        own = [suggest(_clause(figure), level, departments, figures) for figure in draft.figures]
        found = [one for one in own if one.lead] or found
    return joint(found)


def _clause(record: Figure | Project) -> Commitment:
    """A figure or project that stands in no clause, seen as one, so that owners can be suggested for it."""
    thing = record.subject if isinstance(record, Figure) else record.name
    return Commitment(
        id=record.id,
        document=record.document,
        evidence=record.evidence,
        action="",
        object=thing,
        heading=False,
        measurable=isinstance(record, Figure),
        measures=(record.id,) if isinstance(record, Figure) and record.indicator != OTHER else (),
        deadline=None,
        actor=None,
        theme="",
        section=record.section,
    )


def _numbers(drafts: Sequence[Draft]) -> list[str]:
    """ "2.7": the seventh item of the second section; a section is a chapter of the report, or its part before one."""
    order: dict[tuple[str, ...], int] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    numbers = []
    for draft in drafts:
        section = ("",) if draft.headline else draft.section[:2]
        order.setdefault(section, len(order) + 1)
        counts[section] += 1
        numbers.append(f"{order[section]}.{counts[section]}")
    return numbers


@dataclass(frozen=True, slots=True)
class _Rules:
    ends: str
    livelihood: re.Pattern[str]
    announced: re.Pattern[str]
    counted: re.Pattern[str]
    reform: re.Pattern[str]
    chapter: re.Pattern[str]
    governments: Mapping[str, str]


@cache
def _rules() -> _Rules:
    data = tomllib.loads(resources.files(__package__).joinpath("data/opening.toml").read_text("utf-8"))
    kinds = data["kinds"]
    return _Rules(
        data["sentences"]["ends"],
        re.compile("|".join(kinds["livelihood"])),
        re.compile(kinds["announced"]),
        re.compile(kinds["counted"]),
        re.compile("|".join(kinds["reform"])),
        re.compile(kinds["chapter"]),
        data["governments"],
    )


def government_name(region: str | None, region_name: str) -> str:
    """What the government of a place is called."""
    return _rules().governments.get(region or "", f"{region_name}人民政府")
