"""The command line. ``main`` is the console script; everything it does is also in :mod:`duixian.api`."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave the process: 0 done, 1 something failed, 2 wrong usage, 130 interrupted."""
    from duixian.cli.application import run

    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))
