"""Forms on readiness levels; the names of the fields are the parameters of the services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from consortium.core import clock
from consortium.core.terms import label
from consortium.core.words import _l, listed
from consortium.maturity.models import EvidenceKind
from consortium.maturity.scale import scale
from consortium.maturity.services import Given
from consortium.projects.forms import Finding, declaration, word_read
from consortium.web.fields import ChoiceField, DayField, FilesField, LineField, ManyChoiceField, TextField
from consortium.web.forms import Form


class AssessForm(Form):
    """At which level something stands: for each level that is to be proven the kind of its evidence and the files."""

    assessed_on = DayField(_l("Assessed on"), required=True)
    assessor = LineField(
        _l("Assessor"), 100, required=True, description=_l("The person who judged it; no account is needed.")
    )
    assessor_house = LineField(_l("Organisation of the assessor"), 200, required=True)
    note = TextField(
        _l("Reason"), 2000, rows=4, required=_l("Say what shows this level, or why it fell."),
        description=_l("What shows this level, or why it fell. Whoever sees the project reads this, the authority included."),
    )  # fmt: skip
    free_of_secrets = declaration()

    def __init__(self, level: int, needed: Sequence[int], before: Iterable[Any] = (), **kwargs: Any) -> None:
        self.level, self.needed, self.before = level, list(needed), list(before)
        # WTForms makes the fields of an instance from this list of its class.
        unbound: list[Any] = type(self)._unbound_fields  # type: ignore[has-type, misc]
        self._unbound_fields = [*unbound, *(pair for number in self.needed for pair in _fields(number))]
        super().__init__(**kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        offered = [(file.sha256, f"{file.name} · {clock.local(file.created_at):%Y-%m-%d}") for file in self.before]
        for number in self.needed:
            self[f"again_{number}"].choices = offered
        super().process(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        proofs = []
        for number in self.needed:
            part = {name: found.pop(f"{name}_{number}") for name in ("kind", "why", "files", "again")}
            proofs.append(Given(number, **part))
        return {**found, "level": self.level, "proofs": proofs}


def _fields(number: int) -> list[tuple[str, Any]]:
    """The fields in which the evidence of one level is brought."""
    expects = scale().levels[number].expects
    names = listed(label(kind) for kind in expects)
    return [
        (f"kind_{number}", ChoiceField(_l("Kind of evidence for level %(number)s", number=number), EvidenceKind, default=expects[0],
                                       description=_l("Level %(number)s expects: %(names)s.", number=number, names=names))),
        (f"why_{number}", TextField(_l("Why it proves level %(number)s", number=number), 2000, rows=2,
                                    description=_l("Needed where the kind is not one of those expected."))),
        (f"files_{number}", FilesField(_l("Evidence for level %(number)s", number=number), most=10, kept_if="free_of_secrets",
                                       description=_l("Up to 10 files of 20 MB each: PDF, pictures, Word, Excel, CSV, text, ZIP. No state secrets may be uploaded here."))),
        (f"again_{number}", ManyChoiceField(_l("Files that your organisation added to this project before"),
                                            description=_l("One file can serve several items; tick what shows this, too. It is kept once."))),
    ]  # fmt: skip


class JudgeForm(Finding):
    """What another organisation's person finds in an assessment."""

    decision = ChoiceField(_l("Decision"), (("confirm", _l("Confirm")), ("return", _l("Return"))), required=True)
    note = TextField(
        _l("Finding"), 4000, rows=4, description=_l("To return the assessment, say what is missing. To confirm it, a note is optional."),
    )  # fmt: skip
    WORD = "assessment_id"
    assessment_id = word_read()
