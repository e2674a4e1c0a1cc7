"""The reader's language: the person's choice, then the browser's; looked up once in a request and bound to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, get_translations
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from consortium.core import words

LANGUAGES = ("en", "zh_Hans")


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language with its catalogue."""

    tag: str
    one: Callable[[str], str]
    many: Callable[[str, str, int], str]


_english = NullTranslations()
ENGLISH = Tongue("en", _english.gettext, _english.ngettext)


def tongue() -> Tongue:
    """The language of this request; English where there is none. Asked for each sentence, so it must cost next to nothing."""
    try:
        found: Tongue | None = g.get("tongue")
    except RuntimeError:  # outside of any app
        return ENGLISH
    if found is None:
        catalogue: Any = get_translations()
        g.tongue = found = Tongue(str(get_locale() or "en"), catalogue.gettext, catalogue.ngettext)
    return found


@contextmanager
def reading_in(tag: str) -> Iterator[None]:
    """Speak another language for a while, as papers and mails do."""
    if not has_app_context():  # as `tongue`: outside of any app all is English
        yield
        return
    with force_locale(tag):
        before = g.pop("tongue", None)
        try:
            yield
        finally:
            g.tongue = before


@pass_eval_context
def one_in_page(page: EvalContext, message: str, /, **values: Any) -> str:
    """`_("…", name=…)` in templates; values are escaped where the page escapes."""
    text = tongue().one(message)
    if page.autoescape:
        text = Markup(text)  # noqa: S704  (catalogue, not input)
    return text % values if values or "%" in text else text


@pass_eval_context
def many_in_page(page: EvalContext, singular: str, plural: str, num: int, /, **values: Any) -> str:
    """`ngettext("%(num)s row", "%(num)s rows", count)` in templates."""
    text = tongue().many(singular, plural, num)
    if page.autoescape:
        text = Markup(text)  # noqa: S704  (catalogue, not input)
    return text % {"num": num, **values}


def chosen() -> str:
    """The language that a person chose, else that of the browser."""
    if not has_request_context():
        return "en"
    wanted = (current_user.locale if current_user.is_authenticated else "") or session.get("locale", "")
    return wanted if wanted in LANGUAGES else _by_browser()


def _by_browser() -> str:
    for tag, _quality in request.accept_languages:
        if tag.lower().startswith("zh"):
            return "zh_Hans"
        if tag.lower().startswith("en"):
            return "en"
    return "en"


def attach(app: Flask) -> None:
    """Have everything that an app says to people said in the reader's language."""
    Babel(app, locale_selector=chosen)
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=one_in_page, gettext=one_in_page, ngettext=many_in_page)
    words.speak_with(
        lambda message, values: words.fill(tongue().one(message) if message else "", values),
        lambda singular, plural, number, values: words.fill(tongue().many(singular, plural, number), values),
        lambda: tongue().tag,
        reading_in,
    )
