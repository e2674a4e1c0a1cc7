"""Working calendars: counting, moving on and back, and files that operators add."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.core.errors import Refused
from consortium.plans import calendars
from consortium.plans.calendars import Calendar
from tests.plans.invented import shipped

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
CODES = st.sampled_from(["CN", "WEEK", "ALL"])


@st.composite
def any_calendar(draw: st.DrawFn) -> Calendar:
    """A calendar with a week and odd days of its own."""
    odd = draw(st.sets(st.integers(date(2024, 1, 1).toordinal(), date(2027, 12, 31).toordinal()), max_size=40))
    on = {number for number in odd if draw(st.booleans())}
    weekend = draw(st.sets(st.integers(1, 7), max_size=6))
    return Calendar(
        "X",
        ("甲", "X"),
        ("", "s"),
        "C",
        frozenset(weekend),
        (2024, 2025, 2026, 2027),
        frozenset(odd - on),
        frozenset(on),
    )


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [("2026-01-01", "2026-01-04", 1), ("2026-02-09", "2026-02-28", 11), ("2026-04-04", "2026-04-06", 0), ("2026-05-01", "2026-05-10", 4),
     ("2026-09-14", "2026-09-27", 10), ("2026-09-28", "2026-10-11", 6), ("2026-01-01", "2026-12-31", 248), ("2027-10-01", "2027-10-10", 6)],
)  # fmt: skip
def test_the_days_of_china(first: str, last: str, days: int) -> None:
    assert shipped().count(date.fromisoformat(first), date.fromisoformat(last)) == days


def test_what_is_known_is_said() -> None:
    china, week = shipped(), shipped("WEEK")
    assert china.knows(2026) and not china.knows(2027) and week.knows(2027)
    assert china.asks_for_checking and "国办发明电〔2025〕7号" in china.source[0]
    assert list(china.rests(date(2026, 9, 30), date(2026, 10, 12))) == [
        (date(2026, 10, 1), date(2026, 10, 7)),
        (date(2026, 10, 11), date(2026, 10, 11)),
    ]


@given(any_calendar(), DAYS, st.integers(0, 400))
def test_counting_is_what_walking_counts(calendar: Calendar, first: date, more: int) -> None:
    last = first + timedelta(days=more)
    assert calendar.count(first, last) == sum(
        calendar.is_working(first + timedelta(days=step)) for step in range(more + 1)
    )


@given(any_calendar(), DAYS, st.integers(-300, 300))
def test_moving_on_and_back_ends_where_it_began(calendar: Calendar, day: date, n: int) -> None:
    there = calendar.shift(day, n)
    assert n == 0 or calendar.is_working(there)
    if calendar.is_working(day):
        assert calendar.shift(there, -n) == day
    if n > 0:
        assert calendar.count(day + timedelta(days=1), there) == n
    if n < 0:
        assert calendar.count(there, day - timedelta(days=1)) == -n


@given(any_calendar(), DAYS)
def test_days_and_their_numbers_belong_together(calendar: Calendar, day: date) -> None:
    number = calendar.until(day.toordinal())
    assert (calendar.day(number) == day) == calendar.is_working(day)
    assert calendar.day(number) <= day < calendar.day(number + 1)


def test_the_ends_of_time_do_not_break() -> None:
    week = shipped("WEEK")
    assert week.shift(date.max, 10**6) == date.max and week.shift(date.min, -(10**6)) == date.min
    assert shipped("ALL").count(date.min, date.max) == date.max.toordinal()


def test_a_hundred_thousand_days_are_moved_in_no_time() -> None:
    calendar, day = shipped(), date(2026, 3, 2)
    began = time.process_time()
    for n in range(20_000):
        calendar.shift(day, n % 500)
    assert time.process_time() - began < 2


def said(**changes: object) -> bytes:
    found = {"code": "X", "name": {"zh": "甲"}, "source": {"en": "s"}, "mark": "M", "weekend": [6, 7], "years": [2027], "off": [{"first": "2027-01-01"}], "on": ["2027-01-02"]}  # fmt: skip
    return json.dumps(found | changes).encode()


def test_a_file_of_the_operator_is_read() -> None:
    found = calendars.CALENDARS.parse(said(), "X.json")
    assert not found.is_working(date(2027, 1, 1)) and found.is_working(date(2027, 1, 2)) and found.names == ("甲", "")


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"{", "not JSON"), (b"[" * 100_000, "not JSON"), (b"[]", "object"), (said(code="Y"), "name of the file"), (said(code=7), "name of the file"),
     (said(weekend=[8]), "days of the week"), (said(weekend=[1, 2, 3, 4, 5, 6, 7]), "no day to work"), (said(weekend="67"), "days of the week"),
     (said(years=["2027"]), "years"), (said(years=[0]), "years"), (said(mark="X"), "mark"), (said(off=["2027-01-01"]), "first"), (said(off="x"), "list"),
     (said(off=[{"first": "2027-02-30"}]), "not a day"), (said(off=[{"first": "2027-03-02", "last": "2027-03-01"}]), "ends before"),
     (said(off=[{"first": "2026-01-01", "last": "2029-01-01"}]), "year later"), (said(on=["2027-01-01"]), "both free and worked"),
     (said(on=["2026-01-04"]), "2026"), (said(on=[20270104]), "not a day"), (said(name="甲"), "name"), (said(name={"zh": 7}), "name"),
     (said(source={}), "source")],
)  # fmt: skip
def test_a_wrong_file_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        calendars.CALENDARS.parse(content, "X.json")
    assert why in str(refusal.value.message) and str(refusal.value.message).startswith(
        "The calendar file X.json cannot be used"
    )


def test_operators_add_and_replace_calendars(app, inside):
    folder = app.config["PLATFORM"].folder / "calendars"
    folder.mkdir()
    try:
        (folder / "X.json").write_bytes(said())
        (folder / "BAD.json").write_bytes(b"{")
        with inside():
            assert [code for code, _ in calendars.available()] == ["ALL", "CN", "WEEK", "X"]
            assert len(calendars.CALENDARS.problems()) == 1
            assert calendars.calendar("X").knows(2027)
            (folder / "X.json").write_bytes(said(years=[2027, 2028]))
            assert calendars.calendar("X").knows(2028), "a file is read again when it changes"
            (folder / "CN.json").write_bytes(said(code="CN"))
            assert calendars.calendar("CN").years == (2027,)
            for code in ("MARS", "../secret", "BAD"):
                with pytest.raises(Refused):
                    calendars.calendar(code)
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
