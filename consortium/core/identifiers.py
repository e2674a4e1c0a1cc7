"""Codes of organisations and patents: read as typed, checked digit by digit, refused with a sentence that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum, auto
from typing import NamedTuple

from consortium.core.errors import Refused
from consortium.core.terms import OrganisationKind as Kind
from consortium.core.terms import define, label
from consortium.core.typed import NARROW, line
from consortium.core.words import Lazy, _l

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # 3 ** i % 31, GB 32100-2015
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
PATENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


class Scheme(StrEnum):
    """Where a code comes from."""

    USCC = auto()
    LEI = auto()
    PIC = auto()
    REGISTRATION = auto()


SCHEME_LABELS = define({
    Scheme.USCC: ("统一社会信用代码", "Unified social credit code"),
    Scheme.LEI: ("法人机构识别编码（LEI）", "Legal entity identifier (LEI)"),
    Scheme.PIC: ("欧盟参与方代码（PIC）", "EU participant identification code (PIC)"),
    Scheme.REGISTRATION: ("注册登记号", "Registration number"),
})  # fmt: skip


def check(scheme: Scheme, code: str) -> str:
    """The code as it is kept (capitals, no spaces), or Refused with what is wrong."""
    return CHECKS[scheme](code)


def tidy(code: str) -> str:
    """The code in narrow capitals without spaces: how a code is written does not change it."""
    return re.sub(r"\s", "", line(code, 200).translate(NARROW)).upper()


def uscc(code: str) -> str:
    """A unified social credit code (GB 32100-2015): both check characters are right."""
    code = tidy(code)
    if len(code) != 18:
        raise Refused(_l("A unified social credit code has 18 characters; this one has %(count)s.", count=len(code)))
    for position, character in enumerate(code, 1):
        if character in "IOSVZ":
            raise Refused(
                _l(
                    "The letters I, O, S, V and Z are not used in a unified social credit code; character %(position)s is %(character)s.",
                    position=position,
                    character=character,
                )
            )
        if character not in USCC_ALPHABET:
            raise Refused(
                _l(
                    "A unified social credit code consists of digits and capital letters; character %(position)s is %(character)s.",
                    position=position,
                    character=character,
                )
            )
    if not code[2:8].isdigit():
        raise Refused(
            _l(
                "Characters 3 to 8 of a unified social credit code are the region, six digits; here they are %(region)s.",
                region=code[2:8],
            )
        )
    if (expected := uscc_check(code)) != code[17]:
        raise Refused(wrong_check(18, expected, code[17]))
    if (expected := organisation_check(code[8:16])) != code[16]:
        raise Refused(wrong_check(17, expected, code[16]))
    return code


def wrong_check(position: int, expected: str, found: str) -> Lazy:
    """The sentence that names the check character that does not fit."""
    return _l(
        "The code has a typing error: by the rest of it, check character %(position)s would be %(expected)s, but it is %(found)s.",
        position=position,
        expected=expected,
        found=found,
    )


def uscc_check(code: str) -> str:
    """The 18th character that goes with the first 17."""
    total = sum(
        USCC_ALPHABET.index(character) * weight for character, weight in zip(code[:17], USCC_WEIGHTS, strict=True)
    )
    return USCC_ALPHABET[-total % 31]


def organisation_check(code: str) -> str:
    """The check character of an organisation code of 8 characters (GB 11714)."""
    total = sum(int(character, 36) * weight for character, weight in zip(code, ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


class Registered(NamedTuple):
    """What the first characters of a credit code say: who was registered, and which kinds of organisation that can be."""

    zh: str
    en: str
    kinds: tuple[Kind, ...]


COMPANY = (Kind.ENTERPRISE, Kind.FINANCE, Kind.TESTING_BODY, Kind.INSTITUTE, Kind.NEW_RD_BODY, Kind.USER, Kind.OTHER)
PUBLIC = (Kind.INSTITUTE, Kind.UNIVERSITY, Kind.NEW_RD_BODY, Kind.TESTING_BODY, Kind.USER, Kind.AUTHORITY, Kind.OTHER)
CIVIL = (
    Kind.NEW_RD_BODY,
    Kind.INSTITUTE,
    Kind.UNIVERSITY,
    Kind.TESTING_BODY,
    Kind.USER,
    Kind.INDUSTRY_BODY,
    Kind.OTHER,
)
# The likeliest kind first. Not from a source: a warning may be built on it, never a refusal.
REGISTERED = {
    "91": Registered("企业", "enterprise", COMPANY),
    "92": Registered("个体工商户", "individual business", (Kind.ENTERPRISE, Kind.OTHER)),
    "93": Registered("农民专业合作社", "farmers' cooperative", (Kind.ENTERPRISE, Kind.OTHER)),
    "11": Registered("机关", "state organ", (Kind.AUTHORITY, Kind.OTHER)),
    "12": Registered("事业单位", "public institution", PUBLIC),
    "13": Registered("群团", "mass organisation", (Kind.INDUSTRY_BODY, Kind.AUTHORITY, Kind.OTHER)),
    "51": Registered("社会团体", "social association", (Kind.INDUSTRY_BODY, Kind.OTHER)),
    "52": Registered("民办非企业", "private non-enterprise unit", CIVIL),
    "53": Registered("基金会", "foundation", (Kind.FINANCE, Kind.OTHER)),
    "N": Registered("农村集体", "rural collective", (Kind.ENTERPRISE, Kind.OTHER)),
    "A": Registered("军队", "military unit", (Kind.OTHER, Kind.INSTITUTE, Kind.UNIVERSITY, Kind.USER)),
    "Y": Registered("其他", "other", (Kind.OTHER,)),
}


def registered(code: str) -> Registered | None:
    """What the first characters of a credit code say, where it is known."""
    return REGISTERED.get(code[:2]) or REGISTERED.get(code[:1])


def kind_of(code: str) -> Kind | None:
    """The kind of organisation that a credit code most likely belongs to."""
    found = registered(code)
    return found.kinds[0] if found else None


def mismatch(code: str, kind: Kind) -> Lazy | None:
    """A warning, when the code was given to another kind of organisation than is said here."""
    found = registered(code)
    if found is None or kind in found.kinds:
        return None
    return _l(
        "The code begins with %(start)s, which is given to %(registered)s; the organisation is entered as %(kind)s. Please check both.",
        start=code[:2] if code[:2] in REGISTERED else code[:1],
        registered=f"{found.zh} ({found.en})",
        kind=label(kind),
    )


def region_of(code: str) -> str:
    """The six digits of the region in which a credit code was given; it may have been withdrawn since."""
    return code[2:8]


def lei(code: str) -> str:
    """A legal entity identifier (ISO 17442, check digits by ISO 7064 mod 97-10)."""
    code = tidy(code)
    if len(code) != 20:
        raise Refused(_l("A legal entity identifier has 20 characters; this one has %(count)s.", count=len(code)))
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", code):
        raise Refused(_l("A legal entity identifier has 18 digits or letters and then two digits."))
    if (expected := lei_check(code[:18])) != code[18:]:
        raise Refused(
            _l(
                "The code has a typing error: by the rest of it, the last two digits would be %(expected)s, but they are %(found)s.",
                expected=expected,
                found=code[18:],
            )
        )
    return code


def lei_check(code: str) -> str:
    """The two check digits that go with the first 18 characters."""
    return f"{98 - int(''.join(str(int(character, 36)) for character in code + '00')) % 97:02d}"


def pic(code: str) -> str:
    """A participant identification code of the European Commission: 9 digits without a check digit."""
    code = tidy(code)
    if not re.fullmatch(r"[0-9]{9}", code):
        raise Refused(_l("A participant identification code (PIC) has nine digits; this is %(code)s.", code=code[:40]))
    return code


def registration(code: str) -> str:
    """A registration number of any register, as it is written there; at most 60 characters."""
    code = line(code, 60)
    if not any(character.isalnum() for character in code):
        raise Refused(_l("A registration number has at least one letter or digit."))
    return code


CHECKS: dict[Scheme, Callable[[str], str]] = {
    Scheme.USCC: uscc,
    Scheme.LEI: lei,
    Scheme.PIC: pic,
    Scheme.REGISTRATION: registration,
}


def chinese_patent(number: str) -> str:
    """A Chinese patent or application number (since October 2003) as `200310102344.5`; `ZL` and `CN` before it are left out."""
    code = re.sub(r"^(ZL|CN)", "", tidy(number))
    if not (found := re.fullmatch(r"([0-9]{12})\.?([0-9X])", code)):
        raise Refused(
            _l("A Chinese application number has 12 digits, a point and a check character, such as 200310102344.5.")
        )
    if found[1][4] not in "12389":
        raise Refused(
            _l(
                "The fifth digit of a Chinese application number is its kind, 1, 2, 3, 8 or 9; here it is %(found)s.",
                found=found[1][4],
            )
        )
    if (expected := patent_check(found[1])) != found[2]:
        raise Refused(wrong_check(13, expected, found[2]))
    return f"{found[1]}.{found[2]}"


def patent_check(digits: str) -> str:
    """The check character of the 12 digits of a Chinese application number."""
    return "0123456789X"[sum(int(digit) * weight for digit, weight in zip(digits, PATENT_WEIGHTS, strict=True)) % 11]


#: What the fifth digit of a Chinese application number says (ZC 0006-2003): 8 and 9 came by way of the PCT.
PATENT_KINDS = {"invention": "18", "utility": "29", "design": "3"}
YEAR = r"(?:19|20)[0-9]{2}"
NUMBERED = r"[0-9]{1,6}(?:\.[0-9]{1,3})*"
#: How the numbers of standards are built, by whose they are.
STANDARDS = {
    "international": (rf"(?:ISO|IEC|ISO/IEC|ITU-T|IEEE)(?:/(?:TS|TR|PAS))? [A-Z]?\.?[0-9]{{1,6}}(?:[.-][0-9]{{1,4}})*(?::{YEAR})?", "ISO/IEC 27001:2022"),
    "mandatory": (rf"GB {NUMBERED}-{YEAR}", "GB 7258-2017"),
    "national": (rf"GB/[TZ] {NUMBERED}-{YEAR}", "GB/T 22900-2022"),
    "industry": (rf"(?!GB|DB)[A-Z]{{2,3}}(?:/[TZ])? {NUMBERED}-{YEAR}", "JB/T 10051-2019"),
    "local": (rf"DB[0-9]{{2,4}}(?:/T)? {NUMBERED}-{YEAR}", "DB33/T 2310-2021"),
    "association": (rf"T/[A-Z0-9]{{2,12}} {NUMBERED}-{YEAR}", "T/CAMETA 001.1-2020"),
    "company": (rf"Q/[A-Z0-9]{{2,12}} {NUMBERED}-{YEAR}", "Q/ABC 001-2024"),
}  # fmt: skip
#: A plan for a national standard: year and number, recommended or not, committee.
STANDARD_PLAN = re.compile(r"20[0-9]{6}-[TQZ]-[0-9]{3}")


def patent_of(kind: str, number: str) -> str:
    """A Chinese application number that is one of a kind (`invention`, `utility`, `design`), by its fifth digit."""
    code = chinese_patent(number)
    if code[4] not in PATENT_KINDS[kind]:
        raise Refused(
            _l(
                "The fifth digit of this number is %(found)s, which another kind of patent has; choose that kind, or look at the number again.",
                found=code[4],
            )
        )
    return code


def patent_grant(number: str) -> str:
    """The number under which a Chinese patent was announced, such as `CN112345678B`."""
    code = tidy(number)
    if not re.fullmatch(r"CN[0-9]{7,9}[A-Z][0-9]?", code):
        raise Refused(_l("A number of announcement is CN, 7 to 9 digits and a letter, such as CN112345678B."))
    return code


def pct(number: str) -> str:
    """An international application under the PCT, such as `PCT/CN2023/012345`."""
    code = tidy(number)
    if not re.fullmatch(rf"PCT/[A-Z]{{2}}{YEAR}/[0-9]{{5,6}}", code):
        raise Refused(_l("An international application is written as PCT/CN2023/012345."))
    return code


def software_copyright(number: str) -> str:
    """The number of a registered software copyright: year, SR, six or seven digits."""
    code = tidy(number)
    if not re.fullmatch(rf"{YEAR}SR[0-9]{{6,7}}", code):
        raise Refused(
            _l("The number of a software copyright is the year, SR and six or seven digits, such as 2023SR0123456.")
        )
    return code


def layout_design(number: str) -> str:
    """The number of a registered IC layout design: `BS.` and eight or nine digits, and a check digit where it has one."""
    code = tidy(number)
    if not (found := re.fullmatch(r"BS\.?([0-9]{8,9}(?:\.[0-9X])?)", code)):
        raise Refused(_l("The number of an IC layout design is BS. and eight or nine digits, such as BS.205012345."))
    return f"BS.{found[1]}"


def standard(whose: str, number: str) -> str:
    """The number of a standard of a kind (`STANDARDS`), with one blank before its figures; or of a plan for a national one."""
    code = re.sub(r"\s+", " ", line(number, 200).translate(NARROW).replace("—", "-").replace("–", "-")).strip().upper()
    code = re.sub(r"^((?:[A-Z]+/)?[A-Z]+[0-9]{0,4}?(?:/[TZ])?)(?=[0-9]+(?:\.[0-9]+)*-)", r"\1 ", code)
    shape, example = STANDARDS[whose]
    if re.fullmatch(shape, code) or (whose in ("mandatory", "national") and STANDARD_PLAN.fullmatch(code)):
        return code
    raise Refused(
        _l(
            "This is no number of such a standard; one is written as %(example)s. Look at its kind, too.",
            example=example,
        )
    )


def doi(number: str) -> str:
    """A digital object identifier as `10.1000/182`; the address or `doi:` before it is left out."""
    code = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", line(number, 200).strip(), flags=re.IGNORECASE)
    if not re.fullmatch(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+", code):
        raise Refused(_l("A DOI begins with 10., a number and a slash, such as 10.1000/182."))
    return code
