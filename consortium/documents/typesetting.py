"""Facts to HTML: the templates of the papers with an environment of their own, which knows no Flask."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import jinja2
import segno
from markupsafe import Markup, escape

from consortium.core import shares
from consortium.documents import capitals, charts, drawing, paper_charts, plan_sheets

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "documents"
PRINT = ROOT / "static" / "print"


TAGS = {"zh": "zh-Hans", "en": "en"}


@dataclass(frozen=True)
class Template:
    """An edition of a kind of paper: its template file, its style sheets in the order of the cascade, and what its facts are to the PDF."""

    file: str
    styles: tuple[str, ...]
    relationship: str


#: The first line of a template names its edition, and says whether the facts are the `Source` of the paper or `Data` behind it.
NAMED = re.compile(r"\{# (?P<name>(?P<kind>[a-z_]+)/[1-9][0-9]*) (?P<relationship>Source|Data) #\}\n")


@cache
def editions() -> dict[str, Template]:
    """All templates by name (`<kind>/<edition>`): each is `<kind>.html` with `<kind>.css`; names that begin with `_` are parts."""
    found = {}
    for path in sorted(TEMPLATES.glob("[a-z]*.html")):
        said = NAMED.match(path.read_text("utf-8"))
        if said is None or said["kind"] != path.stem:
            raise ValueError(f"{path.name} has to begin with its name, as {{# {path.stem}/1 Source #}}.")
        found[said["name"]] = Template(path.name, ("tokens.css", f"{path.stem}.css"), said["relationship"])
    return found


def canonical(facts: Mapping[str, Any]) -> bytes:
    """The one spelling of facts, which is hashed, attached and archived: JSON in UTF-8, sorted keys, no spaces."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def facts_hash(facts: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical facts, in hexadecimal."""
    return hashlib.sha256(canonical(facts)).hexdigest()


def html(template: str, facts: Mapping[str, Any]) -> str:
    """The paper as HTML; raises KeyError for an unknown template and jinja2.UndefinedError for facts that it lacks."""
    kind = editions()[template]
    digest = facts_hash(facts)
    return _environment().get_template(kind.file).render(facts=facts, hash=digest, tongues=tongues(facts))


