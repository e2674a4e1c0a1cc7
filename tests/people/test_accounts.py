"""Accounts: who may see them, how they are opened, given a remit and closed."""

import re

import pytest

from consortium.activity.models import Event, OutboxMail
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.organisations.models import Organisation
from consortium.people import services
from consortium.people.models import Remit, User


def text(answer):
    return answer.get_data(as_text=True)


def authority(inside):
    with inside():
        return db.session.query(Organisation).filter_by(kind="authority").one().id


def officer_form(inside, **more):
    return {"email": "New.Officer@Example.org", "name": "江晓舟", "post": "处长", "organisation": str(authority(inside)), "regions": ["32"],
            "areas": ["ic"], "locale": "", **more}  # fmt: skip


@pytest.mark.parametrize("who", ["officer", "staff"])
@pytest.mark.parametrize("path", ["/people", "/people/new", "/people/1", "/metrics"])
def test_only_administrators_see_accounts(world, sign_in, who, path):
    assert sign_in(world.people.__dict__[who]).get(path).status_code == 403


def test_the_list_shows_accounts_and_no_content(world, sign_in):
    page = text(sign_in(world.people.administrator).get("/people"))
    assert world.ours.people.member.email in page
    assert world.theirs.people.member.email in page
    for content in ("晨星联合体", "晨星项目", "晨星里程碑", "暮云联合体"):
        assert content not in page


def test_an_account_shows_how_many_seats_it_has_and_not_which(world, sign_in):
    page = text(sign_in(world.people.administrator).get(f"/people/{world.ours.people.member.id}"))
    assert "Seats at tables</dt><dd>1</dd>" in page
    assert "晨星联合体" not in page


def test_the_list_can_be_narrowed_and_saved(world, sign_in):
    browser = sign_in(world.people.administrator)
    page = text(browser.get("/people?q=staff"))
    assert world.people.staff.email in page
    assert world.people.officer.email not in page
    assert world.people.staff.email in text(browser.get("/people?as=csv"))
    assert text(browser.get("/people?standing=closed")).count("<tr") <= 1


