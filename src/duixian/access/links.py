"""Signed links for 我的一分钟: who holds one sees and reports what one person owes in one round, until it expires."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadSignature, URLSafeSerializer

from duixian.access.errors import LinkError
from duixian.ledger.admission import LinkRecall
from duixian.ledger.journal import stamp
from duixian.ledger.organisations import Person
from duixian.ledger.rounds import Round
from duixian.ledger.tables import Tables

# A signature made for one purpose must never do for another.
_PURPOSE = "duixian.minute.1"
_ASK = "请登录后填报，或向督查人员要一个新链接"


@dataclass(frozen=True, slots=True)
class Link:
    """person, round: ids in the ledger. issued, expires: journal times."""

    person: str
    round: str
    issued: str
    expires: str


def sign(key: bytes, person: str, round: str, expires: datetime, issued: datetime | None = None) -> str:
    """What an address ends in. key: the server's secret. expires, issued: with their zones."""
    words = [person, round, stamp(issued or datetime.now(UTC)), stamp(expires)]
    return str(_signer(key).dumps(words))


def read(key: bytes, token: str, now: datetime | None = None) -> Link:
    """The link, if it was signed with this key and has not expired. Raises LinkError."""
    try:
        words = _signer(key).loads(token)
        link = Link(*map(str, words))
    except (BadSignature, TypeError, ValueError) as error:
        raise LinkError(
            "链接", "链接不完整，或不是这台服务器发出的", "请从通知里完整地复制链接，或登录后填报"
        ) from error
    if link.expires <= stamp(now or datetime.now(UTC)):
        raise LinkError("链接", "这个链接已经过期", _ASK)
    return link


def check(tables: Tables, link: Link) -> Person:
    """The person for whom the link still works. Raises LinkError when the round has closed or it was taken back."""
    person = tables.get(Person, link.person)
    round = tables.get(Round, link.round)
    if person is None or round is None:
        raise LinkError("链接", "这个链接所指的调度期或人员已经没有了", _ASK)
    if round.state != "open":
        raise LinkError("链接", f"{round.period}的调度期已经关闭", "要补报或更正，请与督查人员联系")
    recall = tables.get(LinkRecall, person.id)
    if recall is not None and link.issued <= recall.time:
        raise LinkError("链接", "这个链接已被收回", _ASK)
    return person


def _signer(key: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=_PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
