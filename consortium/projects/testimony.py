"""Four eyes, the same for milestones and for what lies above: a firm's word, the files that it brings, and what another organisation finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select

from consortium.activity.services import is_hushed, notify
from consortium.core import clock
from consortium.core.access import Action
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused, Stale
from consortium.core.uploads import Upload
from consortium.core.words import Lazy, _l
from consortium.core.workflow import Workflow
from consortium.documents import archive
from consortium.people.queries import seated
from consortium.projects.models import Filed, Project, Testimony
from consortium.projects.workflow import house

Kept = TypeVar("Kept", bound=Filed)
Word = TypeVar("Word", bound=Testimony)
Shelf = Callable[[int, int], Select[Any]]

_shelves: list[Shelf] = []


# What was said, and what was found


def settle(actor: Any, workflow: Workflow, thing: Any, words: Sequence[Word], step: str, finding: str, read: int | None) -> Word:  # fmt: skip
    """Move what waits for its verification, and write the finding into the latest of `words`; `read` is the word that was read."""
    word = found(actor, workflow, thing, words, step, read)
    word.reason, word.verified_by_id, word.verified_at = finding.strip(), actor.id, clock.now()
    word.verifier_id = house(actor, thing.consortium_id, workflow.step(step).action)
    return word


def found(actor: Any, workflow: Workflow, thing: Any, words: Sequence[Word], step: str, read: int | None) -> Word:
    """Move a thing by what was found in the latest of `words`, of which `read` is the one that was read; the word stands where the thing stands."""
    if words and read is not None and read != words[-1].id:  # type: ignore[attr-defined]
        raise Stale(_l("A newer report was sent in meanwhile. Read it before you decide."))
    workflow.move(actor, thing, step)
    if not words:
        raise NotNow(_l("Nothing was reported here yet."))
    word = words[-1]
    word.outcome = workflow.state(thing)
    return word


def tell(people: Iterable[Any], actor: Any, sentence: Lazy, thing: Any, href: str) -> None:
    """Tell people of a thing of a consortium, except who did it."""
    notify([person for person in people if person.id != actor.id], sentence, href=href, consortium=thing.consortium)


def tell_firms(actor: Any, project: Project, firms: Iterable[int], sentence: Lazy, href: str) -> None:
    """Tell the people of some firms what is changed for them, once the work has begun; while a plan is drawn up nobody is told of each stroke."""
    if project.stage == "running" and not is_hushed():
        tell(seated(project.consortium_id, Action.REPORT, firms), actor, sentence, project, href)


# Files: the same bytes lie in the store once; who sees a file follows the thing that it is attached to


def keeps_files(shelf: Shelf) -> Shelf:
    """Register who attaches files to things of a project: `shelf(project, firm)` selects the rows of a firm, newest first."""
    _shelves.append(shelf)
    return shelf


def earlier(project_id: int, organisation_id: int) -> list[Any]:
    """The files that a firm has attached anywhere in a project, each content once, under the name that it had last."""
    found: dict[str, Any] = {}
    for shelf in _shelves:
        for row in db.session.scalars(shelf(project_id, organisation_id)):
            found.setdefault(row.sha256, row)
    return sorted(found.values(), key=lambda row: (row.name, row.sha256))


def attach(
    model: Callable[..., Kept], thing: Any, project_id: int, files: Sequence[Upload], again: Sequence[str], field: str = "again",
) -> list[Kept]:  # fmt: skip
    """Rows for new files, and for those of the own firm that serve once more, named in `again` by their SHA-256."""
    whose = {"consortium_id": thing.consortium_id, "organisation_id": thing.organisation_id}
    there = {row.sha256: row for row in earlier(project_id, thing.organisation_id)} if again else {}
    if any(digest not in there for digest in again):
        raise Refused(
            "", **{field: _l("Only files that your own organisation added to this project can be used again.")}
        )
    rows = [_kept(model, whose, file) for file in files]
    known = {row.sha256 for row in rows}
    for digest in dict.fromkeys(again):
        if digest not in known:
            same = there[digest]
            rows.append(
                model(**whose, name=same.name, kind=same.kind, size=same.size, sha256=same.sha256, key=same.key)
            )
    return rows


def _kept(model: Callable[..., Kept], whose: dict[str, Any], file: Upload) -> Kept:
    """An upload in the file store, and the row that names it."""
    file.file.seek(0)
    stored = archive.keep(file.file.read())
    return model(**whose, name=file.name, kind=file.kind, size=stored.size, sha256=stored.sha256, key=stored.key)
