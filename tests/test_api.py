"""Reading from Python: what a notebook or another program relies on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import duixian
from duixian import samples


def test_a_file_gives_its_documents_and_their_records(report: Path) -> None:
    (doc,) = duixian.read(report)
    assert doc.record.title == "青川山省政府工作报告"
    assert doc.source == str(report)
    assert "新建农村公路" in doc.text
    figures = {(figure.subject, figure.value) for figure in doc.figures()}
    assert ("高新技术企业", 320) in figures


def test_every_record_stands_where_its_evidence_says(report: Path) -> None:
    source = report.read_text("utf-8")
    records = list(duixian.extract(report))
    assert len(records) > 4
    for record in records:
        evidence = record.evidence
        assert "".join(source[evidence.start : evidence.end].split()) == evidence.quote


def test_records_are_computed_once_and_are_the_same_in_every_run(report: Path) -> None:
    (doc,) = duixian.read(str(report))
    assert doc.figures() is doc.figures()
    (again,) = duixian.read([report])
    assert list(doc.records()) == list(again.records())


def test_only_the_kinds_asked_for(report: Path) -> None:
    assert {record.record for record in duixian.extract(report, kinds=["figure"])} == {"figure"}
    with pytest.raises(ValueError, match="unknown kind"):
        list(duixian.extract(report, kinds=["figures"]))


def test_a_missing_file_raises_unless_the_caller_wants_to_go_on(report: Path, tmp_path: Path) -> None:
    missing = tmp_path / "没有.txt"
    with pytest.raises(duixian.InputError, match=r"没有\.txt"):
        list(duixian.read([missing, report]))
    errors: list[duixian.InputError] = []
    assert len(list(duixian.read([missing, report], on_error=errors.append))) == 1
    assert [error.source for error in errors] == [str(missing)]


def test_text_in_memory_needs_no_file(report_text: str) -> None:
    (doc,) = duixian.read_text(report_text, name="便条")
    assert doc.source == "便条"
    assert doc.figures()


@pytest.mark.parametrize("kind", samples.FORMATS)
def test_the_samples_read_in_every_format(kind: str) -> None:
    (doc,) = duixian.read(samples.report(2024, kind))
    assert "岚川" in doc.record.title + doc.text[:200]
    assert len(doc.figures()) > 100


def test_importing_loads_no_heavy_library() -> None:
    heavy = ("pyarrow", "xlsxwriter", "openpyxl", "lxml", "docx", "pypdfium2", "rich", "typer")
    code = f"import sys, duixian; print(*[name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
FILES = sorted(CORPUS.glob("*.txt")) if CORPUS.is_dir() else []


def _assert_grounded(doc: duixian.Reading) -> None:
    pages = doc.document.source.pages
    for record in doc.records():
        evidence = record.evidence
        page = pages[evidence.page - 1 if evidence.page else 0]
        assert "".join(page[evidence.start : evidence.end].split()) == evidence.quote
        assert evidence.quote
        assert record.document == doc.record.id


@pytest.mark.parametrize("kind", samples.FORMATS)
def test_every_record_of_the_samples_is_grounded_in_every_format(kind: str) -> None:
    for year in samples.YEARS:
        for doc in duixian.read(samples.report(year, kind)):
            _assert_grounded(doc)


def test_the_same_report_gives_much_the_same_figures_in_every_format() -> None:
    found = [
        {
            (figure.subject, figure.value, figure.unit)
            for doc in duixian.read(samples.report(2024, kind))
            for figure in doc.figures()
        }
        for kind in samples.FORMATS
    ]
    for other in found[1:]:
        assert len(found[0] & other) >= 0.95 * len(found[0] | other)


@pytest.mark.skipif(not FILES, reason="the shared corpus is not beside this repository")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_record_of_the_corpus_is_grounded_and_has_an_id_of_its_own(path: Path) -> None:
    ids: list[str] = []
    for doc in duixian.read(path):
        _assert_grounded(doc)
        ids += [record.id for record in doc.records()]
    assert len(ids) == len(set(ids))
    assert ids == [record.id for record in duixian.extract(path)]
