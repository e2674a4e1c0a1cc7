"""Shared vocabularies, regions and industries."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

import pytest

from consortium.core import industries, regions, terms
from consortium.core.errors import Refused

HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("enum", terms.LABELS)
def test_every_member_has_a_label_in_both_languages(enum: type[StrEnum]) -> None:
    chinese = [terms.label(member, "zh_Hans") for member in enum]
    english = [terms.label(member, "en") for member in enum]
    assert all(HAN.search(text) for text in chinese)
    assert not any(HAN.search(text) for text in english)
    assert len(set(chinese)) == len(set(english)) == len(enum)
    assert terms.choices(enum, "en") == list(zip(enum, english, strict=True))


def test_the_eight_core_areas() -> None:
    assert [terms.label(area, "zh") for area in terms.CoreArea] == [
        "基础零部件", "基础电子元器件", "基础软件", "基础材料", "基础工艺", "高端仪器设备", "集成电路", "网络安全",
    ]  # fmt: skip


def test_a_missing_label_is_found() -> None:
    class Size(StrEnum):
        SMALL = "small"
        LARGE = "large"

    with pytest.raises(ValueError, match="LARGE"):
        terms.define({Size.SMALL: ("小", "Small")})
    assert Size not in terms.LABELS


def test_the_reader_s_language_is_english_without_a_web_layer() -> None:
    assert terms.label(terms.Light.GREY) == "No data"


def test_provinces() -> None:
    provinces = regions.provinces()
    assert len(provinces) == 34
    assert len({region.tile for region in provinces}) == 34
    assert len({region.short for region in provinces}) == 34
    assert all(len(region.short) == 1 for region in provinces)
    assert [region.short for region in provinces if region.tile == (8, 2)] == ["京"]


def test_every_division_is_dated_and_lies_in_a_province() -> None:
    for code, region in regions.regions().items():
        assert re.fullmatch(r"[1-8][0-9]{3}00", code)
        assert regions.province_of(code) is not None
        assert region.source
        assert region.mark in "CVHML"
        assert region.effective_from <= date(2026, 11, 22)
    assert len(regions.regions()) > 90


def test_region_names() -> None:
    assert regions.region_name("320500", "zh") == "苏州市"
    assert regions.region_name("320583", "en") == "Suzhou"
    assert regions.region_name("329999", "en") == "Jiangsu"
    assert regions.region_name("990000", "en") == "990000"
    assert regions.region_name(None) == ""
    assert regions.province_of("440300").short == "粤"
    assert regions.province_of(None) is None
    assert ("440300", "广东省深圳市") in regions.region_choices("zh")
    assert [city.en for city in regions.cities_of("440000")][:2] == ["Guangzhou", "Shenzhen"]


def test_industries() -> None:
    assert sum(len(code) == 1 for code in industries.industries()) == 20
    assert len(industries.under("C")) == 32
    assert {"I63", "I64", "I65", "M73", "M74", "M75"} <= set(industries.industries())
    assert industries.industry_name("C3482", "zh") == "通用设备制造业"
    assert industries.industry_name("X1", "zh") == "X1"
    assert industries.industry_name("C39", "en").startswith("Manufacture of computers")
    assert industries.check(" c3482 ") == "C3482"
    with pytest.raises(Refused, match="letter from A to T"):
        industries.check("Z99")
