"""The administrative divisions of China down to the county, by code (GB/T 2260) and by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NATION = "100000"
_LONGEST = 15


@dataclass(frozen=True, slots=True)
class Region:
    """A division: six-digit code, full name, short names, and the last year of one that is no more."""

    code: str
    name: str
    short: tuple[str, ...] = ()
    until: int | None = None

    @property
    def level(self) -> str:
        """national, province, prefecture or county; a municipality is a province."""
        if self.code == NATION:
            return "national"
        if self.code.endswith("0000"):
            return "province"
        return "prefecture" if self.code.endswith("00") else "county"

    def within(self, other: Region) -> bool:
        """Whether this division lies in the other (or is it)."""
        stem = other.code.rstrip("0") if other.code.endswith("00") else other.code
        stem = stem + "0" * (len(stem) % 2)
        return self.code.startswith(stem)


class Gazetteer:
    """All divisions, found by code, by full name, and by the short names people use ("湘西", "凉山州")."""

    def __init__(self, regions: list[Region]) -> None:
        self.regions = tuple(regions)
        self.by_code: dict[str, Region] = {}
        self._full: dict[str, list[Region]] = {}
        self._short: dict[str, list[Region]] = {}
        for region in regions:
            if region.until is None:
                self.by_code[region.code] = region
            self._full.setdefault(region.name, []).append(region)
            for alias in _aliases(region):
                self._short.setdefault(alias, []).append(region)

    def named(self, name: str) -> tuple[Region, ...]:
        """Divisions of this full or short name, present ones first; several when the name is ambiguous."""
        found = self._full.get(name) or self._short.get(name) or []
        present = [region for region in found if region.until is None]
        return tuple(present or found)

    def is_full(self, name: str) -> bool:
        """Whether some division, present or past, has this full name."""
        return name in self._full

    def longest_at(self, text: str, position: int, short: bool = True) -> str | None:
        """The longest name that begins at a position of a text; only full names unless ``short``."""
        for length in range(min(_LONGEST, len(text) - position), 1, -1):
            name = text[position : position + length]
            if name in self._full or (short and name in self._short):
                return name
        return None

    def at_level(self, level: str) -> tuple[Region, ...]:
        """The present divisions of a level."""
        return tuple(region for region in self.by_code.values() if region.level == level)


def _aliases(region: Region) -> list[str]:
    aliases = list(region.short)
    # "湘西州" for an autonomous prefecture, "长阳县" for an autonomous county, "双湖" only when the data says so.
    if region.short and "自治州" in region.name:
        aliases.append(region.short[-1].removesuffix("州") + "州")
    elif region.short and "自治县" in region.name:
        aliases.append(region.short[-1].removesuffix("县") + "县")
    return [alias for alias in dict.fromkeys(aliases) if len(alias) > 1 and alias != region.name]


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of the data file; read once."""
    text = files("duixian.vocabulary").joinpath("data", "regions.tsv").read_text(encoding="utf-8")
    regions: list[Region] = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        fields = [*line.split("\t"), "", ""]
        short = tuple(name for name in fields[2].split("/") if name)
        regions.append(Region(fields[0], fields[1], short, int(fields[3]) if fields[3] else None))
    return Gazetteer(regions)
