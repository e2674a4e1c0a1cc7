"""Whether a number is entered in other consortia of this platform, too: only a count crosses the wall between tenants, never a row."""

from __future__ import annotations

from sqlalchemy import func, select

from consortium.core.db import db
from consortium.core.scope import everything
from consortium.results.models import Outcome


def elsewhere(outcome: Outcome) -> int:
    """In how many other consortia the number of an outcome is entered; in which ones nobody hears."""
    if outcome.key is None:
        return 0
    query = select(func.count()).select_from(Outcome)
    with everything("whether a number is entered twice is asked of all, and only answered with a number"):
        return (
            db.session.scalar(query.where(Outcome.key == outcome.key, Outcome.consortium_id != outcome.consortium_id))
            or 0
        )
