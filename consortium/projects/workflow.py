"""The lives of a project and of a milestone, as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from consortium.consortia.obstacles import obstacles
from consortium.core.access import GRANTS, Action, Actor, Role
from consortium.core.words import Lazy, _l, _ln
from consortium.core.workflow import Obstacle, Step, Workflow

#: Stages of a consortium in which its projects run.
AT_WORK = ("forming", "agreed", "filed", "operating")
#: Stages of a project in which its plan may still change.
OPEN = ("draft", "running")
#: States in which a milestone needs nothing more.
SETTLED = ("accepted", "waived")
#: Verbs after which the row that they are about is gone.
REMOVING = ("removed", "took out of the project")


def while_open(obstacle: Obstacle | None = None) -> Callable[[Actor, Any], object | None]:
    """An obstacle to which a closed consortium is added: after that nothing moves any more."""

    def found(actor: Actor, thing: Any) -> object | None:
        if thing.consortium.stage == "closed":
            return _l("The consortium is closed; nothing can be changed any more.")
        return obstacle(actor, thing) if obstacle else None

    found.__doc__ = obstacle.__doc__ if obstacle else "The consortium is not closed."
    return found


def may_not_run(_actor: Actor, project: Any) -> Lazy | None:
    """A project runs inside a consortium at work, and towards at least one milestone that weighs something."""
    if project.consortium.stage not in AT_WORK:
        return _l("A project runs only while its consortium is forming, agreed, filed or operating; now it is not.")
    if not any(milestone.state != "waived" and milestone.weight > 0 for milestone in project.milestones):
        return _l("The project has no milestone yet. Plan at least one, with a weight above zero.")
    return None


def may_not_complete(_actor: Actor, project: Any) -> object | None:
    """A project is complete when nothing of its plan is open."""
    open_ones = [milestone for milestone in project.milestones if milestone.state not in SETTLED]
    if open_ones:
        return _ln(
            "%(num)s milestone is neither accepted nor waived: %(first)s.",
            "%(num)s milestones are neither accepted nor waived, the first is %(first)s.",
            len(open_ones),
            first=f"M{open_ones[0].number}",
        )
    return next(iter(obstacles("complete", project)), None)


def may_not_report(_actor: Actor, milestone: Any) -> Lazy | None:
    """A milestone is reported while its project runs, and its consortium does not rest."""
    if milestone.consortium.stage == "suspended":
        return _l("The consortium is suspended; its work rests until it is resumed.")
    if milestone.project.stage == "draft":
        return _l("The project has not begun yet. Its milestones can be reported as soon as the coordinator starts it.")
    if milestone.project.stage != "running":
        return _l("The project does not run any more, so its milestones cannot be reported.")
    return None


def houses(actor: Actor, consortium_id: int) -> set[int]:
    """All organisations that a person stands for at a table, and the one that employs the person."""
    seats = {seat.organisation_id for seat in actor.seats if seat.consortium_id == consortium_id}
    return seats | ({actor.organisation_id} if actor.organisation_id is not None else set())


def four_eyes(words: str, sentence: Lazy) -> Obstacle:
    """Who verifies belongs to another organisation than the one that reported, and is not who did it (domain.md 9, invariant 5).

    `words` names the attribute of the thing with what was said of it, latest last.
    """

    def same_eyes(actor: Any, thing: Any) -> Lazy | None:
        """Who verifies belongs to another organisation than the one that reported, and is not who did it."""
        own = houses(actor, thing.consortium_id)
        said = getattr(thing, words)[-1:]
        if thing.organisation_id in own or any(word.organisation_id in own for word in said):
            return sentence
        if any(word.reported_by_id == actor.id for word in said):
            return _l("You reported this yourself. Another person has to verify it.")
        return None

    return same_eyes


same_eyes = four_eyes(
    "reports",
    _l("Your organisation reported this milestone itself. A person of another organisation has to verify it."),
)


def verifying_house(actor: Actor, consortium_id: int) -> int | None:
    """The organisation for which a person verifies at a table."""
    for seat in actor.seats:
        if seat.consortium_id == consortium_id and Action.VERIFY in GRANTS[Role(seat.role)]:
            return int(seat.organisation_id)
    return None if actor.organisation_id is None else int(actor.organisation_id)


PROJECT = Workflow(
    name="project",
    column="stage",
    states={
        "draft": (_l("Draft"), "plan"),
        "running": (_l("Running"), "act"),
        "completed": (_l("Completed"), "ok"),
        "stopped": (_l("Stopped"), "bad"),
    },
    steps=(
        Step("begin", ("draft",), "running", Action.PLAN, _l("Start the work"), may_not_run, verb="began the work"),
        Step(
            "complete",
            ("running",),
            "completed",
            Action.PLAN,
            _l("Complete the project"),
            while_open(may_not_complete),
            verb="completed the project",
        ),
        Step(
            "stop",
            ("draft", "running"),
            "stopped",
            Action.PLAN,
            _l("Stop the project"),
            while_open(),
            danger=True,
            reason=True,
            verb="stopped the project",
        ),
        Step(
            "resume",
            ("stopped",),
            "running",
            Action.PLAN,
            _l("Resume the work"),
            may_not_run,
            reason=True,
            verb="resumed the project",
        ),
    ),
)

MILESTONE = Workflow(
    name="milestone",
    column="state",
    states={
        "planned": (_l("Planned"), "plan"),
        "reported": (_l("Reported"), "act"),
        "accepted": (_l("Accepted"), "ok"),
        "returned": (_l("Returned"), "warn"),
        "waived": (_l("Waived"), "none"),
    },
    steps=(
        Step(
            "report",
            ("planned", "returned"),
            "reported",
            Action.REPORT,
            _l("Report it as reached"),
            while_open(may_not_report),
            verb="reported",
        ),
        Step("accept", ("reported",), "accepted", Action.VERIFY, _l("Accept"), while_open(same_eyes), verb="accepted"),
        Step(
            "return",
            ("reported",),
            "returned",
            Action.VERIFY,
            _l("Return"),
            while_open(same_eyes),
            reason=True,
            verb="returned",
        ),
        Step(
            "waive",
            ("planned", "returned"),
            "waived",
            Action.PLAN,
            _l("Waive"),
            while_open(),
            danger=True,
            reason=True,
            verb="waived",
        ),
    ),
)