def test_an_officer_gets_an_account_a_remit_and_a_link(world, sign_in, inside):
    browser = sign_in(world.people.administrator)
    answer = browser.post("/people/new", data=officer_form(inside))
    assert answer.status_code == 303, text(answer)
    with inside():
        user = db.session.query(User).filter_by(email="new.officer@example.org").one()
        assert [(remit.regions, remit.areas) for remit in user.remits] == [(["32"], ["ic"])]
        mail = db.session.query(OutboxMail).filter_by(recipient=user.email).one()
        link = next(line for line in mail.body.splitlines() if line.startswith("http"))
    stranger = browser.application.test_client()
    page = stranger.get(link.removeprefix("http://localhost"))
    assert page.status_code == 200
    assert 'type="password"' in text(page)
    done = stranger.post(
        link.removeprefix("http://localhost"),
        data={"password": "河流静静地流过五月的平原", "password_confirm": "河流静静地流过五月的平原"},
    )
    assert done.status_code == 302, text(done)
    again = browser.application.test_client()
    signed = again.post("/login", data={"email": "NEW.officer@example.org", "password": "河流静静地流过五月的平原"})
    assert signed.status_code == 302, text(signed)
    assert again.get("/portfolio").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"), ({"email": ""}, "email"), ({"name": " "}, "name"), ({"organisation": ""}, "organisation"),
        ({"organisation": "999999"}, "organisation"), ({"regions": ["99"]}, "regions"), ({"areas": ["nonsense"]}, "areas"),
        ({"name": "a\x00b"}, "name"), ({"name": "龙" * 121}, "name"), ({"email": "x" * 300 + "@example.org"}, "email"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_at_its_field_and_kept(world, sign_in, inside, change, field):
    answer = sign_in(world.people.administrator).post(
        "/people/new", data=officer_form(inside, post="保留的职务", **change)
    )
    assert answer.status_code == 422
    page = text(answer)
    assert f'href="#{field}' in page
    assert "保留的职务" in page
    with inside():
        assert db.session.query(User).filter_by(post="保留的职务").count() == 0


def test_an_address_is_taken_once_however_it_is_written(world, sign_in, inside):
    answer = sign_in(world.people.administrator).post(
        "/people/new", data=officer_form(inside, email=world.people.staff.email.upper())
    )
    assert answer.status_code == 422
    assert "already" in text(answer)


def test_closing_signs_out_and_keeps_the_reason(world, sign_in, inside):
    victim, administrator = sign_in(world.people.staff), sign_in(world.people.administrator)
    assert victim.get("/me").status_code == 200
    address = f"/people/{world.people.staff.id}"
    assert administrator.post(f"{address}/close", data={"reason": ""}).status_code == 422
    assert administrator.post(f"{address}/close", data={"reason": "退休"}).status_code == 303
    assert victim.get("/me").status_code == 302
    with inside():
        event = db.session.query(Event).filter_by(verb="closed account").one()
        assert event.facts == {"reason": "退休"}
    assert administrator.post(f"{address}/close", data={"reason": "again"}).status_code == 409
    assert administrator.post(f"{address}/reopen").status_code == 303
    assert administrator.post(f"{address}/reopen").status_code == 409


def test_the_last_administrator_stays(world, sign_in):
    answer = sign_in(world.people.administrator).post(
        f"/people/{world.people.administrator.id}/close", data={"reason": "no more"}
    )
    assert answer.status_code == 409
    assert "last account" in text(answer)


def without_password(inside, person):
    with inside():
        db.session.get_one(User, person.id).password = None
        db.session.commit()


def test_a_new_link_is_shown_to_the_administrator_only(world, sign_in, inside):
    without_password(inside, world.people.officer)
    answer = sign_in(world.people.administrator).post(f"/people/{world.people.officer.id}/link")
    assert "/reset/" in text(answer)
    assert sign_in(world.ours.people.coordinator).post(f"/people/{world.people.officer.id}/link").status_code == 403


def test_the_link_of_an_account_in_use_is_mailed_and_never_shown(world, sign_in, inside):
    root = sign_in(world.people.administrator)
    seated = world.ours.people.member
    sign_in(world.people.staff)
    with inside():
        db.session.get_one(User, world.people.staff.id).seen_at = clock.now()
        db.session.commit()
    for person in (seated, world.people.staff):
        answer = root.post(f"/people/{person.id}/link")
        assert answer.status_code == 303
        page = text(root.get(answer.location))
        assert "/reset/" not in text(answer) + page
        assert "on its way to the person by mail" in page and "Mail the person a link" in page
        with inside():
            mails = db.session.query(OutboxMail).filter(OutboxMail.body.contains("/reset/")).all()
            assert [mail.recipient for mail in mails if mail.recipient == person.email] == [person.email]
            link = next(line for line in mails[-1].body.splitlines() if "/reset/" in line)
        assert root.application.test_client().get(link.removeprefix("http://localhost")).status_code == 200


def test_the_link_is_not_shown_once_the_person_has_set_a_password(world, sign_in, inside):
    """Also where the person has not signed in yet."""
    root, person = sign_in(world.people.administrator), world.people.officer
    without_password(inside, person)
    address = f"/people/{person.id}"
    assert "Make a new link" in text(root.get(address))
    link = re.search(r"http://localhost(/reset/[^\"<]+)", text(root.post(f"{address}/link")))[1]
    chosen = {"password": "河流静静地流过五月的平原", "password_confirm": "河流静静地流过五月的平原"}
    assert root.application.test_client().post(link, data=chosen).status_code == 302
    with inside():
        assert db.session.get_one(User, person.id).seen_at is None
    answer = root.post(f"{address}/link")
    assert answer.status_code == 303 and "/reset/" not in text(answer) + text(root.get(address))
    assert "Mail the person a link" in text(root.get(address))


def test_a_closed_account_gets_no_link(world, sign_in, inside):
    root, address = sign_in(world.people.administrator), f"/people/{world.people.staff.id}"
    root.post(f"{address}/close", data={"reason": "退休"})
    assert root.post(f"{address}/link").status_code == 409
    with inside():
        assert db.session.query(Event).filter_by(verb="made a password link").count() == 0


def test_a_new_name_is_recorded_with_the_old_one(world, sign_in, inside):
    browser = sign_in(world.people.staff)
    with inside():
        user = db.session.get_one(User, world.people.staff.id)
        before, post = user.name, user.post
    for name in ("新名字", "新名字"):
        assert browser.post("/me", data={"name": name, "post": post, "locale": "en", "theme": ""}).status_code == 303
    with inside():
        event = db.session.query(Event).filter_by(verb="changed profile").one()
        assert event.facts == {"changes": {"name": [before, "新名字"]}}


def test_the_administrator_hears_that_no_mail_is_sent(world, sign_in, monkeypatch):
    root = sign_in(world.people.administrator)
    assert "No mail is sent" not in text(root.get("/people"))
    monkeypatch.setitem(root.application.config["PLATFORM"].values, "ENVIRONMENT", "production")
    assert "No mail is sent" in text(root.get("/people"))


def test_a_new_link_is_recorded_and_its_person_is_told(world, sign_in, inside):
    without_password(inside, world.people.officer)
    sign_in(world.people.administrator).post(f"/people/{world.people.officer.id}/link")
    with inside():
        event = db.session.query(Event).filter_by(verb="made a password link").one()
        assert (event.actor_id, event.subject_id) == (world.people.administrator.id, world.people.officer.id)
        mail = db.session.query(OutboxMail).filter_by(recipient=world.people.officer.email).one()
        assert "/reset/" not in mail.body


def test_a_remit_is_for_authorities(world, inside):
    with inside():
        user, firm = db.session.get(User, world.people.staff.id), db.session.get(Organisation, world.ours.lead.id)
        with pytest.raises(Refused):
            services.give_remit(user, user, firm, regions=[], areas=[])
        assert db.session.query(Remit).filter_by(user_id=user.id).count() == 0


def test_passwords_have_a_length(inside):
    with inside():
        for password in ("short", "x" * 129):
            with pytest.raises(Refused):
                services.open_account(
                    None, email="p@example.org", name="P", post="", organisation=None, password=password
                )
        assert services.open_account(
            None, email="p@example.org", name="P", post="", organisation=None, password="long enough now"
        ).id
        with pytest.raises(NotNow):
            services.reopen_account(None, services.queries.by_email("P@EXAMPLE.ORG"))
