"""Events keep one name; whoever reads sees the name of his language where the row is at hand."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from consortium.activity.models import Event
from consortium.activity.services import record
from consortium.activity.verbs import named
from consortium.consortia.models import Consortium
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.people.models import User


@pytest.fixture
def amended(world, inside):
    """A consortium and its lead were amended by the coordinator."""
    with inside():
        actor = db.session.get_one(User, world.ours.people.coordinator.id)
        record(actor, "amended", db.session.get_one(Consortium, world.ours.consortium.id))
        record(actor, "amended", db.session.get_one(Organisation, world.ours.lead.id))
        db.session.commit()
        return db.session.scalar(select(Organisation.name_zh).where(Organisation.id == world.ours.lead.id))


def text(answer):
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("address", ["/", "/consortia/{consortium}", "/consortia/{consortium}/timeline"])
def test_a_consortium_is_named_as_its_reader_reads(world, sign_in, amended, address):
    path = address.format(consortium=world.ours.consortium.id)
    coordinator = world.ours.people.coordinator
    assert "amended 晨星联合体 (invented)" in text(sign_in(coordinator).get(path))
    # The overview shows the other name, too, but once.
    assert text(sign_in(coordinator, "zh-CN").get(path)).count("晨星联合体 (invented)") <= 1


def test_an_organisation_is_named_as_its_reader_reads(world, sign_in, amended):
    path = f"/organisations/{world.ours.lead.id}"
    assert f"amended {amended} (invented)" in text(sign_in(world.ours.people.coordinator).get(path))


def test_a_former_name_and_other_things_stay_as_recorded():
    row = type("Row", (SimpleNamespace,), {"__tablename__": "project"})(id=7, title_zh="新名", title_en="New name")
    event = Event(subject_kind="project", subject_id=7, subject_name="新名")
    assert named(event, row) == "New name"
    assert named(Event(subject_kind="project", subject_id=7, subject_name="旧名"), row) == "旧名"
    assert named(Event(subject_kind="project", subject_id=8, subject_name="新名"), row) == "新名"
    assert named(Event(subject_kind="milestone", subject_id=7, subject_name="新名"), row) == "新名"
    assert named(event) == "新名"
