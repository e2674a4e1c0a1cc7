"""The wall between tenants, from every side from which one could look over it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, exists, func, insert, select, union_all, update
from sqlalchemy.orm import aliased, joinedload, selectinload, subqueryload

from consortium.activity.services import record
from consortium.consortia.models import Body, BodySeat, Consortium, Membership
from consortium.core.access import within
from consortium.core.db import db
from consortium.core.scope import Scope, ScopeBreach, ScopeMissing, enter, everything
from consortium.organisations.models import Organisation
from consortium.people.models import Remit, Seat, User
from consortium.people.sign_in import scope_of
from consortium.projects.models import Milestone, Participant, Project


@pytest.fixture
def alone(app: Flask, fresh: None) -> Iterator[None]:
    """A session for which nobody said for whom it works."""
    with app.app_context():
        yield
        db.session.rollback()


@pytest.fixture
def ours(alone: None, world: Any) -> int:
    """A session of our table; answers its number."""
    enter(Scope({world.ours.consortium.id}))
    return int(world.ours.consortium.id)


#: That statements are refused of which no event tells is another wall; here it is out of the way.
TOLD = {"told": "the wall between tenants is tried alone"}
BULK = {**TOLD, "synchronize_session": False}

OWNED = [Consortium, Project, Milestone, Participant, Membership, Body, Seat]


@pytest.mark.parametrize("model", OWNED)
def test_without_a_scope_nothing_is_answered(alone: None, model: Any) -> None:
    for query in (
        select(model),
        select(model.id),
        select(aliased(model)),
        update(model).values(id=model.id),
        delete(model),
        insert(model).values(id=1),
    ):
        with pytest.raises(ScopeMissing):
            db.session.execute(query, execution_options=TOLD)
    with pytest.raises(ScopeMissing):
        db.session.get(model, 1)
    # What names the class only inside of something else is not refused, but finds nothing.
    for inner in (
        select(func.count(model.id)),
        select(exists().where(model.id == 1)),
        select(func.count()).select_from(select(model.id).subquery()),
    ):
        try:
            assert not db.session.scalar(inner)
        except ScopeMissing:
            continue


def test_without_a_scope_a_join_answers_nothing_of_a_table(alone: None) -> None:
    with contextlib.suppress(ScopeMissing):
        assert not db.session.scalars(
            select(Organisation.id).join(Membership, Membership.organisation_id == Organisation.id)
        ).all()


def test_without_a_scope_nothing_is_written(alone: None, world: Any) -> None:
    db.session.add(Body(consortium_id=world.ours.consortium.id, kind="council"))
    with pytest.raises(ScopeMissing):
        db.session.flush()


@pytest.mark.parametrize("model", OWNED)
def test_other_tables_are_not_there(ours: int, model: Any) -> None:
    number = Consortium.id if model is Consortium else model.consortium_id
    with everything("to know what is to be hidden"):
        hidden = list(db.session.scalars(select(model.id).where(number != ours)))
    assert hidden
    other = aliased(model)
    nested = select(model.id).subquery()
    cte = select(model.id).cte()
    queries = {
        "select": select(model.id), "rows": select(model), "alias": select(other.id), "alias rows": select(other),
        "subquery": select(nested.c.id), "cte": select(cte.c.id), "in": select(model.id).where(model.id.in_(select(other.id))),
        "scalar subquery": select(select(model.id).where(model.id == hidden[0]).scalar_subquery()),
        "from other": select(other.id).select_from(model).join(other, other.id != 0),
        "outer join": select(other.id).select_from(Organisation).outerjoin(other, other.id.in_(hidden)),
        "union": union_all(select(model.id), select(model.id)),
    }  # fmt: skip
    for name, query in queries.items():
        found = {getattr(value, "id", value) for value in db.session.scalars(query)}
        assert not found & set(hidden), f"{model.__name__} by {name}: {sorted(found & set(hidden))}"
    db.session.expunge_all()
    for number in hidden:
        assert db.session.get(model, number) is None
    assert db.session.scalar(select(func.count()).select_from(model).where(model.id.in_(hidden))) == 0
    assert db.session.scalar(select(exists().where(model.id == hidden[0]))) is False


def test_a_row_that_was_loaded_with_all_in_sight_is_still_there(ours: int, world: Any) -> None:
    """Known and accepted: one session, one scope. The door makes a session for each request."""
    with everything("as a command would"):
        kept = db.session.get(Project, world.theirs.project.id)
    assert kept is not None
    db.session.expunge_all()
    assert db.session.get(Project, world.theirs.project.id) is None


@pytest.mark.parametrize("load", [joinedload, selectinload, subqueryload])
def test_relationships_stop_at_the_wall(ours: int, world: Any, load: Any) -> None:
    people = db.session.scalars(select(User).options(load(User.seats))).unique().all()
    assert {seat.consortium_id for person in people for seat in person.seats} == {ours}


def test_lazy_loading_stops_at_the_wall(ours: int, world: Any) -> None:
    person = db.session.get_one(User, world.theirs.people.coordinator.id)
    assert person.seats == []
    db.session.expire(person)
    assert person.seats == []


def test_bulk_changes_stop_at_the_wall(ours: int, world: Any) -> None:
    db.session.execute(update(Project).values(objective="taken over"), execution_options=BULK)
    at_theirs = update(Project).where(Project.id == world.theirs.project.id)
    db.session.execute(at_theirs.values(objective="taken over"), execution_options=TOLD)
    db.session.execute(delete(BodySeat), execution_options=BULK)
    with everything("to see the other side"):
        db.session.expire_all()
        assert db.session.get_one(Project, world.theirs.project.id).objective != "taken over"
        assert db.session.get_one(Project, world.ours.project.id).objective == "taken over"
    db.session.rollback()


@pytest.mark.parametrize("how", ["new", "changed", "moved away", "moved in", "deleted"])
def test_writing_over_the_wall_raises(ours: int, world: Any, how: str) -> None:
    theirs = world.theirs.consortium.id
    if how == "new":
        db.session.add(Body(consortium_id=theirs, kind="council"))
    elif how == "moved away":
        db.session.scalars(select(Body)).first().consortium_id = theirs
    else:
        with everything("as if it had slipped through"):
            row = db.session.get_one(Project, world.theirs.project.id)
        if how == "changed":
            row.objective = "x"
        elif how == "moved in":
            row.consortium_id = ours
        else:
            db.session.delete(row)
    with pytest.raises(ScopeBreach):
        db.session.flush()
    db.session.rollback()


def test_bulk_rows_do_not_pass(ours: int, world: Any) -> None:
    with pytest.raises(ScopeBreach):
        db.session.execute(
            insert(Body),
            [{"consortium_id": world.theirs.consortium.id, "kind": "council", "version": 1}],
            execution_options=TOLD,
        )
    db.session.rollback()


def test_a_bulk_change_cannot_move_rows_out(ours: int, world: Any) -> None:
    with pytest.raises(ScopeBreach):
        db.session.execute(update(Body).values(consortium_id=world.theirs.consortium.id), execution_options=BULK)
    db.session.rollback()


def test_a_list_of_numbers_does_not_pass(ours: int, world: Any) -> None:
    with pytest.raises(ScopeBreach):
        rows = [{"id": world.theirs.project.id, "objective": "taken over"}]
        db.session.execute(update(Project), rows, execution_options=TOLD)
    db.session.rollback()


def test_own_rows_are_written(ours: int) -> None:
    row = Body(consortium_id=ours, kind="expert", name_zh="专家组")
    db.session.add(row)
    record("test", "set up", row)
    assert db.session.get(Body, row.id) is row
    db.session.rollback()


def test_officers_one_after_the_other_do_not_share_their_criteria(alone: None, world: Any) -> None:
    ours, theirs = world.ours.consortium.id, world.theirs.consortium.id
    remits = [(["32"], [], {ours}), (["44"], [], {theirs}), (["51"], [], set()), ([], [], {ours, theirs}), ([], ["netsec"], {theirs}), (["32"], ["netsec"], set()),
              (["32", "44"], [], {ours, theirs}), (["44"], [], {theirs}), (["32"], [], {ours})]  # fmt: skip
    for regions, areas, seen in remits:
        officer = User(id=0, email="x", name="x", fs_uniquifier="x", active=True)
        officer.remits = [Remit(regions=regions, areas=areas)]
        db.session.expunge_all()
        enter(scope_of(officer))
        for model in (Consortium, Project, Milestone):
            number = Consortium.id if model is Consortium else model.consortium_id
            assert set(db.session.scalars(select(number))) == seen, f"{regions} {areas} {model.__name__}"
            assert set(db.session.scalars(select(aliased(model)))) or not seen
        db.session.expunge_all()


def test_members_one_after_the_other_do_not_share_their_criteria(alone: None, world: Any) -> None:
    ours, theirs = world.ours.consortium.id, world.theirs.consortium.id
    for tenants in ({ours}, {theirs}, set(), {ours, theirs}, {theirs}, {ours}):
        db.session.expunge_all()
        enter(Scope(tenants))
        assert set(db.session.scalars(select(Consortium.id))) == tenants
        assert set(db.session.scalars(select(Project.consortium_id))) == tenants


def test_an_officer_writes_nothing(alone: None, world: Any) -> None:
    officer = User(id=0, email="x", name="x", fs_uniquifier="x", active=True)
    officer.remits = [Remit(regions=["32"], areas=[])]
    db.session.expunge_all()
    enter(scope_of(officer))
    db.session.get_one(Project, world.ours.project.id).objective = "an officer's word"
    with pytest.raises(ScopeBreach):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("how", [update(Milestone).values(title_en="an officer's word"), delete(Milestone)])
def test_an_officer_writes_nothing_by_a_statement_either(alone: None, world: Any, how: Any) -> None:
    enter(Scope(remits=[(("32",), ())]))
    assert list(db.session.scalars(select(Milestone.id)))
    assert db.session.execute(how, execution_options=BULK).rowcount == 0  # type: ignore[attr-defined]
    enter(Scope({world.theirs.consortium.id}, [(("32",), ())]))
    with everything("to count"):
        theirs = set(
            db.session.scalars(select(Milestone.id).where(Milestone.consortium_id != world.ours.consortium.id))
        )
    if how.is_update:
        assert db.session.execute(how, execution_options=BULK).rowcount == len(theirs)  # type: ignore[attr-defined]
    assert world.ours.milestone.id in set(db.session.scalars(select(Milestone.id)))
    db.session.rollback()


def test_all_in_sight_ends_with_its_block(ours: int, world: Any) -> None:
    with pytest.raises(RuntimeError), everything("a command that breaks off"):
        raise RuntimeError
    assert db.session.get(Project, world.theirs.project.id) is None
    with pytest.raises(ValueError, match="why"), everything(""):
        pass


def test_the_wall_replaces_a_reach_only_where_it_says_the_same(alone: None, world: Any) -> None:
    """An officer's list is narrowed twice, and asked once; a list of somebody with a wider or another remit stays narrowed by both."""
    officers = {}
    for name, regions in (("here", ["32"]), ("there", ["44"]), ("everywhere", [])):
        officers[name] = User(id=0, email=name, name=name, fs_uniquifier=name, active=True)
        officers[name].remits = [Remit(regions=regions, areas=[])]
        officers[name].seats = []
    db.session.expunge_all()
    ours, theirs = world.ours.consortium.id, world.theirs.consortium.id
    seen = {"here": {ours}, "there": {theirs}, "everywhere": {ours, theirs}}
    for walled, may in seen.items():
        enter(scope_of(officers[walled]))
        for listed, reach in seen.items():
            for query in (select(Milestone.consortium_id), select(Milestone.consortium_id).join(Milestone.project)):
                for whole in (True, False):
                    found = db.session.scalars(
                        within(officers[listed], query, Milestone), execution_options={"whole": whole}
                    )
                    assert set(found) == may & reach, f"{walled} {listed} {whole}"
            narrow = within(officers[listed], select(Milestone), Milestone)
            counted = narrow.with_only_columns(func.count(), maintain_column_froms=True)
            rows = len(list(db.session.scalars(narrow)))
            assert db.session.scalar(counted, execution_options={"whole": True}) == rows
    enter(Scope({theirs}, [(("32",), ())]))
    assert set(db.session.scalars(within(officers["here"], select(Milestone.consortium_id), Milestone))) == {ours}
    with everything("a command works for somebody"):
        assert set(db.session.scalars(within(officers["there"], select(Milestone.consortium_id), Milestone))) == {
            theirs
        }
