"""The portfolio of an authority."""

from __future__ import annotations

from consortium.web.door import Door

bp = Door("portfolio", __name__)
