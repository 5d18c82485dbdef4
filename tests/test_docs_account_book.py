"""The page of a year's account book is carried out from top to bottom, on the dates that it names."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from ledger_office import target
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from duixian.cli.application import run

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "account-book.md").read_text("utf-8")
# A block of code, or a table whose cells are written into the workbook that was named last before it.
_PART = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$|^(?P<table>(?:\|[^\n]*\|\n)+)", re.M | re.S)
_DATE = re.compile(r"# (\d{4})年(\d{1,2})月(\d{1,2})日")
_BOOK = re.compile(r"`([^`]+\.xlsx)`")
_LEFT_OUT = "……"


def test_the_year_of_the_page_can_be_lived(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DUIXIAN_LEDGER", "DUIXIAN_WHO", "DUIXIAN_LANG"):
        monkeypatch.delenv(name, raising=False)
    clock, said, ran = datetime(2024, 1, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai")), "", 0
    for part in _PART.finditer(PAGE):
        if part["table"]:
            _fill(Path(_BOOK.findall(PAGE[: part.start()])[-1]), part["table"])
        elif part["kind"] == "toml":
            Path(part["body"].split()[1]).write_text(part["body"], "utf-8")
        elif part["kind"] == "text":
            _expect(part["body"], said)
        else:
            said = ""
            for line in part["body"].splitlines():
                if found := _DATE.match(line):
                    clock = clock.replace(year=int(found[1]), month=int(found[2]), day=int(found[3]))
                words = shlex.split(line, comments=True)
                if words[:1] == ["cp"]:
                    for file in ROOT.glob(words[1]):
                        shutil.copy(file, tmp_path)
                elif words[:1] == ["export"]:
                    name, value = words[1].split("=")
                    # The page names a file, and says that an office has a server.
                    in_office = name == "DUIXIAN_LEDGER" and backend == "postgresql"
                    monkeypatch.setenv(name, target(backend, tmp_path) if in_office else value)
                elif words:
                    assert words[0] == "duixian", line
                    with time_machine.travel(clock):
                        code = run(words[1:])
                    told = capfd.readouterr()
                    assert code == 0, f"{line}\n{told.err}"
                    said += told.out + told.err
                    ran += 1
    assert ran == PAGE.count("\nduixian ")


def _fill(book: Path, table: str) -> None:
    """Write the cells of a table of the page: a row is found by its first column, or appended. Empty cells stay."""
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    workbook = load_workbook(book)
    sheet: Worksheet = workbook.worksheets[0]
    top = next(row for row in sheet.iter_rows(max_row=5) if set(head) <= {cell.value for cell in row})
    columns = {cell.value: cell.column for cell in top}
    lines = {str(sheet.cell(line, columns[head[0]]).value): line for line in range(top[0].row + 1, sheet.max_row + 1)}
    for row in rows:
        line = lines.get(row[0]) or sheet.max_row + 1
        for name, value in zip(head, row, strict=True):
            if value:
                sheet.cell(line, columns[name]).value = float(value) if name == "本期数值" else value
    workbook.save(book)


def _expect(shown: str, said: str) -> None:
    """Every line that the page shows was said, whatever the spaces; what is left out may be anything."""
    plain = re.sub(r"\s+", "", said)
    for line in shown.splitlines():
        wanted = [re.sub(r"\s+", "", piece) for piece in line.split(_LEFT_OUT)]
        assert all(piece in plain for piece in wanted), f"not said: {line}\n{said}"
