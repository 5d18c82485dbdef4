"""The table of national and provincial targets that ships with the package."""

from __future__ import annotations

import json
import re
import runpy
from importlib.resources import files
from pathlib import Path

import pytest

from duixian import facts
from duixian.comparison.matrix import compare
from duixian.vocabulary.indicators import load_indicators

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus" / "government-work-reports-2024.txt"
GOLD = sorted((SHARED / "gold" / "figures").glob("*.jsonl"))
needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="the compilation of reports is not beside this checkout")


def test_the_nation_and_all_31_provinces_are_in_the_table() -> None:
    reports = facts.reports(2024)
    assert len(reports) == 32
    assert reports[0].region == "100000"
    assert all(report.document.level == "province" for report in reports[1:])


def test_everyone_names_a_growth_target() -> None:
    column = compare(facts.reports(2024), [2024], "target", ["gdp"]).column("gdp", 2024)
    assert all(cell.state == "value" and cell.headline for cell in column)
    assert next(cell.text for cell in column if cell.region == "100000") == "≈5%"


def test_the_table_has_numbers_and_no_sentences() -> None:
    known = load_indicators().by_id
    for row in facts.rows(2024):
        assert row["indicator"] in known
        assert re.fullmatch(r"(-?\d+(\.\d+)?)?", row["value"])
        assert len(row["subject"]) < 30
        assert len(row["words"]) < 20
        assert row["value"] or row["words"]
        assert all(len(heading) < 30 for heading in row["section"].split(" / "))


def test_the_table_is_small() -> None:
    assert len(files("duixian.facts").joinpath("data/2024.csv").read_bytes()) < 400_000


def test_a_year_without_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="2024"):
        facts.reports(2019)


@needs_corpus
def test_the_table_is_what_the_extractor_says_today() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write_facts.py"))
    written = files("duixian.facts").joinpath("data/2024.csv").read_text("utf-8")
    assert script["table"]().splitlines() == written.splitlines(), (
        "run: python scripts/write_facts.py, then read the diff"
    )


@pytest.mark.skipif(not GOLD, reason="the answers made by hand are not beside this checkout")
@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_every_main_target_agrees_with_the_answers_made_by_hand(path: Path) -> None:
    wanted = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    wanted = [row for row in wanted if row.get("part") == "headline_target" and row["indicator"] != "other"]
    name = path.stem.partition("_")[2]
    report = next(report for report in facts.reports(2024) if report.region_name == name)
    cells = {
        cell.indicator: cell for cell in compare([report], [2024], "target", regions=[report.region]).row(report.region)
    }
    assert wanted
    for row in wanted:
        cell = cells[row["indicator"]]
        assert (cell.op, cell.value, cell.value2, cell.unit) == (row["op"], row["value"], row["value2"], row["unit"]), (
            row
        )
        assert cell.headline
