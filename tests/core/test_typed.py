"""Numbers of rows as addresses name them."""

import pytest

from consortium.core.typed import whole


@pytest.mark.parametrize(("asked", "number"), [("7", 7), ("0", 0), ("007", 7), ("999999999", 999_999_999)])
def test_a_number_is_read(asked: str, number: int) -> None:
    assert whole(asked) == number


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "",
        " ",
        "7 ",
        "-7",
        "+7",
        "7.0",
        "1e3",
        "0x7",
        "seven",
        "七",
        "７",
        "²",
        "٧",
        "7\0",
        "1234567890",
        str(2**63),
        "9" * 5000,
    ],
)
def test_anything_else_is_none(asked: str | None) -> None:
    assert whole(asked) is None, "what no column can keep never reaches the database"
