"""The list of demonstrations, and the lists on the page of one: the columns of page, CSV and sheet."""

from __future__ import annotations

from typing import Any

from consortium.core.regions import region_name
from consortium.core.terms import label
from consortium.core.words import _l
from consortium.demonstrations.models import Demonstration
from consortium.demonstrations.reckoning import reached as reckoned
from consortium.demonstrations.reckoning import running
from consortium.demonstrations.workflow import DEMONSTRATION
from consortium.documents.tables import Column, Table
from consortium.projects.tables import titled


def named(row: Demonstration) -> str:
    """A demonstration by its number and product."""
    return f"S{row.number} {titled(row)}"


def mtbf(row: Any) -> object:
    """The mean time between failures in hours, or that nothing is known."""
    found = running(row).mtbf
    return _l("No data") if found is None else f"{found:,}"


def reached(row: Any) -> object:
    """Indicators met, of all."""
    found = reckoned(row.indicators)
    return _l("%(met)s of %(all)s", met=found[0], all=found[1]) if found else _l("No data")


DEMONSTRATIONS = Table(
    "demonstrations",
    _l("Demonstration applications"),
    (
        Column("title", _l("Product"), named, "link", Demonstration.number, lambda d: f"/demonstrations/{d.id}", note=lambda d: titled(d.organisation)),
        Column("kind", _l("Kind"), lambda d: label(d.kind), sort=Demonstration.kind, wide=True),
        Column("user", _l("User organisation"), lambda d: titled(d.user_organisation) if d.user_organisation else None, note=lambda d: d.site_name),
        Column("region", _l("Region of the site"), lambda d: region_name(d.site_region) if d.site_region else None, sort=Demonstration.site_region, wide=True),
        Column("stage", _l("Stage"), lambda d: DEMONSTRATION.word(d.stage), "status", Demonstration.stage, tone=lambda d: DEMONSTRATION.tone(d.stage)),
        Column("hours", _l("Operating hours"), lambda d: running(d).ran, "money", wide=True),
        Column("mtbf", _l("MTBF (hours)"), mtbf, wide=True),
        Column("met", _l("Indicators met"), reached, wide=True),
    ),
)  # fmt: skip
