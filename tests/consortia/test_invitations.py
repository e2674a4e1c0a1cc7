"""The life of an invitation: sent, opened, accepted once; withdrawn, expired and forged links."""

import datetime

import pytest
from sqlalchemy import select

from consortium.activity.models import Notification, OutboxMail
from consortium.consortia.models import Invitation, Membership
from consortium.core import clock
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.people.services import SHORTEST_PASSWORD
from tests import factories

pytestmark = pytest.mark.slow

PASSWORD = "four words make one"
FIRM = {
    "scheme": "uscc", "code": factories.code(95_000_001), "kind": "", "name_zh": "新来测试材料有限公司", "name_en": "", "country": "CN", "region": "320100",
}  # fmt: skip


@pytest.fixture
def invite(sign_in, world, inside):
    """Send an invitation as the coordinator and answer the path of its link."""

    def send(**form):
        browser = sign_in(world.ours.people.coordinator)
        email = form.setdefault("email", "new.person@example.org")
        typed = {
            "role": "member",
            "organisation": "",
            "organisation_name": "新来测试材料",
            "member_role": "partner",
            "message": "请加入",
            **form,
        }
        answer = browser.post(f"/consortia/{world.ours.consortium.id}/invitations/new", data=typed)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        with inside():
            body = db.session.scalar(
                select(OutboxMail.body).where(OutboxMail.recipient == email).order_by(OutboxMail.id.desc())
            )
        path = next(line for line in body.splitlines() if "/invitations/" in line)
        for _look in ("ahead", "by the person"):
            assert path in browser.get(answer.location).get_data(as_text=True)
        return path

    return send


def latest(inside, column):
    with inside():
        return db.session.scalar(select(column).order_by(Invitation.id.desc()))


def test_a_new_firm_comes_to_the_table(client, sign_in, invite, world, inside):
    path = invite()
    page = client.get(path).get_data(as_text=True)
    assert "晨星联合体" in page and "新来测试材料" in page and "请加入" in page and "暮云" not in page
    bad = client.post(path, data={**FIRM, "name": "新人", "password": "short"})
    assert (
        bad.status_code == 422
        and f"at least {SHORTEST_PASSWORD} characters" in bad.get_data(as_text=True)
        and "新来测试材料有限公司" in bad.get_data(as_text=True)
    )
    bad = client.post(path, data={**FIRM, "code": "91320500", "name": "新人", "password": PASSWORD})
    assert bad.status_code == 422 and "18 characters" in bad.get_data(as_text=True)
    with inside():
        assert db.session.scalar(select(User).where(User.email == "new.person@example.org")) is None
    assert client.post(path, data={**FIRM, "name": "新人", "password": PASSWORD}).status_code == 303
    with inside():
        user = db.session.scalar(select(User).where(User.email == "new.person@example.org"))
        firm = db.session.scalar(select(Organisation).where(Organisation.code == FIRM["code"]))
        assert user.organisation_id == firm.id
        assert db.session.scalar(select(Seat.role).where(Seat.user_id == user.id)) == "member"
        assert db.session.scalar(select(Membership.role).where(Membership.organisation_id == firm.id)) == "partner"
        told = db.session.scalars(select(Notification.user_id)).all()
        assert world.ours.people.coordinator.id in told
    entered = client.post("/login", data={"email": "new.person@example.org", "password": PASSWORD})
    assert entered.status_code == 302, entered.get_data(as_text=True)
    assert client.get(f"/consortia/{world.ours.consortium.id}").status_code == 200
    assert client.get(f"/consortia/{world.theirs.consortium.id}").status_code == 404
    again = client.get(path)
    assert again.status_code == 410 and "accepted already" in again.get_data(as_text=True)


def test_a_colleague_of_a_member_joins(client, invite, world, inside):
    path = invite(organisation=world.ours.member.id, organisation_name="", member_role="")
    assert 'name="code"' not in client.get(path).get_data(as_text=True)
    assert client.post(path, data={"name": "同事", "password": PASSWORD}).status_code == 303
    with inside():
        count = len(
            db.session.scalars(select(Membership).where(Membership.organisation_id == world.ours.member.id)).all()
        )
        assert count == 1


