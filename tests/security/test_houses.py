"""Nobody becomes one of a firm's own people by the word of a stranger."""

import pytest
from sqlalchemy import select

from consortium.consortia import services
from consortium.consortia.models import Consortium
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.errors import NotNow
from consortium.organisations.models import Organisation
from consortium.people.models import Seat, User
from tests.factories import PASSWORD


@pytest.fixture
def accepted(inside):
    """Invite somebody without an account for a firm, and accept; answers his organisation, and those of his seats."""

    def act(inviter, table, firm, email="crony@example.org"):
        with inside():
            actor, consortium = db.session.get_one(User, inviter.id), db.session.get_one(Consortium, table.id)
            invitation, token = services.invite(
                actor, consortium, email=email, role=Role.EXPERT, organisation=db.session.get_one(Organisation, firm.id)
            )
            db.session.commit()
            user = services.accept_invitation(invitation, token, name="某人", password=PASSWORD)
            db.session.commit()
            return user.organisation_id, list(
                db.session.scalars(select(Seat.organisation_id).where(Seat.user_id == user.id))
            )

    return act


def test_a_stranger_gives_a_seat_and_no_house(world, accepted):
    firm = world.ours.member
    assert accepted(world.theirs.people.coordinator, world.theirs.consortium, firm) == (None, [firm.id])


def test_a_colleague_gives_no_house_by_an_invitation_alone(world, accepted, inside):
    with inside():
        home = db.session.get_one(User, world.ours.people.coordinator.id).organisation_id
    firm = type(world.ours.member)(id=home)
    assert accepted(world.ours.people.coordinator, world.ours.consortium, firm) == (None, [home])


def test_addresses_that_fold_alike_are_two(world, inside):
    with inside():
        actor, consortium = (
            db.session.get_one(User, world.ours.people.coordinator.id),
            db.session.get_one(Consortium, world.ours.consortium.id),
        )
        other = db.session.get_one(User, world.theirs.people.member.id)
        other.email = "strasse@example.org"
        invitation, token = services.invite(
            actor,
            consortium,
            email="straße@example.org",
            role=Role.EXPERT,
            organisation=db.session.get_one(Organisation, other.organisation_id),
        )
        with pytest.raises(NotNow):
            services.join_table(other, invitation, token)
        db.session.rollback()
