"""Pages of claims, of payments, and of the statement of a member."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.agreements.queries import job_of
from consortium.claims import papers, queries, revising, services, tables
from consortium.claims.forms import (
    ConfirmForm,
    DecideForm,
    DrawUpForm,
    HandInForm,
    LanguageForm,
    PaymentForm,
    ReviseForm,
)
from consortium.claims.models import Claim, ClaimFile, Payment
from consortium.claims.portrait import ClaimPortrait, ClaimsPortrait
from consortium.claims.statement import Statement
from consortium.claims.workflow import CLAIM
from consortium.core import clock
from consortium.core.access import Action, require, stake
from consortium.core.errors import NotNow
from consortium.core.words import _l
from consortium.documents import archive
from consortium.documents.tables import to_workbook
from consortium.organisations.models import Organisation
from consortium.projects.forms import ReasonForm
from consortium.projects.models import Project
from consortium.projects.queries import tables_of
from consortium.projects.testimony import earlier
from consortium.web.door import Door
from consortium.web.pages import XLSX, download, exported, filled, listing, page

bp = Door("claims", __name__)
GETS_POSTS = ("GET", "POST")


def to_claim(claim: Any) -> str:
    """The page of a claim."""
    return url_for("claims.claim", id=claim.id)


@bp.page("/claims", can=Action.SIGNED_IN)
def index() -> ResponseReturnValue:
    """All claims that the reader may see."""
    query = queries.narrowed(queries.claims(current_user), request.args)
    offered = tables_of(current_user, request.args.get("consortium"))
    return listing(tables.CLAIMS, query, "claims/claims.html", offered=offered, states=_states())


@bp.page("/projects/<id:id>/claims", can=Action.VIEW, of=Project)
def of_project(project: Project) -> ResponseReturnValue:
    """The claims of one project that the reader may see, and for those who see all its sums."""
    query = queries.narrowed(queries.of_project(current_user, project), request.args)
    return listing(
        tables.OF_PROJECT,
        query,
        "claims/of_project.html",
        project=project,
        portrait=ClaimsPortrait(current_user, project),
        states=_states(),
    )


@bp.page("/projects/<id:id>/claims/new", can=Action.VIEW, of=Project, methods=GETS_POSTS)
def draw_up(project: Project) -> ResponseReturnValue:
    """Draw up a claim of the own organisation."""
    portrait = ClaimsPortrait(current_user, project)
    if not portrait.own:
        raise NotNow(_l("You claim for no organisation of this project."))
    firm = next((firm for firm in portrait.own if str(firm.id) == request.args.get("firm")), portrait.own[0])
    months = sorted({month for own in portrait.own for month in queries.months_to_claim(project, own.id)})
    ready = queries.months_to_claim(project, firm.id)
    begin = {"organisation_id": firm.id, "starts_on": min(ready, default=None), "ends_on": max(ready, default=None)}
    form = DrawUpForm(portrait.own, months, data=begin)
    return filled(form, lambda: services.draw_up(current_user, project, **form.values()), "claims/draw_up.html", to_claim,
                  _l("The claim is drawn up. Look through it, and hand it in."), project=project, portrait=portrait, months=months)  # fmt: skip


@bp.page("/claims/<id:id>", can=Action.EVIDENCE, of=Claim)
def claim(claim: Claim) -> ResponseReturnValue:
    """One claim with its lines, questions and answers; its lines also as CSV and XLSX."""
    portrait = ClaimPortrait(current_user, claim)
    if request.args.get("as") in ("csv", "xlsx"):
        return exported(tables.LINES, portrait.lines, request.args["as"])
    form = DecideForm(portrait.lines if portrait.decides else [], portrait.latest, formdata=None)
    return page("claims/claim.html", form=form, claim=claim, portrait=portrait)


@bp.page("/claims/<id:id>/submit", can=Action.REPORT, of=Claim, methods=GETS_POSTS)
def submit(claim: Claim) -> ResponseReturnValue:
    """Hand a claim in, or in again with answers."""
    portrait = ClaimPortrait(current_user, claim)
    form = HandInForm(portrait.lines, earlier(claim.project_id, claim.organisation_id))
    return filled(form, lambda: services.submit(current_user, claim, **form.values()), "claims/submit.html", lambda word: to_claim(word.claim),
                  _l("The claim is handed in. Another organisation decides on it."), claim=claim, portrait=portrait)  # fmt: skip


@bp.page("/claims/<id:id>/discard", can=Action.REPORT, of=Claim, methods=GETS_POSTS)
def discard(claim: Claim) -> ResponseReturnValue:
    """Throw a draft away."""
    return filled(ConfirmForm(), lambda: services.discard(current_user, claim), "claims/discard.html", to_claims,
                  _l("The draft is discarded; its vouchers can be claimed again."), claim=claim)  # fmt: skip


@bp.page("/claims/<id:id>/withdraw", can=Action.REPORT, of=Claim, methods=GETS_POSTS)
def withdraw(claim: Claim) -> ResponseReturnValue:
    """Take back a claim that is not decided on."""
    return filled(ConfirmForm(), lambda: services.withdraw(current_user, claim), "claims/withdraw.html", to_claim,
                  _l("The claim is taken back; it is a draft again."), claim=claim)  # fmt: skip


@bp.page("/claims/<id:id>/decide", can=Action.SETTLE, of=Claim, methods=("POST",))
def decide(claim: Claim) -> ResponseReturnValue:
    """Accept, query or reject what was read."""
    portrait = ClaimPortrait(current_user, claim)
    form = DecideForm(portrait.lines, portrait.latest)
    return filled(form, lambda: services.decide(current_user, claim, **form.values()), "claims/claim.html", to_claim,
                  _l("Your finding is recorded."), claim=claim, portrait=portrait)  # fmt: skip


@bp.page("/claims/<id:id>/revise", can=Action.SETTLE, of=Claim, methods=GETS_POSTS)
def revise(claim: Claim) -> ResponseReturnValue:
    """Take a claim up again that was decided on."""
    portrait = ClaimPortrait(current_user, claim)
    form = ReviseForm(portrait.latest)
    return filled(form, lambda: revising.revise(current_user, claim, **form.values()), "claims/revise.html", to_claim,
                  _l("The claim waits for a new decision."), claim=claim, portrait=portrait)  # fmt: skip


@bp.page("/claim-files/<id:id>", can=Action.EVIDENCE, of=ClaimFile)
def claim_file(file: ClaimFile) -> ResponseReturnValue:
    """A file that came with a claim, to be saved and never shown as a page."""
    return download(archive.fetch(file.key), file.name, "application/octet-stream")


def to_claims(made: Any) -> str:
    """The claims of a project."""
    return url_for("claims.of_project", id=made.id)


# Payments


@bp.page("/projects/<id:id>/payments", can=Action.VIEW, of=Project)
def payments(project: Project) -> ResponseReturnValue:
    """The payments of one project that the reader may see."""
    query = queries.payments(current_user, project)
    return listing(
        tables.PAYMENTS, query, "claims/payments.html", project=project, portrait=ClaimsPortrait(current_user, project)
    )


@bp.page("/projects/<id:id>/payments/new", can=Action.SETTLE, of=Project, methods=GETS_POSTS)
def note_payment(project: Project) -> ResponseReturnValue:
    """Note money that arrived, or that was paid out."""
    form = PaymentForm(ClaimsPortrait(current_user, project).firms, data={"paid_on": clock.today()})
    return filled(form, lambda: services.note_payment(current_user, project, **form.values()), "claims/payment.html", to_payments,
                  _l("The payment is noted."), project=project)  # fmt: skip


@bp.page("/payments/<id:id>/remove", can=Action.SETTLE, of=Payment, methods=GETS_POSTS)
def remove_payment(payment: Payment) -> ResponseReturnValue:
    """Take back a payment that was noted by mistake."""
    form = ReasonForm()
    return filled(form, lambda: services.remove_payment(current_user, payment, **form.values()), "claims/payment_remove.html",
                  lambda project: url_for("claims.payments", id=project.id), _l("The payment is taken back."), payment=payment)  # fmt: skip


def to_payments(payment: Payment) -> str:
    """The payments of the project of one."""
    return url_for("claims.payments", id=payment.project_id)


# The statement of a member


@bp.page("/projects/<id:id>/statement", can=Action.VIEW, of=Project)
def statement(project: Project) -> ResponseReturnValue:
    """Where one organisation stands in a project: `?firm=`, else the reader's own; the sheet also has its effort."""
    firms, firm = _asked(project)
    found = Statement(project, firm)
    table = tables.statement(found.profile.called)
    if request.args.get("as") == "xlsx":
        both = to_workbook([(table, found.by_head), (tables.EFFORT, found.by_node)])
        return download(both, f"statement-{clock.today():%Y%m%d}.xlsx", XLSX)
    if request.args.get("as") == "csv":
        return exported(table, found.by_head, "csv")
    made = papers.made(current_user, project, firm)
    return page("claims/statement.html", project=project, firms=firms, firm=firm, found=found, table=table, effort=tables.EFFORT, papers=made,
                paper=made[0] if made else None, job=job_of(made[0]) if made else None, asks=papers.may_ask(current_user, project, firm))  # fmt: skip


