"""Finding a font with Chinese characters on this machine; none is bundled."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VARIABLE = "DUIXIAN_FONT"
# Families by preference, with beginnings of the file names they come in.
_KNOWN = (
    ("Noto Sans CJK SC", ("notosanscjk", "notosanssc")),
    ("Source Han Sans SC", ("sourcehansans",)),
    ("PingFang SC", ("pingfang",)),
    ("Microsoft YaHei", ("msyh",)),
    ("HarmonyOS Sans SC", ("harmonyos_sans_sc",)),
    ("WenQuanYi Micro Hei", ("wqy-microhei",)),
    ("WenQuanYi Zen Hei", ("wqy-zenhei",)),
    ("Droid Sans Fallback", ("droidsansfallback",)),
    ("SimHei", ("simhei",)),
    ("Noto Serif CJK SC", ("notoserifcjk",)),
    ("SimSun", ("simsun",)),
)
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_SUFFIXES = (".ttf", ".ttc", ".otf")
_PATIENCE = 20.0
REMEDY = (
    "请安装中文字体（Debian、Ubuntu：apt install fonts-noto-cjk；"
    "Fedora：dnf install google-noto-sans-cjk-fonts），或用 --font 指定"
)


@dataclass(frozen=True, slots=True)
class Font:
    """A family with Chinese characters and the folder its file lies in, "" when the system knows it by name."""

    family: str
    folder: str = ""


def chinese_font(wanted: str = "") -> Font | None:
    """The font to draw with: the one wanted (a family name or a font file), else the first known one that is installed.

    The environment variable DUIXIAN_FONT stands in for ``wanted``. None when there is no font with Chinese characters.
    """
    name = wanted or os.environ.get(VARIABLE, "")
    if name:
        path = Path(name).expanduser()
        if path.suffix.lower() in _SUFFIXES and path.is_file():
            return Font(_family_of(path), str(path.parent))
        return Font(name)
    return _installed()


@cache
def _installed() -> Font | None:
    return _from_fontconfig() or _from_folders(_FOLDERS)


def _from_fontconfig() -> Font | None:
    program = shutil.which("fc-list")
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, ":lang=zh", "family"], capture_output=True, timeout=_PATIENCE, check=False, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    families = {name.strip() for line in done.stdout.splitlines() for name in line.split(",") if name.strip()}
    for family, _ in _KNOWN:
        if family in families:
            return Font(family)
    return Font(min(families)) if families else None


def _from_folders(folders: Iterable[str]) -> Font | None:
    found: dict[str, Font] = {}
    for folder in folders:
        for directory, _, names in os.walk(Path(folder).expanduser()):
            for name in names:
                family = _known_family(name)
                if family is not None:
                    found.setdefault(family, Font(family, directory))
    return next((found[family] for family, _ in _KNOWN if family in found), None)


def _known_family(name: str) -> str | None:
    lower = name.lower()
    if not lower.endswith(_SUFFIXES):
        return None
    return next((family for family, starts in _KNOWN if lower.startswith(starts)), None)


def _family_of(path: Path) -> str:
    return _known_family(path.name) or path.stem.partition("-")[0]
