"""Rows of our table for the tests of services, rolled back at the end; see `tests/outputs/conftest.py`."""

from tests.outputs.conftest import ours  # noqa: F401
