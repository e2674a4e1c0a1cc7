"""A real installation begins: from an empty database to a founded consortium and an officer who can look."""

import re
from contextlib import contextmanager

import pytest
from flask_migrate import upgrade
from sqlalchemy import select

from consortium.activity.models import Event, OutboxMail
from consortium.activity.services import exported
from consortium.activity.verify_chain import verify
from consortium.app import create_app
from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.organisations.models import Organisation
from consortium.people.models import User
from tests import factories

pytestmark = pytest.mark.slow

BASE = "http://localhost"
PASSWORD = "河流静静地流过五月的平原"


@pytest.fixture
def empty(app, tmp_path):
    """A platform with nobody and nothing in it."""
    made = create_app(
        {"DATA_DIR": str(tmp_path), "SECRET_KEY": "a key for tests only, of an empty platform", "BASE_URL": BASE},
        TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False,
    )  # fmt: skip
    try:
        with made.app_context():
            upgrade()
        yield made
    finally:
        with made.app_context():
            db.engine.dispose()


@contextmanager
def behind(app):
    with app.app_context(), everything("a test looks behind the pages"):
        yield


def text(answer):
    return answer.get_data(as_text=True)


def command(app, email, name):
    """`flask administrator`, as an operator types it."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=["administrator", email, name])


def link_in(words):
    return re.search(rf"{BASE}(/reset/\S+)", words)[1]


def open_by(app, link, email):
    """Set the password by a link, and sign in with it: the browser of that person."""
    stranger = app.test_client()
    stranger.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert stranger.get(link).status_code == 200
    assert stranger.post(link, data={"password": PASSWORD, "password_confirm": PASSWORD}).status_code == 302
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert browser.post("/login", data={"email": email, "password": PASSWORD}).status_code == 302
    return browser


def mailed(app, email):
    with behind(app):
        return link_in(db.session.scalars(select(OutboxMail).where(OutboxMail.recipient == email)).first().body)


def register(browser, **more):
    answer = browser.post(
        "/organisations/new", data={"scheme": "uscc", "country": "CN", "region": "320500", "name_en": "", **more}
    )
    assert answer.status_code == 303, text(answer)
    return answer.location.rpartition("/")[2]


def test_from_an_empty_database_to_a_consortium_and_an_officer(empty):
    done = command(empty, "Root@example.org", "管理员")
    assert done.exit_code == 0, done.output
    root = open_by(empty, link_in(done.output), "root@example.org")
    assert root.get("/").status_code == 200

    firm = register(root, code=factories.code(7001), kind="enterprise", name_zh="虚构开端有限公司")
    authority = register(
        root,
        code=factories.code(7002, prefix="11", region="320000"),
        kind="authority",
        name_zh="虚构工信厅",
        region="320000",
    )
    who = {"post": "", "locale": "en"}
    founder = {**who, "email": "founder@example.org", "name": "方启程", "organisation": firm}
    answer = root.post("/people/new?kind=person", data=founder)
    assert answer.status_code == 303, text(answer)
    answer = root.post(
        "/people/new",
        data={**who, "email": "officer@example.org", "name": "关之恒", "organisation": authority, "regions": ["32"]},
    )
    assert answer.status_code == 303, text(answer)

    person = open_by(empty, mailed(empty, "founder@example.org"), "founder@example.org")
    answer = person.post("/consortia/new", data={
        "kind": "innovation_consortium", "name_zh": "虚构创新联合体", "name_en": "Invented consortium", "purpose_zh": "试一试", "purpose_en": "To try",
        "areas": ["ic"], "starts_on": "2026-12-01", "ends_on": "2029-11-30",
    })  # fmt: skip
    assert answer.status_code == 303, text(answer)
    assert "Invented consortium" in text(person.get(answer.location))
    assert root.get(answer.location).status_code == 404

    officer = open_by(empty, mailed(empty, "officer@example.org"), "officer@example.org")
    assert officer.get("/portfolio").status_code == 200
    assert officer.get("/organisations/new").status_code == 403
    with behind(empty):
        assert db.session.scalar(select(Consortium.name_zh)) == "虚构创新联合体"
        count, chains = verify(
            exported(event) for event in db.session.scalars(select(Event).order_by(Event.chain, Event.number))
        )
        assert count > 6
        assert chains == 2


def test_the_link_of_an_administrator_is_recorded_and_works_once(empty):
    link = link_in(command(empty, "root@example.org", "管理员").output)
    with behind(empty):
        assert [event.verb for event in db.session.scalars(select(Event).order_by(Event.number))] == [
            "opened account",
            "made a password link",
        ]
        user = db.session.scalars(select(User)).one()
        assert (user.email, user.name, user.is_administrator, user.password) == (
            "root@example.org",
            "管理员",
            True,
            None,
        )
        assert db.session.scalars(select(OutboxMail)).first() is None
    open_by(empty, link, "root@example.org")
    again = empty.test_client().post(
        link, data={"password": "another long password", "password_confirm": "another long password"}
    )
    assert "/reset/" not in again.headers.get("Location", "")
    assert (
        empty.test_client()
        .post("/login", data={"email": "root@example.org", "password": "another long password"})
        .status_code
        != 302
    )

    second = command(empty, "root@example.org", "管理员")
    assert link_in(second.output) != link
    with behind(empty):
        assert len(list(db.session.scalars(select(User)))) == 1
        mail = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
        assert mail.recipient == "root@example.org"
        assert "/reset/" not in mail.body


@pytest.mark.parametrize(("email", "name"), [("no address", "N"), ("root@example.org", " "), ("", "N")])
def test_what_is_no_administrator_is_refused_in_a_sentence(empty, email, name):
    done = command(empty, email, name)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert done.output.strip().endswith(".")


def test_nobody_else_is_made_an_administrator_by_the_command(app, world, inside):
    done = command(app, world.people.staff.email, "X")
    assert done.exit_code == 1
    with inside():
        assert not db.session.get(User, world.people.staff.id).is_administrator


def test_the_page_has_two_kinds_of_accounts(world, sign_in):
    browser = sign_in(world.people.administrator)
    officer, person = text(browser.get("/people/new")), text(browser.get("/people/new?kind=person"))
    assert 'name="regions"' in officer
    assert 'name="regions"' not in person
    assert f'<option value="{world.ours.lead.id}"' in person
    assert f'<option value="{world.ours.lead.id}"' not in officer


@pytest.mark.parametrize("change", [{"organisation": ""}, {"organisation": "999999"}, {"name": ""}, {"email": "x"}])
def test_a_person_without_what_is_needed_is_refused_at_the_field(world, sign_in, change):
    good = {
        "email": "one@example.org",
        "name": "一人",
        "post": "工程师",
        "organisation": str(world.ours.lead.id),
        "locale": "",
    }
    answer = sign_in(world.people.administrator).post("/people/new?kind=person", data={**good, **change})
    assert answer.status_code == 422
    assert f'href="#{next(iter(change))}' in text(answer)
    assert "工程师" in text(answer)


def test_people_of_an_authority_are_officers(world, sign_in, inside):
    with inside():
        authority = db.session.scalar(select(Organisation.id).where(Organisation.kind == "authority"))
    data = {"email": "one@example.org", "name": "一人", "post": "", "organisation": str(authority), "locale": ""}
    assert sign_in(world.people.administrator).post("/people/new?kind=person", data=data).status_code == 422
