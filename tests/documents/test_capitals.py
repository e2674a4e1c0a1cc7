"""Amounts in capitals after the payment settlement rules, and numbers of clauses."""

import random
from decimal import Decimal

import pytest

from consortium.documents.capitals import amount_in_capitals, chinese_number, clause_number

VECTORS = {
    "1409.50": "人民币壹仟肆佰零玖元伍角",
    "6007.14": "人民币陆仟零柒元壹角肆分",
    "1680.32": "人民币壹仟陆佰捌拾元零叁角贰分",
    "107000.53": "人民币壹拾万柒仟元零伍角叁分",
    "16409.02": "人民币壹万陆仟肆佰零玖元零贰分",
    "325.04": "人民币叁佰贰拾伍元零肆分",
    "100010001": "人民币壹亿零壹万零壹元整",
    "30050000": "人民币叁仟零伍万元整",
    "0.05": "人民币伍分",
    "0": "人民币零元整",
    "12000000.00": "人民币壹仟贰佰万元整",
    "10": "人民币壹拾元整",
    "-3.2": "负人民币叁元贰角",
    "1000000000000": "人民币壹万亿元整",
}


@pytest.mark.parametrize(("amount", "written"), VECTORS.items())
def test_vectors(amount: str, written: str) -> None:
    assert amount_in_capitals(amount) == written
    assert amount_in_capitals(Decimal(amount)) == written


@pytest.mark.parametrize("amount", ["sNaN", "Infinity", "1e16", "9999999999999999.999", "zwölf", ""])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        amount_in_capitals(amount)


def read(written: str) -> Decimal:
    """The amount that was written, by a way of its own."""
    digits = {sign: place for place, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
    units = {"拾": 10, "佰": 100, "仟": 1000}
    total = section = digit = fen = 0
    for sign in written.removeprefix("人民币").removesuffix("整"):
        if sign in digits:
            digit = digits[sign]
        elif sign in units:
            section, digit = section + digit * units[sign], 0
        elif sign == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        elif sign == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        elif sign == "元":
            total, section, digit = total + section + digit, 0, 0
        elif sign == "角":
            fen, digit = fen + digit * 10, 0
        elif sign == "分":
            fen, digit = fen + digit, 0
    return Decimal(total) + Decimal(fen) / 100


def test_what_is_written_reads_as_the_amount() -> None:
    draw = random.Random(7)
    for _ in range(5000):
        amount = Decimal(draw.randrange(10 ** draw.randint(1, 14))) / 100
        assert read(amount_in_capitals(amount)) == amount


def test_numbers_of_clauses() -> None:
    numbers = {
        1: "第一条",
        10: "第十条",
        11: "第十一条",
        20: "第二十条",
        21: "第二十一条",
        105: "第一百零五条",
        110: "第一百一十条",
    }
    assert {number: clause_number(number) for number in numbers} == numbers
    assert chinese_number(0) == "零"
    with pytest.raises(ValueError, match="range"):
        chinese_number(-1)
