"""Taking the plan of a project out as a file."""

from __future__ import annotations

from typing import Any

from consortium.baselines.layout import LISTS, Rows, rows_of
from consortium.baselines.portrait import Eyes
from consortium.baselines.tables import Names, titles_of
from consortium.core.access import Actor
from consortium.exchange import workbook
from consortium.projects.models import Project

_OF = {"node": "nodes", "deliverable": "deliverables", "milestone": "milestones"}


def export(actor: Actor, project: Project, kind: str) -> bytes:
    """The plan as far as a person may see it, as `xlsx`, or as `zip` with a CSV for each list.

    A list of which rows may be hidden is marked as a part, so that bringing the file back removes nothing that its writer did not see.
    """
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
    part = frozenset(one.name for one in LISTS if eyes.only_part_of(one))
    return write(seen, named, f"{project.reference} {project.title}", part)
