"""Lets the heavy files of tests begin first, so that at the end no process works alone on one of them; loaded through `addopts` in pyproject.toml."""

from __future__ import annotations

import pytest


def weight(item: pytest.Item) -> int:
    """What a test is likely to cost, by its marks: a limit of its own says most, then a browser, then `slow`."""
    limit = item.get_closest_marker("timeout")
    if limit is not None:
        return int(limit.args[0])
    return 100 if item.get_closest_marker("browser") else 10 if item.get_closest_marker("slow") else 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files by the heaviest of their tests; tests of one file stay together and in their order."""
    heaviest: dict[object, int] = {}
    for item in items:
        heaviest[item.path] = max(heaviest.get(item.path, 0), weight(item))
    items.sort(key=lambda item: (-heaviest[item.path], str(item.path)))
