"""Documents against answers: where each begins in its file, and what is known about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from duixian.evaluation.comparison import Row
from duixian.evaluation.measures import Mistake, Score
from duixian.records import DocumentRecord

_FIELDS = ("region", "level", "kind", "plan_year", "review_year", "date", "speaker")


def score_documents(
    answers: Sequence[Row], documents: Iterable[tuple[str, DocumentRecord]]
) -> tuple[Score, list[Mistake]]:
    """The score of the documents, given with the bare names of their files. Files without answers do not count."""
    files = {row["file"] for row in answers}
    free = {(file, record.line_start): record for file, record in documents if file in files}
    read = {file for file, _ in free}
    score = Score(predicted=len(free))
    mistakes = []
    for row in answers:
        if row["file"] not in read:
            continue
        score.gold += 1
        named = f"{row['file']} {row.get('region_name') or row.get('title') or ''}".strip()
        record = free.pop((row["file"], row["line_start"]), None)
        if record is None:
            mistakes.append(Mistake("document", "missing", row["file"], row["line_start"], named))
            continue
        score.found += 1
        wrong = []
        for name in _FIELDS:
            if name not in row:
                continue
            given = getattr(record, name)
            score.tally(name).count(given == row[name])
            if given != row[name]:
                wrong.append((name, str(row[name]), str(given)))
        score.strict += not wrong
        if wrong:
            mistakes.append(Mistake("document", "wrong", row["file"], row["line_start"], named, tuple(wrong)))
    mistakes += [Mistake("document", "extra", file, line, record.title) for (file, line), record in free.items()]
    score.extra = len(free)
    score.graded, score.expected = score.found, score.gold
    return score, mistakes
