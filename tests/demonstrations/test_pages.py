"""The pages of demonstrations: what they show to whom, and what they say to what is wrong."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from consortium.consortia.models import Consortium
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.terms import ProjectKind
from consortium.demonstrations import operating, services
from consortium.demonstrations.models import Demonstration, DemonstrationFile, FollowOnOrder, ProductKind
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project
from consortium.reports.contents import shown as shown_in_report
from consortium.results import services as results
from tests import factories
from tests.demonstrations.furniture import (
    a_demonstration,
    a_file,
    a_site_user,
    on_trial,
    placed,
    put,
    whole,
)

pytestmark = pytest.mark.slow

PRICE, ORDER = "4,321,987.65", "7,654,321.09"


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def sent(name: str = "报告.txt", content: str = "报告") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content.encode()), name


@pytest.fixture
def made(world: Any, inside: Callable[[], Any]) -> Any:
    """One candidate without a user, one on trial at a user that is no member, one with everything."""
    table = world.ours
    with inside():
        project, member, boss = db.session.get_one(Project, table.project.id), db.session.get_one(Organisation, table.member.id), db.session.get_one(User, table.people.coordinator.id)  # fmt: skip
        consortium = db.session.get_one(Consortium, table.consortium.id)
        site, works = a_site_user(consortium)
        candidate = a_demonstration(boss, project, member, title_zh="甲产品", title_en="Product A")
        trial = on_trial(
            boss, site, a_demonstration(boss, project, member, title_zh="乙产品", title_en="Product B"), works
        )
        full = placed(boss, a_demonstration(boss, project, member, title_zh="丙产品", title_en="Product C"), works)
        whole(boss, full, "晨星")
        put(full, "stable_operation")
        found = SimpleNamespace(
            candidate=candidate.id, trial=trial.id, full=full.id, indicator=trial.indicators[0].id, works=works.id, project=project.id,
            site=SimpleNamespace(fs_uniquifier=site.fs_uniquifier), file=full.files[0].id, consortium=consortium.id,
        )  # fmt: skip
        db.session.commit()
    return found


def test_the_site_user_sees_its_demonstrations_and_nothing_else(sign_in: Any, world: Any, made: Any) -> None:
    site = sign_in(made.site)
    listed = body(site.get("/demonstrations"))
    assert "Product B" in listed and "Product C" in listed and "Product A" not in listed
    shown = body(site.get(f"/demonstrations/{made.full}"))
    assert PRICE in shown and ORDER in shown and "晨星项目" not in shown and "Talk" not in shown
    assert site.get(f"/demonstration-files/{made.file}").status_code == 200
    assert site.get(f"/demonstrations/{made.candidate}").status_code == 403
    for address in (f"/consortia/{made.consortium}", f"/consortia/{made.consortium}/members", f"/projects/{made.project}",
                    f"/projects/{made.project}/demonstrations", f"/consortia/{made.consortium}/invitations", f"/projects/{made.project}/logs"):  # fmt: skip
        assert site.get(address).status_code == 403, address
    for address in (
        "/",
        "/consortia",
        "/projects",
        "/milestones",
        "/deliverables",
        "/reports",
        "/search?q=晨星",
        "/notifications",
        "/waiting",
    ):
        page = body(site.get(address)).replace('value="晨星"', "").replace("“晨星”", "")
        assert "晨星项目" not in page and "晨星联合体" not in page and "晨星里程碑" not in page, address


def test_what_waits_for_the_site_user_stands_on_its_desk(sign_in: Any, world: Any, made: Any, inside: Any) -> None:
    site = sign_in(made.site)
    assert "Confirm the acceptance" not in body(site.get("/"))
    boss = sign_in(world.ours.people.coordinator)
    said = boss.post(
        f"/demonstrations/{made.trial}/files/new",
        data={"purpose": "certificate", "files": sent("证书.txt", "证书"), "free_of_secrets": "1"},
    )
    assert said.status_code == 303
    assert "Confirm the acceptance" in body(site.get("/"))


def test_prices_are_of_maker_user_and_those_who_see_all(sign_in: Any, world: Any, made: Any) -> None:
    people, sees = world.ours.people, {"coordinator": 1, "member": 1, "auditor": 1, "other_member": 0, "expert": 0}
    for name, allowed in sees.items():
        shown = body(sign_in(getattr(people, name)).get(f"/demonstrations/{made.full}"))
        assert (PRICE in shown, ORDER in shown, "100,000.00" in shown, "晨星客户" in shown) == (bool(allowed),) * 4, (
            name
        )
        assert (sign_in(getattr(people, name)).get(f"/demonstration-files/{made.file}").status_code == 200) is bool(
            allowed
        )
    officer = body(sign_in(world.people.officer).get(f"/demonstrations/{made.full}"))
    assert PRICE in officer
    for name in sees:
        page = sign_in(getattr(people, name)).get("/demonstrations?as=csv").get_data()
        assert b"4321987" not in page and b"7654321" not in page


def test_from_trial_to_acceptance(sign_in: Any, world: Any, made: Any, inside: Any) -> None:
    member, site = sign_in(world.ours.people.member), sign_in(made.site)
    page = f"/demonstrations/{made.trial}"
    refused = member.post(f"{page}/steps/accept", data={"reason": ""})
    assert refused.status_code == 409 and "No value is measured yet" in body(refused)
    done = member.post(f"/demonstration-indicators/{made.indicator}/measure", data={
        "value": "96.4", "unit": "%", "on_day": "2026-10-01", "note": "", "free_of_secrets": "1", "files": sent("检测.txt", "检测")})  # fmt: skip
    assert done.status_code == 303
    refused = member.post(f"{page}/steps/accept", data={"reason": ""})
    assert refused.status_code == 409 and "Add the acceptance certificate." in body(refused)
    member.post(
        f"{page}/files/new", data={"purpose": "certificate", "files": sent("证书.txt", "证书"), "free_of_secrets": "1"}
    )
    asked = body(site.get(f"{page}/confirm"))
    assert "96.4 %" in asked and "证书.txt" in asked
    read = re.search(r'name="read"[^>]*value="([0-9a-f]{64})"', asked)
    assert read and "4,321,987.65" in asked and "进口设备" in asked
    lacking = site.post(
        f"{page}/confirm",
        data={"read": read[1], "decision": "agree", "words": "运行六个月，同意验收", "free_of_secrets": "1"},
    )
    assert lacking.status_code == 422 and "Add the user" in body(lacking) and "运行六个月，同意验收" in body(lacking)
    said = site.post(
        f"{page}/confirm",
        data={
            "read": read[1],
            "decision": "agree",
            "words": "运行六个月，同意验收",
            "free_of_secrets": "1",
            "files": sent(),
        },
    )
    assert said.status_code == 303
    assert member.post(f"{page}/steps/accept", data={"reason": ""}).status_code == 303
    shown = body(member.get(page))
    assert (
        "Accepted by the user" in shown
        and "运行六个月，同意验收" in shown
        and "远山用户厂" in shown
        and "1 of 1" in shown
        and "has accepted it, so product" in shown
        and f"{page}/contract" not in shown
        and f"{page}/conclusion" in shown
    )
    with inside():
        row = db.session.get_one(Demonstration, made.trial)
        assert row.stage == "accepted" and row.steps[-1].stage == "accepted"


def test_the_maker_cannot_confirm(sign_in: Any, world: Any, made: Any, inside: Any) -> None:
    for name in ("member", "coordinator"):
        answer = sign_in(getattr(world.ours.people, name)).post(
            f"/demonstrations/{made.full}/confirm", data={"decision": "agree", "words": "同意"}
        )
        assert answer.status_code in (403, 409, 422), name
    with inside():
        assert all(
            word.said_by.fs_uniquifier == made.site.fs_uniquifier
            for row in db.session.query(Demonstration)
            for word in row.confirmations
        )


@pytest.mark.parametrize(("part", "values", "sentence", "kept"), [
    ("days", {"delivered_on": "2026-03-10", "installed_on": "2026-03-01"}, "must not lie", "2026-03-01"),
    ("contract", {"contract_number": "", "contract_price": "1.005"}, "at most two decimals", "1.005"),
    ("records/new", {"starts_on": "2026-05-01", "ends_on": "2026-05-01", "hours": "25", "output": "片"}, "The period has 24 hours", "片"),
    ("records/new", {"starts_on": "2026-05-01", "ends_on": "2026-05-01", "hours": "a lot", "output": "片"}, "Write the hours with digits", "a lot"),
    ("failures/new", {"happened_on": "2026-05-09", "what": "停机甲", "downtime": "1.234"}, "Write the hours with digits", "停机甲"),
    ("failures/new", {"happened_on": "2026-05-09", "what": "停机甲", "downtime": "3", "mended_on": "2026-05-01"}, "mended before it happened", "停机甲"),
    ("subsidies/new", {"step": "money", "on_day": "2026-05-09", "amount": "5", "reference": "通知七"}, "Fill in the insurance", "通知七"),
    ("orders/new", {"customer": "客户七", "on_day": "2026-01-01"}, "comes after the contract", "客户七"),
    ("indicators/new", {"title_zh": "能耗七", "direction": "at_most", "contract_value": "low"}, "Write a number", "能耗七"),
    ("site", {"user_organisation_id": "", "site_name": "别处七"}, "so it stays", "别处七"),
    ("insurance", {"insurer": "保险七", "insured_from": "2026-05-02", "insured_to": "2026-05-01"}, "must not lie before the first", "保险七"),
    ("conclusion", {"lessons": "经验七", "promoted_on": "2027-05-02"}, "lie in the future", "经验七"),
    ("years/new", {"year": "2026", "words": "很好七"}, "after the acceptance", "很好七"),
])  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(sign_in: Any, world: Any, made: Any, inside: Any, part: str, values: dict[str, str], sentence: str, kept: str) -> None:  # fmt: skip
    with inside():
        version = db.session.get_one(Demonstration, made.trial).version
        orders = db.session.query(FollowOnOrder).count()
    boss = sign_in(world.ours.people.coordinator)
    assert boss.get(f"/demonstrations/{made.trial}/{part}").status_code == 200
    answer = boss.post(f"/demonstrations/{made.trial}/{part}", data={**values, "version": str(version)})
    assert answer.status_code in (409, 422) and sentence in body(answer) and kept in body(answer)
    with inside():
        assert (
            db.session.get_one(Demonstration, made.trial).version == version
            and db.session.query(FollowOnOrder).count() == orders
        )


def test_a_file_of_a_refused_value_is_kept(sign_in: Any, world: Any, made: Any, inside: Any) -> None:
    member = sign_in(world.ours.people.member)
    values = {"value": "96", "unit": "kg", "on_day": "2026-10-01", "note": "第一次", "free_of_secrets": "1"}
    refused = member.post(
        f"/demonstration-indicators/{made.indicator}/measure", data={**values, "files": sent("检测.txt", "检测")}
    )
    text = body(refused)
    assert refused.status_code == 422 and "is measured in %" in text and "检测.txt" in text and "第一次" in text
    digest = re.search(r'name="files" value="([0-9a-f]{64})"', text)
    assert digest
    again = member.post(
        f"/demonstration-indicators/{made.indicator}/measure", data={**values, "unit": "%", "files": digest[1]}
    )
    assert again.status_code == 303
    with inside():
        assert [file.name for file in db.session.query(DemonstrationFile) if file.demonstration_id == made.trial] == [
            "检测.txt"
        ]


def test_the_list_is_filtered_sorted_and_taken_away(sign_in: Any, world: Any, made: Any) -> None:
    boss = sign_in(world.ours.people.coordinator)
    for query, there, away in (("stage=trial", "Product B", "Product A"), ("kind=first_batch", "", "Product B"), ("region=32", "Product B", "Product A"), ("q=丙产品", "Product C", "Product B")):  # fmt: skip
        page = body(boss.get(f"/demonstrations?{query}"))
        assert there in page and away not in page, query
    rows = boss.get("/demonstrations?as=csv&sort=title").get_data(as_text=True)
    assert [rows.index(name) for name in ("Product A", "Product B", "Product C")] == sorted(
        rows.index(name) for name in ("Product A", "Product B", "Product C")
    )
    assert "600.50" in rows and "1 of 1" in rows
    assert "Product B" in body(boss.get(f"/projects/{made.project}/demonstrations"))


def test_project_and_result_tell_of_it(sign_in: Any, world: Any, made: Any, inside: Any) -> None:
    with inside():
        boss, project = (
            db.session.get_one(User, world.ours.people.coordinator.id),
            db.session.get_one(Project, made.project),
        )
        row = placed(
            boss, db.session.get_one(Demonstration, made.candidate), db.session.get_one(Organisation, made.works)
        )
        result = results.enter_result(db.session.get_one(User, world.ours.people.member.id), project, organisation=db.session.get_one(Organisation, world.ours.member.id), number="R1", title_zh="成果", title_en="Result one", description="",
                                      kind="product", made_on=datetime.date(2026, 5, 1), critical=False)  # fmt: skip
        services.amend(
            boss,
            row,
            title_zh=row.title_zh,
            title_en=row.title_en,
            kind=row.kind,
            level=row.level,
            trl_start=6,
            catalogue="",
            result=result,
        )
        project.kind = ProjectKind.DEMONSTRATION
        factories.record("test", "amended", project)
        number = result.id
        db.session.commit()
    boss_page = sign_in(world.ours.people.coordinator)
    shown = body(boss_page.get(f"/projects/{made.project}"))
    assert "is itself a demonstration" in shown and "Product A" in shown
    assert "Product A" in body(boss_page.get(f"/results/{number}"))
    assert "Result one" in body(boss_page.get(f"/demonstrations/{made.candidate}"))
    assert "Result one" not in body(sign_in(made.site).get(f"/demonstrations/{made.candidate}"))


def test_rules_are_shown_with_their_source(sign_in: Any, world: Any, made: Any) -> None:
    shown = body(sign_in(world.ours.people.coordinator).get(f"/demonstrations/{made.full}"))
    assert "Check with the authority." in shown and "text of 2019" in shown and "80,000.00" in shown
    assert "600.5" in shown and "4.00 hours of downtime" in shown


def test_a_kind_of_which_no_rule_is_known_shows_none(sign_in: Any, world: Any, made: Any, inside: Any) -> None:
    with inside():
        db.session.get_one(Demonstration, made.full).kind = ProductKind.FIRST_BATCH
        factories.record("test", "amended", db.session.get_one(Demonstration, made.full))
        db.session.commit()
    boss = sign_in(world.ours.people.coordinator)
    for address in (f"/demonstrations/{made.full}", f"/demonstrations/{made.full}/subsidies/new"):
        shown = body(boss.get(address))
        assert "No rule is known here for this kind of product: First batch" in shown, address
        assert "text of 2019" not in shown and "pays at most" not in shown and "It is about:" not in shown, address
    other = body(boss.get(f"/demonstrations/{made.trial}"))
    assert "No rule is known" not in other and "It is about:" in other


def test_what_it_is_about_is_asked_before_the_files(sign_in: Any, world: Any, made: Any) -> None:
    boss = sign_in(world.ours.people.coordinator)
    asked = {
        f"/demonstration-indicators/{made.indicator}/measure": ["value", "unit", "on_day", "note"],
        f"/demonstrations/{made.trial}/files/new": ["purpose"],
    }
    for address, before in asked.items():
        names = re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', body(boss.get(address)))
        shown = list(dict.fromkeys(name for name in names if name in {*before, "free_of_secrets", "files"}))
        assert shown == [*before, "free_of_secrets", "files"], address


def test_while_nothing_waits_for_the_user_there_is_no_form(sign_in: Any, world: Any, made: Any) -> None:
    site, way = sign_in(made.site), f"/demonstrations/{made.full}/confirm"
    shown = body(site.get(way))
    assert "Nothing waits for a confirmation" in shown and f'href="/demonstrations/{made.full}"' in shown
    assert 'name="decision"' not in shown and "Give your word" not in shown and "Confirm the matching" not in shown
    late = site.post(way, data={"decision": "agree", "words": "来晚了的话", "read": "x"})
    assert late.status_code in (409, 422) and "来晚了的话" in body(late)
    assert 'name="decision"' in body(site.get(f"/demonstrations/{made.trial}/confirm"))


def test_what_nobody_noted_is_no_zero(sign_in: Any, world: Any, made: Any, inside: Any) -> None:
    boss, page = sign_in(world.ours.people.coordinator), f"/demonstrations/{made.trial}"

    def figures() -> list[str]:
        kpis = body(boss.get(page)).split('class="kpis"')[1].split('class="grid2"')[0]
        return re.findall(
            r'<article class="card kpi( kpi-none)?[^"]*">.*?<strong class="num">([^<]*)<', kpis, re.DOTALL
        )

    nothing = (" kpi-none", "No data")
    assert figures() == [nothing] * 4
    listed = next(
        line for line in boss.get("/demonstrations?as=csv").get_data(as_text=True).splitlines() if "Product B" in line
    )
    assert listed.endswith(",,No data,No data") and "0 of 1" not in listed
    with inside():
        table = db.session.get_one(Consortium, made.consortium)
        day = datetime.date(2026, 11, 30)
        basis = SimpleNamespace(consortium=table, starts_on=day, on=day)
        said = [row[5:] for row in shown_in_report(basis)["tables"][0]["rows"] if row[1]["en"] == "Product B"]
        assert said == [["", "", {"zh": "无数据", "en": "No data"}]]
        row = db.session.get_one(Demonstration, made.trial)
        operating.run(db.session.get_one(User, world.ours.people.coordinator.id), row, starts_on=datetime.date(2026, 5, 1), ends_on=datetime.date(2026, 5, 2), hours=Decimal(0))  # fmt: skip
        db.session.commit()
    assert figures() == [("", "0.00"), ("", "0"), nothing, nothing]


def test_the_coordinator_invites_a_user_of_a_site(sign_in: Any, app: Any, world: Any, made: Any, inside: Any) -> None:
    boss = sign_in(world.ours.people.coordinator)
    form = body(boss.get(f"/consortia/{made.consortium}/invitations/new"))
    assert "User of a demonstration" in form
    values = {
        "email": "new.user@example.org",
        "role": "site_user",
        "organisation": str(made.works),
        "organisation_name": "",
        "member_role": "",
        "message": "",
    }
    assert boss.post(f"/consortia/{made.consortium}/invitations/new", data=values).status_code == 303
    link = re.search(
        r"/invitations/([A-Za-z0-9_.\-]+)",
        body(boss.get(f"/consortia/{made.consortium}/invitations")).split("invitations/new")[-1],
    )
    with inside():
        from consortium.activity.models import OutboxMail

        mail = db.session.query(OutboxMail).filter_by(recipient="new.user@example.org").one()
        link = re.search(r"/invitations/(\S+)", mail.body)
    assert link
    guest = app.test_client()
    taken = guest.post(f"/invitations/{link[1]}", data={"name": "新来的人", "password": "a long sentence to keep"})
    assert taken.status_code == 303 and f"/consortia/{made.consortium}" not in taken.location
    with inside():
        person = db.session.query(User).filter_by(email="new.user@example.org").one()
        assert [(seat.role, seat.organisation_id) for seat in person.seats] == [(Role.SITE, made.works)]
        key = SimpleNamespace(fs_uniquifier=person.fs_uniquifier)
    assert "Product B" in body(sign_in(key).get("/demonstrations"))
    assert "has to be confirmed first, by its people" in body(sign_in(key).get(f"/demonstrations/{made.trial}"))
    assert "has to be confirmed first, by its people" in body(sign_in(key).get(f"/demonstrations/{made.trial}/confirm"))
    assert a_file().name
