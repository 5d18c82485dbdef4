"""Commitments: the clauses in which a government says what it will do or reach."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from duixian.documents.model import Block, Document
from duixian.extraction.clause_reading import ACT, AIM, AMOUNT, GROUND, OTHER, OUTCOME, PAST, SHINE, Clause
from duixian.extraction.clauses import Sentence, sentences_of
from duixian.extraction.deadlines import deadline_in
from duixian.extraction.headings import theme_clauses, theme_sentences
from duixian.extraction.measures import is_measurable
from duixian.extraction.parts import PLAN, parts_of_document
from duixian.records import Commitment, Evidence, Figure
from duixian.vocabulary.projects import load_project_words
from duixian.vocabulary.regions import gazetteer
from duixian.vocabulary.themes import GENERAL, load_themes
from duixian.vocabulary.verbs import ACTION, load_verbs

_GUIDANCE = re.compile(r"总体要求|指导思想|基本要求")
_GUIDED = re.compile(r"为指导|为遵循|为根本遵循")
_APPEAL = re.compile(r"让我们|不是[^。]{1,40}(?:而是|，而)|宁可|岂|何尝")
_MUST = re.compile(r"(?<![需重主])要(?![素点害求塞])|必须|\d")
_REMEMBRANCE = re.compile(r"(?:各位代表[！，])?(?:过去一年|过去的一年|一年来|去年|刚刚过去)")
_ANNOUNCEMENT = re.compile(r"以下|如下|下列|下面|方面(?:的)?(?:工作|任务|突破)?$|几方面|这些|上述|是$|包括$")
_PAYLOAD = 2.0  # an outcome longer than this share of its clause is left out
_WHO = re.compile(r"([^，、的]{2,8}?(?:、[^，、的]{2,8}?){0,6})(?:等地|等市|等县市|等市县|等县|等城市|等)?$")
_MODAL_TAIL = re.compile(r"(?:必须|还要|也要|都要|务必|需要|应当|要|将|须)$")
_MARKS = " ，。；！？：:;,!?、"


def find_commitments(document: Document, figures: Sequence[Figure]) -> list[Commitment]:
    """The commitments of a document, in the order of the text; theme sentences come with ``heading`` true.

    figures: the figures of the same document; those whose evidence lies inside a clause become its ``measures``.
    Only the parts of the document that look ahead are read. Clauses that cannot be grounded are left out.
    """
    return list(_Reader(document, figures).read())


class _Reader:
    """Walks over the blocks of one document, keeping the running theme."""

    def __init__(self, document: Document, figures: Sequence[Figure]) -> None:
        self._document = document
        self._year = document.record.plan_year
        self._themes = load_themes()
        self._figures: dict[int | None, list[Figure]] = {}
        for figure in figures:
            self._figures.setdefault(figure.evidence.page, []).append(figure)
        self._starts: dict[int | None, list[int]] = {}
        for page, group in self._figures.items():
            group.sort(key=lambda figure: figure.evidence.start)
            self._starts[page] = [figure.evidence.start for figure in group]
        self._digest = hashlib.blake2b(f"{document.id}|commitment|".encode(), digest_size=8)
        self._seen: dict[str, int] = {}
        self._section_theme = ""
        self._block_theme = ""

    def read(self) -> Iterator[Commitment]:
        blocks = self._document.blocks
        parts = parts_of_document(self._document)
        for i, block in enumerate(blocks):
            if parts[i] == PLAN and block.kind not in ("title", "byline", "salutation"):
                follower = blocks[i + 1] if i + 1 < len(blocks) and parts[i + 1] == PLAN else None
                yield from self._block(block, follower)

    def _block(self, block: Block, follower: Block | None) -> Iterator[Commitment]:
        text = block.text
        if _GUIDANCE.search(text[:60]) and (_GUIDED.search(text) or "坚持" in text[:90]):
            return
        sentences = sentences_of(text)
        alone = block.kind == "heading" or _stands_alone(block, sentences, follower)
        headings = set(range(len(sentences))) if alone else theme_sentences(block, sentences)
        openings = theme_clauses(text, sentences) if len(sentences) > 2 else set()
        if alone:
            self._section_theme = self._themes.classify(text) or self._section_theme
        self._block_theme = self._section_theme
        # Most blocks hold nothing to skip; then their sentences need not be searched one by one.
        doubtful = (
            _APPEAL.search(text) is not None
            or _GUIDED.search(text) is not None
            or load_verbs().analysis.search(text) is not None
            or load_verbs().explanation.search(text) is not None
        )
        for number, sentence in enumerate(sentences):
            if number in headings:
                if number == 0 and not alone:
                    self._block_theme = (
                        self._themes.classify(text[sentence.start : sentence.end]) or self._section_theme
                    )
                yield from self._heading(block, sentence)
            elif not (doubtful and _promises_nothing(text, sentence)):
                yield from self._sentence(block, sentence, openings)

    def _heading(self, block: Block, sentence: Sentence) -> Iterator[Commitment]:
        acts = [clause for clause in sentence.clauses if clause.kind in (ACT, AIM)] or [
            clause for clause in sentence.clauses if clause.verb_end > clause.verb_start
        ]
        if acts:
            start = sentence.clauses[0].start
            record = self._record(block, acts[-1], start, sentence.clauses[-1].end, None, True)
            if record is not None:
                yield record

    def _sentence(self, block: Block, sentence: Sentence, openings: set[int]) -> Iterator[Commitment]:
        text = block.text
        if _REMEMBRANCE.match(text, sentence.start, sentence.end):
            return
        deadline = None
        for lead, start, end in _spans(text, sentence):
            if lead.colon or (lead is sentence.clauses[0] and lead.start in openings):
                record = self._record(
                    block, lead, lead.start if lead.start in openings else start, lead.end, None, True
                )
            else:
                own = deadline_in(text, start, end, self._year)
                if start == sentence.clauses[0].start and own is not None and start < lead.start:
                    deadline = own
                record = self._record(block, lead, start, end, own or deadline, False)
            if record is not None:
                yield record

    def _record(
        self, block: Block, clause: Clause, start: int, end: int, deadline: str | None, heading: bool
    ) -> Commitment | None:
        text = block.text
        words = text[start:end]
        bare = words.strip(_MARKS)
        if bare != words:
            start += len(words) - len(words.lstrip(_MARKS))
            end = start + len(bare)
        evidence = self._document.evidence(block, start, end)
        if evidence is None:
            return None
        if heading:
            deadline = deadline_in(text, start, end, self._year)
        action, target = _action_and_object(text, clause)
        measures = self._measures(evidence)
        return Commitment(
            id=self._identify(evidence),
            document=self._document.id,
            evidence=evidence,
            action=action,
            object=target,
            heading=heading,
            measurable=bool(measures) or is_measurable(bare, deadline),
            measures=measures,
            deadline=deadline,
            actor=_actor(text, clause),
            theme=self._themes.classify(text[clause.verb_end if clause.kind == ACT else start : end])
            or self._block_theme
            or GENERAL,
            section=block.section,
        )

    def _measures(self, evidence: Evidence) -> tuple[str, ...]:
        starts = self._starts.get(evidence.page)
        if starts is None:
            return ()
        group = self._figures[evidence.page]
        found = []
        for i in range(bisect_left(starts, evidence.start), len(group)):
            inner = group[i].evidence
            if inner.start >= evidence.end:
                break
            if inner.end <= evidence.end:
                found.append(group[i].id)
        return tuple(found)

    def _identify(self, evidence: Evidence) -> str:
        """An id that depends on the document and the words, and on their count where the words come again."""
        count = self._seen.get(evidence.quote, 0)
        self._seen[evidence.quote] = count + 1
        digest = self._digest.copy()
        digest.update(evidence.quote.encode("utf-8", "replace"))
        if count:
            digest.update(b"|%d" % count)
        return "com-" + digest.hexdigest()


def _promises_nothing(text: str, sentence: Sentence) -> bool:
    """Does the sentence appeal, name a guiding idea, or only weigh the situation?"""
    start, end = sentence.start, sentence.end
    if _APPEAL.search(text, start, end) or _GUIDED.search(text, start, end):
        return True
    verbs = load_verbs()
    if verbs.explanation.search(text, start, end):
        return True
    return verbs.analysis.search(text, start, end) is not None and not _MUST.search(text, start, end)


def _spans(text: str, sentence: Sentence) -> Iterator[tuple[Clause, int, int]]:
    """The commitments of a sentence as (main clause, start, end): each with its background and its outcome."""
    current: tuple[Clause, int, int] | None = None
    pending: int | None = None
    promoted = not any(clause.kind in (ACT, AIM) for clause in sentence.clauses)
    for clause in sentence.clauses:
        kind = clause.kind
        if kind == AMOUNT and (current is None or current[0].kind in (AIM, AMOUNT)):
            kind = AIM
        if kind in (ACT, AIM) or (promoted and clause.weak):
            if clause.colon and (kind == AIM or _ANNOUNCEMENT.search(text, clause.start, clause.end)):
                # What a colon closes announces what follows it.
                pending = None
                continue
            if current is not None:
                yield current
            start = clause.start if pending is None or clause.speaker else pending
            current = (clause, start, clause.end)
            pending = None
        elif kind == GROUND:
            if pending is None:
                pending = clause.start
        elif kind in (OUTCOME, AMOUNT) or (kind == OTHER and pending is None):
            if current is not None:
                lead, start, end = current
                if kind != OUTCOME or clause.end - end <= _PAYLOAD * (end - start) + 4:
                    current = (lead, start, clause.end)
            pending = None
        elif kind in (SHINE, PAST):
            pending = None
    if current is not None:
        lead, start, end = current
        last = sentence.clauses[-1]
        if pending is not None and last.end - end <= _PAYLOAD * (end - start):
            current = (lead, start, last.end)
        yield current


def _stands_alone(block: Block, sentences: Sequence[Sentence], follower: Block | None) -> bool:
    """A line of one sentence without a number, above a longer paragraph, is a heading."""
    return (
        len(sentences) == 1
        and len(block.text) <= 72
        and follower is not None
        and (len(follower.text) > len(block.text) + 30 or follower.kind == "heading")
        and not is_measurable(block.text)
        and deadline_in(block.text) is None
    )


def _action_and_object(text: str, clause: Clause) -> tuple[str, str]:
    """The verb and what it acts on; for a target, its predicate and its subject."""
    action = text[clause.verb_start : clause.verb_end]
    if clause.kind == AIM:
        subject = text[clause.subject_start : clause.verb_start].strip(_MARKS)
        return action, subject or text[clause.verb_end : clause.end].strip(_MARKS)
    target = text[clause.verb_end : clause.end].strip(_MARKS)
    if not target and clause.verb_start > clause.start:
        target = text[clause.start : clause.verb_start].strip(_MARKS)
    return action, target


def _actor(text: str, clause: Clause) -> str | None:
    """Who is named as doing it: the subject of the clause, or the place or body that is to be supported in doing it."""
    verbs = load_verbs()
    if clause.kind != ACT:
        return None
    if clause.subject_end > clause.subject_start:
        subject = _MODAL_TAIL.sub("", text[clause.subject_start : clause.subject_end])
        return subject or None
    if text[clause.verb_start : clause.verb_end] not in verbs.delegating:
        return None
    if text[clause.verb_end : clause.verb_end + 2] not in load_project_words().place_lengths:
        return None
    end = min(clause.end, clause.verb_end + 40)
    for at in range(clause.verb_end + 2, min(end, clause.verb_end + 16)):
        token = verbs.openers.match(text, at, end)
        if token is not None and token[1] & ACTION and token[0] - at >= 2:
            found = _WHO.match(text[clause.verb_end : at])
            return found.group(1) if found and _named_places(found.group(1)) else None
    return None


def _named_places(words: str) -> bool:
    known = gazetteer()
    return all(known.named(word) for word in words.split("、"))
