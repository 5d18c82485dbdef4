"""The marker that a workbook carries, so that it is known when it comes back: from which ledger, how it was then."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

SHEET = "_duixian"
LISTS = "_lists"
_FORMAT = 1
_CHUNK = 30_000  # characters that a cell safely holds
_COLUMNS = 8
_TOGETHER = 200  # versions in one row
_HEAD, _VERSION = "duixian", "version"


@dataclass(frozen=True, slots=True)
class Marker:
    """form: its name. subject: id of the plan or round. organisation: whose sheet it is, "" when not of one.

    sequence, hash: the end of the ledger's journal when the file was written. headings: of the columns by key.
    versions: of the items. cells: by item (and measure, for progress: "item|measure"), what stood in each column.
    """

    form: str
    subject: str
    organisation: str
    sequence: int
    hash: str
    headings: Mapping[str, str]
    versions: Mapping[str, int]
    cells: Mapping[str, Mapping[str, str]]


def marker_rows(marker: Marker) -> Iterator[list[str]]:
    """The marker as the rows of a hidden worksheet."""
    head = {
        "format": _FORMAT,
        "form": marker.form,
        "subject": marker.subject,
        "organisation": marker.organisation,
        "sequence": marker.sequence,
        "hash": marker.hash,
        "headings": dict(marker.headings),
    }
    yield [_HEAD, *_chunks(head)]
    versions = list(marker.versions.items())
    for start in range(0, len(versions), _TOGETHER):
        yield [_VERSION, *_chunks(dict(versions[start : start + _TOGETHER]))]
    for id, cells in marker.cells.items():
        yield [id, *_chunks(dict(cells))]


def marker_of(rows: Iterable[Sequence[object]]) -> Marker | None:
    """The marker in these rows. None when there is none or it was damaged."""
    found: list[tuple[str, dict[str, object]]] = []
    for row in rows:
        texts = [str(value) for value in row if value is not None]
        if not texts:
            continue
        try:
            values = json.loads("".join(texts[1 : _COLUMNS + 1]))
        except (ValueError, RecursionError):
            return None
        if not isinstance(values, dict):
            return None
        found.append((texts[0], values))
    if not found or found[0][0] != _HEAD or found[0][1].get("format") != _FORMAT:
        return None
    head = found[0][1]
    versions: dict[str, int] = {}
    cells: dict[str, Mapping[str, str]] = {}
    for name, values in found[1:]:
        if name == _VERSION:
            versions.update({id: version for id, version in values.items() if isinstance(version, int)})
        else:
            cells[name] = {key: str(value) for key, value in values.items()}
    headings, sequence = head.get("headings"), head.get("sequence")
    if not isinstance(headings, dict) or not isinstance(sequence, int):
        return None
    texts = [str(head.get(name, "")) for name in ("form", "subject", "organisation", "hash")]
    named = {str(key): str(value) for key, value in headings.items()}
    return Marker(texts[0], texts[1], texts[2], sequence, texts[3], named, versions, cells)


def _chunks(value: object) -> list[str]:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]
