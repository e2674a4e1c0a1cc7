"""Codes of organisations and patents."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.core.errors import Refused
from consortium.core.identifiers import (
    USCC_ALPHABET,
    Scheme,
    check,
    chinese_patent,
    kind_of,
    lei_check,
    mismatch,
    organisation_check,
    region_of,
    uscc_check,
)
from consortium.core.terms import OrganisationKind as Kind

RIGHT = ["91110000600037341L", "91440300708461136T", "N21100006000373414"]
ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """Any code with two right check characters; X can stand at position 17."""
    start = draw(st.text(USCC_ALPHABET, min_size=2, max_size=2)) + draw(st.text("0123456789", min_size=6, max_size=6))
    organisation = draw(st.text(USCC_ALPHABET, min_size=8, max_size=8))
    code = start + organisation + organisation_check(organisation)
    return code + uscc_check(code)


@pytest.mark.parametrize("code", RIGHT)
def test_known_credit_codes(code: str) -> None:
    assert check(Scheme.USCC, code) == code


@settings(max_examples=100)
@given(credit_codes())
def test_right_credit_codes_pass_however_they_are_written(code: str) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    assert (
        check(Scheme.USCC, code)
        == check(Scheme.USCC, f" {code[:8]} {code[8:].lower()}\n")
        == check(Scheme.USCC, wide)
        == code
    )


@settings(max_examples=100)
@given(credit_codes(), st.integers(0, 17), st.sampled_from(ALNUM))
def test_one_wrong_character_is_found(code: str, place: int, character: str) -> None:
    wrong = code[:place] + character + code[place + 1 :]
    if wrong != code:
        with pytest.raises(Refused):
            check(Scheme.USCC, wrong)


@settings(max_examples=100)
@given(credit_codes(), st.integers(0, 16))
def test_two_swapped_characters_are_found(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(Refused):
            check(Scheme.USCC, wrong)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("911100001000013428", "check character 18 would be C, but it is 8"),
        ("9111000060003734", "has 18 characters; this one has 16"),
        ("91110000600O37341L", "character 12 is O"),
        ("9111000060003-341L", "character 14 is -"),
        ("91A10000600037341L", "six digits; here they are A10000"),
        ("91110000600037341\0L", "NUL"),
    ],
)
def test_what_is_wrong_is_said(code: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        check(Scheme.USCC, code)


def test_the_inner_check_digit_is_a_second_net() -> None:
    inner = "91110000600037342"
    with pytest.raises(Refused, match="check character 17 would be 1, but it is 2"):
        check(Scheme.USCC, inner + uscc_check(inner))


def test_kind_is_inferred_and_doubted() -> None:
    assert kind_of(RIGHT[0]) is Kind.ENTERPRISE
    assert kind_of("12100000400010275N") in (Kind.UNIVERSITY, Kind.INSTITUTE)
    assert kind_of("ZZ") is None
    assert region_of(RIGHT[1]) == "440300"
    assert mismatch(RIGHT[0], Kind.ENTERPRISE) is None
    assert mismatch("ZZ", Kind.ENTERPRISE) is None
    warning = mismatch(RIGHT[0], Kind.UNIVERSITY)
    assert warning is not None
    assert "begins with 91" in warning
    assert "University" in warning


@pytest.mark.parametrize("code", ["5493001KJTIIGC8Y1R12", "HWUPKR0MPOU8FGXBT394"])
def test_known_legal_entity_identifiers(code: str) -> None:
    assert check(Scheme.LEI, code.lower()) == code


@settings(max_examples=100)
@given(st.text(ALNUM, min_size=18, max_size=18), st.integers(0, 19), st.sampled_from("0123456789"))
def test_legal_entity_identifiers(start: str, place: int, digit: str) -> None:
    code = start + lei_check(start)
    assert check(Scheme.LEI, code) == code
    wrong = code[:place] + digit + code[place + 1 :]
    if wrong != code and code[place].isdigit():
        with pytest.raises(Refused):
            check(Scheme.LEI, wrong)


def test_other_schemes() -> None:
    assert check(Scheme.PIC, " 999997930 ") == "999997930"
    assert check(Scheme.REGISTRATION, "HRB 12345 B") == "HRB 12345 B"
    for scheme, code in [
        (Scheme.PIC, "12345678"),
        (Scheme.PIC, "12345678a"),
        (Scheme.REGISTRATION, "--"),
        (Scheme.REGISTRATION, "1" * 61),
        (Scheme.LEI, "x"),
    ]:
        with pytest.raises(Refused):
            check(scheme, code)


def test_chinese_patents() -> None:
    assert chinese_patent("ZL200310102344.5") == chinese_patent("CN2003101023445") == "200310102344.5"
    for wrong, sentence in [
        ("200310102344.6", "would be 5"),
        ("200370102344.5", "fifth digit"),
        ("20031010234", "12 digits"),
    ]:
        with pytest.raises(Refused, match=sentence):
            chinese_patent(wrong)


@settings(max_examples=100)
@given(st.text(max_size=30))
def test_no_text_breaks_a_check(text: str) -> None:
    for scheme in Scheme:
        try:
            check(scheme, text)
        except Refused as refusal:
            assert str(refusal).endswith(".")
