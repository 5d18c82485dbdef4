"""``duixian serve``: the workbench in the browser."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from duixian.cli.book import LEDGER
from duixian.cli.corpus_output import guarded
from duixian.cli.language import Messages
from duixian.cli.session import Session

_PORT = 8765
_LEDGER = "ledger.db"
_PATIENCE = 30.0


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def serve(
        corpus: str = typer.Option("", "--corpus", metavar="DIR", help=say("s_corpus")),
        ledger: str = typer.Option("", "--ledger", metavar="URL", envvar=LEDGER, help=say("s_ledger")),
        host: str = typer.Option("127.0.0.1", "--host", metavar="HOST", help=say("s_host")),
        port: int = typer.Option(_PORT, "--port", metavar="PORT", min=1, max=65535, help=say("s_port")),
        name: list[str] = typer.Option([], "--name", metavar="NAME", envvar="DUIXIAN_NAMES", help=say("s_name")),
        proxy: str = typer.Option("", "--proxy", metavar="ADDRESS", envvar="DUIXIAN_PROXY", help=say("s_proxy")),
        demo: bool = typer.Option(False, "--demo", help=say("s_demo")),
        open: bool = typer.Option(True, "--open/--no-open", help=say("s_open")),
    ) -> None:
        # The web libraries are loaded by this command alone.
        from duixian.web.app import create_app
        from duixian.web.identity import configured
        from duixian.web.settings import SECRET_VARIABLE, NotReadyError, Settings, data_home

        session = Session(say)
        home = data_home()
        if not ledger:
            # The account book lies beside the library, so that a plan can be opened without another word.
            home.mkdir(parents=True, exist_ok=True)
        settings = Settings(
            corpus=Path(corpus).expanduser() if corpus else home / "corpus",
            ledger=ledger or str(home / _LEDGER),
            host=host,
            port=port,
            secret=os.environ.get(SECRET_VARIABLE, ""),
            language=say.language,
            hosts=tuple(each.lower() for each in name),
            oidc=configured(),
        )
        try:
            settings.require_network_ready()
        except NotReadyError as error:
            reason, remedy = say.about_files(error.reason), say.about_files(error.remedy)
            session.print(say("failed", source=error.target, reason=reason, remedy=remedy))
            raise typer.Exit(1) from error
        listening = _listen(session, host, port)
        with guarded(session, str(settings.corpus)):
            app = create_app(settings)
            if demo:
                app.state.desk.add_samples()
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{port}/"
        session.print(say("s_ready", address=address))
        session.print(say("s_stop", folder=settings.corpus))
        if open and _has_screen():
            threading.Thread(target=_open_when_ready, args=(host, port, address), daemon=True).start()
        _run(app, listening, proxy)

    return serve


def _listen(session: Session, host: str, port: int) -> socket.socket:
    """The socket to serve on, taken before anything else is done; says what is in the way."""
    say = session.say
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno is None or error.strerror is None:
            session.print(say("s_no_bind", host=host, error=error))
        elif "in use" in error.strerror or error.errno in (48, 98, 10048):
            session.print(say("s_busy", port=port, other=port + 1 if port < 65535 else port - 1))
        else:
            session.print(say("s_no_bind", host=host, error=error.strerror))
        raise typer.Exit(1) from error
    return listening


def _run(app: Any, listening: socket.socket, proxy: str) -> None:
    """proxy: whose word for the visitor's address and for https is taken; "" takes nobody's."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy or None,
    )
    # Ctrl+C is how the server is meant to end.
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def _has_screen() -> bool:
    """Whether there is a desktop to open a browser on; a browser in the terminal would only be in the way."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_when_ready(host: str, port: int, address: str) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            with socket.create_connection((host, port), timeout=1):
                break
        except OSError:
            time.sleep(0.1)
    webbrowser.open(address)
