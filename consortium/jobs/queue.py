"""The wake-up calls of the queue: huey on SQLite, Redis or PostgreSQL, as JOBS_URL says."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import structlog
from huey.api import Huey, PostgresHuey, RedisHuey, SqliteHuey

from consortium import config
from consortium.core import clock

#: Where workers write when they were last alive: beside the calls, so that the web finds it on whatever machine they run.
ALIVE = "alive"


@cache
def connect(url: str) -> Huey:
    """The queue at an address, with its one task: `work on job n`."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        huey: Huey = SqliteHuey("jobs", filename=url.removeprefix("sqlite:///"), results=False, utc=True)
    elif scheme.startswith("redis"):
        huey = RedisHuey("jobs", url=url, results=False)
    elif scheme.startswith("postgres"):
        huey = PostgresHuey("jobs", dsn=url, results=False)
    else:
        raise ValueError(f"JOBS_URL begins with {scheme}://, but sqlite, redis and postgresql are known.")

    @huey.task(name="work")
    def work(number: int) -> None:
        from consortium.jobs.worker import do  # only a worker loads what jobs need

        do(number)

    huey.work = work
    return huey


def wake(number: int) -> None:
    """Tell a worker that job `number` waits; when the message is lost, the reaper finds the row."""
    queue: Any = connect(str(config.current()["JOBS_URL"]))
    queue.work(number)


def give_sign(queue: Any) -> None:
    """Write down in a queue that a worker is alive now."""
    queue.storage.put_data(ALIVE, clock.now().isoformat().encode())


def last_sign() -> datetime.datetime | None:
    """When a worker was last alive; None where none ever was, or the queue does not answer."""
    try:
        queue: Any = connect(str(config.current()["JOBS_URL"]))
        found = queue.storage.peek_data(ALIVE)
        return datetime.datetime.fromisoformat(found.decode()) if isinstance(found, bytes) else None
    except Exception as error:  # each kind of queue has errors of its own
        structlog.get_logger().warning("queue does not answer", problem=str(error)[:300])
        return None
