"""Theme sentences: which sentences of a paragraph only name the theme of the measures that follow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from duixian.documents.model import Block
from duixian.extraction.clause_reading import ACT, AIM, GROUND, Clause
from duixian.extraction.clauses import Sentence
from duixian.extraction.measures import is_measurable
from duixian.vocabulary.verbs import load_verbs

_LONGEST = 36
_SHORT = 14
_RUN = 3  # clauses that a sentence must have to be a run of measures
_NUMBERED = re.compile(r"\s*[（(][一二三四五六七八九十\d]{1,3}[）)]|\s*[一二三四五六七八九十]{1,3}、|\s*\d{1,2}[.．、]")
_DIGIT = re.compile(r"\d")


def theme_sentences(block: Block, sentences: Sequence[Sentence]) -> set[int]:
    """Indexes of the sentences of ``block`` that are headings: its opening theme and themes in mid-paragraph."""
    if not sentences:
        return set()
    if block.kind == "heading":
        return set(range(len(sentences)))
    found: set[int] = set()
    if block.lead is not None:
        low, high = block.lead
        found.update(i for i, s in enumerate(sentences) if s.start < high and s.end > low)
    text = block.text
    if 0 not in found and len(sentences) > 1 and _opens(text, sentences):
        found.add(0)
    if len(sentences) > 3:
        found |= _inner(text, sentences)
    for i, sentence in enumerate(sentences[:-1]):
        # "一是扩大投资。开展……" names a theme; "一是扩大投资，开展……。二是……" does not.
        if (
            i not in found
            and sentence.clauses[0].enumerated
            and not sentences[i + 1].clauses[0].enumerated
            and sentence.mark != "；"
            and _bare(text, sentence)
        ):
            found.add(i)
    return found


def theme_clauses(text: str, sentences: Sequence[Sentence]) -> set[int]:
    """Starts of opening clauses that name the theme of their sentence, known by their likeness to each other.

    Where at least three sentences of a paragraph begin 加快X建设，… 加快Y建设，… the openings are themes.
    """
    groups: dict[str, list[int]] = {}
    # A theme says only in which direction; a programme or a task is a measure itself.
    directions = load_verbs().directions
    for sentence in sentences:
        first = sentence.clauses[0]
        if (
            first.kind == ACT
            and text[first.verb_start : first.verb_end] in directions
            and first.end - first.start <= 16
            and len(sentence.clauses) >= _RUN
            and sentence.clauses[1].kind in (ACT, GROUND)
            and not _DIGIT.search(text, first.start, first.end)
        ):
            key = text[first.verb_start : first.verb_end] + text[first.end - 2 : first.end]
            groups.setdefault(key, []).append(first.start)
    return {start for group in groups.values() if len(group) >= 3 for start in group}


def _opens(text: str, sentences: Sequence[Sentence]) -> bool:
    """Is the first sentence the theme of the paragraph?"""
    first = sentences[0]
    if first.end - first.start > 2 * _LONGEST or first.mark == "；":
        return False
    if _NUMBERED.match(text, first.start) and first.end - first.start <= 64:
        return True
    return _bare(text, first)


def _bare(text: str, sentence: Sentence) -> bool:
    """A short sentence of one clause, perhaps with background before it, and no number."""
    if sentence.end - sentence.start > _LONGEST or sentence.mark not in "。！!":
        return False
    acts = [clause for clause in sentence.clauses if clause.kind in (ACT, AIM)]
    if len(acts) != 1 or acts[0] is not sentence.clauses[-1]:
        return False
    return not _has_quantity(text, acts[0])


def _opening(text: str, sentence: Sentence) -> str:
    first = sentence.clauses[0]
    return text[first.start : first.start + 2]


def _verb(text: str, sentence: Sentence) -> str:
    last = sentence.clauses[-1]
    return text[last.verb_start : last.verb_end]


def _has_quantity(text: str, clause: Clause) -> bool:
    return is_measurable(text[clause.start : clause.end])


def _steady(text: str, sentences: Sequence[Sentence], candidates: Sequence[int]) -> bool:
    """Do at least three short sentences that only give a direction divide the paragraph into long runs of measures?"""
    if len(candidates) < 3:
        return False
    directions = load_verbs().directions
    lengths = [len(sentence.clauses) for sentence in sentences]
    return all(
        lengths[i] == 1
        and sentences[i].end - sentences[i].start <= _SHORT + 2
        and _verb(text, sentences[i]) in directions
        for i in candidates
    ) and all(sum(lengths[i + 1 : j]) >= 2 * _RUN for i, j in pairwise([*candidates, len(sentences)]))


def _inner(text: str, sentences: Sequence[Sentence]) -> set[int]:
    """Short one-clause sentences that alternate with runs of measures."""
    tasks = load_verbs().tasks
    lengths = [len(sentence.clauses) for sentence in sentences]
    candidates = [
        i
        for i in range(1, len(sentences) - 1)
        if lengths[i] <= 2
        and sentences[i].end - sentences[i].start <= 26
        and lengths[i + 1] >= 2
        and _bare(text, sentences[i])
        and _verb(text, sentences[i]) not in tasks
        and sentences[i - 1].mark != "；"
    ]
    # Themes of one paragraph are parallel: 强化A。…… 强化B。…… Two themes in a row are no themes; a paragraph of many
    # short sentences is a list of measures.
    # Under a numbered heading they may also differ, when the first stands right below it and all are short.
    openings = Counter(_opening(text, sentences[i]) for i in candidates)
    if not (
        candidates
        and candidates[0] == 1
        and _NUMBERED.match(text, sentences[0].start)
        and all(sentences[i].end - sentences[i].start <= _SHORT for i in candidates)
        and all(sum(lengths[i + 1 : j]) >= 2 * _RUN for i, j in pairwise([*candidates, len(sentences)]))
    ) and not _steady(text, sentences, candidates):
        candidates = [i for i in candidates if openings[_opening(text, sentences[i])] > 1]
    rows = Counter(i - 1 for i in candidates)
    candidates = [i for i in candidates if not rows[i]]
    if len(candidates) < 2 or 2 * len(candidates) > len(sentences):
        return set()
    bounds = [*candidates, len(sentences)]
    runs = [sum(lengths[i + 1 : j]) for i, j in pairwise(bounds)]
    return set(candidates) if sum(runs) >= 4 * len(candidates) and min(runs) >= _RUN else set()
