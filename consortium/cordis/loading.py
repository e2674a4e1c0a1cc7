"""Each project of CORDIS becomes a consortium, with coordinator, partners, contributions and dates.

Nobody founds these consortia here, so they are written as what they are: taken over from a source, by the import itself
(`ACTOR`), in one event each that names all their rows. Organisations go through the services of the directory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError

from consortium.cordis import meaning, writing
from consortium.cordis.index import Index, Part
from consortium.cordis.meaning import Unreadable
from consortium.cordis.reading import Row, rows
from consortium.cordis.writing import Member, Tally
from consortium.core import clock
from consortium.core.db import db
from consortium.core.errors import Problem, Refused
from consortium.core.identifiers import Scheme, check
from consortium.core.scope import everything
from consortium.core.terms import MemberRole
from consortium.core.words import _l

PROJECTS, FIRMS = "project.csv", "organization.csv"
PROJECT_COLUMNS = ("id", "status", "title", "startDate", "endDate")
FIRM_COLUMNS = (
    "projectID",
    "organisationID",
    "name",
    "shortName",
    "activityType",
    "country",
    "role",
    "ecContribution",
    "endOfParticipation",
)
KEPT = ("name", "shortName", "activityType", "country", "city", "organizationURL")
#: Projects in one transaction: what a loss of power costs, and what memory holds.
BATCH = 100


@dataclass
class Report:
    """What an import did; what was left out lies in the temporary index, however much it is."""

    index: Index
    read: Counter[str] = field(default_factory=Counter)
    done: Tally = field(default_factory=Counter)

    def lines(self) -> Iterator[str]:
        """The report as text: the counts, then each row that was left out, with file, line, id and reason."""
        yield f"{PROJECTS}: {self.read[PROJECTS]} rows read; {FIRMS}: {self.read[FIRMS]} rows read."
        for kind in ("consortia", "organisations", "memberships"):
            counts = [self.done[kind, what] for what in ("made", "unchanged", "changed")]
            yield f"{kind}: {sum(counts)} = {counts[0]} made + {counts[1]} unchanged + {counts[2]} changed"
        yield f"left out: {self.index.omissions()} rows"
        for file, line, number, why in self.index.omitted():
            yield f"  {file}:{line} {number or '-'}: {why}"


def load(folder: Path) -> Report:
    """Read both files of a folder; running it again on the same files changes nothing."""
    for name in (PROJECTS, FIRMS):
        if not (folder / name).is_file():
            raise Refused(_l("There is no file %(name)s in the folder %(folder)s.", name=name, folder=folder.name))
    report = Report(Index())
    _read_firms(report, folder / FIRMS)
    with everything("the import of CORDIS writes consortia that are nobody's"):
        for number, row in enumerate(rows(folder / PROJECTS, PROJECT_COLUMNS), 1):
            report.read[PROJECTS] += 1
            _take(report, row)
            if number % BATCH == 0:
                db.session.commit()
        db.session.commit()
    for line, firm, project in report.index.strays():
        report.index.omit(FIRMS, line, firm, f"its project {project} is in no row of {PROJECTS}")
    return report


def _read_firms(report: Report, path: Path) -> None:
    """Put the rows of organization.csv into the index; what cannot be understood is left out here."""
    for row in rows(path, FIRM_COLUMNS):
        report.read[FIRMS] += 1
        said = row.fields
        try:
            if row.complaint:
                raise Unreadable(row.complaint)
            if said["role"] not in meaning.ROLES:
                raise Unreadable(f"its role {said['role'][:30]!r} is not known")
            part = Part(
                row.line, check(Scheme.PIC, said["organisationID"]), said["role"], str(meaning.euro(said["ecContribution"], "ecContribution")),
                said["endOfParticipation"].casefold() == "true", said.get("contentUpdateDate", ""),
            )  # fmt: skip
            kept = {name: said.get(name, "") for name in KEPT}
            meaning.organisation(kept)
            report.index.add(said["projectID"], part, part.seen, kept)
        except (Unreadable, Problem) as problem:
            report.index.omit(FIRMS, row.line, said.get("organisationID", "")[:40], _reason(problem))


def _take(report: Report, row: Row) -> None:
    """Take over one project in a savepoint of its own, or note why not."""
    number, index = row.fields.get("id", ""), report.index
    try:
        if row.complaint:
            raise Unreadable(row.complaint)
        if not number.isdigit() or len(number) > 20:
            raise Unreadable("its id is not a number")
        if (first := index.first_line(number, row.line)) != row.line:
            raise Unreadable(f"the project stands on line {first} already")
    except Unreadable as problem:
        index.omit(PROJECTS, row.line, number[:40], _reason(problem))
        return
    parts = index.parts(number)
    try:
        values = meaning.table(row.fields, clock.today())
        chosen, doubled = _chosen(parts)
        members = [_member(part, values) for part in chosen]
        with db.session.begin_nested():
            tally, firms = writing.take_over(number, values, meaning.areas(row.fields), members, index)
    except (Unreadable, Problem, ValueError, TypeError, LookupError, IntegrityError, DataError) as problem:
        index.omit(PROJECTS, row.line, number, _reason(problem))
        for part in parts:
            index.omit(FIRMS, part.line, part.firm, f"its project {number} was left out")
        return
    report.done.update(tally)
    for firm in firms:
        index.settle(firm)
    for part, line in doubled:
        index.omit(FIRMS, part.line, part.firm, f"the organisation stands in project {number} already, on line {line}")


def _chosen(parts: list[Part]) -> tuple[list[Part], list[tuple[Part, int]]]:
    """One row for each organisation, and the others with the line that was preferred; Unreadable unless exactly one coordinates."""
    leads = [part for part in parts if part.role == "coordinator" and not part.ended]
    if not parts:
        raise Unreadable(f"no row of {FIRMS} that can be used belongs to it")
    if not leads:
        raise Unreadable("it has no coordinator, and a consortium has exactly one lead")
    if len(leads) > 1:
        lines = ", ".join(str(part.line) for part in leads)
        raise Unreadable(
            f"it has {len(leads)} coordinators (lines {lines} of {FIRMS}), and a consortium has exactly one lead"
        )
    best: dict[str, Part] = {}
    for part in sorted(parts, key=lambda part: (part.ended, part.role != "coordinator", part.line)):
        best.setdefault(part.firm, part)
    return list(best.values()), [(part, best[part.firm].line) for part in parts if part is not best[part.firm]]


def _member(part: Part, values: dict[str, object]) -> Member:
    """A row as a membership; CORDIS says whether, not when somebody left, so it is the day on which the row was updated last."""
    first, last = values["starts_on"], values["ends_on"]
    left_on = None
    if part.ended:
        left_on = max(first, min(meaning.day(part.seen, "contentUpdateDate") or clock.today(), last or clock.today()))  # type: ignore[type-var]
    role = meaning.ROLES[part.role]
    if role is MemberRole.LEAD and part.ended:
        role = MemberRole.CORE
    return Member(part.firm, role, meaning.euro(part.amount, "ecContribution"), first, left_on)  # type: ignore[arg-type]


def _reason(problem: Exception) -> str:
    """A problem as one line of the report."""
    if isinstance(problem, Problem):
        said = [problem.message, *problem.fields.values()]
        return " ".join(str(sentence) for sentence in said if str(sentence))
    if isinstance(problem, (IntegrityError, DataError)):
        return f"the database refuses it: {problem.orig}"
    return str(problem) or type(problem).__name__
