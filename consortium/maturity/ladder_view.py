"""The readiness ladder as a picture: a row of nine boxes for each element, with start, now, target, and a mark where evidence is confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from consortium.core.words import _l
from consortium.documents.drawing import box, dot, fill, fitted, frame, path, stroke, text
from consortium.maturity.queries import Element
from consortium.maturity.tables import name

SIDE, LEFT, TOP, HIGH = 30.0, 8.0, 22.0, 44.0


def drawn(rows: Sequence[Element]) -> Markup:
    """All rows; the table beside the picture says the same."""
    width = LEFT * 2 + 9 * SIDE
    pieces = [text(LEFT + (n - 0.5) * SIDE, 12, n, 9, "ink-3", "middle") for n in range(1, 10)]
    for place, row in enumerate(rows):
        y = TOP + place * HIGH
        weight = 600 if row.critical else 400
        pieces.append(text(LEFT, y + 8, fitted(name(row), width - 2 * LEFT, 9), 9, "ink-2", weight=weight))
        pieces += (_box(row, n, LEFT + (n - 1) * SIDE, y + 13) for n in range(1, 10))
    said = "; ".join(f"{name(row)}: {row.start} → {row.now or '–'} → {row.target}" for row in rows)
    title = str(_l("Readiness levels: at the start, now, to be reached"))
    return frame(width, TOP + len(rows) * HIGH, title, said, "".join(pieces), "chart ladder")


def _box(row: Element, level: int, x: float, y: float) -> str:
    reached = row.now is not None and level <= row.now
    drawn = box(x + 1, y, SIDE - 3, 16, fill("green" if reached else "rule-2" if level <= row.target else "tint"), 3)
    if level in row.proven:
        drawn += dot(x + SIDE / 2 - 0.5, y + 8, 3.2, fill("paper"))
    if level == row.start:
        drawn += path(f"M{x + 1} {y + 19}h{SIDE - 3}", stroke("grey", 2))
    if level == row.target:
        drawn += path(f"M{x + SIDE - 2} {y - 2}v20", stroke("accent", 2.2))
    if row.proposed is not None and level == row.proposed.level:
        drawn += box(x + 2.5, y + 1.5, SIDE - 6, 13, stroke("brand-2", 1.4, "3 2"), 2)
    return drawn
