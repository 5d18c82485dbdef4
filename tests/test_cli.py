"""The command line as a user meets it: what is printed, where, and with which exit code."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from duixian.cli import application
from duixian.cli.application import run
from duixian.cli.language import Messages, _catalogue, choose


def duixian(*arguments: object, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own."""
    return subprocess.run([sys.executable, "-m", "duixian", *map(str, arguments)], capture_output=True, **options)  # type: ignore[call-overload, no-any-return]


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


class TestLanguage:
    def test_help_is_chinese_unless_english_is_asked_for(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["--help"]) == 0
        assert "用法" in capsys.readouterr().out
        assert run(["extract", "--help", "--lang", "en"]) == 0
        shown = capsys.readouterr().out
        assert "Usage:" in shown
        assert "用" not in shown

    def test_the_environment_chooses_and_the_option_overrides(self) -> None:
        assert choose(["read", "x"], {}) == ("zh", ["read", "x"])
        assert choose(["read"], {"DUIXIAN_LANG": "en"}) == ("en", ["read"])
        assert choose(["--lang=zh", "read"], {"DUIXIAN_LANG": "en"}) == ("zh", ["read"])
        assert choose(["read", "--", "--lang"], {}) == ("zh", ["read", "--", "--lang"])
        assert choose(["--lang", "fr"], {})[0] is None

    def test_both_languages_say_the_same_things(self) -> None:
        catalogue = _catalogue()
        assert catalogue["zh"].keys() == catalogue["en"].keys()
        for key, text in catalogue["zh"].items():
            slots = {part.split("}")[0] for part in text.split("{")[1:]}
            assert slots == {part.split("}")[0] for part in catalogue["en"][key].split("{")[1:]}, key

    def test_an_unknown_complaint_of_the_framework_is_passed_on(self) -> None:
        assert Messages("zh").framework("Something new.") == "Something new."


