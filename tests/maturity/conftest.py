"""Rows of our table, loaded for the tests of services, and rolled back at the end."""

from collections.abc import Callable
from typing import Any

import pytest

from consortium.core.db import db
from tests.outputs.conftest import Loaded


@pytest.fixture
def ours(inside: Callable[[], Any], world: Any) -> Any:
    with inside():
        yield Loaded(world.ours)
        db.session.rollback()
