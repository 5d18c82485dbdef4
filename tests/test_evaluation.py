"""Scoring against answers made by hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import duixian
from duixian.cli.application import run
from duixian.errors import InputError
from duixian.evaluation import Answers, evaluate, read_answers
from duixian.evaluation.clauses import overlap
from duixian.evaluation.comparison import bare_subject, folded
from duixian.evaluation.figures import score_figures
from duixian.records import Commitment, Evidence, Figure, Project

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOLD = SHARED / "gold"
COMPILATION = SHARED / "corpus" / "government-work-reports-2024.txt"
SAMPLE_GOLD = Path(__file__).parent / "data" / "sample_gold"


def place(line: int = 1, quote: str = "增长6%", source: str = "a.txt") -> Evidence:
    return Evidence(source, line, None, 0, len(quote), quote)


def figure(**changes: Any) -> Figure:
    fields: dict[str, Any] = {
        "id": "f", "document": "d", "evidence": place(), "subject": "生产总值", "action": "增长", "indicator": "gdp",
        "kind": "growth", "op": "eq", "value": 6, "value2": None, "unit": "%", "base_value": 6, "base_unit": "%",
        "status": "target", "period": "2024", "section": (),
    }  # fmt: skip
    return Figure(**{**fields, **changes})


def answer(**changes: Any) -> dict[str, Any]:
    fields = {
        "doc": "甲", "line": 1, "part": "span", "quote": "增长6%", "subject": "生产总值", "indicator": "gdp",
        "kind": "growth", "op": "eq", "value": 6, "value2": None, "unit": "%", "status": "target",
    }  # fmt: skip
    return {**fields, **changes}


class TestFigures:
    def test_a_figure_that_says_the_same_is_strictly_right(self) -> None:
        score, mistakes = score_figures([answer()], [figure()])
        assert (score.precision, score.recall, score.strict_f1) == (1, 1, 1)
        assert mistakes == []

    @pytest.mark.parametrize(
        ("wanted", "given", "field"),
        [
            ({"subject": "出口", "indicator": "other"}, {}, "subject"),
            ({"op": "ge"}, {}, "op"),
            ({"kind": "level"}, {}, "kind"),
            ({"value": -6}, {}, "kind"),
            ({"status": "achieved"}, {}, "status"),
        ],
    )
    def test_one_wrong_field_is_found_but_not_strict(
        self, wanted: dict[str, Any], given: dict[str, Any], field: str
    ) -> None:
        score, mistakes = score_figures([answer(**wanted)], [figure(**given)])
        assert score.recall == 1
        assert score.strict_f1 == 0
        assert [name for name, _, _ in mistakes[0].fields] == [field]

    @pytest.mark.parametrize(
        ("wanted", "given"),
        [
            ({"kind": "change"}, {"kind": "level"}),
            ({"status": "ongoing"}, {"status": "context"}),
            ({"value": 0.6, "unit": "亿元"}, {"value": 6000, "unit": "万元"}),
            ({"op": "gt", "value": 0.8, "unit": "个百分点"}, {"op": "eq", "value": 0.8, "unit": "个百分点"}),
            ({"indicator": "other", "subject": "全省规模以上工业"}, {"subject": "规上工业", "indicator": "other"}),
            ({"value": None, "op": "sync", "unit": ""}, {"value": None, "op": "sync", "unit": ""}),
            ({"op": "range", "value": 5, "value2": 6}, {"op": "range", "value": 5, "value2": 6}),
        ],
    )
    def test_the_same_in_other_words_is_right(self, wanted: dict[str, Any], given: dict[str, Any]) -> None:
        kind = {"kind": wanted.get("kind", "growth")} if "kind" not in given else {}
        assert score_figures([answer(**wanted)], [figure(**{**kind, **given})])[0].strict_f1 == 1

    def test_precision_counts_only_where_the_answers_are_complete(self) -> None:
        spare = figure(value=99)
        assert score_figures([answer(part="headline_result")], [figure(), spare])[0].extra == 0
        score, mistakes = score_figures([answer(part="span")], [figure(), spare])
        assert score.precision == 0.5
        assert [mistake.kind for mistake in mistakes] == ["extra"]

    def test_context_counts_for_detection_only(self) -> None:
        score, _ = score_figures([answer(status="context")], [figure(subject="别的", status="target")])
        assert (score.found, score.graded) == (1, 0)
        assert score_figures([answer()], [figure(), figure(value=1, status="context")])[0].extra == 0

    def test_one_figure_answers_one_row(self) -> None:
        score, mistakes = score_figures([answer(), answer()], [figure()])
        assert score.recall == 0.5
        assert [mistake.kind for mistake in mistakes] == ["missing"]

    def test_units_and_subjects_are_folded(self) -> None:
        assert folded(1.3, "万亿斤") == (1.3e12, "斤")
        assert folded(5, "千公里") == (5000, "km")
        assert bare_subject("我市“规模以上”的工业") == "规上工业"


class TestClauses:
    def test_overlap(self) -> None:
        assert overlap("建设水库", "建设水库") == 1
        assert overlap("建设水库", "加快建设水库") == pytest.approx(4 / 6)
        assert overlap("建设", "修路") == 0

    def test_commitments_and_projects(self) -> None:
        quote = "加快建设白石水库"
        commitment = Commitment(
            "c", "d", place(quote=quote), "加快建设", "白石水库", False, True, (), None, None, "", ()
        )
        project = Project("p", "d", place(quote=quote), "白石水库", "building", "target", None, ())
        answers = Answers(
            commitments=({"doc": "甲", "line": 1, "quote": "建设白石水库", "measurable": True},),
            projects=({"doc": "甲", "line": 1, "name": "水库", "stage": "completed"},),
        )
        parts = evaluate(answers, [commitment, project]).parts
        assert parts["commitments"].total.f1 == 1
        assert parts["projects"].total.f1 == 1
        assert parts["projects"].total.fields["stage"].accuracy == 0
        assert parts["projects"].mistakes[0].fields == (("stage", "completed", "building"),)


class TestFiles:
    def test_rows_that_name_their_file_are_compared_with_that_file(self) -> None:
        answers = Answers(figures=(answer(file="a.txt"), answer(file="b.txt", doc="乙", value=7)))
        other = figure(value=7, evidence=place(source="folder/b.txt"))
        part = evaluate(answers, [figure(), other]).parts["figures"]
        assert part.total.strict_f1 == 1
        assert {name: score.recall for name, score in part.documents.items()} == {"甲": 1, "乙": 1}

    def test_an_answer_that_cannot_be_used_is_named_by_file_and_line(self, tmp_path: Path) -> None:
        (tmp_path / "figures").mkdir()
        path = tmp_path / "figures" / "a.jsonl"
        path.write_text('\n{"line": 3}\n', "utf-8")
        with pytest.raises(InputError, match="第2行缺少字段"):
            read_answers(tmp_path)
        path.write_text(json.dumps(answer(line="三", value="6")), "utf-8")
        with pytest.raises(InputError, match="第1行的字段 line、value 类型不对"):
            read_answers(tmp_path)
        path.write_text("not json\n", "utf-8")
        with pytest.raises(InputError, match="第1行不是合法"):
            read_answers(tmp_path)

    def test_a_folder_without_answers_is_wrong_usage(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["evaluate", "--gold", str(tmp_path), "x.txt"]) == 2
        assert "没有可用的人工答案" in capsys.readouterr().err


@pytest.mark.skipif(not SAMPLE_GOLD.is_dir(), reason="the answers for the samples are not in this checkout")
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_the_command_prints_every_form(form: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from duixian import samples

    assert (
        run(["evaluate", "--gold", str(SAMPLE_GOLD), str(samples.report(2024)), "--format", form, "--show", "2"]) == 0
    )
    shown = capfdbinary.readouterr().out.decode()
    if form == "json":
        assert json.loads(shown)["figures"]["recall"] > 0.5
    else:
        assert ("准确率" if form == "table" else "precision") in shown


@pytest.fixture(scope="module")
def predictions(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[duixian.Record], Path]:
    if not (GOLD / "score.py").exists() or not COMPILATION.exists():
        pytest.skip("the shared answers or the compilation are not beside this repository")
    records = list(duixian.extract(COMPILATION))
    path = tmp_path_factory.mktemp("predictions") / "all.jsonl"
    path.write_text("\n".join(json.dumps(record.to_dict(), ensure_ascii=False) for record in records), "utf-8")
    return records, path


def reference(script: str, *arguments: object) -> str:
    command = [sys.executable, str(GOLD / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class TestAgreement:
    """Our scores are those of the reference scripts beside the answers."""

    def test_figures(self, predictions: tuple[list[duixian.Record], Path]) -> None:
        records, path = predictions
        total = evaluate(read_answers(GOLD), records).parts["figures"].total
        expected = json.loads(reference("score.py", GOLD / "figures", path, "--json"))
        assert total.gold == expected["gold"]
        assert total.to_dict()["precision"] == pytest.approx(expected["detection"]["precision"])
        assert total.recall == pytest.approx(expected["detection"]["recall"])
        assert total.f1 == pytest.approx(expected["detection"]["f1"])
        assert total.strict_f1 == pytest.approx(expected["strict_f1"])
        assert total.fields["indicator"].accuracy == pytest.approx(expected["indicator"])
        for name, value in expected["attributes"].items():
            assert total.fields[name].accuracy == pytest.approx(value), name

    @pytest.mark.parametrize(("kind", "field"), [("commitments", "measurable"), ("projects", "stage")])
    def test_clauses(self, predictions: tuple[list[duixian.Record], Path], kind: str, field: str) -> None:
        records, path = predictions
        total = evaluate(read_answers(GOLD), records).parts[kind].total
        said = reference("score_clauses.py", kind, GOLD / kind, path)
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", re.sub(r"F1", "F", said))]
        rates = [total.precision, total.recall, total.f1, total.fields[field].accuracy]
        assert numbers == [total.gold, total.predicted, *(pytest.approx(rate, abs=6e-4) for rate in rates)]

    def test_figures_that_are_wrong_in_every_way(self, predictions: tuple[list[duixian.Record], Path]) -> None:
        """Agreement where much is wrong tells more than agreement where all is right."""
        records, path = predictions
        damaged = []
        for number, record in enumerate(records):
            if isinstance(record, Figure):
                row = record.to_dict()
                if number % 3 == 0:
                    row["status"] = "context"
                if number % 4 == 0:
                    row["op"] = "faster"
                if number % 5 == 0:
                    row["unit"] = "万" + row["unit"]
                if number % 7 == 0:
                    row["subject"] = row["subject"][:2]
                    row["indicator"] = "other"
                if number % 11 == 0 and row["value"]:
                    row["value"] = -row["value"]
                evidence = Evidence(**row.pop("evidence"))
                row.pop("record")
                row["section"] = tuple(row["section"])
                damaged.append(Figure(evidence=evidence, **row))
        worse = path.with_name("worse.jsonl")
        worse.write_text("\n".join(json.dumps(each.to_dict(), ensure_ascii=False) for each in damaged), "utf-8")
        total = evaluate(read_answers(GOLD), damaged).parts["figures"].total
        expected = json.loads(reference("score.py", GOLD / "figures", worse, "--json"))
        assert total.f1 == pytest.approx(expected["detection"]["f1"])
        assert total.strict_f1 == pytest.approx(expected["strict_f1"])
        for name, value in expected["attributes"].items():
            assert total.fields[name].accuracy == pytest.approx(value), name
