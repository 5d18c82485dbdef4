"""The table of departments: names at every level, duties, and the user's own list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duixian.errors import InputError
from duixian.vocabulary.departments import LEVELS, DepartmentTable, departments_of, load_departments
from duixian.vocabulary.indicators import load_indicators
from duixian.vocabulary.tables import VARIABLE
from duixian.vocabulary.themes import GENERAL, load_themes


@pytest.fixture
def table() -> DepartmentTable:
    return load_departments()


@pytest.fixture
def fresh() -> Iterator[None]:
    """The departments are read again, as in a new process, and once more when the test is over."""
    load_departments.cache_clear()
    yield
    load_departments.cache_clear()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("发改委", "development_reform"),
        ("市发展和改革委员会", "development_reform"),
        ("省工信厅", "industry"),
        ("县住建局", "housing"),
        ("卫健委", "health"),
        ("市监局", "market"),
        ("区人社局", "human_resources"),
        ("青岚县农业农村局", "agriculture"),
        ("省委政法委", "political_legal"),
        ("云岭高新区管委会", "park_committee"),
        ("各市、县人民政府", "local_governments"),
    ],
)
def test_a_department_is_known_by_its_names_and_abbreviations(table: DepartmentTable, name: str, key: str) -> None:
    assert table.named(name) == key


def test_who_is_not_a_department_is_not_named(table: DepartmentTable) -> None:
    assert table.named("全体村民") is None
    assert table.named("") is None


@pytest.mark.parametrize(
    ("level", "name"),
    [
        ("national", "教育部"),
        ("province", "教育厅"),
        ("prefecture", "教育局"),
        ("county", "教育局"),
        (None, "教育部门"),
    ],
)
def test_names_follow_the_level(table: DepartmentTable, level: str | None, name: str) -> None:
    assert table.departments["education"].name(level) == name


def test_a_township_looks_to_the_departments_of_its_county(table: DepartmentTable) -> None:
    assert table.departments["science"].name("township") == table.departments["science"].name("county")
    assert table.answering("energy", "township") == table.answering("energy", "county")


def test_small_governments_join_departments(table: DepartmentTable) -> None:
    assert table.answering("grain_reserves", "province") == "grain_reserves"
    assert table.answering("grain_reserves", "county") == "development_reform"
    assert table.answering("grain_reserves", None) == "grain_reserves"
    assert table.answering("nobody", "county") is None


def test_every_work_has_somebody_at_every_level(table: DepartmentTable) -> None:
    for level in LEVELS:
        missing = [key for key in table.departments if table.answering(key, level) is None]
        assert missing == (["park_committee"] if level == "national" else [])


def test_every_indicator_has_an_owner(table: DepartmentTable) -> None:
    known = set(load_indicators().by_id)
    assert set(table.owners) | set(table.sharers) <= known
    assert known - set(table.owners) == set()
    for indicator, key in {"gdp": "development_reform", "retail": "commerce", "pm25": "ecology"}.items():
        assert table.owners[indicator] == (key,)


def test_every_topic_has_a_department(table: DepartmentTable) -> None:
    topics = {topic for found in load_themes().words.values() for topic in found} | {GENERAL}
    assert topics == set(table.themes)


def test_a_user_adds_departments_and_words(fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "departments.toml").write_text(
        '[departments.reed]\nzh = "芦苇部门"\nprovince = "芦苇局"\n[departments.reed.duties]\n6 = ["芦苇"]\n'
        '[departments.water.duties]\n0 = ["水库"]\n"2.5" = ["水塘"]\n',
        "utf-8",
    )
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    own = load_departments()
    assert own.duties["芦苇"] == (("reed", 6.0),)
    assert own.named("省芦苇局") == "reed"
    assert own.departments["water"].duties["水塘"] == 2.5
    assert not any(weight for key, weight in own.duties.get("水库", ()) if key == "water")
    assert "education" in own.departments


def test_a_user_replaces_the_list(fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "departments.toml").write_text('only = ["water", "reed"]\n[departments.reed]\nzh = "芦苇局"\n', "utf-8")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    own = load_departments()
    assert set(own.departments) == {"water", "reed"}
    assert own.named("教育厅") is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({"departments": []}, "departments"),
        ({"departments": {"a": 3}}, "a"),
        ({"departments": {"a": {"duties": {"much": ["水"]}}}}, "much"),
        ({"departments": {"a": {"duties": {"-1": ["水"]}}}}, "-1"),
        ({"departments": {"a": {"duties": {"nan": ["水"]}}}}, "nan"),
        ({"departments": {"a": {"aliases": "水局"}}}, "a.aliases"),
        ({"departments": {"a": {}}, "only": ["b"]}, "b"),
        ({"departments": {"a": {}}, "themes": {"产业": "b"}}, "产业"),
    ],
)
def test_a_wrong_entry_is_named(raw: dict[str, object], reason: str) -> None:
    with pytest.raises(InputError) as caught:
        departments_of(raw)
    assert reason in caught.value.reason


def test_an_empty_list_names_nobody() -> None:
    empty = departments_of({})
    assert empty.named("教育厅") is None
    assert empty.duty_pattern.search("教育") is None


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    found = load_departments().named(text)
    assert found is None or found in load_departments().departments


def test_departments_that_join_in_a_ring_end_with_nobody() -> None:
    ring = departments_of({"departments": {"a": {"joins": {"county": "b"}}, "b": {"joins": {"county": "a"}}}})
    assert ring.answering("a", "county") is None
