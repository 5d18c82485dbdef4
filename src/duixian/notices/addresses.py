"""Addresses at the end of a notice: a signed link to one's minute for whoever is to report, a page for all others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from duixian.access.links import sign
from duixian.ledger.journal import local, stamp
from duixian.ledger.notices import Notice
from duixian.ledger.organisations import Person
from duixian.ledger.templates import filled, template
from duixian.notices.channels import Links

_SLOTS = {"personal": ("name", "link", "expires"), "page": ("link",)}
_SIGNED = "/l/"  # what comes after it lets anybody in


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recipient is sent. link: an address, secret when it ``expires`` (journal time). words: in Chinese."""

    link: str = field(repr=False)
    words: str = field(repr=False)
    expires: str | None


class Addresses:
    """The places of an office's recipients; without settings there are none."""

    def __init__(self, settings: Links | None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings, self._clock = settings, clock

    def of(self, notice: Notice, person: Person) -> Place | None:
        """Where this recipient is sent. A personal link is made anew each time and kept nowhere."""
        settings = self._settings
        if settings is None:
            return None
        texts, pages = _data()
        kind, id = notice.matter
        if kind == "round" and person.id in notice.owing:
            now = self._clock()
            expires = now + timedelta(days=settings.days)
            link = f"{settings.address}{_SIGNED}{sign(settings.key, person.id, id, expires, now)}"
            moment = stamp(expires)
            words = {"name": person.name, "link": link, "expires": local(moment)}
            return Place(link, filled(texts["personal"], words), moment)
        link = settings.address + filled(pages[kind or "other"], {"id": quote(id, safe="/@")})
        return Place(link, filled(texts["page"], {"link": link}), None)


def veiled(text: str) -> str:
    """What somebody else wrote, without the signed links that it may quote."""
    return re.sub(rf"{_SIGNED}\S+", f"{_SIGNED}***", text)


@cache
def _data() -> tuple[dict[str, str], dict[str, str]]:
    data = tomllib.loads(files("duixian.notices").joinpath("data/links.toml").read_text("utf-8"))
    texts = {name: template(name, data[name], slots) for name, slots in _SLOTS.items()}
    return texts, {kind: template(f"pages.{kind}", path, ("id",)) for kind, path in data["pages"].items()}
