"""Puts the scores together: all kinds of record, over all answers and document by document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, TypeVar

from duixian.evaluation.answers import Answers
from duixian.evaluation.clauses import score_commitments, score_projects
from duixian.evaluation.comparison import Row
from duixian.evaluation.figures import score_figures
from duixian.evaluation.measures import Mistake, Score
from duixian.evaluation.volumes import score_documents
from duixian.records import Commitment, DocumentRecord, Figure, Project, Record

Scored = TypeVar("Scored", Figure, Commitment, Project)
_Scorer = Callable[[Sequence[Row], Iterable[Scored]], tuple[Score, list[Mistake]]]


@dataclass(slots=True)
class Part:
    """One kind of record: the score over all answers, those of each document, and the mistakes, gravest first."""

    total: Score
    documents: dict[str, Score] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


@dataclass(slots=True)
class Evaluation:
    """Every part that there are answers for, by its name: figures, commitments, projects, documents."""

    parts: dict[str, Part]

    def to_dict(self, show: int = 0) -> dict[str, Any]:
        """JSON-ready: for every part its rates, the same by document, and the first mistakes of each kind."""
        return {
            name: {
                **part.total.to_dict(),
                "documents": {document: score.to_dict() for document, score in part.documents.items()},
                "mistakes": [mistake.to_dict() for mistake in worst(part.mistakes, show)],
            }
            for name, part in self.parts.items()
        }


def evaluate(answers: Answers, records: Iterable[Record]) -> Evaluation:
    """Compare records with answers. Rows that name their file are compared with records of that file only."""
    figures: list[Figure] = []
    commitments: list[Commitment] = []
    projects: list[Project] = []
    documents: list[tuple[str, DocumentRecord]] = []
    for record in records:
        if isinstance(record, Figure):
            figures.append(record)
        elif isinstance(record, Commitment):
            commitments.append(record)
        elif isinstance(record, Project):
            projects.append(record)
        else:
            documents.append((bare_name(record.evidence.source), record))
    parts: dict[str, Part] = {}
    if answers.figures:
        parts["figures"] = _part(answers.figures, figures, score_figures)
    if answers.commitments:
        parts["commitments"] = _part(answers.commitments, commitments, score_commitments)
    if answers.projects:
        parts["projects"] = _part(answers.projects, projects, score_projects)
    if answers.documents:
        score, mistakes = score_documents(answers.documents, documents)
        if score.gold:
            parts["documents"] = Part(score, {}, mistakes)
    return Evaluation(parts)


def worst(mistakes: Sequence[Mistake], show: int) -> list[Mistake]:
    """The first ``show`` mistakes of each kind."""
    taken: dict[str, int] = defaultdict(int)
    chosen = []
    for mistake in mistakes:
        taken[mistake.kind] += 1
        if taken[mistake.kind] <= show:
            chosen.append(mistake)
    return chosen


def bare_name(source: str) -> str:
    """The name of a file without its folders or the archive that it stands in."""
    return PurePath(source.replace("\\", "/").rsplit("!", 1)[-1]).name


def _part(answers: Sequence[Row], records: Sequence[Scored], scorer: _Scorer[Scored]) -> Part:
    files = {row.get("file", "") for row in answers}
    if files == {""}:
        total, mistakes = scorer(answers, records)
    else:
        total, mistakes = Score(), []
        for file in sorted(files):
            score, found = scorer([row for row in answers if row.get("file", "") == file], _of(records, file))
            _add(total, score)
            mistakes += found
    documents: dict[str, Score] = {}
    by_document: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in answers:
        by_document[row["doc"], row.get("file", "")].append(row)
    for (document, file), rows in by_document.items():
        score = scorer(rows, _of(records, file))[0]
        documents[document] = score if document not in documents else _add(documents[document], score)
    return Part(total, documents, mistakes)


def _of(records: Sequence[Scored], file: str) -> Sequence[Scored]:
    return [record for record in records if bare_name(record.evidence.source) == file] if file else records


def _add(total: Score, score: Score) -> Score:
    for name in ("gold", "found", "predicted", "extra", "graded", "expected", "strict"):
        setattr(total, name, getattr(total, name) + getattr(score, name))
    for name, tally in score.fields.items():
        mine = total.tally(name)
        mine.right += tally.right
        mine.of += tally.of
    return total
