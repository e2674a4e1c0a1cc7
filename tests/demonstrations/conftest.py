"""Rows of our table, and a user organisation that is no member, for the tests of services."""

from collections.abc import Callable
from typing import Any

import pytest

from consortium.core.db import db
from tests.demonstrations.furniture import a_demonstration, a_site_user
from tests.outputs.conftest import Loaded


@pytest.fixture
def ours(inside: Callable[[], Any], world: Any) -> Any:
    with inside():
        found = Loaded(world.ours)
        found.site, found.works = a_site_user(found.consortium)
        yield found
        db.session.rollback()


@pytest.fixture
def row(ours: Any) -> Any:
    """A candidate of the member."""
    return a_demonstration(ours.coordinator, ours.project, ours.member)
