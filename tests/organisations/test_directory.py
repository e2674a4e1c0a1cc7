"""The directory: codes, names, titles, and who may keep what."""

import datetime

from sqlalchemy import select

from consortium.activity.models import Event
from consortium.core.db import db
from consortium.core.terms import OrganisationKind, Tier
from consortium.organisations import services
from consortium.organisations.models import FormerName, Organisation
from consortium.people.models import User
from tests import factories

GOOD = factories.code(90_000_001)


def typed(**changes):
    """What a person types for a new firm."""
    form = {
        "scheme": "uscc",
        "code": GOOD,
        "kind": "enterprise",
        "name_zh": "试填精密仪器有限公司",
        "name_en": "",
        "country": "CN",
        "region": "320500",
    }
    return {**form, **changes}


def test_a_firm_is_registered_once_by_its_code(sign_in, world, inside):
    browser = sign_in(world.ours.people.coordinator)
    answer = browser.post("/organisations/new", data=typed(code=f" {GOOD[:6]} {GOOD[6:].lower()} "))
    assert answer.status_code == 303
    with inside():
        row = db.session.scalar(select(Organisation).where(Organisation.code == GOOD))
        assert (row.name_zh, row.province) == ("试填精密仪器有限公司", "32")
        assert (
            db.session.scalar(select(Event.verb).where(Event.subject_kind == "organisation").order_by(Event.id.desc()))
            == "registered"
        )
    again = browser.post("/organisations/new", data=typed(name_zh="另一家公司"))
    assert again.status_code == 422
    text = again.get_data(as_text=True)
    assert "This code is registered already, for 试填精密仪器有限公司." in text
    assert f'href="{answer.location}"' in text
    assert 'value="另一家公司"' in text


def test_wrong_codes_are_refused_at_the_field(sign_in, world):
    browser = sign_in(world.ours.people.coordinator)
    wrong = GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")
    for code, sentence in (
        (wrong, "The code has a typing error"), ("91", "has 18 characters; this one has 2"), (GOOD[:-1] + "I", "are not used in"),
        ("9" * 100_000, "at most"), ("91\0", "NUL"), ("", "Please fill in"),
    ):  # fmt: skip
        answer = browser.post("/organisations/new", data=typed(code=code))
        assert answer.status_code == 422, code[:20]
        assert sentence in answer.get_data(as_text=True), code[:20]


def test_the_kind_follows_from_the_code_and_a_mismatch_is_warned_of(sign_in, world, inside):
    browser = sign_in(world.ours.people.coordinator)
    institute = factories.code(90_000_002, "12")
    warned = browser.post("/organisations/new", data=typed(code=institute, kind="enterprise"))
    assert warned.status_code == 422
    assert "Please check both." in warned.get_data(as_text=True)
    assert 'name="sure"' in warned.get_data(as_text=True)
    assert browser.post("/organisations/new", data=typed(code=institute, kind="")).status_code == 303
    with inside():
        assert (
            db.session.scalar(select(Organisation.kind).where(Organisation.code == institute))
            is OrganisationKind.INSTITUTE
        )


def test_a_near_name_is_warned_of_and_can_be_confirmed(sign_in, world):
    browser = sign_in(world.ours.people.coordinator)
    assert browser.post("/organisations/new", data=typed()).status_code == 303
    near = typed(code=factories.code(90_000_003), name_zh="试填精密仪器股份有限公司")
    warned = browser.post("/organisations/new", data=near)
    text = warned.get_data(as_text=True)
    assert warned.status_code == 422 and GOOD in text and "nearly this name" in text
    assert 'value="试填精密仪器股份有限公司"' in text
    assert browser.post("/organisations/new", data={**near, "sure": "y"}).status_code == 303
    other = typed(code=factories.code(90_000_004), name_zh="完全两样的船舶工业公司")
    assert browser.post("/organisations/new", data=other).status_code == 303


def test_a_new_name_keeps_the_old_one(sign_in, world, inside):
    browser = sign_in(world.ours.people.member)
    firm = world.ours.member.id
    page = browser.get(f"/organisations/{firm}/amend").get_data(as_text=True)
    assert "晨星成员" in page
    with inside():
        version = db.session.get_one(Organisation, firm).version
    form = {
        "version": version,
        "kind": "enterprise",
        "name_zh": "晨星新名公司",
        "name_en": "",
        "country": "CN",
        "region": "320500",
    }
    assert browser.post(f"/organisations/{firm}/amend", data=form).status_code == 303
    with inside():
        assert db.session.scalar(select(FormerName.name_zh).where(FormerName.organisation_id == firm)) == "晨星成员"
    assert "晨星成员" in browser.get(f"/organisations/{firm}").get_data(as_text=True)
    stale = browser.post(f"/organisations/{firm}/amend", data={**form, "name_zh": "我的改名"})
    text = stale.get_data(as_text=True)
    assert stale.status_code == 409 and "我的改名" in text and "晨星新名公司" in text


def test_only_the_firm_itself_keeps_its_entry(sign_in, world):
    firm = world.ours.member.id
    assert sign_in(world.ours.people.coordinator).get(f"/organisations/{firm}/amend").status_code == 403
    assert sign_in(world.people.officer).get(f"/organisations/{firm}").status_code == 200


