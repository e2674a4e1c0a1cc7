"""What people do with plans as files: bring one, carry it out as one act, and undo that. (Looking at one: `preview`; large ones: `working`.)"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from consortium.activity.services import notify, record
from consortium.baselines.comparing import Line, differences
from consortium.baselines.layout import Rows, bare, rows_of
from consortium.baselines.models import ChangeRequest
from consortium.baselines.queries import people_who
from consortium.baselines.services import collected, digest, when_settled
from consortium.baselines.workflow import OPEN
from consortium.core import clock, words
from consortium.core.access import Action
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused, Stale
from consortium.core.words import Lazy, _l, _ln, called
from consortium.documents.archive import fetch, keep
from consortium.exchange import queries
from consortium.exchange.models import PlanImport
from consortium.exchange.outgoing import export
from consortium.exchange.planning import CHANGED
from consortium.exchange.preview import File, Preview, carry, counted, look, together, told
from consortium.exchange.reading import Brought
from consortium.projects import replanning
from consortium.projects.models import Project
from consortium.projects.services import still_open

__all__ = [
    "File", "Operator", "Preview", "bring", "cannot_undo", "confirmed", "export", "imported", "look", "may_undo", "preview_of", "take", "together", "told",
    "undo",
]  # fmt: skip


def bring(actor: Any, preview: Preview) -> PlanImport | Project:
    """Keep a file that can be imported; the project itself where the file says what the plan says, and then nothing is written."""
    project = preview.project
    still_open(project)
    _refuse_troubles(preview, "files")
    if not preview.lines:
        return project
    stored = keep(preview.content)
    row = PlanImport(
        consortium_id=project.consortium_id, project=project, name=preview.name[:200], sha256=stored.sha256, key=stored.key, state="previewed",
        counts=preview.counts,
    )  # fmt: skip
    db.session.add(row)
    record(actor, "brought a plan", row, project, sha256=stored.sha256)
    return row


def preview_of(actor: Any, row: PlanImport, removes: bool | None = None, *, tried: bool = False) -> Preview:
    """What a file that is kept would change today."""
    return look(actor, row.project, (row.name, fetch(row.key)), removes, tried=tried)


def take(actor: Any, row: PlanImport, *, removes: bool, seen: str) -> PlanImport | ChangeRequest:
    """Carry out an import of which `seen` was looked at: all of it or nothing; of an approved plan it becomes one change request."""
    return imported(actor, row, confirmed(actor, row, removes, seen))


def confirmed(actor: Any, row: PlanImport, removes: bool, seen: str) -> Preview:
    """What an import would change now; NotNow, Stale or Refused where that is not what was looked at, or cannot be carried out."""
    still_open(row.project)
    replanning.hold(row.project)
    if row.state == "importing":
        raise NotNow(_l("This file is being imported."))
    if row.state != "previewed":
        raise NotNow(_l("This file was imported already."))
    preview = preview_of(actor, row, removes)
    if preview.seen != seen:
        raise Stale(
            _l(
                "The plan has changed since this preview was made. Below is what the import would change now; look at it and confirm again."
            )
        )
    _refuse_troubles(preview)
    if not preview.lines:
        raise NotNow(_l("The file says what the plan says: 0 changes."))
    return preview


def imported(actor: Any, row: PlanImport, preview: Preview) -> PlanImport | ChangeRequest:
    """Make the plan what a confirmed preview wants, or propose it."""
    project = row.project
    row.counts, row.before, row.imported_at, row.imported_by_id = (
        preview.counts,
        preview.before,
        clock.now(),
        getattr(actor, "id", None),
    )
    request = _done(actor, preview, _l("Import of the file “%(name)s”", name=row.name))
    if request is not None:
        row.state, row.request = "proposed", request
        record(actor, "proposed an import", row, project, counts=row.counts, sha256=row.sha256)
        return request
    row.state, row.after_digest = "imported", digest(rows_of(project, CHANGED))
    record(actor, "imported a plan", row, project, counts=row.counts, sha256=row.sha256)
    _tell(
        actor,
        project,
        _l("%(project)s: the plan was changed by a file: %(name)s.", project=called(project), name=row.name),
    )
    return row


def undo(actor: Any, row: PlanImport) -> PlanImport | ChangeRequest:
    """Make the plan what it was before an import, as one act; where the plan is approved meanwhile, that is proposed."""
    may_undo(row)
    project = row.project
    before = rows_of(project, CHANGED)
    preview = Preview(project, row.name, b"", Brought(), before, row.before or {}, True, [])
    request = _done(actor, preview, _l("Undo of the import of “%(name)s”", name=row.name))
    if request is not None:
        row.request = request
        record(actor, "proposed the change", row, project)
        return request
    row.state = "undone"
    record(actor, "undid an import", row, project, counts=preview.counts, sha256=row.sha256)
    _tell(actor, project, _l("%(project)s: the import of %(name)s was undone.", project=called(project), name=row.name))
    return row


@when_settled
def follow(actor: Any, request: ChangeRequest, before: Rows) -> None:
    """Take an import to where the decision on its change request leads, or that on the one to undo it; `before` is the plan as it was then."""
    approved = request.state == "approved"
    for row in queries.of_request(request):
        project = row.project
        if row.state == "imported":
            if approved:
                row.state = "undone"
                record(actor, "undid an import", row, project, counts=row.counts, sha256=row.sha256)
        elif row.state == "proposed" and approved:
            row.state, row.before = "imported", {name: before[name] for name in CHANGED}
            row.after_digest = digest(rows_of(project, CHANGED))
            # What was taken out of the request, or is in the plan already, was not imported.
            wanted, row.counts = row.counts, counted(Line.of(line) for line in request.lines)
            verb = "imported a plan" if row.counts == wanted else "imported a part of a plan"
            record(actor, verb, row, project, counts=row.counts, sha256=row.sha256)
        elif row.state == "proposed":
            row.state = "previewed"
            record(actor, "did not import", row, project, sha256=row.sha256)


def may_undo(row: PlanImport) -> None:
    """Refuse what stands in the way of undoing an import, and let nobody change the plan meanwhile."""
    still_open(row.project)
    replanning.hold(row.project)
    if sentence := cannot_undo(row):
        raise NotNow(sentence)


def cannot_undo(row: PlanImport) -> Lazy | None:
    """What stands in the way of undoing an import."""
    if row.state == "undoing":
        return _l("This import is being undone.")
    if row.state != "imported":
        return _l("Only an import that was carried out can be undone.")
    if row.request is not None and row.request.state in OPEN:
        return _l("To undo this import was proposed already. Decide on that change request first, or take it back.")
    if row.after_digest is None:
        return _l("How the plan stood after this import was not kept, so it cannot be undone. Change the plan itself.")
    now = rows_of(row.project, CHANGED)
    if row.after_digest not in (digest(now), digest(bare(now))):
        return _l("The plan has changed since this import, so undoing it would undo that as well. Change the plan itself.")  # fmt: skip
    return None


def _done(actor: Any, preview: Preview, reason: Lazy) -> ChangeRequest | None:
    """Carry a preview out, or propose it; Refused where a service refuses any part, and then nothing of it stays."""
    # As text that becomes a sentence again for each reader: it is kept with each thing that goes.
    project, why = preview.project, words.written(reason, 300)
    if not replanning.is_frozen(project):
        with replanning.at_once():
            carry(actor, preview, why)
        _refuse_troubles(preview)
        if left := differences(rows_of(project, CHANGED), preview.wanted):
            raise LookupError(f"The import left {left[0].list} {left[0].key} as it was.")
        return None
    if getattr(actor, "id", None) is None:
        raise NotNow(_l("The plan is approved, so an import becomes a change request, which a person has to propose."))
    with collected(actor, project, reason) as found:
        carry(actor, preview, why)
        _refuse_troubles(preview)
    return found.request


def _refuse_troubles(preview: Preview, field: str = "") -> None:
    """Refuse what is wrong: at the field of a form on whose page all of it is shown, else with the first sentence."""
    if not preview.troubles:
        return
    if field:
        one, more = "%(num)s cell or row is wrong, so nothing was imported.", "%(num)s cells or rows are wrong, so nothing was imported."  # fmt: skip
        raise Refused("", **{field: _ln(one, more, len(preview.troubles))})
    first = preview.troubles[0]
    place = f"{first.place} {first.value}" if first.row is None and first.value else first.place
    if left := len(preview.troubles) - 1:
        raise Refused(
            _ln(
                "Nothing was changed. %(place)s: %(sentence)s %(num)s more cell or row is wrong.",
                "Nothing was changed. %(place)s: %(sentence)s %(num)s more cells or rows are wrong.",
                left, place=place, sentence=first.sentence,
            )
        )  # fmt: skip
    raise Refused(_l("Nothing was changed. %(place)s: %(sentence)s", place=place, sentence=first.sentence))


def _tell(actor: Any, project: Project, sentence: Lazy) -> None:
    """Tell the people of the firms in a running project, once."""
    if project.stage == "running":
        firms = {project.lead_id, *(part.organisation_id for part in project.participants)}
        people = [
            person
            for person in people_who(project, Action.REPORT, sorted(firms))
            if person.id != getattr(actor, "id", None)
        ]
        notify(people, sentence, href=f"/projects/{project.id}/plan", consortium=project.consortium)


class Operator:
    """Whoever runs the commands of the platform: nobody's account, with the rights of a coordinator in one consortium."""

    id, name, is_authenticated, is_administrator, organisation_id = None, "operator", True, False, None

    def __init__(self, project: Project) -> None:
        self.seats = [Place(project.consortium_id, project.lead_id)]
        self.remits: list[Any] = []


@dataclass(frozen=True)
class Place:
    """A seat without a person."""

    consortium_id: int
    organisation_id: int
    role: str = "coordinator"
