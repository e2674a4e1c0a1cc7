"""The pages of papers: how far one is, its downloads, and for everybody whether a paper is genuine."""

from __future__ import annotations

from flask import Response, make_response
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consortium.agreements.queries import job_of
from consortium.core import features
from consortium.core.access import Action
from consortium.core.errors import Missing
from consortium.core.words import _l
from consortium.documents.models import Paper
from consortium.documents.typesetting import canonical
from consortium.reports import queries, services, verifying
from consortium.reports.forms import VerifyForm
from consortium.web.door import Door
from consortium.web.forms import carry
from consortium.web.pages import XLSX, page
from consortium.web.pages import download as sent
from consortium.web.shield import limiter

papers = Door("papers", __name__)
TABLES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}

#: Words and tones for what verification finds.
OUTCOMES = {
    "genuine": (_l("Genuine"), "ok", _l("The file is, byte for byte, the paper that the archive holds.")),
    "altered": (_l("Altered"), "bad", _l("The file bears the number of a paper of the archive, but it is not that paper: it was changed after it was issued, or it is another edition.")),
    "unknown": (_l("Unknown"), "warn", _l("The archive holds no such file. It may have been saved anew by a program, or it does not come from this platform.")),
}  # fmt: skip


@papers.app_template_global()
def kind_of(paper: Paper) -> features.PaperKind:
    """The kind of a paper, as its feature declares it."""
    return features.papers()[paper.kind]


@papers.page("/papers/<id:id>", can=Action.VIEW, of=Paper)
def show(paper: Paper) -> ResponseReturnValue:
    """One paper."""
    return page("papers/show.html", paper=paper, job=job_of(paper))


@papers.page("/papers/<id:id>/state", can=Action.VIEW, of=Paper)
def state(paper: Paper) -> ResponseReturnValue:
    """How far a paper is, as a part of a page; when it is ready, the whole page is told."""
    answer = make_response(page("papers/_card.html", paper=paper, job=job_of(paper)))
    if paper.state != "requested":
        answer.headers["HX-Refresh"] = "true"
    return answer


@papers.page("/papers/<id:id>/<any(pdf,xlsx,csv,json):form>", can=Action.DOWNLOAD, of=Paper, methods=("POST",))
def download(paper: Paper, form: str) -> ResponseReturnValue:
    """Take a paper away as PDF, or its facts; whether one may is asked now, and that one did is recorded."""
    if form in TABLES and form not in kind_of(paper).forms:
        raise Missing(_l("There are no tables of this paper."))
    return _file(paper, form, services.take(current_user, paper, form))


def _file(paper: Paper, form: str, pdf: bytes) -> Response:
    name = f"{paper.reference}.{form}"
    if form == "pdf":
        return sent(pdf, name, "application/pdf")
    if form in TABLES:
        return sent(kind_of(paper).forms[form](paper.facts), name, TABLES[form])
    return sent(canonical(paper.facts), name, "application/json")


@papers.page("/verify", can=Action.ANYONE, methods=("GET", "POST"))
@limiter.limit("30 per minute", methods=["POST"])
def verify() -> ResponseReturnValue:
    """Upload a PDF and hear whether the archive knows it; the file is not kept."""
    form = VerifyForm()
    finding = carry(form, lambda: verifying.examine(form.papers.data[0].file.read()))
    return page("papers/verify.html", form.status, form=form, finding=finding, outcomes=OUTCOMES)


@papers.page("/verify/<reference>", can=Action.ANYONE)
@limiter.limit("120 per minute")
def verify_reference(reference: str) -> ResponseReturnValue:
    """What the archive says of a reference: kind, day, size and hash, and nothing of what the paper says."""
    paper = queries.paper_public(reference[:60]) if reference.isascii() else None
    return page(
        "papers/reference.html", 200 if paper else 404, paper=paper, reference=reference[:60], form=VerifyForm()
    )
