"""Find out who is measured: share subjects out among values, and borrow them from the words before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from duixian.extraction.figures.behind import Behind
from duixian.extraction.figures.coordination import distribute, split_members
from duixian.extraction.figures.phrases import Phrase, overlap, read_before
from duixian.extraction.figures.quantities import POINTS, Quantity
from duixian.vocabulary.figures import load_figure_words
from duixian.vocabulary.indicators import OTHER, indicator_of

_BOUNDARY = re.compile(r"[，；：。！？!?;\n]")
_CLAUSE = re.compile(r"[，。；]")
_DIGIT = re.compile(r"\d")
_SCOPE = re.compile(r"^(?:[—\s]|全年|今年|全省|全市|全区|全县|全国|我省|我市)+")
_SHORT = 4
_INVESTMENT = re.compile(r"(?<=.)(?:计划|完成|年度)?总?投资$")
_RATE_NOUN = re.compile(r"(?<=.)(?:增速|增幅|涨幅|降幅|增长率)$")
# What follows the noun that opens a clause ("粮食稳产丰收").
_PREDICATE = re.compile(
    r"(?=稳|迈|跨|跃|站上|登上|达|突破|持续|不断|快速|进一步|加快|丰收|再|实现|全面|较快|平稳|恢复|增长|提升|保持|创|大幅|明显|显著|总体|扎实|深入"
    r"|有序|加速|运行|质量|势头|发展|活力|喜获|获得|首次|超额|连续|逐步)"
)


@dataclass(slots=True)
class Memory:
    """What a sentence has spoken of so far.

    topic: the last subject. run: the subjects of the list just read. share: the last share named ("甲占乙比重").
    lead: the verb that governs the list. carried: the last subject of the sentence before. governed: whether a
    verb opened the clause of the number before. origin: the unit of a "由73项" whose "到46项" is awaited.
    """

    topic: str = ""
    run: list[str] = field(default_factory=list)
    share: str = ""
    lead: str = ""
    carried: str = ""
    governed: bool = False
    origin: str = ""


@dataclass(slots=True)
class SubjectFinder:
    """Completes the subjects of one sentence, text[start:end], whose first number starts at ``first``."""

    text: str
    start: int
    first: int
    memory: Memory

    def find(self, group: list[Quantity], phrase: Phrase, right: Behind) -> list[tuple[Quantity, str]]:
        """Every quantity of a group with its subject; a quantity that several subjects take comes several times."""
        shared = self._shared(group, phrase)
        if shared:
            return shared
        subject = phrase.subject
        if phrase.tail and subject and not right.object:
            return [(q, self.complete(subject, phrase.lead)) for q in group]
        if right.noun or right.object:
            return [(q, self._behind(q, phrase, right)) for q in group]
        if phrase.lead in ("惠及", "受益") and subject:
            return [(q, self._served(q, subject)) for q in group]
        return [(q, self.complete(subject, phrase.lead, q.form == "rank" or q.unit in POINTS)) for q in group]

    def _shared(self, group: list[Quantity], phrase: Phrase) -> list[tuple[Quantity, str]]:
        """Values shared out in order (分别), or one value that every subject of a list takes (均, 各)."""
        subject, count, run = phrase.subject, len(group), self.memory.run
        if count > 1 or phrase.respectively:
            members = distribute(subject, count) if subject else []
            if len(members) == count:
                return list(zip(group, [self.complete(m) for m in members], strict=True))
            if len(run) >= count and (not subject or subject in load_figure_words().same_heads):
                return list(zip(group, [r + subject for r in run[-count:]], strict=True))
        if phrase.each and count == 1:
            if subject and "等" not in subject:
                members = split_members(subject)
                if len(members) > 1:
                    return [(group[0], self.complete(m)) for m in members]
            elif not subject and len(run) > 1:
                return [(group[0], s) for s in run]
        return []

    def _behind(self, quantity: Quantity, phrase: Phrase, right: Behind) -> str:
        if right.object:
            return right.object + right.noun
        if phrase.share is not None:
            return self.complete(phrase.subject)
        if (phrase.lead in ("惠及", "受益") or right.verb in ("受益", "受惠")) and not phrase.subject:
            return self._served(quantity, right.noun)
        generic = load_figure_words().generic
        if phrase.subject:
            whole = not phrase.subject.endswith("等") and "、" not in phrase.subject and right.noun.endswith(generic)
            if quantity.form == "share" or right.noun in generic or whole:
                return phrase.subject.removesuffix("的") + right.noun
        elif right.noun in generic and self.memory.topic.endswith(right.noun):
            # "建设4个抽水蓄能项目，再核准2个项目"
            return self.memory.topic
        elif right.predicate and not phrase.lead and len(right.noun) <= _SHORT:
            # "2800个村庄基本完成改造": a noun so short does not say what is counted.
            return f"{right.predicate}的{right.noun}"
        return right.noun

    def _served(self, quantity: Quantity, people: str) -> str:
        """Whom a work serves, with the work named ("老旧小区改造受益居民")."""
        bare = load_figure_words().bare_heads
        owner = next((o for o in (self.memory.topic, self._object_before(quantity.start)) if o and o not in bare), "")
        return owner + "受益" + people if owner else people

    def complete(self, subject: str, lead: str = "", of_share: bool = False) -> str:
        """Complete a subject that cannot stand alone with what was spoken of before.

        of_share: ranks and percentage points speak of a share just named rather than of its subject.
        """
        words, memory = load_figure_words(), self.memory
        if not subject:
            if of_share and memory.share:
                return memory.share
            known = memory.topic or self._repeated_object(lead)
            return known or ("" if lead else self._clause_owner()) or self._object_before(self.first)
        if subject in words.per_head and memory.topic:
            return subject + memory.topic
        same = subject in words.same_heads
        if not same and subject not in words.bare_heads and _RATE_NOUN.sub("", subject) not in words.bare_heads:
            return subject
        if indicator_of(subject) != OTHER and subject not in words.borrowing:
            return subject
        owner = memory.topic or (memory.carried if same else "")
        if subject in words.borrowing:
            owner = _INVESTMENT.sub("", owner)
        elif not same:
            owner = _shed_measure(owner)
        owner = owner or self._clause_owner() or ("" if lead else self._object_before(self.first, subject[:2]))
        if not owner or owner.endswith(subject):
            return subject
        return owner + subject[overlap(owner, subject) :]

    def _object_before(self, at: int, head: str = "") -> str:
        """The thing that the clauses before ``at`` act on, preferably one that ends with ``head``."""
        clauses = [_DIGIT.split(clause)[0] for clause in _CLAUSE.split(self.text[max(0, at - 60) : at]) if clause]
        if self.text[at - 1 : at] not in "，。；":
            clauses = clauses[:-1]
        objects = [read_before(clause).subject for clause in reversed(clauses)]
        fitting = [subject for subject in objects if head and subject.endswith(head)]
        return next((subject for subject in fitting + objects if subject), "")

    def _repeated_object(self, verb: str) -> str:
        """The object of an earlier use of ``verb`` in the sentence ("发行特别国债，…，先发行1万亿元")."""
        head = self.text[max(self.start, self.first - 200) : self.first]
        at = head.find(verb) if verb else -1
        stop = _BOUNDARY.search(head, at) if at >= 0 else None
        return head[at + len(verb) : stop.start()] if stop is not None else ""

    def _clause_owner(self) -> str:
        """The noun that opens the clause before the first number, or the sentence, as the owner of a bare "产量"."""
        if self.memory.topic:
            return ""
        clauses = self.text[max(self.start, self.first - 120) : self.first].split("，")
        for clause in (clauses[-2], clauses[0]) if len(clauses) > 1 else ():
            clause = _SCOPE.sub("", clause)
            found = _PREDICATE.search(clause)
            if found is not None and 2 <= found.start() <= 10:
                return clause[: found.start()]
        return ""


def _shed_measure(subject: str) -> str:
    """The owner of a measure: "粮食种植面积" is of 粮食."""
    for head in load_figure_words().owners:
        if subject.endswith(head) and len(subject) > len(head):
            return subject[: -len(head)]
    return subject[:-1] if len(subject) > 3 and subject[-1] in "数量额" else subject
