"""Pages about accounts, and what an operator asks of the platform."""

from __future__ import annotations

from flask import Response, flash, jsonify, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.recoverable import generate_reset_password_token
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from consortium import config
from consortium.core.access import Action, at_table
from consortium.core.words import _l
from consortium.people import mail, queries, services, tables
from consortium.people.belonging import decide
from consortium.people.forms import AccountForm, ClosingForm, OfficerForm, ProfileForm
from consortium.people.models import User
from consortium.web.door import Door
from consortium.web.forms import carry
from consortium.web.pages import Entry, filled, listing, page

bp = Door("people", __name__)
mail.settle()

NAVIGATION = (Entry(_l("Accounts"), "users", "people.index", Action.ADMINISTER, 90),)
YEAR = 365 * 24 * 3600


@bp.page("/me", can=Action.SIGNED_IN, methods=("GET", "POST"))
def me() -> ResponseReturnValue:
    """Who I am here, where I sit, and how I sign in."""
    user = current_user._get_current_object()
    form = ProfileForm(obj=user)
    answer = filled(form, lambda: services.change_profile(user, user, **form.values()), "people/me.html",
                    to=lambda _: url_for(".me"), said=_l("Your profile is saved."),
                    seats=queries.seats_of(user), remits=queries.remits_of(user), words=tables.ROLES, at_table=at_table,
                    regions=tables.regions, areas=tables.areas)  # fmt: skip
    return _coloured(answer, form.theme.data or "") if form.is_submitted() and form.status == 200 else answer


@bp.page("/language", can=Action.ANYONE, methods=("POST",))
def language() -> ResponseReturnValue:
    """Read in another language from now on, signed in or not."""
    wanted = request.form.get("language", "")
    session["locale"] = wanted if wanted in services.LANGUAGES else ""
    if current_user.is_authenticated:
        services.show(current_user, locale=wanted)
    return redirect(_back(), 303)


@bp.page("/theme", can=Action.ANYONE, methods=("POST",))
def theme() -> ResponseReturnValue:
    """Read in other colours from now on, signed in or not."""
    wanted = request.form.get("theme", "")
    session["theme"] = wanted if wanted in services.THEMES else ""
    if current_user.is_authenticated:
        services.show(current_user, theme=wanted)
    return _coloured(redirect(_back(), 303), wanted)


@bp.page("/people", can=Action.ADMINISTER)
def index() -> ResponseReturnValue:
    """All accounts, and nothing of what is done with them."""
    query = queries.accounts(request.args.get("q", ""), request.args.get("standing", ""))
    return listing(
        tables.accounts(queries.seats_held()), query, "people/index.html", mails_wait=config.current().mails_wait
    )


@bp.page("/people/new", can=Action.ADMINISTER, methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Open an account for an officer of an authority or a person of an organisation, and send the link for a password."""
    officer = request.args.get("kind") != "person"
    form = OfficerForm() if officer else AccountForm()

    def act() -> User:
        user = (services.open_for_officer if officer else services.open_for_person)(current_user, **form.values())
        services.send_welcome(current_user, user, _link(user))
        return user

    return filled(form, act, "people/new.html", to=lambda user: url_for(".show", id=user.id),
                  said=_l("The account is open. A link for setting a password is on its way by mail."),
                  officer=officer, offered=form.organisation.pairs())  # fmt: skip


@bp.page("/people/<id:id>", can=Action.ADMINISTER, of=User)
def show(user: User) -> ResponseReturnValue:
    """One account."""
    return _shown(user)


@bp.page("/people/<id:id>/link", can=Action.ADMINISTER, of=User, methods=("POST",))
def link(user: User) -> ResponseReturnValue:
    """A new link by which the person sets a password: shown where it may be handed over, else on its way to the person."""
    if link := services.offer_link(current_user, user, _link(user)):
        return _shown(user, link=link)
    flash(
        str(_l("The link is on its way to the person by mail. It is not shown here, since the account is in use.")),
        "ok",
    )
    return redirect(url_for(".show", id=user.id), 303)


@bp.page("/people/<id:id>/belonging", can=Action.ADMINISTER, of=User, methods=("POST",))
def belonging(user: User) -> ResponseReturnValue:
    """Confirm or decline that a person belongs to the organisation that it asks for."""
    decide(current_user, user, request.form.get("decision", ""))
    flash(str(_l("Your decision is noted, and the person is told.")), "ok")
    return redirect(url_for(".show", id=user.id), 303)


@bp.page("/people/<id:id>/close", can=Action.ADMINISTER, of=User, methods=("POST",))
def close(user: User) -> ResponseReturnValue:
    """Close an account."""
    form = ClosingForm()
    if carry(form, lambda: services.close_account(current_user, user, **form.values())) is None:
        return _shown(user, form.status, closing=form)
    flash(str(_l("The account is closed, and whoever was signed in with it is signed out.")), "ok")
    return redirect(url_for(".show", id=user.id), 303)


@bp.page("/people/<id:id>/reopen", can=Action.ADMINISTER, of=User, methods=("POST",))
def reopen(user: User) -> ResponseReturnValue:
    """Open a closed account again."""
    services.reopen_account(current_user, user)
    flash(str(_l("The account is open again.")), "ok")
    return redirect(url_for(".show", id=user.id), 303)


@bp.page("/health", can=Action.ANYONE)
def health() -> ResponseReturnValue:
    """Whether the platform can work, for a load balancer: 503 only where no page can be answered."""
    try:
        return jsonify(queries.health())
    except SQLAlchemyError:
        return jsonify(status="failing", database="no answer"), 503


@bp.page("/metrics", can=Action.ADMINISTER, token="METRICS_TOKEN")  # noqa: S106  (the name of the setting)
def metrics() -> ResponseReturnValue:
    """Counts in the format of Prometheus, asked of the database, so that all web processes give the same."""
    registry = CollectorRegistry()
    for name, counts in queries.measures().items():
        gauge = Gauge(f"consortium_{name}", f"Number of {name} by state", ["state"], registry=registry)
        for state, count in counts.items():
            gauge.labels(state).set(count)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _shown(
    user: User, status: int = 200, closing: ClosingForm | None = None, link: str | None = None
) -> ResponseReturnValue:
    return page("people/show.html", status, user=user, seats=queries.seats_held().get(user.id, 0), remits=queries.remits_of(user),
                form=closing or ClosingForm(formdata=None), link=link, unused=queries.is_unused(user), regions=tables.regions, areas=tables.areas)  # fmt: skip


def _link(user: User) -> str:
    return url_for("security.reset_password", token=generate_reset_password_token(user), _external=True)


def _back() -> str:
    """Where the person came from, if that is an address of this platform."""
    wanted = request.form.get("next", "")
    local = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted.rstrip("?") if local else "/"


def _coloured(answer: ResponseReturnValue, theme: str) -> ResponseReturnValue:
    """The answer with the cookie that the page's own switch sets, too."""
    coloured = make_response(answer)
    if theme in ("light", "dark"):
        coloured.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    else:
        coloured.delete_cookie("theme", samesite="Lax", secure=request.is_secure)
    return coloured
