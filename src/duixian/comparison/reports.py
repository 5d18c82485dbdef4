"""What a comparison works on: documents with their records, and the few questions asked of each."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Protocol

from duixian.comparison.wording import wording
from duixian.documents.model import Document
from duixian.records import Commitment, DocumentRecord, Evidence, Figure, Project
from duixian.vocabulary.indicators import OTHER
from duixian.vocabulary.regions import NATION, gazetteer

# Reports that review one year and plan the next come first; what other documents say counts where they are silent.
_PRECEDENCE = ("government_work_report", "plan", "bulletin", "meeting_speech")
# A paragraph of main expected targets names at least so many indicators.
_HEADLINE = 3
# A paragraph that sums up names at least so many.
_COMPANY = 2
_NEAR = 40
_BESIDE = 2


class Read(Protocol):
    """A document that can be asked for its records, such as ``duixian.Reading``."""

    @property
    def record(self) -> DocumentRecord: ...
    def figures(self) -> Sequence[Figure]: ...
    def commitments(self) -> Sequence[Commitment]: ...
    def projects(self) -> Sequence[Project]: ...
    @property
    def document(self) -> Document: ...


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a document. number: its place in reading order. line: 1-based line of the source it begins on."""

    number: int
    line: int
    text: str


@dataclass(frozen=True)
class Report:
    """One document with its records.

    paragraphs: the text where it is at hand, else empty; only needed to tell what the document does not say from what
    was not extracted. where: id of a figure -> number of its paragraph; figures that are not in it are taken to stand
    in a paragraph of their own line. main_targets: ids of the figures in the paragraph of main expected targets where
    that is known, else None and it is found from the figures.
    """

    document: DocumentRecord
    figures: tuple[Figure, ...]
    commitments: tuple[Commitment, ...] = ()
    projects: tuple[Project, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    where: Mapping[str, int] = field(default_factory=dict)
    main_targets: frozenset[str] | None = None

    @property
    def region(self) -> str:
        """Code of the place the document speaks for, or its name where no code is known, or ""."""
        return self.document.region or self.document.region_name or ""

    @property
    def region_name(self) -> str:
        return self.document.region_name or self.document.region or self.document.title

    @property
    def title(self) -> str:
        return self.document.title

    @cached_property
    def headline(self) -> frozenset[str]:
        """Ids of the figures in the paragraph that lists the main expected targets; empty when there is none.

        It is the paragraph whose targets name the most indicators, the growth of the economy among them where any
        paragraph has it.
        """
        if self.main_targets is not None:
            return self.main_targets
        named: dict[tuple[int, int], set[str]] = defaultdict(set)
        for figure in self.figures:
            if figure.status == "target" and figure.indicator != OTHER:
                named[self.place(figure)].add(figure.indicator)
        if not named:
            return frozenset()
        # A list of targets may also stand with one target a line.
        for groups in ([[place] for place in named], _neighbours(sorted(named))):
            merged = [(group, set().union(*(named[place] for place in group))) for group in groups]
            best, indicators = max(merged, key=lambda each: ("gdp" in each[1], len(each[1])))
            if len(indicators) >= _HEADLINE:
                return frozenset(
                    each.id for each in self.figures if each.status != "achieved" and self.place(each) in best
                )
        return frozenset()

    def place(self, figure: Figure) -> tuple[int, int]:
        """The paragraph in which a figure stands; paragraphs are in reading order."""
        number = self.where.get(figure.id)
        return (figure.evidence.page or 0, figure.evidence.line) if number is None else (0, number)

    def sums_up(self, figure: Figure) -> bool:
        """Whether a figure stands in a paragraph with other indicators, as the figures of a whole place do."""
        return self._company[self.place(figure)] >= _COMPANY

    @cached_property
    def _company(self) -> dict[tuple[int, int], int]:
        """How many indicators each paragraph names."""
        named: dict[tuple[int, int], set[str]] = defaultdict(set)
        for figure in self.figures:
            named[self.place(figure)].add(figure.indicator)
        return {place: len(indicators - {OTHER}) for place, indicators in named.items()}

    @cached_property
    def plan_begins(self) -> tuple[int, int] | None:
        """The paragraph with which the plan begins: that of the main expected targets, or of the first target."""
        places = [self.place(figure) for figure in self.figures if figure.id in self.headline]
        places = places or [self.place(figure) for figure in self.figures if figure.status == "target"]
        return min(places, default=None)

    @cached_property
    def of_others(self) -> frozenset[str]:
        """Ids of rates in a run of figures about another place or body whose name stands only once at its beginning.

        Such a run gives itself away: its first rate contradicts the one that the report gave for itself before.
        """
        first: dict[tuple[str, str, str], Figure] = {}
        out: set[str] = set()
        opening, foreign = True, False
        for number, figure in enumerate(self.figures):
            if number and not _follows(self.figures[number - 1], figure):
                opening, foreign = True, False
            if figure.kind != "growth" or figure.unit != "%" or figure.op != "eq" or figure.indicator == OTHER:
                continue
            key = (figure.indicator, figure.status, figure.period)
            before = first.get(key, figure)
            if self.sums_up(figure):
                first.setdefault(key, figure)
            foreign = foreign or (opening and before.value != figure.value)
            opening = False
            if foreign:
                out.add(figure.id)
        return frozenset(out)

    def year_of(self, status: str) -> int | None:
        """The year that the document's statements of a status are about: plans look ahead, results look back."""
        return self.document.review_year if status == "achieved" else self.document.plan_year

    def speaks_of_itself(self, figure: Figure) -> bool:
        """Whether a figure is about the document's own place, not about another or a part of it."""
        region = self.document.region
        return not _elsewhere(figure.subject, region) and not _elsewhere(figure.evidence.quote, region, short=False)


def report_of(reading: Read) -> Report:
    """The report of a document that was read, with its text."""
    document = reading.document
    figures = completed(reading.figures())
    starts, paragraphs = [], []
    for number, block in enumerate(document.blocks):
        if block.text:
            page, offset = block.map.locate(0)
            starts.append((page, offset, number))
            paragraphs.append(Paragraph(number, document.line_indexes[page].line(offset), block.text))
    starts.sort()
    where = {}
    for figure in figures:
        page = figure.evidence.page - 1 if figure.evidence.page is not None else 0
        at = bisect_right(starts, (page, figure.evidence.start, len(starts))) - 1
        if at >= 0:
            where[figure.id] = starts[at][2]
    return Report(
        document=reading.record,
        figures=figures,
        commitments=tuple(reading.commitments()),
        projects=tuple(reading.projects()),
        paragraphs=tuple(paragraphs),
        where=where,
    )


def reports_of_rows(
    documents: Iterable[Mapping[str, Any]],
    figures: Iterable[Mapping[str, Any]],
    commitments: Iterable[Mapping[str, Any]] = (),
    projects: Iterable[Mapping[str, Any]] = (),
    paragraphs: Mapping[str, Sequence[Paragraph]] | None = None,
) -> list[Report]:
    """Reports out of tables of records, such as ``frame.iter_rows(named=True)`` of the frames of a corpus gives them.

    Columns are those of the data contract, with the evidence flattened; columns that a record does not have are passed
    over. A column ``block`` of the figures gives the number of the paragraph. paragraphs: id of a document -> its text.
    """
    found: dict[str, list[Figure]] = defaultdict(list)
    promised: dict[str, list[Commitment]] = defaultdict(list)
    built: dict[str, list[Project]] = defaultdict(list)
    where: dict[str, dict[str, int]] = defaultdict(dict)
    for row in figures:
        found[row["document"]].append(_record(Figure, row))
        if row.get("block") is not None:
            where[row["document"]][row["id"]] = row["block"]
    for row in commitments:
        promised[row["document"]].append(_record(Commitment, row))
    for row in projects:
        built[row["document"]].append(_record(Project, row))
    return [
        Report(
            document=document,
            figures=completed(sorted(found[document.id], key=_order)),
            commitments=tuple(sorted(promised[document.id], key=_order)),
            projects=tuple(sorted(built[document.id], key=_order)),
            paragraphs=tuple((paragraphs or {}).get(document.id, ())),
            where=where[document.id],
        )
        for document in (_record(DocumentRecord, row) for row in documents)
    ]


def _record(kind: type[Any], row: Mapping[str, Any]) -> Any:
    get = row.get
    values = []
    for name, lists in _COLUMNS[kind]:
        value = get(name)
        if lists:
            value = tuple(value or ())
        elif value.__class__ is float and value.is_integer():
            # Tables keep numbers as floats; a report that says 5 did not say 5.0.
            value = int(value)
        values.append(value)
    place: list[Any] = [get(name) for name in _EVIDENCE]
    return kind(get("id"), get("document") or get("id"), Evidence(*place), *values)


_EVIDENCE = tuple(part.name for part in fields(Evidence))
# Columns of each kind of record behind its id, its document and its evidence: (name, whether it is a list).
_COLUMNS: dict[type[Any], tuple[tuple[str, bool], ...]] = {
    kind: tuple((column.name, column.name in ("section", "measures")) for column in fields(kind)[3:])
    for kind in (DocumentRecord, Figure, Commitment, Project)
}


def completed(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures, with those whose subject only says how a rate was reckoned given to the thing named just before."""
    out: list[Figure] = []
    reckoning = wording().reckoning
    for figure in figures:
        if out and figure.indicator == OTHER and figure.subject in reckoning and _follows(out[-1], figure):
            figure = replace(figure, subject=out[-1].subject, indicator=out[-1].indicator)
        out.append(figure)
    return tuple(out)


def distinct(reports: Iterable[Report]) -> list[Report]:
    """The reports, each document once, in order of precedence: work reports before plans before speeches."""
    once: dict[str, Report] = {}
    for report in reports:
        once.setdefault(report.document.id, report)
    rank = {kind: number for number, kind in enumerate(_PRECEDENCE)}
    return sorted(once.values(), key=lambda report: rank.get(report.document.kind, len(rank)))


def follows(before: Figure, after: Figure) -> bool:
    """Whether a figure stands close behind another, in one sentence or nearly."""
    return _follows(before, after)


def _follows(before: Figure, after: Figure) -> bool:
    one, other = before.evidence, after.evidence
    # Figures of one coordinated phrase may all carry the whole of it as their words.
    near = one.start <= other.end and other.start - one.end <= _NEAR
    return near and one.source == other.source and one.page == other.page


def _neighbours(places: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Runs of places that follow one another, with at most a blank or a heading between two."""
    runs: list[list[tuple[int, int]]] = []
    for place in places:
        before = runs[-1][-1] if runs else None
        if before is not None and before[0] == place[0] and place[1] - before[1] <= _BESIDE:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _order(record: Any) -> tuple[int, int]:
    return record.evidence.page or 0, record.evidence.start


def _elsewhere(words: str, region: str | None, *, short: bool = True) -> bool:
    """Whether words begin with the name of another place; short names are only looked for where nouns stand."""
    names = gazetteer()
    if region != NATION and words.startswith(("全国", "我国", "全球", "世界")):
        return True
    name = names.longest_at(words, 0, short)
    if name is None or name in ("全国",):
        return False
    own = names.by_code.get(region or "")
    return own is None or all(each.code != own.code for each in names.named(name))


def common_level(reports: Iterable[Report]) -> str | None:
    """The level that most documents have, apart from the nation; None when none has a level."""
    counts = Counter(report.document.level for report in reports if report.document.level not in (None, "national"))
    return counts.most_common(1)[0][0] if counts else None
