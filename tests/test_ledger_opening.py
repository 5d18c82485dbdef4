"""A report becomes items: each sentence once, with its words, its measures and who should own it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from ledger_office import target

import duixian
from duixian import samples
from duixian.ledger.founding import Founder, founding
from duixian.ledger.kinds import Event
from duixian.ledger.measures import written
from duixian.ledger.opening import Proposal, proposals_of
from duixian.ledger.organisations import Organisation
from duixian.ledger.plans import Item, ItemKind
from duixian.ledger.store import Ledger
from duixian.ledger.tables import MemoryTables

SHARED = Path(__file__).resolve().parents[2] / "shared"
SOURCE = SHARED / "corpus" / "government-work-reports-2024.txt"
GOLD = SHARED / "gold" / "figures"

REPORT = """云岭市政府工作报告
各位代表：
一、2024年工作回顾
全市生产总值增长5.6%。
二、2025年重点工作
今年主要预期目标是：地区生产总值增长6%左右，城镇新增就业3万人以上，居民消费价格涨幅控制在2%左右。
（一）建设现代产业
培育高新技术企业50家，新建标准厂房20万平方米。深化国资国企改革。
加快建设青石水库，确保6月底前开工。
（二）办好民生
抓好十件民生实事
新建幼儿园12所，改造老旧小区80个。
"""


def proposals(reading: duixian.Reading, by_sentence: bool = True) -> list[Proposal]:
    return proposals_of(reading, by_sentence)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> duixian.Reading:
    path = tmp_path_factory.mktemp("report") / "报告.txt"
    path.write_text(REPORT, "utf-8")
    return next(iter(duixian.read(path)))


def test_a_sentence_is_one_item_and_a_main_target_is_one_row(reading: duixian.Reading) -> None:
    found = {one.text: one for one in proposals(reading)}
    assert [one.number for one in found.values()][:3] == ["1.1", "1.2", "1.3"]
    kinds = {text: one.kind for text, one in found.items()}
    assert kinds["地区生产总值增长6%左右"] is ItemKind.HEADLINE
    together = next(one for text, one in found.items() if "高新技术企业" in text)
    assert [written(measure) for measure in together.measures] == ["高新技术企业=50家", "标准厂房=20万平方米"]
    assert together.text == "培育高新技术企业50家，新建标准厂房20万平方米"
    assert next(kind for text, kind in kinds.items() if "国资国企" in text) is ItemKind.REFORM
    assert next(kind for text, kind in kinds.items() if "幼儿园" in text) is ItemKind.LIVELIHOOD


def test_a_project_keeps_the_deadline_that_is_written(reading: duixian.Reading) -> None:
    reservoir = next(one for one in proposals(reading) if "青石水库" in one.text)
    assert reservoir.kind is ItemKind.PROJECT
    assert reservoir.deadline == "2025-06-30"


def test_every_clause_can_be_an_item_of_its_own(reading: duixian.Reading) -> None:
    assert len(proposals(reading, by_sentence=False)) > len(proposals(reading))


def test_owners_are_suggested_with_reasons(reading: duixian.Reading) -> None:
    schools = next(one for one in proposals(reading) if "幼儿园" in one.text)
    assert schools.assignment.lead == "education"
    assert schools.assignment.reasons
    assert 0 < schools.assignment.confidence <= 1


def opened(place: str, reading: duixian.Reading) -> tuple[Ledger, list[Event]]:
    events = founding(MemoryTables(), reading.record, proposals(reading), founder=Founder("li", "李督查"))
    ledger = Ledger(place)
    ledger.record("li", *events)
    return ledger, events


def test_a_new_ledger_gets_its_government_departments_and_items(place: str, reading: duixian.Reading) -> None:
    ledger, _ = opened(place, reading)
    with ledger, ledger.read() as tables:
        names = {row.name for row in tables.select(Organisation)}
        assert "教育局" in names
        items = tables.select(Item, plan="2025")
        assert len(items) == len(proposals(reading))
        for item in items:
            assert item.evidence
            source = reading.document.source.pages[0]
            for words in item.evidence:
                assert "".join(source[words.start : words.end].split()) == words.quote
        schools = next(item for item in items if "幼儿园" in item.text)
        assert schools.suggestion is not None
        assert schools.suggestion.lead == "education"
        assert schools.lead is None


def test_the_next_year_follows_in_the_same_ledger(place: str) -> None:
    first, second = (next(iter(duixian.read(samples.report(year)))) for year in samples.YEARS)
    with Ledger(place) as ledger:
        for reading in (first, second):
            with ledger.read() as tables:
                events = founding(tables, reading.record, proposals(reading), founder=Founder("li", "李督查"))
            ledger.record("li", *events)
        with ledger.read() as tables:
            from duixian.ledger.plans import Plan

            assert [(plan.id, plan.follows) for plan in tables.select(Plan)] == [("2024", None), ("2025", "2024")]
        assert ledger.verify().ok


def test_a_report_of_another_place_is_refused(place: str, reading: duixian.Reading) -> None:
    from duixian.ledger.errors import LedgerError

    ledger, _ = opened(place, reading)
    other = next(iter(duixian.read(samples.report(2024))))
    with ledger, ledger.read() as tables, pytest.raises(LedgerError, match="请换一个台账"):
        founding(tables, other.record, proposals(other), founder=None)


@pytest.mark.parametrize("format", samples.FORMATS)
def test_text_word_and_pdf_of_one_report_open_the_same_book(format: str) -> None:
    plain = next(iter(duixian.read(samples.report(2025))))
    other = next(iter(duixian.read(samples.report(2025, format))))
    assert [(one.number, one.kind) for one in proposals(other)] == [(one.number, one.kind) for one in proposals(plain)]


class TestOnTheReports:
    @pytest.fixture(scope="class")
    @staticmethod
    def readings() -> list[duixian.Reading]:
        if not SOURCE.is_file():
            pytest.skip("the corpus is not beside the repository")
        return list(duixian.read(SOURCE))

    def test_plans_open_for_the_nation_and_two_provinces(
        self, readings: list[duixian.Reading], tmp_path: Path, backend: str
    ) -> None:
        for place in ("全国", "浙江", "湖北"):
            reading = next(one for one in readings if (one.record.region_name or "").startswith(place))
            found = proposals(reading)
            assert 100 <= len(found) <= 400
            assert sum(one.assignment.lead is not None for one in found) >= 0.95 * len(found)
            with Ledger(target(backend, tmp_path)) as ledger:
                ledger.record("li", *founding(MemoryTables(), reading.record, found, founder=Founder("li", "李督查")))
                assert ledger.verify().ok

    def test_every_measurable_target_of_the_gold_is_an_item_or_a_measure(self, readings: list[duixian.Reading]) -> None:
        total = missing = 0
        if not GOLD.is_dir():
            pytest.skip("the gold is not beside the repository")
        for file in sorted(GOLD.glob("*.jsonl")):
            rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            region = file.stem.split("_")[1]
            reading = next(one for one in readings if (one.record.region_name or "").startswith(region[:2]))
            found = proposals(reading)
            figures = {figure.id: figure for figure in reading.figures()}
            used = [measure.figure for one in found for measure in one.measures]
            assert len(used) == len(set(used)), "a figure is a measure of two items"
            have = Counter(
                (figures[measure.figure or ""].evidence.line, measure.value, measure.unit)
                for one in found
                for measure in one.measures
            )
            texts = "".join(one.text for one in found)
            for row in rows:
                if row["status"] not in ("target", "longterm"):
                    continue
                total += 1
                key = (row["line"], row["value"], row["unit"])
                if have[key]:
                    have[key] -= 1
                elif "".join(row["quote"].split()) not in texts:
                    missing += 1
        assert total >= 170
        assert missing <= 1

    def test_no_commitment_is_lost(self, readings: list[duixian.Reading]) -> None:
        for reading in readings[:8]:
            found = {record for one in proposals(reading) for record in one.records}
            assert [one.id for one in reading.commitments() if not one.heading and one.id not in found] == []
