"""Lights 亮灯: whether work runs ahead of time, for one item or a whole plan, and why.

A light looks at where the item should stand and stands (:mod:`duixian.ledger.trajectory`), at its deadline and
milestones, at silence, and at what waits for others. The worst of these is its colour; all of them are its reasons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from duixian.ledger.criteria import SEVERITY, Colour, Course
from duixian.ledger.dossiers import Dossier, dossier, dossiers
from duixian.ledger.explaining import Reason, progress, reason, sentence, shortened
from duixian.ledger.plans import SETTLED, State
from duixian.ledger.tables import Tables
from duixian.ledger.trajectory import Standing, elapsed, lines, reached, standing


@dataclass(frozen=True, slots=True)
class Light:
    """The light of an item on a day.

    lag: of the line that is furthest behind, in percentage points of its way; None where it cannot be counted. time:
    percent of the time from start to deadline that has passed. days_left: to the deadline, negative past it.
    """

    item: str
    colour: Colour
    reasons: tuple[Reason, ...]
    time: int
    days_left: int
    lag: float | None
    standings: tuple[Standing, ...]

    @property
    def sentence(self) -> str:
        """Why, in one Chinese sentence with the figures."""
        return sentence(self.reasons)

    @property
    def english(self) -> str:
        """The same in English."""
        return sentence(self.reasons, "en")


def light(tables: Tables, item: str, day: date) -> Light:
    """The light of an item on a day, by the rule that these tables hold. Raises UnknownNameError."""
    return judged(dossier(tables, item, day), day)


def lights(tables: Tables, plan: str, day: date, until: date | None = None) -> Iterator[Light]:
    """The lights of all items of a plan on a day. until: count reports to this day, that day itself when None."""
    for one in dossiers(tables, plan, until or day):
        yield judged(one, day, until)


def judged(of: Dossier, day: date, until: date | None = None) -> Light:
    """The light that this dossier gives on a day. until: as for :func:`lights`."""
    time, left = int(100 * elapsed(of, day) + 0.5), (date.fromisoformat(of.item.deadline) - day).days
    resting = _resting(of)
    if resting is not None:
        return Light(of.item.id, resting.colour, (resting,), time, left, None, ())
    standings = tuple(standing(line, day, until) for line in lines(of))
    working = of.item.state is not State.SUBMITTED
    reasons = [
        *_progress(of, standings, time),
        *(_silence(of, day) if working else ()),
        *(_milestones(of, day) if working else ()),
        *_waiting(of),
        _deadline(of, standings, left),
    ]
    colour = max((one.colour for one in reasons), key=SEVERITY.__getitem__)
    counted = [one.lag for one in standings if one.lag is not None and one.line.course is not Course.HOLD]
    return Light(of.item.id, colour, tuple(reasons), time, left, max(counted, default=None), standings)


def _resting(of: Dossier) -> Reason | None:
    """The one reason of an item on which nobody works."""
    item = of.item
    if item.state is State.CLOSED:
        submitted = item.submitted or item.deadline
        over = (date.fromisoformat(submitted) - date.fromisoformat(item.deadline)).days
        name, colour = ("late", Colour.LATE) if over > 0 else ("done", Colour.DONE)
        return reason(name, colour, submitted=submitted, deadline=item.deadline, days=over)
    if item.state in SETTLED or item.state in (State.REGISTERED, State.SUSPENDED):
        return reason(str(item.state), Colour.GREY, deadline=item.deadline, became="、".join(item.became))
    return None


def _progress(of: Dossier, standings: tuple[Standing, ...], time: int) -> list[Reason]:
    """The line that is worst, and how many others are not as they should be."""
    ranked = sorted(
        ((_colour(of, one), one) for one in standings), key=lambda pair: (-SEVERITY[pair[0]], -(pair[1].lag or 0.0))
    )
    colour, worst = ranked[0]
    found = [progress(worst, colour, time)]
    others = [also for also, _ in ranked[1:] if also is not Colour.GREEN]
    if others:
        found.append(reason("others", max(others, key=SEVERITY.__getitem__), count=len(others)))
    return found


def _colour(of: Dossier, one: Standing) -> Colour:
    if one.lag is None or one.lag <= 0:
        return Colour.GREEN
    measure = one.line.measure
    if one.line.course is not Course.HOLD or measure is None:
        return of.criteria.lag.colour(one.lag)
    if measure.unit in of.criteria.rate_units:
        return of.criteria.rate.colour(one.lag)
    size = abs(one.planned or 0.0)
    return of.criteria.level.colour(100 * one.lag / size) if size else Colour.RED


def _silence(of: Dossier, day: date) -> list[Reason]:
    last = of.reports[-1].came if of.reports else None
    count = 0
    for owed in reversed(of.rounds):
        if owed.due >= day:
            continue
        if owed.answered or (last is not None and last > owed.due):
            break
        count += 1
    found = []
    if count:
        found.append(reason("rounds", of.criteria.rounds.colour(count), count=count))
    since = last or (date.fromisoformat(of.item.assigned) if of.item.assigned else day)
    days = (day - since).days
    colour = of.criteria.silence.colour(days)
    if colour is not Colour.GREEN:
        found.append(reason("silence" if last else "never", colour, days=days))
    return found


def _milestones(of: Dossier, day: date) -> list[Reason]:
    """The earliest milestone that should have been reached and was not."""
    for milestone in of.item.milestones[reached(of) :]:
        days = (day - date.fromisoformat(milestone.due)).days
        if days <= 0:
            break
        colour = of.criteria.milestone.colour(days)
        return [reason("milestone", colour, name=milestone.name, due=milestone.due, days=days)]
    return []


def _waiting(of: Dossier) -> list[Reason]:
    """What waits for others: problems, help that is asked, an extension."""
    found = []
    last = of.reports[-1].progress if of.reports else None
    for name, words in (("problems", last.problems if last else None), ("help", last.help if last else None)):
        if words and words.strip():
            found.append(reason(name, of.criteria.words[name], words=shortened(words)))
    if of.item.extension_asked:
        found.append(reason("extension", of.criteria.words["extension"], asked=of.item.extension_asked))
    return found


def _deadline(of: Dossier, standings: tuple[Standing, ...], left: int) -> Reason:
    item = of.item
    if item.state is State.SUBMITTED and item.submitted:
        over = (date.fromisoformat(item.submitted) - date.fromisoformat(item.deadline)).days
        if over > 0:
            return reason("waiting_late", Colour.RED, submitted=item.submitted, days=over)
        return reason("waiting", Colour.GREEN, submitted=item.submitted)
    if left < 0:
        return reason("past", Colour.RED, days=-left)
    close = left <= of.criteria.approaching_days and not all(_finished(of, one) for one in standings)
    colour = Colour.YELLOW if close else Colour.GREEN
    if left == 0:
        return reason("today", colour)
    return reason("approaching" if close else "left", colour, days=left)


def _finished(of: Dossier, one: Standing) -> bool:
    if one.line.course is Course.HOLD:
        return one.lag == 0
    return one.actual_share is not None and one.actual_share >= of.criteria.approaching_percent
