"""The drawing of a plan: well-formed, harmless, sized by its definition, and the same on page and paper."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from consortium.documents import plan_charts, plan_sheets
from consortium.documents.drawing import TONES
from consortium.documents.plan_charts import Arrow, Canvas, Line, Spot
from consortium.plans import gantt
from tests.plans import invented

NASTY = '</svg><script>alert("1")</script>&'
TITLES = {
    "a script": NASTY,
    "long": "长" * 200,
    "Latin": "A very long title " * 12,
    "right to left": "مرحبا بالعالم",
    "nothing": "",
}


def facts(size: int = 12, **more: Any) -> gantt.Facts:
    return gantt.facts(invented.plan(size, **more))


def root(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)


def words(drawing: str) -> list[str]:
    return [element.text or "" for element in root(drawing).iter() if element.tag.endswith("text")]


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("zoom", plan_charts.ZOOMS)
def test_a_drawing_is_well_formed_and_harmless(title: str, zoom: str) -> None:
    canvas = plan_sheets.canvas(facts(titles=[(title, title)] * 5), ("zh",), zoom=zoom)
    for drawing in (canvas.scale(), canvas.bars(NASTY, NASTY), canvas.sheet(NASTY, NASTY)):
        names = {element.tag.split("}")[-1] for element in root(drawing).iter()}
        assert names <= {"svg", "title", "desc", "path", "rect", "text", "g"}
        attributes = {name for element in root(drawing).iter() for name in element.attrib}
        assert not attributes & {"style", "id", "onclick", "href"}


def test_a_picture_says_in_words_what_it_shows() -> None:
    found = facts()
    bars = root(plan_sheets.canvas(found, ("en",)).bars(*plan_sheets.words(found, ("en",))))
    assert bars.get("role") == "img" and bars[0].tag.endswith("title") and bars[1].tag.endswith("desc")
    assert f"Critical path: {' → '.join(found['path'])}" in (bars.get("aria-label") or "")
    tips = [element.text for element in bars.iter() if element.tag.endswith("title")]
    assert any("Under way" in tip and "float" in tip for tip in tips if tip)
    assert any("baseline" in tip for tip in tips if tip)


def test_each_colour_has_its_class() -> None:
    for element in root(plan_sheets.canvas(facts(60), ("zh",)).sheet("t", "d")).iter():
        classes = (element.get("class") or "").split()
        for attribute, prefix in (("fill", "f-"), ("stroke", "s-")):
            colour = element.get(attribute)
            if colour not in (None, "none"):
                assert any(TONES.get(name[2:]) == colour for name in classes if name.startswith(prefix)), (
                    colour,
                    classes,
                )


def test_every_class_has_its_colour_on_pages() -> None:
    style = Path("static/app.css").read_text("utf-8")
    drawn = plan_sheets.canvas(facts(60), ("zh",)).bars("t", "d") + plan_sheets.canvas(facts(60), ("zh",)).scale()
    for name in set(re.findall(r'class="([^"]+)"', drawn)):
        for one in name.split():
            assert one == "plan-chart" or f".plan-chart .{one} {{" in style or f".plan-chart .{one}, " in style, one


def test_a_row_is_as_high_in_the_tree_of_the_page() -> None:
    assert re.search(
        rf"\.plan-tree li \{{[^}}]*height: {plan_charts.PAGE.row:.0f}px;", Path("static/app.css").read_text("utf-8")
    )


LINE = Line("1", "a", starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 31))


def test_bars_lie_where_their_days_are() -> None:
    canvas = Canvas([LINE], term=(date(2026, 1, 1), date(2026, 12, 31)), wide=365)
    assert canvas.span(date(2026, 3, 2), date(2026, 3, 31)) == (60, 30)
    assert canvas.x(date(2026, 1, 1)) == 0 and canvas.span(date(2026, 12, 31), date(2026, 12, 31)) == (364, 3)


@pytest.mark.parametrize(
    ("kind", "leaves", "reaches"),
    [("fs", "91 ", "182"), ("ss", "60 ", "182"), ("ff", "91 ", "212"), ("sf", "60 ", "212")],
)
def test_an_arrow_leaves_and_reaches_the_ends_of_its_kind(kind: str, leaves: str, reaches: str) -> None:
    other = replace(LINE, number="2", starts_on=date(2026, 7, 2), ends_on=date(2026, 7, 31))
    first = replace(LINE, ends_on=date(2026, 4, 1))
    drawn = Canvas([first, other], [Arrow(0, 1, kind)], (date(2026, 1, 1), date(2026, 12, 31)), wide=365).bars("t", "d")
    assert f'd="M{leaves}' in drawn and f'd="M{reaches} 45l' in drawn


def test_what_is_critical_is_thicker_and_not_only_coloured() -> None:
    plain, critical = (
        Canvas([replace(LINE, critical=on), replace(LINE, critical=on)], [Arrow(0, 1, critical=on)]).bars("t", "d")
        for on in (False, True)
    )
    assert (
        plain.count("<rect") + 2 == critical.count("<rect")
        and 'stroke-width="2"' in critical
        and 'stroke-width="2"' not in plain
    )


def test_the_done_part_the_shadow_and_today() -> None:
    line = replace(LINE, tone="blue", done=40, shadow=(date(2026, 2, 1), date(2026, 2, 28)))
    canvas = Canvas(
        [line], term=(date(2026, 1, 1), date(2026, 12, 31)), wide=365, today=date(2026, 6, 1), today_label="Today"
    )
    drawn = canvas.bars("t", "d")
    assert 'width="12" height="11"' in drawn and 'x="31"' in drawn and 'd="M151 0V' in drawn
    assert "Today" in canvas.scale()
    canvas.today = date(2031, 1, 1)
    assert "Today" not in canvas.scale()


def test_a_milestone_is_named_with_its_word_where_there_is_room() -> None:
    spots = [
        Spot("M1", date(2026, 2, 1), "red", "Late"),
        Spot("M2", date(2026, 2, 3), "grey", "Planned"),
        Spot("M3", date(2026, 8, 1), "green", "Accepted"),
    ]
    drawn = Canvas([Line("", "Milestones", spots=spots)], term=(date(2026, 1, 1), date(2026, 12, 31)), wide=800).bars(
        "t", "d"
    )
    assert words(drawn) == ["M2 Planned", "M3 Accepted"], "M1 has no room before M2, and says its word as its title"
    assert "M1 Late" in drawn


def test_free_days_are_shaded_when_asked() -> None:
    canvas = Canvas([LINE], zoom="week")
    plain = canvas.bars("t", "d").count("<rect")
    canvas.rests = list(invented.shipped().rests(canvas.first, canvas.first + timedelta(days=canvas.days - 1)))
    assert canvas.bars("t", "d").count("<rect") == plain + len(canvas.rests) > plain


@pytest.mark.parametrize("zoom", plan_charts.ZOOMS)
@pytest.mark.parametrize(
    "term", [(date.min, date.max), (date(2026, 1, 1), date(2026, 1, 1)), (date(9999, 12, 1), date.max)]
)
def test_any_term_is_drawn(zoom: str, term: tuple[date, date]) -> None:
    canvas = Canvas([replace(LINE, starts_on=term[0], ends_on=term[1])], zoom=zoom)
    root(canvas.scale())
    assert canvas.wide <= plan_charts.WIDEST and len(canvas.bars("t", "d")) < 200_000


def test_a_node_of_a_large_plan_takes_few_bytes() -> None:
    found = facts(300)
    drawn = plan_sheets.canvas(found, ("zh",)).bars("t", "d")
    assert len(drawn.encode()) < 600 * len(found["rows"]), "shapes of one look say it once, as a group"
    alone = plan_sheets.canvas(found | {"links": []}, ("zh",)).bars("t", "d")
    assert drawn.count("<path") <= alone.count("<path") + 4, (
        "all waits are one way and its tips, and the critical ones another"
    )


def test_what_lies_on_a_bar_lets_the_pointer_through_to_its_words() -> None:
    line = replace(LINE, tone="blue", done=40, critical=True, tip="1 a · Late")
    bars = root(Canvas([line]).bars("t", "d"))
    groups = [element for element in bars.iter() if element.tag.endswith("}g")]
    lowest, *over = [group for group in groups if group.find("{*}rect") is not None]
    assert lowest.get("pointer-events") is None and lowest.find("{*}rect/{*}title").text == "1 a · Late"  # type: ignore[union-attr]
    assert len(over) == 3 and {group.get("pointer-events") for group in over} == {"none"}


def test_what_ends_with_the_project_is_drawn_whole() -> None:
    bars = root(Canvas([replace(LINE, tone="blue", critical=True)], term=(LINE.starts_on, LINE.ends_on)).bars("t", "d"))  # type: ignore[arg-type]
    edge = float(bars.get("width") or 0)
    rims = [float(one.get("x") or 0) + float(one.get("width") or 0) for one in bars.iter() if one.tag.endswith("rect")]
    assert max(rims) < edge


def test_nothing_is_drawn_of_nothing() -> None:
    assert root(Canvas([]).bars("t", "d")) is not None and root(Canvas([]).sheet("t", "d")) is not None


@pytest.mark.parametrize("form", plan_sheets.FORMATS)
@pytest.mark.parametrize("size", [4, 40, 60, 300])
def test_a_long_plan_breaks_over_pages_that_hold_it(form: str, size: int) -> None:
    found = facts(size) | {"size": form}
    sheets = list(plan_sheets.sheets(found, ("zh",)))
    numbers = [
        word
        for sheet in sheets
        for word in words(sheet)
        if re.fullmatch(r"\d+(\.\d+)?", word) and word in {row["number"] for row in found["rows"]}
    ]
    assert {row["number"] for row in found["rows"]} <= set(numbers)
    for place, sheet in enumerate(sheets):
        _, _, wide, high = map(float, (root(sheet).get("viewBox") or "").split())
        room = plan_sheets.FORMATS[form]
        assert high * room.wide / wide <= (room.next if place else room.first) + 1
        assert any(word.startswith("今天") for word in words(sheet)), "the scale is repeated"
    if len(sheets) > 1:
        assert any(word.startswith("→") or word.endswith("→") for sheet in sheets for word in words(sheet)), (
            "waits that leave a page name the other end"
        )


def test_a_short_plan_uses_the_sheet_and_names_its_nodes_in_both_languages() -> None:
    found = facts(17, titles=[("热场", "Heat")] * 17) | {"size": "A3"}
    (sheet,) = plan_sheets.sheets(found, ("zh", "en"))
    _, _, wide, high = map(float, (root(sheet).get("viewBox") or "").split())
    room = plan_sheets.FORMATS["A3"]
    assert high * room.wide / wide > room.first * 0.8
    said = list(words(sheet))
    assert said.count("热场 Heat") >= 10 and any(word.startswith("今天 Today") for word in said)
    (alone,) = plan_sheets.sheets(found, ("en",))
    assert "热场" not in str(alone) and "Heat" in words(alone)


def test_states_follow_from_milestones_and_days() -> None:
    given = invented.plan(30)
    rows = {row["number"]: row for row in gantt.facts(given)["rows"]}
    for node in given.nodes:
        own = [row for row in given.milestones if node.number in given.tied.get(row.id, ())]
        if node.parent is None or not own:
            continue
        state = rows[node.number]["state"]["code"]
        if all(row.state == "accepted" for row in own):
            assert (state, rows[node.number]["done"]) == ("done", 100)
        elif any(row.due_on < invented.TODAY and row.state in ("planned", "returned") for row in own):
            assert state == "late"
    inner = next(node for node in given.nodes if node.parent is not None)
    accepted = SimpleNamespace(**vars(given.milestones[0]) | {"state": "accepted", "accepted_on": invented.TODAY})
    part = gantt.facts(replace(given, milestones=(accepted,), tied={accepted.id: [inner.number]}))["rows"]
    codes = {row["number"]: row["state"]["code"] for row in part}
    assert codes[inner.number] == "done"
    assert codes[inner.parent.number] == "running", "not all that lies in it is done"
    bare = gantt.facts(replace(given, milestones=(), tied={}))["rows"]
    assert {row["state"]["code"] for row in bare} <= {"planned", "running", "over"} and {
        row["done"] for row in bare
    } == {None}


def test_a_waived_milestone_is_not_drawn_and_one_of_no_node_stands_above() -> None:
    given = invented.plan(12)
    found = gantt.facts(given)
    assert [spot["label"] for spot in found["milestones"]] == [f"M{given.milestones[-1].number}"]
    given.milestones[-1].state = "waived"
    assert gantt.facts(given)["milestones"] == []


def test_narrowing_keeps_what_lies_above() -> None:
    found = facts(40)
    own = gantt.narrowed(found, firm=3)["rows"]
    assert all(row["firm_id"] == 3 or row["summary"] for row in own) and any(row["summary"] for row in own)
    critical = gantt.narrowed(found, critical=True)["rows"]
    assert {row["number"] for row in critical} >= set(found["path"]) and all(row["critical"] for row in critical)
    assert gantt.narrowed(found)["rows"] == found["rows"]


def test_facts_are_plain_values() -> None:
    import json

    said = invented.paper(12)
    assert json.loads(json.dumps(said)) == said
    assert "amount" not in json.dumps(said) and "budget" not in json.dumps(said)
