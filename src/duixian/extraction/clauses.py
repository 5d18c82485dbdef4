"""Cutting paragraphs into sentences and clauses.

A clause here is what stands between two commas outside quotation marks and brackets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from duixian.extraction.clause_reading import ACT, AIM, ENUMERATOR, ENUMERATOR_CHARS, Clause, Hints, read_clause, shines
from duixian.vocabulary.verbs import ACTION, MANNER, NOUN, load_verbs

_CLAUSE = re.compile(
    r"(?:[^，。；！？：:;!?,“（(]+|“[^”]{0,90}”|（[^）]{0,160}）|\([^)]{0,160}\)|(?<=\d)[,:](?=\d)|[“（(])+"
)
_SENTENCE_END = "。！？；;!?"
_ENDS = re.compile(f"[{_SENTENCE_END}]")
_COLON = "：:"
_COUNTED = re.compile(r"\d|一批|一系列")
_SECOND_TARGET = re.compile(
    r"(?<=[%成上下内])、(?=[^、“”]{3,30}(?:率|比例|比重|占比))[^、“”]{2,29}[率例重比](?:稳定|保持|分别)?(达到|提高到|提升到|提升至|超过|控制在|稳定在|保持在)(?=\d)"
)
_DIGIT = re.compile(r"\d")


@dataclass(slots=True)
class Sentence:
    """A sentence: its clauses and [start, end) in the block's text, without the closing mark."""

    start: int
    end: int
    clauses: list[Clause]
    mark: str


def sentences_of(text: str) -> list[Sentence]:
    """Cut ``text`` into sentences of clauses. Semicolons end sentences as well. Linear in the length of the text."""
    sentences: list[Sentence] = []
    clauses: list[Clause] = []
    verbs = load_verbs()
    hints = Hints(shines(text, 0, len(text)), "了" in text or verbs.past.search(text) is not None, "是" in text)
    listed = "、" in text and _DIGIT.search(text) is not None
    acted = False
    size = len(text)
    for found in _CLAUSE.finditer(text):
        start, end = found.span()
        mark = text[end] if end < size else ""
        clause = read_clause(text, start, end, acted, hints)
        acted = acted or clause.kind in (ACT, AIM)
        clause.colon = mark in _COLON and mark != ""
        if listed and clause.kind == ACT:
            clauses.extend(_coordinated(text, clause))
        elif listed and clause.kind == AIM:
            clauses.extend(_targets(text, clause))
        else:
            clauses.append(clause)
        if mark in _SENTENCE_END or not mark:
            sentences.append(Sentence(clauses[0].start, end, clauses, mark))
            clauses = []
            acted = False
    if clauses:
        sentences.append(Sentence(clauses[0].start, clauses[-1].end, clauses, ""))
    return sentences


def clauses_around(text: str, offsets: Sequence[int]) -> Iterator[tuple[int, int, bool, bool]]:
    """(start, end, opens, holds) of the clauses that hold one of the rising ``offsets``, and of their sentences' first.

    Enumerators are left out. opens: the clause is the first of its sentence. holds: it holds an offset.
    """
    size = len(text)
    ends = [found.end() for found in _ENDS.finditer(text)]
    done = 0
    count = len(offsets)
    at = 0
    while at < count:
        # From the start of the sentence that holds the next offset.
        before = bisect_right(ends, offsets[at])
        start = max(done, ends[before - 1]) if before else done
        opens = True
        for found in _CLAUSE.finditer(text, start):
            begin, end = found.span()
            number = ENUMERATOR.match(text, begin, end) if text[begin] in ENUMERATOR_CHARS else None
            holds = at < count and offsets[at] < end
            if holds or opens:
                yield (number.end() if number else begin), end, opens, holds
            while at < count and offsets[at] < end:
                at += 1
            opens = False
            if end >= size or text[end] in _SENTENCE_END:
                done = min(end + 1, size)
                break
        else:
            return
        while at < count and offsets[at] < done:
            at += 1


def _targets(text: str, clause: Clause) -> list[Clause]:
    """The target, cut where a second ratio with a value of its own follows 、 (参保率达到90%、入园率达到95%)."""
    pieces: list[Clause] = []
    rest = clause
    for found in _SECOND_TARGET.finditer(text, clause.verb_end, clause.end):
        pieces.append(replace(rest, end=found.start(), colon=False))
        subject = found.start() + 1
        rest = Clause(subject, clause.end, AIM, *found.span(1), subject_start=subject, colon=clause.colon)
    return [*pieces, rest]


def _coordinated(text: str, clause: Clause) -> list[Clause]:
    """The clause, cut where a second verb with a quantity of its own follows 、 (新建A10个、改造B5座)."""
    if "、" not in text[clause.start : clause.end] or not _DIGIT.search(text, clause.verb_end, clause.end):
        return [clause]
    openers = load_verbs().openers
    pieces: list[Clause] = []
    rest = clause
    position = text.find("、", clause.verb_end, clause.end)
    while position >= 0:
        token = openers.match(text, position + 1, clause.end)
        if (
            token is not None
            and token[1] & ACTION
            and not token[1] & (MANNER | NOUN)
            and token[0] - position > 2
            and _COUNTED.search(text, rest.verb_end, position)
            and _COUNTED.search(text, token[0], clause.end)
            and text.count("“", rest.start, position) == text.count("”", rest.start, position)
        ):
            pieces.append(replace(rest, end=position, colon=False))
            rest = Clause(position + 1, clause.end, ACT, position + 1, token[0], colon=clause.colon)
        position = text.find("、", position + 1, clause.end)
    return [*pieces, rest]
