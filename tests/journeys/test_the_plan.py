"""A plan from its first node to the month that is logged against it, by real people's browsers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import planning
from tests.journeys.running import Running
from tests.journeys.visitor import Visitor

#: Who coordinates, on a screen and in a language; those who report do so on a phone.
CROSSED = ((1440, "en"), (390, "zh"))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("width", "language"), CROSSED)
def test_from_the_first_node_to_the_logged_month(
    platform: Running, visit: Callable[..., Visitor], tmp_path: Path, width: int, language: str
) -> None:
    coordinator = visit(width=width, language=language).sign_in("coordinator@demo.example")
    first, second = (
        visit(width=390, language=language).sign_in(f"{who}@demo.example") for who in ("member", "member2")
    )
    expert = visit(width=width, language=language).sign_in("expert@demo.example")

    project = planning.start(coordinator)
    nodes = planning.draw_up(coordinator, project)
    deliverable, milestone = planning.promise(coordinator, project)
    planning.look_over(coordinator, project)

    planning.report(first, milestone, tmp_path)
    planning.verify(second, f"/milestones/{milestone}", "与现场照片一致。 In line with the photo.", "verify")
    expert.go(f"/milestones/{milestone}", "verified-expert")
    planning.verify(coordinator, f"/milestones/{milestone}", "同意通过。 Agreed.")
    planning.hand_in(second, deliverable, tmp_path)
    planning.verify(coordinator, f"/deliverables/{deliverable}", "样片合格。 The samples are good.")

    planning.bring_in(coordinator, project, tmp_path)
    planning.freeze(coordinator, project)
    change = planning.propose(second, nodes[1])
    planning.decide(coordinator, change, nodes[1])
    planning.compare(coordinator, project)
    planning.log(second, project, nodes[1])
    coordinator.go(f"/projects/{project}/logs", "logs-coordinator").go(f"/projects/{project}/gantt", "gantt-later")
