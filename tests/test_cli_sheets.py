"""The commands that exchange tables with offices, as a user meets them."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

import pytest
from ledger_office import Clock, found, target
from office_tables import ROUND, edited

from duixian.cli.application import run
from duixian.cli.language import Messages
from duixian.ledger import sheets
from duixian.ledger.rounds import RoundOpened
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger


@pytest.fixture
def place(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ledger in it: items 1 and 3 are dept1's, item 1 is accepted, the round of March is open."""
    address = target(backend, tmp_path)
    with Ledger(address, Clock()) as ledger:
        found(ledger, 3, 2)
        ledger.record("own1", ItemMoved("2025/1", "accept"))
        ledger.record("li", RoundOpened("2025", "2025-03"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUIXIAN_LEDGER", address)
    monkeypatch.setenv("DUIXIAN_WHO", "li")
    return tmp_path


def entries(place: Path) -> int:
    with Ledger(os.environ["DUIXIAN_LEDGER"]) as ledger:
        return ledger.head().sequence


def change(place: Path, name: str, cells: dict[tuple[int, str], object]) -> None:
    (place / name).write_bytes(edited((place / name).read_bytes(), cells))


def test_a_table_goes_out_is_previewed_and_then_applied(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("表.xlsx", "表.docx", "表.csv"):
        assert run(["table", "export", "2025", "-o", name]) == 0
        assert (place / name).stat().st_size > 100
    assert run(["table", "import", "2025", "表.xlsx"]) == 0
    assert "没有变化" in capsys.readouterr().err
    change(place, "表.xlsx", {(4, "工作任务"): "新建农村公路一公里"})
    before = entries(place)
    assert run(["table", "import", "2025", "表.xlsx", "--format", "json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == [
        {
            "row": 4,
            "target": "2025/1",
            "field": "工作任务",
            "before": "新建农村公路1公里",
            "after": "新建农村公路一公里",
        }
    ]
    assert "还没有写入" in shown.err
    assert entries(place) == before
    assert run(["table", "import", "2025", "表.xlsx", "--apply"]) == 0
    assert entries(place) == before + 1


def test_every_bad_row_is_named_and_nothing_is_written(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["table", "export", "2025", "-o", "表.xlsx"])
    change(place, "表.xlsx", {(4, "工作任务"): "改过", (5, "牵头单位"): "第3局", (6, "完成时限"): "尽快"})
    before = entries(place)
    capsys.readouterr()
    assert run(["table", "import", "2025", "表.xlsx", "--apply"]) == 1
    complaint = capsys.readouterr().err
    assert "第5行“牵头单位”（第3局）：没有这个单位" in complaint
    assert "第6行“完成时限”（尽快）：读不出时限" in complaint
    assert "一处也没有写入" in complaint
    assert entries(place) == before


def test_a_wrong_ledger_or_kind_of_file_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["table", "export", "2025", "-o", "表.xlsx"])
    with Ledger(place / "另.db") as other:
        found(other, 3, 2)
    assert run(["table", "import", "2025", "表.xlsx", "--ledger", "另.db"]) == 1
    assert "不是从这本台账导出的" in capsys.readouterr().err
    assert run(["sheet", "import", ROUND, "表.xlsx"]) == 1
    assert "不是“进展填报”" in capsys.readouterr().err
    assert run(["table", "import", "2025", "没有.xlsx"]) == 1
    assert "读不出来" in capsys.readouterr().err
    assert run(["table", "export", "2025", "-o", "表.pdf"]) == 2


def test_the_sheets_of_a_round_go_to_every_organisation_and_one_bad_file_stops_no_other(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sheet", "export", ROUND, "-o", "三月"]) == 0
    files = sorted(path.name for path in (place / "三月").iterdir())
    assert files == ["第1局-dept1.xlsx", "第2局-dept2.xlsx"]
    assert run(["sheet", "export", ROUND, "-o", "一.xlsx"]) == 2
    assert run(["sheet", "export", ROUND, "-o", "一.xlsx", "--organisation", "dept1"]) == 0
    change(place, "一.xlsx", {(4, "本期数值"): 0.5, (4, "进展情况"): "完成路基", (5, "进展情况"): "未签收"})
    (place / "坏.xlsx").write_bytes(b"PK\x03\x04")
    before = entries(place)
    assert run(["sheet", "import", ROUND, "坏.xlsx", "一.xlsx", "--as", "own1", "--apply"]) == 1
    assert entries(place) == before
    assert "不能填报进展" in capsys.readouterr().err
    assert run(["sheet", "import", ROUND, "坏.xlsx", "一.xlsx", "--as", "own1", "--apply", "--rows"]) == 1
    assert entries(place) == before + 1
    assert "已写入 1 行" in capsys.readouterr().err


def test_organisations_and_people_one_by_one_and_by_roster(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["org", "add", "zb", "公路专班", "--kind", "group"],
        ["org", "group", "zb", "dept1", "dept2", "--title", "链长", "--chief", "zhang"],
        ["org", "rename", "dept1", "第一局", "--short", "一局"],
        ["org", "move", "dept2", "dept1"],
        ["org", "template", "-o", "单位.xlsx"],
        ["org", "import", "单位.xlsx", "--apply"],
        ["people", "add", "wang", "王明", "dept1", "--role", "owner", "--role", "reader@dept2"],
        ["people", "rename", "help1", "更名人"],
        ["people", "move", "help1", "dept2"],
        ["people", "roles", "help1", "--none"],
        ["people", "chief", "gdp", "zhang"],
        ["people", "template", "-o", "人员.xlsx"],
        ["people", "import", "人员.xlsx"],
    ):
        assert run(words) == 0, words
    capsys.readouterr()
    assert run(["org", "list", "--format", "json"]) == 0
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["dept1"]["name"], rows["dept1"]["short"], rows["dept2"]["parent"]) == ("第一局", "一局", "dept1")
    assert (rows["zb"]["chief"], rows["zb"]["members"]) == ("zhang", ["dept1", "dept2"])
    assert run(["people", "list", "--format", "json"]) == 0
    people = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert people["wang"]["roles"] == ["owner@dept1", "reader@dept2"]
    assert (people["help1"]["name"], people["help1"]["organisation"]) == ("更名人", "dept2")
    assert people["help1"]["roles"] == []
    assert people["zhang"]["indicators"] == ["gdp"]
    assert run(["people", "roles", "wang"]) == 2
    assert run(["people", "chief", "gpd", "zhang"]) == 1
    assert "gdp" in capsys.readouterr().err


def test_every_reason_and_remedy_has_an_english_wording() -> None:
    """A new one needs a line in cli/failures-sheets.toml."""
    say = Messages("en")
    said: set[str] = set()
    (folder,) = sheets.__path__
    for path in Path(folder).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "") or getattr(getattr(node, "func", None), "attr", "")
            if name in ("LedgerError", "Problem", "Note", "_problem", "problem"):
                assert isinstance(node, ast.Call)
                count = 1 if name == "Note" else 2
                said |= {text for value in node.args[-count:] if (text := _text(value))}
    assert len(said) > 80
    assert sorted(text for text in said if say.about_files(text) == text) == []


def _text(node: ast.expr) -> str:
    """A Chinese text of the source, with something in place of what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    else:
        return ""
    return text if any(letter >= "\u4e00" for letter in text) else ""
