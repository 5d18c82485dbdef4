"""Charts render without a browser, in Chinese, and say what is missing."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from duixian import facts
from duixian.comparison.matrix import compare
from duixian.errors import OutputError
from duixian.reporting.charts import fonts
from duixian.reporting.charts.drawing import rendered, styled
from duixian.reporting.charts.fonts import Font, chinese_font
from duixian.reporting.charts.slopes import _spaced, of_matrices, slopes
from duixian.reporting.charts.strip import strip
from duixian.reporting.charts.tilemap import tilemap, tiles
from duixian.reporting.charts.trends import trend

REPORTS = facts.reports(2024)
GOALS = compare(REPORTS, [2024], "target", ["gdp", "retail"])
RESULTS = compare(REPORTS, [2023], "achieved", ["gdp"])
FONT = Font("Noto Sans CJK SC")


def charts() -> dict[str, Any]:
    return {
        "strip": strip(GOALS, "gdp", 2024, "%"),
        "map": tilemap(GOALS, "retail", 2024, "%"),
        "slope": slopes(of_matrices(RESULTS, GOALS, "gdp", 2023, 2024), "2023 年结果", "2024 年目标"),
        "trend": trend(GOALS, "gdp", "%"),
    }


@pytest.mark.parametrize("name", ["strip", "map", "slope", "trend"])
def test_every_chart_is_drawn_with_its_chinese_labels(name: str) -> None:
    svg = rendered(styled(charts()[name], "标题", "副题", FONT), "x.svg", "svg", FONT).decode()
    assert svg.startswith("<svg")
    assert "标题" in svg
    assert "浙江" in svg or "等" in svg
    assert "Noto Sans CJK SC" in svg


def test_a_picture_is_a_png_and_a_page_needs_no_network() -> None:
    chart = styled(charts()["strip"], "标题", "", FONT)
    png = rendered(chart, "x.png", "png", FONT)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", png[16:20])[0] > 600
    page = rendered(chart, "x.html", "html", FONT).decode()
    assert "<script src=" not in page
    assert "浙江省" in page


def test_without_a_chinese_font_a_picture_is_refused_with_what_to_install() -> None:
    with pytest.raises(OutputError) as refused:
        rendered(styled(charts()["strip"], "标题", "", None), "x.png", "png", None)
    assert "fonts-noto-cjk" in refused.value.remedy


def test_a_column_without_numbers_is_not_drawn() -> None:
    nothing = compare(REPORTS, [2024], "target", ["life_expectancy"])
    assert strip(nothing, "life_expectancy", 2024, "") is None
    assert tilemap(nothing, "life_expectancy", 2024, "") is None
    assert trend(nothing, "life_expectancy", "") is None
    assert slopes([], "a", "b") is None


def test_every_province_has_a_tile_of_its_own() -> None:
    assert len(tiles()) == 34
    assert len({(x, y) for x, y, _ in tiles().values()}) == 34
    assert {code for code, _ in GOALS.regions} - set(tiles()) == {"100000"}


def test_labels_are_moved_apart_and_no_further_than_needed() -> None:
    assert _spaced([0.0, 10.0], 1.0) == [0.0, 10.0]
    assert _spaced([5.0, 5.0], 1.0) == [4.5, 5.5]


def test_the_font_asked_for_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chinese_font("某某黑体") == Font("某某黑体")
    monkeypatch.setenv(fonts.VARIABLE, "某某宋体")
    assert chinese_font() == Font("某某宋体")
    file = tmp_path / "wqy-microhei.ttc"
    file.write_bytes(b"")
    assert chinese_font(str(file)) == Font("WenQuanYi Micro Hei", str(tmp_path))


def test_fonts_are_found_in_known_folders_and_missed_without(tmp_path: Path) -> None:
    assert fonts._from_folders([str(tmp_path)]) is None
    (tmp_path / "noto").mkdir()
    (tmp_path / "noto" / "NotoSansCJK-Regular.ttc").write_bytes(b"")
    assert fonts._from_folders([str(tmp_path)]) == Font("Noto Sans CJK SC", str(tmp_path / "noto"))
