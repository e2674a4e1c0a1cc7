"""Charts: well-formed SVG that says in words what it shows, and fits a strict content security policy."""

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from consortium.documents import charts
from consortium.documents.charts import Bar, Mark, Series
from consortium.documents.drawing import TONES, fitted, ticks, width_of
from consortium.documents.tiles import PROVINCES

NASTY = '</svg><script>alert("1")</script>&'
DRAWINGS = {
    "line": charts.line(NASTY, NASTY, ["a", NASTY, "c"], [Series(NASTY, [0, 50, 100]), Series("b", [1, None, 2], area=True)], mark=1, mark_label=NASTY),
    "line of one": charts.line("t", "d", ["a"], [Series("s", [0])]),
    "line of nothing": charts.line("t", "d", [], []),
    "bars": charts.bars("t", "d", [NASTY, "b"], [Series(NASTY, [3, 4]), Series("y", [None, Decimal("1.5")])]),
    "stacked": charts.bars("t", "d", ["a", "b"], [Series("x", [3, 4]), Series("y", [0, 1])], stacked=True),
    "ranking": charts.ranking("t", "d", [(NASTY, 12, "12"), ("b", 0, NASTY)]),
    "ranking of nothing": charts.ranking("t", "d", []),
    "donut": charts.donut("t", "d", [(NASTY, 7, "green"), ("b", 0, "red"), ("c", 3, "grey")], centre=("10", NASTY)),
    "donut of one": charts.donut("t", "d", [("a", 7, "green")]),
    "donut of nothing": charts.donut("t", "d", []),
    "gantt": charts.gantt("t", "d", [Bar(NASTY, date(2026, 1, 31), date(2027, 2, 1), Decimal("0.4"), marks=(Mark(date(2026, 12, 31), "red"),))], today=date(2026, 6, 1), today_label=NASTY),
    "gantt of a day": charts.gantt("t", "d", [Bar("a", date(2026, 1, 1), date(2026, 1, 1))]),
    "gantt of centuries": charts.gantt("t", "d", [Bar("a", date(1, 1, 1), date(9999, 12, 31), 5)]),
    "gantt of nothing": charts.gantt("t", "d", []),
    "matrix": charts.matrix("t", "d", {(5, 1): 3}, across=NASTY, up=NASTY),
    "spark": charts.spark(NASTY, [1, 1, 1]),
    "spark of nothing": charts.spark("t", []),
    "progress": charts.progress(NASTY, Decimal("1.7"), -1),
    "tiles": charts.tile_grid("t", "d", {"320000": 12, "11": 3}),
    "tiles with links": charts.tile_grid("t", "d", {"320000": 12}, links={"320000": "/consortia?region=320000&a=1"}),
}  # fmt: skip


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_a_drawing_is_well_formed_and_harmless(drawing: Markup) -> None:
    assert isinstance(drawing, Markup)
    root = ElementTree.fromstring(drawing)
    names = {element.tag.split("}")[-1] for element in root.iter()}
    assert names <= {"svg", "title", "desc", "path", "rect", "circle", "text", "g", "a"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert "style" not in attributes, "a content security policy without inline styles forbids it"
    assert "id" not in attributes, "a drawing can stand twice on a page"
    assert "nan" not in drawing.lower().split("<desc>")[0]
    assert root.get("role") in ("img", "group")
    assert root.get("aria-label")


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_each_colour_has_its_class(drawing: Markup) -> None:
    for element in ElementTree.fromstring(drawing).iter():
        classes = (element.get("class") or "").split()
        for attribute, prefix in (("fill", "f-"), ("stroke", "s-")):
            colour = element.get(attribute)
            if colour not in (None, "none"):
                assert any(TONES.get(name[2:]) == colour for name in classes if name.startswith(prefix)), (
                    colour,
                    classes,
                )


def test_tiles_are_all_provinces_at_places_of_their_own() -> None:
    assert len(PROVINCES) == 34
    assert len({place[:2] for place in PROVINCES.values()}) == 34
    drawing = DRAWINGS["tiles"]
    assert "非地图" in drawing
    assert "江苏 12" in drawing
    assert "<a " not in drawing
    assert 'href="/consortia?region=320000&amp;a=1"' in DRAWINGS["tiles with links"]


def test_the_same_values_draw_the_same() -> None:
    assert charts.spark("t", [1, 2]) == charts.spark("t", [1, 2])


def test_scales_and_labels() -> None:
    assert ticks(0) == [0, 1]
    assert ticks(100) == [0, 25, 50, 75, 100]
    assert ticks(Decimal(7)) == [0, 2, 4, 6, 8]
    assert fitted("长三角高端数控装备创新联合体", 40).endswith("…")
    assert width_of(fitted("a very long label indeed", 40)) <= 40