def test_impossible_input_is_refused_with_sentences(sign_in, world):
    browser = sign_in(world.ours.people.coordinator)
    form = typed(
        name_zh="", name_en="", founded_on="2026-02-30", website="javascript:alert(1)", region="999999", representative="x\u202ey",
    )  # fmt: skip
    text = browser.post("/organisations/new", data=form).get_data(as_text=True)
    assert "does not exist" in text and "This choice is not on the list" in text and "invisible control" in text
    text = browser.post(
        "/organisations/new", data=typed(name_zh="", website="javascript:alert(1)", region="")
    ).get_data(as_text=True)
    assert "Please give the name" in text and "https://www.example.cn" in text


def test_titles(sign_in, world):
    browser = sign_in(world.ours.people.member)
    address = f"/organisations/{world.ours.member.id}/titles/new"
    form = {
        "tier": "little_giant",
        "batch": "第五批",
        "valid_from": "2024-07-01",
        "valid_to": "2027-06-30",
        "source": "工信部公告（测试）",
    }
    assert "end before it begins" in browser.post(address, data={**form, "valid_to": "2024-01-01"}).get_data(
        as_text=True
    )
    assert browser.post(address, data=form).status_code == 303
    assert browser.post(address, data=form).status_code == 422
    shown = browser.get(f"/organisations/{world.ours.member.id}").get_data(as_text=True)
    assert "Little giant" in shown and "Valid" in shown
    assert "晨星成员" in browser.get("/organisations?tier=little_giant").get_data(as_text=True)


def test_what_a_firm_says_of_its_titles_is_marked(sign_in, world, inside):
    form = {"tier": "little_giant", "batch": "", "valid_from": "2024-07-01", "valid_to": "", "source": "公告（测试）"}
    own = sign_in(world.ours.people.member)
    assert own.post(f"/organisations/{world.ours.member.id}/titles/new", data=form).status_code == 303
    shown = sign_in(world.people.officer).get(f"/organisations/{world.ours.member.id}").get_data(as_text=True)
    assert "公告（测试） (stated by the organisation itself; check it with the authority)" in shown
    chinese = sign_in(world.people.officer, "zh").get(f"/organisations/{world.ours.member.id}")
    assert "由该单位自行填报" in chinese.get_data(as_text=True)
    with inside():
        root = db.session.get_one(User, world.people.administrator.id)
        firm = db.session.get_one(Organisation, world.ours.lead.id)
        day = datetime.date(2024, 7, 1)
        services.hold_title(
            root, firm, tier=Tier.LITTLE_GIANT, batch="", valid_from=day, valid_to=None, source="公告（测试）"
        )
        db.session.commit()
    shown = own.get(f"/organisations/{world.ours.lead.id}").get_data(as_text=True)
    assert "公告（测试）" in shown and "stated by the organisation itself" not in shown


def test_nobody_makes_an_authority_of_himself(sign_in, world, inside):
    own, firm = sign_in(world.ours.people.member), world.ours.member.id
    with inside():
        version = db.session.get_one(Organisation, firm).version
    form = {
        "version": version,
        "kind": "authority",
        "name_zh": "晨星成员",
        "name_en": "",
        "country": "CN",
        "region": "320500",
    }
    answer = own.post(f"/organisations/{firm}/amend", data=form)
    assert answer.status_code == 422 and "Only the administrator" in answer.get_data(as_text=True)
    state = typed(code=factories.code(90_000_005, "11"), kind="authority", name_zh="试填主管部门", sure="y")
    for form in (state, {**state, "kind": ""}):
        answer = own.post("/organisations/new", data=form)
        assert answer.status_code == 422 and "Only the administrator" in answer.get_data(as_text=True)
    assert sign_in(world.people.administrator).post("/organisations/new", data=state).status_code == 303


def test_the_directory_is_searched_filtered_and_exported(sign_in, world):
    browser = sign_in(world.people.officer)
    found = browser.get("/organisations?q=晨星").get_data(as_text=True)
    assert "晨星牵头" in found and "暮云牵头" not in found
    assert "晨星牵头" not in browser.get("/organisations?kind=institute").get_data(as_text=True)
    assert "暮云牵头" not in browser.get("/organisations?province=32").get_data(as_text=True)
    assert browser.get("/organisations?q=" + "x" * 5000).status_code == 200
    exported = browser.get("/organisations?as=csv&province=44").get_data(as_text=True)
    assert "暮云牵头" in exported and "晨星" not in exported
    assert browser.get("/organisations?as=xlsx").data.startswith(b"PK")


def test_consortia_are_shown_only_to_who_may_see_them(sign_in, world):
    address = f"/organisations/{world.ours.lead.id}"
    assert "晨星联合体" in sign_in(world.ours.people.member).get(address).get_data(as_text=True)
    assert "晨星联合体" in sign_in(world.people.officer).get(address).get_data(as_text=True)
    assert "晨星联合体" not in sign_in(world.theirs.people.member).get(address).get_data(as_text=True)
