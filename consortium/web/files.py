"""The form field for files. What passed is kept for its sender when the form was refused, since browsers forget what was chosen."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import structlog
from flask import request
from flask_login import current_user
from obstore.exceptions import BaseError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from wtforms import Form
from wtforms.fields import MultipleFileField
from wtforms.validators import StopValidation

from consortium.core import uploads
from consortium.core.db import db
from consortium.core.errors import Missing, Refused
from consortium.core.uploads import Marked, Upload
from consortium.core.words import _l, listed
from consortium.documents import archive, keeping
from consortium.documents.models import KeptUpload
from consortium.web.picks import Required, Sentence, needed, unmarked

log = structlog.get_logger()
UNDECLARED = _l("The chosen files were not kept, because the confirmation above is missing. Please choose them again.")
DOUBTED = _l("None of the chosen files was kept. Please look through them, and choose again those that may be sent.")
BROKEN = _l("The chosen files could not be kept. Please choose them again.")
GONE = _l("A file that was kept for you is there no longer. Please choose it again.")


class FilesField(MultipleFileField):
    """Files as a list of Upload, each examined.

    `kept_if` names the tick of the form by which its sender declares that nothing in it is a state secret: with it, files that passed
    are kept when the form was refused, are offered again (`kept`), and come back as the text of their SHA-256 under the field's own name.
    Without the tick no byte of a refused form is stored.
    """

    def __init__(
        self,
        label: Any = None,
        *,
        required: Required = False,
        kinds: Iterable[str] = uploads.KINDS,
        most: int = 10,
        size: int = uploads.MOST_SIZE,
        kept_if: str = "",
        render_kw: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.kinds = frozenset(kinds)
        self.most, self.size, self.kept_if = most, size, kept_if
        ends = {f".{kind}" for kind in {*self.kinds, *(a for a, k in uploads.ALIASES.items() if k in self.kinds)}}
        # Named as media types, pictures may come from the camera: phones offer it then.
        accept = ",".join(sorted(ends | {uploads.MEDIA[kind] for kind in self.kinds & {"png", "jpg"}}))
        super().__init__(label, render_kw=unmarked({"accept": accept, **(render_kw or {})}), **options)
        self.needed = required
        self.flags.required = bool(required)

    def process_data(self, value: Any) -> None:
        self.data: list[Upload] = []
        self.passed: list[Upload] = []
        self.marked = False
        self.ticked: dict[str, None] | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        chosen = [file for file in valuelist if getattr(file, "filename", "")]
        sent = valuelist if self.kept_if else ()
        self.ticked = dict.fromkeys(value for value in sent if isinstance(value, str) and value)
        if (count := len(chosen) + len(self.ticked)) > self.most:
            sentence = _l(
                "These are %(count)s files; at most %(most)s can be added at a time.", count=count, most=self.most
            )
            self.process_errors.append(sentence)
            if not self.kept_if or len(chosen) > keeping.MOST_FILES:
                return
        for file in chosen:
            try:
                self.passed.append(uploads.examine(file.filename, file.stream, self.kinds, self.size))
            except Refused as refusal:
                self.marked |= isinstance(refusal, Marked)
                self.process_errors.append(refusal.message)
        earlier = list(self._earlier()) if self.ticked else []
        self.data = [] if self.process_errors else [*self.passed, *earlier]

    def pre_validate(self, form: Form) -> None:
        if self.needed and not self.process_errors and not self.data:
            raise StopValidation(needed(self))

    @property
    def kept(self) -> list[KeptUpload]:
        """What is kept of this form for whoever looks at it."""
        return keeping.kept(current_user.id, request.path) if self.kept_if and current_user.is_authenticated else []

    def is_ticked(self, row: KeptUpload) -> bool:
        """Whether a kept file goes with the form; before it was sent again, each does."""
        return self.ticked is None or row.sha256 in self.ticked

    def settle(self, form: Any) -> None:
        """After the form was sent: keep what passed where it was refused, and nothing any longer where it was taken."""
        if not self.kept_if or not current_user.is_authenticated:
            return
        if form.status == 200:
            keeping.let_go(current_user.id, request.path)
        elif self.passed and (trouble := self._keep(bool(form[self.kept_if].data))) is not None:
            self.errors = [*self.errors, trouble]

    def _keep(self, declared: bool) -> Sentence | None:
        """Keep what passed, in a transaction of its own; answers what is to be said of what was not kept."""
        if not declared or self.marked:
            return DOUBTED if declared else UNDECLARED
        db.session.rollback()
        try:
            files, without = keeping.enter(current_user.id, request.path, self.passed)
            db.session.commit()
        except (IntegrityError, StaleDataError) as error:  # the same form was sent twice at once
            log.warning("written at once", error=str(error)[:300])
            db.session.rollback()
            return BROKEN
        digests = [keeping.digest(file) for file in files.values()]
        try:
            keeping.write(files)
        except (OSError, BaseError) as error:
            log.error("files of a refused form could not be kept", error=str(error)[:300])
            keeping.let_go(current_user.id, request.path, digests)
            db.session.commit()
            return BROKEN
        self.ticked = {**(self.ticked or {}), **dict.fromkeys(digests)}
        return _too_much(without) if without else None

    def _earlier(self) -> Iterator[Upload]:
        """The kept files that are ticked, except those that were chosen again; examined like new ones."""
        rows = {row.sha256: row for row in self.kept}
        again = {keeping.digest(file) for file in self.passed}
        for sha256 in self.ticked or ():
            if sha256 in again:
                continue
            try:
                if sha256 not in rows:
                    raise Missing(GONE)
                content = io.BytesIO(archive.fetch(rows[sha256].key))
                yield uploads.examine(rows[sha256].name, content, self.kinds, self.size)
            except Missing:
                self.process_errors.append(GONE)
            except Refused as refusal:
                self.process_errors.append(refusal.message)


def _too_much(files: Sequence[Upload]) -> Sentence:
    return _l(
        "There was no room to keep these files for you: %(names)s. At most %(count)s files, and %(size)s, are kept for one person at a time.",
        names=listed(file.name for file in files),
        count=keeping.MOST_FILES,
        size=uploads.megabytes(keeping.MOST_BYTES),
    )
