"""The only clock: times are UTC, shown in the zone of the platform."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from zoneinfo import ZoneInfo

zone = ZoneInfo(os.environ.get("ZONE", "Asia/Shanghai"))

_source: Callable[[], datetime.datetime] | None = None


def now() -> datetime.datetime:
    """The present moment, UTC and aware."""
    return _source() if _source else datetime.datetime.now(datetime.UTC)


def today() -> datetime.date:
    """The present day in the zone of the platform."""
    return now().astimezone(zone).date()


def local(moment: datetime.datetime) -> datetime.datetime:
    """A UTC moment in the zone of the platform."""
    return moment.astimezone(zone)


class at:
    """Let the clock stand at a moment, or follow a function: `with clock.at(moment): …` (demo and tests)."""

    def __init__(self, moment: datetime.datetime | Callable[[], datetime.datetime]) -> None:
        self.source = moment if callable(moment) else lambda: moment

    def __enter__(self) -> None:
        global _source
        self.before, _source = _source, self.source

    def __exit__(self, *_: object) -> None:
        global _source
        _source = self.before
