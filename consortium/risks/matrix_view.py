"""The risk matrix as a picture: likelihood against impact, the band of each field as its colour, and how many risks lie in it, as links."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

from consortium.core.words import _l, _ln
from consortium.documents.drawing import box, fill, frame, number, text
from consortium.risks.bands import WORDS, Bands

TONES = {"green": "risk-1", "amber": "risk-3", "red": "risk-5"}
SIDE, LEFT, TOP = 46.0, 44.0, 4.0


def drawn(counts: Mapping[tuple[int, int], int], bands: Bands, href: Callable[[int, int], str]) -> Markup:
    """Five by five fields with the number of risks by (impact, likelihood); what is in a field is a link to its rows."""
    pieces = []
    for likelihood in range(5, 0, -1):
        y = TOP + (5 - likelihood) * SIDE
        pieces.append(text(LEFT - 8, y + SIDE / 2 + 4, likelihood, 12, "ink-3", "end"))
        row = [(impact, counts.get((impact, likelihood), 0)) for impact in range(1, 6)]
        pieces += [_field(likelihood, impact, count, bands, href) for impact, count in row]
    foot = TOP + 5 * SIDE
    pieces += (text(LEFT + (i - 0.5) * SIDE - 1, foot + 14, i, 12, "ink-3", "middle") for i in range(1, 6))
    pieces.append(text(LEFT + 2.5 * SIDE, foot + 32, _l("Impact"), 12, anchor="middle"))
    turned = text(12, TOP + 2.5 * SIDE, _l("Likelihood"), 12, anchor="middle")
    pieces.append(f'<g transform="rotate(-90 12 {number(TOP + 2.5 * SIDE)})">{turned}</g>')
    total = sum(counts.values())
    said = str(_ln("%(num)s risk by likelihood and impact", "%(num)s risks by likelihood and impact", total))
    return frame(
        LEFT + 5 * SIDE + 4, foot + 38, str(_l("Risk matrix")), said, "".join(pieces), "chart risk-matrix", "group"
    )


def _field(likelihood: int, impact: int, count: int, bands: Bands, href: Callable[[int, int], str]) -> str:
    x, y, band = LEFT + (impact - 1) * SIDE, TOP + (5 - likelihood) * SIDE, bands.of(likelihood * impact)
    drawn = box(x, y, SIDE - 2, SIDE - 2, fill(TONES[band]), 4)
    if not count:
        return drawn
    said = _ln(
        "Likelihood %(likelihood)s, impact %(impact)s, %(band)s: %(num)s risk", "Likelihood %(likelihood)s, impact %(impact)s, %(band)s: %(num)s risks",
        count, likelihood=likelihood, impact=impact, band=WORDS[band][0],
    )  # fmt: skip
    drawn += text(x + SIDE / 2 - 1, y + SIDE / 2 + 5, count, 16, "ink", "middle", 600)
    return f'<a href="{escape(href(likelihood, impact))}" aria-label="{escape(str(said))}">{drawn}</a>'
