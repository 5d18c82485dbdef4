"""Finding a place or an indicator by what a user calls it, with the nearest names when there is none."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from duixian.comparison.reports import Report
from duixian.vocabulary.indicators import OTHER, indicator_of, load_indicators
from duixian.vocabulary.regions import NATION, gazetteer


class UnknownNameError(LookupError):
    """No place or indicator of this name; ``nearest`` are the names most like it."""

    def __init__(self, name: str, nearest: list[str]) -> None:
        super().__init__(name)
        self.name = name
        self.nearest = nearest


def indicator_named(name: str) -> str:
    """The id of an indicator given by id, Chinese or English name or any alias. Raises UnknownNameError."""
    table = load_indicators().by_id
    name = name.strip()
    if name in table:
        return name
    for entry in table.values():
        if name == entry.zh or name.lower() == entry.en.lower():
            return entry.id
    found = indicator_of(name)
    if found != OTHER:
        return found
    names = {**{key: key for key in table}, **{entry.zh: entry.zh for entry in table.values()}}
    near = get_close_matches(name, names, n=3, cutoff=0.3)
    near += [entry.zh for entry in table.values() if name and (name in entry.zh or entry.zh in name)]
    raise UnknownNameError(name, list(dict.fromkeys(near))[:4])


def region_named(name: str, reports: Iterable[Report]) -> str:
    """The code of a place given by code, full or short name, preferring places that the reports are about.

    Places without a code are found by the name their report gives. Raises UnknownNameError.
    """
    name = name.strip()
    present = {report.region: report.region_name for report in reports if report.region}
    if name in present:
        return name
    if name in ("中国", "国家", "全国", "nation", "national"):
        return NATION
    codes = [region.code for region in gazetteer().named(name)]
    for code in codes:
        if code in present:
            return code
    for code, called in present.items():
        if called == name or (len(name) > 1 and called.startswith(name)):
            return code
    if codes and not present:
        return codes[0]
    near = get_close_matches(name, set(present.values()), n=3, cutoff=0.3)
    near += [called for called in present.values() if name and name[0] == called[0]]
    raise UnknownNameError(name, list(dict.fromkeys(near or list(present.values())))[:4])
