"""Clerks who report within a minute, against a server of its own, beside a bare form that writes one row.

    python -m benchmarks.web --ledger postgresql://user@host/empty [--clerks 200] [--seconds 60]

fills the empty database with an office in which every clerk owes two items, starts a real server in a process of its
own, and lets the clerks come at random moments of the minute: each follows a signed link, gets the page, and sends one
report. In the same run as many requests go to a bare FastAPI form in the same server that inserts one row into the same
database. Printed as JSON: percentiles in milliseconds, errors, and the ratio of the two.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from duixian.access.accounts import Accounts
from duixian.access.links import sign
from duixian.ledger.measures import Measure
from duixian.ledger.organisations import Grant, LedgerOpened, OrganisationAdded, OrganisationKind, PersonAdded, Role
from duixian.ledger.plans import ItemKind, ItemRegistered, PlanOpened
from duixian.ledger.rounds import RoundOpened
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

_KEY = "a secret of the benchmark alone, thirty-two characters"
_YEAR = date.today().year
_PERIOD = f"{_YEAR}-{date.today().month:02d}"
_ROUND = f"{_YEAR}@{_PERIOD}"
_FIELD = re.compile(r'<input[^>]* name="([a-z0-9-]+)"[^>]* value="([^"]*)"')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--ledger", required=True, help="an empty database")
    parser.add_argument("--clerks", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        _serve(options.ledger, options.serve)
        return
    with Ledger(options.ledger) as ledger:
        _fill(ledger, options.clerks)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(512)
    words = [sys.executable, "-m", "benchmarks.web", "--ledger", options.ledger, "--serve", str(listening.fileno())]
    server = subprocess.Popen(words, pass_fds=(listening.fileno(),))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        _wait(address)
        json.dump(asyncio.run(_measure(address, options.clerks, options.seconds)), sys.stdout, indent=2)
        print()
    finally:
        server.terminate()
        server.wait(20)


async def _measure(address: str, clerks: int, seconds: float) -> dict[str, Any]:
    random.seed(1)
    reports = await _all(clerks, seconds, lambda number: _report(address, number))
    bare = await _all(clerks, seconds, lambda number: _bare(address, number))
    result = {"clerks": clerks, "seconds": seconds, "duixian": _summary(reports), "bare form": _summary(bare)}
    result["ratio of p95"] = round(
        result["duixian"]["report"]["p95 ms"] / max(result["bare form"]["report"]["p95 ms"], 0.1), 1
    )
    return result


async def _all(clerks: int, seconds: float, visit: Any) -> list[dict[str, float]]:
    async def later(number: int) -> dict[str, float]:
        await asyncio.sleep(random.uniform(0, seconds))
        try:
            found: dict[str, float] = await visit(number)
        except (httpx2.HTTPError, AssertionError) as error:
            print(f"clerk {number}: {error!r:.200}", file=sys.stderr)
            return {"error": 1.0}
        return found

    return list(await asyncio.gather(*(later(number) for number in range(1, clerks + 1))))


async def _report(address: str, number: int) -> dict[str, float]:
    """One clerk: the link, the page, the report."""
    link = sign(_KEY.encode(), f"own{number}", _ROUND, datetime.now(UTC) + timedelta(days=1))
    async with httpx2.AsyncClient(base_url=address, follow_redirects=True, timeout=30) as client:
        start = time.perf_counter()
        page = await client.get(f"/l/{link}")
        shown = time.perf_counter() - start
        assert 'name="item-0"' in page.text, page.text[:300]
        form = dict(_FIELD.findall(page.text))
        form |= {"only": form["item-0"], "value0-0": "0.5", "sentence-0": f"第{number}位填报人的进展"}
        start = time.perf_counter()
        answer = await client.post("/minute", data=form)
        sent = time.perf_counter() - start
        assert "已收到 1 项" in answer.text, answer.text[:300]
    return {"page": shown, "report": sent}


async def _bare(address: str, number: int) -> dict[str, float]:
    async with httpx2.AsyncClient(base_url=address, timeout=30) as client:
        start = time.perf_counter()
        answer = await client.post("/bare", data={"item": str(number), "sentence": f"第{number}位填报人的进展"})
        assert answer.status_code == 200
        return {"report": time.perf_counter() - start}


def _summary(rows: list[dict[str, float]]) -> dict[str, Any]:
    found: dict[str, Any] = {"errors": sum("error" in row for row in rows)}
    for name in ("page", "report"):
        times = sorted(1000 * row[name] for row in rows if name in row)
        if times:
            found[name] = {
                "p50 ms": round(statistics.median(times), 1),
                "p95 ms": round(times[int(0.95 * (len(times) - 1))], 1),
                "max ms": round(times[-1], 1),
            }
    return found


def _fill(ledger: Ledger, clerks: int) -> None:
    """An office in which each clerk's department owes two items in an open round."""
    events: list[Any] = []
    for number in range(1, clerks + 1):
        dept = f"dept{number}"
        events.append(OrganisationAdded(dept, f"第{number}局", OrganisationKind.DEPARTMENT, "gov"))
        events.append(PersonAdded(f"own{number}", f"责任人{number}", dept, (Grant(Role.OWNER, dept),)))
    plan = str(_YEAR)
    events.append(PlanOpened(plan, "gov", _YEAR, "云岭市年度台账"))
    for number in range(1, 2 * clerks + 1):
        measure = Measure("里程", "≥", float(number), "公里")
        events.append(
            ItemRegistered(plan, str(number), f"新建农村公路{number}公里", ItemKind.TASK, measures=(measure,))
        )
        events.append(ItemMoved(f"{plan}/{number}", "assign", lead=f"dept{(number - 1) % clerks + 1}"))
    ledger.record("li", LedgerOpened("gov", "云岭市人民政府", "li", "李督查"))
    ledger.record("li", *events)
    ledger.record("li", RoundOpened(plan, _PERIOD, f"{_YEAR}-12-31"))
    # Without an account whoever asks from this machine would be the supervisor.
    Accounts(ledger).add("li", "li", "li", "correct horse battery staple")


def _serve(ledger: str, descriptor: int) -> None:
    """The workbench, and beside it the bare form."""
    import uvicorn
    from fastapi import Form
    from sqlalchemy import text

    from duixian.ledger.database import connect
    from duixian.web.app import create_app
    from duixian.web.settings import Settings

    folder = Path(tempfile.mkdtemp(prefix="duixian-web-"))
    # All clerks come from one address here.
    app = create_app(Settings(folder / "corpus", ledger=ledger, secret=_KEY, requests=10**6, changes=10**6))
    engine = connect(ledger)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bare (item text, sentence text)"))

    @app.post("/bare")
    def bare(item: str = Form(), sentence: str = Form()) -> str:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO bare VALUES (:item, :sentence)"), {"item": item, "sentence": sentence})
        return "ok"

    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(
        sockets=[socket.socket(fileno=descriptor)]
    )


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            if httpx2.get(address + "/minute", timeout=5).status_code:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
