"""How a column is spread: least, middle, most, and how many state each value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from duixian.comparison.matrix import NOT_EXTRACTED, NOT_STATED, VALUE, WORDS, Cell
from duixian.vocabulary.regions import NATION


@dataclass(frozen=True, slots=True)
class Distribution:
    """The spread of one column, without the nation.

    least, middle, most: in the unit as it is written when all agree, else in the base unit; None without numbers.
    counts: (text of the cell, how many), from the highest value down. words, silent, unextracted: how many cells have
    only words, nothing, or a number that was not understood.
    """

    indicator: str
    year: int
    number: int
    least: float | None
    middle: float | None
    most: float | None
    unit: str
    counts: tuple[tuple[str, int], ...]
    words: int
    silent: int
    unextracted: int
    nation: str


def distribution(indicator: str, year: int, column: Sequence[Cell]) -> Distribution:
    """The spread of a column's cells; only those that are ranked with one another count."""
    places = [cell for cell in column if cell.region != NATION]
    ranked = [cell for cell in places if cell.rank is not None and cell.amount is not None]
    units = {cell.unit for cell in ranked}
    alike = len(units) == 1 and all(cell.value is not None for cell in ranked)
    values = [
        ((cell.value or 0) + (cell.value2 if cell.value2 is not None else cell.value or 0)) / 2
        if alike
        else (cell.amount.middle if cell.amount else 0.0)
        for cell in ranked
    ]
    texts = Counter(cell.text for cell in ranked)
    order = {cell.text: cell.order or (0.0, 0) for cell in ranked}
    nation = next((cell.text for cell in column if cell.region == NATION), "")
    return Distribution(
        indicator=indicator,
        year=year,
        number=len(ranked),
        least=min(values, default=None),
        middle=median(values) if values else None,
        most=max(values, default=None),
        unit=(units.pop() if alike else next((c.amount.unit for c in ranked if c.amount), "")),
        counts=tuple(sorted(texts.items(), key=lambda item: order[item[0]], reverse=True)),
        words=sum(cell.state == WORDS for cell in places),
        silent=sum(cell.state == NOT_STATED for cell in places),
        unextracted=sum(cell.state == NOT_EXTRACTED for cell in places),
        nation=nation,
    )


__all__ = ["VALUE", "Distribution", "distribution"]