def test_a_link_is_shown_until_something_is_sent_or_for_ten_minutes(sign_in, world):
    browser, number = sign_in(world.ours.people.coordinator), world.ours.consortium.id
    form = {"role": "member", "organisation": "", "organisation_name": "某公司", "member_role": "core", "message": ""}
    here = f"/consortia/{number}/invitations"
    for email, after in (("one@example.org", 0), ("two@example.org", 11)):
        assert browser.post(f"{here}/new", data={**form, "email": email}).status_code == 303
        assert "Copy the link" in browser.get(here).get_data(as_text=True)
        with clock.at(factories.NOW + datetime.timedelta(minutes=after)):
            if not after:
                browser.post("/theme", data={"theme": "dark"})
            assert "Copy the link" not in browser.get(here).get_data(as_text=True)


def accepted_for(client, invite, firm, email):
    """Somebody without an account takes a seat for a firm that the coordinator chose."""
    path = invite(email=email, organisation=firm.id, organisation_name="")
    assert client.post(path, data={"name": "自称员工", "password": PASSWORD}).status_code == 303


def newcomer(email):
    return db.session.scalar(select(User).where(User.email == email))


@pytest.mark.parametrize("who", ["member", "lead"])
def test_an_invitation_gives_a_seat_and_no_firm(client, sign_in, invite, world, inside, who):
    """Neither for a firm of others, nor for the own one: a coordinator would name any firm and invite a second address."""
    firm = world.theirs.member if who == "member" else world.ours.lead
    accepted_for(client, invite, firm, "second@example.org")
    with inside():
        user = newcomer("second@example.org")
        assert (user.organisation_id, user.asked_organisation_id) == (None, firm.id)
        assert db.session.scalar(select(Seat.organisation_id).where(Seat.user_id == user.id)) == firm.id
        colleague = world.theirs.people.member if who == "member" else world.ours.people.coordinator
        told = db.session.scalars(select(Notification.message).where(Notification.user_id == colleague.id))
        assert any("asks to belong" in message for message in told)
        me = user
        browser = sign_in(me)
    assert browser.get(f"/consortia/{world.ours.consortium.id}").status_code == 200
    assert "You ask to belong" in browser.get("/me").get_data(as_text=True)
    for path in ("amend", "titles/new"):
        assert browser.get(f"/organisations/{firm.id}/{path}").status_code == 403
    assert browser.get("/consortia/new").status_code == 403


def test_nobody_takes_a_firm_that_has_no_people(client, sign_in, invite, world, inside):
    """Somebody else entered it; until its first person is confirmed by the administrator it belongs to nobody."""
    registrar = sign_in(world.ours.people.coordinator)
    answer = registrar.post("/organisations/new", data=FIRM)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    number = int(answer.location.rsplit("/", 1)[1])
    accepted_for(client, invite, type("Firm", (), {"id": number}), "first@example.org")
    with inside():
        user = newcomer("first@example.org")
        assert (user.organisation_id, user.asked_organisation_id) == (None, number)
        address = f"/people/{user.id}"
    root = sign_in(world.people.administrator)
    assert "Asks to belong to an organisation" in root.get(address).get_data(as_text=True)
    assert registrar.post(f"{address}/belonging", data={"decision": "confirm"}).status_code == 403
    assert root.post(f"{address}/belonging", data={"decision": "perhaps"}).status_code == 409
    assert root.post(f"{address}/belonging", data={"decision": "confirm"}).status_code == 303
    assert root.post(f"{address}/belonging", data={"decision": "confirm"}).status_code == 409
    with inside():
        user = newcomer("first@example.org")
        assert (user.organisation_id, user.asked_organisation_id) == (number, None)
        browser = sign_in(user)
    assert browser.get(f"/organisations/{number}/amend").status_code == 200


@pytest.mark.parametrize("decision", ["confirm", "decline"])
def test_the_people_of_a_firm_decide_who_belongs_to_it(client, sign_in, invite, world, inside, decision):
    firm = world.ours.member
    accepted_for(client, invite, firm, "colleague@example.org")
    with inside():
        person = newcomer("colleague@example.org").id
    address, send = f"/organisations/{firm.id}", {"person": person, "decision": decision}
    outsider, staff = sign_in(world.ours.people.coordinator), sign_in(world.ours.people.member)
    assert "People who ask to belong" not in outsider.get(address).get_data(as_text=True)
    assert outsider.post(f"{address}/belonging", data=send).status_code == 403
    assert outsider.post(f"/organisations/{world.ours.lead.id}/belonging", data=send).status_code == 409
    page = staff.get(address).get_data(as_text=True)
    assert "People who ask to belong" in page and "自称员工" in page
    assert staff.post(f"{address}/belonging", data={**send, "person": "9" * 30}).status_code == 409
    assert staff.post(f"{address}/belonging", data=send).status_code == 303
    with inside():
        user = db.session.get_one(User, person)
        assert user.asked_organisation_id is None
        assert user.organisation_id == (firm.id if decision == "confirm" else None)
        assert db.session.scalar(select(Seat.id).where(Seat.user_id == person)) is not None
    assert "People who ask to belong" not in staff.get(address).get_data(as_text=True)


