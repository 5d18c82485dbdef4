"""``duixian rates``: what each rate means, in full."""

from __future__ import annotations

from collections.abc import Callable

from duixian.cli.book import as_of_option, format_option, ledger_option, read
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS
from duixian.cli.rows import emit

NAMES = ("id", "name", "english", "over", "better", "definition", "definition_english")


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def rates(
        ledger: str = ledger_option(say), as_of: str = as_of_option(say), format: str = format_option(say)
    ) -> None:
        from duixian.ledger.rates import rates as defined

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            rows = [{name: getattr(row, name) for name in NAMES} for row in defined(tables).values()]
        name, definition = ("name", "definition") if say.language == "zh" else ("english", "definition_english")
        columns = [
            ("id", say("rates_col_id")),
            (name, say("rates_col_name")),
            (definition, say("rates_col_definition")),
        ]
        emit(say, format, NAMES, rows, columns)

    return rates
