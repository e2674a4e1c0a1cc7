"""What people do with baselines and change requests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from consortium.activity.services import advance, notify, record
from consortium.baselines import asking, deciding, queries, tables
from consortium.baselines.comparing import Line, broken, differences
from consortium.baselines.layout import BY_NAME, EVERY, Rows, rows_of
from consortium.baselines.models import Baseline, ChangeKind, ChangeRequest
from consortium.baselines.tables import told
from consortium.baselines.workflow import LIFE, OPEN, not_mine, under_way
from consortium.consortia.seating import must_be_open
from consortium.core import clock
from consortium.core.access import Action, Actor, allowed
from consortium.core.db import db
from consortium.core.errors import NotNow, Problem, Refused, Stale
from consortium.core.terms import label
from consortium.core.words import Lazy, _l, called
from consortium.projects import replanning
from consortium.projects.models import Project
from consortium.projects.services import still_open

NAMES = tuple(one.name for one in EVERY)


# Baselines


def freeze(actor: Any, project: Project, *, name: str, as_of: date) -> Baseline:
    """Keep the plan as it stands; the first time this approves it, and from then on it changes by requests only."""
    replanning.hold(project)
    still_open(project)
    number = queries.next_number(Baseline, project)
    rows, today = rows_of(project, NAMES), clock.today()
    if not rows["milestones"]:
        raise NotNow(_l("The plan has no milestones yet. Plan at least one before you freeze it."))
    if as_of > today:
        raise Refused("", as_of=_l("The day must not lie in the future."))
    if as_of < (first := queries.unchanged_since(project, today)):
        day = first.isoformat()
        raise Refused(
            "",
            as_of=_l(
                "How the plan stood on that day is not known any more. The first possible day is %(day)s.", day=day
            ),
        )
    last = queries.latest(project)
    if last is not None:
        _may_follow(last, rows, as_of)
    row = Baseline(
        consortium_id=project.consortium_id, project=project, number=number, name=name, as_of=as_of, rows=rows, digest=digest(rows),
        frozen_by_id=actor.id, frozen_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    record(actor, "froze the plan", row, project, digest=row.digest, as_of=as_of)
    sentence = _l("%(project)s: the plan was frozen as “%(name)s”.", project=called(project), name=row.title)
    _tell(actor, queries.people_who(project, Action.PROPOSE), sentence, f"/baselines/{row.id}", project)
    return row


def _may_follow(last: Baseline, rows: Rows, as_of: date) -> None:
    """What has to hold before an approved plan is frozen once more."""
    if as_of < last.as_of:
        day = last.as_of.isoformat()
        raise Refused("", as_of=_l("The last baseline is of %(day)s; a new one cannot be of an earlier day.", day=day))
    if not differences(last.rows, rows):
        raise NotNow(_l("The plan is the same as in “%(name)s”, so there is nothing to freeze.", name=last.title))
    if queries.undecided(last.project) and not queries.approved_since(last):
        raise NotNow(_l("A change request waits for its decision. Decide on it first."))


def digest(rows: Any) -> str:
    """The SHA-256 of rows in the one order in which JSON is written here."""
    return hashlib.sha256(
        json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


# Proposals


def propose(
    actor: Any, project: Project, verb: str, args: Sequence[Any], values: Mapping[str, Any], reason: str = ""
) -> ChangeRequest:
    """Try a change of an approved plan and keep it as a draft; what the service refuses is refused here as well.

    Further changes of the same person join the open draft, each tried after those before it.
    """
    draft = queries.draft_of(actor, project)
    earlier: list[asking.Call] = draft.asked if draft else []
    new = asking.call(verb, args, asking.narrowed(verb, args, values))
    lines = _tried(actor, project, earlier, new)
    if draft is not None and not lines:
        return emptied(actor, draft)
    return _kept(actor, project, draft, [*earlier, new], lines, str(reason or values.get("reason") or ""))


#: By which service a member's own things are amended.
AMENDED_BY = {"plan_node": "node.amend", "milestone": "milestone.amend", "deliverable": "deliverable.amend"}


def propose_own(actor: Any, thing: Any, **values: Any) -> ChangeRequest:
    """Propose other values for a node, milestone or deliverable of the own firm."""
    if (obstacle := not_own(actor, thing)) is not None:
        raise NotNow(obstacle)
    return propose(actor, thing.project, AMENDED_BY[thing.__tablename__], (thing,), values)


def not_own(actor: Actor, thing: Any) -> Lazy | None:
    """Why a person cannot propose a change of a thing: it is of another firm, or the plan is still free."""
    if not replanning.is_frozen(thing.project):
        return _l("The plan is not approved yet. The coordinator can still change it at once; ask there.")
    if allowed(actor, Action.PLAN, thing) or replanning.may_propose(actor, thing):
        return None
    return _l("This is of another organisation. You can propose changes of what your own organisation answers for.")


@dataclass
class Collected:
    """What came of many calls: the request that they became, once all are made; None where they were done or nothing was different."""

    request: ChangeRequest | None = None


@contextmanager
def collected(actor: Any, project: Project, summary: object = "") -> Iterator[Collected]:
    """Let many calls of marked services become one request, compared once at the end; while the plan is free they are just done."""
    found = Collected()
    if not replanning.is_frozen(project):
        yield found
        return
    notebook = asking.Notebook()
    before = rows_of(project, NAMES)
    with asking.rolled_back(), replanning.noted(notebook.note):
        yield found
        db.session.flush()
        after = rows_of(project, NAMES)
    lines = differences(before, after)
    if lines:
        _all_known(notebook.calls)
        found.request = _kept(actor, project, None, notebook.calls, lines, "", summary, whole=True)


def _all_known(calls: Sequence[asking.Call]) -> None:
    """A call that names a row which another one made by the way could never be carried out."""
    lost = [named for named in asking.rows_in(list(calls)) if asking.kept_row(*named) is None]
    if lost:
        raise LookupError(
            f"{lost[0][0]} {lost[0][1]} came to be in the changes themselves and was no outcome of a call."
        )


def _tried(actor: Any, project: Project, earlier: Sequence[asking.Call], new: asking.Call | None, *, whole: bool = False) -> list[Line]:  # fmt: skip
    """What would be different if all of this were done."""
    replanning.hold(project)
    before = rows_of(project, NAMES)
    with asking.rolled_back():
        if earlier and new is not None:
            try:
                asking.carry_out(actor, earlier)
            except Problem as problem:
                raise NotNow(
                    _l("Your open draft does not fit the plan any more: %(why)s Take it back or renew it first.", why=asking.why(problem))
                ) from problem  # fmt: skip
            made = rows_of(project, NAMES)
        else:
            made = before
        if new is not None:
            asking.carry_out(actor, [new], kept=False)
            db.session.flush()
        else:
            asking.try_out(actor, earlier, [], whole=whole)
        after = rows_of(project, NAMES)
    if after == made:
        raise NotNow(_l("Nothing would be different, so there is nothing to propose."))
    return differences(before, after)


def _kept(
    actor: Any, project: Project, draft: ChangeRequest | None, asked: list[asking.Call], lines: list[Line], reason: str, summary: object = "",
    *, whole: bool = False,
) -> ChangeRequest:  # fmt: skip
    kind, kept = deciding.suggested(lines), [line.kept for line in lines]
    if draft is None:
        draft = ChangeRequest(
            consortium_id=project.consortium_id, project=project, number=queries.next_number(ChangeRequest, project), kind=kind,
            summary=summary or tables.summed_up(lines), reason=reason, state="draft", asked=asked, lines=kept, proposed_by_id=actor.id,
            proposed_for_id=queries.house_of(actor, project), decision="", whole=whole,
        )  # fmt: skip
        db.session.add(draft)
        record(actor, "proposed the change", draft, project)
        return draft
    # What the proposer wrote is text; a sentence came of the lines.
    if isinstance(draft.summary, Lazy):
        draft.summary = tables.summed_up(lines)
    if deciding.outranks(kind, draft.kind, clock.today()):
        draft.kind = kind
    draft.reason = "\n".join(filter(None, (draft.reason, reason)))
    draft.asked, draft.lines = asked, kept
    record(actor, "added to the change", draft, project)
    return draft


def emptied(actor: Any, draft: ChangeRequest) -> ChangeRequest:
    """A draft whose last change takes back those before it: there is nothing left to propose, so it is withdrawn."""
    draft.lines = []
    advance(actor, LIFE, draft, "withdraw")
    _settled(actor, draft)
    return draft


# The life of a request

#: What others do when a request is approved, rejected or taken back: actor, request, the plan before it was carried out (empty where it was not).
_when_settled: list[Callable[[Any, ChangeRequest, Rows], object]] = []


def when_settled(act: Callable[[Any, ChangeRequest, Rows], object]) -> Callable[[Any, ChangeRequest, Rows], object]:
    """Register what follows from a settled request; who made a request of its own lies above (`exchange` does)."""
    _when_settled.append(act)
    return act


def _settled(actor: Any, request: ChangeRequest, before: Rows | None = None) -> None:
    for act in _when_settled:
        act(actor, request, before or {})


def write(actor: Any, request: ChangeRequest, *, kind: ChangeKind, summary: str, reason: str) -> ChangeRequest:
    """Say what a draft is about, and why."""
    mine_and(actor, request, ("draft",))
    least = deciding.suggested([Line.of(line) for line in request.lines])
    if deciding.outranks(least, kind, clock.today()):
        rule = deciding.rule_on(least, clock.today())
        raise Refused(
            "", kind=_l("This change is of the kind “%(kind)s”, on which %(who)s decides.", kind=label(least), who=label(rule.decider))
        )  # fmt: skip
    wanted = {"kind": kind, "summary": summary, "reason": reason}
    changed = [name for name, value in wanted.items() if getattr(request, name) != value]
    for name in changed:
        setattr(request, name, wanted[name])
    if changed:
        record(actor, "amended", request)
    return request


def submit(actor: Any, request: ChangeRequest) -> ChangeRequest:
    """Hand a draft in, so that it can be decided on."""
    project = request.project
    if gone := broken(rows_of(project, NAMES), [Line.of(line) for line in request.lines]):
        raise NotNow(_changed_meanwhile(gone[0]))
    step = LIFE.move(actor, request, "submit")
    request.submitted_at = clock.now()
    record(actor, step.verb, request, project)
    _tell_all(actor, request, _l("%(project)s: a change of the plan is proposed: %(request)s.", **_named(request)))
    return request


def withdraw(actor: Any, request: ChangeRequest) -> ChangeRequest:
    """Take a request back."""
    handed_in = request.state == "submitted"
    advance(actor, LIFE, request, "withdraw")
    if handed_in:
        _tell_all(actor, request, _l("%(project)s: a change request was taken back: %(request)s.", **_named(request)))
    _settled(actor, request)
    return request


def renew(actor: Any, request: ChangeRequest) -> ChangeRequest:
    """Try a request once more on the plan as it is now, and say what would be different today."""
    mine_and(actor, request, OPEN)
    must_be_open(request.consortium)
    try:
        lines = [line.kept for line in _tried(actor, request.project, request.asked, None, whole=request.whole)]
    except Refused as problem:
        raise NotNow(_l("It cannot be carried out any more: %(why)s", why=asking.why(problem))) from problem
    if lines != request.lines:
        request.lines = lines
        kind = deciding.suggested([Line.of(line) for line in lines])
        if deciding.outranks(kind, request.kind, clock.today()):
            request.kind = kind
        record(actor, "renewed the change", request)
    return request


def decide(actor: Any, request: ChangeRequest, *, outcome: str, decision: str) -> ChangeRequest:
    """Approve a request (`outcome` is `approve`), which changes the plan at once, or reject it (`reject`); `decision` says by what, or why."""
    decision = decision.strip()
    if outcome not in ("approve", "reject"):
        raise Refused("", outcome=_l("Say whether you approve or reject it."))
    if outcome == "reject":
        if not decision:
            raise Refused("", decision=_l("Say why; the others will read it."))
        done = _decided(actor, request, "reject", decision, _concerned(request))
        _settled(actor, done)
        return done
    may_approve(actor, request, decision)
    told_people = _concerned(request)
    with db.session.begin_nested():
        done = _decided(actor, request, "approve", decision, told_people)
        _settled(actor, done, _carry_out(actor, done))
    return done


def may_approve(actor: Any, request: ChangeRequest, decision: str) -> None:
    """Refuse what stands in the way of approving a request by some words, and let nobody change the plan meanwhile."""
    rule = deciding.rule_on(request.kind, clock.today())
    if rule.written and not decision.strip():
        raise Refused(
            "", decision=_l("On this kind of change decides: %(who)s. Name the resolution or letter with its number and date.", who=label(rule.decider))
        )  # fmt: skip
    replanning.hold(request.project)
    LIFE.check(actor, request, "approve")
    if gone := broken(rows_of(request.project, NAMES), [Line.of(line) for line in request.lines]):
        raise NotNow(_changed_meanwhile(gone[0]))


def _decided(actor: Any, request: ChangeRequest, step: str, decision: str, people: list[Any]) -> ChangeRequest:
    LIFE.move(actor, request, step)
    request.decided_by_id, request.decided_at, request.decision = actor.id, clock.now(), decision
    # Who proposed it decides alone only where nobody else can, or for the lead unit where that decides by rule (`workflow.approvers`).
    alone = {"proposed_and_decided_by_one": True} if actor.id == request.proposed_by_id else {}
    record(actor, LIFE.step(step).verb, request, request.project, to=request.state, reason=decision, **alone)
    said = _l("%(project)s: a change of the plan is approved: %(request)s.", **_named(request))
    if step == "reject":
        said = _l("%(project)s: a change of the plan is rejected: %(request)s.", **_named(request))
    _tell(actor, [request.proposed_by, *people], said, f"/changes/{request.id}", request.project)
    return request


def _carry_out(actor: Any, request: ChangeRequest) -> Rows:
    """Do what was asked, and answer the plan as it was; NotNow where it is not as it was, or where something else would come of it."""
    project, lines = request.project, [Line.of(line) for line in request.lines]
    db.session.refresh(project, ["version"], with_for_update=True)
    before = rows_of(project, NAMES)
    if gone := broken(before, lines):
        raise NotNow(_changed_meanwhile(gone[0]))
    try:
        (asking.carry_out_whole if request.whole else asking.carry_out)(actor, request.asked)
    except (NotNow, Refused, Stale) as problem:
        raise NotNow(_l("It cannot be carried out any more: %(why)s", why=asking.why(problem))) from problem
    db.session.flush()
    found = differences(before, rows_of(project, NAMES))
    if found != lines:
        other = next(line for line in (*found, *lines) if line not in lines or line not in found)
        raise NotNow(_changed_meanwhile(other))
    return before


def _changed_meanwhile(line: Line) -> Lazy:
    return _l(
        "The plan has changed since this was proposed: “%(line)s” is not as it was. Who proposed it can renew it.",
        line=told(line),
    )


def mine_and(actor: Any, request: ChangeRequest, states: tuple[str, ...]) -> None:
    """Refuse others than the proposer, and a request whose time is over or on which a job works."""
    if sentence := not_mine(actor, request) or under_way(actor, request):
        raise NotNow(sentence)
    if request.state not in states:
        raise NotNow(
            _l("This step is not possible any more: the state is now “%(state)s”.", state=LIFE.word(request.state))
        )


def _concerned(request: ChangeRequest) -> list[Any]:
    """The people of the organisations whose part of the plan a request changes."""
    lines = [Line.of(line) for line in request.lines]
    needed = {line.list for line in lines} | {"nodes", "milestones"}
    rows = rows_of(request.project, [name for name in BY_NAME if name in needed])
    firms = queries.firms_of(deciding.affected(lines, rows)).values()
    return queries.people_who(request.project, Action.PROPOSE, [firm.id for firm in firms])


def _named(request: ChangeRequest) -> dict[str, object]:
    return {"project": called(request.project), "request": request.title}


def _tell_all(actor: Any, request: ChangeRequest, sentence: Lazy) -> None:
    """Tell who decides, and whose part of the plan it changes."""
    people = [*queries.people_who(request.project, Action.DECIDE), *_concerned(request)]
    _tell(actor, people, sentence, f"/changes/{request.id}", request.project)


def _tell(actor: Any, people: Iterable[Any], sentence: Lazy, href: str, project: Project) -> None:
    """Tell each person once, except who did it."""
    others = {person.id: person for person in people if person.id != actor.id}
    notify(others.values(), sentence, href=href, consortium=project.consortium)


replanning.approves(queries.is_approved, propose)
