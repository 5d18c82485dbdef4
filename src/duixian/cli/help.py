"""Help in the user's language, in place of the framework's English one."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from duixian.cli.language import Messages


class Command(TyperCommand):
    """A command that explains itself in the user's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_rendered(self, ctx))


class Group(TyperGroup):
    """The top command: lists the others."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_rendered(self, ctx))


def _rendered(command: Any, ctx: Any) -> str:
    say: Messages = ctx.find_root().obj
    console = Console(highlight=False)
    with console.capture() as capture:
        console.print(
            Text.assemble(
                (say("usage") + (" " if say.language == "en" else ""), "bold"),
                f"{ctx.command_path} {_pieces(command, say)}",
            )
        )
        console.print()
        console.print(Padding(Text(command.help or ""), (0, 0, 1, 2)))
        parameters = [parameter for parameter in command.get_params(ctx) if not getattr(parameter, "hidden", False)]
        arguments = [parameter for parameter in parameters if parameter.param_type_name == "argument"]
        options = [parameter for parameter in parameters if parameter.param_type_name == "option"]
        _section(console, say("arguments"), [(_metavar(p), _described(p, say)) for p in arguments])
        _section(console, say("options"), [(_names(p), _described(p, say)) for p in options])
        commands = getattr(command, "commands", {})
        _section(console, say("commands"), [(name, each.help or "") for name, each in commands.items()])
        if commands:
            console.print(say("more_help", command=ctx.command_path))
    return capture.get().rstrip() + "\n"


def _section(console: Console, title: str, rows: list[tuple[str, str]]) -> None:
    if not rows:
        return
    console.print(Text(title, style="bold"))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(Text(name), Text(text))
    console.print(Padding(table, (0, 0, 1, 2)))


def _pieces(command: Any, say: Messages) -> str:
    if getattr(command, "commands", None):
        return "COMMAND ..."
    arguments = [_metavar(p) for p in command.params if p.param_type_name == "argument"]
    return " ".join([f"[{say('options')}]", *arguments])


def _metavar(parameter: Any) -> str:
    return str(parameter.metavar or str(parameter.name).upper()) + ("..." if parameter.nargs == -1 else "")


def _names(parameter: Any) -> str:
    names = ", ".join(sorted((*parameter.opts, *parameter.secondary_opts), key=lambda name: (len(name) > 2, name)))
    return names if parameter.is_flag else f"{names} {parameter.metavar or 'TEXT'}"


def _described(parameter: Any, say: Messages) -> str:
    text = say("help") if "--help" in parameter.opts else getattr(parameter, "help", "") or ""
    if parameter.param_type_name == "option":
        if parameter.required:
            text += f" [{say('required')}]"
        elif parameter.default not in (None, False, "", (), []) and not callable(parameter.default):
            text += f" [{say('default', value=parameter.default)}]"
    return text
