"""Forms on imports of plans."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.fields import MultipleFileField
from wtforms.validators import StopValidation

from consortium.core import uploads
from consortium.core.errors import Refused
from consortium.core.words import _l
from consortium.exchange import msproject
from consortium.exchange.workbook import LOCKED, MOST_SIZE
from consortium.web.forms import Form
from consortium.web.picks import unmarked

MOST_FILES = 10


class PlanField(MultipleFileField):
    """Files that may hold a plan, as pairs of name and bytes: XLSX, CSV, a ZIP of CSV, or XML of MS Project."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, render_kw=unmarked({"accept": ".xlsx,.csv,.zip,.xml"}), **options)
        self.flags.required = True

    def process_data(self, value: Any) -> None:
        self.data: list[tuple[str, bytes]] = []

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = []
        sent = [file for file in valuelist if getattr(file, "filename", "")]
        if len(sent) > MOST_FILES:
            raise ValueError(
                _l(
                    "These are %(count)s files; at most %(most)s can be added at a time.",
                    count=len(sent),
                    most=MOST_FILES,
                )
            )
        try:
            self.data = [_examined(file.filename, file.stream) for file in sent]
        except Refused as refusal:
            raise ValueError(refusal.message) from None

    def pre_validate(self, form: Any) -> None:
        if not self.process_errors and not self.data:
            raise StopValidation(_l("Choose the file with the plan."))


def _examined(name: str, stream: Any) -> tuple[str, bytes]:
    """Name and bytes of a file; what is no XML has to be of a kind that the platform takes (`reading` looks through XML)."""
    content = stream.read(MOST_SIZE + 1)
    if len(content) <= MOST_SIZE and content and not content.startswith(LOCKED) and not msproject.is_project(content):
        # XML is named among what is possible, except to who brought XML of another kind.
        kinds = {"xlsx", "csv", "zip"} | (set() if name.lower().endswith(".xml") else {"xml"})
        uploads.examine(name, io.BytesIO(content), frozenset(kinds), MOST_SIZE)
    return uploads.bare(name), content


class ImportForm(Form):
    """A file with a plan."""

    files = PlanField(
        _l("File with the plan"),
        description=_l("XLSX, one CSV for each list, a ZIP of CSV files, or XML of MS Project; 10 MB at most."),
    )


class ConfirmForm(Form):
    """The word that what was seen is to be done; `seen` names the preview that was looked at."""

    removes = BooleanField(_l("Remove what is not in the file"))
    seen = HiddenField()
