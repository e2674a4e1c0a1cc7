"""Column types. What a column cannot keep exactly, it refuses, with TypeError for the wrong kind and ValueError for the wrong value."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from consortium.core import words

MOST_MONEY = Decimal(10**16)


def in_units(value: object, places: int) -> int:
    """The number in its smallest units (12.34 with 2 places: 1234), exactly; trailing zeros do not count as decimals."""
    if isinstance(value, bool) or not isinstance(value, (Decimal, int)):
        raise TypeError(f"An exact number (Decimal or int) is expected here, not {type(value).__name__}.")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"{number} is not a number that can be kept.")
    if not number:
        return 0
    # The limit comes first: 1E+999999999 must not be written out.
    if number.copy_abs() > MOST_MONEY:
        raise ValueError("The number is beyond 10 000 000 000 000 000 and cannot be kept.")
    sign, digits, exponent = number.as_tuple()
    shift = int(exponent) + places
    if shift < 0:
        if -shift >= len(digits) or any(digits[shift:]):
            raise ValueError(f"The number has more than {places} decimals.")
        digits, shift = digits[:shift], 0
    units = int("".join(map(str, digits)) + "0" * shift)
    return -units if sign else units


def clean_text(value: object) -> str:
    """The text as typed; NUL and lone surrogates are refused, since not every database can keep them."""
    if not isinstance(value, str):
        raise TypeError(f"Text is expected here, not {type(value).__name__}.")
    if "\0" in value:
        raise ValueError("The text contains the character NUL.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("The text contains half of a surrogate pair.")
    return str(value)


class Money(TypeDecorator[Decimal]):
    """Yuan as Decimal with 2 decimals in Python, fen as BIGINT in the database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else in_units(value, 2)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        # PostgreSQL answers a sum of BIGINT as NUMERIC.
        return None if value is None else Decimal(f"{int(value)}E-2")


class Months(TypeDecorator[Decimal]):
    """Person-months as Decimal with 2 decimals in Python (1.00 is a twelfth of a person's year), hundredths in the database."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        hundredths = in_units(value, 2)
        if abs(hundredths) > 10**8:
            raise ValueError("More than a million person-months cannot be kept.")
        return hundredths

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(f"{int(value)}E-2")


class Share(TypeDecorator[Decimal]):
    """A part of one, Decimal 0 to 1 with up to 6 decimals; whole millionths in the database."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        millionths = in_units(value, 6)
        if not 0 <= millionths <= 10**6:
            raise ValueError(f"A share lies between 0 and 1; {value} does not.")
        return millionths

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(f"{int(value)}E-6")


class Moment(TypeDecorator[datetime]):
    """A point in time, aware and in UTC in Python; timestamptz on PostgreSQL, naive UTC with microseconds elsewhere."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if not isinstance(value, datetime):
            raise TypeError(f"A point in time (datetime) is expected here, not {type(value).__name__}.")
        if value.utcoffset() is None:
            raise ValueError("A point in time needs its time zone; ask the clock for it.")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Text(TypeDecorator[str]):
    """Text of any length, as typed."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean_text(value)


class Line(TypeDecorator[str]):
    """Text of at most `length` characters, as typed."""

    impl = sa.String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        text = clean_text(value)
        if len(text) > self.length:
            raise ValueError(f"The text is {len(text)} characters long; at most {self.length} fit.")
        return text

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """What is only compared (a pattern of LIKE) may be longer than what is kept."""
        return Text()


class Sentence(TypeDecorator[Any]):
    """A sentence (`_l`) that each reader gets in his own language, kept with its values as text; plain text as it is, cut at `length`."""

    impl = sa.String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: object | None, dialect: Dialect) -> str | None:
        return None if value is None else clean_text(words.written(value, self.length))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> object | None:
        return None if value is None else words.read(value)


class Choice(TypeDecorator[Any]):
    """A member of a StrEnum, kept as its value in VARCHAR(40)."""

    impl = sa.String
    cache_ok = True

    def __init__(self, choices: type[StrEnum]) -> None:
        super().__init__(40)
        self.choices = choices
        if long := [member.value for member in choices if len(member.value) > 40]:
            raise ValueError(f"The value {long[0]} is longer than 40 characters.")

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or (isinstance(value, StrEnum) and not isinstance(value, self.choices)):
            raise TypeError(f"A {self.choices.__name__} is expected here, not {type(value).__name__}.")
        return self.choices(value).value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.choices(value)


class Json(TypeDecorator[Any]):
    """Plain values (dict, list, str, int, bool, None), never changed in place; JSONB on PostgreSQL. None is SQL's NULL."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(sa.JSON(none_as_null=True))

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        coerced: TypeEngine[Any] = self.impl_instance.coerce_compared_value(op, value)
        return coerced

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> Any | None:
        plain_value(value)
        return value


def plain_value(value: Any) -> None:
    """Refuse whatever JSON would not give back exactly: floats, Decimal, dates, keys that are no text, and text with NUL."""
    if value is None or isinstance(value, (bool, int)):
        return
    if isinstance(value, float):
        raise TypeError("Floats are not kept as JSON; write money and shares as text.")
    if isinstance(value, str):
        clean_text(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            clean_text(key)
            plain_value(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            plain_value(inner)
    else:
        raise TypeError(f"{type(value).__name__} is not kept as JSON; turn it into text first.")


class Digest(TypeDecorator[str]):
    """A SHA-256 as 64 lower-case hexadecimal digits."""

    impl = sa.String(64)
    cache_ok = True
    pattern = re.compile(r"[0-9a-f]{64}")

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and not (isinstance(value, str) and self.pattern.fullmatch(value)):
            raise ValueError("A digest is 64 lower-case hexadecimal digits.")
        return value
