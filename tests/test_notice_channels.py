"""Notices leave by e-mail and webhook, to real servers on this machine: what fails is told and stays unsent."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import office
from notice_servers import PASSWORD, Box, email, hook, mail_server

from duixian.ledger.contacts import ContactSet
from duixian.ledger.errors import NotAllowedError
from duixian.ledger.notices import Dispatch, Notice, NoticeSent
from duixian.ledger.organisations import Person
from duixian.ledger.rounds import RoundOpened
from duixian.ledger.store import Ledger
from duixian.notices.channels import ChannelError, Channels, Webhook, read_channels
from duixian.notices.delivery import Delivery, deliver, senders
from duixian.notices.mail import message

DAY = date(2025, 4, 5)
SECRET = "qian-ming-0815"


@pytest.fixture
def ledger(tmp_path: Path, backend: str) -> Iterator[Ledger]:
    """Four people of two departments are to be reminded of a round, by one notice for each department."""
    with office(backend, tmp_path) as (book, clock, _):
        clock.set("2025-04-05")
        book.record("li", RoundOpened("2025", "2025-03"))
        for who in ("own1", "help1", "own2", "help2"):
            book.record("li", ContactSet(who, f"{who}@yunling.example", "0555-1234567"))
        yield book


def by_email(ledger: Ledger, port: int, **more: Any) -> Delivery:
    return deliver(ledger, "li", DAY, senders(Channels(email(port, **more))))


def reached(ledger: Ledger, channel: str) -> set[str]:
    with ledger.read() as tables:
        return {person for sent in tables.select(Dispatch, channel=channel) for person in sent.people}


def test_each_person_gets_a_letter_of_their_own_and_nobody_gets_it_twice(ledger: Ledger) -> None:
    box = Box()
    with mail_server(box) as port:
        first = by_email(ledger, port)
        second = by_email(ledger, port)
    assert (len(first.sent), first.failures, first.unsent) == (4, [], 0)
    assert second == Delivery()
    assert sorted(address.split("@")[0] for address, _ in box.letters) == ["help1", "help2", "own1", "own2"]
    letter = dict(box.letters)["own1@yunling.example"]
    assert letter["Subject"] == "请于2025-04-05前填报2025-03进展（2项）"
    assert letter["To"] == "责任人1 <own1@yunling.example>"
    assert letter["From"] == "督查室 <ducha@yunling.example>"
    assert "事项3“新建农村公路3公里”" in letter.get_content()
    assert len({letter["Message-ID"] for _, letter in box.letters}) == 4
    assert reached(ledger, "email") == {"own1", "help1", "own2", "help2"}
    assert ledger.verify().ok


def test_one_bad_address_among_good_ones_stays_unsent_and_is_told(ledger: Ledger) -> None:
    box = Box()
    box.refused = {"own1@yunling.example"}
    ledger.record("li", ContactSet("help2"))
    with mail_server(box) as port:
        done = by_email(ledger, port)
        assert len(done.sent) == 2
        told = [str(failure.error) for failure in done.failures]
        assert "责任人1：邮件服务器不收这个地址（550 no such user" in told[0]
        assert told[1].startswith("配合人2：没有登记邮箱")
        assert reached(ledger, "email") == {"help1", "own2"}
        box.refused = set()
        again = by_email(ledger, port)
    assert [address for address, _ in box.letters[2:]] == ["own1@yunling.example"]
    assert (len(again.sent), again.unsent) == (1, 1)


def test_a_server_that_refuses_the_connection_is_tried_once_and_nothing_counts_as_sent(ledger: Ledger) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        done = by_email(ledger, free.getsockname()[1])
    assert [failure.error.reason for failure in done.failures] == ["连接被拒绝"]
    assert (done.sent, done.unsent, reached(ledger, "email")) == ([], 4, set())


def test_a_server_that_says_nothing_is_given_up_after_the_timeout(ledger: Ledger) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        done = by_email(ledger, silent.getsockname()[1], timeout=0.3)
    assert [failure.error.reason for failure in done.failures] == ["没有在规定时间内答复"]
    assert (done.sent, done.unsent) == ([], 4)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """A certificate for this machine and the file that vouches for it."""
    ca, folder = trustme.CA(), tmp_path_factory.mktemp("ca")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    return context, str(folder / "ca.pem")


def test_a_login_goes_over_an_encrypted_connection_that_is_checked(
    ledger: Ledger, authority: tuple[ssl.SSLContext, str]
) -> None:
    context, ca_file = authority
    box = Box()
    login = {"security": "starttls", "username": "ducha", "password": PASSWORD}
    with mail_server(box, tls_context=context, authenticator=box.login, auth_required=True) as port:
        unknown = by_email(ledger, port, **login)
        wrong = by_email(ledger, port, **(login | {"ca_file": ca_file, "password": "falsch-9"}))
        right = by_email(ledger, port, **login, ca_file=ca_file)
    assert [failure.error.reason for failure in unknown.failures] == ["服务器证书核对不上"]
    assert [failure.error.reason for failure in wrong.failures] == ["登录被拒绝（535）"]
    assert (len(right.sent), right.failures) == (4, [])
    assert set(box.logins) == {(b"ducha", b"falsch-9"), (b"ducha", PASSWORD.encode())}


def test_a_connection_that_is_encrypted_from_the_start(ledger: Ledger, authority: tuple[ssl.SSLContext, str]) -> None:
    context, ca_file = authority
    box = Box()
    with mail_server(box, ssl_context=context) as port:
        assert len(by_email(ledger, port, security="tls", ca_file=ca_file).sent) == 4


def test_a_server_without_encryption_gets_neither_letter_nor_password(ledger: Ledger) -> None:
    box = Box()
    with mail_server(box, authenticator=box.login, auth_require_tls=False) as port:
        done = by_email(ledger, port, security="starttls", username="ducha", password=PASSWORD)
    assert [failure.error.reason for failure in done.failures] == ["服务器不支持这种加密或登录方式"]
    assert (box.logins, box.letters) == ([], [])


def test_no_secret_is_ever_shown(ledger: Ledger) -> None:
    box = Box()
    box.refused = {"own1@yunling.example"}  # its answer quotes the password
    with mail_server(box) as port:
        done = by_email(ledger, port, username=None, password=PASSWORD)
    assert "***" in str(done.failures[0].error)
    assert PASSWORD not in str(done)
    settings = Channels(email(25, password=PASSWORD), Webhook("https://example/key", SECRET, 1, False, None))
    assert PASSWORD not in repr(settings)
    assert SECRET not in repr(settings)
    assert "key" not in repr(settings)


WORDS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(WORDS, WORDS, WORDS)
def test_no_words_make_a_header_of_their_own(title: str, name: str, body: str) -> None:
    notice = Notice("key", "round", "dept1", ("own1",), title, body, "2025-04-05")
    letter = message(email(25), notice, Person("own1", name, "dept1", ()), "own1@yunling.example")
    again = message_from_bytes(letter.as_bytes(policy=policy.SMTP), policy=policy.default)  # type: ignore[arg-type]
    assert set(again.keys()) == set(letter.keys())
    assert "Bcc" not in again
    assert [one.addr_spec for one in again["To"].addresses] == ["own1@yunling.example"]


def by_webhook(ledger: Ledger, port: int, **more: Any) -> Delivery:
    values = {"secret": SECRET, "timeout": 5.0, "contacts": False, "ca_file": None}
    settings = Webhook(f"http://127.0.0.1:{port}/in?key=abc", **(values | more))
    return deliver(ledger, "li", DAY, senders(Channels(webhook=settings)))


def test_a_webhook_gets_signed_json_once_for_each_notice(ledger: Ledger) -> None:
    with hook() as server:
        done = by_webhook(ledger, server.server_port)
        assert by_webhook(ledger, server.server_port) == Delivery()
    assert [(channel, number) for channel, _, number in done.sent] == [("webhook", 2), ("webhook", 2)]
    path, headers, body = server.taken[0]
    expected = hmac.new(SECRET.encode(), f"{headers['X-Duixian-Timestamp']}.".encode() + body, hashlib.sha256)
    assert headers["X-Duixian-Signature"] == f"sha256={expected.hexdigest()}"
    told = json.loads(body)
    assert path == "/in?key=abc"
    assert told["subject"] == "请于2025-04-05前填报2025-03进展（2项）"
    assert told["recipients"] == [{"id": "own1", "name": "责任人1"}, {"id": "help1", "name": "配合人1"}]
    assert len({headers["Idempotency-Key"] for _, headers, _ in server.taken}) == len(server.taken) == 2


def test_contacts_go_along_only_where_the_office_says_so(ledger: Ledger) -> None:
    with hook() as server:
        by_webhook(ledger, server.server_port, contacts=True, secret=None)
    _, headers, body = server.taken[0]
    assert json.loads(body)["recipients"][0]["email"] == "own1@yunling.example"
    assert "X-Duixian-Signature" not in headers


@pytest.mark.parametrize("status", [302, 400, 500])
def test_what_the_receiver_does_not_take_stays_unsent(ledger: Ledger, status: int) -> None:
    with hook(status) as server:
        done = by_webhook(ledger, server.server_port)
    assert [failure.error.reason for failure in done.failures] == [f"接收方没有收下（HTTP {status}）"] * 2
    # A redirect is not followed: what is signed for one receiver goes to no other.
    assert [path for path, _, _ in server.taken] == ["/in?key=abc"] * 2
    assert (done.sent, done.unsent, reached(ledger, "webhook")) == ([], 2, set())


def test_a_receiver_that_hangs_or_is_not_there_is_tried_once(ledger: Ledger) -> None:
    with hook(delay=10) as server:
        slow = by_webhook(ledger, server.server_port, timeout=0.3)
    assert [failure.error.reason for failure in slow.failures] == ["没有在规定时间内答复"]
    assert slow.unsent == 2
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gone = by_webhook(ledger, free.getsockname()[1])
    assert [failure.error.reason for failure in gone.failures] == ["连接失败（ConnectError）"]
    assert "abc" not in str(gone)


def test_channels_fail_and_succeed_by_themselves(ledger: Ledger) -> None:
    box = Box()
    with mail_server(box) as port, hook(500) as server:
        settings = Webhook(f"http://127.0.0.1:{server.server_port}/", None, 5, False, None)
        done = deliver(ledger, "li", DAY, senders(Channels(email(port), settings)))
    assert ([channel for channel, _, _ in done.sent], done.unsent) == (["email"] * 4, 2)


def test_nobody_but_a_supervisor_sends_and_nothing_leaves_before_that_is_known(ledger: Ledger) -> None:
    box = Box()
    with mail_server(box) as port, pytest.raises(NotAllowedError, match="无权"):
        deliver(ledger, "own1", DAY, senders(Channels(email(port))))
    assert box.letters == []


def test_a_notice_that_another_run_has_sent_meanwhile_is_told(ledger: Ledger) -> None:
    class Faster:
        name, separately = "email", False

        def send(self, notice: Notice, people: Any) -> None:
            ledger.record("li", NoticeSent(notice.key, "email", tuple(person.id for person, _ in people)))

        def close(self) -> None:
            pass

    done = deliver(ledger, "li", DAY, [Faster()])
    assert done.sent == []
    assert "已经发给" in str(done.failures[0].error)


MAIL = "[email]\nenabled = true\nhost = 'smtp.example'\nsender = '督查室 <ducha@yunling.example>'\n"
HOOK = "[webhook]\nenabled = true\nurl = 'https://hook.example/in'\n"


def configured(folder: Path, text: str, **environment: str) -> Channels:
    file = folder / "notices.toml"
    file.write_text(text, "utf-8")
    return read_channels(file, environment)


def test_channels_are_off_until_they_are_switched_on(tmp_path: Path) -> None:
    for text in ("", MAIL.replace("true", "false"), "[email]\nhost = 'smtp.example'\n", "[webhook]\n"):
        assert configured(tmp_path, text) == Channels()
    both = configured(tmp_path, MAIL + HOOK)
    assert both.email is not None
    assert both.webhook is not None
    assert (both.email.port, both.email.security, both.email.sender_name) == (587, "starttls", "督查室")


def test_secrets_come_from_the_environment_or_a_file_beside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n", "utf-8")
    text = f"{MAIL}username = 'ducha'\npassword_env = 'MAIL_PASSWORD'\n{HOOK}secret_file = 'secret'\n"
    found = configured(tmp_path, text, MAIL_PASSWORD=PASSWORD)
    assert found.email is not None
    assert found.webhook is not None
    assert (found.email.password, found.webhook.secret) == (PASSWORD, SECRET)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[email", "不是有效的 TOML"),
        ("[mail]", "不认识“mail”"),
        ("email = true", "应写成"),
        (MAIL + "password = 'x'", "不认识“password”"),
        (MAIL + "port = 0", "port 应在"),
        (MAIL + "timeout = true", "timeout 应在"),
        (MAIL + "security = 'ssl'", "没有“ssl”"),
        (MAIL + "username = 'ducha'", "同时填写"),
        (MAIL + "username = 'ducha'\npassword_env = 'MISSING'", "环境变量 MISSING 没有值"),
        (MAIL + "username = 'ducha'\npassword_file = 'missing'", "读不出来"),
        (MAIL + "username = 'ducha'\npassword_env = 'GIVEN'\nsecurity = 'none'", "不能登录"),
        (MAIL + "password_env = 'GIVEN'\npassword_file = 'secret'", "只能用一个"),
        (MAIL.replace("ducha@yunling.example", "ducha"), "sender 不是邮箱地址"),
        (MAIL.replace("'smtp.example'", "''"), "没有填写 host"),
        (MAIL.replace("true", "'yes'"), "true 或 false"),
        (HOOK.replace("https:", "file:"), "不是 http"),
    ],
)
def test_a_mistake_in_the_file_is_named_without_secrets(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ChannelError, match=reason) as told:
        configured(tmp_path, text, GIVEN=PASSWORD)
    assert PASSWORD not in str(told.value)
