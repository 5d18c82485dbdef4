"""Notices carry links: to one's own minute for whoever is to report, to a page behind the sign-in for all others."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import Clock, office
from notice_servers import Box, email, hook, mail_server
from sqlalchemy import inspect
from web_access import SECRET, admitted, settings_for, sign_in
from web_server import HOST

from duixian.access import links
from duixian.cli.application import run
from duixian.cli.language import Messages
from duixian.ledger.contacts import ContactSet
from duixian.ledger.escalation import StepTaken
from duixian.ledger.groups import GroupFormed
from duixian.ledger.journal import local, stamp
from duixian.ledger.notices import Notice, notices
from duixian.ledger.orders import OrderIssued
from duixian.ledger.organisations import OrganisationAdded, OrganisationKind, Person
from duixian.ledger.problems import ProblemFound
from duixian.ledger.progress import Progress
from duixian.ledger.rounds import RoundClosed, RoundOpened
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.notices.addresses import Addresses
from duixian.notices.channels import ChannelError, Channels, Links, Webhook, read_channels
from duixian.notices.delivery import Delivery, deliver, senders
from duixian.web.app import create_app

ADDRESS = "https://book.example"
LINKS = Links(ADDRESS, SECRET.encode(), 7)
BEFORE, AFTER = date(2025, 4, 5), date(2025, 4, 6)
PERSONAL = re.compile(re.escape(ADDRESS) + r"(/l/\S+)")
Office = tuple[Ledger, Clock, str]


@pytest.fixture
def book(tmp_path: Path, backend: str) -> Iterator[Office]:
    """A round whose four reporters and whose supervisor can be written to."""
    with office(backend, tmp_path) as opened:
        opened[1].set("2025-04-05")
        opened[0].record("li", RoundOpened("2025", "2025-03"))
        for who in ("own1", "help1", "own2", "help2", "li"):
            opened[0].record("li", ContactSet(who, f"{who}@yunling.example", None))
        entrance(opened[0])
        yield opened


def entrance(ledger: Ledger) -> None:
    """An account, so that whoever sits at this machine is not let in without a link."""
    admitted(ledger, "li")


def mailed(ledger: Ledger, day: date, given: Links | None = LINKS) -> dict[str, str]:
    """The text that each person got by e-mail."""
    box = Box()
    with mail_server(box) as port:
        done = deliver(ledger, "li", day, senders(Channels(email(port), links=given)))
    assert done.failures == []
    return {address.split("@")[0]: letter.get_content() for address, letter in box.letters}


def browser(folder: Path, place: str) -> TestClient:
    return TestClient(create_app(settings_for(folder, place)), base_url=HOST, follow_redirects=True)


def personal(text: str) -> str:
    """The path of the one personal link of a text."""
    (path,) = PERSONAL.findall(text)
    return str(path)


def test_the_link_in_the_letter_opens_the_minute_of_that_person(book: Office, tmp_path: Path) -> None:
    ledger, _, place = book
    letters = mailed(ledger, BEFORE)
    for who, item, others in (("own1", "1公里", "2公里"), ("help2", "2公里", "1公里"), ("own2", "2公里", "1公里")):
        with browser(tmp_path, place) as visitor:
            answer = visitor.get(personal(letters[who]))
            assert (answer.status_code, answer.url.path) == (200, "/minute")
            assert f"新建农村公路{item}" in answer.text
            assert f"新建农村公路{others}" not in answer.text


def test_what_is_reported_by_the_link_in_the_letter_is_that_persons_report(book: Office, tmp_path: Path) -> None:
    ledger, _, place = book
    with browser(tmp_path, place) as visitor:
        page = visitor.get(personal(mailed(ledger, BEFORE)["own1"])).text
        names = ("token", "item-0", "round-0", "version-0")
        form = {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0] for name in names}
        answer = visitor.post("/minute", data={**form, "value0-0": "1", "sentence-0": "通车"})
        assert "已收到 1 项" in answer.text
    with ledger.read() as tables:
        assert [(one.item, one.who) for one in tables.select(Progress)] == [("2025/1", "own1")]


def test_every_recipient_has_a_link_of_their_own_that_says_how_long_it_holds(book: Office) -> None:
    ledger, _, _ = book
    start = datetime.now(UTC)
    letters = mailed(ledger, BEFORE, replace(LINKS, days=3))
    assert set(letters) == {"own1", "help1", "own2", "help2"}
    assert len({personal(text) for text in letters.values()}) == 4
    for who, text in letters.items():
        link = links.read(SECRET.encode(), personal(text).removeprefix("/l/"))
        assert link.person == who
        assert stamp(start + timedelta(days=3)) <= link.expires <= stamp(datetime.now(UTC) + timedelta(days=3))
        assert f"{local(link.expires)}前有效" in text
        assert text.index("还有") < text.index("/l/")


def test_the_link_ends_with_the_round(book: Office, tmp_path: Path) -> None:
    ledger, _, place = book
    path = personal(mailed(ledger, BEFORE)["own1"])
    with ledger.read() as tables:
        (notice, *_) = notices(tables, BEFORE)
    ledger.record("li", RoundClosed(notice.matter[1]))
    with browser(tmp_path, place) as visitor:
        assert visitor.get(path).status_code == 410


def test_who_only_supervises_gets_the_page_of_the_round_and_no_link_that_signs_in(book: Office, tmp_path: Path) -> None:
    ledger, _, place = book
    letters = mailed(ledger, AFTER)
    assert personal(letters["own1"])
    assert PERSONAL.search(letters["li"]) is None
    (page,) = re.findall(re.escape(ADDRESS) + r"(/rounds/\S+)", letters["li"])
    with browser(tmp_path, place) as visitor:
        assert visitor.get(page).url.path == "/sign-in"
        sign_in(visitor, "li")
        answer = visitor.get(page)
        assert (answer.status_code, "2025-03" in answer.text) == (200, True)


def test_orders_problems_deadlines_and_steps_name_the_page_of_their_matter(book: Office, tmp_path: Path) -> None:
    ledger, _, place = book
    found = ProblemFound("路基未压实", "2025-04-08", item="2025/1", problem="W1")
    one = OrderIssued("dept2", "进展滞后", "请报", "2025-04-07", items=("2025/2",), order="D1")
    several = OrderIssued("dept1", "两件事", "请报", "2025-04-07", items=("2025/1", "2025/3"), order="D2")
    ledger.record("li", one, several, found)
    ledger.record("li", StepTaken("k", "talk", "约谈", "problem", "W1", "dept1", "没有整改", None, ("owner",)))
    with ledger.read() as tables:
        everything = [*notices(tables, date(2025, 12, 24)), *notices(tables, AFTER)]
        standing = {(one.subject, one.organisation): one for one in everything}
        orders = [one.matter for one in notices(tables, AFTER) if one.subject == "issued"]
        people = {row.id: row for row in tables.select(Person)}
    assert orders == [("item", "2025/2"), ("plan", "2025")]
    expected = {
        ("item", "dept1"): "/plans/2025",
        ("item", "dept2"): "/items/2025/2",
        ("problem", "dept1"): "/items/2025/1",
        ("step", "dept1"): "/items/2025/1",
    }
    addresses = Addresses(LINKS)
    with browser(tmp_path, place) as visitor:
        sign_in(visitor, "li")
        for subject, page in expected.items():
            told = addresses.of(standing[subject], people["own1"])
            assert told is not None
            assert (told.link, told.expires) == (ADDRESS + page, None), subject
            assert visitor.get(page).status_code == 200


def test_the_chief_of_a_group_and_who_works_in_its_members_get_links_of_their_own(tmp_path: Path, backend: str) -> None:
    with office(backend, tmp_path) as (ledger, clock, place):
        clock.set("2025-04-01")
        ledger.record(
            "li",
            OrganisationAdded("chain", "公路专班", OrganisationKind.GROUP, "gov"),
            GroupFormed("chain", "组长", "zhang", ("dept2",)),
            ItemMoved("2025/1", "transfer", "专班牵头", "chain"),
            RoundOpened("2025", "2025-03"),
            *(ContactSet(who, f"{who}@yunling.example", None) for who in ("own2", "help2", "own1", "help1", "zhang")),
        )
        entrance(ledger)
        with ledger.read() as tables:
            (notice,) = (one for one in notices(tables, BEFORE) if one.organisation == "chain")
        assert (notice.recipients, notice.owing) == (("own2", "help2", "zhang"),) * 2
        mails = mailed(ledger, BEFORE)
        for person in ("zhang", "own2", "help2"):
            with browser(tmp_path, place) as visitor:
                assert "新建农村公路1公里" in visitor.get(personal(mails[person])).text


def test_a_webhook_gets_each_link_as_a_field_of_its_recipient(book: Office, tmp_path: Path) -> None:
    ledger, _, place = book
    with hook() as server:
        settings = Webhook(f"http://127.0.0.1:{server.server_port}/", None, 5, False, None)
        deliver(ledger, "li", AFTER, senders(Channels(webhook=settings, links=LINKS)))
    told = [json.loads(body) for _, _, body in server.taken]
    people = {row["id"]: row for one in told for row in one["recipients"]}
    assert set(people) == {"own1", "help1", "own2", "help2", "li"}
    assert (people["li"]["link"], people["li"]["link_expires"]) == (f"{ADDRESS}/rounds/2025@2025-03", None)
    reporting = [row for id, row in people.items() if id != "li"]
    assert len({row["link"] for row in reporting}) == 4
    for row in reporting:
        link = links.read(SECRET.encode(), personal(row["link"]).removeprefix("/l/"))
        assert (link.person, link.expires) == (row["id"], row["link_expires"])
    assert all("/l/" not in one["body"] for one in told)
    with browser(tmp_path, place) as visitor:
        assert "新建农村公路2公里" in visitor.get(personal(people["own2"]["link"])).text


def test_without_the_address_of_a_server_notices_are_as_before(book: Office) -> None:
    letters = mailed(book[0], BEFORE, None)
    assert all("http" not in text for text in letters.values())


def test_no_link_is_recorded_or_logged(book: Office, caplog: pytest.LogCaptureFixture) -> None:
    ledger, _, _ = book
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # of the receiving server, which is not ours
    letters = mailed(ledger, BEFORE)
    with hook() as server:
        settings = Webhook(f"http://127.0.0.1:{server.server_port}/", None, 5, False, None)
        done = deliver(ledger, "li", BEFORE, senders(Channels(webhook=settings, links=LINKS)))
    assert len(done.sent) == 2
    sent = [personal(text) for text in letters.values()]
    sent += [personal(row["link"]) for _, _, body in server.taken for row in json.loads(body)["recipients"]]
    assert len(sent) == 8
    recorded = ledger.beside(
        lambda c: str([c.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in inspect(c).get_table_names()])
    )
    assert "notice.sent" in recorded
    for text in (recorded, caplog.text, repr(done), repr(LINKS)):
        assert "/l/" not in text
        assert SECRET not in text
        assert all(path.removeprefix("/l/") not in text for path in sent)


def test_a_mail_server_that_quotes_the_letter_does_not_bring_the_link_into_what_is_told(book: Office) -> None:
    box = Box()
    box.returns = True
    with mail_server(box) as port:
        done: Delivery = deliver(book[0], "li", BEFORE, senders(Channels(email(port), links=LINKS)))
    assert [str(failure.error).count("/l/***") for failure in done.failures] == [1] * 4


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), st.sampled_from(["item", "plan", "round"]))
def test_whatever_an_item_is_called_its_address_is_one_plain_word(id: str, kind: str) -> None:
    notice = Notice("key", "item", "dept1", ("own1",), "题", "文", "2025-04-05", (kind, id))
    place = Addresses(LINKS).of(notice, Person("own1", "责任人1", "dept1", ()))
    assert place is not None
    assert re.fullmatch(r"https://book\.example/[!-~]+", place.link)
    assert not set("?#") & set(place.link)


def configured(folder: Path, text: str, **environment: str) -> Channels:
    file = folder / "notices.toml"
    file.write_text(text, "utf-8")
    return read_channels(file, environment)


def test_the_address_and_the_secret_of_the_server_are_all_it_takes(tmp_path: Path) -> None:
    text = f"[links]\naddress = '{ADDRESS}/'\n"
    assert configured(tmp_path, text, DUIXIAN_SECRET=SECRET).links == LINKS
    assert configured(tmp_path, "", DUIXIAN_SECRET=SECRET).links is None


@pytest.mark.parametrize(
    ("line", "secret", "reason"),
    [
        (f"address = '{ADDRESS}'", "", "没有不少于 32 个字符的密钥"),
        (f"address = '{ADDRESS}'", "s" * 31, "没有不少于 32 个字符的密钥"),
        ("", SECRET, "没有填写 address"),
        (f"address = '{ADDRESS}'\nkey = 'x'", SECRET, "不认识“key”"),
        (f"address = '{ADDRESS}'\ndays = 0", SECRET, "days 应在"),
        (f"address = '{ADDRESS}'\ndays = 1.5", SECRET, "days 应是整数"),
        *(
            (f"address = '{address}'", SECRET, "不是网页的网址")
            for address in (
                "book.example",
                "ftp://book.example",
                "https://",
                f"{ADDRESS}?a=1",
                "https://a@b",
                "http://[",
            )
        ),
    ],
)
def test_a_mistake_about_links_is_named_without_the_secret(tmp_path: Path, line: str, secret: str, reason: str) -> None:
    with pytest.raises(ChannelError, match=reason) as told:
        configured(tmp_path, f"[links]\n{line}\n", DUIXIAN_SECRET=secret)
    assert not secret or secret not in str(told.value)
    assert not re.search(r"[\u4e00-\u9fff]", Messages("en").about_files(told.value.remedy))


def test_the_command_refuses_to_send_links_that_it_cannot_sign(
    book: Office, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, place = book
    monkeypatch.delenv("DUIXIAN_SECRET", raising=False)
    file = tmp_path / "notices.toml"
    mail = "[email]\nenabled = true\nhost = '127.0.0.1'\nsecurity = 'none'\nport = 1\nsender = 'd@yunling.example'\n"
    file.write_text(f"{mail}[links]\naddress = '{ADDRESS}'\n", "utf-8")
    arguments = ["notice", "send", "--channels", str(file), "-l", place, "--as", "li"]
    assert run(arguments) != 0
    told = capfd.readouterr().err
    assert "DUIXIAN_SECRET" in told
    assert "Traceback" not in told
