"""Searching a corpus: words, phrases, operators, filters, counts, and commitments alike."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from corpus_reports import PLACES, report, write_reports
from hypothesis import given, settings
from hypothesis import strategies as st

from duixian.corpus import Corpus, CorpusError, NoSuchNameError
from duixian.corpus.asking import Either, Every, Not, Term, terms_of, understand
from duixian.corpus.words import characters


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("search")
    corpus = Corpus(folder / "corpus")
    write_reports(folder / "reports", 3)
    write_reports(folder / "reports", 2, 2023)
    other = "开展低空物流试验，经济效益要算清楚。推广“千村示范”工程。"
    (folder / "reports" / "其他.txt").write_text(report("山西省", extra=other).replace("低空经济", "航空产业"), "utf-8")
    corpus.add(folder / "reports")
    return corpus


class TestWords:
    def test_a_word_is_found_as_it_stands(self, corpus: Corpus) -> None:
        hits = corpus.search("低空经济")
        assert hits.total == 5
        assert all("【低空经济】" in hit.snippet for hit in hits.hits)
        assert hits.by_region == {PLACES[0]: 2, PLACES[1]: 2, PLACES[2]: 1}
        assert hits.by_year == {2023: 2, 2024: 3}

    def test_every_hit_knows_its_place(self, corpus: Corpus) -> None:
        (hit,) = corpus.search("低空物流").hits
        line = Path(hit.source).read_text("utf-8").splitlines()[hit.line - 1]
        assert hit.text in line
        assert hit.region_name == "山西省"
        assert any("重点工作" in heading for heading in hit.section)
        assert [hit.text[start:end] for start, end in hit.marks] == ["低空物流"]

    @pytest.mark.parametrize(
        ("query", "total"),
        [
            ("低空 经济", 6),
            ("低空 AND 经济", 6),
            ('"低空 经济"', 5),
            ("低空经济 OR 航空产业", 6),
            ("低空经济|航空产业", 6),
            ("低空 NOT 低空经济", 1),
            ("低空 -低空经济", 1),
            ("低空 非 低空经济", 1),
            ("(低空经济 OR 航空产业) AND 数字经济", 6),
            ("低空 AND (物流 OR 无人机)", 1),
            ("千村示范工程", 1),
            ("“千村示范”工程", 1),
            ("大力发展低空经济建设通用机场", 5),
            ("３个", 6),
            ("没有这样的词组", 0),
            ("低空经济)", 5),
            ("((低空经济", 5),
            ('"低空经济', 5),
        ],
    )
    def test_operators(self, corpus: Corpus, query: str, total: int) -> None:
        assert corpus.search(query).total == total

    def test_filters(self, corpus: Corpus) -> None:
        assert corpus.search("低空经济", region="青海").total == 2
        assert corpus.search("低空经济", region=["青海", "云南省"], year=2024).total == 2
        assert corpus.search("低空经济", level="county").total == 0
        assert corpus.search("生产总值", section="工作回顾").total == 6
        assert corpus.search("生产总值", status="target", year=2024).total == 4
        assert corpus.search("生产总值", status="achieved", year=2024).total == 4

    @pytest.mark.parametrize("query", ["", "   ", "NOT 低空", "()", "AND OR", "，。", "-低空 OR 经济"])
    def test_questions_without_a_word_to_find_are_told(self, corpus: Corpus, query: str) -> None:
        with pytest.raises(CorpusError):
            corpus.search(query)

    def test_unknown_places_are_told_with_the_nearest(self, corpus: Corpus) -> None:
        with pytest.raises(NoSuchNameError, match="青海省"):
            corpus.search("低空", region="青河")


class TestLikeness:
    def test_the_same_promise_elsewhere_comes_first(self, corpus: Corpus) -> None:
        frame = corpus.commitments(region=PLACES[0], year=2024)
        mine = frame.filter(frame["quote"].str.contains("农村公路")).row(0, named=True)
        hits = corpus.similar(mine["id"], limit=5).hits
        assert "农村公路" in hits[0].text
        assert hits[0].score >= 0.9
        assert mine["id"] not in [hit.key for hit in hits]
        assert all(hit.region_name == PLACES[2] for hit in corpus.similar(mine["id"], region=PLACES[2]).hits)

    def test_an_unknown_commitment_is_told(self, corpus: Corpus) -> None:
        with pytest.raises(NoSuchNameError, match="承诺"):
            corpus.similar("com-0")


class TestTheIndex:
    def test_it_follows_the_data(self, tmp_path: Path) -> None:
        corpus = Corpus(tmp_path / "c")
        first, second, third = write_reports(tmp_path / "reports", 3)
        corpus.add([first, second])
        assert corpus.search("低空经济").total == 2
        corpus.add(third)
        assert corpus.search("低空经济").total == 3
        corpus.remove([corpus.entries()[0].id])
        assert corpus.search("低空经济").total == 2
        assert len(list((corpus.path / "index").iterdir())) == 1

    @pytest.mark.parametrize("harm", ["gone", "emptied", "cut"])
    def test_a_damaged_index_is_made_again(self, tmp_path: Path, harm: str) -> None:
        corpus = Corpus(tmp_path / "c")
        corpus.add(write_reports(tmp_path / "reports", 2))
        assert corpus.search("低空经济").total == 2
        if harm == "gone":
            shutil.rmtree(corpus.path / "index")
        for path in [path for path in corpus.path.glob("index/*/*") if path.is_file()]:
            data = path.read_bytes()
            path.write_bytes(b"" if harm == "emptied" else data[: len(data) // 2])
        assert corpus.search("低空经济").total == 2


class TestQuestions:
    def test_precedence(self) -> None:
        assert understand("a b OR c") == Either((Every((Term("a", False), Term("b", False))), Term("c", False)))
        assert understand("a NOT (b OR c)") == Every(
            (Term("a", False), Not(Either((Term("b", False), Term("c", False)))))
        )
        assert [term.text for term in terms_of(understand('"甲 乙" 丙 -丁'))] == ["甲 乙", "丙"]

    @given(st.text('甲乙ab12 ()（）"“”「」|&-!.，ANDORT或与非\n', max_size=60))
    @settings(max_examples=300, deadline=None)
    def test_any_question_is_understood_or_refused(self, query: str) -> None:
        with suppress(CorpusError):
            assert terms_of(understand(query))

    def test_absurd_questions_are_refused_quickly(self) -> None:
        for query in (")" * 2_000, "(" * 1_999 + "甲", "非 " * 900 + "甲", "甲" * 5_000):
            with suppress(CorpusError):
                understand(query)

    @given(st.text(max_size=50))
    def test_tokens_hold_no_space(self, text: str) -> None:
        assert all(token and not token.isspace() for token in characters(text))
