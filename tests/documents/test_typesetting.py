"""Where lines may not break, and how parties stand on a cover."""

from datetime import date

import pytest

from consortium.documents.charts import Bar, gantt
from consortium.documents.typesetting import phrased, roster, tidy
from tests.documents import samples


@pytest.mark.parametrize(
    ("words", "tag", "broken"),
    [
        ("实行专款专用、单独核算。", "zh-Hans", "实行专款专用、单<nobr>独核算。</nobr>"),
        ("宁波凌岳伺服驱动有限公司", "", "宁波凌岳伺服驱动<nobr>有限公司</nobr>"),
        ("至2028年12月31日止。", "zh-Hans", "至<nobr>2028年</nobr><nobr>12月</nobr><nobr>31日</nobr>止。"),
        ("产业<联盟>的单独核算", "zh-Hans", "产业&lt;联盟&gt;的单<nobr>独核算</nobr>"),
        ("成员单位", "zh-Hans", "成员单位"),
        ("A sentence that ends at once", "en", "A sentence that ends at once"),
    ],
)
def test_what_stays_on_one_line(words: str, tag: str, broken: str) -> None:
    assert str(tidy(words, tag)) == broken


def test_a_title_breaks_between_its_parts() -> None:
    parts = "<nobr>第十一条　</nobr><nobr>项目的立项、</nobr><nobr>变更</nobr><nobr>与验收</nobr>"
    assert str(phrased("第十一条　项目的立项、变更与验收", "zh-Hans")) == parts
    assert phrased("Projects: creation & change", "en") == "Projects: creation & change"


def test_a_cover_has_the_names_in_both_languages_if_they_fit() -> None:
    firms, long = samples.agreement()["parties"], samples.long_agreement()["parties"]
    assert roster(firms, ("zh", "en")) == "wide"
    assert roster([*firms, *firms[:3]], ("zh", "en")) == "close"
    assert roster(long, ("zh", "en")) == "many"


def test_no_line_goes_through_a_label_of_the_calendar() -> None:
    rows = [Bar("P01", date(2026, 1, 1), date(2027, 12, 31))]
    assert ">2026-07<" in gantt("Plan", "", rows)
    assert ">2026-07<" not in gantt("Plan", "", rows, today=date(2026, 7, 5), today_label="now")
