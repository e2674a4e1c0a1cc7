"""Pages about invitations: sending, withdrawing, and the page that the link opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import joinedload

from consortium.consortia import queries, services, tables
from consortium.consortia.forms import AcceptForm, InviteForm, reader
from consortium.consortia.invitations import firm_of
from consortium.consortia.models import Consortium, Invitation
from consortium.core import clock
from consortium.core.access import Action, at_table
from consortium.core.errors import NotNow
from consortium.core.words import _l
from consortium.organisations import queries as directory
from consortium.web.door import SAFE, Door
from consortium.web.forms import Form
from consortium.web.pages import filled, listing
from consortium.web.shield import limiter

invitations = Door("invitations", __name__)
#: How long the page shows a link that was just made; browsers load pages ahead, so the first look does not take it away.
SHOWN = timedelta(minutes=10)


@invitations.before_app_request
def put_away() -> None:
    """Whoever goes on and sends something has seen the link."""
    if request.method not in SAFE:
        session.pop("invitation", None)


@invitations.page("/consortia/<id:id>/invitations", can=Action.MANAGE, of=Consortium)
def index(consortium: Consortium) -> ResponseReturnValue:
    """Who was invited, and what became of it; a link that was just made is shown for a while."""
    table, token, until = session.get("invitation", (0, "", 0))
    fresh = table == consortium.id and clock.now().timestamp() < until
    link = url_for(".accept", token=token, _external=True) if fresh else None
    return listing(
        tables.INVITATIONS,
        queries.invitations(consortium),
        "consortia/invitations.html",
        consortium=consortium,
        link=link,
    )


@invitations.page("/consortia/<id:id>/invitations/new", can=Action.MANAGE, of=Consortium, methods=("GET", "POST"))
def new(consortium: Consortium) -> ResponseReturnValue:
    """Invite somebody."""
    form = InviteForm(directory.choices())

    def done(sent: tuple[Invitation, str]) -> str:
        session["invitation"] = [consortium.id, sent[1], int((clock.now() + SHOWN).timestamp())]
        return url_for(".index", id=consortium.id)

    return filled(
        form, lambda: services.invite(current_user, consortium, **form.values()), "consortia/invite.html", to=done,
        said=_l("The invitation is on its way by mail."), consortium=consortium,
    )  # fmt: skip


@invitations.page(
    "/invitations/<id:id>/withdraw", can=Action.MANAGE, of=Invitation, methods=("GET", "POST"), load=(joinedload(Invitation.consortium),),
)  # fmt: skip
def withdraw(invitation: Invitation) -> ResponseReturnValue:
    """Withdraw an invitation."""
    return filled(
        Form(), lambda: services.withdraw_invitation(current_user, invitation), "consortia/withdraw.html",
        to=lambda row: url_for(".index", id=row.consortium_id), said=_l("The invitation is withdrawn; its link does not work any more."),
        consortium=invitation.consortium, invitation=invitation,
    )  # fmt: skip


@invitations.page("/invitations/<token>", can=Action.ANYONE, methods=("GET", "POST"))
@limiter.limit("60 per minute")
def accept(token: str) -> ResponseReturnValue:
    """What the link of an invitation opens: who invites to what, and the way in."""
    invitation = services.open_link(token)
    known = queries.user_of(invitation.email)
    me = current_user if current_user.is_authenticated else None
    firm = firm_of(invitation, known)
    form = AcceptForm(account=known is None, organisation=firm is None)

    def act() -> Any:
        if known is None and me is not None:
            raise NotNow(_l("You are signed in as %(name)s. Sign out, and open the link again.", name=me.name))
        if known is None:
            return services.accept_invitation(invitation, token, locale=reader(), **form.values())
        return services.join_table(current_user, invitation, token, **form.values())

    if known is not None and me is None and form.is_submitted():
        return redirect(url_for("security.login", next=url_for(".accept", token=token)), 303)
    return filled(
        form, act, "consortia/accept.html", to=lambda _user: _onward(invitation, signed_in=me is not None),
        said=_l("Welcome. Your seat is ready.") if me else _l("Welcome. Your account is ready; sign in with your address and the password."),
        invitation=invitation, known=known, firm=firm, me=me, token=token, twin=lambda: _twin(form), alike=lambda: _alike(form),
    )  # fmt: skip


def _onward(invitation: Invitation, *, signed_in: bool) -> str:
    table = url_for("consortia.show", id=invitation.consortium_id) if at_table(invitation) else "/"
    return table if signed_in else url_for("security.login", next=table)


def _twin(form: AcceptForm) -> Any:
    return directory.by_code(form.scheme.data, form.code.data) if "code" in form else None


def _alike(form: AcceptForm) -> list[Any]:
    return directory.near(form.name_zh.data, form.name_en.data) if "name_zh" in form else []
