"""Texts in traditional characters are read like any other, and quote the characters of their source."""

from __future__ import annotations

from duixian.documents.pipeline import read_documents
from duixian.documents.readers import read_source
from duixian.extraction.figures import find_figures

REPORT = (
    "嵐川省政府工作報告\n——2024年1月18日在嵐川省第十三屆人民代表大會第二次會議上\n省長 溫如岸\n各位代表：\n"
    "一、2023年工作回顧\n全省地區生產總值增長5.3%，城鎮、農村居民人均可支配收入分別增長4.8%、6.9%。新建5個產業園區。\n"
    "二、2024年工作任務\n規模以上工業增加值增長7%以上。\n"
)


def test_a_big5_report_gives_the_same_indicators_as_a_simplified_one() -> None:
    source = read_source(REPORT.encode("big5hkscs"), "report.txt")
    (document,) = read_documents(source)
    figures = find_figures(document)
    assert [f.indicator for f in figures] == ["gdp", "income_urban", "income_rural", "other", "industrial_va"]
    assert [f.status for f in figures] == ["achieved"] * 4 + ["target"]
    assert figures[0].subject == "地区生产总值"
    assert "地區生產總值" in figures[0].evidence.quote


def test_every_quote_is_the_source_in_its_own_characters() -> None:
    source = read_source(REPORT.encode(), "report.txt")
    (document,) = read_documents(source)
    for figure in find_figures(document):
        evidence = figure.evidence
        assert source.text[evidence.start : evidence.end] == evidence.quote
