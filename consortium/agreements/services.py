"""What people do with the agreement of a consortium."""

from __future__ import annotations

from typing import Any

from consortium.activity.papers import address, request_paper
from consortium.activity.services import record
from consortium.agreements import facts, queries
from consortium.agreements.models import Agreement
from consortium.consortia.models import Consortium
from consortium.consortia.queries import next_reference
from consortium.core.db import db
from consortium.core.errors import Missing, NotNow, Refused
from consortium.core.features import PaperKind
from consortium.core.terms import MemberRole
from consortium.core.words import Lazy, _l

#: Languages in which an agreement can be drawn up: both in parallel columns, or one alone.
LANGUAGES = ("both", "zh", "en")
#: Stages in which no new version is drawn up.
OVER = ("closing", "closed")
FEWEST_MEMBERS = 2


#: Capital numerals and 万元 are of yuan; amounts of another currency are never passed off as such.
YUAN = "CNY"


def not_in_yuan(consortium: Consortium) -> Lazy | None:
    """The sentence that no paper can be made of amounts in another currency, if they are."""
    if consortium.currency == YUAN:
        return None
    return _l(
        "Papers are made in yuan, and the amounts of this consortium are in %(currency)s.", currency=consortium.currency
    )


def obstacles(consortium: Consortium) -> list[Lazy]:
    """What is missing before an agreement can be drawn up, a sentence each."""
    members = queries.members(consortium)
    found = []
    if consortium.stage in OVER:
        found.append(_l("The consortium is closing or closed, so its agreement is not drawn up again."))
    if len(members) < FEWEST_MEMBERS:
        found.append(_l("An agreement needs at least two active members. Invite the others first."))
    if not any(member.role is MemberRole.LEAD for member in members):
        found.append(_l("No active member leads the consortium. Name the lead first."))
    if not (consortium.purpose_zh.strip() or consortium.purpose_en.strip()):
        found.append(_l("The purpose of the consortium is not written yet."))
    if sentence := not_in_yuan(consortium):
        found.append(sentence)
    return found


def draw_up(actor: Any, consortium: Consortium, *, language: str = "both") -> Agreement:
    """The next version of the agreement, from what is recorded now; its paper is made by a job. `language` is one of LANGUAGES."""
    if language not in LANGUAGES:
        raise Refused("", language=_l("Choose both languages, Chinese or English."))
    reference, number = next_reference(consortium, Agreement, "A"), queries.last_number(consortium) + 1
    if sentences := obstacles(consortium):
        raise NotNow(sentences[0])
    said = facts.agreement(
        consortium, reference=reference, version=str(number), language=language, address=address(reference)
    )
    title = facts.either(said["title"])
    paper = request_paper(
        actor, kind="agreement", reference=reference, subject=consortium, template=facts.TEMPLATE, facts=said,
        title_zh=f"{title['zh']}　{consortium.name_zh or consortium.name_en}"[:300],
        title_en=f"{title['en']}: {consortium.name_en or consortium.name_zh}"[:300],
    )  # fmt: skip
    agreement = Agreement(
        consortium_id=consortium.id, reference=reference, number=number, language=language, paper_id=paper.id
    )
    db.session.add(agreement)
    record(actor, "drew up", agreement, paper, number=number, language=language, facts=paper.facts_digest)
    return agreement


def facts_for(reference: str) -> tuple[str, dict[str, Any]]:
    """The template and facts of an agreement, or of the latest one of a consortium; a draft where none was drawn up yet."""
    agreement = queries.agreement_by(reference)
    consortium = None if agreement else queries.consortium_by(reference)
    if consortium is not None:
        agreement = queries.latest(consortium)
    if agreement is not None:
        return agreement.paper.template, agreement.paper.facts
    if consortium is None:
        raise Missing(_l("There is no agreement and no consortium %(reference)s.", reference=reference))
    if not queries.members(consortium):
        raise NotNow(_l("The consortium has no active member, so there is nobody to agree on anything."))
    if sentence := not_in_yuan(consortium):
        raise NotNow(sentence)
    draft = facts.agreement(consortium, reference=reference, version="0", language="both", address=address(reference))
    return facts.TEMPLATE, draft | {
        "title": {"zh": f"{draft['title']['zh']}（草案）", "en": f"{draft['title']['en']} (draft)"}
    }


PAPERS = (PaperKind("agreement", _l("Agreement"), "agreement", facts_for),)
