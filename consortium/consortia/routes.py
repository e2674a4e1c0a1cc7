"""Pages about consortia."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import joinedload

from consortium.activity.services import history, timeline
from consortium.activity.verbs import feed
from consortium.consortia import invitation_routes, queries, services, tables
from consortium.consortia.forms import (
    AdmitForm,
    AmendForm,
    BodyForm,
    BodySeatForm,
    FoundForm,
    LiabilityForm,
    PartForm,
    ReleaseForm,
    StepForm,
)
from consortium.consortia.models import Body, BodySeat, Consortium, Membership
from consortium.consortia.obstacles import obstacles
from consortium.consortia.workflow import LIFE, MEANS, WAY, offered
from consortium.core.access import Action, allowed
from consortium.core.terms import ConsortiumKind, CoreArea, choices
from consortium.core.words import _l
from consortium.organisations import queries as directory
from consortium.organisations.forms import chosen, province_choices
from consortium.web.door import Door
from consortium.web.pages import PAGE_SIZE, Entry, filled, listing, page

bp = Door("consortia", __name__)
invitations = invitation_routes.invitations
MORE = ("invitations",)

#: A page number beyond this is nobody's wish, and more than a database counts to.
LAST_PAGE = 1_000_000

NAVIGATION = (Entry(_l("Consortia"), "affiliate", "consortia.index", Action.SIGNED_IN, 20, tables=True),)


@bp.page("/consortia", can=Action.SIGNED_IN)
def index() -> ResponseReturnValue:
    """One's own tables and, for officers, the remit."""
    asked = request.args
    wanted = queries.Wanted(
        asked.get("q", ""), asked.get("stage", ""), chosen(ConsortiumKind, asked.get("kind", "")), chosen(CoreArea, asked.get("area", "")),
        asked.get("province", ""),
    )  # fmt: skip
    return listing(
        tables.CONSORTIA, queries.of(current_user, wanted), "consortia/index.html", kinds=choices(ConsortiumKind), areas=choices(CoreArea),
        stages=[(name, word) for name, (word, _tone) in LIFE.states.items()], provinces=province_choices(),
    )  # fmt: skip


