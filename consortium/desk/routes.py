"""The desk."""

from __future__ import annotations

from consortium.web.door import Door

bp = Door("desk", __name__)
