"""Pages about what is said and asked; those that a thing gets of its own are in `talk`."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.consortia.models import Consortium
from consortium.core import clock
from consortium.core.access import Action
from consortium.core.words import _l
from consortium.discussions import queries, services, tables
from consortium.discussions.forms import SayForm
from consortium.discussions.models import Remark, Thread
from consortium.discussions.portrait import ThreadPortrait
from consortium.web.door import Door
from consortium.web.forms import Form
from consortium.web.pages import filled, listing, page

bp = Door("discussions", __name__)


def to_thread(thread: Thread) -> str:
    """The address of a thread, at what was said last."""
    return url_for("discussions.show", id=thread.id) + "#last"


@bp.page("/consortia/<id:id>/threads", can=Action.VIEW, of=Consortium)
def index(consortium: Consortium) -> ResponseReturnValue:
    """What is said and asked in a consortium."""
    query = queries.narrowed(current_user, queries.threads(current_user, consortium), request.args, clock.today())
    return listing(
        tables.THREADS,
        query,
        "discussions/index.html",
        consortium=consortium,
        reads=queries.may_read(current_user, consortium),
    )


@bp.page("/threads/<id:id>", can=Action.VIEW, of=Thread)
def show(thread: Thread) -> ResponseReturnValue:
    """One thread."""
    return page(
        "discussions/thread.html",
        form=SayForm(formdata=None),
        thread=thread,
        portrait=ThreadPortrait(current_user, thread),
    )


@bp.page("/remarks/<id:id>", can=Action.VIEW, of=Remark)
def remark(remark: Remark) -> ResponseReturnValue:
    """Where a remark stands."""
    return redirect(url_for("discussions.show", id=remark.thread_id) + f"#remark-{remark.id}")


@bp.page("/threads/<id:id>/answer", can=Action.DISCUSS, of=Thread, methods=("POST",))
def answer(thread: Thread) -> ResponseReturnValue:
    """Say something in a thread."""
    form = SayForm()
    return filled(form, lambda: services.answer(current_user, thread, words=form.words.data), "discussions/thread.html", to_thread,
                  _l("It is said; who takes part is told."), thread=thread, portrait=ThreadPortrait(current_user, thread))  # fmt: skip


@bp.page("/threads/<id:id>/steps/<step>", can=Action.DISCUSS, of=Thread, methods=("POST",))
def advance(thread: Thread, step: str) -> ResponseReturnValue:
    """Close or reopen a thread."""
    return filled(Form(), lambda: services.move(current_user, thread, step), "discussions/thread.html", to_thread,
                  _l("Done; the others see it."), thread=thread, say=SayForm(formdata=None), portrait=ThreadPortrait(current_user, thread))  # fmt: skip
