"""What all charts are drawn with: colours by name, text that fits, scales, and the frame with title and description.

Every shape carries a class (`f-<tone>` for its fill, `s-<tone>` for its stroke) for the style sheet of a page, and the same
colour as a presentation attribute for paper, where no style sheet reaches into a drawing. Nothing has an id or a style
attribute, so a drawing can stand twice on a page, and under a strict content security policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import ceil, floor, log10

from markupsafe import Markup, escape

Number = int | float | Decimal

TONES = {
    "ink": "#15222e", "ink-2": "#43525f", "ink-3": "#66737f", "rule": "#cfd8df", "rule-2": "#e6ecf0", "tint": "#f4f7f9",
    "paper": "#ffffff", "brand": "#0d3b57", "brand-2": "#1c6e8c", "brand-3": "#8fb8c6", "accent": "#a94f26",
    "green": "#226b4c", "amber": "#c08a1e", "red": "#a12d3c", "grey": "#9aa6af", "blue": "#1c6e8c",
    "olive": "#7a8c52", "violet": "#6b5b8c",
    "level-0": "#f1f4f6", "level-1": "#dbe8ee", "level-2": "#b5d0dc", "level-3": "#7fafc2", "level-4": "#3f85a3",
    "level-5": "#0d3b57", "risk-1": "#e3f1ea", "risk-2": "#eef2da", "risk-3": "#faf0d9", "risk-4": "#f6d9c4",
    "risk-5": "#eeb9ae",
}  # fmt: skip
SERIES = ("brand", "brand-2", "accent", "brand-3", "olive", "violet", "amber", "ink-2")
FAMILY = "Inter, 'Noto Sans SC', sans-serif"


def number(value: float) -> str:
    """A coordinate with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def fill(tone: str, opacity: float | None = None) -> str:
    """The attributes of a filled shape."""
    strength = f' fill-opacity="{number(opacity)}"' if opacity is not None else ""
    return f'class="f-{tone}" fill="{TONES[tone]}"{strength}'


def stroke(tone: str, width: float = 0.5, dash: str = "") -> str:
    """The attributes of a line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'class="s-{tone}" fill="none" stroke="{TONES[tone]}" stroke-width="{number(width)}"{dashes}'


def path(track: str, attributes: str) -> str:
    """A path."""
    return f'<path d="{track}" {attributes}/>'


def box(x: float, y: float, width: float, height: float, attributes: str, radius: float = 0) -> str:
    """A rectangle."""
    round_ = f' rx="{number(radius)}"' if radius else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(max(height, 0))}"'
        f"{round_} {attributes}/>"
    )


def dot(x: float, y: float, radius: float, attributes: str) -> str:
    """A circle."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" {attributes}/>'


def text(
    x: float, y: float, words: object, size: float = 6.6, tone: str = "ink-2", anchor: str = "start", weight: int = 400
) -> str:
    """Words at a place; `size` in units of the drawing, which are points on paper."""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-family="{FAMILY}" font-size="{number(size)}" font-weight="{weight}"'
        f' text-anchor="{anchor}" {fill(tone)}>{escape(str(words))}</text>'
    )


def width_of(words: str, size: float = 6.6) -> float:
    """About how wide words are: a Chinese character is as wide as high, a Latin one a little over half of it."""
    return sum(size if ord(sign) > 0x2E7F else size * 0.56 for sign in words)


def fitted(words: str, width: float, size: float = 6.6) -> str:
    """Words cut to a width, with an ellipsis where something is missing."""
    if width_of(words, size) <= width:
        return words
    kept = ""
    for sign in words:
        if width_of(kept + sign + "…", size) > width:
            break
        kept += sign
    return kept.rstrip() + "…"


def ticks(highest: Number, count: int = 4) -> list[float]:
    """Round numbers from 0 to at least `highest`."""
    if highest <= 0:
        return [0, 1]
    raw = float(highest) / count
    power = 10 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999999)
    return [round(step * place, 9) for place in range(ceil(float(highest) / step - 1e-9) + 1)]


def brief(value: Number) -> str:
    """A number for an axis: `12,000`, `1.5 M`."""
    size = float(value)
    if abs(size) >= 1e6:
        return f"{size / 1e6:g} M"
    return f"{size:,.0f}" if abs(size) >= 100 else f"{size:g}"


def axis(x: float, y: float, width: float, height: float, marks: Sequence[float], unit: str = "") -> str:
    """Horizontal hairlines with their numbers, the lowest a little stronger."""
    drawn = []
    for mark in marks:
        level = y + height - height * mark / marks[-1]
        line = stroke("rule", 0.8) if mark == 0 else stroke("rule-2", 0.5)
        drawn.append(path(f"M{number(x)} {number(level)}H{number(x + width)}", line))
        drawn.append(text(x - 4, level + 2.3, brief(mark) + unit, 6.2, "ink-3", "end"))
    return "".join(drawn)


def legend(x: float, y: float, entries: Iterable[tuple[str, str, str]], gap: float = 10) -> str:
    """Label, tone and dash of each series in a row."""
    drawn = []
    for label, tone, dash in entries:
        drawn.append(path(f"M{number(x)} {number(y - 2.2)}h10", stroke(tone, 2.2, dash)))
        drawn.append(text(x + 13, y, label))
        x += 13 + width_of(label) + gap
    return "".join(drawn)


def frame(
    width: float, height: float, title: str, description: str, body: str, kind: str = "chart", role: str = "img"
) -> Markup:
    """The drawing with its title and description, for those who hear it; `role` is `group` where it has links, which a picture has not."""
    label = f"{title}. {description}" if description else title
    return Markup(  # noqa: S704 - the words are escaped here, the body is drawn by these functions
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" viewBox="0 0 {number(width)} {number(height)}" role="{role}"'
        f' aria-label="{escape(label)}"><title>{escape(title)}</title><desc>{escape(description)}</desc>{body}</svg>'
    )
