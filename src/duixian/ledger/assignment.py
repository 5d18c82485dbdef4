"""Who should lead a commitment, and who should support: suggestions from the vocabulary of departments."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from duixian.ledger.plans import CONFIRMED
from duixian.records import Commitment, Figure
from duixian.vocabulary.departments import DepartmentTable, load_departments
from duixian.vocabulary.regions import gazetteer

if TYPE_CHECKING:
    from duixian.corpus.owners import Owner

#: How much a word counts by where it stands. What is acted on says more than the manner or purpose before it; the
#: heading above says what the paragraph is about; headings above that only hint. Of things listed, the first leads.
_FIRST, _OBJECT, _CLAUSE, _HEADING, _ABOVE = 1.2, 1.0, 0.6, 0.4, 0.15
_INDICATOR, _SHARE, _TOPIC = 15.0, 4.0, 1.0
#: "A、B等C": the things before 等 are examples of what comes after it.
_GATHERED = re.compile(r"(?<=[^高平中优对同])等(?=[^级待高各、，。；]{2})")
_EXAMPLE = 0.7
#: Each further word for the same department counts this part of the one before.
_LATER = 0.6
#: A department supports when it has at least this part of the leader's points, and at least so many points.
_JOINT_SUPPORT = 4
#: So many others that something speaks for are told, for a person to choose from.
_FURTHER = 3
_SUPPORT_PART, _SUPPORT_LEAST, _SUPPORT_MOST = 0.4, 3.0, 3
#: Who has a part by the text or by an indicator supports with however few points.
_STATED = frozenset({"with", "indicator", "share"})
_LED = re.compile(r"[^，。；、]{0,3}?(?:牵头|负责|主办)")
_WITH = re.compile(r"(?:会同|配合|商)[^，。；]{0,4}$")
# A short name of a place, not 园区 or "……的地区".
_PLACE_END = re.compile(r"^[^的%\d]{1,8}(?:[市县州盟旗]|(?<![园业片地小社牧灾库景校厂])区)$")
_LOCAL = "local_governments"

_PLACES = {
    "actor": "原文点名",
    "led": "原文写明牵头",
    "with": "原文写明配合",
    "object": "任务内容",
    "clause": "任务表述",
    "heading": "所在标题",
    "above": "上级标题",
    "indicator": "指标归口",
    "share": "指标相关",
    "theme": "所属主题",
    "set": CONFIRMED,
    "set_supporting": f"配合单位{CONFIRMED}",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a department was suggested: a word (or indicator id, or topic), where it stands, the points it gave.

    place: actor, led, with, object, clause, heading, above, indicator, share or theme; set or set_supporting where a
    person named the lead or who supports, without a word.
    """

    department: str
    place: str
    word: str
    points: float

    @property
    def zh(self) -> str:
        """The reason as the user reads it."""
        return f"{_PLACES[self.place]}“{self.word}”" if self.word else _PLACES[self.place]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A suggestion. lead, supporting: keys of departments, lead None when nothing speaks for any. lead_name,
    supporting_names: what they are called at the level asked for. confidence: 0 to 1. reasons: strongest first, of
    the lead and then of the supporting departments. further_names: departments that less speaks for, the best first.
    settled: those of lead and supporting that a person named; one that is no department has its name for a key.
    """

    lead: str | None
    supporting: tuple[str, ...]
    confidence: float
    reasons: tuple[Reason, ...]
    lead_name: str = ""
    supporting_names: tuple[str, ...] = ()
    further_names: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()

    @property
    def lead_settled(self) -> bool:
        """Whether a person named the lead."""
        return any(reason.place == "set" for reason in self.reasons)


def suggest(
    commitment: Commitment,
    level: str | None,
    departments: DepartmentTable | None = None,
    figures: Mapping[str, Figure] | None = None,
) -> Assignment:
    """Suggest who leads and who supports a commitment.

    level: of the government that made it (national, province, prefecture, county, township; None: not known).
    departments: by default those of the vocabulary with the user's own. figures: by id, so that the indicators of the
    commitment's measures count; others are ignored. A department that the text names leads whatever else it says.
    """
    table = load_departments() if departments is None else departments
    found = _Points(table, level)
    named = _named(commitment, table, found)
    _read(commitment, found)
    for measure in commitment.measures:
        figure = figures.get(measure) if figures else None
        if figure is not None:
            for key in table.owners.get(figure.indicator, ()):
                found.add(key, "indicator", figure.indicator, _INDICATOR)
            for key in table.sharers.get(figure.indicator, ()):
                found.add(key, "share", figure.indicator, _SHARE)
    topic = table.themes.get(commitment.theme)
    if topic is not None:
        found.add(topic, "theme", commitment.theme, _TOPIC)
    return found.assignment(named)


def settled(
    found: Assignment, owner: Owner, level: str | None, departments: DepartmentTable | None = None
) -> Assignment:
    """What was suggested for a commitment, with the owner that a person named for it laid over.

    Whom the person did not name stays as suggested. A name of a department of this level, or a short one, is that
    department.
    """
    table = load_departments() if departments is None else departments

    def key(name: str) -> str:
        known = table.called.get(name)
        return known if known is not None and table.answering(known, level) == known else name

    called = dict(_names(found))
    lead, lead_name, confidence, reasons = found.lead, found.lead_name, found.confidence, found.reasons
    if owner.lead is not None:
        lead, lead_name, confidence = key(owner.lead), owner.lead, 1.0
        reasons = (Reason(lead, "set", "", 0.0),)
    if owner.supporting is not None:
        called = {key(name): name for name in owner.supporting}
        if owner.lead is None:
            reasons = (Reason(lead or "", "set_supporting", "", 0.0), *reasons)
    supporting = tuple(one for one in (called if owner.supporting is not None else found.supporting) if one != lead)
    return replace(
        found,
        lead=lead,
        lead_name=lead_name,
        confidence=confidence,
        reasons=reasons,
        supporting=supporting,
        supporting_names=tuple(called[one] for one in supporting),
        # Whom the person would have support where the suggestion has them lead was named all the same.
        settled=tuple(dict.fromkeys(map(key, (name for name in (owner.lead, *(owner.supporting or ())) if name)))),
    )


def joint(found: Sequence[Assignment]) -> Assignment:
    """One suggestion for a sentence from those for its clauses, in their order.

    Where a person named leads, the first of these leads, the other leads support, and so do the supporting ones of the
    clauses that the person settled. Else who leads most of the sentence leads it all; whoever else leads a clause, or
    supports one, supports. Nobody that a person named is left out.
    """
    if named := [one for one in found if one.lead_settled]:
        return _joint_by_hand(named, found)
    votes: dict[str, float] = defaultdict(float)
    for place, one in enumerate(found):
        if one.lead is not None:
            # What comes first in a sentence is what it is about.
            votes[one.lead] += one.confidence + (0.2 if place == 0 else 0.0)
    kept = tuple(dict.fromkeys(key for one in found for key in one.settled))
    names = {key: name for one in found for key, name in _names(one)}
    if not votes:
        first = found[0] if found else Assignment(None, (), 0.0, ())
        called = tuple(names[key] for key in kept)
        return replace(first, supporting=kept, supporting_names=called, settled=kept) if kept else first
    lead = max(votes, key=lambda key: votes[key])
    best = max((one for one in found if one.lead == lead), key=lambda one: one.confidence)
    kept = tuple(key for key in kept if key != lead)
    others = Counter(key for one in found for key in (one.lead, *one.supporting) if key and key != lead)
    likely = [key for key, _ in others.most_common(_JOINT_SUPPORT) if key not in kept]
    supporting = (*kept, *likely[: max(0, _JOINT_SUPPORT - len(kept))])
    reasons = dict.fromkeys(
        reason
        for one in found
        for reason in one.reasons
        if reason.place == "set_supporting" or reason.department in (lead, *supporting)
    )
    share = votes[lead] / sum(votes.values())
    return replace(
        best,
        supporting=supporting,
        confidence=round(best.confidence * (0.5 + 0.5 * share), 2),
        reasons=tuple(sorted(reasons, key=lambda reason: reason.place != "set_supporting")),
        supporting_names=tuple(names[key] for key in supporting),
        settled=kept,
    )


def _joint_by_hand(named: Sequence[Assignment], found: Sequence[Assignment]) -> Assignment:
    """The same where a person named the lead of some clauses (``named``)."""
    first = named[0]
    names = {key: name for one in (*found, *named) for key, name in _names(one)}
    kept = [key for one in named for key in (one.lead, *one.supporting)]
    kept += [key for one in found for key in one.settled]
    own = [key for key in dict.fromkeys(kept) if key is not None and key != first.lead]
    leads = [key for key in dict.fromkeys(one.lead for one in found) if key not in (None, first.lead, *own)]
    supporting = (*own, *(key for key in leads[: max(0, _JOINT_SUPPORT - len(own))] if key is not None))
    return replace(
        first,
        supporting=supporting,
        supporting_names=tuple(names[key] for key in supporting),
        settled=tuple(dict.fromkeys(key for one in found for key in one.settled)),
    )


def _names(one: Assignment) -> Iterable[tuple[str, str]]:
    if one.lead is not None:
        yield one.lead, one.lead_name
    yield from zip(one.supporting, one.supporting_names, strict=True)


class _Points:
    """Points of departments as they are found, with the reasons."""

    __slots__ = ("level", "reasons", "table")

    def __init__(self, table: DepartmentTable, level: str | None) -> None:
        self.table = table
        self.level = level
        self.reasons: dict[tuple[str, str], Reason] = {}

    def add(self, key: str, place: str, word: str, points: float) -> str | None:
        """Give points to whoever answers for ``key``; a word counts once, at its best place. Returns who it is."""
        answering = self.table.answering(key, self.level)
        if answering is None or not points > 0:
            return None
        known = self.reasons.get((answering, word))
        if known is None or points > known.points:
            self.reasons[answering, word] = Reason(answering, place, word, points)
        return answering

    def assignment(self, named: str | None) -> Assignment:
        reasons = sorted(self.reasons.values(), key=lambda reason: -reason.points)
        points: dict[str, float] = {}
        share: dict[str, float] = {}
        for reason in reasons:
            # Many words for one thing do not outweigh the one word that settles it.
            key = reason.department
            share[key] = share.get(key, 1.0 / _LATER) * _LATER
            points[key] = points.get(key, 0.0) + reason.points * share[key]
        ranked = sorted(points, key=lambda key: -points[key])
        if not ranked:
            return Assignment(None, (), 0.0, ())
        lead = ranked[0] if named is None else named
        others = [key for key in ranked if key != lead]
        top = points[lead]
        least = max(_SUPPORT_LEAST, _SUPPORT_PART * top) if named is None else _SUPPORT_LEAST
        stated = {reason.department for reason in reasons if reason.place in _STATED}
        supporting = tuple(key for key in others if points[key] >= least or key in stated)[:_SUPPORT_MOST]
        chosen = (lead, *supporting)
        return Assignment(
            lead=lead,
            supporting=supporting,
            confidence=0.99 if named is not None else self._confidence(top, points[others[0]] if others else 0.0),
            reasons=tuple(reason for key in chosen for reason in reasons if reason.department == key),
            lead_name=self.table.departments[lead].name(self.level),
            supporting_names=tuple(self.table.departments[key].name(self.level) for key in supporting),
            further_names=tuple(
                self.table.departments[key].name(self.level) for key in others if key not in supporting
            )[:_FURTHER],
        )

    @staticmethod
    def _confidence(top: float, second: float) -> float:
        """Near 1 when much speaks for the first and little for the next; a topic alone gives little."""
        return round(min(0.95, (top - 0.5 * second) / (top + 2.5)), 2)


def _named(commitment: Commitment, table: DepartmentTable, found: _Points) -> str | None:
    """Who the text itself names: the actor, or "X牵头". Departments it names beside them get points to support."""
    quote = commitment.evidence.quote
    lead: str | None = None
    actor = commitment.actor or ""
    key = table.named(actor)
    if key is None and _is_place(actor, table) and _LOCAL in table.departments:
        key = _LOCAL
    if key is not None:
        lead = found.add(key, "actor", actor, 20.0)
    for name in table.name_pattern.finditer(quote):
        key = table.called[name.group()]
        if _LED.match(quote, name.end()):
            led = found.add(key, "led", name.group(), 20.0)
            lead = lead or led
        elif _WITH.search(quote[max(0, name.start() - 8) : name.start()]):
            found.add(key, "with", name.group(), 8.0)
    return lead


def _is_place(actor: str, table: DepartmentTable) -> bool:
    """Whether every part of an actor is a place ("广陵、北河", "各区县")."""
    parts = [part for part in re.split("[、和及]", actor) if part]
    return bool(parts) and all(
        # Where a department is there for a place (香港), the place is what the work is about, not who does it.
        part not in table.duties and (_PLACE_END.search(part) or gazetteer().named(part))
        for part in parts
    )


def _read(commitment: Commitment, found: _Points) -> None:
    """Give points for the words of duty in the clause and in the headings above it."""
    quote = commitment.evidence.quote
    low = quote.find(commitment.object) if commitment.object else -1
    start, end = (0, len(quote)) if low < 0 else (low, low + len(commitment.object))
    _words(found, quote, "clause", _CLAUSE, (start, end))
    if commitment.section:
        _words(found, commitment.section[-1], "heading", _HEADING)
        for heading in commitment.section[:-1]:
            _words(found, heading, "above", _ABOVE)


def _words(found: _Points, text: str, place: str, share: float, object_span: tuple[int, int] = (0, 0)) -> None:
    duties = found.table.duties
    low, high = object_span
    gathered = _GATHERED.search(text, low, high)
    examples = gathered.start() if gathered else low
    for match in found.table.duty_pattern.finditer(text):
        word = match.group()
        factor = share
        if low <= match.start() < high:
            if match.start() < examples:
                factor = _EXAMPLE
            else:
                factor = _FIRST if "、" not in text[low : match.start()] else _OBJECT
        # A long word is more specific than a short one.
        points = factor * (len(word) + 2) / 4
        for key, weight in duties[word]:
            found.add(key, "object" if low <= match.start() < high else place, word, weight * points)
