"""Short reports of invented places, as many as a test wants."""

from __future__ import annotations

from pathlib import Path

# Real divisions, so that codes are known; the reports are made up.
PLACES = ("青海省", "甘肃省", "云南省", "贵州省", "吉林省", "海南省", "山西省", "江西省")


def report(place: str, year: int = 2024, growth: float = 6.0, extra: str = "") -> str:
    """A report of a place that plans a year."""
    return f"""{place}人民政府工作报告
——{year}年1月20日在{place}第十四届人民代表大会第二次会议上

各位代表：

一、{year - 1}年工作回顾

过去一年，全省上下同心协力，办成了一批实事。{place}生产总值增长{growth - 0.4:.1f}%，新增高新技术企业320家。

二、{year}年重点工作

今年主要预期目标是：生产总值增长{growth}%左右，城镇新增就业18万人以上，居民收入增长与经济增长同步。

（一）培育新动能。大力发展低空经济，建设通用机场3个，支持企业开展“无人配送”试点。推动数字经济核心产业增加值增长9%。

（二）建设美丽乡村。新建农村公路200公里，加快建设云岭水库，年内完成白石河治理工程。{extra}

三、加强政府自身建设

说到就要做到，承诺就要兑现，请全省人民监督。
"""


def write_reports(folder: Path, number: int = 3, year: int = 2024) -> list[Path]:
    """One file for each of the first places; growth differs by place."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index, place in enumerate(PLACES[:number]):
        path = folder / f"{place}{year}.txt"
        path.write_text(report(place, year, 5.0 + index), "utf-8")
        paths.append(path)
    return paths
