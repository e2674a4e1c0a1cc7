"""What holds of everything that a project delivers or is measured by: a number of its own, a firm of the project, a node of its plan."""

from __future__ import annotations

from typing import Any

from consortium.core.errors import Refused
from consortium.core.words import _l, called
from consortium.organisations.models import Organisation
from consortium.outputs import queries
from consortium.plans.models import Node
from consortium.plans.tree import LONGEST
from consortium.projects.models import Project
from consortium.projects.services import refuse, takes_part, titled


def numbered(project: Project, model: Any, number: str, row: Any = None) -> str:
    """The trimmed number; Refused when it is none, or when another row has it."""
    number = number.strip()
    if not number or len(number) > LONGEST:
        raise Refused("", number=_l("A number has 1 to %(most)s characters, such as D1.2.", most=LONGEST))
    if other := queries.taken(project, model, number, row):
        raise Refused(
            "", number=_l("The number %(number)s is taken by “%(title)s”.", number=number, title=called(other))
        )
    return number


def in_plan(project: Project, node: Node | None, organisation: Organisation, title_zh: str, title_en: str) -> None:
    """Refuse what has no title, a firm that does not take part, and a node of another project."""
    titled(title_zh, title_en)
    takes_part(project, organisation)
    if node is not None and node.project_id != project.id:
        refuse(_l("The node has to belong to the same project."), "node", "node_id")
