"""Two people who save at the same moment: the second is told, and keeps what was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from consortium.consortia import services
from consortium.consortia.models import Body
from consortium.core.db import db
from tests.consortia.test_founding import FORM

STALE = StaleDataError("another version")
TAKEN = IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed"))
GONE = ObjectDeletedError(None, "the row on which something hangs was removed")  # type: ignore[arg-type]


def late(error: Exception) -> Callable[..., Any]:
    """A service that finds that somebody else was quicker."""

    def act(*_: Any, **__: Any) -> None:
        raise error

    return act


@pytest.mark.parametrize("error", [STALE, TAKEN, GONE], ids=["stale", "taken", "gone"])
def test_what_was_typed_stays_and_can_be_saved_again(
    sign_in: Callable[..., FlaskClient], world: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    browser, address = sign_in(world.ours.people.coordinator), f"/consortia/{world.ours.consortium.id}/amend"
    version = hidden(browser.get(address).text)
    typed = {**FORM, "name_zh": "后写的名字", "version": version}
    with monkeypatch.context() as quicker:
        quicker.setattr(services, "amend", late(error))
        answer = browser.post(address, data=typed)
    assert answer.status_code == 409
    assert "后写的名字" in answer.text and "while you were typing" in answer.text and "晨星联合体" in answer.text
    assert browser.post(address, data={**typed, "version": hidden(answer.text)}).status_code == 303


@pytest.mark.parametrize("error", [TAKEN, GONE], ids=["taken", "gone"])
def test_where_nothing_was_typed_it_is_said_on_a_page(
    sign_in: Callable[..., FlaskClient],
    world: Any,
    inside: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    with inside():
        number = db.session.scalar(select(Body.id).where(Body.consortium_id == world.ours.consortium.id))
    monkeypatch.setattr(services, "dissolve_body", late(error))
    assert sign_in(world.ours.people.coordinator).post(f"/bodies/{number}/dissolve").status_code == 409


def hidden(page: str) -> str:
    """The version that a form carries."""
    return page.partition('name="version"')[2].partition('value="')[2].partition('"')[0]