class TestUsage:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["nonsense"], "没有 'nonsense' 这个命令"),
            (["read"], "缺少参数"),
            (["read", "x.txt", "--colour"], "没有 --colour 这个选项"),
            (["annotate", "x.txt"], "缺少选项"),
            (["extract", "x.txt", "--format", "doc"], "--format 不能是“doc”"),
            (["extract", "x.txt", "--kind", "promise"], "--kind 不能是“promise”"),
            (["extract", "x.txt", "--format", "xlsx"], "请加 -o"),
            (["--lang", "fr", "read"], "--lang"),
        ],
    )
    def test_wrong_usage_is_told_in_chinese_and_exits_2(
        self, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(arguments) == 2
        assert said in lines(capsys)[0]

    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["--version"]) == 0
        assert capsys.readouterr().out.startswith("duixian 0.")

    def test_no_command_shows_help(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run([]) == 0
        assert "extract" in capsys.readouterr().out


class TestRead:
    def test_the_table_names_the_document_and_counts_its_records(
        self, report: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["read", str(report)]) == 0
        shown = capsys.readouterr().out
        assert "青川山省政府工作报告" in shown
        assert "合计 1 份文件" in shown

    def test_csv_and_json_have_the_same_stable_names(
        self, report: Path, capfdbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        assert run(["read", str(report), "--format", "csv"]) == 0
        (row,) = csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode()))
        assert run(["read", str(report), "--format", "json"]) == 0
        (entry,) = json.loads(capfdbinary.readouterr().out)
        assert list(row) == list(entry)
        assert entry["source"] == str(report)
        assert int(row["figures"]) == entry["figures"] > 2

    def test_markdown(self, report: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        assert run(["read", str(report), "--format", "md"]) == 0
        heading, rule, row = capfdbinary.readouterr().out.decode().splitlines()
        assert heading.count("|") == rule.count("|") == row.count("|")


class TestExtract:
    def test_json_lines_on_standard_output_are_the_api_records(self, report: Path) -> None:
        done = duixian("extract", report)
        assert done.returncode == 0
        assert done.stderr == b""
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert rows[0]["record"] == "document"
        assert {"record", "id", "document", "evidence"} <= rows[1].keys()

    def test_standard_input(self, report_text: str) -> None:
        done = duixian("extract", "-", "--kind", "figure", input=report_text.encode())
        assert done.returncode == 0
        assert b"figure" in done.stdout

    def test_one_kind_as_csv(self, report: Path) -> None:
        done = duixian("extract", report, "--kind", "figure", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
        assert rows[0]["document_title"] == "青川山省政府工作报告"
        assert {row["unit"] for row in rows} >= {"%", "家"}

    def test_the_suffix_of_the_output_chooses_the_format(self, report: Path, tmp_path: Path) -> None:
        for suffix, magic in (("xlsx", b"PK"), ("parquet", b"PAR1"), ("csv", b"\xef\xbb\xbf"), ("jsonl", b"{")):
            target = tmp_path / f"out.{suffix}"
            assert run(["extract", str(report), "-o", str(target)]) == 0
            assert target.read_bytes().startswith(magic)
        assert {path.name for path in tmp_path.iterdir()} == {
            "报告.txt", "out.xlsx", "out.parquet", "out.csv", "out.jsonl",
        }  # fmt: skip

    def test_one_bad_file_is_one_line_and_the_others_are_done(self, report: Path, tmp_path: Path) -> None:
        broken = tmp_path / "坏.docx"
        broken.write_bytes(b"PK\x03\x04 nothing more")
        done = duixian("extract", broken, report, tmp_path / "没有.txt")
        assert done.returncode == 1
        said = done.stderr.decode().splitlines()
        assert len(said) == 2
        assert "坏.docx" in said[0]
        assert "没有.txt" in said[1]
        assert b"Traceback" not in done.stderr
        assert b'"figure"' in done.stdout

    def test_an_earlier_file_stays_when_nothing_could_be_read(self, tmp_path: Path) -> None:
        target = tmp_path / "out.xlsx"
        target.write_bytes(b"earlier")
        assert run(["extract", str(tmp_path / "没有.txt"), "-o", str(target)]) == 1
        assert target.read_bytes() == b"earlier"
        assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]

    def test_a_file_name_with_a_line_break_still_makes_one_line(self, tmp_path: Path) -> None:
        done = duixian("read", tmp_path / "a\nb.txt")
        assert done.returncode == 1
        assert len(done.stderr.decode().splitlines()) == 1

    def test_a_file_name_that_is_no_text(self, tmp_path: Path, report_text: str) -> None:
        name = os.fsencode(tmp_path) + b"/\xff\xfe.txt"
        try:
            Path(os.fsdecode(name)).write_text(report_text, "utf-8")
        except OSError:
            pytest.skip("this file system takes only names that are text")
        done = subprocess.run([sys.executable, "-m", "duixian", "extract", name], capture_output=True, check=False)
        assert done.returncode == 0
        assert json.loads(done.stdout.splitlines()[0])["record"] == "document"

    def test_an_unexpected_failure_is_one_line_too(
        self, report: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        def fail(_: object) -> None:
            raise RecursionError("deep\nwater")

        monkeypatch.setattr("duixian.api.Reading.figures", fail)
        assert run(["extract", str(report), "--kind", "figure"]) == 1
        said = capfdbinary.readouterr().err.decode().splitlines()
        assert len(said) == 1
        assert "RecursionError" in said[0]

    def test_a_reader_that_stops_early_is_no_error(self, tmp_path: Path, report_text: str) -> None:
        for number in range(40):
            (tmp_path / f"{number}.txt").write_text(report_text * 40, "utf-8")
        command = f'"{sys.executable}" -m duixian extract "{tmp_path}" | head -n 1'
        done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
        assert done.stdout.count(b"\n") == 1
        assert done.stderr == b""


class TestFullDisk:
    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    @pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx", "parquet"])
    def test_a_device_without_space(self, report: Path, form: str) -> None:
        done = duixian("extract", report, "--format", form, "-o", "/dev/full")
        assert done.returncode == 1
        assert "/dev/full" in done.stderr.decode()
        assert b"Traceback" not in done.stderr
        assert Path("/dev/full").is_char_device()

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    @pytest.mark.parametrize("command", ["read", "extract"])
    def test_standard_output_without_space(self, report: Path, command: str) -> None:
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "duixian", command, str(report)],
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
            )
        assert done.returncode == 1
        assert done.stderr.decode().splitlines() == ["错误：标准输出：磁盘已满。请清理空间或换一个位置后重试"]

    @pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx", "parquet"])
    def test_a_file_that_cannot_grow_leaves_nothing_behind(self, tmp_path: Path, form: str, report_text: str) -> None:
        report = tmp_path / "报告.txt"
        report.write_text(report_text + "新建农村公路200公里，改造学校30所。\n" * 200, "utf-8")
        out = tmp_path / "out"
        out.mkdir()
        (out / f"old.{form}").write_bytes(b"old")
        limit = (
            "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
            "from duixian.cli import main; main()"
        )
        command = [sys.executable, "-c", limit, "extract", str(report), "-o", str(out / f"old.{form}")]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 1
        assert len(done.stderr.decode().splitlines()) == 1
        assert {path.name: path.read_bytes() for path in out.iterdir()} == {f"old.{form}": b"old"}


