"""The pages by which people talk about the things of other features: one line in the routes of each."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.core.access import Action
from consortium.core.features import Card
from consortium.core.terms import either
from consortium.core.words import _l
from consortium.discussions import portrait, queries, services
from consortium.discussions.forms import AskForm, SayForm
from consortium.discussions.shown import CARDS
from consortium.web.door import Door
from consortium.web.pages import filled


def talk(bp: Door, model: Any, path: str, mark: str = "") -> None:
    """Let people say and ask something about the rows of a model, whose page is `path` (`/milestones/<id:id>`).

    `mark` stands before the number of a row, where it has one: M3.
    """
    name = model.__tablename__
    queries.TALKED_OF[name] = (path, mark)
    CARDS[name] = (Card("discussions/_card.html", portrait.found, order=90),)

    def say(thing: Any) -> ResponseReturnValue:
        form = SayForm()
        form.kept(thing)
        return filled(form, lambda: services.say(current_user, thing, words=form.words.data), "discussions/say.html",
                      lambda made: f"{queries.way_to(thing)}#thread-{made.id}", _l("It is said; the people whom you mention are told."),
                      **_shown(thing))  # fmt: skip

    def ask(thing: Any) -> ResponseReturnValue:
        form = AskForm(queries.organisations(thing.consortium_id, queries.kept_to(thing)))
        form.kept(thing)
        return filled(form, lambda: services.ask(current_user, thing, **form.values()), "discussions/ask.html",
                      lambda made: f"{queries.way_to(thing)}#thread-{made.id}", _l("The question is asked; its people are told."),
                      **_shown(thing))  # fmt: skip

    for view in (say, ask):
        verb, view.__doc__ = view.__name__, f"{view.__name__.title()} something about a row of {name}."
        view.__name__ = f"{verb}_about_{name}"
        bp.page(f"{path}/{verb}", can=Action.DISCUSS, of=model, methods=("GET", "POST"))(view)


def _shown(thing: Any) -> dict[str, Any]:
    names = queries.names_of(thing)
    title = either(names["title_zh"], names["title_en"])
    return {
        "thing": thing,
        "title": title,
        "back": queries.way_to(thing),
        "talk": portrait.Talk(current_user, thing.consortium_id, queries.kept_to(thing)),
    }
