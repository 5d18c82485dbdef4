"""Speed, memory, growth and recall of extraction, beside other tools, in one run.

    python -m benchmarks.extraction [--json FILE] [--repeats N] [--skip speed|scale|peers]

The peers come with ``pip install -e '.[bench]'``; what is not installed is left out and said so. docs/benchmarks.md
says what each measurement means.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.pipeline import run
from benchmarks.texts import ROOT, Text, gold_paragraphs, measured_text

TIMES = (1, 4, 16)
LONG_LINES = (1_000_000, 10_000_000)
# A child that takes longer than this is reported as too slow rather than waited for.
PATIENCE = 300.0
SECTIONS = ("speed", "scale", "peers")


def forget() -> None:
    """Empty what the extractor remembers of phrases, so that no pass gains from the one before over the same text."""
    for thing in gc.get_objects():
        if type(thing).__name__ == "_lru_cache_wrapper" and (thing.cache_info().maxsize or 0) > 100:
            thing.cache_clear()


def speed(text: Text, repeats: int) -> dict[str, Any]:
    """The pipeline and jieba.lcut by turns over the same text, both warm; the best of ``repeats``."""
    data = text.text.encode()
    run(data[:3000])
    out: dict[str, Any] = {"text": text.name, "characters": len(text.text)}
    try:
        import jieba

        jieba.setLogLevel(60)
        jieba.initialize()
    except ImportError:
        jieba = None
    runs, cuts = [], []
    for _ in range(repeats):
        forget()
        runs.append(run(data)[0])
        if jieba is not None:
            begun = time.perf_counter()
            jieba.lcut(text.text)
            cuts.append(time.perf_counter() - begun)
    best = min(runs, key=lambda r: r.total)
    out |= {"seconds": best.total, "stages": best.seconds, "counts": best.counts, "missing": best.missing}
    out |= {"all_totals": [r.total for r in runs], "jieba_seconds": min(cuts, default=None), "all_jieba": cuts}
    if cuts:
        out["times_as_fast_as_jieba"] = min(cuts) / best.total
    return out


def child(text: str, folder: Path) -> dict[str, Any]:
    """Run the pipeline over the text in a process of its own, for its time and peak memory."""
    path = folder / "text.txt"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.pipeline", str(path)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {"error": f"not done after {PATIENCE:g} s"}
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["killed"])[-1]}
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def scale(text: Text) -> dict[str, Any]:
    """Time and memory for the text once, four and sixteen times, and for single lines of LONG_LINES characters."""
    out: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for times in TIMES:
            progress(f"growth: the text {times} times")
            many = text.repeated(times)
            out[f"{times}x"] = child(many, Path(folder)) | {"characters": len(many)}
        for length in LONG_LINES:
            progress(f"growth: one line of {length:,} characters")
            out[f"line {length // 1_000_000}M"] = child(text.one_line(length), Path(folder)) | {"characters": length}
    return out


def progress(what: str) -> None:
    """Say on standard error what is being measured."""
    print(f"… {what}", file=sys.stderr, flush=True)


def machine() -> dict[str, str]:
    names = ("duixian", "jieba", "jionlp", "recognizers-text-number-with-unit")
    versions = {}
    for name in names:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return {"python": platform.python_version(), "cores": str(os.cpu_count()), **versions}


def show(report: dict[str, Any]) -> None:
    """Print the report for people."""
    print("  ".join(f"{name} {value}" for name, value in report["machine"].items()))
    if fast := report.get("speed"):
        print(f"\nSpeed: {fast['text']}, {fast['characters']:,} characters, one process, best of several")
        for stage, seconds in fast["stages"].items():
            print(f"  {stage:<18}{seconds:8.3f} s")
        print(f"  {'whole pipeline':<18}{fast['seconds']:8.3f} s   {fast['counts']}")
        if fast["missing"]:
            print(f"  not there yet, not counted: {', '.join(fast['missing'])}")
        if fast["jieba_seconds"] is None:
            print("  jieba is not installed: pip install -e '.[bench]'")
        else:
            print(f"  {'jieba.lcut':<18}{fast['jieba_seconds']:8.3f} s")
            print(f"  times as fast as jieba.lcut: {fast['times_as_fast_as_jieba']:.2f}")
    if growth := report.get("scale"):
        print("\nGrowth, each in a process of its own")
        print(f"  {'':<10}{'characters':>12}{'seconds':>10}{'s/million':>11}{'peak MB':>9}")
        for name, row in growth.items():
            if "error" in row:
                print(f"  {name:<10}{row['characters']:>12,}  {row['error']}")
                continue
            per = row["total"] / row["characters"] * 1e6
            print(f"  {name:<10}{row['characters']:>12,}{row['total']:>10.2f}{per:>11.2f}{row['peak_mb']:>9.0f}")
    if (found := report.get("peers")) is not None:
        print(f"\nNumbers with units: {found['text']}, {found['paragraphs']} paragraphs, {found['pairs']} pairs")
        print(f"  {'':<18}{'seconds':>9}{'value':>8}{'value+unit':>12}{'money':>8}   (recall)")
        for row in found["scores"]:
            print(
                f"  {row['name']:<18}{row['seconds']:>9.3f}{row['values']:>8.3f}"
                f"{row['pairs']:>12.3f}{row['money']:>8.3f}"
            )
        for line in found["absent"]:
            print(f"  {line}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure extraction beside other tools.")
    parser.add_argument("--json", metavar="FILE", help="also write the figures as JSON")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each for the speed, the best counts")
    parser.add_argument("--skip", action="append", default=[], choices=SECTIONS, help="leave a section out")
    arguments = parser.parse_args()
    text = measured_text()
    report: dict[str, Any] = {"machine": machine()}
    if "speed" not in arguments.skip:
        progress("speed")
        report["speed"] = speed(text, max(1, arguments.repeats))
    if "scale" not in arguments.skip:
        report["scale"] = scale(text)
    if "peers" not in arguments.skip:
        progress("peers")
        gold = gold_paragraphs()
        scores, absent = peers.compare(gold)
        report["peers"] = {
            "text": gold.name,
            "paragraphs": len(gold.paragraphs),
            "pairs": len(gold.pairs),
            "scores": [vars(one) for one in scores],
            "absent": absent,
        }
    show(report)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
