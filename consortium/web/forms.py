"""Forms: names of fields are parameters of services, sentences stand at their fields, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import structlog
from babel.support import Translations
from flask import request
from flask_wtf import FlaskForm
from flask_wtf import form as form_module
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.datastructures import CombinedMultiDict
from wtforms import HiddenField
from wtforms.csrf.core import CSRFTokenField
from wtforms.i18n import messages_path

from consortium.core import words
from consortium.core.db import db
from consortium.core.errors import Problem, Stale
from consortium.core.words import _l
from consortium.web.files import FilesField

log = structlog.get_logger()
MEANWHILE = _l("Somebody else changed this while you were typing. Your text is still here; compare and save again.")


@cache
def _own_sentences(tag: str) -> Any:
    return Translations.load(messages_path(), [tag], domain="wtforms")


class Form(FlaskForm):
    """A form of this platform; `values()` are the keyword arguments of a service."""

    class Meta:
        # The platform translates its own sentences (consortium.core.words); WTForms' own catalogue would speak another tongue.
        locales = False

        def get_translations(self, form: Any) -> Any:
            """What WTForms itself may still say, read once in a process and not from its file for each form."""
            return _own_sentences(words.language())

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What a browser sent as a form; a form that was sent blank is blank, and not filled in from its row."""
            if formdata is form_module._Auto and form_module._is_submitted():
                return CombinedMultiDict((request.files, request.form))
            return None if formdata is form_module._Auto else formdata

    status = 200
    problem: object = None

    def values(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        return {
            name: field.data
            for name, field in self._fields.items()
            if not isinstance(field, CSRFTokenField) and name != "version"
        }

    def refuse(self, problem: Problem) -> None:
        """Put the sentences of a refusal at the fields that they are about, or at the top."""
        self.status, placed = problem.status, False
        for name, sentence in problem.fields.items():
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, sentence]
                placed = True
        if str(problem.message) or not placed:
            self.problem = problem.message

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether it was sent and all fields hold."""
        good = bool(super().validate_on_submit(extra_validators))
        if self.is_submitted() and not good:
            self.status = 422
        return good


class Edit(Form):
    """A form on a row that somebody else may change meanwhile; build it with `Edit(obj=row)`."""

    version = HiddenField()

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.row = obj

    def fresh(self) -> None:
        """Raise Stale, with both versions at each field, when the row has changed since the form was opened."""
        if str(self.version.data) == str(self.row.version):
            return
        self.compare()
        self.version.data = self.version.raw_data = None
        raise Stale(MEANWHILE)

    def compare(self) -> None:
        """Put what the row says now beside what was typed, where they differ."""
        for name, field in self._fields.items():
            if name in ("csrf_token", "version"):
                continue
            theirs = getattr(self.row, name, None)
            if theirs != field.data:
                labels = dict(field.pairs()) if hasattr(field, "pairs") and not isinstance(theirs, list) else {}
                field.theirs = "" if theirs is None else labels.get(theirs, theirs) if labels else theirs

    def renew(self) -> None:
        """Let the next save build on the row as it is now."""
        self.version.data = str(self.row.version)


def carry(form: Form, act: Callable[[], Any]) -> Any:
    """Do what the form asks; None with the sentences in the form when it was refused, and then nothing was written but files that wait."""
    outcome = _done(form, act)
    if form.is_submitted():
        for field in form:
            if isinstance(field, FilesField):
                field.settle(form)
    return outcome


def _done(form: Form, act: Callable[[], Any]) -> Any:
    """What came of it, or None."""
    if not form.validate_on_submit():
        if isinstance(form, Edit) and not form.is_submitted():
            form.renew()
        return None
    try:
        if isinstance(form, Edit):
            form.fresh()
        return act()
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        form.refuse(problem)
        if isinstance(form, Edit):
            form.renew()
        db.session.rollback()
        return None
    except (
        StaleDataError,
        IntegrityError,
        ObjectDeletedError,
    ) as error:  # on PostgreSQL two may write at once; the second hears of it here
        log.warning("written at once", error=str(error)[:300])
        db.session.rollback()
        form.refuse(Stale(MEANWHILE))
        if isinstance(form, Edit):
            form.compare()
            form.renew()
        return None
