"""A corpus keeps what was added once, answers questions about it, and says what it does not know."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from corpus_reports import PLACES, report, write_reports

import duixian
from duixian.corpus import Corpus, CorpusError, NoSuchNameError
from duixian.corpus.columns import RECORD_KINDS, columns_of
from duixian.corpus.frames import frame_columns
from duixian.reporting.columns import columns_of as exported_columns


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return write_reports(tmp_path / "reports")


@pytest.fixture
def corpus(tmp_path: Path, files: list[Path]) -> Corpus:
    corpus = Corpus(tmp_path / "corpus")
    corpus.add(files)
    return corpus


def stored(corpus: Corpus) -> dict[str, bytes]:
    """Every file of a corpus except the index."""
    return {
        str(path): path.read_bytes() for path in corpus.path.rglob("*") if path.is_file() and "index" not in path.parts
    }


class TestAdding:
    def test_what_is_kept_is_what_extract_gives(self, corpus: Corpus, files: list[Path]) -> None:
        readings = [reading for path in files for reading in duixian.read(path)]
        for kind in ("figures", "commitments", "projects"):
            wanted = [record for reading in readings for record in getattr(reading, kind)()]
            frame = getattr(corpus, kind)()
            assert frame["id"].to_list() == [record.id for record in wanted]
            assert frame["quote"].to_list() == [record.evidence.quote for record in wanted]
        assert corpus.documents()["id"].to_list() == [reading.record.id for reading in readings]

    def test_adding_again_writes_nothing_and_says_so(self, corpus: Corpus, files: list[Path]) -> None:
        before = stored(corpus)
        again = corpus.add(files)
        assert (again.documents, again.unchanged) == ([], len(files))
        assert stored(corpus) == before

    def test_the_same_text_from_another_file_or_format_is_not_added(self, corpus: Corpus, tmp_path: Path) -> None:
        before = stored(corpus)
        other = tmp_path / "别名.html"
        lines = "".join(f"<p>{line}</p>" for line in report(PLACES[0], growth=5.0).splitlines())
        other.write_text(f"<html><body><article>{lines}</article></body></html>", "utf-8")
        spaced = tmp_path / "宽行.txt"
        spaced.write_text(report(PLACES[1], growth=6.0).replace("\n", "\n\n\n"), "utf-8")
        again = corpus.add([other, spaced])
        assert again.documents == []
        assert [title for _, title, _ in again.present] == [f"{place}人民政府工作报告" for place in PLACES[:2]]
        assert stored(corpus) == before

    def test_another_text_of_the_same_report_is_kept_beside_it_and_flagged(
        self, corpus: Corpus, tmp_path: Path
    ) -> None:
        path = tmp_path / "修订.txt"
        path.write_text(report(PLACES[0], growth=5.0, extra="再建学校12所。"), "utf-8")
        added = corpus.add(path)
        assert len(added.newer) == 1
        versions = corpus.documents(region=PLACES[0]).select("version", "latest").rows()
        assert versions == [(1, False), (2, True)]
        assert corpus.documents(region=PLACES[0], latest=True).height == 1
        assert corpus.figures(region=PLACES[0], latest=True)["version"].unique().to_list() == [2]

    def test_a_file_that_cannot_be_read_does_not_stop_the_others(self, tmp_path: Path, files: list[Path]) -> None:
        broken = tmp_path / "坏.docx"
        broken.write_bytes(b"not a zip")
        added = Corpus(tmp_path / "c").add([broken, *files, tmp_path / "没有.txt"])
        assert len(added.documents) == 3
        assert {Path(error.source).name for error in added.failures} == {"坏.docx", "没有.txt"}

    def test_archives_are_read_too(self, tmp_path: Path, files: list[Path]) -> None:
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            for path in files:
                archive.write(path, path.name)
        corpus = Corpus(tmp_path / "c")
        assert len(corpus.add(tmp_path / "all.zip").documents) == 3
        assert corpus.add(tmp_path / "all.zip").unchanged == 3

    def test_amounts_beyond_all_measure_do_not_stop_it(self, tmp_path: Path) -> None:
        path = tmp_path / "大数.txt"
        path.write_text(report("青海省", extra=f"完成投资98832001亿元，新建{'9' * 30}座、{'9' * 400}座桥。"), "utf-8")
        corpus = Corpus(tmp_path / "c")
        assert corpus.add(path).failures == []
        assert 9883200100000000.0 in corpus.figures()["base_value"].to_list()

    def test_text_that_no_encoding_can_hold_is_kept(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from duixian.documents import readers
        from duixian.documents.model import SourceText

        text = report("青海省").replace("云岭", "云\ud800岭")
        monkeypatch.setattr(readers, "read_source", lambda data, name: SourceText(name, "pdf", (text,)))
        path = tmp_path / "怪字.txt"
        path.write_text("x", "utf-8")
        corpus = Corpus(tmp_path / "c")
        assert corpus.add(path).failures == []
        assert corpus.verify().problems == []
        assert corpus.blocks()["text"].str.contains("云[?？]岭").any()

    def test_several_workers_give_the_same_records(self, tmp_path: Path, corpus: Corpus) -> None:
        folder = tmp_path / "many"
        folder.mkdir()
        for place in PLACES[:3]:
            index = PLACES.index(place)
            # Large files make batches of their own.
            (folder / f"{place}.txt").write_text(report(place, growth=5.0 + index), "utf-8")
            (folder / f"{place}-续.txt").write_text(report(place, 2023, 4.0 + index) + "\n" * 600_000, "utf-8")
        both = Corpus(tmp_path / "both")
        both.add(folder, workers=2)
        assert both.documents().height == 6
        assert set(corpus.figures()["id"]) <= set(both.figures()["id"])
        assert both.verify().problems == []

    def test_a_folder_of_other_things_is_not_made_a_corpus(self, tmp_path: Path, files: list[Path]) -> None:
        with pytest.raises(CorpusError, match="不是语料库"):
            Corpus(files[0].parent).add(files)
        assert sorted(files[0].parent.iterdir()) == sorted(files)


class TestAsking:
    def test_figures_by_indicator_place_year_and_status(self, corpus: Corpus) -> None:
        frame = corpus.figures(indicator="地区生产总值", region="甘肃", year=2024, status="target")
        assert frame.select("value", "op", "unit").rows() == [(6.0, "approx", "%")]
        assert corpus.figures(indicator="gdp", year=2023, status="achieved").height == 3
        assert corpus.figures(indicator="gdp", year=[2023, 2024], region=["青海", "云南省"]).height == 4

    def test_commitments_and_projects(self, corpus: Corpus) -> None:
        assert corpus.commitments(region="青海", measurable=True)["object"].len() > 0
        assert "云岭水库" in corpus.projects(region="青海省")["name"].to_list()
        assert corpus.projects(stage="no such stage").height == 0

    def test_the_paragraph_of_a_record_holds_its_words(self, corpus: Corpus) -> None:
        blocks = corpus.blocks().select("document", "block", pl.col("text"))
        joined = corpus.figures().join(blocks, on=["document", "block"], how="left")
        for quote, text in joined.select("quote", "text").iter_rows():
            assert quote in text.replace(" ", "")

    @pytest.mark.parametrize("kind", [*RECORD_KINDS, "blocks"])
    def test_frames_have_the_promised_columns_even_when_empty(self, kind: str, corpus: Corpus, tmp_path: Path) -> None:
        names = [name for name, _ in frame_columns(kind)]
        assert getattr(corpus, kind)().columns == names
        corpus.remove([entry.id for entry in corpus.entries()])
        frame = getattr(corpus, kind)()
        assert (frame.columns, frame.height) == (names, 0)

    @pytest.mark.parametrize(
        ("kind", "record"), [("figures", "figure"), ("commitments", "commitment"), ("projects", "project")]
    )
    def test_the_columns_are_those_of_the_parquet_export(self, kind: str, record: str) -> None:
        wanted = {column.name: column.type for column in exported_columns(record) if not column.of_document}
        assert wanted.items() <= dict(columns_of(kind)).items()

    def test_unknown_names_are_told_with_the_nearest(self, corpus: Corpus) -> None:
        with pytest.raises(NoSuchNameError) as told:
            corpus.figures(region="青山省")
        assert "青海省" in told.value.nearest
        with pytest.raises(NoSuchNameError) as told:
            corpus.figures(indicator="生产总植")
        assert any("gdp" in name for name in told.value.nearest)
        with pytest.raises(NoSuchNameError):
            corpus.remove(["doc-0"])

    def test_sql_sees_the_same_rows(self, corpus: Corpus) -> None:
        names, rows = corpus.sql(
            "SELECT region_name, value FROM figures WHERE indicator='gdp' AND status='target' ORDER BY 2"
        )
        assert names == ["region_name", "value"]
        assert rows == [("青海省", 5.0), ("甘肃省", 6.0), ("云南省", 7.0)]
        for kind in (*RECORD_KINDS, "blocks"):
            columns, (row,) = corpus.sql(f"SELECT count(*) AS n FROM {kind}")
            assert (columns, row) == (["n"], (getattr(corpus, kind)().height,))

    @pytest.mark.parametrize(
        "query",
        [
            "DROP VIEW figures",
            "SELECT 1; SELECT 2",
            "COPY (SELECT 1) TO 'x.csv'",
            "SELECT * FROM read_text('/etc/hostname')",
            "SET enable_external_access = true",
            "ATTACH 'x.db'",
            "SELECT nothing FROM figures",
            "SELEC 1",
            "",
        ],
    )
    def test_sql_reads_the_corpus_and_nothing_else(self, corpus: Corpus, query: str) -> None:
        before = stored(corpus)
        with pytest.raises(CorpusError, match="SQL"):
            corpus.sql(query)
        assert stored(corpus) == before

    def test_the_data_files_can_be_read_without_us(self, corpus: Corpus) -> None:
        (path,) = (corpus.path / "figures").glob("*.parquet")
        assert pq.read_table(path).num_rows == corpus.figures().height


class TestUpkeep:
    def test_removed_documents_are_gone_and_can_come_back(self, corpus: Corpus, files: list[Path]) -> None:
        gone = corpus.remove([f"{PLACES[1]}人民政府工作报告"])
        assert [entry.region_name for entry in gone] == [PLACES[1]]
        assert corpus.documents()["region_name"].to_list() == [PLACES[0], PLACES[2]]
        assert corpus.sql("SELECT DISTINCT region_name FROM figures ORDER BY 1")[1] == [("云南省",), ("青海省",)]
        assert corpus.verify().problems == []
        assert len(corpus.add(files).documents) == 1
        assert corpus.documents().height == 3

    def test_compacting_changes_no_answer(self, tmp_path: Path, files: list[Path]) -> None:
        corpus = Corpus(tmp_path / "c")
        for path in files:
            corpus.add(path)
        corpus.remove([f"{PLACES[1]}人民政府工作报告"])
        before = [getattr(corpus, kind)() for kind in (*RECORD_KINDS, "blocks")]
        done = corpus.compact()
        assert (done.parts_before, done.parts_after) == (3, 1)
        assert all(a.equals(getattr(corpus, k)()) for a, k in zip(before, (*RECORD_KINDS, "blocks"), strict=True))
        assert corpus.verify().problems == []
        assert len(list((corpus.path / "commits").iterdir())) == 1
        assert corpus.add(files[0]).unchanged == 1
        assert len(corpus.add(files[1]).documents) == 1
        corpus.compact()
        assert corpus.documents().height == 3

    def test_refresh_makes_the_same_records_from_the_kept_text(self, corpus: Corpus, files: list[Path]) -> None:
        before = corpus.figures()
        added = corpus.documents()["added"]
        for path in files:
            path.unlink()
        assert corpus.refresh().sources == 0
        done = corpus.refresh(everything=True)
        assert (done.sources, done.before, done.after, done.failures) == (3, 3, 3, [])
        assert corpus.figures().sort("id").equals(before.sort("id"))
        assert corpus.documents()["added"].sort().equals(added.sort())

    def test_refresh_after_the_rules_have_changed(self, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("duixian.corpus.upkeep.extractor_version", lambda: "another")
        monkeypatch.setattr("duixian.corpus.adding.extractor_version", lambda: "another")
        assert corpus.add(corpus.path.parent / "reports").stale == 3
        assert corpus.refresh().sources == 3
        assert set(corpus.documents()["extractor"]) == {"another"}
        assert corpus.refresh().sources == 0

    def test_refresh_does_not_bring_back_what_was_removed(self, tmp_path: Path) -> None:
        path = tmp_path / "两份.txt"
        path.write_text(report(PLACES[0]) + "\n\n" + report(PLACES[1]), "utf-8")
        corpus = Corpus(tmp_path / "c")
        if len(corpus.add(path).documents) != 2:
            pytest.skip("the two reports were not told apart")
        corpus.remove([corpus.entries()[0].id])
        corpus.refresh(everything=True)
        assert [entry.region_name for entry in corpus.entries()] == [PLACES[1]]


class TestTheCorpusOfFiveFiles:
    def test_one_command_and_again(self, tmp_path: Path) -> None:
        folder = Path(__file__).resolve().parents[2] / "shared" / "corpus"
        if not folder.is_dir():
            pytest.skip(f"the five files are not beside this repository: {folder.name}")
        corpus = Corpus(tmp_path / "c")
        assert len(corpus.add(folder, workers=2).failures) == 0
        before = stored(corpus)
        assert corpus.add(folder).unchanged == 5
        assert stored(corpus) == before
        assert corpus.figures(indicator="gdp", year=2024, status="target", level="province")["region"].n_unique() == 31
