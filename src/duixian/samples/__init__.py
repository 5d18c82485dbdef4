"""Two consecutive yearly reports of an invented province, shipped with the package.

岚川省 (Lanchuan), its cities, rivers, companies and governor do not exist. The report of 2024 reviews 2023 and sets the
targets of 2024; the report of 2025 reviews 2024 and so meets, exceeds, misses or passes over in silence what the first
one promised. ``planted.toml`` beside them lists those outcomes. Both come as text, Word and PDF with the same words.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

YEARS = (2024, 2025)
FORMATS = ("txt", "docx", "pdf")

__all__ = ["FORMATS", "YEARS", "paths", "planted", "report"]


def _folder() -> Path:
    folder = Path(str(files(__name__)))
    if not folder.is_dir():
        raise FileNotFoundError(f"the sample reports need an unpacked installation; {folder} is not a folder")
    return folder


def paths() -> dict[str, Path]:
    """The sample reports by file name, oldest year first, for each year as .txt, .docx and .pdf."""
    folder = _folder()
    return {name: folder / name for name in (f"lanchuan-{y}.{f}" for y in YEARS for f in FORMATS)}


def report(year: int, format: str = "txt") -> Path:
    """The sample report delivered in January of ``year`` (2024 or 2025) as "txt", "docx" or "pdf".

    Raises ValueError for a year or a format that there is none of.
    """
    if year not in YEARS:
        raise ValueError(f"no sample report of {year}; there are {', '.join(map(str, YEARS))}")
    if format not in FORMATS:
        raise ValueError(f"no sample report as {format!r}; there are {', '.join(FORMATS)}")
    return _folder() / f"lanchuan-{year}.{format}"


def planted() -> Path:
    """The TOML table of what became of the 2024 targets and commitments in the report of 2025."""
    return _folder() / "planted.toml"
