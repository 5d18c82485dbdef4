"""Webhook: a notice as signed JSON to one address, which passes it on as it likes."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable
from typing import Any

import httpx2

from duixian.ledger.contacts import Contact
from duixian.ledger.notices import Notice
from duixian.ledger.organisations import Person
from duixian.notices.addresses import Addresses
from duixian.notices.channels import ChannelError, Webhook
from duixian.notices.mail import UnreachableError

SIGNATURE, TIMESTAMP, KEY = "X-Duixian-Signature", "X-Duixian-Timestamp", "Idempotency-Key"


class Poster:
    """One client for all notices of a run. Redirects are not followed: a signed notice goes to no other address."""

    name = "webhook"
    separately = False

    def __init__(
        self, settings: Webhook, clock: Callable[[], float] = time.time, addresses: Addresses | None = None
    ) -> None:
        self._settings, self._clock, self._addresses = settings, clock, addresses or Addresses(None)
        context = ssl.create_default_context(cafile=settings.ca_file)
        self._client = httpx2.Client(timeout=settings.timeout, follow_redirects=False, verify=context, trust_env=False)

    def send(self, notice: Notice, people: tuple[tuple[Person, Contact | None], ...]) -> None:
        """Post the notice for all these persons. Raises ChannelError; UnreachableError when nobody answers."""
        body = json.dumps(self._payload(notice, people), ensure_ascii=False, sort_keys=True).encode()
        moment = str(int(self._clock()))
        names = ",".join(sorted(person.id for person, _ in people))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            TIMESTAMP: moment,
            KEY: hashlib.sha256(f"{notice.key}\n{names}".encode()).hexdigest(),
        }
        if self._settings.secret is not None:
            headers[SIGNATURE] = signature(self._settings.secret, moment, body)
        try:
            # Only the status is read: what a stranger answers could be of any length.
            with self._client.stream("POST", self._settings.url, content=body, headers=headers) as answer:
                status = answer.status_code
        except httpx2.TimeoutException:
            raise UnreachableError(self._where, "没有在规定时间内答复", "请检查接收方后再发") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            why = f"连接失败（{type(error).__name__}）"
            raise UnreachableError(self._where, why, "请检查地址、网络和证书") from None
        if not 200 <= status < 300:
            raise ChannelError(notice.title, f"接收方没有收下（HTTP {status}）", "请检查接收方的设置")

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    @property
    def _where(self) -> str:
        # Never the whole address: its path or query may be the key.
        url = httpx2.URL(self._settings.url)
        return f"{url.host}:{url.port}" if url.port else url.host

    def _payload(self, notice: Notice, people: tuple[tuple[Person, Contact | None], ...]) -> dict[str, Any]:
        return {
            "key": notice.key,
            "about": notice.subject,
            "organisation": notice.organisation,
            "date": notice.day,
            "subject": notice.title,
            "body": notice.body,
            "recipients": [self._recipient(notice, person, contact) for person, contact in people],
        }

    def _recipient(self, notice: Notice, person: Person, contact: Contact | None) -> dict[str, str | None]:
        known: dict[str, str | None] = {"id": person.id, "name": person.name}
        if self._settings.contacts:
            known["email"] = contact.email if contact is not None else None
            known["phone"] = contact.phone if contact is not None else None
        place = self._addresses.of(notice, person)
        if place is not None:
            known |= {"link": place.link, "link_expires": place.expires}
        return known


def signature(secret: str, moment: str, body: bytes) -> str:
    """What the receiver computes too: HMAC-SHA256 over the time stamp, a full stop and the body."""
    return "sha256=" + hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
