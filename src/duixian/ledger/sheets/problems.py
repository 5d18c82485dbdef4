"""What is wrong in a table that came back: by row and column, all of it at once."""

from __future__ import annotations

from dataclasses import dataclass

from duixian.ledger.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell or row that cannot be taken as it is.

    row: as Excel counts them, 0 for the file as a whole. column: its heading, "" for the row as a whole. value: as
    written. reason, remedy: in Chinese, as the user sees them.
    """

    row: int
    column: str
    value: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is taken, but that the user should know."""

    row: int
    column: str
    text: str


def problem_of(row: int, column: str, value: str, error: LedgerError) -> Problem:
    """The refusal of a rule as a problem of a cell or row."""
    return Problem(row, column, value, error.reason, error.remedy)


class ProblemsError(LedgerError):
    """A table has problems, so nothing of it was written."""

    def __init__(self, target: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(target, f"有{len(problems)}处问题，一处也没有写入", "请按所列的行和列改正后再导入")
        self.problems = problems
