"""What people do with issues and actions: raise them, resolve and finish them, and check what others did."""

from __future__ import annotations

from datetime import date
from typing import Any

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Action, require, stake
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.words import Lazy, _l, called
from consortium.discussions import services as discussions
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.people.queries import seated
from consortium.projects.models import Project
from consortium.projects.queries import is_member
from consortium.projects.services import refuse, takes_part, titled
from consortium.projects.testimony import tell
from consortium.projects.workflow import house
from consortium.risks import queries
from consortium.risks.models import ActionItem, Issue, Risk
from consortium.risks.telling import concerned, seen_with
from consortium.risks.workflow import ACTION, ISSUE


def raise_issue(
    actor: Any, project: Project, *, organisation: Organisation, title_zh: str, title_en: str, what: str, due_on: date,
    risk: Risk | None = None, kept: bool = False,
) -> Issue:  # fmt: skip
    """Enter what went wrong, for a firm to resolve by a day; what a kept risk has become is kept as well."""
    require(actor, Action.TRACK, stake(project, organisation.id))
    tracked(project)
    titled(title_zh, title_en)
    takes_part(project, organisation)
    if not what.strip():
        raise Refused("", what=_l("Say what happened, and what it does to the project."))
    if risk is not None:
        if risk.project_id != project.id:
            refuse(_l("The risk has to belong to the same project."), "risk", "risk_id")
        require(actor, Action.VIEW, risk)
        _same_firm(risk, organisation)
    _due(due_on)
    firm = organisation.id if kept or (risk is not None and risk.kept_to_id is not None) else None
    issue = Issue(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, risk=risk, number=queries.next_number(project, Issue),
        title_zh=title_zh, title_en=title_en, what=what, raised_on=clock.today(), due_on=due_on, state="open", resolution="", kept_to_id=firm,
    )  # fmt: skip
    db.session.add(issue)
    db.session.flush()
    # What is kept has no place in the timeline of a risk that others read.
    about = [risk] if risk is not None and (firm is None or risk.kept_to_id is not None) else []
    record(actor, "raised an issue", issue, *about, *seen_with(issue), due_on=due_on, kept=kept)
    _tell(actor, issue, _l("%(project)s: your organisation is to resolve the issue %(number)s.", **_named(issue)))
    return issue


def move_issue(actor: Any, issue: Issue, step: str, *, reason: str) -> Issue:
    """Resolve an issue, close it, or open it again, with what there is to say about it (`reason`)."""
    if not reason.strip():
        raise Refused("", reason=_l("Say how it was resolved, or why; the others will read it."))
    taken = ISSUE.move(actor, issue, step)
    issue.resolution = reason.strip()
    issue.settled_on = None if issue.state == "open" else clock.today()
    record(actor, taken.verb, issue, *seen_with(issue), to=issue.state)
    sentence = _l("%(project)s: the issue %(number)s is now “%(state)s”.", state=ISSUE.word(issue.state), **_named(issue))  # fmt: skip
    _tell(actor, issue, sentence, boss=True)
    return issue


