"""What is typed for a status report, and what is uploaded to be verified."""

from __future__ import annotations

from typing import Any

from consortium.core.words import _l
from consortium.reports.models import StatusReport
from consortium.web.fields import DayField, FilesField, TextField
from consortium.web.forms import Edit, Form

MOST_ZH, MOST_EN = 3000, 8000
MOST_BYTES = 38_000_000


class PeriodForm(Form):
    """The days that a report covers."""

    starts_on = DayField(_l("First day of the period"), required=True)
    ends_on = DayField(_l("Last day of the period"), required=True)


class NarrativeForm(Edit):
    """The words of the coordinator; figures are never typed."""

    narrative_zh = TextField(_l("Narrative in Chinese"), MOST_ZH, rows=10)
    narrative_en = TextField(_l("Narrative in English"), MOST_EN, rows=10)

    def __init__(self, *, obj: StatusReport, **kwargs: Any) -> None:
        super().__init__(obj=obj, **kwargs)


class VerifyForm(Form):
    """A paper to be compared with the archive; it is not kept."""

    papers = FilesField(
        _l("PDF file"),
        required=_l("Choose the PDF file that you want to verify."),
        kinds=("pdf",),
        most=1,
        size=MOST_BYTES,
    )
