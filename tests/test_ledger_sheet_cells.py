"""What people write in a cell: names of organisations and people, measures, numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_tables import desk

from duixian.ledger.errors import LedgerError, UnknownNameError
from duixian.ledger.measures import OPERATORS, SIGNS, WITHOUT_NUMBER, Measure
from duixian.ledger.organisations import Organisation
from duixian.ledger.sheets.decomposition import by_number
from duixian.ledger.sheets.forms import Forms, forms
from duixian.ledger.sheets.names import Directory
from duixian.ledger.sheets.quantities import measures_of, measures_text, number_of
from duixian.ledger.tables import MemoryTables

WORDS: Forms = forms(MemoryTables())
ROAD = Measure("里程", "≥", 200, "公里", figure="f1")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, backend: str) -> Iterator[Directory]:
    with desk(backend, tmp_path_factory.mktemp("desk")) as (ledger, _), ledger.read() as tables:
        yield Directory(tables, "gov")


@pytest.mark.parametrize(
    ("written", "organisation"),
    [
        ("dept1", "dept1"),
        ("第1局", "dept1"),
        ("第１局", "dept1"),
        ("云岭市第1局", "dept1"),
        ("云岭市教育局", "edu"),
        ("市教育局", "edu"),
        ("教育局", "edu"),
        ("市教局", "edu"),
        ("教委", "edu"),
        ("教育局[edu2]", "edu2"),
        ("教育局（edu2）", "edu2"),
        ("发改委", "development_reform"),
        ("市发展和改革委员会", "development_reform"),
        ("云岭市人民政府", "gov"),
        ("青川区", "green"),
    ],
)
def test_an_organisation_is_found_by_what_people_call_it(directory: Directory, written: str, organisation: str) -> None:
    assert directory.organisation(written) == organisation


@pytest.mark.parametrize("written", ["青川区教育局", "市财政局", "第9局", "局"])
def test_another_place_or_department_is_not_taken_for_one_of_the_same_work(directory: Directory, written: str) -> None:
    with pytest.raises(UnknownNameError):
        directory.organisation(written)


@pytest.mark.parametrize(
    "text", ["第1局、第2局", "第1局，第2局", "第1局;第2局；", "第1局\n第2局", "第1局 第2局", "第1局　第2局"]
)
def test_several_organisations_are_split_at_any_mark(directory: Directory, text: str) -> None:
    assert directory.organisations(text) == ("dept1", "dept2")


def test_what_is_shown_of_an_organisation_finds_it_again(directory: Directory) -> None:
    for id in ("gov", "dept1", "edu", "edu2", "green", "development_reform"):
        assert directory.organisation(directory.name(id)) == id
    assert directory.name("edu2") == "教育局[edu2]"


def test_two_of_one_name_must_be_told_apart(directory: Directory) -> None:
    directory.know(Organisation("a", "路网处", "department", "dept1"))  # type: ignore[arg-type]
    directory.know(Organisation("b", "路网处", "department", "dept2"))  # type: ignore[arg-type]
    with pytest.raises(LedgerError, match=r"路网处\[a\]、路网处\[b\]"):
        directory.organisation("路网处")


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("里程≥210公里", Measure("里程", "≥", 210, "公里", figure="f1")),
        ("里程 >= 1,200 公里", Measure("里程", "≥", 1200, "公里", figure="f1")),
        ("里程不低于210公里", Measure("里程", "≥", 210, "公里", figure="f1")),
        ("里程210公里以上", Measure("里程", "≥", 210, "公里", figure="f1")),
        ("里程210公里左右", Measure("里程", "≈", 210, "公里", figure="f1")),
        ("里程≥0.2万公里", Measure("里程", "≥", 0.2, "万公里", figure="f1")),
        ("增速5～6%", Measure("增速", "～", 5, "%", 6)),
        ("PM2.5浓度≤35微克", Measure("PM2.5浓度", "≤", 35, "微克")),
        ("财政收入增速与经济同步", Measure("财政收入增速与经济", "同步", None, "")),
        ("降幅≥-3%", Measure("降幅", "≥", -3, "%")),
    ],
)
def test_a_measure_is_read_as_it_is_written(text: str, measure: Measure) -> None:
    assert measures_of("2025/1", text, (ROAD,), WORDS) == (measure,)


@pytest.mark.parametrize(
    "text", ["里程", "里程200公里", "≥200公里", "里程≥", "里程≥200个", "里程≥二百公里", "里程≥200公里；里程≥1公里"]
)
def test_a_measure_that_cannot_be_read_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(LedgerError) as caught:
        measures_of("2025/1", text, (ROAD,), WORDS)
    assert caught.value.remedy


numbers = st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.6g}"))
measures = st.builds(
    lambda name, op, low, high, unit: Measure(
        name,
        op,
        None if op in WITHOUT_NUMBER else low,
        "" if op in WITHOUT_NUMBER else unit,
        high if op == SIGNS["range"] else None,
    ),
    st.text("里程收入增速占比率", min_size=1, max_size=6),
    st.sampled_from(OPERATORS),
    numbers,
    numbers,
    st.sampled_from(["公里", "%", "万人", "亿元", "个百分点", "微克/立方米"]),
)


@given(st.lists(measures, max_size=4, unique_by=lambda one: one.name))
def test_measures_that_were_written_are_read_again(some: list[Measure]) -> None:
    assert measures_of("2025/1", measures_text(some), (), WORDS) == tuple(some)


@given(st.text(max_size=40))
def test_no_cell_of_measures_or_numbers_is_too_odd(text: str) -> None:
    for read in (lambda: measures_of("2025/1", text, (ROAD,), WORDS), lambda: number_of(text)):
        try:
            read()
        except LedgerError:
            continue


def test_numbers_are_put_in_the_order_in_which_people_count() -> None:
    assert sorted(["2.10", "10", "2.9", "2.9a", "1"], key=by_number) == ["1", "2.9", "2.9a", "2.10", "10"]
