"""The records stay at least as good as they have been, measured against answers made by hand."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import duixian
from duixian import samples
from duixian.evaluation import evaluate, read_answers

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
FLOORS = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))


@cache
def _scores(name: str) -> dict[str, Any]:
    if name == "shared":
        gold, source = SHARED / "gold", SHARED / "corpus" / "government-work-reports-2024.txt"
    else:
        gold, source = HERE / "data" / "sample_gold", samples.report(2024)
    if not gold.is_dir() or not source.exists():
        pytest.skip(f"no answers or no source beside this repository: {gold.name}, {source.name}")
    return evaluate(read_answers(gold), duixian.extract(source)).to_dict()


@pytest.mark.parametrize(("name", "rate"), [(name, rate) for name, floors in FLOORS.items() for rate in floors])
def test_no_rate_falls_below_its_floor(name: str, rate: str) -> None:
    value: Any = _scores(name)
    for step in rate.split("."):
        value = value[step]
    assert value >= FLOORS[name][rate], f"{name}: {rate} fell to {value:.4f}"
