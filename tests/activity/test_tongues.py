"""A timeline is read in either language: events keep the names of what they tell of in both, as they were then."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from consortium.activity.models import Event
from consortium.activity.services import record
from consortium.activity.verbs import feed, named, told
from consortium.core import words
from consortium.core.db import db
from consortium.organisations.models import Organisation
from consortium.projects.models import Milestone


def event_of(verb: str) -> Event:
    return db.session.scalars(select(Event).where(Event.verb == verb)).one()


def test_a_thing_keeps_both_names_that_it_had(world: Any, inside: Any) -> None:
    with inside():
        milestone = db.session.get_one(Milestone, world.ours.milestone.id)
        milestone.title_zh, milestone.title_en = "长晶炉定型", "Furnace settled"
        record("test", "amended", milestone)
        milestone.title_zh, milestone.title_en = "另名", "Another name"
        record("test", "looked at", milestone)
        event = event_of("amended")
        with words.reading_in("en"):
            assert named(event) == "Furnace settled"
        with words.reading_in("zh_Hans"):
            assert named(event) == "长晶炉定型"
        db.session.rollback()


def test_a_thing_with_one_name_keeps_that_one(world: Any, inside: Any) -> None:
    with inside():
        milestone = db.session.get_one(Milestone, world.ours.milestone.id)
        milestone.title_zh, milestone.title_en = "只有中文", ""
        record("test", "looked at", milestone)
        event = event_of("looked at")
        assert "subject" not in event.facts
        with words.reading_in("en"):
            assert named(event) == "只有中文"
        db.session.rollback()


def test_the_organisation_of_a_note_is_named_in_the_language_of_the_reader(world: Any, inside: Any) -> None:
    with inside():
        firm = db.session.get_one(Organisation, world.ours.member.id)
        firm.name_zh, firm.name_en = "晨星成员", "Morning Star"
        milestone = db.session.get_one(Milestone, world.ours.milestone.id)
        record("test", "renamed", firm)
        record("test", "looked at", milestone, organisation=firm, reason="因为")
        with words.reading_in("en"):
            assert feed([event_of("looked at")])[0]["note"] == "Morning Star · 因为"
        with words.reading_in("zh_Hans"):
            assert feed([event_of("looked at")])[0]["note"] == "晨星成员 · 因为"
        db.session.rollback()


def test_quotation_marks_of_a_name_stand_inside_of_those_of_the_sentence(inside: Any) -> None:
    with inside():
        for tongue, expected in (("en", "CR5 “3.2 外延”"), ("zh_Hans", "“CR5 ‘3.2 外延’”")):
            with words.reading_in(tongue):
                assert str(told("approved the change", "CR5 “3.2 外延”")).endswith(expected)
