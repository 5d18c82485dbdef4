"""A corpus at scale, beside what one would use without it.

    python -m benchmarks.corpus [--documents 3000] [--workers 2] [--keep DIR]

makes reports of true length with varied numbers and places, adds them, and measures documents per second, bytes on disk
per document, peak memory, and the time of a filter, a comparison and a search. In the same run the same questions go to
a directory of JSON Lines read with the standard library (pandas when it is installed) and to SQLite FTS5. Printed as
JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duixian
from benchmarks.texts import measured_text
from duixian.corpus import Corpus
from duixian.corpus.words import characters
from duixian.vocabulary.regions import gazetteer

_NUMBER = re.compile(r"(?<![\d.])[1-9]\d*(?:\.\d+)?(?![\d.年月日])")
_PER_FILE = 40
_WORDS = ("低空经济", "营商环境", "乡村振兴")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=None, help="folder to work in, kept afterwards")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="duixian-corpus-"))
    try:
        report = measure(folder, options.documents, options.workers)
        json.dump(report, sys.stdout, ensure_ascii=False, indent=2)
        print()
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, documents: int, workers: int) -> dict[str, Any]:
    """Everything that is measured, in the order in which it is done; times in seconds, sizes in bytes."""
    reports = folder / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    size = _generate(reports, documents)
    corpus = Corpus(folder / "corpus")
    shutil.rmtree(corpus.path, ignore_errors=True)
    result: dict[str, Any] = {"generated": documents, "characters": size}

    # In a process of its own, so that nothing else is in the memory that is measured.
    command = [sys.executable, "-m", "duixian", "corpus", "add", str(corpus.path), str(reports), "-w", str(workers)]
    seconds, _ = _timed(lambda: subprocess.run(command, check=True, stderr=subprocess.DEVNULL))
    kept = len(corpus.entries())
    data = sum(path.stat().st_size for path in corpus.path.rglob("*") if path.is_file())
    result["add"] = {
        "documents": kept,
        "figures": corpus.figures().height,
        "seconds": round(seconds, 2),
        "documents_per_second": round(kept / seconds, 1),
        "bytes_per_document": data // max(1, kept),
        "peak_memory_of_the_largest_process_mb": _peak(resource.RUSAGE_CHILDREN),
    }
    result["add_again"] = round(_timed(lambda: corpus.add(reports, workers=workers))[0], 3)
    result["compact"] = round(_timed(corpus.compact)[0], 2)
    result["verify"] = round(_timed(corpus.verify)[0], 2)
    result["index"] = round(_timed(lambda: corpus.search("兑现"))[0], 2)
    index = sum(path.stat().st_size for path in (corpus.path / "index").rglob("*") if path.is_file())
    result["index_bytes_per_document"] = index // max(1, kept)

    lines = _json_lines(corpus, folder / "lines")
    database = _full_text(corpus, folder / "search.db")
    questions: dict[str, dict[str, Callable[[], int]]] = {
        "filter": {
            "corpus": lambda: corpus.figures(indicator="gdp", status="target", year=2024).height,
            "corpus_sql": lambda: corpus.sql(
                "SELECT count(*) FROM figures WHERE indicator = 'gdp' AND status = 'target'"
            )[1][0][0],
            "json_lines": lambda: _filtered(lines),
        },
        "compare": {
            "corpus": lambda: len(
                corpus.sql(
                    "SELECT region, indicator, median(value) FROM figures WHERE status = 'target' AND unit = '%' "
                    "AND indicator <> 'other' GROUP BY 1, 2"
                )[1]
            ),
            "json_lines": lambda: _compared(lines),
        },
        "search": {
            "corpus": lambda: sum(corpus.search(word).total for word in _WORDS),
            "sqlite_fts5": lambda: sum(_searched(database, word) for word in _WORDS),
        },
    }
    for name, ways in questions.items():
        result[name] = {}
        for way, ask in ways.items():
            times = []
            for _ in range(3):
                seconds, answer = _timed(ask)
                times.append(seconds)
            result[name][way] = {"seconds": round(statistics.median(times), 4), "answer": answer}
    database.close()
    result["peak_memory_mb"] = _peak(resource.RUSAGE_SELF)
    return result


def _generate(folder: Path, number: int) -> int:
    """Files of ``_PER_FILE`` reports at most one a file here, each a known report with other numbers and place."""
    chance = random.Random(2024)
    sources = [reading for reading in duixian.read_text(measured_text().text) if reading.record.region_name]
    places = [place for level in ("prefecture", "county") for place in gazetteer().at_level(level)]
    total = 0
    for index in range(number):
        reading = sources[index % len(sources)]
        place = places[index * 7919 % len(places)].name
        name = str(reading.record.region_name)
        text = reading.text.replace(name, place).replace(name[:2], place[:2])
        text = _NUMBER.sub(lambda match: _varied(match[0], chance), text)
        total += len(text)
        sub = folder / f"{index // _PER_FILE:04d}"
        sub.mkdir(exist_ok=True)
        head = f"{place}政府工作报告\n——2024年1月{1 + index % 28}日在{place}人民代表大会上\n"
        (sub / f"{index:06d}.txt").write_text(head + text, "utf-8")
    return total


def _varied(number: str, chance: random.Random) -> str:
    """Another number of the same length; years stay."""
    if len(number) == 4 and number.startswith(("19", "20")):
        return number
    return "".join(chance.choice("123456789") if digit.isdigit() else digit for digit in number)


def _json_lines(corpus: Corpus, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    frame = corpus.figures().select(
        "id", "document", "region", "plan_year", "indicator", "status", "op", "value", "unit", "period", "quote"
    )
    for number, start in enumerate(range(0, frame.height, 50_000)):
        frame.slice(start, 50_000).write_ndjson(folder / f"{number:04d}.jsonl")
    return folder


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8") as stream:
            yield from map(json.loads, stream)


def _filtered(folder: Path) -> int:
    pandas = _pandas()
    if pandas is None:
        return sum(row["indicator"] == "gdp" and row["status"] == "target" for row in _rows(folder))
    frames = [pandas.read_json(path, lines=True) for path in sorted(folder.iterdir())]
    return sum(int(((frame.indicator == "gdp") & (frame.status == "target")).sum()) for frame in frames)


def _compared(folder: Path) -> int:
    groups: dict[tuple[str, str], list[float]] = {}
    for row in _rows(folder):
        if row["status"] == "target" and row["unit"] == "%" and row["indicator"] != "other":
            groups.setdefault((row["region"], row["indicator"]), []).append(row["value"] or 0.0)
    return len({key: statistics.median(values) for key, values in groups.items()})


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        return None
    return pandas


def _full_text(corpus: Corpus, path: Path) -> sqlite3.Connection:
    """SQLite FTS5 over the same paragraphs, cut into the same tokens: it cannot segment Chinese by itself."""
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("CREATE VIRTUAL TABLE blocks USING fts5(tokens, tokenize = 'unicode61')")
    rows = ((" ".join(characters(text)),) for text in corpus.blocks()["text"])
    database.executemany("INSERT INTO blocks VALUES (?)", rows)
    database.commit()
    return database


def _searched(database: sqlite3.Connection, word: str) -> int:
    phrase = '"' + " ".join(characters(word)) + '"'
    database.execute("SELECT rowid FROM blocks WHERE blocks MATCH ? ORDER BY rank LIMIT 20", (phrase,)).fetchall()
    return int(database.execute("SELECT count(*) FROM blocks WHERE blocks MATCH ?", (phrase,)).fetchone()[0])


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    answer = work()
    return time.perf_counter() - begun, answer


def _peak(who: int) -> float:
    return round(resource.getrusage(who).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    main()
