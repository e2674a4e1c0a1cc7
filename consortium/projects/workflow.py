"""The lives of a project and of a milestone, as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from consortium.consortia.obstacles import obstacles
from consortium.core.access import GRANTS, Action, Actor, Reach, Role, allowed
from consortium.core.db import db
from consortium.core.terms import either
from consortium.core.words import Lazy, _l, _ln, listed
from consortium.core.workflow import Obstacle, Step, Workflow
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from consortium.projects.models import SETTLED

#: Stages of a consortium in which its projects run.
AT_WORK = ("forming", "agreed", "filed", "operating")
#: Stages of a project in which its plan may still change.
OPEN = ("draft", "running")
#: So many people are named who can take a step that one cannot take oneself.
MOST_NAMED = 5
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


def four_eyes(words: str, action: Action, said_by_us: Callable[[str], Lazy], nobody: Lazy, *, housed: bool = False) -> Obstacle:  # fmt: skip
    """Who verifies belongs to another organisation than the one that reported, and is not who did it (domain.md 9, invariant 5).

    `words` names the attribute of the thing with all that was said of it, latest last: whoever spoke once does not verify later. `said_by_us` is the sentence that names those who can take
    the step (`action`) instead, and `nobody` the one where there is no such person. `housed`: who belongs to no organisation that confirmed it
    is not the other pair of eyes, since anybody can be invited under a second address.
    """

    def same_eyes(actor: Any, thing: Any) -> Lazy | None:
        """Who verifies belongs to another organisation than the one that reported, and is not who did it."""
        own = houses(actor, thing.consortium_id)
        said = getattr(thing, words)
        if thing.organisation_id in own or any(word.organisation_id in own for word in said):
            rows = others(thing, action, said, housed=housed)
            names = [_l("%(name)s (%(firm)s)", name=person.name, firm=either(*firm)) for person, firm in rows]
            return said_by_us(listed(names[:MOST_NAMED])) if names else nobody
        if any(word.reported_by_id == actor.id for word in said):
            return _l("You reported this yourself. Another person has to verify it.")
        if housed and actor.organisation_id is None:
            return _l(
                "No organisation has confirmed yet that you belong to it. Until then another person has to decide where money is concerned."
            )
        return None

    return same_eyes


def others(
    thing: Any, action: Action, said: Sequence[Any] = (), *, housed: bool = False
) -> list[tuple[User, tuple[str, str]]]:
    """Who can take a step that four eyes watch, each with the names of the organisation: people of none of those that answer for it or spoke."""
    query = select(User, Seat, Organisation.name_zh, Organisation.name_en).join(Seat, Seat.user_id == User.id)
    query = query.join(Organisation, Organisation.id == Seat.organisation_id).where(User.active)
    rows = db.session.execute(query.where(Seat.consortium_id == thing.consortium_id).order_by(Seat.id)).all()
    barred = {thing.organisation_id, *(word.organisation_id for word in said)}
    theirs = {user.id for user, seat, *_ in rows if not barred.isdisjoint((seat.organisation_id, user.organisation_id))}
    theirs |= {word.reported_by_id for word in said}
    found: dict[int, tuple[User, tuple[str, str]]] = {}
    for user, seat, *names in rows:
        reach = GRANTS[Role(seat.role)].get(action)
        if (
            user.id not in theirs
            and not (housed and user.organisation_id is None)
            and (reach is Reach.ANY or (reach is Reach.PART and seat.organisation_id in thing.parties))
        ):
            found.setdefault(user.id, (user, (names[0], names[1])))
    return list(found.values())


other_firm = four_eyes(
    "reports", Action.VERIFY,
    lambda names: _l("Your organisation reported this milestone itself. A person of another organisation has to verify it: %(names)s.", names=names),
    _l("Your organisation reported this milestone itself, and nobody of another organisation can verify it yet. Invite a coordinator or an expert of another organisation."),
)  # fmt: skip
other_judge = four_eyes(
    "reports", Action.ACCEPT,
    lambda names: _l("Your organisation reported this milestone itself. A coordinator or expert of another organisation has to accept it: %(names)s.", names=names),
    _l("Your organisation reported this milestone itself, and nobody of another organisation can accept it yet. Invite a coordinator or an expert of another organisation."),
)  # fmt: skip


def of_another(actor: Actor, milestone: Any) -> Lazy | None:
    """A milestone is waived by an approved change request; who does not plan the project proposes that for the own organisation only."""
    own = any(
        seat.consortium_id == milestone.consortium_id and seat.organisation_id == milestone.organisation_id and Action.PROPOSE in GRANTS[Role(seat.role)]
        for seat in actor.seats
    )  # fmt: skip
    if own or allowed(actor, Action.PLAN, milestone):
        return None
    return _l("This is of another organisation. You can propose changes of what your own organisation answers for.")


def house(actor: Actor, consortium_id: int, action: Action) -> int | None:
    """The organisation for which a person does something at a table."""
    for seat in actor.seats:
        if seat.consortium_id == consortium_id and action in GRANTS[Role(seat.role)]:
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
        "verified": (_l("Verified"), "act"),
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
        Step("verify", ("reported",), "verified", Action.VERIFY, _l("Verify"), while_open(other_firm), verb="verified"),
        Step("return", ("reported",), "returned", Action.VERIFY, _l("Return"), while_open(other_firm), reason=True, verb="returned"),
        Step("accept", ("verified",), "accepted", Action.ACCEPT, _l("Accept"), while_open(other_judge), verb="accepted"),
        Step("turn_down", ("verified",), "returned", Action.ACCEPT, _l("Return"), while_open(other_judge), reason=True, verb="returned"),
        Step(
            "waive",
            ("planned", "returned"),
            "waived",
            Action.PROPOSE,
            _l("Waive"),
            while_open(of_another),
            danger=True,
            reason=True,
            verb="waived",
        ),
    ),
)  # fmt: skip
