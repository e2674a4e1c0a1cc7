"""What the door does beside asking for the right: it loads, commits when all went well, and takes back when not."""

from __future__ import annotations

import pytest
from werkzeug.routing import Map, ValidationError

from consortium.web.door import LARGEST, IdConverter


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("42", 42), (str(LARGEST), LARGEST)])
def test_numbers_of_rows(text: str, number: int) -> None:
    assert IdConverter(Map()).to_python(text) == number


def test_a_number_that_no_database_keeps() -> None:
    with pytest.raises(ValidationError):
        IdConverter(Map()).to_python(str(LARGEST + 1))


def test_strangers_are_led_to_the_sign_in_and_back(client, world) -> None:
    answer = client.get(f"/projects/{world.ours.project.id}")
    assert answer.status_code == 302 and "/login?next=" in answer.location
    assert client.post(f"/projects/{world.ours.project.id}/edit").status_code == 401


def test_a_change_that_is_refused_is_taken_back(sign_in, inside, world) -> None:
    from consortium.core.db import db
    from consortium.projects.models import Project

    browser = sign_in(world.ours.people.coordinator)
    assert browser.post(
        f"/projects/{world.ours.project.id}/edit", data={"version": "1", "title_zh": "改了", "ends_on": "2026-02-30"}
    ).status_code in (409, 422)
    with inside():
        assert db.session.get_one(Project, world.ours.project.id).title_zh != "改了"


def test_nobody_hears_whether_a_row_of_others_is_there(sign_in, world) -> None:
    browser = sign_in(world.ours.people.coordinator)
    there, nowhere = browser.get(f"/projects/{world.theirs.project.id}"), browser.get("/projects/999999")
    assert there.status_code == nowhere.status_code == 404
    # The page names its own address, in the menu of languages.
    one, other = there.get_data(as_text=True), nowhere.get_data(as_text=True)
    assert one.replace(f"/projects/{world.theirs.project.id}", "") == other.replace("/projects/999999", "")
