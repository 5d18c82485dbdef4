"""The sample reports: present in every format, all one text, invented, and true to the outcomes planted in them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import docx
import pypdfium2
import pytest

from duixian import samples

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
RUN = 30
SPACE = re.compile(r"\s+")
FURNITURE = re.compile(r"岚川省人民政府办公厅|—\s*\d+\s*—")
OUTCOMES = {"met", "exceeded", "missed", "within", "reported_differently", "not_reported"}


def words(text: str) -> str:
    return SPACE.sub("", text)


def text_of(year: int) -> str:
    return samples.report(year).read_text(encoding="utf-8")


def own_documents() -> list[Path]:
    return [samples.report(year) for year in samples.YEARS] + sorted((ROOT / "tests/data/documents").glob("*.txt"))


def decoded(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def test_every_sample_report_is_there_in_every_format() -> None:
    found = samples.paths()
    assert len(found) == len(samples.YEARS) * len(samples.FORMATS)
    for name, path in found.items():
        assert path.is_file(), name
        assert path.stat().st_size < 400_000, name


def test_asking_for_a_report_that_does_not_exist_says_which_do() -> None:
    with pytest.raises(ValueError, match="2024, 2025"):
        samples.report(2023)
    with pytest.raises(ValueError, match="txt, docx, pdf"):
        samples.report(2024, "odt")


@pytest.mark.parametrize("year", samples.YEARS)
def test_the_word_file_says_the_same_as_the_text(year: int) -> None:
    document = docx.Document(str(samples.report(year, "docx")))
    assert words("".join(p.text for p in document.paragraphs)) == words(text_of(year))
    assert sum(p.style is not None and p.style.name == "Heading 1" for p in document.paragraphs) == 3


@pytest.mark.parametrize("year", samples.YEARS)
def test_the_text_layer_of_the_pdf_says_the_same_as_the_text(year: int) -> None:
    pdf = pypdfium2.PdfDocument(samples.report(year, "pdf"))
    pages = [page.get_textpage().get_text_range() for page in pdf]
    assert len(pages) > 3
    assert all(re.search(rf"—\s*{n}\s*—", page) for n, page in enumerate(pages, 1)), "page numbers"
    assert all("岚川省人民政府办公厅" in page for page in pages[1:]), "running heads"
    assert words("".join(FURNITURE.sub("", page) for page in pages)) == words(text_of(year))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real reports is not beside this checkout")
def test_no_sentence_of_a_sample_comes_from_a_real_report() -> None:
    real = [words(path.read_text(encoding="utf-8", errors="replace")) for path in sorted(CORPUS.glob("*.txt"))]
    for path in own_documents():
        text = words(decoded(path))
        # A shared run of RUN characters contains, wherever it starts, one of these probes whole.
        half = RUN // 2
        for start in range(0, len(text) - half + 1, half):
            probe = text[start : start + half]
            for report in real:
                at = report.find(probe)
                while at >= 0:
                    low, high = start, start + half
                    shift = at - start
                    while low > 0 and low + shift > 0 and text[low - 1] == report[low - 1 + shift]:
                        low -= 1
                    while high < len(text) and high + shift < len(report) and text[high] == report[high + shift]:
                        high += 1
                    assert high - low < RUN, f"{path.name}: {text[low:high]}"
                    at = report.find(probe, at + 1)


def planted() -> list[tuple[str, dict[str, object]]]:
    table = tomllib.loads(samples.planted().read_text(encoding="utf-8"))
    return [(kind, row) for kind in ("target", "commitment") for row in table[kind]]


def test_the_second_report_meets_exceeds_misses_and_passes_over_what_the_first_promised() -> None:
    rows = planted()
    assert sum(kind == "target" for kind, _ in rows) >= 14
    assert sum(kind == "commitment" for kind, _ in rows) >= 10
    assert {row["outcome"] for _, row in rows} == OUTCOMES


@pytest.mark.parametrize(("kind", "row"), planted(), ids=lambda v: v if isinstance(v, str) else v["subject"])
def test_a_planted_outcome_quotes_both_reports(kind: str, row: dict[str, object]) -> None:
    promise, result = text_of(2024), text_of(2025)
    plan = promise.index("二、2024年总体要求和主要目标")
    assert str(row["quote"]) in promise[plan:]
    if row["outcome"] == "not_reported":
        assert "result_quote" not in row
    else:
        assert str(row["result_quote"]) in result[: result.index("二、2025年总体要求和主要目标")]
    if "result" in row:
        assert f"{row['result']:g}{row['result_unit']}" in str(row["result_quote"])


@pytest.mark.parametrize("name", ["单位地区生产总值能耗", "上市公司", "养老床位"])
def test_what_is_passed_over_in_silence_is_nowhere_in_the_second_review(name: str) -> None:
    result = text_of(2025)
    assert name not in result[: result.index("二、2025年总体要求和主要目标")]
