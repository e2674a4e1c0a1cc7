"""What stands behind the question mark of any page about a thing: never a fault, whatever it is."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from consortium.core import clock
from consortium.web.door import Entrance, entrances
from tests import factories
from tests.rules.test_access import arguments
from tests.rules.walk import Walk, walk

ASKED = re.compile(
    r"(?:args|values)(?:\.get\(|\.getlist\(|\[)\s*[\"'](\w+)[\"']|[\"'](\w+)[\"'] in request\.args|wanted\.get\(\s*[\"'](\w+)[\"']"
)
EVIL = [
    str(2**63), "9" * 10, "9" * 400, "-1", "²", "٢٠٢٦", "二〇二六", "sNaN", "%00", "%ED%A0%80", "2026-13", "0000-00",
]  # fmt: skip


@pytest.fixture(scope="module")
def platform(app: Any) -> Iterator[Walk]:
    made = walk(app, app.extensions["world"])
    with clock.at(factories.NOW):
        yield made


def names(door: Entrance, view: Any) -> set[str]:
    """What the feature of a page reads of its address, and what all lists read."""
    package = Path(inspect.getfile(import_module(inspect.unwrap(view).__module__))).parent
    found = {
        name for file in package.glob("*.py") for hit in ASKED.findall(file.read_text("utf-8")) for name in hit if name
    }
    return found | ({"page", "sort", "as"} if "listing(" in inspect.getsource(inspect.unwrap(view)) else set())


def questions(platform: Walk) -> Iterator[tuple[str, str]]:
    """All pages about a thing of ours, with everything that they read."""
    with platform.app.app_context():
        doors = [door for door in entrances() if "GET" in door.methods and door.of is not None]
    adapter = platform.app.url_map.bind("localhost")
    for door in doors:
        thing = next((one for one in platform.things[door.of] if one.table == "ours"), None)
        for values in list(arguments(door.rule, thing, platform))[:1] if thing is not None else ():
            address = adapter.build(door.endpoint, {**values, "id": thing.id})
            source = inspect.getsource(inspect.unwrap(platform.app.view_functions[door.endpoint]))
            if "request" in source or "listing(" in source or "_asked(" in source:
                yield address, " ".join(sorted(names(door, platform.app.view_functions[door.endpoint])))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_is_asked_of_pages_is_no_fault(platform: Walk) -> None:
    client, wrong, tried = platform.walkers["coordinator"].client, [], set()
    for address, asked in questions(platform):
        for name in asked.split():
            for evil in EVIL:
                status = client.get(f"{address}?{name}={evil}").status_code
                tried.add(name)
                if status >= 500:
                    wrong.append(f"{address}?{name}={evil[:40]}: {status}")
    assert {"list", "from", "to", "month", "firm", "year", "parent", "place", "page", "by", "chosen"} <= tried
    assert not wrong, "\n".join(wrong)