def tongues(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages of the paper, the leading one first: Chinese, if `lead_language` names no other."""
    language = str(facts.get("language") or "both")
    if language != "both":
        return (language,)
    return ("en", "zh") if facts.get("lead_language") == "en" else ("zh", "en")


def runs(text: Any, languages: Sequence[str]) -> list[tuple[str, str]]:
    """A text pair as (language tag, text) in the order of `languages`; plain text, which is in no known language, as it is."""
    if not isinstance(text, Mapping):
        return [("", str(text))] if text not in (None, "") else []
    found = [(TAGS[tongue], str(text[tongue])) for tongue in languages if text.get(tongue)]
    if not found:  # rather in the other language than not at all
        found = [(TAGS[tongue], str(text[tongue])) for tongue in TAGS if text.get(tongue)]
    same = len({words for _, words in found}) < len(found)
    return found[:1] if same else found


def properties(template: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """What the metadata of the PDF says of the paper."""
    return {
        "documentId": str(facts["id"]),
        "documentVersion": str(facts["version"]),
        "template": template,
        "cutoff": str(facts["cutoff"]),
        "factsSha256": facts_hash(facts),
        "chainHead": str(facts["chain_head"]),
        "verifyUrl": str(facts["verify_url"]),
    }


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(
        money=money,
        wan=wan,
        percent=percent,
        day=day,
        moment=moment,
        paragraphs=paragraphs,
        short=short,
        figure=figure,
        runs=runs,
        tidy=tidy,
        phrased=phrased,
        head=head,
        sheets=sheets,
        roster=roster,
    )
    environment.globals.update(
        charts=charts, paper_charts=paper_charts, plan_sheets=plan_sheets, qr=qr, TAGS=TAGS, clause_number=capitals.clause_number, chinese_number=capitals.chinese_number,
        amount_in_capitals=amount_in_capitals,
    )  # fmt: skip
    return environment


def amount_in_capitals(amount: str) -> str:
    """As `capitals.amount_in_capitals`, empty for an amount that is not known."""
    return capitals.amount_in_capitals(amount) if amount else ""


# What stays on one line in Chinese: numbers with their unit, and the last three characters or the form of a firm, so that none stands alone.
TOGETHER = re.compile(r"[0-9]+[年月日天万元]|[0-9][0-9.,]* %|(?:有限公司|[\u3400-\u9fff]{3})[，。；：！？、）》”]*$")
PHRASE = re.compile(r".+?(?:[、，：　]|(?=[与和及或]\w{2})|$)")


def tidy(words: Any, tag: str) -> str:
    """Text whose lines break as a printer would break Chinese ones; what is short or English, as it is."""
    text = str(words)
    if tag == TAGS["en"] or len(text) <= 8:
        return text
    return _unbroken(text, [match.span() for match in TOGETHER.finditer(text)])


def phrased(title: str, tag: str) -> str:
    """A title that breaks between its parts, if it is Chinese; a part that may not fit on a line breaks anywhere."""
    if not tag.startswith("zh"):
        return title
    return _unbroken(title, [match.span() for match in PHRASE.finditer(title) if len(match[0]) <= 10])


def _unbroken(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with these parts of it kept from breaking."""
    parts, done = [], 0
    for start, end in spans:
        parts += [escape(text[done:start]), Markup("<nobr>{}</nobr>").format(text[start:end])]
        done = end
    return Markup("").join([*parts, escape(text[done:])])


def head(name: Any, languages: Sequence[str], points: float = 300, size: float = 6.8) -> str:
    """A name for a running head or a small box: in the leading language, and cut to a width, both in points."""
    found = runs(name, languages)
    return drawing.fitted(found[0][1], points, size) if found else ""


def sheets(parties: Sequence[Any], languages: Sequence[str]) -> list[list[Sequence[Any]]]:
    """Signatures two a row, on as few pages as hold them, and these equally full; heights in millimetres as in agreement.css."""
    rows = [parties[place : place + 2] for place in range(0, len(parties), 2)]

    def height(row: Sequence[Any]) -> float:
        names = [[text for _, text in runs(party["name"], languages)] for party in row]
        return 26.5 + max(sum(ceil(drawing.width_of(text, 8) / 212) * 4.1 for text in texts) for texts in names)

    pages, used = 1, 0.0
    for row in rows:
        pages, used = (pages + 1, height(row)) if used + height(row) > 210 else (pages, used + height(row))
    each = ceil(len(rows) / pages)
    return [rows[place : place + each] for place in range(0, len(rows), each)]


def roster(parties: Sequence[Any], languages: Sequence[str]) -> str:
    """How the parties stand on the cover of an agreement: `wide` or `close` with their names in all its languages, `many` in the first only."""
    lines = 0
    for party in parties:
        lines += sum(ceil(drawing.width_of(text, 9) / 280) for _, text in runs(party["name"], languages))
    for style, line, gap in (("wide", 4.5, 3.2), ("close", 4.0, 1.6)):
        if lines * line + len(parties) * gap <= 100:
            return style
    return "many"


def money(amount: str | None) -> str:
    """`12,000,000.00` for yuan as text; a dash where nothing is known."""
    if amount in (None, ""):
        return "–"
    exact = Decimal(amount)
    if not exact.is_finite():
        raise ValueError(f"not an amount: {amount}")
    return f"{exact:,.2f}"


def wan(amount: str | None) -> str:
    """`1,200` or `1,200.5` for yuan as text, in 万元 (ten thousand yuan), with as many decimals as it has."""
    return figure(str(Decimal(amount) / 10000)) if amount not in (None, "") else "–"


def figure(number: str | None) -> str:
    """A number as text with groups of three digits; anything else as it is."""
    text = str(number if number not in (None, "") else "–")
    try:
        exact = Decimal(text)
    except ArithmeticError:
        return text
    if not exact.is_finite():
        return text
    grouped = f"{exact:,f}"
    return grouped.rstrip("0").rstrip(".") if "." in grouped and "E" in text.upper() else grouped


def percent(share: str | None) -> str:
    """`62.4 %` for the share `0.6240`; a dash where nothing is known."""
    if share in (None, ""):
        return "–"
    return f"{shares.percent(str(share))} %"


def day(iso: str | None, language: str = "") -> str:
    """`2026年11月22日` in Chinese, `22 November 2026` in English, ISO where neither is asked for."""
    if not iso:
        return "–"
    that = date.fromisoformat(iso[:10])
    if language == "zh":
        return f"{that.year}年{that.month}月{that.day}日"
    if language == "en":
        return f"{that.day} {MONTHS[that.month - 1]} {that.year}"
    return that.isoformat()


def moment(iso: str) -> str:
    """`2026-11-22 08:00 UTC`."""
    that = datetime.fromisoformat(iso)
    return f"{that.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def paragraphs(text: str | None) -> Iterator[str]:
    """The paragraphs of a text, without empty ones."""
    return (line.strip() for line in (text or "").splitlines() if line.strip())


def short(digest: str, groups: int = 4) -> str:
    """The first `groups` of four signs of a hash, set apart to be compared by eye."""
    return " ".join(digest[start : start + 4] for start in range(0, groups * 4, 4))


def qr(url: str) -> Markup:
    """A QR code of `url` as SVG, with its quiet zone, one unit a module."""
    rows = [list(row) for row in segno.make(url, error="m", micro=False).matrix]
    runs, size = [], len(rows) + 8
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            end = next((place for place in range(x, len(row)) if not row[place]), len(row))
            runs.append(f"M{x + 4} {y + 4}h{end - x}v1h-{end - x}z")
            x = end
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {size} {size}" role="img">'
        "<title>QR 二维码</title><desc>{url}</desc>"
        '<path d="M0 0h{size}v{size}h-{size}z" fill="#ffffff"/><path d="{path}" fill="#15222e"/></svg>'
    ).format(size=size, url=url, path="".join(runs))


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
