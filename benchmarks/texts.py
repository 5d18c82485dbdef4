"""The text that is measured: the compilation of reports when it is beside the checkout, else the samples repeated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
COMPILATION = SHARED / "corpus" / "government-work-reports-2024.txt"
SAMPLES = ROOT / "src" / "duixian" / "samples"
SAMPLE_GOLD = ROOT / "tests" / "data" / "sample_gold" / "figures"
# The length of the compilation: the stand-in made of samples is as long.
STAND_IN_LENGTH = 574_000


@dataclass(frozen=True)
class Text:
    """name says what the text is, for the report of the run."""

    name: str
    text: str

    def repeated(self, times: int) -> str:
        return "\n".join([self.text] * times)

    def one_line(self, length: int) -> str:
        """One line of exactly ``length`` characters, made of the words of the text without its line breaks."""
        words = "".join(self.text.split())
        return (words * (length // len(words) + 1))[:length]


def measured_text() -> Text:
    """The compilation of 32 reports, or the two samples repeated to its length."""
    if COMPILATION.is_file():
        return Text(COMPILATION.name, COMPILATION.read_text(encoding="utf-8"))
    sample = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("lanchuan-*.txt")))
    return Text("the two samples, repeated", "\n".join([sample] * (STAND_IN_LENGTH // len(sample) + 1)))


@dataclass(frozen=True)
class GoldParagraphs:
    """Annotated paragraphs and the pairs that stand in them, each as (paragraph index, value, unit)."""

    name: str
    paragraphs: tuple[str, ...]
    pairs: tuple[tuple[int, float, str], ...]


def gold_paragraphs() -> GoldParagraphs:
    """The paragraphs for which there are hand-made answers: those of the shared gold, else those of the sample."""
    shared = SHARED / "gold" / "figures"
    if COMPILATION.is_file() and shared.is_dir():
        return _paragraphs("gold of eight reports", shared, COMPILATION)
    return _paragraphs("gold of the sample of 2024", SAMPLE_GOLD, SAMPLES / "lanchuan-2024.txt")


def _paragraphs(name: str, folder: Path, source: Path) -> GoldParagraphs:
    rows: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.jsonl")):
        rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    lines = source.read_text(encoding="utf-8").split("\n")
    numbers = sorted({row["line"] for row in rows})
    place = {number: index for index, number in enumerate(numbers)}
    pairs = tuple((place[r["line"]], float(r["value"]), r["unit"]) for r in rows if r["value"] is not None)
    return GoldParagraphs(name, tuple(lines[number - 1].strip() for number in numbers), pairs)
