"""What a comparison works on: documents with their records, and the few questions asked of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Protocol

from duixian.comparison.wording import wording
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


class _Read(Protocol):
    """A document that can be asked for its records, such as ``duixian.Reading``."""

    @property
    def record(self) -> DocumentRecord: ...
    def figures(self) -> Sequence[Figure]: ...
    def commitments(self) -> Sequence[Commitment]: ...
    def projects(self) -> Sequence[Project]: ...


@dataclass(frozen=True)
class Report:
    """One document with its records.

    paragraphs: (1-based line of the source, cleaned text) where the text is at hand, else empty; only needed to tell
    what the document does not say from what was not extracted. main_targets: ids of the figures in the paragraph of
    main expected targets where that is known, else None and it is found from the figures.
    """

    document: DocumentRecord
    figures: tuple[Figure, ...]
    commitments: tuple[Commitment, ...] = ()
    projects: tuple[Project, ...] = ()
    paragraphs: tuple[tuple[int, str], ...] = ()
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
        named: dict[tuple[int | None, int], set[str]] = defaultdict(set)
        for figure in self.figures:
            if figure.status == "target" and figure.indicator != OTHER:
                named[_place(figure)].add(figure.indicator)
        if not named:
            return frozenset()
        best = max(named, key=lambda place: ("gdp" in named[place], len(named[place])))
        if len(named[best]) < _HEADLINE:
            return frozenset()
        return frozenset(figure.id for figure in self.figures if _place(figure) == best and figure.status != "achieved")

    def sums_up(self, figure: Figure) -> bool:
        """Whether a figure stands in a paragraph with other indicators, as the figures of a whole place do."""
        return self._company[_place(figure)] >= _COMPANY

    @cached_property
    def _company(self) -> dict[tuple[int | None, int], int]:
        """How many indicators each paragraph names."""
        named: dict[tuple[int | None, int], set[str]] = defaultdict(set)
        for figure in self.figures:
            named[_place(figure)].add(figure.indicator)
        return {place: len(indicators - {OTHER}) for place, indicators in named.items()}

    @cached_property
    def plan_begins(self) -> int | None:
        """Line at which the plan begins: that of the main expected targets, or of the first target."""
        lines = [figure.evidence.line for figure in self.figures if figure.id in self.headline]
        lines = lines or [figure.evidence.line for figure in self.figures if figure.status == "target"]
        return min(lines, default=None)

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


def report_of(reading: _Read, paragraphs: Iterable[tuple[int, str]] = ()) -> Report:
    """The report of a document that was read."""
    return Report(
        document=reading.record,
        figures=completed(reading.figures()),
        commitments=tuple(reading.commitments()),
        projects=tuple(reading.projects()),
        paragraphs=tuple(paragraphs),
    )


def reports_of_rows(
    documents: Iterable[Mapping[str, Any]],
    figures: Iterable[Mapping[str, Any]],
    commitments: Iterable[Mapping[str, Any]] = (),
    projects: Iterable[Mapping[str, Any]] = (),
    paragraphs: Mapping[str, Sequence[tuple[int, str]]] | None = None,
) -> list[Report]:
    """Reports out of tables of records, such as ``frame.iter_rows(named=True)`` of the frames of a corpus gives them.

    Columns are those of the data contract, with the evidence flattened; columns that a record does not have are passed
    over. paragraphs: id of a document -> (line, text), see :class:`Report`.
    """
    found: dict[str, list[Figure]] = defaultdict(list)
    promised: dict[str, list[Commitment]] = defaultdict(list)
    built: dict[str, list[Project]] = defaultdict(list)
    for row in figures:
        found[row["document"]].append(_record(Figure, row))
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
    kind: tuple((field.name, field.name in ("section", "measures")) for field in fields(kind)[3:])
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


def _place(figure: Figure) -> tuple[int | None, int]:
    return figure.evidence.page, figure.evidence.line


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
