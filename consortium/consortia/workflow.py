"""The life of a consortium."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consortium.consortia.models import Body, Consortium, Membership
from consortium.consortia.obstacles import obstacles
from consortium.core.access import Action
from consortium.core.db import db
from consortium.core.terms import BodyKind, ConsortiumKind, MemberRole, OrganisationKind
from consortium.core.words import _l
from consortium.core.workflow import Step, Workflow

#: Members besides the lead without which there is nothing to agree on.
LEAST_OTHERS = 2
RESEARCH = {OrganisationKind.UNIVERSITY, OrganisationKind.INSTITUTE, OrganisationKind.NEW_RD_BODY}

Lacks = Callable[[Consortium], list[object]]


def lacks_for_forming(consortium: Consortium) -> list[object]:
    """What is missing before members can be won."""
    lacks: list[object] = []
    if not consortium.name_zh and not consortium.name_en:
        lacks.append(_l("The consortium has no name yet."))
    if not consortium.purpose_zh and not consortium.purpose_en:
        lacks.append(_l("The purpose of the consortium is not written down yet."))
    return lacks


def lacks_for_agreement(consortium: Consortium) -> list[object]:
    """What has to be settled before there is anything to agree on: members, lead, liability unit, bodies."""
    lacks = lacks_for_forming(consortium)
    query = select(Membership).where(Membership.consortium_id == consortium.id, Membership.left_on.is_(None))
    members = list(db.session.scalars(query.options(joinedload(Membership.organisation))))
    leads = sum(member.role == MemberRole.LEAD for member in members)
    if leads != 1:
        lacks.append(_l("There has to be exactly one lead enterprise; now there are %(count)s.", count=leads))
    others = len(members) - leads
    if others < LEAST_OTHERS:
        lacks.append(
            _l(
                "At least %(least)s members besides the lead are needed; now there are %(count)s.",
                least=LEAST_OTHERS,
                count=others,
            )
        )
    if consortium.kind is ConsortiumKind.INNOVATION_CONSORTIUM and not any(
        member.organisation.kind in RESEARCH for member in members
    ):
        lacks.append(_l("An innovation consortium needs a university or research institute among its members."))
    if consortium.liability_unit_id is None:
        lacks.append(_l("The unit that bears outside liability is not named yet."))
    bodies = set(db.session.scalars(select(Body.kind).where(Body.consortium_id == consortium.id)))
    if BodyKind.COUNCIL not in bodies:
        lacks.append(_l("There is no council yet."))
    if BodyKind.SECRETARIAT not in bodies:
        lacks.append(_l("There is no secretariat yet."))
    return lacks


def lacks_for_agreeing(consortium: Consortium) -> list[object]:
    """What is missing before the agreement can stand: members, lead, liability unit, bodies, and the agreement drawn up."""
    return lacks_for_agreement(consortium) + obstacles("agree", consortium)


def lacks_for_filing(consortium: Consortium) -> list[object]:
    """What is missing before the consortium counts as filed."""
    lacks = lacks_for_agreement(consortium)
    if not consortium.filing_number or consortium.filed_on is None:
        lacks.append(_l("The number and the day of the filing are needed."))
    return lacks


def lacks_for_operating(consortium: Consortium) -> list[object]:
    """What is missing before the work can begin."""
    return [] if consortium.starts_on else [_l("The start date of the consortium is not set yet.")]


def lacks_for_closing(consortium: Consortium) -> list[object]:
    """What has to be finished before the end: projects that are neither completed nor stopped."""
    return obstacles("close", consortium)


LACKS: dict[str, Lacks] = {
    "form": lacks_for_forming,
    "agree": lacks_for_agreeing,
    "file": lacks_for_filing,
    "operate": lacks_for_operating,
    "close": lacks_for_closing,
}


def _first(name: str) -> Callable[[Any, Consortium], object | None]:
    """The first thing that a step lacks, as an obstacle."""
    return lambda _actor, consortium: next(iter(LACKS[name](consortium)), None)


def _came_from(stage: str) -> Callable[[Any, Consortium], object | None]:
    """The obstacle that a suspended consortium goes back to the stage in which it was, and to no other."""
    sentence = _l("The consortium was in another stage when it was suspended.")
    return lambda _actor, consortium: None if consortium.stage_before == stage else sentence


def _step(name: str, sources: tuple[str, ...], target: str, label: object, verb: str, **more: Any) -> Step:
    return Step(
        name,
        sources,
        target,
        Action.MANAGE,
        label,
        more.pop("unless", None) or (_first(name) if name in LACKS else None),
        verb=verb,
        **more,
    )


LIFE = Workflow(
    "consortium",
    "stage",
    {
        "draft": (_l("Draft"), "none"),
        "forming": (_l("Forming"), "act"),
        "agreed": (_l("Agreed"), "act"),
        "filed": (_l("Filed"), "plan"),
        "operating": (_l("Operating"), "ok"),
        "suspended": (_l("Suspended"), "warn"),
        "closing": (_l("Closing"), "warn"),
        "closed": (_l("Closed"), "none"),
    },
    (
        _step("form", ("draft",), "forming", _l("Open for members"), "opened for members"),
        _step("agree", ("forming",), "agreed", _l("Confirm the agreement"), "agreed"),
        _step("file", ("agreed",), "filed", _l("Note the filing"), "filed"),
        _step("reform", ("agreed",), "forming", _l("Back to forming"), "took back to forming", reason=True),
        _step("operate", ("filed",), "operating", _l("Start the work"), "began to operate"),
        _step("resume", ("suspended",), "operating", _l("Resume the work"), "resumed", unless=_came_from("operating")),
        _step("refile", ("suspended",), "filed", _l("Resume as filed"), "resumed", unless=_came_from("filed")),
        _step("suspend", ("filed", "operating"), "suspended", _l("Suspend"), "suspended", reason=True, danger=True),
        _step("wind_up", ("operating", "suspended"), "closing", _l("Wind up"), "winds up", reason=True, danger=True),
        _step("close", ("closing",), "closed", _l("Close the consortium"), "closed", danger=True),
    ),
)

#: The way without detours, for the line of stages on the page.
WAY = ("draft", "forming", "agreed", "filed", "operating", "closing", "closed")

#: What each step that asks first says that will happen.
MEANS: dict[str, object] = {
    "form": _l("The consortium leaves the draft, and members can be won and bodies set up."),
    "agree": _l("All members stand behind the agreement; the consortium can be filed with the authority."),
    "file": _l("From now on the authority whose remit covers the consortium sees it, its projects and its reports."),
    "reform": _l("The agreement is taken back, and the members can be changed and agree anew."),
    "operate": _l("The work begins; progress is reported from now on."),
    "suspend": _l("The work rests until it is resumed; members and the authority see the reason."),
    "resume": _l("The work goes on where it was suspended."),
    "refile": _l("The consortium is filed again, as it was before it was suspended."),
    "wind_up": _l("Open work is finished or settled, and nothing new is started."),
    "close": _l("The consortium ends. Its records and papers stay, and nothing can be changed any more."),
}


def offered(consortium: Consortium) -> list[tuple[Step, list[object]]]:
    """The steps that may follow, each with all that it lacks; what the coordinator types in the step itself is no lack."""
    steps = [
        s for s in LIFE.following(consortium) if s.sources != ("suspended",) or s.target == consortium.stage_before
    ]
    return [(step, _shown(step.name, consortium)) for step in steps]


def _shown(name: str, consortium: Consortium) -> list[object]:
    lacks = lacks_for_agreement if name == "file" else LACKS.get(name)
    return lacks(consortium) if lacks else []