def test_an_account_of_another_firm_stays_there(sign_in, invite, world, inside):
    guest = world.theirs.people.member
    path = invite(email=guest.email, organisation=world.ours.member.id, organisation_name="", member_role="")
    assert sign_in(guest).post(path).status_code == 303
    with inside():
        user = db.session.get_one(User, guest.id)
        assert (user.organisation_id, user.asked_organisation_id) == (world.theirs.member.id, None)


def test_nobody_enters_an_authority_by_an_invitation(client, invite, world, inside):
    path = invite(role="expert", member_role="")
    state = {**FIRM, "code": factories.code(95_000_002, "11", "320000"), "name_zh": "自封主管部门", "sure": "y"}
    answer = client.post(path, data={**state, "name": "新人", "password": PASSWORD})
    assert answer.status_code == 422 and "Only the administrator" in answer.get_data(as_text=True)


def test_who_has_an_account_accepts_with_it(client, sign_in, invite, world, inside):
    guest = world.theirs.people.member
    path = invite(email=guest.email, organisation=world.theirs.member.id, organisation_name="")
    assert "Sign in to accept" in client.get(path).get_data(as_text=True)
    assert "/login" in client.post(path).location
    other = sign_in(world.theirs.people.expert)
    assert "You are signed in as" in other.get(path).get_data(as_text=True)
    assert other.post(path).status_code == 409
    browser = sign_in(guest)
    assert browser.get(f"/consortia/{world.ours.consortium.id}").status_code == 404
    answer = browser.post(path)
    assert answer.status_code == 303
    assert browser.get(answer.location).status_code == 200


def test_links_that_do_not_work(client, sign_in, invite, world, inside):
    path = invite()
    assert client.get(path[:-3] + "abc").status_code == 404
    assert client.get("/invitations/nonsense").status_code == 404
    assert client.get("/invitations/" + "x" * 5000).status_code == 404
    with clock.at(factories.NOW + datetime.timedelta(days=15)):
        late = client.get(path)
        assert late.status_code == 410 and "expired" in late.get_data(as_text=True)
        assert client.post(path, data={**FIRM, "name": "新人", "password": PASSWORD}).status_code == 410
    number = latest(inside, Invitation.id)
    assert sign_in(world.ours.people.member).post(f"/invitations/{number}/withdraw").status_code == 403
    assert sign_in(world.ours.people.coordinator).post(f"/invitations/{number}/withdraw").status_code == 303
    gone = client.get(path)
    assert gone.status_code == 410 and "withdrawn" in gone.get_data(as_text=True)
    assert sign_in(world.ours.people.coordinator).post(f"/invitations/{number}/withdraw").status_code == 409
    with inside():
        assert db.session.scalar(select(User).where(User.email == "new.person@example.org")) is None


def test_an_invited_person_cannot_take_a_registered_firm(client, invite, world, inside):
    path = invite()
    with inside():
        taken = db.session.get_one(Organisation, world.theirs.lead.id).code
    answer = client.post(path, data={**FIRM, "code": taken, "name": "新人", "password": PASSWORD})
    assert answer.status_code == 422 and "registered already" in answer.get_data(as_text=True)


def test_invitations_that_are_not_sent(sign_in, world):
    browser = sign_in(world.ours.people.coordinator)
    address = f"/consortia/{world.ours.consortium.id}/invitations/new"
    form = {
        "email": "someone@example.org",
        "role": "member",
        "organisation": "",
        "organisation_name": "某公司",
        "member_role": "core",
    }
    for changes, sentence in (
        ({"email": "no address"}, "not a complete mail address"), ({"organisation_name": ""}, "give its name if it is not registered"),
        ({"member_role": ""}, "choose the part"), ({"role": "officer"}, "not on the list"), ({"member_role": "lead"}, "not on the list"),
        ({"email": world.ours.people.member.email, "organisation": world.ours.member.id, "organisation_name": ""}, "has this seat already"),
    ):  # fmt: skip
        answer = browser.post(address, data={**form, **changes})
        assert answer.status_code == 422 and sentence in answer.get_data(as_text=True), sentence
    assert browser.post(address, data=form).status_code == 303
    twice = browser.post(address, data=form)
    assert twice.status_code == 422 and "open already" in twice.get_data(as_text=True)
    assert sign_in(world.ours.people.member).get(address).status_code == 403
