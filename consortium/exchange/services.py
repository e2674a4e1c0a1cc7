"""What people do with plans as files: take one out, look at one that is brought, carry it out as one act, and undo that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from consortium.activity.services import hushed, in_one_go, notify, record
from consortium.baselines.comparing import ROW, Line, differences
from consortium.baselines.layout import BY_NAME, LISTS, List, Rows, code_of, in_order, rows_of
from consortium.baselines.models import ChangeRequest
from consortium.baselines.portrait import Eyes
from consortium.baselines.queries import people_who
from consortium.baselines.services import collected, digest
from consortium.baselines.tables import Names, titles_of
from consortium.baselines.workflow import OPEN
from consortium.core import clock
from consortium.core.access import Action, Actor
from consortium.core.db import db
from consortium.core.errors import NotNow, Problem, Refused, Stale
from consortium.core.words import Lazy, _l, _ln
from consortium.documents.archive import fetch, keep
from consortium.exchange import checking, queries, reading, workbook
from consortium.exchange.cells import MOST_TROUBLES, Firms, TooMany, Trouble
from consortium.exchange.checking import Frame
from consortium.exchange.models import PlanImport
from consortium.exchange.planning import CHANGED, Carrying
from consortium.exchange.present import Key
from consortium.exchange.reading import Brought
from consortium.projects import replanning
from consortium.projects.models import Project
from consortium.projects.queries import members
from consortium.projects.services import still_open

#: An uploaded file: its name and its bytes.
File = tuple[str, bytes]


# Taking a plan out


def export(actor: Actor, project: Project, kind: str) -> bytes:
    """The plan as far as a person may see it, as `xlsx`, or as `zip` with a CSV for each list."""
    rows = rows_of(project)
    names = Names.of(rows)
    eyes = Eyes(actor, project, names, rows)
    seen: Rows = {one.name: eyes.rows(one, rows[one.name]) for one in LISTS}
    titles = titles_of(seen)

    def named(field: Any, value: Any) -> str:
        if value is None:
            return ""
        return (
            names.value(field, value)
            if field.kind == "organisation"
            else titles.get((_OF.get(field.kind, ""), value), "")
        )

    write = workbook.to_xlsx if kind == "xlsx" else workbook.to_zip
    return write(seen, named, f"{project.reference} {project.title}")


_OF = {"node": "nodes", "deliverable": "deliverables", "milestone": "milestones"}


# Looking at what a file would change


@dataclass
class Preview:
    """What a file would change in a plan, and what stands in its way; nothing of it is written."""

    project: Project
    name: str
    content: bytes
    brought: Brought
    before: Rows
    wanted: Rows
    removes: bool
    joining: list[str]

    @property
    def troubles(self) -> list[Trouble]:
        """All that is wrong, in the order of the file."""
        sheets = list(dict.fromkeys(one.sheet for one in self.brought.troubles))
        return sorted(
            self.brought.troubles, key=lambda one: (sheets.index(one.sheet), one.row or 0, len(one.column), one.column)
        )

    @property
    def more(self) -> bool:
        """Whether there may be more that is wrong than is told."""
        return len(self.brought.troubles) >= MOST_TROUBLES

    @cached_property
    def lines(self) -> list[Line]:
        """The differences, field by field."""
        return differences(self.before, self.wanted)

    @property
    def seen(self) -> str:
        """By what it is known whether a preview is still the one that was looked at."""
        return digest([line.kept for line in self.lines])

    @cached_property
    def counts(self) -> dict[str, list[int]]:
        """How many rows of each list are added, changed and removed."""
        found: dict[str, list[set[Key]]] = {}
        for line in self.lines:
            sets = found.setdefault(line.list, [set(), set(), set()])
            sets[1 if line.field != ROW else 0 if line.before is None else 2].add(line.key)
        return {name: [len(some) for some in sets] for name, sets in found.items()}

    @property
    def totals(self) -> list[tuple[object, Decimal, Decimal]]:
        """Person-months and money of the whole plan, before and after."""
        wanted = ((_l("Person-months"), "effort", "months"), (_l("Planned money (yuan)"), "budget", "amount"))
        return [(word, _sum(self.before[name], field), _sum(self.wanted[name], field)) for word, name, field in wanted]

    @property
    def alone(self) -> list[List]:
        """The lists that are left alone."""
        return self.brought.absent


def _sum(rows: Sequence[dict[str, Any]], field: str) -> Decimal:
    return sum((Decimal(row[field]) for row in rows), Decimal("0.00"))


def look(actor: Any, project: Project, file: File, removes: bool | None = None, *, tried: bool = False) -> Preview:
    """Read a file against the plan as it is; `tried` has every change made and taken back, so that what services refuse is told too.

    `removes` says whether rows go that a list of the file does not have; without it they do where all lists are in the file.
    """
    name, content = file
    firms = Firms(queries.known_firms(project))
    before = rows_of(project, CHANGED)
    brought = reading.brought(name, content, firms, code_of(project.lead), before)
    if removes is None:
        removes = brought.whole
    # Rows that could not be read are not taken for rows that go.
    wanted = _wanted(before, brought, removes and not brought.troubles)
    frame = Frame(
        project.starts_on.isoformat(), project.ends_on.isoformat(), frozenset({code_of(project.lead), *(row["organisation"] for row in before["participants"])}),
        frozenset(code_of(firm) for firm in members(project.consortium_id)), replanning.is_frozen(project), project.stage == "draft",
    )  # fmt: skip
    checking.check(before, wanted, brought, frame, firms)
    joining = checking.joining(wanted, frame)
    parts = [*wanted["participants"], *({"organisation": code, "task": "", "budget": "0.00"} for code in joining)]
    wanted["participants"] = in_order(BY_NAME["participants"], parts)
    preview = Preview(project, name, content, brought, before, wanted, removes, joining)
    if tried and preview.lines and not brought.troubles:
        _try(actor, preview)
    return preview


def _wanted(before: Rows, brought: Brought, removes: bool) -> Rows:
    """The plan as the file would have it; what it says in other white space only is not changed."""
    wanted: Rows = {}
    for name in CHANGED:
        if name not in brought.rows:
            wanted[name] = list(before[name])
            continue
        one = BY_NAME[name]
        old = {tuple(row[part] for part in one.key): row for row in before[name]}
        new = {(key := tuple(row[part] for part in one.key)): _alike(old.get(key), row) for row in brought.rows[name]}
        wanted[name] = in_order(one, (new if removes else {**old, **new}).values())
    return wanted


def _alike(old: dict[str, Any] | None, row: dict[str, Any]) -> dict[str, Any]:
    if old is None or old == row:
        return row
    return {name: old[name] if _bare(old[name]) == _bare(value) else value for name, value in row.items()}


def _bare(value: Any) -> Any:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value


def _try(actor: Any, preview: Preview) -> None:
    """Carry it out and take it back."""
    savepoint = db.session.begin_nested()
    try:
        with replanning.at_once():
            _carry(actor, preview, "try", kept=False)
    except TooMany:
        pass
    finally:
        savepoint.rollback()
        db.session.expire_all()


def _carry(actor: Any, preview: Preview, reason: str, *, kept: bool = True) -> None:
    def tell(name: str, key: Key, problem: Problem) -> None:
        field, sentence = next(iter(problem.fields.items()), ("", problem.message))
        one = BY_NAME[name]
        column = field.removesuffix("_id")
        column = {"organisation": "lead"}.get(column, column) if name == "nodes" else column
        known = {each.name for each in one.fields}
        row = next((row for row in preview.wanted[name] if tuple(row[part] for part in one.key) == key), {})
        column = column if column in known else one.key[0]
        preview.brought.trouble(name, key, column, row.get(column, ""), sentence)

    with hushed(), in_one_go(kept=kept):
        Carrying(actor, preview.project, preview.before, preview.wanted, reason, tell).carry()
        db.session.flush()


def told(preview: Preview) -> Iterator[str]:
    """A preview as lines of text, for the command line: what is wrong, or what would be changed."""
    for one in preview.troubles:
        yield f"{one.place}: {one.sentence}" + (f" [{one.value}]" if one.value else "")
    if preview.troubles:
        yield str(
            _ln(
                "%(num)s cell or row is wrong, so nothing was imported.",
                "%(num)s cells or rows are wrong, so nothing was imported.",
                len(preview.troubles),
            )
        )
        return
    for note in preview.brought.notes:
        yield str(note)
    for name, (more, other, less) in preview.counts.items():
        yield f"{name}: {more} added, {other} changed, {less} removed"
    for word, before, after in preview.totals:
        yield f"{word}: {before:,.2f} > {after:,.2f}"
    yield f"{sum(map(sum, preview.counts.values()))} changes"


# Bringing, taking, undoing


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
    project = row.project
    still_open(project)
    if row.state != "previewed":
        raise NotNow(_l("This file was imported already."))
    db.session.refresh(project, ["version"], with_for_update=True)
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
    row.counts, row.before, row.imported_at, row.imported_by_id = (
        preview.counts,
        preview.before,
        clock.now(),
        getattr(actor, "id", None),
    )
    request = _done(actor, preview, str(_l("Import of the file “%(name)s”", name=row.name)))
    if request is not None:
        row.state, row.request = "proposed", request
        record(actor, "proposed an import", row, project, counts=row.counts, sha256=row.sha256)
        return request
    row.state, row.after_digest = "imported", digest(rows_of(project, CHANGED))
    record(actor, "imported a plan", row, project, counts=row.counts, sha256=row.sha256)
    _tell(
        actor,
        project,
        _l("%(project)s: the plan was changed by a file: %(name)s.", project=project.title, name=row.name),
    )
    return row


def undo(actor: Any, row: PlanImport) -> PlanImport | ChangeRequest:
    """Make the plan what it was before an import, as one act; where the plan is approved meanwhile, that is proposed."""
    project = row.project
    still_open(project)
    if sentence := cannot_undo(row):
        raise NotNow(sentence)
    db.session.refresh(project, ["version"], with_for_update=True)
    before = rows_of(project, CHANGED)
    preview = Preview(project, row.name, b"", Brought(), before, row.before or {}, True, [])
    request = _done(actor, preview, str(_l("Undo of the import of “%(name)s”", name=row.name)))
    if request is not None:
        row.request = request
        record(actor, "proposed the change", row, project)
        return request
    row.state = "undone"
    record(actor, "undid an import", row, project, counts=preview.counts, sha256=row.sha256)
    _tell(actor, project, _l("%(project)s: the import of %(name)s was undone.", project=project.title, name=row.name))
    return row


def cannot_undo(row: PlanImport) -> Lazy | None:
    """What stands in the way of undoing an import."""
    if row.state != "imported":
        return _l("Only an import that was carried out can be undone.")
    if row.request is not None and row.request.state in OPEN:
        return _l("To undo this import was proposed already. Decide on that change request first, or take it back.")
    if digest(rows_of(row.project, CHANGED)) != row.after_digest:
        return _l("The plan has changed since this import, so undoing it would undo that as well. Change the plan itself.")  # fmt: skip
    return None


def _done(actor: Any, preview: Preview, reason: str) -> ChangeRequest | None:
    """Carry a preview out, or propose it; Refused where a service refuses any part, and then nothing of it stays."""
    project = preview.project
    if not replanning.is_frozen(project):
        with replanning.at_once():
            _carry(actor, preview, reason)
        _refuse_troubles(preview)
        if left := differences(rows_of(project, CHANGED), preview.wanted):
            raise LookupError(f"The import left {left[0].list} {left[0].key} as it was.")
        return None
    if getattr(actor, "id", None) is None:
        raise NotNow(_l("The plan is approved, so an import becomes a change request, which a person has to propose."))
    with collected(actor, project, reason) as found:
        _carry(actor, preview, reason)
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


def together(files: Sequence[File]) -> File:
    """Several CSV files as the one file that they are kept as."""
    if len(files) == 1:
        return files[0]
    if any(not name.lower().endswith(".csv") for name, _ in files):
        raise Refused("", files=_l("Choose one workbook or one file of MS Project, or one CSV file for each list."))
    inner: dict[str, bytes] = {}
    for name, content in files:
        if name in inner:
            raise Refused("", files=_l("The file “%(name)s” was chosen twice.", name=name))
        inner[name] = content
    return " + ".join(inner)[:200], workbook.packed(inner)


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
