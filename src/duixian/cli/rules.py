"""``duixian rules``: which rules this office goes by, and adopting its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from duixian.cli.book import actor, as_of_option, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console, write_bytes
from duixian.cli.rows import emit

NAMES = ("rule", "title", "origin", "adopted")
_LARGEST = 1_000_000  # bytes; a rule is a page or two


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(say, "rules", {"list": _list(say), "show": _show(say), "adopt": _adopt(say), "default": _default(say)})


def _list(say: Messages) -> Callable[..., None]:
    def list_(
        ledger: str = ledger_option(say), as_of: str = as_of_option(say), format: str = format_option(say)
    ) -> None:
        from duixian.ledger.rulebook import SUBJECTS, Rule, is_shipped

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            adopted = {row.id: row for row in tables.select(Rule)}
        rows = []
        for id in sorted({*SUBJECTS, *adopted}):
            row = adopted.get(id)
            own = row is not None and bool(row.text.strip())
            origin = "own" if own else "shipped" if is_shipped(id) else "none"
            title = SUBJECTS[id.partition(":")[0]][0]
            rows.append({"rule": id, "title": title, "origin": origin, "adopted": row.adopted if row and own else None})
        shown = [{**row, "origin": say(f"rules_{row['origin']}")} for row in rows]
        emit(say, format, NAMES, rows, [(name, say(f"rules_col_{name}")) for name in NAMES], shown)

    return list_


def _show(say: Messages) -> Callable[..., None]:
    def show(
        rule: str = typer.Argument(..., metavar="RULE", help=say("rules_rule")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
    ) -> None:
        from duixian.ledger.rulebook import text

        with read(say, ledger, as_of) as tables:
            words = text(tables, rule)
        write_bytes([words.encode(), b"" if words.endswith("\n") else b"\n"])

    return show


def _adopt(say: Messages) -> Callable[..., None]:
    def adopt(
        rule: str = typer.Argument(..., metavar="RULE", help=say("rules_rule")),
        file: str = typer.Argument(..., metavar="FILE", help=say("rules_file")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.rulebook import RuleAdopted

        words = _words(file)
        with opened(say, ledger) as book:
            (entry,) = book.record(actor(say, book, who), RuleAdopted(rule, words))
        console().print(say("rules_adopted", rule=rule, file=file, sequence=entry.sequence), soft_wrap=True)

    return adopt


def _default(say: Messages) -> Callable[..., None]:
    def default(
        rule: str = typer.Argument(..., metavar="RULE", help=say("rules_rule")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.rulebook import RuleAdopted

        with opened(say, ledger) as book:
            (entry,) = book.record(actor(say, book, who), RuleAdopted(rule, ""))
        console().print(say("rules_defaulted", rule=rule, sequence=entry.sequence), soft_wrap=True)

    return default


def _words(file: str) -> str:
    """The text of a rule. Raises LedgerError when it cannot be one."""
    from duixian.ledger.errors import LedgerError

    path = Path(file)
    try:
        if path.stat().st_size > _LARGEST:
            raise LedgerError(file, "文件太大，不像规则", "请核对文件名")
        words = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise LedgerError(file, f"规则文件读不出来（{error.strerror}）", "请检查文件名和权限") from error
    except UnicodeDecodeError as error:
        raise LedgerError(file, "规则文件不是 UTF-8 文字", "请另存为 UTF-8 编码的 TOML") from error
    if not words.strip():
        # An empty text would silently bring back what comes with Duixian.
        raise LedgerError(file, "规则文件是空的", "要恢复自带的规则，请用 duixian rules default")
    return words
