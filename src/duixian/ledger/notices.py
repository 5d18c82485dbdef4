"""Notices 提醒: what is to be written to whom on a day, and what was sent already, so that nothing goes out twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from duixian.ledger import recipients
from duixian.ledger.duty import asked
from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.journal import Entry, day
from duixian.ledger.occasions import SUBJECTS, Occasion, occasions
from duixian.ledger.organisations import Organisation, Person, Role, named, require
from duixian.ledger.rulebook import rule
from duixian.ledger.tables import Row, Tables
from duixian.ledger.templates import filled, template

_SLOTS = ("organisation", "date", "days", "count", "title", "lines")
_SIDES = ("before", "after")
_KEEP = 30
_MOST_LINES = 50  # of a notice; the rest are counted


@dataclass(frozen=True, slots=True)
class Reminder:
    """One rule; the fields are explained in ``data/notices.toml``."""

    subject: str
    side: str
    days: tuple[int, ...]
    keep: int
    to: tuple[str, ...]
    title: str
    body: str

    def stage(self, left: int) -> int | None:
        """The stage that is reached with so many days left (negative: days late); None when there is none now."""
        if self.side == "before":
            return min((days for days in self.days if 0 <= left <= days), default=None)
        if -left > max(self.days) + self.keep:
            return None
        return max((days for days in self.days if days <= -left), default=None)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be written. key: the same on every day of its stage. recipients: ids of persons. day: its date.

    matter: kind (round, item or plan) and id of what all of it is about, empty where there is no such thing.
    owing: those of the recipients who are to report in the round.
    """

    key: str
    subject: str
    organisation: str
    recipients: tuple[str, ...]
    title: str
    body: str
    day: str
    matter: tuple[str, str] = ("", "")
    owing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A notice went out by a channel. id: key and channel. people: ids of all who got it. last: ISO day."""

    id: str
    key: str
    channel: str
    people: tuple[str, ...]
    last: str


@dataclass(frozen=True, slots=True)
class NoticeSent:
    """The channel took the notice for these persons."""

    key: str
    channel: str
    people: tuple[str, ...]


def parse(data: dict[str, Any]) -> tuple[Reminder, ...]:
    """Reminders in the form of ``data/notices.toml``. Raises LedgerError that says which line is wrong."""
    found = []
    for subject, sides in data.items():
        if subject not in SUBJECTS:
            raise LedgerError(subject, "没有这种提醒", f"可用的有：{'、'.join(SUBJECTS)}")
        for side, row in sides.items():
            if side not in _SIDES:
                raise LedgerError(f"{subject}.{side}", "应是 before 或 after", "请改正")
            found.append(_reminder(subject, side, row))
    return tuple(found)


def reminders(tables: Tables) -> tuple[Reminder, ...]:
    """The reminders that this office sends."""
    return cast("tuple[Reminder, ...]", rule(tables, "notices"))


def notices(tables: Tables, day: date) -> list[Notice]:
    """What is to be written at the end of this day, whether or not it was sent already (see :func:`pending`)."""
    tell = recipients.recipients(tables)
    names = {row.id: row.name for row in tables.select(Organisation)}
    standing: dict[str, list[Occasion]] = {}
    found: list[Notice] = []
    for reminder in reminders(tables):
        if reminder.subject not in standing:
            standing[reminder.subject] = list(occasions(tables, reminder.subject))
        groups: dict[tuple[str, str, str], list[Occasion]] = {}
        for one in standing[reminder.subject]:
            groups.setdefault((one.group, one.organisation, one.day), []).append(one)
        for (group, organisation, due), members in sorted(groups.items()):
            left = (date.fromisoformat(due) - day).days
            stage = reminder.stage(left)
            if stage is None:
                continue
            told = tell(organisation, members[0].tells or reminder.to)
            matter = _matter(members)
            words = _words(names.get(organisation, organisation), due, abs(left), members)
            found.append(
                Notice(
                    key=f"{reminder.subject}.{reminder.side}:{stage}:{group}:{organisation}:{due}",
                    subject=reminder.subject,
                    organisation=organisation,
                    recipients=told,
                    title=" ".join(filled(reminder.title, words).split()),
                    body=filled(reminder.body, words).strip() + "\n",
                    day=due,
                    matter=matter,
                    owing=_owing(tables, told, organisation) if matter[0] == "round" else (),
                )
            )
    return found


def pending(tables: Tables, notice: Notice, channel: str) -> tuple[str, ...]:
    """Those of its recipients whom the notice has not reached by this channel."""
    sent = tables.get(Dispatch, dispatch_id(notice.key, channel))
    reached = sent.people if sent is not None else ()
    return tuple(person for person in notice.recipients if person not in reached)


def dispatch_id(key: str, channel: str) -> str:
    """The id of what went out of a notice by a channel."""
    return f"{channel}:{key}"


def decide_sent(tables: Tables, person: Person, event: NoticeSent) -> NoticeSent:
    root = next(row.id for row in tables.select(Organisation) if row.parent is None)
    require(tables, person, (Role.SUPERVISOR,), root, "发送提醒")
    named(event.key, "提醒编号")
    named(event.channel, "发送渠道")
    for id in event.people:
        tables.need(Person, id, "人员")
    sent = tables.get(Dispatch, dispatch_id(event.key, event.channel))
    if not event.people or (sent is not None and set(event.people) & set(sent.people)):
        raise NotAllowedError(event.key, "这条提醒已经发给其中的人", "不要重复发送；请查看流水")
    return event


def apply_sent(tables: Tables, entry: Entry, event: NoticeSent) -> tuple[Row, ...]:
    id = dispatch_id(event.key, event.channel)
    before = tables.get(Dispatch, id)
    people = (*(before.people if before is not None else ()), *event.people)
    return (Dispatch(id, event.key, event.channel, people, day(entry.time)),)


def _reminder(subject: str, side: str, row: Mapping[str, Any]) -> Reminder:
    where = f"{subject}.{side}"
    unknown = sorted(row.keys() - {"days", "keep", "to", "subject", "body"})
    if unknown:
        raise LedgerError(where, f"不认识“{unknown[0]}”", "可用的有：days、keep、to、subject、body")
    days, keep = tuple(row["days"]), row.get("keep", _KEEP)
    if not days or any(type(number) is not int or not 0 <= number <= 366 for number in (*days, keep)):
        raise LedgerError(where, "天数 days、keep 应是0到366之间的整数，days 至少一个", "请改正")
    to = tuple(row.get("to", ()))
    wrong = [kind for kind in to if kind not in recipients.KINDS]
    if wrong or (not to and subject != "step"):
        raise LedgerError(
            f"{where}.to", f"没有“{'、'.join(wrong)}”这种收件人", f"可用的有：{'、'.join(recipients.KINDS)}"
        )
    title = template(f"{where}.subject", row["subject"], _SLOTS)
    return Reminder(subject, side, days, keep, to, title, template(f"{where}.body", row["body"], _SLOTS))


def _matter(members: list[Occasion]) -> tuple[str, str]:
    """The narrowest thing that all of them are about."""
    return next((one for one in members[0].matters if all(one in other.matters for other in members)), ("", ""))


def _owing(tables: Tables, people: tuple[str, ...], organisation: str) -> tuple[str, ...]:
    return tuple(id for id in people if asked(tables, tables.need(Person, id, "人员"), organisation))


def _words(organisation: str, due: str, days: int, members: list[Occasion]) -> dict[str, object]:
    several = len(members) > 1
    lines = [f"· {one.line}" if several else one.line for one in members[:_MOST_LINES]]
    if len(members) > _MOST_LINES:
        lines.append(f"· 另有{len(members) - _MOST_LINES}项")
    return {
        "organisation": organisation,
        "date": due,
        "days": days,
        "count": len(members),
        "title": members[0].title,
        "lines": "\n".join(lines),
    }
