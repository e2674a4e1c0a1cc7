"""Column types give back exactly what they were given, or refuse it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError

from consortium.core.types import Choice, Digest, Json, Line, Moment, Money, Share, Text


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Other(StrEnum):
    RED = "red"


metadata = sa.MetaData()
row = sa.Table(
    "row",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("money", Money),
    sa.Column("share", Share),
    sa.Column("moment", Moment),
    sa.Column("line", Line(10)),
    sa.Column("text", Text),
    sa.Column("colour", Choice(Colour)),
    sa.Column("json", Json),
    sa.Column("digest", Digest),
)
engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
metadata.create_all(engine)
SENTENCE = r"^[A-Z(].*\.$"


def kept(**values: object) -> object:
    """What comes back of the one value."""
    (name,) = values
    with engine.connect() as connection:
        connection.execute(row.insert().values(**values))
        return connection.execute(sa.select(row.c[name])).scalar_one()


def refused(error: type[Exception], **values: object) -> None:
    with engine.connect() as connection, pytest.raises(StatementError) as caught:
        connection.execute(row.insert().values(**values))
    assert isinstance(caught.value.orig, error), caught.value.orig


@settings(max_examples=100, deadline=None)
@given(st.decimals(min_value=-(10**16), max_value=10**16, places=2))
def test_money_comes_back_exactly(amount: Decimal) -> None:
    answer = kept(money=amount)
    assert isinstance(answer, Decimal)
    assert answer == amount
    assert answer.as_tuple().exponent == -2


@pytest.mark.parametrize(
    "amount", ["1.234", "NaN", "sNaN", "Infinity", "-Infinity", "1E+999999", "1E-999999", "10000000000000000.01"]
)
def test_money_that_cannot_be_kept_is_refused(amount: str) -> None:
    refused(ValueError, money=Decimal(amount))


@pytest.mark.parametrize("amount", [1.5, 0.0, "12.00", True])
def test_money_is_no_float_and_no_text(amount: object) -> None:
    refused(TypeError, money=amount)


def test_money_may_end_in_zeros_and_be_whole() -> None:
    assert kept(money=Decimal("1.2300")) == Decimal("1.23")
    assert kept(money=Decimal("1.2E+3")) == Decimal(1200)
    assert kept(money=7) == Decimal("7.00")
    assert kept(money=Decimal("-0.01")) == Decimal("-0.01")
    assert kept(money=None) is None


def test_money_is_summed_and_compared_in_the_database() -> None:
    with engine.connect() as connection:
        connection.execute(row.insert(), [{"money": Decimal("0.10")}, {"money": Decimal("0.20")}])
        assert connection.execute(sa.select(sa.func.sum(row.c.money))).scalar_one() == Decimal("0.30")
        assert connection.execute(sa.select(sa.func.count()).where(row.c.money > Decimal("0.15"))).scalar_one() == 1
    # PostgreSQL answers a sum as NUMERIC.
    assert Money().process_result_value(Decimal(30), postgresql.dialect()) == Decimal("0.30")


@settings(max_examples=100, deadline=None)
@given(st.decimals(min_value=0, max_value=1, places=6))
def test_share_comes_back_exactly(part: Decimal) -> None:
    assert kept(share=part) == part


@pytest.mark.parametrize("part", ["1.000001", "-0.1", "0.1234567", "NaN"])
def test_share_outside_is_refused(part: str) -> None:
    refused(ValueError, share=Decimal(part))


@settings(max_examples=100, deadline=None)
@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)), st.integers(-12 * 60, 14 * 60))
def test_moment_comes_back_in_utc_with_microseconds(naive: datetime, minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    answer = kept(moment=moment)
    assert answer == moment
    assert answer.tzinfo is UTC


def test_moment_without_zone_is_refused() -> None:
    refused(ValueError, moment=datetime(2026, 11, 22))
    refused(TypeError, moment="2026-11-22")


def test_moment_is_timestamptz_on_postgresql() -> None:
    ddl = str(sa.schema.CreateTable(row).compile(dialect=postgresql.dialect()))
    assert "moment TIMESTAMP WITH TIME ZONE" in ddl
    assert "json JSONB" in ddl
    assert "money BIGINT" in ddl


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10))
def test_text_comes_back_as_typed(text: str) -> None:
    assert kept(line=text) == text
    assert kept(text=text) == text


def test_text_is_not_normalised() -> None:
    assert kept(text="\uf967 e\u0301") == "\uf967 e\u0301"


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\udfff x"])
def test_text_that_no_database_keeps_is_refused(text: str) -> None:
    refused(ValueError, text=text)
    refused(ValueError, line=text)


def test_line_knows_its_length_but_a_pattern_may_be_longer() -> None:
    refused(ValueError, line="12345678901")
    with engine.connect() as connection:
        connection.execute(row.insert().values(line="1234567890"))
        found = sa.select(sa.func.count()).select_from(row).where(row.c.line.like("%1234567890%"))
        assert connection.execute(found).scalar_one() == 1


def test_choice() -> None:
    answer = kept(colour=Colour.BLUE)
    assert answer is Colour.BLUE
    assert kept(colour="red") is Colour.RED
    refused(ValueError, colour="green")
    refused(TypeError, colour=3)
    refused(TypeError, colour=Other.RED)
    with engine.connect() as connection:
        connection.execute(sa.text("insert into row (colour) values ('green')"))
        with pytest.raises(ValueError, match="green"):
            connection.execute(sa.select(row.c.colour)).scalar_one()


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii", exclude_characters="\0")), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(PLAIN)
def test_json_comes_back_as_it_was(value: object) -> None:
    assert kept(json=value) == value


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {"a": Decimal(1)}, {1: "a"}, {"a": datetime(2026, 1, 1)}])
def test_json_refuses_what_would_not_come_back(value: object) -> None:
    refused(TypeError, json=value)


def test_json_none_is_null_and_is_asked_by_key() -> None:
    with engine.connect() as connection:
        connection.execute(row.insert(), [{"json": {"kind": "a"}}, {"json": None}])
        assert connection.execute(sa.select(sa.func.count()).where(row.c.json.is_(None))).scalar_one() == 1
        found = sa.select(sa.func.count()).select_from(row).where(row.c.json["kind"].as_string() == "a")
        assert connection.execute(found).scalar_one() == 1
    refused(ValueError, json={"a": "\0"})


def test_digest() -> None:
    assert kept(digest="0af9" * 16) == "0af9" * 16
    for wrong in ("0AF9" * 16, "0af9", "g" * 64):
        refused(ValueError, digest=wrong)


@pytest.mark.parametrize("kind", [Money(), Share(), Moment(), Text(), Line(3), Choice(Colour), Json(), Digest()])
def test_every_type_can_be_cached(kind: sa.types.TypeDecorator) -> None:
    assert kind.cache_ok
    hash(kind._static_cache_key)


def test_different_lengths_and_enums_are_different_types() -> None:
    assert Line(3)._static_cache_key != Line(4)._static_cache_key
    assert Choice(Colour)._static_cache_key != Choice(Other)._static_cache_key
