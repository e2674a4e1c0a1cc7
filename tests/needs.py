"""What tests need besides the code: some of it a machine may lack, and some the project's own set-up makes."""

import os

import pytest


def made_by_setup(present: bool, what: str, by: str = "make setup") -> None:
    """Skips where `what` is not there yet; fails in CI and under `make test`, where the set-up has run."""
    if present:
        return
    said = f"{what} ({by})"
    if os.environ.get("CI") == "true":
        pytest.fail(said, pytrace=False)
    pytest.skip(said)
