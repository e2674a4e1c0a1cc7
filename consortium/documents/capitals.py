"""Chinese numerals on paper: amounts in capitals (金额大写), numbers of clauses."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLAIN = "零一二三四五六七八九"
LARGEST = Decimal(10) ** 16


def amount_in_capitals(amount: Decimal | str | int) -> str:
    """`人民币壹仟肆佰零玖元伍角` for yuan, by the payment settlement rules; raises ValueError for 10^16 yuan and more."""
    try:
        exact = Decimal(amount)
        if not exact.is_finite() or abs(exact) >= LARGEST:
            raise ValueError(f"This amount cannot be written in capitals: {amount}")
        yuan = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    except InvalidOperation:
        raise ValueError(f"This is not an amount: {amount}") from None
    if abs(yuan) >= LARGEST:
        raise ValueError(f"This amount cannot be written in capitals: {amount}")
    fen = int(abs(yuan) * 100)
    whole, (jiao, rest) = fen // 100, divmod(fen % 100, 10)
    start = ("负" if yuan < 0 else "") + "人民币" + (f"{_integer(whole)}元" if whole else "")
    if not jiao and not rest:
        return start + ("整" if whole else "零元整")
    if jiao:
        gap = "零" if whole and whole % 10 == 0 else ""
        return start + gap + DIGITS[jiao] + "角" + (DIGITS[rest] + "分" if rest else "")
    return start + ("零" if whole else "") + DIGITS[rest] + "分"


def _integer(number: int) -> str:
    """Sections of four digits, with one 零 for zeros between them."""
    sections = [number // 10000**power % 10000 for power in range(4)]
    units = ("", "万", "亿", "万" if sections[2] else "万亿")
    written, gap = "", False
    for power in (3, 2, 1, 0):
        section = sections[power]
        if not section:
            gap = bool(written)
            continue
        if written and (gap or section < 1000):
            written += "零"
        written += _section(section) + units[power]
        gap = False
    return written


def _section(number: int) -> str:
    written, zero = "", False
    for unit, sign in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += ("零" if zero and written else "") + DIGITS[digit] + sign
        zero = not digit
    return written


def chinese_number(number: int) -> str:
    """`十一` for 11, `一百零五` for 105; from 0 to 9999."""
    if not 0 <= number <= 9999:
        raise ValueError(f"Out of range: {number}")
    if number == 0:
        return PLAIN[0]
    written, zero = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += ("零" if zero and written else "") + PLAIN[digit] + sign
        zero = not digit
    return written[1:] if 10 <= number < 20 else written


def clause_number(number: int) -> str:
    """`第十一条` for 11."""
    return f"第{chinese_number(number)}条"
