"""The extractor reads what a careful reader would, in the words of the reports (cases in data/figures.toml)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duixian.documents.model import SourceText
from duixian.documents.pipeline import read_documents
from duixian.extraction.figures import find_figures
from duixian.extraction.figures.worded import find_quantities
from duixian.records import Figure
from duixian.vocabulary.indicators import indicator_of, load_indicators
from duixian.vocabulary.numerals import parse_numeral
from duixian.vocabulary.tables import read_table
from duixian.vocabulary.units import fold_unit, load_units

CASES = tomllib.loads((Path(__file__).parent / "data" / "figures.toml").read_text("utf-8"))["case"]
HEADINGS = {"review": "一、2023年工作回顾", "plan": "二、2024年重点工作", "targets": "二、2024年目标任务"}


def figures_of(text: str, part: str) -> list[Figure]:
    opening = (
        "今年经济社会发展主要预期目标是：地区生产总值增长5%左右，固定资产投资增长6%左右，" if part == "targets" else ""
    )
    report = (
        "兰川省政府工作报告\n——2024年1月18日在兰川省第十三届人民代表大会第二次会议上\n省长 温如岸\n各位代表：\n"
        f"{HEADINGS[part]}\n{opening}{text}\n"
    )
    (document,) = read_documents(SourceText("report.txt", "txt", (report,)))
    found = [f for f in find_figures(document) if f.evidence.line == 6]
    return found[2:] if part == "targets" else found


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_sentence_gives_the_rows_that_an_annotator_would_write(case: dict[str, object]) -> None:
    rows = case["rows"]
    assert isinstance(rows, list)
    expected = [[part.strip() for part in row.split("|")] for row in rows]
    found = figures_of(str(case["text"]), str(case["part"]))
    got = [
        [f.subject, f.kind, f.op, "-" if f.value is None else f"{f.value:g}", f.unit, f.status, f.indicator]
        for f in found
    ]
    assert [row[: len(want)] for row, want in zip(got, expected, strict=False)] == expected, got
    assert len(got) == len(expected), got


NUMERALS = "零一二三四五六七八九"


def in_words(number: int) -> str:
    """A whole number below one hundred million in Chinese numerals."""
    if number >= 10000:
        high, low = divmod(number, 10000)
        gap = "零" if 0 < low < 1000 else ""
        return in_words(high) + "万" + (gap + in_words(low) if low else "")
    out, zero = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            out += ("零" if zero and out else "") + NUMERALS[digit] + word
            zero = False
        else:
            zero = True
    return out


@given(st.integers(min_value=1, max_value=99_999_999))
def test_every_chinese_numeral_is_read_back(number: int) -> None:
    assert parse_numeral(in_words(number)) == number


@given(st.text(max_size=12))
def test_any_characters_are_a_numeral_or_none(text: str) -> None:
    value = parse_numeral(text)
    assert value is None or value >= 0


@pytest.mark.parametrize("unit", sorted(load_units().kinds))
def test_every_unit_folds_to_a_base_that_folds_to_itself(unit: str) -> None:
    factor, base = fold_unit("万" + unit)
    assert factor > 0
    assert fold_unit(base) == (1.0, base)


@given(
    st.integers(min_value=1, max_value=10**6),
    st.sampled_from(["%", "亿元", "万人", "个", "公里", "万吨", "个百分点", "微克/立方米"]),
    st.sampled_from(["", "超过", "近", "不低于", "突破"]),
    st.sampled_from(["", "左右", "以上", "以内"]),
)
def test_a_number_is_found_whole_with_its_unit(number: int, unit: str, prefix: str, suffix: str) -> None:
    text = f"指标甲达到{prefix}{number}{unit}{suffix}。"
    (quantity,) = find_quantities(text)
    assert (quantity.value, quantity.unit) == (number, unit)
    assert text[quantity.start : quantity.end] == f"{prefix}{number}{unit}{suffix}"


ALPHABET = "增长下降达到全省市新建设改造个家亿万元%5.2018、，。；和分别至以上左右第一二三十位（）“”从由占比 \n—-"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=200))
def test_no_text_breaks_the_extractor_and_every_row_is_grounded(text: str) -> None:
    source = SourceText("x.txt", "txt", (text,))
    for document in read_documents(source):
        for figure in find_figures(document):
            evidence = figure.evidence
            assert "".join(text[evidence.start : evidence.end].split()) == "".join(evidence.quote.split())


@pytest.mark.parametrize(
    ("subject", "indicator"),
    [
        ("全省规模以上工业增加值", "industrial_va"),
        ("汽车出口", "other"),
        ("民营经济税收", "other"),
        ("清洁能源装机", "other"),
        ("人均地区生产总值", "other"),
        ("农村常住居民人均可支配收入", "income_rural"),
        ("脱贫地区农村居民收入", "other"),
        ("国控断面水质优良比例", "surface_water_good"),
        ("地区生产总值增速", "gdp"),
    ],
)
def test_a_part_of_an_aggregate_is_not_the_aggregate(subject: str, indicator: str) -> None:
    assert indicator_of(subject) == indicator


def test_ids_are_the_same_from_run_to_run_and_never_repeat() -> None:
    text = "新建水厂12座，新建水厂12座，改造管网300公里。"
    first, second = (figures_of(text, "plan") for _ in range(2))
    assert [f.id for f in first] == [f.id for f in second]
    assert len({f.id for f in first}) == len(first) == 3


@pytest.mark.parametrize(
    "piece", ["5%、", "一", "1", "5%和", "二十", "全省生产总值增长5%和", "“5%", "由", "《", "5亿元。", "（"]
)
def test_a_line_without_end_costs_no_more_than_its_length(piece: str) -> None:
    # Anything worse than linear would take hours here.
    source = SourceText("x.txt", "txt", (piece * (60_000 // len(piece)),))
    for document in read_documents(source):
        find_figures(document)


ALIASES = [alias for entry in read_table("indicators").values() for alias in entry["names"]]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(ALIASES).flatmap(lambda alias: st.from_regex(alias, fullmatch=True)))
def test_the_quick_look_never_overlooks_a_name(name: str) -> None:
    table = load_indicators()
    assert table.hint is not None
    assert table.hint.search(name)