def ask_for(actor: Any, about: Risk | Issue, *, what: str, organisation: Organisation, person: User | None, due_on: date) -> ActionItem:  # fmt: skip
    """Ask a firm of the project, or a person of it, to do something about a risk or an issue by a day."""
    project = about.project
    tracked(project)
    if not what.strip():
        raise Refused("", what=_l("Say what is to be done."))
    takes_part(project, organisation)
    _same_firm(about, organisation)
    _sits(person, about, organisation)
    _due(due_on)
    ends = {"risk": about} if isinstance(about, Risk) else {"issue": about}
    item = ActionItem(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, what=what.strip(), person=person, due_on=due_on,
        state="open", raised_on=clock.today(), raised_by_id=actor.id, raiser_id=house(actor, project.consortium_id, Action.TRACK),
        kept_to_id=about.kept_to_id, report="", **ends,
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    record(actor, "asked for an action", item, about, *seen_with(item), due_on=due_on)
    sentence = _l("%(project)s: an action about %(number)s is yours to do.", project=called(project), number=about.mark)
    tell(concerned(item), actor, sentence, item, f"/actions/{item.id}")
    return item


def move_action(actor: Any, item: ActionItem, step: str, *, reason: str = "") -> ActionItem:
    """Finish an action with words on what was done, check it, return it to be done, or withdraw it."""
    if ACTION.step(step).reason and not reason.strip():
        raise Refused("", reason=_l("Say what was done, or what is missing; the others will read it."))
    taken = ACTION.move(actor, item, step)
    if step == "finish":
        item.report, item.done_on, item.done_by_id = reason.strip(), clock.today(), actor.id
    elif step == "check":
        item.checked_at, item.checked_by_id = clock.now(), actor.id
    elif step == "withdraw":
        # From this day on it is no more to be done, also for papers of the past.
        item.report, item.done_on = f"{item.report}\n{reason.strip()}".strip()[:8000], clock.today()
    else:
        item.done_on, item.done_by_id = None, None
        item.report = f"{item.report}\n— {reason.strip()}"[:8000]
    record(actor, taken.verb, item, item.about, *seen_with(item), to=item.state)
    names = {"project": called(item.project), "number": item.about.mark}
    if step == "finish":
        people = [person for person in seated(item.consortium_id, Action.PROPOSE, {item.raiser_id}) if person.active]
        tell(people, actor, _l("%(project)s: an action about %(number)s is done and waits to be checked.", **names), item, f"/actions/{item.id}")  # fmt: skip
    elif step == "withdraw":
        tell(concerned(item), actor, _l("%(project)s: an action about %(number)s was withdrawn; read why.", **names), item, f"/actions/{item.id}")  # fmt: skip
    else:
        tell(concerned(item), actor, _l("%(project)s: what was done about %(number)s is now “%(state)s”.", state=ACTION.word(item.state), **names), item,
             f"/actions/{item.id}")  # fmt: skip
    return item


def give_action(
    actor: Any, item: ActionItem, *, organisation: Organisation, person: User | None = None, reason: str
) -> ActionItem:
    """Let another firm of the project, or a person of it, do an open action; for who plans the project, with a reason."""
    require(actor, Action.PLAN, item)
    tracked(item.project)
    if item.state != "open":
        raise NotNow(_l("What is done or withdrawn is not given to others."))
    takes_part(item.project, organisation)
    if not is_member(item.consortium_id, organisation.id):
        refuse(_l("%(name)s is not an active member of the consortium.", name=called(organisation)), "organisation", "organisation_id")  # fmt: skip
    _same_firm(item.about, organisation)
    _sits(person, item, organisation)
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    number = person.id if person else None
    if (organisation.id, number) == (item.organisation_id, item.person_id):
        refuse(_l("It is theirs to do already."), "organisation", "organisation_id")
    former = concerned(item)
    item.organisation_id, item.person = organisation.id, person
    db.session.flush()
    record(
        actor,
        "gave the action away",
        item,
        item.about,
        *seen_with(item),
        organisation=organisation,
        reason=reason.strip(),
    )
    names = {"project": called(item.project), "number": item.about.mark, "firm": called(organisation)}
    people = {one.id: one for one in [*former, *concerned(item)]}
    tell(people.values(), actor, _l("%(project)s: an action about %(number)s is for %(firm)s to do now.", **names), item, f"/actions/{item.id}")  # fmt: skip
    return item


def follow(risk: Risk) -> list[Any]:
    """Issues, actions and talk of a risk are open to whom the risk is open to; refused where they are of another firm than it is kept to.

    An issue that was kept for itself stays so when its risk is opened, and with it what is to be done and was said about it. Answers what changed.
    """
    rows: list[Any] = [*risk.issues, *risk.actions, *(item for issue in risk.issues for item in issue.actions)]
    if risk.kept_to_id is not None and any(row.organisation_id != risk.kept_to_id for row in rows):
        raise Refused("", kept=_l("Other organisations have issues or actions of this risk, so it cannot be kept from them."))  # fmt: skip
    itself = queries.kept_for_themselves(risk.issues) if risk.kept_to_id is None else set()
    wanted: list[tuple[Any, int | None]] = [(item, risk.kept_to_id) for item in risk.actions]
    for issue in risk.issues:
        firm = issue.organisation_id if issue.id in itself else risk.kept_to_id
        wanted += [(row, firm) for row in (issue, *issue.actions)]
    changed = [row for row, firm in wanted if row.kept_to_id != firm]
    for row, firm in wanted:
        row.kept_to_id = firm
    return [*changed, *(row for thing in (risk, *risk.issues) for row in discussions.follow(thing))]


def tracked(project: Project) -> None:
    """Risks are kept while a project is planned, runs, and after it; not once it was stopped, or its consortium closed."""
    if project.stage == "stopped" or project.consortium.stage == "closed":
        raise NotNow(_l("The project was stopped or its consortium is closed, so its risks stay as they are."))


def _same_firm(about: Any, organisation: Organisation) -> None:
    if about.kept_to_id is not None and organisation.id != about.kept_to_id:
        sentence = _l("%(number)s is kept to its organisation, so nobody else can be asked.", number=about.mark)
        refuse(sentence, "organisation", "organisation_id")


def _sits(person: User | None, about: Any, organisation: Organisation) -> None:
    if person is not None and not queries.sits_for(person, about.consortium_id, organisation.id):
        sentence = _l(
            "%(person)s does not sit at the table for %(firm)s.", person=person.name, firm=called(organisation)
        )
        refuse(sentence, "person", "person_id")


def _due(due_on: date) -> None:
    if due_on < clock.today():
        raise Refused("", due_on=_l("The day lies in the past."))


def _named(issue: Issue) -> dict[str, object]:
    return {"project": called(issue.project), "number": issue.mark}


def _tell(actor: Any, issue: Issue, sentence: Lazy, boss: bool = False) -> None:
    people = [*concerned(issue), *(seated(issue.consortium_id, Action.MANAGE) if boss else [])]
    tell({person.id: person for person in people}.values(), actor, sentence, issue, f"/issues/{issue.id}")
