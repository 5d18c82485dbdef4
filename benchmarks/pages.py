"""The first pages of a large account book, beside a bare page of the same size.

    python -m benchmarks.pages [--items 10000]

fills a ledger with so many items, opens its list, board and search through the whole application in this process, each
after a new report, and in the same run a bare FastAPI route that answers as many bytes. Printed as JSON: bytes, the
median of the times in milliseconds, and how many times the bare page that is.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import HTMLResponse

from benchmarks import journals
from duixian.ledger.store import Ledger
from duixian.web.app import create_app
from duixian.web.settings import Settings

_TIMES = 9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--items", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="duixian-pages-") as folder:
        json.dump(measure(Path(folder), options.items), sys.stdout, ensure_ascii=False, indent=2)
    print()


def measure(folder: Path, items: int) -> dict[str, Any]:
    """The pages by path: bytes, milliseconds, and the ratio to a bare page."""
    with Ledger(folder / "book.db") as ledger:
        ledger.receive(journals.journal(journals.year(items, 0, 1)))
        app = create_app(Settings(corpus=folder / "corpus", ledger=str(folder / "book.db")))
        with TestClient(app, base_url="http://127.0.0.1") as browser:
            first = _timed(lambda: browser.get(f"/plans/{journals.PLAN}"))
            result: dict[str, Any] = {"first_of_all": round(first, 1)}
            turn = 0
            for query in ("", "?view=state", "?q=77&sort=deadline&page=2"):
                path = f"/plans/{journals.PLAN}{query}"
                times, size = [], 0
                for _ in range(_TIMES):
                    turn += 1
                    ledger.record(f"own{journals.lead(1)}", journals.reported(1, turn, 10 * _TIMES))
                    times.append(_timed(lambda path=path: browser.get(path)))  # type: ignore[misc]
                    size = len(browser.get(path).content)
                bare = _bare(size)
                median = statistics.median(times)
                result[path] = {
                    "bytes": size,
                    "ms": round(median, 1),
                    "bare_ms": bare,
                    "ratio": round(median / bare, 1),
                }
    return result


def _bare(size: int) -> float:
    app = FastAPI()

    @app.get("/")
    def page() -> HTMLResponse:
        return HTMLResponse("x" * size)

    with TestClient(app, base_url="http://127.0.0.1") as browser:
        return round(statistics.median(_timed(lambda: browser.get("/")) for _ in range(_TIMES)), 2)


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    answer = work()
    assert answer.status_code == 200, answer.status_code
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
