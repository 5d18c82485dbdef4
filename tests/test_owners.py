"""Whom people name to answer for a commitment stays beside its record, and the plan is opened with them."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from corpus_reports import report, write_reports
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import BACKENDS, target
from test_assignment import commitment

import duixian
from duixian.cli.application import run
from duixian.corpus import Corpus, CorpusError, NoSuchNameError
from duixian.corpus.corrections import _digest, load_journal
from duixian.corpus.owners import Owner
from duixian.corpus.readings import Reading, correct
from duixian.corpus.texts import typed_record
from duixian.evaluation import evaluate, read_answers
from duixian.evaluation.export import OWNERS, answers_archive, answers_of
from duixian.ledger.assignment import Assignment, joint, settled, suggest
from duixian.ledger.founding import Founder, founding
from duixian.ledger.opening import Proposal, proposals_of
from duixian.ledger.organisations import Organisation, OrganisationAdded, OrganisationKind
from duixian.ledger.plans import Item
from duixian.ledger.store import Ledger
from duixian.ledger.tables import MemoryTables
from duixian.records import Commitment


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus(tmp_path / "corpus")
    made.add([str(path) for path in write_reports(tmp_path / "in", 1)])
    return made


def only(corpus: Corpus) -> Reading:
    return corpus.reading(corpus.entries()[0].id)


def clause(reading: Reading, words: str) -> str:
    """The id of the commitment that has these words."""
    return next(str(row["id"]) for row in reading.amended.rows["commitment"] if words in row["quote"])


def name(corpus: Corpus, words: str, **values: Any) -> None:
    reading = only(corpus)
    correct(corpus.path, "change", reading.entry.id, record=clause(reading, words), values=values)


class TestCorrections:
    def test_an_owner_is_kept_beside_the_record_and_changes_nothing_in_it(self, corpus: Corpus) -> None:
        before = only(corpus)
        name(corpus, "通用机场", lead="民航发展办公室", supporting="交通运输厅、财政厅，交通运输厅")
        after = only(corpus)
        assert after.amended.rows == before.amended.rows
        assert after.amended.owners == {
            clause(after, "通用机场"): Owner("民航发展办公室", ("交通运输厅", "财政厅")),
        }
        assert after.amended.changed == {}
        (entry,) = load_journal(corpus.path).entries
        assert entry.after == {"lead": "民航发展办公室", "supporting": ["交通运输厅", "财政厅"]}
        assert (entry.before["lead"], entry.before["supporting"]) == (None, None)
        assert {field.name for field in fields(Commitment)} & entry.after.keys() == set()

    def test_an_owner_and_the_record_are_corrected_in_one_go_and_taken_back_together(self, corpus: Corpus) -> None:
        before = only(corpus)
        name(corpus, "通用机场", lead="交通运输厅", theme="交通")
        after = only(corpus)
        record = clause(after, "通用机场")
        assert after.found(record)[1]["theme"] == "交通"
        assert set(after.amended.changed) == set(after.amended.owners) == {record}
        correct(corpus.path, "withdraw", after.entry.id, sequence=1)
        assert only(corpus).amended == before.amended

    def test_an_empty_field_is_as_suggested_and_nobody_is_said_in_words(self, corpus: Corpus) -> None:
        name(corpus, "通用机场", supporting="无")
        record = clause(only(corpus), "通用机场")
        assert only(corpus).amended.owners[record] == Owner(None, ())
        name(corpus, "通用机场", lead="交通运输厅", supporting="")
        assert only(corpus).amended.owners[record] == Owner("交通运输厅", None)
        name(corpus, "通用机场", lead=" ")
        assert only(corpus).amended.owners == {}
        with pytest.raises(CorpusError, match="没有改动"):
            name(corpus, "通用机场", lead="", supporting=None)

    def test_a_commitment_that_is_added_may_have_an_owner(self, corpus: Corpus) -> None:
        values = {"action": "监督", "object": "承诺", "lead": "督查室"}
        reading = only(corpus)
        correct(corpus.path, "add", reading.entry.id, kind="commitment", words="全省上下同心协力", values=values)
        after = only(corpus)
        (added,) = after.amended.added
        assert after.amended.owners == {added: Owner("督查室")}
        assert "lead" not in after.found(added)[1]

    @pytest.mark.parametrize("kind", ["figure", "project"])
    def test_only_a_commitment_has_an_owner(self, corpus: Corpus, kind: str) -> None:
        reading = only(corpus)
        record = str(reading.amended.rows[kind][0]["id"])
        with pytest.raises(CorpusError, match="只有承诺才有") as told:
            correct(corpus.path, "change", reading.entry.id, record=record, values={"lead": "财政厅"})
        assert told.value.remedy == "请更正同一句话里的承诺"

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"lead": "局" * 101}, "超过 100 字"),
            ({"supporting": ["财政厅", "局" * 101]}, "超过 100 字"),
            ({"lead": "财政厅、交通运输厅"}, "只能写一个"),
            ({"supporting": "、".join(f"第{number}局" for number in range(21))}, "超过 20 个"),
            ({"lead": "财\x00政厅"}, "无法保存"),
            ({"supporting": ["财政厅\ud800"]}, "无法保存"),
            ({"lead": 7}, "应当是文字"),
            ({"supporting": 7}, "应当是文字"),
            ({"supporting": [7]}, "应当是文字"),
        ],
    )
    def test_what_cannot_be_a_name_is_refused_in_words(self, corpus: Corpus, values: dict[str, Any], said: str) -> None:
        with pytest.raises(CorpusError, match=said):
            name(corpus, "通用机场", **values)
        assert load_journal(corpus.path).entries == ()

    def test_an_owner_of_a_record_that_is_gone_is_refused(self, corpus: Corpus) -> None:
        reading = only(corpus)
        record = clause(reading, "通用机场")
        correct(corpus.path, "drop", reading.entry.id, record=record)
        with pytest.raises(NoSuchNameError, match="没有这个记录"):
            correct(corpus.path, "change", reading.entry.id, record=record, values={"lead": "财政厅"})

    def test_an_owner_survives_a_new_extraction_even_under_other_ids(self, corpus: Corpus) -> None:
        name(corpus, "通用机场", lead="民航发展办公室")
        path = corpus.path / "corrections" / "00000001.json"
        entry = json.loads(path.read_text("utf-8"))
        # As if the extractor of another day had named the record differently.
        entry["record"] = "com-of-another-day"
        entry["hash"] = _digest({key: value for key, value in entry.items() if key != "format"})
        path.write_text(json.dumps(entry, ensure_ascii=False), "utf-8")
        corpus.refresh(everything=True)
        after = only(corpus)
        assert after.amended.owners == {clause(after, "通用机场"): Owner("民航发展办公室")}

    def test_an_owner_finds_its_words_when_the_document_came_from_another_file(self, tmp_path: Path) -> None:
        first, second = tmp_path / "一.txt", tmp_path / "二.txt"
        first.write_text(report("青海省"), "utf-8")
        second.write_text("\n\n" + report("青海省").replace("\n", "\n\n"), "utf-8")
        corpus = Corpus(tmp_path / "corpus")
        corpus.add([str(first)])
        name(corpus, "白石河", lead="水利厅", supporting=["生态环境厅"])
        corpus.remove([only(corpus).entry.id])
        corpus.add([str(second)])
        after = only(corpus)
        assert after.amended.owners == {clause(after, "白石河"): Owner("水利厅", ("生态环境厅",))}


class TestGold:
    def test_owners_go_into_a_file_of_their_own_and_claim_nothing_about_the_line(self, corpus: Corpus) -> None:
        name(corpus, "通用机场", lead="民航发展办公室", supporting="无")
        reading = only(corpus)
        assert answers_of(reading) == answers_of(reading, whole=True) == {}
        archive = zipfile.ZipFile(io.BytesIO(answers_archive([reading])))
        assert archive.namelist() == [OWNERS]
        (row,) = [json.loads(line) for line in archive.read(OWNERS).splitlines()]
        assert row["evidence"].pop("source") == "青海省2024.txt"
        found = reading.found(clause(reading, "通用机场"))[1]
        assert row["evidence"] == {key: found[key] for key in ("line", "page", "start", "end", "quote")}
        expected = {
            "document": reading.entry.id,
            "lead": "民航发展办公室",
            "supporting": [],
            "evidence": row["evidence"],
        }
        assert row == expected

    def test_evaluate_takes_the_export_with_owners_in_it(
        self, corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        name(corpus, "通用机场", lead="民航发展办公室")
        folder = tmp_path / "gold"
        source = str(tmp_path / "in" / "青海省2024.txt")
        zipfile.ZipFile(io.BytesIO(answers_archive([only(corpus)]))).extractall(folder)
        assert run(["evaluate", "--gold", str(folder), source]) == 2
        assert "单位不评分" in capsys.readouterr().err
        name(corpus, "通用机场", theme="交通")
        zipfile.ZipFile(io.BytesIO(answers_archive([only(corpus)]))).extractall(folder)
        assert run(["evaluate", "--gold", str(folder), source, "--format", "json"]) == 0
        records = [record for each in duixian.read(source) for record in each.records()]
        assert evaluate(read_answers(folder), records).parts["commitments"].total.gold > 0


class _Read:
    """A reading of the corpus as plans take it."""

    def __init__(self, reading: Reading) -> None:
        self.document, self.record = reading.document, reading.document.record
        self._rows = reading.amended.rows

    def figures(self) -> list[Any]:
        return [typed_record(duixian.Figure, row) for row in self._rows["figure"]]

    def commitments(self) -> list[Any]:
        return [typed_record(duixian.Commitment, row) for row in self._rows["commitment"]]

    def projects(self) -> list[Any]:
        return [typed_record(duixian.Project, row) for row in self._rows["project"]]


def item(corpus: Corpus, words: str, by_sentence: bool = True) -> Proposal:
    reading = only(corpus)
    found = proposals_of(_Read(reading), by_sentence, owners=reading.amended.owners)
    return next(one for one in found if words in one.text)


class TestPlans:
    def test_whom_a_person_named_leads_with_certainty(self, corpus: Corpus) -> None:
        name(corpus, "通用机场", lead="民航发展办公室", supporting=["交通运输厅"])
        found = item(corpus, "通用机场", by_sentence=False).assignment
        assert (found.lead_name, found.supporting_names, found.confidence) == ("民航发展办公室", ("交通运输厅",), 1.0)
        assert [reason.zh for reason in found.reasons] == ["人工确定"]

    def test_the_first_named_lead_of_a_sentence_leads_and_the_other_leads_support(self, corpus: Corpus) -> None:
        # One sentence: 新建农村公路……，加快建设云岭水库，年内完成白石河治理工程。
        before = item(corpus, "云岭水库").assignment
        name(corpus, "白石河", lead="生态环境厅")
        name(corpus, "云岭水库", lead="水库建设指挥部", supporting=["财政厅"])
        found = item(corpus, "云岭水库").assignment
        assert found.lead_name == "水库建设指挥部"
        assert found.supporting_names[0] == "财政厅"
        assert "生态环境厅" in found.supporting_names
        assert before.lead_name in found.supporting_names  # of the clause about roads, which nobody settled
        assert found.confidence == 1.0

    def test_a_main_target_takes_the_owner_of_its_clause(self, corpus: Corpus) -> None:
        reading = only(corpus)
        row = next(row for row in reading.amended.rows["commitment"] if "就业" in row["quote"])
        name(corpus, row["quote"], lead="就业工作专班")
        assert item(corpus, "就业").assignment.lead_name == "就业工作专班"

    def test_only_named_supporters_leave_the_lead_as_it_was_suggested(self, corpus: Corpus) -> None:
        before = item(corpus, "通用机场", by_sentence=False).assignment
        name(corpus, "通用机场", supporting=["民航发展办公室"])
        found = item(corpus, "通用机场", by_sentence=False).assignment
        assert (found.lead, found.confidence) == (before.lead, before.confidence)
        assert found.supporting_names == ("民航发展办公室",)
        assert found.reasons[0].zh == "配合单位人工确定"

    @pytest.mark.parametrize("backend", BACKENDS)
    def test_a_plan_is_opened_with_them_and_tells_whom_the_ledger_does_not_have(
        self, corpus: Corpus, tmp_path: Path, backend: str
    ) -> None:
        name(corpus, "通用机场", lead="发展改革委", supporting=["民航发展办公室", "财政厅"])
        name(corpus, "白石河", lead="流域管理局")
        reading = only(corpus)
        found = proposals_of(_Read(reading), False, owners=reading.amended.owners)
        with Ledger(target(backend, tmp_path)) as ledger:
            events = founding(MemoryTables(), reading.document.record, found, founder=Founder("li", "李督查"))
            ledger.record("li", *events)
            with ledger.read() as tables:
                items = {each.text: each.suggestion for each in tables.select(Item)}
                names = {row.id: row.name for row in tables.select(Organisation)}
            assert ledger.verify().ok
        airport = next(each for text, each in items.items() if "通用机场" in text)
        assert airport is not None
        assert names[airport.lead or ""] == "发展改革委"
        assert [names[id] for id in airport.supporting] == ["财政厅"]
        assert airport.confidence == 1.0
        assert airport.reasons == ("台账里没有“民航发展办公室”", "人工确定")
        river = next(each for text, each in items.items() if "白石河" in text)
        assert river is not None
        assert (river.lead, river.confidence) == (None, 0.0)
        assert river.reasons == ("台账里没有“流域管理局”", "人工确定")

    def test_an_organisation_of_the_users_own_is_found_by_its_name(self, corpus: Corpus, tmp_path: Path) -> None:
        name(corpus, "白石河", lead="流域管理局")
        reading = only(corpus)
        found = proposals_of(_Read(reading), False, owners=reading.amended.owners)
        with Ledger(tmp_path / "台账.db") as ledger:
            document, founder = reading.document.record, Founder("li", "李督查")
            ledger.record("li", *founding(MemoryTables(), document, found[:1], "0", founder=founder))
            government = document.region or ""
            added = OrganisationAdded("basin", "流域管理局", OrganisationKind.DEPARTMENT, government)
            ledger.record("li", added)
            with ledger.read() as tables:
                ledger_events = founding(tables, document, found, "2024a")
            ledger.record("li", *ledger_events)
            with ledger.read() as tables:
                (river,) = (one for one in tables.select(Item, plan="2024a") if "白石河" in one.text)
        assert river.suggestion is not None
        assert (river.suggestion.lead, river.suggestion.reasons) == ("basin", ("人工确定",))


LEVEL = "province"
WORDS = ("新建农村公路200公里", "加快建设云岭水库", "新增公办幼儿园学位", "开展欠薪专项整治", "提升工作水平")
NAMES = ("水利厅", "交通运输厅", "教育厅", "流域管理局", "高新区管委会")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(WORDS),
            st.none() | st.sampled_from(NAMES),
            st.none() | st.lists(st.sampled_from(NAMES), unique=True, max_size=5),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_in_a_sentence_nobody_that_a_person_named_is_left_out(
    clauses: list[tuple[str, str | None, list[str] | None]],
) -> None:
    found: list[Assignment] = []
    for words, lead, supporting in clauses:
        owner = Owner.of({"lead": lead, "supporting": supporting})
        one = suggest(commitment(words), LEVEL)
        found.append(settled(one, owner, LEVEL) if owner else one)
    whole = joint(found)
    leads = [lead for _, lead, _ in clauses if lead is not None]
    if leads:
        assert (whole.lead_name, whole.confidence) == (leads[0], 1.0)
        assert [reason.zh for reason in whole.reasons] == ["人工确定"]
    named = {name for one in found for name in (one.lead_name, *one.supporting_names) if name in NAMES}
    wanted = set(leads) | {each for _, _, supporting in clauses for each in supporting or ()}
    assert wanted & named <= {whole.lead_name, *whole.supporting_names}
    assert whole.lead not in whole.supporting
    assert len(set(whole.supporting)) == len(whole.supporting) == len(whole.supporting_names)
