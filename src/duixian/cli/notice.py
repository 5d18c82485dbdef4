"""``duixian notice``: reminders to be sent, sending them, and where people can be written to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from duixian.cli.book import actor, as_of_option, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS
from duixian.cli.rows import emit
from duixian.cli.session import Session
from duixian.cli.supervision import act, optional, plain, today, told

NAMES = ("key", "subject", "organisation", "day", "recipients", "title", "body", "sent")
_SHOWN = ("title", "recipients", "sent")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(say, "notice", {"list": _list(say), "send": _send(say), "contact": _contact(say)})


def _list(say: Messages) -> Callable[..., None]:
    def list_notices(
        ledger: str = ledger_option(say), as_of: str = as_of_option(say), format: str = format_option(say)
    ) -> None:
        from duixian.ledger.notices import Dispatch, notices
        from duixian.ledger.organisations import Person

        checked(say, "--format", format, FORMATS)
        day = today(say, as_of)
        with read(say, ledger, as_of) as tables:
            people = {person.id: person.name for person in tables.select(Person)}
            sent: dict[str, list[str]] = {}
            for one in tables.select(Dispatch):
                sent.setdefault(one.key, []).append(f"{one.channel} {len(one.people)}")
            rows = [plain(one) | {"sent": sent.get(one.key, [])} for one in notices(tables, day)]
        shown = [
            row
            | {
                "recipients": "、".join(people[id] for id in row["recipients"]),
                "sent": "、".join(row["sent"]) or say("notice_unsent"),
            }
            for row in rows
        ]
        emit(say, format, NAMES, rows, [(name, say(f"notice_col_{name}")) for name in _SHOWN], shown)

    return list_notices


def _send(say: Messages) -> Callable[..., None]:
    def send(
        channels: str = typer.Option(..., "--channels", metavar="FILE", help=say("notice_channels")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.notices.channels import ChannelError, read_channels
        from duixian.notices.delivery import deliver, senders

        ready = senders(read_channels(Path(channels)))
        if not ready:
            raise ChannelError(channels, "没有打开任何渠道", "请在 [email] 或 [webhook] 里写 enabled = true")
        session = Session(say)
        with opened(say, ledger) as book:
            done = deliver(book, actor(say, book, who), today(say), ready)
        for channel, title, number in done.sent:
            told(say, "notice_sent", channel=channel, title=title, number=number)
        for failure in done.failures:
            session.fail(failure.error, failure.notice)
        told(say, "notice_total", sent=len(done.sent), unsent=done.unsent)
        if session.failures:
            raise typer.Exit(1)

    return send


def _contact(say: Messages) -> Callable[..., None]:
    def contact(
        person: str = typer.Argument(..., metavar="PERSON", help=say("notice_person")),
        email: str = typer.Option("", "--email", metavar="ADDRESS", help=say("notice_email")),
        phone: str = typer.Option("", "--phone", metavar="NUMBER", help=say("notice_phone")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.contacts import ContactSet

        act(say, ledger, who, ContactSet(person, optional(email), optional(phone)))
        told(say, "notice_contact_set", person=person)

    return contact