@bp.page("/projects/<id:id>/statement/paper", can=Action.VIEW, of=Project, methods=GETS_POSTS)
def statement_paper(project: Project) -> ResponseReturnValue:
    """Ask for the statement of one organisation, `?firm=` as on its page, as a paper."""
    _, firm = _asked(project)
    papers.check(current_user, project, firm)
    form = LanguageForm()
    return filled(form, lambda: papers.ask(current_user, project, firm, **form.values()), "claims/statement_paper.html",
                  lambda paper: url_for("papers.show", id=paper.id), _l("The statement is being set as a paper."), project=project, firm=firm)  # fmt: skip


def _asked(project: Project) -> tuple[list[Organisation], Organisation]:
    """The organisations whose statements the reader may read, and the one that is asked for."""
    firms = ClaimsPortrait(current_user, project).firms
    if not firms:
        raise NotNow(_l("Your organisation takes no part in this project, so it has no statement."))
    own = {seat.organisation_id for seat in current_user.seats}
    first = next((firm for firm in firms if firm.id in own), firms[0])
    firm = next((firm for firm in firms if str(firm.id) == request.args.get("firm")), first)
    require(current_user, Action.EVIDENCE, stake(project, firm.id))
    return firms, firm


def _states() -> list[tuple[str, object]]:
    return [(name, word) for name, (word, _) in CLAIM.states.items()]
