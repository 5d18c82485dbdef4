"""A user adds words in a file of their own and sees them used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from duixian.errors import InputError
from duixian.vocabulary.tables import VARIABLE, read_table

REPORT = "兰川省政府工作报告\n各位代表：\n一、2023年工作回顾\n芦苇总产指数升到3芦。亩均芦苇产值增长9%。\n"


def test_an_own_indicator_and_an_own_unit_are_used(tmp_path: Path) -> None:
    (tmp_path / "indicators.toml").write_text('[reed_value]\nzh = "亩均芦苇产值"\nnames = ["亩均芦苇产值"]\n', "utf-8")
    (tmp_path / "units.toml").write_text('count = ["芦"]\n', "utf-8")
    (tmp_path / "report.txt").write_text(REPORT, "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "duixian", "extract", "--kind", "figure", "report.txt"],
        cwd=tmp_path,
        env={**os.environ, VARIABLE: str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert '"indicator":"reed_value"' in run.stdout
    assert '"unit":"芦"' in run.stdout


@pytest.mark.parametrize(
    ("text", "reason"), [("count = 3\n", "不一样"), ("count = [\n", "读不了"), ('fold = ["x"]\n', "不一样")]
)
def test_a_wrong_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, reason: str) -> None:
    (tmp_path / "units.toml").write_text(text, "utf-8")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(InputError, match=r"units\.toml") as caught:
        read_table("units")
    assert reason in caught.value.reason


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    with pytest.raises(InputError, match="none"):
        read_table("units")
