"""What a user at a site finds on the first page: the demonstrations of its organisation, and no way that leads nowhere."""

import re
from types import SimpleNamespace

from consortium.consortia.models import Consortium
from consortium.core.access import Role
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User
from tests import factories
from tests.demonstrations.furniture import a_site_user


def ways(text):
    return re.findall(r'class="nav-item" href="([^"]+)"', text)


def test_who_only_visits_is_offered_what_is_open_to_it(world, sign_in, inside):
    with inside():
        table = db.session.get_one(Consortium, world.ours.consortium.id)
        person, works = a_site_user(table)
        db.session.commit()
        number, firm, home = person.id, works.id, table.id
        person = SimpleNamespace(id=number, fs_uniquifier=person.fs_uniquifier)
    browser = sign_in(person)
    page = browser.get("/").text
    assert {"/demonstrations", "/organisations"} <= set(ways(page))
    assert not {"/consortia", "/projects", "/milestones", "/results", "/reports"} & set(ways(page))
    assert "Open the demonstrations" in page and "You sit at no table yet" not in page
    assert all(browser.get(way).status_code == 200 for way in ways(page))
    assert f'href="/consortia/{home}"' not in browser.get("/me").text
    with inside():
        # A seat at a table opens all of it again.
        row = db.session.get_one(Consortium, world.ours.consortium.id)
        factories.seat(db.session.get_one(User, number), row, db.session.get_one(Organisation, firm), Role.AUDITOR)
        db.session.commit()
    page = browser.get("/").text
    assert {"/consortia", "/projects", "/results"} <= set(ways(page)) and "Open the demonstrations" not in page


def test_the_others_keep_all_entries(world, sign_in):
    for who in (world.ours.people.member, world.people.staff, world.people.officer):
        assert {"/consortia", "/projects", "/results"} <= set(ways(sign_in(who).get("/").text))
