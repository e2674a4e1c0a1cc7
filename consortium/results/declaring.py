"""What a firm declares to the others of a project: the background that it brings in, and, for itself, what it earned with results."""

from __future__ import annotations

from decimal import Decimal

from consortium.activity.services import record
from consortium.core import clock
from consortium.core.access import Action, Actor, require, stake
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.core.words import _l, called, listed
from consortium.organisations.models import Organisation
from consortium.projects.models import Project
from consortium.projects.services import change, takes_part, titled
from consortium.projects.workflow import while_open
from consortium.results import queries
from consortium.results.models import Background, BackgroundKind, Effect
from consortium.results.workflow import begun

LONGEST_NUMBER = 20


def declare(
    actor: Actor, project: Project, *, organisation: Organisation, number: str, title_zh: str, title_en: str, kind: BackgroundKind, identifier: str,
    needed_for: str, limits: str, included: bool,
) -> Background:  # fmt: skip
    """Put background of the own firm on the list of a project, with the limits of its use; or say that it is kept out."""
    require(actor, Action.REPORT, stake(project, organisation.id))
    takes_part(project, organisation)
    _open(actor, project)
    number = _numbered(project, organisation.id, number)
    _said(title_zh, title_en, needed_for, included)
    row = Background(
        consortium_id=project.consortium_id, organisation_id=organisation.id, project=project, number=number, title_zh=title_zh, title_en=title_en,
        kind=kind, identifier=identifier, needed_for=needed_for, limits=limits, included=included,
    )  # fmt: skip
    db.session.add(row)
    record(actor, "declared", row, project, included=included)
    return row


def redeclare(
    actor: Actor, background: Background, *, number: str, title_zh: str, title_en: str, kind: BackgroundKind, identifier: str, needed_for: str,
    limits: str, included: bool,
) -> Background:  # fmt: skip
    """Change what is declared of background."""
    _open(actor, background)
    number = _numbered(background.project, background.organisation_id, number, background)
    _said(title_zh, title_en, needed_for, included)
    changed = change(background, {
        "number": number, "title_zh": title_zh, "title_en": title_en, "kind": kind, "identifier": identifier, "needed_for": needed_for,
        "limits": limits, "included": included,
    })  # fmt: skip
    if changed:
        record(actor, "amended", background, background.project, **changed)
    return background


def withdraw(actor: Actor, background: Background, *, reason: str) -> Project:
    """Take background off the list, as long as no result builds on it."""
    _open(actor, background)
    if not reason.strip():
        raise Refused("", reason=_l("Say why; the others will read it."))
    if background.uses:
        names = listed(use.result.number for use in background.uses)
        raise NotNow(_l("Results build on this background: %(names)s. It stays on the list.", names=names))
    project = background.project
    db.session.delete(background)
    record(actor, "removed", background, project, reason=reason.strip())
    return project


def keep_effect(
    actor: Actor, project: Project, *, organisation: Organisation, year: int, sales: Decimal | None, profit: Decimal | None, tax: Decimal | None,
    export: Decimal | None, import_replaced: Decimal | None, proof: str,
) -> Effect:  # fmt: skip
    """Keep what the own firm earned with the results of a project in a year; a second word on the same year replaces the first."""
    require(actor, Action.REPORT, stake(project, organisation.id))
    takes_part(project, organisation)
    _open(actor, project)
    if sentence := begun(actor, project):
        raise NotNow(sentence)
    if not project.starts_on.year <= year <= clock.today().year:
        raise Refused(
            "",
            year=_l(
                "Years from %(first)s to %(last)s can be told.", first=project.starts_on.year, last=clock.today().year
            ),
        )
    wanted = {"sales": sales, "profit": profit, "tax": tax, "export": export, "import_replaced": import_replaced}
    amounts = {name: amount or Decimal("0.00") for name, amount in wanted.items()}
    if amounts["export"] > amounts["sales"]:
        raise Refused("", export=_l("Exports are a part of the sales, so they cannot be more."))
    row = queries.effect_of(project, organisation.id, year)
    if row is None:
        whose = {"consortium_id": project.consortium_id, "organisation_id": organisation.id}
        row = Effect(**whose, project=project, year=year, proof=proof, **amounts)
        db.session.add(row)
        record(actor, "told the effect", row)
    elif changed := change(row, {**amounts, "proof": proof}):
        # The amounts themselves stand in no event: who may read the event need not see them.
        record(actor, "told the effect", row, changed=sorted(changed))
    return row


def _open(actor: Actor, thing: object) -> None:
    if sentence := while_open()(actor, thing):
        raise NotNow(sentence)


def _numbered(project: Project, organisation_id: int, number: str, row: Background | None = None) -> str:
    number = number.strip()
    if not number or len(number) > LONGEST_NUMBER:
        raise Refused("", number=_l("A number has 1 to %(most)s characters, such as B1.", most=LONGEST_NUMBER))
    if other := queries.same_number(project, organisation_id, number, row):
        raise Refused(
            "", number=_l("The number %(number)s is taken by “%(title)s”.", number=number, title=called(other))
        )
    return number


def _said(title_zh: str, title_en: str, needed_for: str, included: bool) -> None:
    titled(title_zh, title_en)
    if included and not needed_for.strip():
        raise Refused("", needed_for=_l("Say what the others need it for, in the work or to use the results."))
