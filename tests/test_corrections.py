"""What people correct in the records of a corpus stays, can be taken back, and is never silently changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from corpus_reports import report, write_reports
from hypothesis import given, settings
from hypothesis import strategies as st

from duixian.corpus import Corpus, CorpusError
from duixian.corpus.corrections import load_journal
from duixian.corpus.readings import Reading, correct
from duixian.evaluation import evaluate, read_answers
from duixian.evaluation.export import answers_archive, answers_of
from duixian.holdings import corpus_reports


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus(tmp_path / "corpus")
    made.add([str(path) for path in write_reports(tmp_path / "in", 2)])
    return made


def only(corpus: Corpus) -> Reading:
    return corpus.reading(corpus.entries()[0].id)


def growth(reading: Reading) -> dict[str, object]:
    return next(
        row for row in reading.amended.rows["figure"] if row["indicator"] == "gdp" and row["status"] == "target"
    )


def grounded(reading: Reading) -> bool:
    """Whether the words of every record stand in the source where its evidence says."""
    return all(
        "".join(reading.document.source.pages[(row["page"] or 1) - 1][row["start"] : row["end"]].split())
        == row["quote"]
        for _, row in reading.rows()
    )


def test_a_corrected_value_is_shown_and_compared(corpus: Corpus) -> None:
    reading = only(corpus)
    row = growth(reading)
    correct(corpus.path, "change", reading.entry.id, record=str(row["id"]), values={"value": "6.5"})
    changed = growth(only(corpus))
    assert (changed["value"], changed["base_value"], changed["quote"]) == (6.5, 6.5, row["quote"])
    reports = corpus_reports(corpus, years=[2024], status="target")
    own = next(each for each in reports if each.document.id == reading.entry.id)
    assert [f.value for f in own.figures if f.indicator == "gdp" and f.status == "target"] == [6.5]


def test_a_dropped_record_is_gone_until_the_drop_is_taken_back(corpus: Corpus) -> None:
    reading = only(corpus)
    record = str(growth(reading)["id"])
    journal = correct(corpus.path, "drop", reading.entry.id, record=record)
    assert record not in {row["id"] for _, row in only(corpus).rows()}
    correct(corpus.path, "withdraw", reading.entry.id, sequence=journal.entries[-1].sequence)
    assert record in {row["id"] for _, row in only(corpus).rows()}
    with pytest.raises(CorpusError, match="已经撤回"):
        correct(corpus.path, "withdraw", reading.entry.id, sequence=journal.entries[-1].sequence)


def test_an_added_record_carries_the_exact_words(corpus: Corpus) -> None:
    reading = only(corpus)
    values = {"subject": "公园", "value": "7", "unit": "个", "kind": "level", "op": "eq", "status": "target"}
    correct(corpus.path, "add", reading.entry.id, kind="figure", words="“无人\n配送 ”试点", values=values)
    after = only(corpus)
    (added,) = after.amended.added
    assert after.found(added)[1]["quote"] == "“无人配送”试点"
    assert after.found(added)[1]["section"]
    assert grounded(after)
    with pytest.raises(CorpusError, match="已有这样一条记录"):
        correct(corpus.path, "add", reading.entry.id, kind="figure", words="“无人配送”试点", values=values)


@pytest.mark.parametrize(("words", "said"), [("没有写过的一句话", "没有这句话"), ("全省", "出现了"), ("  ", "没有写")])
def test_words_that_are_not_there_or_not_only_there_cannot_be_added(corpus: Corpus, words: str, said: str) -> None:
    with pytest.raises(CorpusError, match=said):
        correct(corpus.path, "add", only(corpus).entry.id, kind="project", words=words, values={"name": "云岭水库"})
    assert load_journal(corpus.path).entries == ()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"value": "许多"}, "不是一个数"),
        ({"status": "someday"}, "不能是"),
        ({"indicator": "happiness"}, "没有这个指标"),
        ({"subject": ""}, "不能是空的"),
        ({"quote": "别的话"}, "不能更正"),
        ({"unit": "%"}, "没有改动"),
        ({"op": "range"}, "区间要有上限"),
        ({"subject": "增\x00长"}, "无法保存"),
    ],
)
def test_what_a_record_cannot_hold_is_refused_in_words(corpus: Corpus, values: dict[str, str], said: str) -> None:
    reading = only(corpus)
    with pytest.raises(CorpusError, match=said):
        correct(corpus.path, "change", reading.entry.id, record=str(growth(reading)["id"]), values=values)
    assert load_journal(corpus.path).entries == ()


def test_corrections_survive_a_new_extraction_even_under_other_ids(corpus: Corpus) -> None:
    reading = only(corpus)
    row = growth(reading)
    correct(corpus.path, "change", reading.entry.id, record=str(row["id"]), values={"value": "6.5"})
    path = corpus.path / "corrections" / "00000001.json"
    entry = json.loads(path.read_text("utf-8"))
    # As if the extractor of another day had named the record differently.
    from duixian.corpus.corrections import _digest

    entry["record"] = "fig-of-another-day"
    values = {key: value for key, value in entry.items() if key != "format"}
    entry["hash"] = _digest(values)
    path.write_text(json.dumps(entry, ensure_ascii=False), "utf-8")
    corpus.refresh(everything=True)
    after = only(corpus)
    assert growth(after)["value"] == 6.5
    assert growth(after)["id"] == row["id"]
    assert len(after.rows()) == len(reading.rows())


def test_a_corrected_record_that_is_no_longer_extracted_stays_as_people_left_it(corpus: Corpus) -> None:
    from duixian.corpus.correcting import amended, amendments

    reading = only(corpus)
    row = growth(reading)
    journal = correct(corpus.path, "change", reading.entry.id, record=str(row["id"]), values={"value": "6.5"})
    found = amendments(journal.live())
    left = amended({"figure": []}, found, lambda amendment: amendment.evidence)
    assert [(each["value"], each["quote"]) for each in left.rows["figure"]] == [(6.5, row["quote"])]
    assert left.added


def test_an_addition_finds_its_words_when_the_document_came_from_another_file(tmp_path: Path) -> None:
    first, second = tmp_path / "一.txt", tmp_path / "二.txt"
    first.write_text(report("青海省"), "utf-8")
    second.write_text("\n\n" + report("青海省").replace("\n", "\n\n"), "utf-8")
    corpus = Corpus(tmp_path / "corpus")
    corpus.add([str(first)])
    identity = only(corpus).entry.id
    correct(corpus.path, "add", identity, kind="project", words="白石河治理工程", values={"name": "白石河治理"})
    corpus.remove([identity])
    corpus.add([str(second)])
    after = only(corpus)
    assert after.entry.id == identity
    assert after.amended.added or after.amended.changed
    assert grounded(after)


def test_a_journal_that_was_tampered_with_is_not_believed(corpus: Corpus) -> None:
    reading = only(corpus)
    correct(corpus.path, "drop", reading.entry.id, record=str(growth(reading)["id"]))
    correct(corpus.path, "withdraw", reading.entry.id, sequence=1)
    path = corpus.path / "corrections" / "00000001.json"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b'"drop"', b'"change"'))
    with pytest.raises(CorpusError, match="被改动过"):
        load_journal(corpus.path)
    path.unlink()
    with pytest.raises(CorpusError, match="缺少"):
        load_journal(corpus.path)


def test_corrections_are_answers_that_evaluate_understands(corpus: Corpus, tmp_path: Path) -> None:
    reading = only(corpus)
    correct(corpus.path, "change", reading.entry.id, record=str(growth(reading)["id"]), values={"value": "6.5"})
    after = only(corpus)
    answers = answers_of(after)
    assert [row["value"] for row in answers["figures"] if row["indicator"] == "gdp"] == [6.5]
    assert len(answers["figures"]) < len(answers_of(after, whole=True)["figures"])
    assert answers_of(corpus.reading(corpus.entries()[1].id)) == {}
    import io
    import zipfile

    zipfile.ZipFile(io.BytesIO(answers_archive([after]))).extractall(tmp_path / "gold")
    import duixian

    records = [
        r for doc in duixian.read(str(tmp_path / "in" / reading.entry.source.split("/")[-1])) for r in doc.records()
    ]
    result = evaluate(read_answers(tmp_path / "gold"), records)
    figures = result.parts["figures"].total
    assert figures.gold - figures.found == 1  # the corrected one, which the extractor reads otherwise


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_whatever_is_selected_is_grounded_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("c")
    corpus = Corpus(folder / "corpus")
    corpus.add([str(write_reports(folder / "in", 1)[0])])
    reading = only(corpus)
    block = data.draw(st.sampled_from(reading.document.blocks))
    start = data.draw(st.integers(0, len(block.text) + 2))
    end = data.draw(st.integers(0, len(block.text) + 2))
    try:
        correct(
            corpus.path, "add", reading.entry.id, kind="project", place=(block.index, start, end), values={"name": "甲"}
        )
    except CorpusError:
        assert not 0 <= start < end <= len(block.text) or not block.text[start:end].strip()
        return
    after = only(corpus)
    assert grounded(after)
    (added,) = after.amended.added
    assert after.found(added)[1]["quote"] == "".join(block.text[start:end].split())
