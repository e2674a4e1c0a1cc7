"""Pieces of the picture of a project over time."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup


def spot(x: Decimal, mark: str, title: str) -> Markup:
    """A milestone at `x` percent of the width, in the look of `mark`, with its words."""
    return Markup(
        '<svg x="{}%" y="22" overflow="visible"><path class="ms ms-{}" d="M0,-7.5 7.5,0 0,7.5 -7.5,0z"><title>{}</title></path></svg>'
    ).format(x, mark, title)
