"""The desk: what waits for me, what goes on, search, and notifications."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from consortium.core import clock
from consortium.core.access import Action, allowed, only_visits, roles
from consortium.core.errors import Missing
from consortium.core.words import _l
from consortium.desk import facts, queries, services
from consortium.documents.tables import Column, Table
from consortium.jobs.models import Job
from consortium.jobs.services import take_back
from consortium.people.tables import ROLES
from consortium.web.door import Door
from consortium.web.pages import Entry, listing, page

bp = Door("desk", __name__)

NAVIGATION = (Entry(_l("Desk"), "layout-dashboard", "desk.index", Action.SIGNED_IN, 10),)
MOST_SHOWN = 12

NOTIFICATIONS = Table("notifications", _l("Notifications"), (
    Column("message", _l("Message"), facts.sentence),
    Column("created_at", _l("When"), lambda row: row.created_at),
))  # fmt: skip


@bp.page("/", can=Action.SIGNED_IN)
def index() -> ResponseReturnValue:
    """What waits for me first, then my consortia, and what happened there."""
    actor, on = current_user._get_current_object(), clock.today()
    waiting = queries.all_waiting(actor)
    return page(
        "desk/index.html", today=on, count=len(waiting), waiting=[_led(facts.to_do(item, on)) for item in waiting[:MOST_SHOWN]],
        hot=any(item.tone == "bad" for item in waiting), seated=queries.seated(actor), words=ROLES,
        jobs=[facts.work(job) for job in queries.jobs_of(actor)], happened=facts.happened(queries.feed(actor)),
        held=roles(actor), may_oversee=allowed(actor, Action.OVERSEE), may_found=allowed(actor, Action.FOUND), visits=only_visits(actor), long_day=lambda day: format_date(day, "full"),
    )  # fmt: skip


@bp.page("/waiting", can=Action.SIGNED_IN)
def waiting() -> ResponseReturnValue:
    """All that waits for me."""
    on = clock.today()
    return page(
        "desk/waiting.html", waiting=[_led(facts.to_do(item, on)) for item in queries.all_waiting(current_user)]
    )


@bp.page("/jobs/<id:number>", can=Action.SIGNED_IN)
def job(number: int) -> ResponseReturnValue:
    """How far a job of mine is: the part of the page that asks for itself again."""
    return render_template("desk/_job.html", job=facts.work(_mine(number)))


@bp.page("/jobs/<id:number>/cancel", can=Action.SIGNED_IN, methods=("POST",))
def cancel(number: int) -> ResponseReturnValue:
    """I take back what I asked for."""
    work = _mine(number)
    take_back(current_user, work)
    flash(str(_l("The work is taken back.")), "ok")
    return redirect(work.href if work.href.startswith("/") else url_for(".index"), 303)


def _mine(number: int) -> Job:
    found = queries.job_of(current_user, number)
    if found is None:
        raise Missing(_l("There is no such job, or somebody else asked for it."))
    return found


@bp.page("/search", can=Action.SIGNED_IN)
def search() -> ResponseReturnValue:
    """What matches all words, of what I may see."""
    words = request.args.get("q", "").replace("\0", " ").strip()
    return page(
        "desk/search.html",
        words=words[:200],
        understood=queries.understood(words),
        groups=queries.found(current_user, words),
    )


@bp.page("/notifications", can=Action.SIGNED_IN)
def notifications() -> ResponseReturnValue:
    """What I was told."""
    return listing(
        NOTIFICATIONS, queries.notifications(current_user), "desk/notifications.html", sentence=facts.sentence
    )


@bp.page("/notifications/read", can=Action.SIGNED_IN, methods=("POST",))
def read_all() -> ResponseReturnValue:
    """I have read all."""
    services.mark_read(current_user)
    return redirect(url_for(".notifications"), 303)


@bp.page("/notifications/<id:number>/read", can=Action.SIGNED_IN, methods=("POST",))
def read(number: int) -> ResponseReturnValue:
    """I have read this one, and go where it leads."""
    services.mark_read(current_user, number)
    href = queries.href_of(current_user, number)
    return redirect(href if href.startswith("/") and not href.startswith("//") else url_for(".notifications"), 303)


@bp.app_context_processor
def bell() -> dict[str, Any]:
    """What the frame of every page shows of a person: unread notifications, and what he is."""
    actor = current_user._get_current_object()
    if not actor.is_authenticated:
        return {"unread": 0}
    try:
        return {"unread": queries.unread(actor), "who": actor.post or _title(actor)}
    except SQLAlchemyError:  # the page of an error is shown even when the database is the error
        return {"unread": 0}


def _title(actor: Any) -> object:
    """The first of a person's roles as a word."""
    held = roles(actor)
    return next((word for role, word in ROLES.items() if role in held), "")


def _led(item: dict[str, Any]) -> dict[str, Any]:
    """The item with its address."""
    return {**item, "href": url_for(item["endpoint"], **item["args"]) if item["endpoint"] else item["href"] or None}
