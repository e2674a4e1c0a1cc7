"""Pages of the directory."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.activity.services import timeline
from consortium.activity.verbs import feed
from consortium.core.access import Action
from consortium.core.industries import industry_name
from consortium.core.terms import OrganisationKind, Tier, choices
from consortium.core.words import _l
from consortium.organisations import queries, services, tables
from consortium.organisations.forms import AmendForm, RegisterForm, TitleForm, chosen, province_choices
from consortium.organisations.models import Organisation
from consortium.web.door import Door
from consortium.web.pages import Entry, filled, listing, page

bp = Door("organisations", __name__)

NAVIGATION = (Entry(_l("Organisations"), "building-factory-2", "organisations.index", Action.SIGNED_IN, 60),)


@bp.page("/organisations", can=Action.SIGNED_IN)
def index() -> ResponseReturnValue:
    """The directory."""
    asked = request.args
    query = queries.directory(
        asked.get("q", ""), chosen(OrganisationKind, asked.get("kind", "")), asked.get("province", ""), chosen(Tier, asked.get("tier", "")),
    )  # fmt: skip
    return listing(tables.ORGANISATIONS, query, "organisations/index.html", kinds=choices(OrganisationKind), tiers=choices(Tier),
                   provinces=province_choices())  # fmt: skip


@bp.page("/organisations/new", can=Action.REGISTER, methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Register an organisation."""
    form = RegisterForm()
    return filled(
        form, lambda: services.register(current_user, **form.values()), "organisations/new.html", to=_show,
        said=_l("The organisation is registered."), twin=lambda: queries.by_code(form.scheme.data, form.code.data),
        alike=lambda: queries.near(form.name_zh.data, form.name_en.data),
    )  # fmt: skip


@bp.page("/organisations/<id:id>", can=Action.VIEW, of=Organisation)
def show(organisation: Organisation) -> ResponseReturnValue:
    """One organisation: identity, names, titles, consortia, people."""
    return page(
        "organisations/show.html", organisation=organisation, people=queries.people(organisation), titles=tables.TITLES, parts=tables.PARTS,
        parts_seen=queries.parts_of(current_user, organisation), events=feed(timeline(organisation, 10), organisation), place=tables.place(organisation),
        asking=services.asking(organisation), other=tables.other_name(organisation), industry=industry_name(organisation.industry),
    )  # fmt: skip


@bp.page("/organisations/<id:id>/amend", can=Action.KEEP, of=Organisation, methods=("GET", "POST"))
def amend(organisation: Organisation) -> ResponseReturnValue:
    """Change what is known of one's own organisation."""
    form = AmendForm(obj=organisation)
    return filled(
        form, lambda: services.amend(current_user, organisation, **form.values()), "organisations/amend.html", to=_show,
        said=_l("The changes are saved."), organisation=organisation,
    )  # fmt: skip


@bp.page("/organisations/<id:id>/titles/new", can=Action.KEEP, of=Organisation, methods=("GET", "POST"))
def title(organisation: Organisation) -> ResponseReturnValue:
    """Note a title that one's own organisation holds."""
    form = TitleForm()
    return filled(
        form, lambda: services.hold_title(current_user, organisation, **form.values()), "organisations/title.html",
        to=lambda held: url_for(".show", id=held.organisation_id), said=_l("The title is noted."), organisation=organisation,
    )  # fmt: skip


@bp.page("/organisations/<id:id>/belonging", can=Action.KEEP, of=Organisation, methods=("POST",))
def belonging(organisation: Organisation) -> ResponseReturnValue:
    """Confirm or decline that a person belongs to one's own organisation."""
    services.decide(
        current_user, queries.person(request.form.get("person", 0, int)), request.form.get("decision", ""), organisation
    )
    flash(str(_l("Your decision is noted, and the person is told.")), "ok")
    return redirect(_show(organisation), 303)


def _show(organisation: Organisation) -> str:
    return url_for(".show", id=organisation.id)
