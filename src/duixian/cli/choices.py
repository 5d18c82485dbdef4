"""Options that take one of a few words."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from duixian.cli.language import Messages


def checked(say: Messages, option: str, value: str, choices: Sequence[str]) -> str:
    """The value, when it is one of the choices; otherwise wrong usage."""
    if value in choices:
        return value
    raise wrong(say("bad_choice", option=option, value=value, choices=", ".join(choices)))


def wrong(message: str) -> typer.BadParameter:
    """Wrong usage, told in the user's words."""
    return typer.BadParameter(message)
