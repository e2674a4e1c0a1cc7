"""The lines of a claim as HTML, written without the template engine: a claim can have hundreds of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from consortium.claims.models import ClaimLine
from consortium.core.terms import label
from consortium.core.words import _l

#: Words and tones of verdicts.
VERDICTS = {
    "accepted": (_l("Accepted as claimed"), "ok"),
    "cut": (_l("Cut"), "warn"),
    "refused": (_l("Refused"), "bad"),
}


class Lines:
    """Writes lines in the reader's language, whose sentences are looked up once; `doubled` are vouchers that are known elsewhere, too."""

    def __init__(self, doubled: Collection[int] = ()) -> None:
        self.doubled = doubled
        self.twice = f'<div><span class="st st-warn">{escape(_l("Known elsewhere, too"))}</span></div>'
        self.asked, self.answered = escape(_l("Asked: ")), escape(_l("Answer: "))
        self.why, self.reply = escape(_l("Reason or question")), escape(_l("Answer"))
        self.known = escape(_l("Known on this platform already, the organisation says: "))
        self.verdicts = {
            key: f'<span class="st st-{tone}">{escape(word)}</span>' for key, (word, tone) in VERDICTS.items()
        }
        self.labels: dict[Any, Markup] = {}

    def shown(self, lines: Iterable[ClaimLine]) -> Markup:
        """The lines to be read."""
        return Markup("".join(  # noqa: S704 - written here, of escaped parts
            f'<tr>{self._head(line)}<td class="n">{line.amount:,.2f}</td><td class="n wide">{self._accepted(line)}</td></tr>\n' for line in lines
        ))  # fmt: skip

    def decided(self, lines: Iterable[ClaimLine], form: Any, troubles: Callable[[Any, Any], str]) -> Markup:
        """The lines with a field for what is accepted, and one for why not all (or for a question)."""
        return Markup("".join(  # noqa: S704 - written here, of escaped parts
            f'<tr>{self._head(line, small=True)}<td class="n wide">{line.amount:,.2f}</td>'
            f'<td class="n">{_control(form[f"accepted_{line.id}"], troubles, "num", "decimal")}{_control(form[f"reason_{line.id}"], troubles, hint=self.why)}</td></tr>\n'
            for line in lines
        ))  # fmt: skip

    def answers(self, lines: Iterable[ClaimLine], form: Any, troubles: Callable[[Any, Any], str]) -> Markup:
        """The lines about which something is asked, with a field for the answer."""
        return Markup("".join(  # noqa: S704 - written here, of escaped parts
            f'<tr>{self._head(line, small=True)}<td class="n wide">{line.amount:,.2f}</td><td>{_control(form[f"answer_{line.id}"], troubles, hint=self.reply)}</td></tr>\n'
            for line in lines if f"answer_{line.id}" in form
        ))  # fmt: skip

    def _head(self, line: ClaimLine, *, small: bool = False) -> str:
        row = line.voucher
        files = "".join(
            f'<div class="meta"><a class="text-break" href="/voucher-files/{file.id}" download>{escape(file.name)}</a></div>' for file in row.evidence
        )  # fmt: skip
        parts = [
            f'<th scope="row" class="first"><a class="name text-break" href="/vouchers/{row.id}">{escape(row.title)}</a>',
            f'<span class="meta">{row.voucher_on.isoformat()} · {escape(row.payee)} · {self._word(row.category)} · {self._word(row.source)}</span>{files}',
            f'<span class="meta num d-md-none">¥{line.amount:,.2f}</span>' if small else "",
            self.twice if row.id in self.doubled else "",
            f'<div class="meta">{self.known}{escape(row.known_because)}</div>' if row.known_because else "",
            f'<div class="meta text-break">{self.asked}{escape(line.question)}</div>' if line.question else "",
            f'<div class="meta text-break">{self.answered}{escape(line.answer)}</div>' if line.answer else "",
            self._verdict(line),
        ]
        return "".join(parts) + "</th>"

    def _verdict(self, line: ClaimLine) -> str:
        if line.verdict in ("", "accepted"):
            return ""
        return f'<div>{self.verdicts[line.verdict]} <span class="num">{line.accepted or Decimal(0):,.2f}</span></div><div class="meta text-break">{escape(line.reason)}</div>'

    def _accepted(self, line: ClaimLine) -> str:
        return "" if line.accepted is None else f"{line.accepted:,.2f}"

    def _word(self, member: Any) -> Markup:
        if member not in self.labels:
            self.labels[member] = escape(label(member))
        return self.labels[member]


def _control(field: Any, troubles: Callable[[Any, Any], str], look: str = "", mode: str = "", hint: str = "") -> str:
    """A field in a cell of a table: its label is read out, and what is wrong stands below it."""
    name, wrong = escape(field.id), bool(field.errors)
    marks = f' aria-describedby="{name}-error" aria-invalid="true"' if wrong else ""
    kind = f' inputmode="{mode}"' if mode else f' placeholder="{hint}"'
    below = troubles(field, None) if wrong else ""
    return (
        f'<label class="visually-hidden" for="{name}">{escape(field.label.text)}</label><input type="text" class="form-control{f" {look}" if look else ""}'
        f'{" is-invalid" if wrong else ""}" id="{name}" name="{name}" value="{escape(field._value())}" size="10" autocomplete="off"{kind}{marks}>{below}'
    )
