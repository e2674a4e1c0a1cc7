"""What people type: text, money, days, shares and counts are read here, or refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from consortium.core.errors import Refused
from consortium.core.types import MOST_MONEY
from consortium.core.words import Lazy, _l

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_ENDS = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")
MOST_COUNT = 2**31 - 1
MOST_MONTHS = Decimal(100_000)
# Full-width forms of what numbers and dates are written with, as Chinese keyboards give them.
NARROW = str.maketrans(
    {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)} | {"。": ".", "−": "-", "￥": "¥", "\u3000": " "}
)
UNITS = {"": 0, "元": 0, "万": 4, "万元": 4, "亿": 8, "亿元": 8}
GROUPED = r"[0-9]{1,3}(?:[ ,\u00a0\u2009\u202f][0-9]{3})+|[0-9]+"
MONEY = re.compile(
    rf"(?:¥|RMB|CNY)?\s*(?P<sign>[+-]?)(?P<whole>{GROUPED})(?:\.(?P<part>[0-9]+))?\s*(?P<unit>[万亿]?元?)",
    re.IGNORECASE,
)
COUNT = re.compile(rf"(?P<sign>[+-]?)(?P<whole>{GROUPED})")
MONTHS_OF_WORK = re.compile(rf"(?P<sign>[+-]?)(?P<whole>{GROUPED})(?:\.(?P<part>[0-9]+))?")
SHARE = re.compile(r"(?P<sign>[+-]?)(?P<number>[0-9]+(?:\.(?P<part>[0-9]+))?)\s*%?")
DAY = re.compile(
    r"([0-9]{4})\s*(?:([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,2})|年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?)"
)
MONTHS = (
    _l("January"), _l("February"), _l("March"), _l("April"), _l("May"), _l("June"),
    _l("July"), _l("August"), _l("September"), _l("October"), _l("November"), _l("December"),
)  # fmt: skip


def unfit(text: str) -> Lazy | None:
    """The sentence about the first character that no text may hold, if there is one."""
    for position, character in enumerate(text, 1):
        if character.isalnum() or character in " \t\n\r":
            continue
        code = f"U+{ord(character):04X}"
        if character == "\0":
            return _l("Character %(position)s is NUL, which is not text; please remove it.", position=position)
        if "\ud800" <= character <= "\udfff" or character == "\ufffd":
            return _l(
                "Character %(position)s could not be read (%(code)s); please type it again.",
                position=position,
                code=code,
            )
        if character in BIDI:
            return _l(
                "Character %(position)s is an invisible control of the writing direction (%(code)s); please remove it.",
                position=position,
                code=code,
            )
        # Cc and the non-characters cannot stand in XML, so not in any paper or sheet.
        if (
            unicodedata.category(character) == "Cc"
            or ord(character) & 0xFFFE == 0xFFFE
            or "\ufdd0" <= character <= "\ufdef"
        ):
            return _l(
                "Character %(position)s is an invisible control character (%(code)s); please remove it.",
                position=position,
                code=code,
            )
    return None


def whole(asked: str | None) -> int | None:
    """The number of a row as an address names it, at most nine digits, so that it fits every column; None for anything else."""
    return int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def text(typed: str, most: int) -> str:
    """The text without the white space around it; ends of line become \\n, as they were typed."""
    kept = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(kept) > most:
        raise Refused(
            _l("The text is %(count)s characters long; at most %(most)s fit.", count=f"{len(kept):,}", most=f"{most:,}")
        )
    if complaint := unfit(typed):
        raise Refused(complaint)
    return kept


def line(typed: str, most: int) -> str:
    """A text of one line."""
    kept = text(typed, most)
    if LINE_ENDS & set(kept):
        raise Refused(_l("This has to fit on one line; please remove the line breaks."))
    return kept


def money(typed: str, least: Decimal | None = Decimal(0), most: Decimal = MOST_MONEY) -> Decimal:
    """Yuan with 2 decimals from `1,234.56`, `120万` or full-width digits."""
    found = MONEY.fullmatch(short(typed))
    if not found or len(found["whole"]) > 40 or len(found["part"] or "") > 40:
        raise Refused(_l("Write the amount in yuan with digits, such as 1,234.56, or in 万元, such as 120万元."))
    part, shift = found["part"] or "", UNITS[found["unit"]]
    if len(part) > shift + 2:
        raise Refused(_l("Money has at most two decimals (fen); this amount has %(count)s.", count=len(part) - shift))
    # Built from text, since arithmetic would round to the precision of the context.
    digits = digits_of(found["whole"]) + part
    amount = Decimal(f"{found['sign']}{digits}E{shift - len(part)}")
    if least is not None and amount < least:
        raise Refused(
            _l("The amount must not be negative.")
            if not least
            else _l("The amount must be at least %(least)s.", least=f"{least:,}")
        )
    if amount > most or amount < -MOST_MONEY:
        raise Refused(_l("The amount is too large; at most %(most)s fits.", most=f"{most:,}"))
    return amount.quantize(Decimal("0.01")) + 0


def months(typed: str, most: Decimal = MOST_MONTHS) -> Decimal:
    """Person-months with 2 decimals from `1.5`, `1,234.50` or full-width digits."""
    found = MONTHS_OF_WORK.fullmatch(short(typed))
    if not found or len(found["whole"]) > 40 or len(found["part"] or "") > 40:
        raise Refused(_l("Write person-months with digits, such as 1.5."))
    if len((found["part"] or "").rstrip("0")) > 2:
        raise Refused(_l("Person-months have at most two decimals."))
    amount = Decimal(f"{found['sign']}{digits_of(found['whole'])}.{found['part'] or '0'}")
    if not 0 <= amount <= most:
        raise Refused(_l("Person-months lie between 0 and %(most)s.", most=f"{most:,}"))
    return amount.quantize(Decimal("0.01")) + 0


def share(typed: str, least: Decimal = Decimal(0), most: Decimal = Decimal(1)) -> Decimal:
    """A part of one from a percentage with up to 4 decimals: `12.5` and `12.5%` give 0.125."""
    found = SHARE.fullmatch(short(typed))
    if not found or len(found["number"]) > 40:
        raise Refused(_l("Write the share in percent with digits, such as 12.5."))
    if len(found["part"] or "") > 4:
        raise Refused(_l("A percentage has at most four decimals; this one has %(count)s.", count=len(found["part"])))
    part = Decimal(f"{found['sign']}{found['number']}E-2")
    if not least <= part <= most:
        raise Refused(
            _l("The share must lie between %(least)s %% and %(most)s %%.", least=percent(least), most=percent(most))
        )
    return part + 0


def count(typed: str, least: int = 0, most: int = MOST_COUNT) -> int:
    """A whole number; groups of three may be parted by commas or spaces."""
    found = COUNT.fullmatch(short(typed))
    if not found:
        raise Refused(_l("Write a whole number with digits, such as 12."))
    digits = digits_of(found["whole"])
    number = int(f"{found['sign']}{digits[:40]}")
    if len(digits) > 40 or not least <= number <= most:
        raise Refused(_l("The number must lie between %(least)s and %(most)s.", least=f"{least:,}", most=f"{most:,}"))
    return number


def day(typed: str, first: date = date(1900, 1, 1), last: date = date(2199, 12, 31)) -> date:
    """A day from 2026-11-22, 2026/11/22, 2026.11.22 or 2026年11月22日."""
    found = DAY.fullmatch(short(typed))
    if not found:
        raise Refused(_l("Write the date as year, month and day, such as 2026-11-22 or 2026年11月22日."))
    year, month, number = int(found[1]), int(found[3] or found[5]), int(found[4] or found[6])
    if not 1 <= month <= 12:
        raise Refused(_l("The month %(month)s does not exist; write the date as year, month and day.", month=month))
    try:
        answer = date(year, month, number)
    except ValueError:
        raise Refused(
            _l("%(day)s %(month)s %(year)s does not exist.", day=number, month=MONTHS[month - 1], year=year)
        ) from None
    if not first <= answer <= last:
        raise Refused(
            _l("The date must lie between %(first)s and %(last)s.", first=first.isoformat(), last=last.isoformat())
        )
    return answer


def short(typed: str) -> str:
    """The text of a number or date with narrow digits; what is too long for one is cut, and so fails to be one."""
    if complaint := unfit(typed[:200]):
        raise Refused(complaint)
    return typed.strip()[:200].translate(NARROW)


def digits_of(grouped: str) -> str:
    """The digits without what parts the groups, and without zeros in front."""
    return re.sub(r"[^0-9]", "", grouped).lstrip("0") or "0"


def percent(part: Decimal) -> str:
    """0.125 as `12.5`."""
    number = f"{Decimal(part).scaleb(2):f}"
    return number.rstrip("0").rstrip(".") if "." in number else number
