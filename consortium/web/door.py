"""The door: every address says what it takes to pass, loads the thing it names, and hands that thing to the view."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, make_response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.routing import BaseConverter, ValidationError

from consortium.core.access import Action, require
from consortium.core.db import db
from consortium.core.errors import Missing
from consortium.core.words import _l

SAFE = {"GET", "HEAD", "OPTIONS"}
LARGEST = 2**63 - 1


class IdConverter(BaseConverter):
    """A row number: 1 to 2^63 - 1 in plain digits; anything else is no address of this platform."""

    regex = r"[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST:
            raise ValidationError
        return number


@dataclass(frozen=True)
class Entrance:
    """What one address asks for; the generated tests read it."""

    endpoint: str
    rule: str
    methods: tuple[str, ...]
    can: Action
    of: type | None
    token: str = ""


class Door(Blueprint):
    """A blueprint on which no address can be written without saying who may pass."""

    entrances: list[Entrance]

    def __init__(self, name: str, import_name: str) -> None:
        super().__init__(name, import_name)
        self.entrances = []

    def route(self, *_: Any, **__: Any) -> Any:
        """There is no way round the door."""
        raise TypeError("Use .page(rule, can=…): an address without a permission cannot be written.")

    def page(
        self, rule: str, *, can: Action, of: type[Any] | None = None, methods: Sequence[str] = ("GET",), load: Sequence[Any] = (), token: str = "",
    ) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:  # fmt: skip
        """An address that takes `can` towards the `of` whose number it names; commits when a change went well.

        `token` names the setting whose value lets a machine in (`Authorization: Bearer …`) that does not sign in; empty: none.
        """
        if not isinstance(can, Action):
            raise TypeError("can= takes an Action.")
        if of is not None and "<id:id>" not in rule:
            raise TypeError(f"{rule} is to load a {of.__name__}, so it needs <id:id>.")

        def attach(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
            @wraps(view)
            def pass_through(**parts: Any) -> ResponseReturnValue:
                things = [_named(of, parts.pop("id"), load)] if of is not None else []
                if not (token and bears(token)):
                    require(current_user, can, *things)
                answer = make_response(view(*things, **parts))
                _settle(answer.status_code)
                return answer

            self.add_url_rule(rule, view_func=pass_through, methods=list(methods))
            self.entrances.append(Entrance(f"{self.name}.{view.__name__}", rule, tuple(methods), can, of, token))
            return view

        return attach


def bears(setting: str) -> bool:
    """Whether the request carries the token of a setting; the time that this takes tells nothing about the token."""
    wanted, sent = str(current_app.config["PLATFORM"][setting]), request.authorization
    if not wanted or sent is None or sent.type != "bearer":
        return False
    return hmac.compare_digest((sent.token or "").encode("utf-8", "replace"), wanted.encode())


def _named(model: type[Any], number: int, load: Sequence[Any]) -> Any:
    thing = db.session.get(model, number, options=load)
    if thing is None:
        require(current_user, Action.SIGNED_IN)
        raise Missing(_l("There is nothing at this address, or it is not yours to see."))
    return thing


def _settle(status: int) -> None:
    if request.method not in SAFE and status < 400:
        db.session.commit()
    else:
        db.session.rollback()


def entrances() -> list[Entrance]:
    """All addresses of the platform that pass a door."""
    return [entrance for bp in current_app.blueprints.values() if isinstance(bp, Door) for entrance in bp.entrances]
