"""What several tests share: a short report of an invented province, and either database for a ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from ledger_office import BACKENDS, dropped, made

# A busy machine is no failure: nothing here is judged by the clock.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

REPORT = """青川山省政府工作报告
各位代表：
一、2023年工作回顾
全省生产总值增长5.6%，新增高新技术企业320家。
二、2024年重点工作
今年主要预期目标是：生产总值增长6%左右，城镇新增就业18万人以上。
加快建设云岭水库，新建农村公路200公里。
"""


@pytest.fixture
def report_text() -> str:
    return REPORT


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "报告.txt"
    path.write_text(REPORT, "utf-8")
    return path


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database: a test or fixture that asks for it runs once on each."""
    return str(request.param)


@pytest.fixture
def place(backend: str, tmp_path: Path) -> Iterator[str]:
    """Where a new ledger lies to which nobody has written yet, on each kind of database in turn."""
    address = made(backend, tmp_path)
    yield address
    dropped(address)
