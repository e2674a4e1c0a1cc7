"""Two who plan the money of one project at once do not exceed its budget together."""

import threading
from decimal import Decimal

import pytest

from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.core.scope import everything
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects import queries, services
from consortium.projects.models import Participant, Project
from tests import factories

pytestmark = pytest.mark.postgres


def at_once(app, *deeds):
    """Do all deeds in transactions that have begun before the first of them writes; answers what came of each."""
    outcomes, together = [], threading.Barrier(len(deeds))

    def do(deed):
        with app.app_context(), everything("one of two"):
            verb = deed()
            together.wait(10)
            try:
                verb()
                db.session.commit()
                outcomes.append("planned")
            except Refused:
                db.session.rollback()
                outcomes.append("refused")

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.fixture
def project(inside, world):
    """The number of a project of 1,000 yuan, of which the lead has planned 100."""
    with inside():
        table = db.session.get_one(Consortium, world.ours.consortium.id)
        row = factories.project(
            table, db.session.get_one(Organisation, world.ours.lead.id), "共用经费", budget=Decimal("1000.00")
        )
        row.participants[0].budget = Decimal("100.00")
        db.session.commit()
        return row.id


def joining(world, number, firm):
    def deed():
        actor, row = db.session.get_one(User, world.ours.people.coordinator.id), db.session.get_one(Project, number)
        who = db.session.get_one(Organisation, firm.id)
        assert len(row.participants) == 1  # the form has read them
        return lambda: services.join(actor, row, who, task="分工", budget=Decimal("600.00"))

    return deed


def test_two_joins(app, inside, world, project):
    deeds = [joining(world, project, firm) for firm in (world.ours.member, world.ours.other)]
    assert at_once(app, *deeds) == ["planned", "refused"]
    with inside():
        assert queries.planned_money(db.session.get_one(Project, project)) == Decimal("700.00")


def test_a_join_and_a_greater_part(app, inside, world, project):
    def more():
        actor = db.session.get_one(User, world.ours.people.coordinator.id)
        part = db.session.query(Participant).filter_by(project_id=project).one()
        assert part.budget == Decimal("100.00")
        return lambda: services.change_part(actor, part, task="分工", budget=Decimal("700.00"))

    assert at_once(app, joining(world, project, world.ours.member), more) == ["planned", "refused"]
    with inside():
        assert queries.planned_money(db.session.get_one(Project, project)) == Decimal("700.00")


def test_a_join_and_a_smaller_budget(app, inside, world, project):
    def less():
        actor, row = db.session.get_one(User, world.ours.people.coordinator.id), db.session.get_one(Project, project)
        names = (
            "kind",
            "title_zh",
            "title_en",
            "objective",
            "area",
            "lead",
            "starts_on",
            "ends_on",
            "trl_start",
            "trl_target",
        )
        same = {name: getattr(row, name) for name in names}
        return lambda: services.amend(actor, row, **same, budget=Decimal("500.00"))

    assert at_once(app, joining(world, project, world.ours.member), less) == ["planned", "refused"]
    with inside():
        row = db.session.get_one(Project, project)
        assert queries.planned_money(row) <= row.budget
