"""Puts the commands together and runs one: language first, then arguments, then the way out of the process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

import typer

from duixian.cli import (
    account,
    annotate,
    backup,
    changes,
    check,
    compare,
    corpus,
    demo,
    escalate,
    evaluate,
    extract,
    item,
    ledger,
    lights,
    mark,
    measure,
    metric,
    notice,
    order,
    org,
    overview,
    people,
    plan,
    problem,
    rank,
    rates,
    reconcile,
    report,
    rounds,
    rules,
    satisfaction,
    score,
    serve,
    sheet,
    table,
    write,
)
from duixian.cli.help import Command, Group
from duixian.cli.language import LANGUAGES, OPTION, VARIABLE, Messages, choose
from duixian.cli.session import one_line
from duixian.errors import InputError, TargetError

PROGRAM = "duixian"
_COMMANDS = {
    "read": overview,
    "extract": extract,
    "annotate": annotate,
    "compare": compare,
    "reconcile": reconcile,
    "diff": changes,
    "check": check,
    "evaluate": evaluate,
    "report": report,
    "rank": rank,
    "rates": rates,
    "score": score,
    "demo": demo,
    "lights": lights,
    "serve": serve,
    "backup": backup,
}
_GROUPS = {
    "plan": plan,
    "item": item,
    "round": rounds,
    "table": table,
    "sheet": sheet,
    "org": org,
    "people": people,
    "metric": metric,
    "mark": mark,
    "satisfaction": satisfaction,
    "write": write,
    "ledger": ledger,
    "measure": measure,
    "rules": rules,
    "order": order,
    "problem": problem,
    "escalate": escalate,
    "notice": notice,
    "account": account,
}


def application(say: Messages) -> typer.Typer:
    """The whole command line with its texts in one language."""
    app = typer.Typer(
        cls=Group, help=say("app"), add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    app.callback(invoke_without_command=True, context_settings={"obj": say})(_top(say))
    for name, module in _COMMANDS.items():
        app.command(name, cls=Command, help=say(name))(module.command(say))
    app.command("restore", cls=Command, help=say("restore"))(backup.restoring(say))
    app.add_typer(corpus.group(say), name="corpus")
    for name, room in _GROUPS.items():
        app.add_typer(room.commands(say), name=name)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code. Never raises, never prints a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    language, rest = choose(arguments)
    if language is None:
        say = Messages(choose(())[0] or LANGUAGES[0])
        return _wrong_usage(say, say("bad_choice", option=OPTION, value="…", choices=", ".join(LANGUAGES)), PROGRAM)
    say = Messages(language)
    try:
        code = application(say)(args=rest, prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _quietly()
    except TargetError as error:
        _complain(say, _told(say, error.target, error.reason, error.remedy))
        return 1
    except InputError as error:
        _complain(say, _told(say, error.source, error.reason, error.remedy))
        return 1
    except OSError as error:
        return _output_failed(say, error)
    except (KeyboardInterrupt, typer.Abort):
        _complain(say, say("interrupted"))
        return 130
    except Exception as error:
        if getattr(error, "format_message", None):
            return _wrong_usage(say, say.framework(error.format_message()), _path_of(error))  # type: ignore[attr-defined]
        reason = say("internal_reason", error=f"{type(error).__name__}: {error}")
        _complain(say, say("failed", source=PROGRAM, reason=reason, remedy=say("internal_remedy")))
        return 1
    return code if isinstance(code, int) else 0


def _top(say: Messages) -> Callable[..., None]:
    def top(
        ctx: typer.Context,
        version: bool = typer.Option(False, "--version", help=say("version"), is_eager=True),
        lang: str = typer.Option("", OPTION, metavar="|".join(LANGUAGES), help=say("lang"), envvar=VARIABLE),
    ) -> None:
        if version:
            from duixian import __version__

            typer.echo(f"{PROGRAM} {__version__}")
            raise typer.Exit
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())
            raise typer.Exit

    return top


def _path_of(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context is not None else PROGRAM


def _wrong_usage(say: Messages, message: str, command: str) -> int:
    _complain(say, message)
    print(say("try_help", command=command), file=sys.stderr)
    return 2


def _told(say: Messages, target: str, reason: str, remedy: str) -> str:
    return say("failed", source=target, reason=say.about_files(reason), remedy=say.about_files(remedy))


def _complain(say: Messages, message: str) -> None:
    print(one_line(f"{say('error')}{' ' if say.language == 'en' else ''}{message}"), file=sys.stderr)


def _output_failed(say: Messages, error: OSError) -> int:
    """Standard output cannot take more: a full disk behind a redirection, for example."""
    from duixian.reporting.output import output_error

    told = output_error(say("standard_output"), error)
    _complain(say, _told(say, told.target, told.reason, told.remedy))
    return _quietly(1)


def _quietly(code: int = 141) -> int:
    """Leave without the interpreter's own complaint when it flushes a closed or full stream on its way out."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, sys.stdout.fileno())
    return code
