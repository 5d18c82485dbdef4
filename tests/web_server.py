"""The workbench for tests: in this process for requests, on a free port for a real browser."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from duixian.web.app import create_app
from duixian.web.settings import Settings

HOST = "http://127.0.0.1"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine (apt-get install chromium)")
_TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')


def client(folder: Path, **options: object) -> TestClient:
    """A client of a workbench whose corpus lies in a folder."""
    settings = Settings(folder / "corpus", **options)  # type: ignore[arg-type]
    return TestClient(create_app(settings), base_url=HOST, follow_redirects=True)


def token(browser: TestClient, page: str = "/") -> str:
    """The token that the forms of a page carry."""
    found = _TOKEN.search(browser.get(page).text)
    assert found is not None, page
    return found[1]


def upload(browser: TestClient, *files: tuple[str, bytes]) -> str:
    """Upload files by the form; the text of the page that answers."""
    data = {"token": token(browser)}
    return browser.post("/library/upload", data=data, files=[("files", file) for file in files]).text


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A workbench on a free port of this machine; its address."""
    with running(create_app(Settings(folder / "corpus"))) as address:
        yield address


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """A workbench that was put together, on a free port of this machine; its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(256)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"{HOST}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
