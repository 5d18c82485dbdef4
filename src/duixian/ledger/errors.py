"""What can go wrong with a ledger, told as what, why and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from duixian.errors import TargetError


class LedgerError(TargetError):
    """A ledger cannot do what was asked; nothing in it has changed.

    target: the item, person, file or field concerned. reason, remedy: in Chinese, as the user sees them.
    """


class NotAllowedError(LedgerError):
    """This person may not do this, or the item is not in a state in which it can be done."""


class StaleError(LedgerError):
    """Someone else changed the item since it was read; ``version`` is its present version."""

    def __init__(self, target: str, expected: int, version: int) -> None:
        super().__init__(
            target, f"事项已被他人更新（您看到的是第{expected}版，现在是第{version}版）", "请重新查看后再提交"
        )
        self.version = version


class UnknownNameError(LedgerError):
    """Nothing of this id; ``nearest`` are the ids or names most like it."""

    def __init__(self, name: str, what: str, known: Iterable[str]) -> None:
        self.nearest = tuple(get_close_matches(name, list(known), n=3, cutoff=0.3))
        remedy = f"您要的也许是：{'、'.join(self.nearest)}" if self.nearest else "请检查写法，或先登记"
        super().__init__(name, f"没有这个{what}", remedy)


class UnavailableError(LedgerError):
    """The database cannot be reached now; nothing was changed, and later it may be there again."""


class BusyError(UnavailableError):
    """The database stayed locked by others through every retry."""


class DamagedError(LedgerError):
    """The journal does not hold what was written: an entry was changed, lost or put in by other means."""
