"""Figures against answers.

A figure answers a row when it stands on the same physical line and has the same value and unit; every figure answers
one row at most, and the best fit is taken. Precision is measured where the answers are complete: in paragraphs sampled
whole (part "span") and in the paragraph of the main expected targets (part "headline_target"). Answers with status
"context" count for detection only, and context figures that answer nothing are no error. Statements without a number or
comparison ("qualitative") count only in the paragraph of the main expected targets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from duixian.evaluation.comparison import Row, same_bound, same_kind, same_status, same_subject, same_value
from duixian.evaluation.measures import Mistake, Score
from duixian.records import Figure

_COMPLETE = ("span", "headline_target")
_HEADLINE = "headline_target"
_CHECKS = {"subject": same_subject, "op": same_bound, "kind": same_kind, "status": same_status}


def score_figures(answers: Sequence[Row], figures: Iterable[Figure]) -> tuple[Score, list[Mistake]]:
    """The score of the figures and every mistake, the gravest first."""
    counted = [row for row in answers if not _vague(row)]
    vague_lines = {row["line"] for row in answers if _vague(row)}
    rows_at: dict[int, list[Row]] = defaultdict(list)
    for row in counted:
        rows_at[row["line"]].append(row)
    figures_at: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures:
        figures_at[figure.evidence.line].append(figure)
    score = Score()
    for name in (*_CHECKS, "indicator"):
        score.tally(name)
    mistakes: list[Mistake] = []
    for line, rows in rows_at.items():
        free = list(figures_at.get(line, ()))
        for row in rows:
            score.gold += 1
            score.expected += row["status"] != "context"
            best = _best(row, free)
            if best is None:
                mistakes.append(Mistake("figure", "missing", row["doc"], line, _told(row)))
                continue
            free.remove(best)
            score.found += 1
            if row["status"] != "context":
                _grade(score, mistakes, row, best)
        if any(row.get("part") in _COMPLETE for row in rows):
            extra = [
                figure
                for figure in free
                if figure.status != "context" and not (figure.op == "qualitative" and line in vague_lines)
            ]
            score.predicted += len(figures_at.get(line, ())) - len(free) + len(extra)
            score.extra += len(extra)
            mistakes += [Mistake("figure", "extra", rows[0]["doc"], line, _shown(figure)) for figure in extra]
    return score, sorted(mistakes, key=lambda mistake: (-len(mistake.fields), mistake.line))


def _vague(row: Row) -> bool:
    return bool(row["op"] == "qualitative" and row.get("part") != _HEADLINE)


def _best(row: Row, free: Sequence[Figure]) -> Figure | None:
    """The figure that fits a row best: subject before status before the rest; the first of equals."""
    fitting = [figure for figure in free if same_value(row, figure)]
    return max(fitting, key=lambda figure: _fit(row, figure), default=None)


def _fit(row: Row, figure: Figure) -> float:
    kind = figure.kind == row["kind"] or {figure.kind, row["kind"]} == {"level", "change"}
    quote, wanted = figure.evidence.quote, row.get("quote") or ""
    quoted = bool(quote) and (quote in wanted or wanted in quote)
    return 4 * same_subject(row, figure) + 2 * same_status(row, figure) + same_bound(row, figure) + kind + 0.5 * quoted


def _grade(score: Score, mistakes: list[Mistake], row: Row, figure: Figure) -> None:
    score.graded += 1
    if row.get("indicator") not in ("other", "", None):
        score.tally("indicator").count(figure.indicator == row["indicator"])
    wrong = []
    for name, check in _CHECKS.items():
        right = check(row, figure)
        score.tally(name).count(right)
        if not right:
            wrong.append((name, str(row[name]), str(getattr(figure, name))))
    if wrong:
        mistakes.append(Mistake("figure", "wrong", row["doc"], row["line"], _told(row), tuple(wrong)))
    else:
        score.strict += 1


def _told(row: Row) -> str:
    value = "" if row["value"] is None else row["value"]
    return f"{row['subject']} {row['op']} {value}{row['unit']} [{row['status']}] {row.get('quote') or ''}".strip()


def _shown(figure: Figure) -> str:
    value = "" if figure.value is None else figure.value
    return f"{figure.subject} {figure.op} {value}{figure.unit} [{figure.status}] {figure.evidence.quote}"