class TestOutputPlaces:
    def test_a_folder_that_is_not_there(self, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["extract", str(report), "-o", str(tmp_path / "no" / "out.csv")]) == 1
        assert "文件夹不存在" in lines(capsys)[0]

    def test_a_folder_in_place_of_a_file(
        self, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["annotate", str(report), "-o", str(tmp_path)]) == 1
        assert "这是一个文件夹" in lines(capsys)[0]

    def test_a_link_stays_a_link(self, report: Path, tmp_path: Path) -> None:
        real, link = tmp_path / "real.csv", tmp_path / "link.csv"
        real.write_text("old")
        link.symlink_to(real)
        assert run(["extract", str(report), "-o", str(link)]) == 0
        assert link.is_symlink()
        assert real.stat().st_size > 100


def test_annotate_writes_one_page_for_all_documents(report: Path, tmp_path: Path, report_text: str) -> None:
    archive = tmp_path / "两份.zip"
    with zipfile.ZipFile(archive, "w") as box:
        box.writestr("甲.txt", report_text)
        box.writestr("乙.txt", report_text.replace("青川山", "白石山"))
    page = tmp_path / "page.html"
    assert run(["annotate", str(archive), "-o", str(page)]) == 0
    text = page.read_text("utf-8")
    assert text.count("<article") == 2
    assert '<select id="switch"' in text


def test_the_demo_does_the_whole_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["demo"]) == 0
    shown = capsys.readouterr().out
    assert "岚川" in shown
    assert "duixian extract PATH -o records.xlsx" in shown
    assert {path.name for path in (tmp_path / "duixian-demo").iterdir()} == {"records.xlsx", "annotated.html"}


class TestNotes:
    def test_what_was_read_only_in_part_is_told_and_is_no_failure(self, tmp_path: Path, report_text: str) -> None:
        path = tmp_path / "半份.txt"
        path.write_bytes((report_text * 3).encode()[:-2])
        done = duixian("read", path)
        assert done.returncode == 0
        assert "半份.txt：注意：" in done.stderr.decode()

    def test_files_of_other_types_are_counted(self, report: Path) -> None:
        (report.parent / "照片.jpg").write_bytes(b"\xff\xd8\xff")
        done = duixian("read", report.parent)
        assert done.returncode == 0
        assert "跳过了 1 个其他类型的文件" in done.stderr.decode()

    def test_failures_are_told_in_english_too(self, tmp_path: Path) -> None:
        (tmp_path / "empty.txt").write_bytes(b"")
        done = duixian("read", tmp_path / "empty.txt", tmp_path / "none.txt", "--lang", "en")
        assert done.returncode == 1
        assert done.stderr.decode().isascii()


def _said_about_files() -> set[str]:
    """Every reason, remedy and note in the source, with braces for what is filled in."""
    found: set[str] = set()
    package = Path(application.__file__).parents[1]
    for path in [*package.glob("documents/**/*.py"), package / "reporting" / "output.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("InputError", "OutputError"):
                for value in node.args[1:]:
                    if isinstance(value, ast.Constant):
                        found.add(value.value)
                    elif isinstance(value, ast.JoinedStr):
                        parts = (part.value if isinstance(part, ast.Constant) else "7" for part in value.values)
                        found.add("".join(map(str, parts)))
    return found


def test_every_failure_has_an_english_wording() -> None:
    """A new reason or remedy needs a line in cli/failures.toml."""
    say = Messages("en")
    said = {text for text in _said_about_files() if not text.startswith("7")}
    assert len(said) > 50
    assert sorted(text for text in said if say.about_files(text) == text) == []
