"""The table of places: every code is well formed, every place found under the names people use."""

from __future__ import annotations

import re

import pytest

from duixian.vocabulary.regions import gazetteer


def test_codes_are_six_digits_and_present_ones_are_unique() -> None:
    present = [region for region in gazetteer().regions if region.until is None]
    assert all(re.fullmatch(r"\d{6}", region.code) for region in gazetteer().regions)
    assert len({region.code for region in present}) == len(present)


def test_the_table_is_whole() -> None:
    names = gazetteer()
    assert len(names.at_level("province")) == 34
    assert 333 <= len(names.at_level("prefecture")) <= 340
    assert 2830 <= len(names.at_level("county")) <= 2900


def test_every_county_lies_in_a_known_province() -> None:
    names = gazetteer()
    assert {code[:2] + "0000" for code in names.by_code} <= set(names.by_code)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("江苏省", {"320000"}),
        ("江苏", {"320000"}),
        ("延边", {"222400"}),
        ("延边州", {"222400"}),
        ("余杭区", {"330110"}),
        ("临平", {"330113"}),
        ("巢湖市", {"340181"}),
        ("不存在的地方", set()),
    ],
)
def test_places_are_found_by_full_and_short_names(name: str, codes: set[str]) -> None:
    assert {region.code for region in gazetteer().named(name)} == codes


def test_a_place_lies_in_its_prefecture_and_its_province() -> None:
    names = gazetteer()
    (yuhang,) = names.named("余杭区")
    (hangzhou,) = names.named("杭州市")
    (zhejiang,) = names.named("浙江省")
    (jiangsu,) = names.named("江苏省")
    assert yuhang.within(hangzhou)
    assert yuhang.within(zhejiang)
    assert not yuhang.within(jiangsu)
    assert not hangzhou.within(yuhang)
