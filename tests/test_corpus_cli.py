"""The corpus commands as a user meets them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from corpus_reports import write_reports

from duixian.cli.application import application, run
from duixian.cli.corpus import ADD_NAMES, LIST_NAMES
from duixian.cli.corpus_queries import HIT_NAMES
from duixian.cli.language import LANGUAGES, Messages
from duixian.corpus import Corpus

Captured = pytest.CaptureFixture[str]
PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands" / "corpus.md"


@pytest.fixture
def corpus(tmp_path: Path) -> str:
    write_reports(tmp_path / "reports", 3)
    path = str(tmp_path / "corpus")
    Corpus(path).add(tmp_path / "reports")
    return path


def test_adding_tells_what_is_new_and_what_was_there(tmp_path: Path, capsys: Captured) -> None:
    files = write_reports(tmp_path / "reports", 3)
    path = str(tmp_path / "corpus")
    assert run(["corpus", "add", path, str(files[0])]) == 0
    assert "新增 1 份文件" in capsys.readouterr().err
    assert run(["corpus", "add", path, str(files[0])]) == 0
    assert "没有新文件，什么也没有写" in capsys.readouterr().err
    copy = tmp_path / "copy.txt"
    copy.write_text(files[0].read_text("utf-8") + "\n", "utf-8")
    assert run(["corpus", "add", path, str(copy), str(files[1]), "--format", "json", "--workers", "1"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["outcome"] for row in rows] == ["added", "present"]
    assert tuple(rows[0]) == ADD_NAMES
    assert run(["corpus", "add", path, str(tmp_path / "nowhere"), str(files[2])]) == 1
    complaints = capsys.readouterr().err
    assert "路径不存在" in complaints
    assert "新增 1 份文件" in complaints


def test_a_newer_version_is_flagged(tmp_path: Path, corpus: str, capsys: Captured) -> None:
    (file, *_) = write_reports(tmp_path / "revised", 1)
    file.write_text(file.read_text("utf-8").replace("200公里", "260公里"), "utf-8")
    assert run(["corpus", "add", corpus, str(file)]) == 0
    assert "作为新版本并存" in capsys.readouterr().err


@pytest.mark.parametrize("format", ["table", "csv", "json", "md"])
def test_list_in_every_format(corpus: str, capsys: Captured, format: str) -> None:
    assert run(["corpus", "list", corpus, "--region", "青海", "--format", format]) == 0
    shown = capsys.readouterr().out
    assert "青海省" in shown
    assert "甘肃省" not in shown
    if format == "csv":
        assert tuple(next(csv.reader(io.StringIO(shown)))) == LIST_NAMES


def test_show_remove_verify_compact_refresh(corpus: str, capsys: Captured) -> None:
    assert run(["corpus", "show", corpus, "青海省人民政府工作报告", "--kind", "figures", "-f", "json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert {"subject", "value", "quote"} <= figures[0].keys()
    assert run(["corpus", "show", corpus, figures[0]["document"]]) == 0
    assert "青海省人民政府工作报告" in capsys.readouterr().out
    for arguments, said in (
        (["remove", figures[0]["document"]], "已移除 1 份文件"),
        (["verify"], "语料库完好：2 份文件"),
        (["compact"], "合并为 1 组"),
        (["refresh"], "不需要更新"),
        (["refresh", "--all"], "重新抽取了 2 个来源"),
        (["verify"], "语料库完好：2 份文件"),
    ):
        command, *rest = arguments
        assert run(["corpus", command, corpus, *rest]) == 0
        assert said in capsys.readouterr().err


def test_search_sql_and_similar(corpus: str, capsys: Captured) -> None:
    assert run(["corpus", "search", corpus, "低空经济"]) == 0
    shown = capsys.readouterr().out
    assert "【低空经济】" in shown
    assert "共 3 条" in shown
    assert run(["corpus", "search", corpus, "低空经济", "-f", "json", "-n", "1"]) == 0
    (hit,) = json.loads(capsys.readouterr().out)
    assert tuple(hit) == HIT_NAMES
    assert run(["corpus", "search", corpus, "低空经济", "--by", "year", "-f", "csv"]) == 0
    assert capsys.readouterr().out.splitlines() == ["year,count", "2024,3"]
    assert (
        run(
            [
                "corpus",
                "sql",
                corpus,
                "SELECT count(*), count(*), section FROM figures GROUP BY 3 LIMIT 1",
                "-f",
                "json",
            ]
        )
        == 0
    )
    assert len(json.loads(capsys.readouterr().out)[0]) == 3
    commitment = Corpus(corpus).commitments()["id"][0]
    assert run(["corpus", "similar", corpus, commitment, "-f", "md"]) == 0
    assert capsys.readouterr().out.startswith("| 相关度 |")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "nowhere"], "这里没有语料库"),
        (["search", "CORPUS", "低空", "-r", "青河"], "您要的也许是：青海省"),
        (["search", "CORPUS", "NOT 低空"], "只说了不要什么"),
        (["sql", "CORPUS", "SELEC"], "查询有误"),
        (["sql", "CORPUS", "DROP VIEW figures"], "只能查询"),
        (["show", "CORPUS", "不知道"], "没有这个文件"),
        (["remove", "CORPUS", "doc-0"], "没有这个文件"),
        (["similar", "CORPUS", "com-0"], "没有这个承诺"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    corpus: str, capsys: Captured, arguments: list[str], said: str
) -> None:
    assert run(["corpus", *(corpus if each == "CORPUS" else each for each in arguments)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("错误：")
    assert said in line


def test_what_is_told_about_a_corpus_is_told_in_english_too(corpus: str, tmp_path: Path, capsys: Captured) -> None:
    for arguments in (
        ["list", str(tmp_path / "none")],
        ["list", corpus, "-r", "Atlantis"],
        ["show", corpus, "nothing"],
        ["search", corpus, "NOT a"],
        ["sql", corpus, "DROP VIEW x"],
        ["add", str(tmp_path / "reports"), corpus],
    ):
        assert run(["--lang", "en", "corpus", *arguments]) == 1
        reason = capsys.readouterr().err.split(". ")[0]
        assert reason.startswith("Error: ")
        assert not re.search(r"[\u4e00-\u9fff]", reason), reason


def test_damage_is_told_and_repaired(corpus: str, tmp_path: Path, capsys: Captured) -> None:
    (path,) = (Path(corpus) / "figures").iterdir()
    path.write_bytes(b"")
    assert run(["corpus", "verify", corpus]) == 1
    assert "大小不对" in capsys.readouterr().out.replace("\n", "")
    assert run(["corpus", "sql", corpus, "SELECT * FROM figures"]) == 1
    assert "verify --repair" in capsys.readouterr().err
    assert run(["corpus", "verify", corpus, "--repair"]) == 1
    assert "请重新添加" in capsys.readouterr().err
    assert run(["corpus", "add", corpus, str(tmp_path / "reports")]) == 0
    assert run(["corpus", "verify", corpus]) == 0


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid"), reason="limits of files are told to POSIX systems only"
)
def test_a_full_disk_is_told(corpus: str, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    write_reports(tmp_path / "more", 4)
    script = (
        "import resource, signal, sys\n"
        "from duixian.cli.application import run\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", script, "corpus", "add", corpus, str(tmp_path / "more")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "错误：" in done.stderr
    assert "Traceback" not in done.stderr
    assert run(["corpus", "verify", corpus]) == 0
    assert len(Corpus(corpus).entries()) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_option_explains_itself(language: str) -> None:
    group = typer.main.get_command(application(Messages(language))).commands["corpus"]  # type: ignore[attr-defined]
    for name, command in group.commands.items():
        assert command.help, name
        assert all(getattr(parameter, "help", None) for parameter in command.params), name


def test_every_command_and_option_is_documented() -> None:
    group = typer.main.get_command(application(Messages("zh"))).commands["corpus"]  # type: ignore[attr-defined]
    sections = {
        each.split("\n")[0].split(" ")[1]: each
        for each in PAGE.read_text("utf-8").split("\n## corpus ")[1:]
        for each in ["corpus " + each]
    }
    for name, command in group.commands.items():
        section = sections[name]
        for parameter in command.params:
            if parameter.param_type_name == "argument":
                assert parameter.metavar in section.split("\n")[0], f"{name}: {parameter.metavar}"
                continue
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert f"`{option}`" in section, f"{name}: {option}"
    page = PAGE.read_text("utf-8")
    assert [name for name in (*ADD_NAMES, *LIST_NAMES, *HIT_NAMES) if f"`{name}`" not in page] == []
