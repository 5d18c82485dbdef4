"""Reading order of a printed page: find the columns of prose that its text runs through line by line.

A page is given as runs: pieces of printed lines without a wide gap inside. Nothing is done unless the page shows
columns of full lines that the text crosses at nearly every line; a table, whose cells are short or are written one
after the other, is left as it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

# Thresholds, in widths of a character of the page's body text.
_MIN_COLUMN = 8.0
_BIN = 0.5
# A column has at least so many lines, most of them filled so far.
_MIN_LINES = 4
_FILLED = 0.7
# Titles and figures may run over the gutter, but only so many of all runs.
_CROSSING = 0.25
# In a page that interleaves, the text stays in one column for so few runs on average.
_STAY = 2.0
_MAX_RUNS = 20_000


class Run(NamedTuple):
    """A piece of a printed line: its box in points or millimetres, y growing upwards, and its range in the text."""

    left: float
    right: float
    bottom: float
    top: float
    start: int
    end: int


def reading_order(runs: Sequence[Run]) -> list[int] | None:
    """Indices of ``runs`` in reading order, or None when they read as they stand."""
    if not 2 * _MIN_LINES <= len(runs) <= _MAX_RUNS:
        return None
    size = _character_width(runs)
    if size <= 0:
        return None
    order = _split(runs, list(range(len(runs))), size, 0)
    return None if order == list(range(len(runs))) else order


def _character_width(runs: Sequence[Run]) -> float:
    """The height of the median run stands for the width of a Chinese character, which is square."""
    return float(median(run.top - run.bottom for run in runs))


def _split(runs: Sequence[Run], chosen: list[int], size: float, depth: int) -> list[int]:
    """Order the chosen runs (given in text order), splitting columns again up to four deep."""
    gutter = _gutter(runs, chosen, size) if depth < 4 else None
    if gutter is None:
        return chosen
    crossing = sorted((i for i in chosen if runs[i].left < gutter < runs[i].right), key=lambda i: -runs[i].top)
    bands: list[tuple[list[int], list[int]]] = [([], []) for _ in range(len(crossing) + 1)]
    # Bands between the crossing runs, from the top: both columns of a band are read before the run below it.
    limits = [(runs[i].top + runs[i].bottom) / 2 for i in crossing]
    inside = [i for i in chosen if not runs[i].left < gutter < runs[i].right]
    for i in inside:
        middle = (runs[i].top + runs[i].bottom) / 2
        band = sum(1 for limit in limits if limit > middle) if len(limits) < 50 else _below(limits, middle)
        bands[band][runs[i].left >= gutter].append(i)
    out: list[int] = []
    for number, (left, right) in enumerate(bands):
        out += _split(runs, left, size, depth + 1) + _split(runs, right, size, depth + 1)
        if number < len(crossing):
            out.append(crossing[number])
    return out


def _below(limits: list[float], middle: float) -> int:
    """How many of the descending limits lie above ``middle``."""
    low, high = 0, len(limits)
    while low < high:
        centre = (low + high) // 2
        if limits[centre] > middle:
            low = centre + 1
        else:
            high = centre
    return low


def _gutter(runs: Sequence[Run], chosen: list[int], size: float) -> float | None:
    """The x of a gutter between two columns of prose that the text order interleaves, or None."""
    if len(chosen) < 2 * _MIN_LINES:
        return None
    low = min(runs[i].left for i in chosen)
    high = max(runs[i].right for i in chosen)
    step = size * _BIN
    bins = int((high - low) / step) + 1
    if not 2 * _MIN_COLUMN * size <= high - low or bins > 5_000:
        return None
    # Coverage of each bin by runs, by counting where they begin and end.
    edges: Counter[int] = Counter()
    for i in chosen:
        edges[int((runs[i].left - low) / step + 0.5)] += 1
        edges[int((runs[i].right - low) / step + 0.5)] -= 1
    covered, candidates = 0, []
    for number in range(bins):
        covered += edges[number]
        centre = low + (number + 0.5) * step
        if low + _MIN_COLUMN * size <= centre <= high - _MIN_COLUMN * size and covered <= _CROSSING * len(chosen):
            candidates.append((covered, abs(centre - (low + high) / 2), centre))
    for _, _, centre in sorted(candidates)[:12]:
        if _is_column_break(runs, chosen, centre, size):
            return centre
    return None


def _is_column_break(runs: Sequence[Run], chosen: list[int], gutter: float, size: float) -> bool:
    # The side of each printed line in text order; pieces of one line in one column count once.
    sides: list[tuple[int, int]] = []
    for i in chosen:
        if not runs[i].left < gutter < runs[i].right:
            place = (int(runs[i].left >= gutter), round((runs[i].top + runs[i].bottom) / size))
            if not sides or sides[-1] != place:
                sides.append(place)
    for side in (0, 1):
        members = [runs[i] for i in chosen if (runs[i].left >= gutter if side else runs[i].right <= gutter)]
        if len(members) < _MIN_LINES:
            return False
        left, right = min(run.left for run in members), max(run.right for run in members)
        # Lines that themselves hold several columns are joined, so that three columns can first split into one and two.
        lines: dict[int, float] = {}
        for run in members:
            key = round((run.top + run.bottom) / size)
            lines[key] = lines.get(key, 0.0) + run.right - run.left
        if right - left < _MIN_COLUMN * size or median(lines.values()) < _FILLED * (right - left):
            return False
    changes = sum(1 for a, b in pairwise(sides) if a[0] != b[0])
    return changes > 0 and len(sides) / (changes + 1) < _STAY
