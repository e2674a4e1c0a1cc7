"""What assessments stand in the way of: taking a result away."""

from __future__ import annotations

from sqlalchemy import select

from consortium.consortia.obstacles import stands_in_the_way_of
from consortium.core.db import db
from consortium.core.words import _l
from consortium.maturity.models import Assessment
from consortium.results.models import Result


@stands_in_the_way_of("remove_result")
def assessed(result: Result) -> list[object]:
    """A level that was assessed stays on record, and so does its result."""
    found = db.session.scalar(select(Assessment.id).where(Assessment.result_id == result.id).limit(1))
    return [] if found is None else [_l("A readiness level of this result was assessed, so it stays.")]
