"""Takes the screenshots of docs/users from the workbench itself, with the sample reports and a book filled from them.

Run ``python scripts/write_screenshots.py`` after a change to the pages that they show; it needs Chromium, Playwright
and Pillow. A test fails while the pages of docs/users name other pictures than those that are taken here.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine
from fastapi import FastAPI

from duixian import samples
from duixian.cli.application import run
from duixian.ledger.organisations import Grant, PersonAdded, Role
from duixian.ledger.plans import Item
from duixian.ledger.progress import ProgressReported, Reading
from duixian.ledger.publication import ItemsPublished
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.web.app import create_app

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "users" / "images"
MOST_BYTES = 120_000
_WIDE, _PHONE = 1200, 390
_COLOURS = (128, 64, 32)  # tried in turn until a picture is small enough
_ROUND = "2024@2024-Q2"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, who looks at which address, on a phone or not, and how much of the page is seen."""

    name: str
    person: str | None
    path: str
    phone: bool = False
    height: int = 760


SHOTS = (
    Shot("analyst-library", "li", "/"),
    Shot("analyst-reader", "li", "{document}"),
    Shot("analyst-compare", "li", "/compare?included=1&years=2024&indicators=gdp,cpi,retail,unemployment"),
    Shot("supervisor-opening", "li", "{document}/plan"),
    Shot("supervisor-items", "li", "/plans/2024?sort=light"),
    Shot("supervisor-item", "li", "/items/2024/13.10", height=1000),
    Shot("supervisor-round", "li", f"/rounds/{_ROUND}"),
    Shot("supervisor-ranking", "li", "/rounds/2024@2024-Q1/ranking"),
    Shot("clerk-minute", "own-education", "/minute", phone=True),
    Shot("leader-page", "zheng", "/leader/2024", height=1100),
    Shot("public-page", None, "/public/2024", phone=True),
)


def main() -> None:
    """Write every picture, no larger than it may be."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    sys.path.append(str(ROOT / "tests"))
    from browsing import People
    from web_server import CHROMIUM, running

    with tempfile.TemporaryDirectory() as name, time_machine.travel(_day("2024-01-24")) as clock:
        folder = Path(name)
        target = str(folder / "岚川.db")
        fill(target, clock)
        app, document = workbench(folder, target)
        with running(app) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            people = People(browser, address)
            for shot in SHOTS:
                size = {"width": _PHONE if shot.phone else _WIDE, "height": shot.height}
                page = people.page(shot.person, viewport=size, color_scheme="light")
                page.goto(address + shot.path.format(document=document), wait_until="networkidle")
                (FOLDER / f"{shot.name}.png").write_bytes(small(page.screenshot()))
                page.context.close()
            browser.close()


def small(png: bytes) -> bytes:
    """The same picture in so few colours that it is small enough."""
    from PIL import Image

    for colours in _COLOURS:
        out = BytesIO()
        picture = Image.open(BytesIO(png)).convert("RGB")
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


def workbench(folder: Path, target: str) -> tuple[FastAPI, str]:
    """A workbench with the sample reports beside a book, with accounts; the address of the report of 2024."""
    from web_access import admitted, settings_for

    with Ledger(target) as ledger:
        admitted(ledger, *{shot.person for shot in SHOTS if shot.person})
    app = create_app(settings_for(folder, target))
    app.state.desk.add_samples()
    entry = next(one for one in app.state.desk.snapshot().documents.values() if one.plan_year == 2024)
    return app, f"/documents/{entry.id}"


def fill(target: str, clock: time_machine.Coordinates) -> None:
    """A book of the sample report: assigned, two quarters of reports with a few behind or silent, some items public."""

    book = ["--ledger", target, "--as", "li"]
    done = run(["plan", "open", str(samples.report(2024)), "--name", "李督查", *book])
    clock.move_to(_day("2024-02-01"))
    done += run(["plan", "assign", "2024", *book])
    with Ledger(target) as ledger:
        with ledger.read() as tables:
            items = sorted(tables.select(Item, plan="2024"), key=lambda item: item.id)
        leads = sorted({item.lead for item in items if item.lead})
        ledger.record("li", PersonAdded("zheng", "郑省长", "government", (Grant(Role.LEADER, "government"),)))
        ledger.record("li", PersonAdded("sun", "孙督查", "government", (Grant(Role.SUPERVISOR, "government"),)))
        for lead in leads:
            name = "周教育" if lead == "education" else f"{lead}责任人"
            ledger.record("li", PersonAdded(f"own-{lead}", name, lead, (Grant(Role.OWNER, lead),)))
        for item in items:
            ledger.record(f"own-{item.lead}", ItemMoved(item.id, "accept"))
        done += run(["measure", "slice", "2024/13.10", "公办幼儿园", "--values", "5,20,25,10", *book])
        done += run(["measure", "milestones", "2024/6.3", "二期开工@2024-06-30@40", "高铁通车@2024-12-20", *book])
        words = ("按计划推进", "方案已经印发", "项目招标完成", "主体工程过半", "已下达各市分解任务")
        for period, day, share in (("2024-Q1", "2024-04-08", 26), ("2024-Q2", "2024-07-08", 51)):
            clock.move_to(_day(day))
            done += run(["round", "open", "2024", period, *book])
            for place, item in enumerate(items):
                quiet = place % 9 == 4 or (period == "2024-Q2" and (item.lead == "education" or place % 4 == 1))
                if quiet:
                    continue
                ahead = (4, -2, 0, -12, 7, -22)[place % 6]
                held = {"problems": "征地进度慢", "help": "请协调用地指标"} if item.id == "2024/6.3" else {}
                told = _reading(item, share, ahead) if item.kind == "headline" or item.lead == "education" else ()
                percent = None if told else max(3, share + ahead)
                report = ProgressReported(item.id, words[place % len(words)], told, percent, **held)
                ledger.record(f"own-{item.lead}", report)
            if period == "2024-Q1":
                clock.move_to(_day("2024-04-12"))
                done += run(["round", "close", "2024@2024-Q1", *book])
        delivered = next(item for item in items if item.id == "2024/13.17")
        ledger.record(f"own-{delivered.lead}", ItemMoved(delivered.id, "submit", reason="100个全部完成改造"))
        ledger.record("sun", ItemMoved(delivered.id, "close"))
        ledger.record("li", ItemsPublished("2024", tuple(one.id for one in items if one.number.startswith("13."))))
    if done:
        raise SystemExit("the sample book could not be filled")


def _reading(item: Item, share: int, ahead: int) -> tuple[Reading, ...]:
    """What is said of the first measure: a rate near its goal, an amount in proportion to the year."""
    measure = item.measures[0] if item.measures else None
    if measure is None or measure.value is None:
        return ()
    rate = measure.unit == "%"
    value = measure.value + ahead / 20 + share / 500 if rate else measure.value * (share + ahead) / 100
    return (Reading(measure.name, round(value, 1 if abs(measure.value) < 30 else 0), measure.unit),)


def _day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T09:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


if __name__ == "__main__":
    main()
