"""The page of the Gantt chart, its table and its paper."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from consortium.activity.services import record
from consortium.core.db import db
from consortium.core.features import papers as kinds
from consortium.documents.models import Paper
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans import facts, services
from consortium.plans.models import CostCategory, Link, MoneySource, Node, Plan
from consortium.projects.models import Project

NASTY = '</svg><script>alert("1")</script>&'


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def plant(world, titles=("总体方案", "样机试制", "验证")) -> list[int]:
    """A package with two tasks of two firms, one waiting for the other, written as rows."""
    project = db.session.get_one(Project, world.ours.project.id)
    coordinator = db.session.get_one(User, world.ours.people.coordinator.id)
    lead, member = (db.session.get_one(Organisation, row.id) for row in (world.ours.lead, world.ours.member))
    made = []
    for number, title, firm, first, last in (
        ("1", titles[0], lead, project.starts_on, project.ends_on),
        ("1.1", titles[1], lead, project.starts_on, project.starts_on + datetime.timedelta(days=60)),
        ("1.2", titles[2], member, project.starts_on + datetime.timedelta(days=30), project.ends_on),
    ):
        made.append(
            services.add_node(
                coordinator, project, number=number, parent=made[0] if made else None, title_zh=title, title_en=f"{title} (en)"[:300], lead=firm,
                starts_on=first, ends_on=last,
            )
        )  # fmt: skip
    services.link(coordinator, made[1], made[2], kind="fs", lag=0)
    db.session.commit()
    return [node.id for node in made]


@pytest.fixture
def planted(world, inside):
    with inside():
        return plant(world)


@pytest.fixture
def url(world):
    return f"/projects/{world.ours.project.id}/gantt"


def drawings(page: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg[^>]*plan-chart.*?</svg>", page, re.DOTALL)]


def test_an_empty_plan_says_how_to_begin(world, sign_in, url):
    page = sign_in(world.ours.people.coordinator).get(url).text
    assert "It begins with the first work package" in page
    assert f"/projects/{world.ours.project.id}/nodes/new" in page


def test_the_page_draws_the_plan_and_says_the_same_in_a_table(world, sign_in, url, planted):
    answer = sign_in(world.ours.people.member).get(url)
    page = answer.text
    scale, bars = drawings(page)
    assert bars.get("role") == "img" and bars.get("aria-label").startswith("Gantt chart of the project. ")
    assert "style=" not in page and scale.get("aria-hidden") == "true"
    rows = re.findall(r'<li class="at-\d[^"]*"><a href="/nodes/(\d+)" title="([^"]*)"', page)
    assert [int(number) for number, _ in rows] == planted, "links to nodes in the order of the tree"
    table = page[page.index('id="table"') :]
    for words in ("Working days", "Early start", "Late start", "Float", "Critical", "Waits for"):
        assert words in table
    assert re.search(r'href="/nodes/\d+">1\.2 ', table) and ">1.1</td>" in table.replace("\n", "")


def test_who_waits_for_whom_is_told_to_all_and_money_to_nobody(world, sign_in, url, planted, inside):
    with inside():
        coordinator = db.session.get_one(User, world.ours.people.coordinator.id)
        node = db.session.get_one(Node, planted[1])
        firm = db.session.get_one(Organisation, node.organisation_id)
        services.allocate(
            coordinator, node, firm, category=CostCategory.LABOUR, source=MoneySource.OWN, amount=Decimal("123456.00")
        )
        db.session.commit()
    page = sign_in(world.ours.people.other_member).get(url).text
    assert "1.2" in page[page.index('id="waits"') :] and "123,456" not in page and "123456" not in page


def test_the_conflict_is_told_with_its_days(world, sign_in, url, planted):
    page = sign_in(world.ours.people.member).get(url).text
    told = re.search(r"1\.2 is planned to begin (\d+) working days before 1\.1 lets it", page)
    assert told and 15 < int(told[1]) < 32


def test_zoom_filters_and_exports(world, sign_in, url, planted):
    browser = sign_in(world.ours.people.member)
    for zoom in ("quarter", "month", "week", "nonsense"):
        assert len(drawings(browser.get(f"{url}?zoom={zoom}").text)) == 2
    own = browser.get(f"{url}?firm={world.ours.member.id}").text
    assert list(re.findall(r"<b>(1[.\d]*)</b>", own)) == ["1", "1.2"], "what lies above stays"
    assert "No node fits" in browser.get(f"{url}?firm=999999999").text
    assert browser.get(f"{url}?critical=1").status_code == 200
    text = browser.get(f"{url}?as=csv").text
    assert text.splitlines()[0].endswith("Waits for") and len(text.splitlines()) == 4
    assert browser.get(f"{url}?as=xlsx&critical=1").data[:2] == b"PK"


def test_chinese_readers_read_chinese(world, sign_in, url, planted):
    page = sign_in(world.ours.people.member, "zh-CN").get(url).text
    _, bars = drawings(page)
    assert bars.get("aria-label").startswith("项目甘特图")


@pytest.mark.parametrize("title", [NASTY, "长" * 200, "مرحبا بالعالم", "<b>a</b>"])
def test_a_title_stays_text(world, sign_in, url, inside, title):
    with inside():
        plant(world, (title, title, title))
    page = sign_in(world.ours.people.member).get(url).text
    assert "<script>alert" not in page and "<b>a</b>" not in page
    assert len(drawings(page)) == 2


def test_a_circle_in_the_rows_is_told_and_breaks_nothing(world, sign_in, url, planted, inside):
    with inside():
        project = db.session.get_one(Project, world.ours.project.id)
        row = Link(
            consortium_id=project.consortium_id,
            project_id=project.id,
            before_id=planted[2],
            after_id=planted[1],
            kind="fs",
            lag=0,
        )
        db.session.add(row)
        record("test", "linked", row)
        db.session.commit()
    page = sign_in(world.ours.people.member).get(url).text
    assert "The dependencies go round in a circle." in page and "1.1 → 1.2 → 1.1" in page


def test_a_calendar_that_is_gone_is_told(world, sign_in, url, planted, inside):
    with inside():
        project = db.session.get_one(Project, world.ours.project.id)
        row = Plan(consortium_id=project.consortium_id, project_id=project.id, calendar="MARS")
        db.session.add(row)
        record("test", "arranged the plan", row)
        db.session.commit()
    page = sign_in(world.ours.people.member).get(url).text
    assert "There is no working calendar MARS." in page and len(drawings(page)) == 2


def test_asking_for_the_paper(world, sign_in, url, planted, inside):
    coordinator = sign_in(world.ours.people.coordinator)
    assert "A3 landscape" in coordinator.get(f"{url}/paper").text
    answer = coordinator.post(f"{url}/paper", data={"size": "A4", "language": "zh"})
    assert answer.status_code == 303, answer.text
    assert coordinator.get(answer.location).status_code == 200
    with inside():
        paper = db.session.get_one(Paper, int(answer.location.rsplit("/", 1)[1]))
        assert paper.kind == "gantt" and paper.reference.endswith("-G01") and paper.facts["size"] == "A4"
        assert [row["number"] for row in paper.facts["rows"]] == ["1", "1.1", "1.2"]
        template, said = kinds()["gantt"].facts_for(paper.facts["project"]["reference"])
        assert template == facts.TEMPLATE and said["version"] == "0"
    assert coordinator.post(f"{url}/paper", data={"size": "A0", "language": "zh"}).status_code == 422
    assert (
        sign_in(world.ours.people.member).post(f"{url}/paper", data={"size": "A3", "language": "zh"}).status_code == 403
    )


def test_no_paper_of_an_empty_plan(world, sign_in, url):
    answer = sign_in(world.ours.people.coordinator).post(f"{url}/paper", data={"size": "A3", "language": "both"})
    assert answer.status_code in (409, 422) and "nothing to draw" in answer.text


def test_strangers_find_nothing(world, sign_in, url, planted):
    assert sign_in(world.theirs.people.coordinator).get(url).status_code == 404
