"""The worker process: `python -m consortium.worker`; several may run at once, on several hosts."""

from __future__ import annotations

import threading
from typing import Any

import structlog
from huey import crontab
from huey.consumer import Consumer

from consortium.app import create_app
from consortium.jobs.queue import connect, give_sign
from consortium.jobs.worker import reap, serve_for, tend, tidy
from consortium.web.session import sweep


def main() -> None:
    """Serve until told to stop."""
    app = create_app()
    serve_for(app)
    settings = app.config["PLATFORM"]
    queue: Any = connect(settings["JOBS_URL"])
    queue.periodic_task(crontab(minute="*"), name="give_sign")(lambda: give_sign(queue))
    queue.periodic_task(crontab(minute="*"), name="reap")(reap)
    queue.periodic_task(crontab(minute="*"), name="tend")(tend)
    queue.periodic_task(crontab(minute="7"), name="tidy")(tidy)
    queue.periodic_task(crontab(minute="17"), name="sweep")(lambda: sweep(app))
    give_sign(queue)
    threading.Thread(target=reap, daemon=True).start()
    structlog.get_logger().info("worker ready")
    Consumer(
        queue, workers=max(1, settings["RENDERERS"]), worker_type="thread", periodic=True, check_worker_health=True
    ).run()


if __name__ == "__main__":
    main()
