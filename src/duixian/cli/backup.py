"""``duixian backup`` and ``duixian restore``: everything in one archive that proves itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from duixian.cli.book import ledger_option, opened
from duixian.cli.language import Messages
from duixian.cli.printing import console


def command(say: Messages) -> Callable[..., None]:
    """``backup``, with its texts in one language."""

    def backup(
        target: str = typer.Argument(..., metavar="FILE|DIR", help=say("backup_target")),
        ledger: str = ledger_option(say),
        corpus: str = typer.Option("", "--corpus", metavar="DIR", help=say("backup_corpus")),
    ) -> None:
        from duixian.safekeeping import backup as keep

        folder = Path(corpus).expanduser() if corpus else None
        if ledger:
            with opened(say, ledger) as book:
                kept = keep(Path(target), book, folder)
        else:
            kept = keep(Path(target), None, folder)
        console().print(say("backup_done", file=kept.path, files=kept.files, megabytes=f"{kept.bytes / 1e6:,.1f}"))
        _contents(say, kept.entries, kept.head, kept.accounts, kept.documents)

    return backup


def restoring(say: Messages) -> Callable[..., None]:
    """``restore``, with its texts in one language."""

    def restore(
        archive: str = typer.Argument(..., metavar="FILE", help=say("restore_file")),
        ledger: str = ledger_option(say),
        corpus: str = typer.Option("", "--corpus", metavar="DIR", help=say("restore_corpus")),
    ) -> None:
        from duixian.safekeeping import restore as bring

        kept = bring(Path(archive), ledger or None, Path(corpus).expanduser() if corpus else None)
        console().print(say("restore_done", file=kept.path))
        _contents(say, kept.entries if ledger else 0, kept.head, kept.accounts, kept.documents if corpus else None)

    return restore


def _contents(say: Messages, entries: int, head: str, accounts: int, documents: int | None) -> None:
    if entries:
        console().print(say("backup_ledger", entries=entries, head=head, accounts=accounts), soft_wrap=True)
    if documents is not None:
        console().print(say("backup_documents", documents=documents), soft_wrap=True)
