"""Places and indicators by what users call them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from duixian.corpus.errors import NoSuchNameError
from duixian.corpus.manifest import Entry
from duixian.vocabulary.indicators import OTHER, indicator_of, load_indicators
from duixian.vocabulary.regions import NATION, gazetteer

_NATION_NAMES = ("中国", "国家", "全国", "nation", "national")


def indicators_named(names: str | Iterable[str]) -> list[str]:
    """Ids of indicators given by id, name in Chinese or English, or alias. Raises NoSuchNameError."""
    return [_indicator(name) for name in _several(names)]


def regions_named(names: str | Iterable[str], entries: Iterable[Entry]) -> list[str]:
    """Codes of places, or the names of places without a code, given by code, full or short name.

    Only places with a document count; of several places of one name those that have one. Raises NoSuchNameError.
    """
    present: dict[str, str] = {}
    for entry in entries:
        place = entry.region or entry.region_name
        if place:
            present.setdefault(place, entry.region_name or place)
    return [code for name in _several(names) for code in _region(name, present)]


def _several(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _indicator(name: str) -> str:
    table = load_indicators().by_id
    name = name.strip()
    if name in table or name == OTHER:
        return name
    for entry in table.values():
        if name == entry.zh or name.lower() == entry.en.lower():
            return entry.id
    found = indicator_of(name)
    if found != OTHER:
        return found
    shown = {entry.zh: f"{entry.zh}（{entry.id}）" for entry in table.values()}
    shown |= {entry.id: f"{entry.zh}（{entry.id}）" for entry in table.values()}
    raise NoSuchNameError(name, "指标", [shown[each] for each in nearest(name, list(shown))])


def _region(name: str, present: dict[str, str]) -> list[str]:
    name = name.strip()
    if name in present:
        return [name]
    if name in _NATION_NAMES and NATION in present:
        return [NATION]
    codes = [region.code for region in gazetteer().named(name) if region.code in present]
    codes = codes or [code for code, called in present.items() if called == name]
    codes = codes or [code for code, called in present.items() if len(name) > 1 and called.startswith(name)]
    if codes:
        return codes
    raise NoSuchNameError(name, "地区", nearest(name, list(dict.fromkeys(present.values()))))


def nearest(name: str, known: Sequence[str], number: int = 4) -> list[str]:
    """Those of the known names that are most like this one, best first."""
    near = get_close_matches(name, known, n=number, cutoff=0.4)
    near += [each for each in known if name and (name in each or each in name)]
    near += [each for each in known if name and name[0] == each[0]]
    return list(dict.fromkeys(near))[:number]
