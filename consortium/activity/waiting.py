"""What waits for a person: asked of the states of things, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Waiting:
    """One thing that waits; `what` says what is to be done, `about` names the thing, `endpoint` and `args` (or `href`) lead to it.

    `tone` is one of ok, act, warn, bad, plan, none; `icon` is a name of `static/icons.txt`; `where` names the consortium.
    """

    what: object
    about: str
    endpoint: str = ""
    args: Mapping[str, object] = field(default_factory=dict)
    href: str = ""
    due_on: date | None = None
    tone: str = "act"
    icon: str = "checklist"
    where: str = ""