@bp.page("/consortia/new", can=Action.FOUND, methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Found a consortium."""
    form = FoundForm()
    return filled(
        form, lambda: services.found(current_user, **form.values()), "consortia/new.html", to=_show,
        said=_l("The consortium is founded. Now win its members and set up its bodies."),
    )  # fmt: skip


@bp.page("/consortia/<id:id>", can=Action.VIEW, of=Consortium)
def show(consortium: Consortium) -> ResponseReturnValue:
    """One consortium: where it stands, and what comes next."""
    manages = allowed(current_user, Action.MANAGE, consortium)
    return page(
        "consortia/show.html", consortium=consortium, steps=offered(consortium) if manages else [], manages=manages, life=LIFE, way=WAY, means=MEANS,
        members=queries.active(consortium), bodies=queries.bodies(consortium), events=feed(_events(consortium, 8), consortium),
    )  # fmt: skip


@bp.page("/consortia/<id:id>/timeline", can=Action.VIEW, of=Consortium)
def events(consortium: Consortium) -> ResponseReturnValue:
    """What happened at this table, newest first, in pages; one event more than a page shows says whether there are older ones."""
    number = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    found = _events(consortium, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    return page(
        "consortia/timeline.html", consortium=consortium, events=feed(found[:PAGE_SIZE], consortium), number=number,
        older=len(found) > PAGE_SIZE,
    )  # fmt: skip


@bp.page("/consortia/<id:id>/amend", can=Action.MANAGE, of=Consortium, methods=("GET", "POST"))
def amend(consortium: Consortium) -> ResponseReturnValue:
    """Change what a consortium is about."""
    form = AmendForm(obj=consortium)
    return filled(
        form, lambda: services.amend(current_user, consortium, **form.values()), "consortia/amend.html", to=_show, said=_l("The changes are saved."),
        consortium=consortium,
    )  # fmt: skip


@bp.page("/consortia/<id:id>/steps/<step>", can=Action.MANAGE, of=Consortium, methods=("GET", "POST"))
def advance(consortium: Consortium, step: str) -> ResponseReturnValue:
    """One step along the life of a consortium: what it means, what it asks for, and then the step."""
    row = LIFE.step(step)
    form = StepForm(row)
    lacks = next((found for other, found in offered(consortium) if other is row), [])
    return filled(
        form, lambda: services.advance(current_user, consortium, step, **form.values()), "consortia/step.html", to=lambda _step: _show(consortium),
        said=row.label, consortium=consortium, step=row, lacks=lacks, means=MEANS[row.name], life=LIFE,
    )  # fmt: skip


@bp.page("/consortia/<id:id>/members", can=Action.VIEW, of=Consortium)
def members(consortium: Consortium) -> ResponseReturnValue:
    """Who takes part, with what tasks and contributions, and who sits at the table."""
    manages = allowed(current_user, Action.MANAGE, consortium)
    return listing(
        tables.members(manages), queries.members(consortium), "consortia/members.html", consortium=consortium, manages=manages,
        seats=queries.seats(consortium) if queries.knows_all(current_user, consortium) else [],
    )  # fmt: skip


@bp.page("/consortia/<id:id>/members/new", can=Action.MANAGE, of=Consortium, methods=("GET", "POST"))
def admit(consortium: Consortium) -> ResponseReturnValue:
    """Admit a registered organisation."""
    form = AdmitForm(directory.choices(but={member.organisation_id for member in queries.active(consortium)}))
    return filled(
        form, lambda: services.admit(current_user, consortium, **form.values()), "consortia/admit.html", to=lambda _row: _members(consortium),
        said=_l("The member is admitted. Invite somebody of it, so that it has a seat at the table."), consortium=consortium,
    )  # fmt: skip


@bp.page(
    "/memberships/<id:id>", can=Action.MANAGE, of=Membership, methods=("GET", "POST"),
    load=(joinedload(Membership.organisation), joinedload(Membership.consortium)),
)  # fmt: skip
def part(membership: Membership) -> ResponseReturnValue:
    """Change the part of a member."""
    form, consortium = PartForm(obj=membership), membership.consortium
    return filled(
        form, lambda: services.change_part(current_user, membership, **form.values()), "consortia/part.html", to=lambda _row: _members(consortium),
        said=_l("The part is changed."), membership=membership, consortium=consortium, firm=membership.organisation,
    )  # fmt: skip


@bp.page(
    "/memberships/<id:id>/release", can=Action.MANAGE, of=Membership, methods=("GET", "POST"),
    load=(joinedload(Membership.organisation), joinedload(Membership.consortium)),
)  # fmt: skip
def release(membership: Membership) -> ResponseReturnValue:
    """Release a member."""
    form, consortium = ReleaseForm(), membership.consortium
    return filled(
        form, lambda: services.release(current_user, membership, **form.values()), "consortia/release.html", to=lambda _row: _members(consortium),
        said=_l("The member is released."), membership=membership, consortium=consortium, firm=membership.organisation,
        obstacles=obstacles("release", membership) if membership.left_on is None else [],
    )  # fmt: skip


@bp.page("/consortia/<id:id>/bodies", can=Action.VIEW, of=Consortium)
def bodies(consortium: Consortium) -> ResponseReturnValue:
    """The bodies with their seats, and who bears outside liability."""
    return page("consortia/bodies.html", consortium=consortium, bodies=queries.bodies(consortium))


@bp.page("/consortia/<id:id>/bodies/new", can=Action.MANAGE, of=Consortium, methods=("GET", "POST"))
def body(consortium: Consortium) -> ResponseReturnValue:
    """Set up a body."""
    form = BodyForm()
    return filled(
        form, lambda: services.set_up_body(current_user, consortium, **form.values()), "consortia/body.html", to=lambda _row: _bodies(consortium),
        said=_l("The body is set up. Fill its seats."), consortium=consortium,
    )  # fmt: skip


@bp.page("/consortia/<id:id>/liability", can=Action.MANAGE, of=Consortium, methods=("GET", "POST"))
def liability(consortium: Consortium) -> ResponseReturnValue:
    """Name the external liability unit."""
    form = LiabilityForm(queries.member_choices(consortium), data={"organisation": consortium.liability_unit_id})
    return filled(
        form, lambda: services.name_liability_unit(current_user, consortium, **form.values()), "consortia/liability.html",
        to=lambda _row: _bodies(consortium), said=_l("The external liability unit is named."), consortium=consortium,
    )  # fmt: skip


@bp.page(
    "/bodies/<id:id>/seats/new",
    can=Action.MANAGE,
    of=Body,
    methods=("GET", "POST"),
    load=(joinedload(Body.consortium),),
)
def seat(body: Body) -> ResponseReturnValue:
    """Fill a seat of a body."""
    consortium = body.consortium
    form = BodySeatForm(
        directory.choices() if body.kind in services.OPEN_TO_OTHERS else queries.member_choices(consortium)
    )
    return filled(
        form, lambda: services.seat_in_body(current_user, body, **form.values()), "consortia/seat.html", to=lambda _row: _bodies(consortium),
        said=_l("The seat is filled."), consortium=consortium, body=body,
    )  # fmt: skip


@bp.page("/bodies/<id:id>/dissolve", can=Action.MANAGE, of=Body, methods=("POST",))
def dissolve(body: Body) -> ResponseReturnValue:
    """Take away an empty body."""
    return _back_to_bodies(services.dissolve_body(current_user, body).id)


@bp.page("/body-seats/<id:id>/empty", can=Action.MANAGE, of=BodySeat, methods=("POST",))
def unseat(seat: BodySeat) -> ResponseReturnValue:
    """Empty a seat of a body."""
    return _back_to_bodies(services.unseat(current_user, seat).consortium_id)


def _events(consortium: Consortium, limit: int, skip: int = 0) -> list[Any]:
    """All that happened at the table for whoever sits there; for others what happened to it and to all below it that they may see."""
    if queries.knows_all(current_user, consortium):
        return history(current_user, [consortium.id], limit, skip)
    return timeline(consortium, limit, current_user, skip)


def _show(consortium: Consortium) -> str:
    return url_for("consortia.show", id=consortium.id)


def _members(consortium: Consortium) -> str:
    return url_for("consortia.members", id=consortium.id)


def _bodies(consortium: Consortium) -> str:
    return url_for("consortia.bodies", id=consortium.id)


def _back_to_bodies(number: int) -> ResponseReturnValue:
    return redirect(url_for("consortia.bodies", id=number), 303)
