"""The portfolio: an officer sees the filed consortia of the remit, and every number leads to its rows."""

import csv
import io
import re
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from consortium.activity.services import record
from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.people.models import Remit
from consortium.portfolio import queries


@pytest.fixture(autouse=True)
def _nothing_kept():
    queries.forget()
    yield
    queries.forget()


def text(answer):
    return answer.get_data(as_text=True)


def figure(page, label):
    """The number of a tile."""
    tile = next(part for part in page.split("<article")[1:] if f">{label}</a>" in part)
    return re.search(r"<strong[^>]*>([^<]*)</strong>", tile)[1]


def oversee_all(world, inside, areas=()):
    with inside():
        remit = db.session.query(Remit).filter_by(user_id=world.people.officer.id).one()
        remit.regions, remit.areas = [], list(areas)
        record("test", "gave a remit", remit)
        db.session.commit()


@pytest.mark.parametrize(
    "path",
    ["/portfolio", "/portfolio?as=csv", "/portfolio/organisations", "/portfolio/projects", "/portfolio/milestones"],
)
def test_only_officers_oversee(world, sign_in, path):
    for person in (*vars(world.ours.people).values(), world.people.administrator, world.people.staff):
        assert sign_in(person).get(path).status_code == 403
    assert sign_in(world.people.officer).get(path).status_code == 200


def test_the_remit_is_the_limit(world, sign_in):
    page = text(sign_in(world.people.officer).get("/portfolio"))
    assert "晨星联合体" in page
    assert "暮云" not in page
    elsewhere = text(sign_in(world.people.officer_elsewhere).get("/portfolio"))
    assert "晨星" not in elsewhere
    assert figure(elsewhere, "Late milestones") == "0"


@pytest.mark.parametrize(
    "path",
    [
        "/portfolio/organisations",
        "/portfolio/projects",
        "/portfolio/milestones",
        "/portfolio/milestones?which=late",
        "/portfolio?as=csv",
    ],
)
def test_no_row_of_another_region_is_behind_a_number(world, sign_in, path):
    assert "暮云" not in text(sign_in(world.people.officer).get(path))
    assert "晨星" not in text(sign_in(world.people.officer_elsewhere).get(path))


def test_drafts_are_not_filed(world, sign_in, inside):
    with inside():
        row = db.session.get(Consortium, world.ours.consortium.id)
        row.stage = "forming"
        record("test", "took back to forming", row)
        db.session.commit()
    page = text(sign_in(world.people.officer).get("/portfolio"))
    assert "晨星" not in page


def test_areas_narrow_a_remit(world, sign_in, inside):
    oversee_all(world, inside, ["netsec"])
    page = text(sign_in(world.people.officer).get("/portfolio"))
    assert "暮云联合体" in page
    assert "晨星联合体" not in page


def test_the_figures_are_the_rows(world, sign_in, inside):
    oversee_all(world, inside)
    browser = sign_in(world.people.officer)
    page = text(browser.get("/portfolio"))
    assert figure(page, "Late milestones") == "2"
    assert figure(page, "Member organisations") == "6"
    assert figure(page, "Projects") == "2"
    assert figure(page, "Milestones on time") == "50.0%"
    assert figure(page, "Planned money") == "16.00"
    assert text(browser.get("/portfolio/milestones?which=late")).count("/milestones/") == 2
    assert "6 rows" in text(browser.get("/portfolio/organisations"))
    assert "2 rows" in text(browser.get("/portfolio/projects"))
    assert "2 rows" in text(browser.get("/portfolio/milestones?which=in_time"))
    assert "4 rows" in text(browser.get("/portfolio/milestones?which=due"))


@pytest.mark.parametrize(
    ("asked", "kept", "gone"),
    [("region=32", "晨星", "暮云"), ("region=44", "暮云", "晨星"), ("area=netsec", "暮云", "晨星"), ("stage=operating", "暮云", None),
     ("region=%27--&area=x&stage=draft", "暮云", None)],
)  # fmt: skip
def test_filters_narrow_page_rows_and_files_alike(world, sign_in, inside, asked, kept, gone):
    oversee_all(world, inside)
    browser = sign_in(world.people.officer)
    for path in ("/portfolio?as=csv&", "/portfolio/organisations?", "/portfolio/projects?", "/portfolio/milestones?"):
        body = text(browser.get(path + asked))
        assert kept in body
        assert gone is None or gone not in body


def test_a_stage_that_nothing_has_is_empty_and_says_so(world, sign_in):
    page = text(sign_in(world.people.officer).get("/portfolio?stage=suspended"))
    assert "none fits the filter" in page
    assert figure(page, "Milestones on time") == "–"


def test_page_csv_and_sheet_are_equal(world, sign_in, inside):
    oversee_all(world, inside)
    browser = sign_in(world.people.officer)
    rows = list(csv.reader(io.StringIO(text(browser.get("/portfolio?as=csv")).lstrip("\ufeff"))))
    sheet = (
        CalamineWorkbook.from_filelike(io.BytesIO(browser.get("/portfolio?as=xlsx").data))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert rows[0] == sheet[0]
    money, late = rows[0].index("Planned money (yuan)"), rows[0].index("Late")
    for line, cells in zip(rows[1:], sheet[1:], strict=True):
        assert Decimal(line[money]) == Decimal(str(cells[money])) == 8_000_000
        assert int(line[late]) == int(cells[late]) == 1


def test_the_list_is_sorted_as_asked(world, sign_in, inside):
    oversee_all(world, inside)
    browser = sign_in(world.people.officer)
    first, second = (
        re.findall(r'class="name" href="/consortia/(\d+)"', text(browser.get(f"/portfolio?sort={sort}")))
        for sort in ("region", "-region")
    )
    assert first == second[::-1]
    assert len(first) == 2


def test_the_map_is_called_a_scheme_and_has_a_table(world, sign_in):
    page = text(sign_in(world.people.officer).get("/portfolio"))
    assert "scheme, not a map" in page
    assert "Consortia by province" in page
    assert 'href="/portfolio?region=32"' in page


def test_what_is_kept_is_asked_again_after_a_change(world, sign_in, inside):
    browser = sign_in(world.people.officer)
    assert "晨星联合体" in text(browser.get("/portfolio?as=csv"))
    with inside():
        row = db.session.get(Consortium, world.ours.consortium.id)
        row.name_zh, row.name_en = "改名后的联合体", "Renamed"
        record("test", "amended", row)
        db.session.commit()
    assert "Renamed" in text(browser.get("/portfolio?as=csv"))


def test_what_is_kept_for_one_remit_is_not_shown_to_another(world, sign_in):
    assert "晨星" in text(sign_in(world.people.officer).get("/portfolio"))
    assert "晨星" not in text(sign_in(world.people.officer_elsewhere).get("/portfolio"))


def test_queries_do_not_grow_with_rows(app, world, sign_in, inside):
    oversee_all(world, inside)
    browser, counted = sign_in(world.people.officer), []

    def count(*_):
        counted[-1] += 1

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        for asked in ("stage=suspended", "stage=operating"):
            queries.forget()
            counted.append(0)
            assert browser.get(f"/portfolio?{asked}").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert counted[1] <= counted[0] + 1
    assert counted[1] < 40
