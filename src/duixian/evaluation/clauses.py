"""Commitments and projects against answers.

A commitment answers a row on the same line when their words overlap by at least 0.6 (longest common run over the
union); headings are left out on both sides. A project answers a row when one name contains the other. Precision counts
the records on all lines that have answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from duixian.evaluation.comparison import Row
from duixian.evaluation.measures import Mistake, Score
from duixian.records import Commitment, Project

_OVERLAP = 0.6


def overlap(first: str, second: str) -> float:
    """The longest common run of two quotes over the length of their union, from 0 to 1."""
    if first in second or second in first:
        shared = min(len(first), len(second))
    else:
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        shared = matcher.find_longest_match(0, len(first), 0, len(second)).size
    return shared / ((len(first) + len(second) - shared) or 1)


def score_commitments(answers: Sequence[Row], commitments: Iterable[Commitment]) -> tuple[Score, list[Mistake]]:
    """The score of the commitments and every mistake. Field ``measurable`` is its recall."""
    free: dict[int, list[Commitment]] = defaultdict(list)
    for commitment in commitments:
        if not commitment.heading:
            free[commitment.evidence.line].append(commitment)
    score = Score()
    measurable = score.tally("measurable")
    score.predicted = sum(len(free.get(line, ())) for line in {row["line"] for row in answers})
    mistakes = []
    document_of = {row["line"]: row["doc"] for row in answers}
    for row in answers:
        if row.get("heading"):
            continue
        score.gold += 1
        here = free.get(row["line"], [])
        best = max(here, key=lambda each: overlap(row["quote"], each.evidence.quote), default=None)
        if best is None or overlap(row["quote"], best.evidence.quote) < _OVERLAP:
            mistakes.append(Mistake("commitment", "missing", row["doc"], row["line"], row["quote"]))
            continue
        here.remove(best)
        score.found += 1
        if row.get("measurable"):
            measurable.count(best.measurable)
            if not best.measurable:
                wrong = (("measurable", "True", "False"),)
                mistakes.append(Mistake("commitment", "wrong", row["doc"], row["line"], row["quote"], wrong))
    for line, document in document_of.items():
        mistakes += [Mistake("commitment", "extra", document, line, each.evidence.quote) for each in free.get(line, ())]
    return _finished(score), mistakes


def score_projects(answers: Sequence[Row], projects: Iterable[Project]) -> tuple[Score, list[Mistake]]:
    """The score of the projects and every mistake. Field ``stage`` is compared in every pair."""
    free: dict[int, list[Project]] = defaultdict(list)
    for project in projects:
        free[project.evidence.line].append(project)
    score = Score(gold=len(answers))
    stage = score.tally("stage")
    document_of = {row["line"]: row["doc"] for row in answers}
    score.predicted = sum(len(free.get(line, ())) for line in document_of)
    mistakes = []
    for row in answers:
        here = free.get(row["line"], [])
        named = [each for each in here if row["name"] in each.name or each.name in row["name"]]
        if not named:
            mistakes.append(Mistake("project", "missing", row["doc"], row["line"], row["name"]))
            continue
        # Of several that fit, one of the right stage; failing that, the last, as a reader who goes on looking would.
        best = next((each for each in named if each.stage == row.get("stage")), named[-1])
        here.remove(best)
        score.found += 1
        right = best.stage == row.get("stage")
        stage.count(right)
        score.strict += right
        if not right:
            wrong = (("stage", str(row.get("stage")), best.stage),)
            mistakes.append(Mistake("project", "wrong", row["doc"], row["line"], row["name"], wrong))
    for line, document in document_of.items():
        mistakes += [Mistake("project", "extra", document, line, each.name) for each in free.get(line, ())]
    return _finished(score), mistakes


def _finished(score: Score) -> Score:
    """Fill in what follows from the pairs. Without required fields, strict is detection."""
    score.graded = score.found
    score.expected = score.gold
    score.extra = score.predicted - score.found
    if "stage" not in score.fields:
        score.strict = score.found
    return score
